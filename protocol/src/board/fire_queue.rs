//! The board's queue of fires: one command for each tag and revision, one outcome for each command, and nothing fired
//! on stale orders. Counts, speed and board time are handed in.

use super::telegram::{BoardTelegram, Fire, FireOutcome, HostTelegram, Tag};
use heapless::{Deque, Vec};

/// Fires that can wait at once.
pub const QUEUE_MAX: usize = 256;
/// Ended fires that are remembered.
pub const FINISHED_MAX: usize = 256;

/// What the board sees at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Encoder count.
    pub count: u32,
    /// Belt speed in counts per second.
    pub speed_cps: u16,
    /// Board time in milliseconds.
    pub time_ms: u32,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FireAction {
    /// Energise the output of this fire now. Its outcome is told next.
    Energise(Fire),
    /// Send this to the host.
    Tell(BoardTelegram),
}

#[derive(Clone, Copy, Debug)]
struct Finished {
    tag: Tag,
    revision: u16,
    outcome: FireOutcome,
}

/// The queue of fires with its lease.
#[derive(Debug)]
pub struct FireQueue {
    outputs: u16,
    lease_ms: u16,
    /// Board time that the newest beat of this session echoed.
    echo_ms: Option<u32>,
    queued: Vec<Fire, QUEUE_MAX>,
    finished: Deque<Finished, FINISHED_MAX>,
    /// The speed for which it was computed, and the nearest count at which something is due.
    nearest: Option<(u16, u32)>,
}

impl FireQueue {
    /// An empty queue of a board with outputs 0 to `outputs` - 1. It fires nothing before a host's greeting and beat.
    #[must_use]
    pub fn new(outputs: u16) -> FireQueue {
        FireQueue { outputs, lease_ms: 0, echo_ms: None, queued: Vec::new(), finished: Deque::new(), nearest: None }
    }

    /// A host greeted. What is queued stays; in a new session nothing fires before a beat of that session.
    pub fn hello(&mut self, new: bool, lease_ms: u16) {
        self.lease_ms = lease_ms;
        if new {
            self.echo_ms = None;
        }
    }

    /// Takes a telegram of the host, in sequence. Lamps, stop requests and permits are none of its business.
    pub fn apply(&mut self, telegram: &HostTelegram, at: Moment, sink: &mut impl FnMut(FireAction)) {
        match *telegram {
            HostTelegram::Fire(fire) => self.fire(fire, at, sink),
            HostTelegram::Cancel { tag, revision } => self.cancel(tag, revision, at, sink),
            HostTelegram::Beat { echo_ms } => self.echo_ms = Some(echo_ms),
            HostTelegram::QueueQuery { query } => self.answer(query, sink),
            HostTelegram::Lamp { .. }
            | HostTelegram::StopRequest { .. }
            | HostTelegram::Permit { .. }
            | HostTelegram::Load { .. } => {}
        }
    }

    /// Ends every fire that is due, in the order in which they were queued. To be called at every scan, after the
    /// telegrams that had come in.
    pub fn due(&mut self, at: Moment, sink: &mut impl FnMut(FireAction)) {
        while self.next_due(at.speed_cps).is_some_and(|count| is_reached(at.count, count)) {
            let found = self.queued.iter().position(|fire| is_reached(at.count, actuation(fire, at.speed_cps)));
            let Some(index) = found else { return };
            let fire = self.take_out(index);
            let outcome = self.verdict(&fire, at);
            if outcome == FireOutcome::Fired {
                sink(FireAction::Energise(fire));
            }
            self.finish(&fire, outcome, at.count, sink);
        }
    }

    /// The nearest count at which a fire is due while the belt keeps this speed.
    #[inline]
    pub fn next_due(&mut self, speed_cps: u16) -> Option<u32> {
        match self.nearest {
            Some((speed, count)) if speed == speed_cps => Some(count),
            Some(_) | None => {
                let base = self.queued.first()?.count;
                let ahead = |count: &u32| count.wrapping_sub(base).cast_signed();
                let nearest = self.queued.iter().map(|fire| actuation(fire, speed_cps)).min_by_key(ahead)?;
                self.nearest = Some((speed_cps, nearest));
                Some(nearest)
            }
        }
    }

