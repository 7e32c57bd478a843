//! A board at which every fire succeeds: what a trial has in place of the recorded one, whose outcomes belong to other
//! decisions.

use sortie_core::line::Line;
use sortie_core::output::Output;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, Fire, FireOutcome, HostTelegram, Tag};

/// How long an item covers a confirm beam, in micrometres of belt travel: shorter than any pitch, so that no two pulses
/// of a chute meet.
const PULSE_UM: i64 = 40_000;

/// What the board has to say by and by.
#[derive(Clone, Debug, Default)]
pub(super) struct IdealBoard {
    queued: Vec<Fire>,
    /// Confirm edges still to come: the count, the chute, whether the beam is blocked.
    confirms: Vec<(u32, u16, bool)>,
    /// What it answers at once.
    answers: Vec<BoardTelegram>,
    count: u32,
}

impl IdealBoard {
    /// The board's state is lost: another board, or the same one started anew.
    pub(super) fn forget(&mut self) {
        *self = Self { count: self.count, ..Self::default() };
    }

    /// What the core tells it.
    pub(super) fn take(&mut self, output: &Output) {
        let Output::Board(telegram) = output else { return };
        match telegram {
            HostTelegram::Fire(fire) => {
                self.queued.retain(|queued| queued.tag != fire.tag);
                self.queued.push(*fire);
            }
            HostTelegram::Cancel { tag, revision } => self.cancel(*tag, *revision),
            HostTelegram::QueueQuery { query } => self.tell_queue(*query),
            HostTelegram::Beat { .. }
            | HostTelegram::Lamp { .. }
            | HostTelegram::StopRequest { .. }
            | HostTelegram::Permit { .. }
            | HostTelegram::Load { .. } => {}
        }
    }

    /// Whether a recorded telegram is one that this board says itself.
    pub(super) fn says(telegram: &BoardTelegram) -> bool {
        match telegram {
            BoardTelegram::Outcome { .. } | BoardTelegram::QueueEntry { .. } | BoardTelegram::QueueEnd { .. } => true,
            BoardTelegram::Chute { sensor, .. } => *sensor == ChuteSensor::Confirm,
            BoardTelegram::Clock { .. }
            | BoardTelegram::Edge { .. }
            | BoardTelegram::Button { .. }
            | BoardTelegram::Belt { .. } => false,
        }
    }

    /// What it says before it tells `count`, in the order of the counts.
    pub(super) fn due(&mut self, line: &Line, count: u32) -> Vec<BoardTelegram> {
        self.count = count;
        let mut due = std::mem::take(&mut self.answers);
        let reached = |at: u32| count.wrapping_sub(at).cast_signed() >= 0;
        let (mut fired, kept): (Vec<Fire>, Vec<Fire>) = self.queued.drain(..).partition(|fire| reached(fire.count));
        self.queued = kept;
        fired.sort_by_key(|fire| fire.count.wrapping_sub(count));
        for fire in fired {
            let Fire { tag, revision, count, .. } = fire;
            due.push(BoardTelegram::Outcome { count, tag, revision, outcome: FireOutcome::Fired });
            self.confirm(line, &fire);
        }
        let (mut edges, kept): (Vec<_>, Vec<_>) = self.confirms.drain(..).partition(|(at, _, _)| reached(*at));
        self.confirms = kept;
        edges.sort_by_key(|(at, _, _)| at.wrapping_sub(count));
        due.extend(edges.into_iter().map(|(count, chute, active)| BoardTelegram::Chute {
            count,
            chute,
            sensor: ChuteSensor::Confirm,
            active,
        }));
        due
    }

    fn cancel(&mut self, tag: Tag, revision: u16) {
        let count = self.count;
        let mut cancelled = None;
        self.queued.retain(|queued| {
            let meant = queued.tag == tag && queued.revision <= revision;
            if meant {
                cancelled = Some(queued.revision);
            }
            !meant
        });
        let outcome = FireOutcome::Cancelled;
        self.answers.extend(cancelled.map(|revision| BoardTelegram::Outcome { count, tag, revision, outcome }));
    }

    fn tell_queue(&mut self, query: u16) {
        let entries = u16::try_from(self.queued.len()).unwrap_or(u16::MAX);
        let entry =
            |fire: &Fire| BoardTelegram::QueueEntry { query, tag: fire.tag, revision: fire.revision, outcome: None };
        self.answers.extend(self.queued.iter().map(entry));
        self.answers.push(BoardTelegram::QueueEnd { query, entries });
    }

    /// The item passes the chute's confirm beam in the middle of its window.
    fn confirm(&mut self, line: &Line, fire: &Fire) {
        let Some(chute) = line.chutes.iter().find(|chute| chute.output == fire.output) else { return };
        let counts = |um: i64| u32::try_from(um / i64::from(line.um_per_count.max(1))).unwrap_or(0);
        let first = fire.count.wrapping_add(counts((chute.confirm_min_um + chute.confirm_max_um) / 2));
        let last = first.wrapping_add(counts(PULSE_UM).max(1));
        self.confirms.push((first, chute.number, true));
        self.confirms.push((last, chute.number, false));
    }
}