    /// Whether a beat allows the board to fire at this board time.
    #[must_use]
    pub fn has_lease(&self, time_ms: u32) -> bool {
        self.echo_ms.is_some_and(|echo| time_ms.wrapping_sub(echo) < u32::from(self.lease_ms))
    }

    /// How many fires wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queued.len()
    }

    /// Whether none waits.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.queued.is_empty()
    }

    fn fire(&mut self, fire: Fire, at: Moment, sink: &mut impl FnMut(FireAction)) {
        let queued = self.queued.iter().enumerate().find(|(_, queued)| queued.tag == fire.tag);
        if queued.is_some_and(|(_, queued)| queued.revision >= fire.revision) {
            return;
        }
        let index = queued.map(|(index, _)| index);
        let mut fired = false;
        let (older, newer) = self.finished.as_slices();
        for part in [older, newer] {
            for finished in part.iter().filter(|finished| finished.tag == fire.tag) {
                if finished.revision >= fire.revision {
                    return;
                }
                fired |= finished.outcome == FireOutcome::Fired;
            }
        }
        if let Some(index) = index {
            self.take_out(index);
        }
        let refused = if fire.output >= self.outputs {
            FireOutcome::UnknownOutput
        } else if fired || is_past(at.count, actuation(&fire, at.speed_cps)) {
            // What has left the belt does not leave it again, so a fire behind a fired one is late.
            FireOutcome::Late
        } else if self.queued.push(fire).is_err() {
            FireOutcome::QueueFull
        } else {
            self.nearest = None;
            return;
        };
        self.finish(&fire, refused, at.count, sink);
    }

    fn cancel(&mut self, tag: Tag, revision: u16, at: Moment, sink: &mut impl FnMut(FireAction)) {
        let found = self.queued.iter().position(|queued| queued.tag == tag && queued.revision <= revision);
        if let Some(index) = found {
            let fire = self.take_out(index);
            self.finish(&fire, FireOutcome::Cancelled, at.count, sink);
        }
    }

    fn answer(&self, query: u16, sink: &mut impl FnMut(FireAction)) {
        let mut entries = 0;
        let mut entry = |tag, revision, outcome| {
            entries += 1;
            sink(FireAction::Tell(BoardTelegram::QueueEntry { query, tag, revision, outcome }));
        };
        self.queued.iter().for_each(|fire| entry(fire.tag, fire.revision, None));
        self.finished.iter().for_each(|ended| entry(ended.tag, ended.revision, Some(ended.outcome)));
        sink(FireAction::Tell(BoardTelegram::QueueEnd { query, entries }));
    }

    fn verdict(&self, fire: &Fire, at: Moment) -> FireOutcome {
        if !self.has_lease(at.time_ms) {
            FireOutcome::Lease
        } else if !(fire.speed_min_cps..=fire.speed_max_cps).contains(&at.speed_cps) {
            FireOutcome::Speed
        } else if is_past(at.count, fire.count) {
            FireOutcome::Late
        } else {
            FireOutcome::Fired
        }
    }

    /// Takes a fire out and leaves the others in their order.
    fn take_out(&mut self, index: usize) -> Fire {
        self.nearest = None;
        self.queued.remove(index)
    }

    fn finish(&mut self, fire: &Fire, outcome: FireOutcome, count: u32, sink: &mut impl FnMut(FireAction)) {
        if self.finished.is_full() {
            self.finished.pop_front();
        }
        let Fire { tag, revision, .. } = *fire;
        let remembered = self.finished.push_back(Finished { tag, revision, outcome });
        debug_assert!(remembered.is_ok(), "room was made");
        sink(FireAction::Tell(BoardTelegram::Outcome { count, tag, revision, outcome }));
    }
}

/// The count at which the output is energised so that the stroke is complete at the target.
fn actuation(fire: &Fire, speed_cps: u16) -> u32 {
    // 65,535 ms at 65,535 counts/s are 4.3 million counts, so the product fits in 32 bits.
    let travel = (u32::from(fire.stroke_ms) * u32::from(speed_cps)).div_ceil(1_000);
    fire.count.wrapping_sub(travel)
}

fn is_reached(now: u32, count: u32) -> bool {
    now.wrapping_sub(count).cast_signed() >= 0
}

fn is_past(now: u32, count: u32) -> bool {
    now.wrapping_sub(count).cast_signed() > 0
}
