//! The turns of the engine.

use super::{Release, Restored};
use crate::journal::{EntryRef, Journal};
use crate::port::{Order, OrderKind};
use sortie_core::Core;
use sortie_core::Outputs;
use sortie_core::input::Input;
use sortie_core::line::Line;
use sortie_core::output::Output;
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};

/// Times of an engine, all in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct EngineSettings {
    /// Time between two beats when no clock telegram asks for one sooner.
    pub beat_ns: u64,
    /// How long inputs may wait for company before they are synced. A fire that waits for them ends the wait, and so does
    /// a clock telegram: its beat takes an acknowledgement along, and what that covers has to be durable.
    pub group_ns: u64,
    /// How long after a failed sync the next one is tried.
    pub retry_ns: u64,
}

impl Default for EngineSettings {
    fn default() -> Self {
        // A sync before each beat is all that acknowledgements need: fifty a second, and one more for each fire.
        Self { beat_ns: 20_000_000, group_ns: 20_000_000, retry_ns: 500_000_000 }
    }
}

/// A fire or a lamp that waits until its causes are durable, or a cancel behind a fire.
#[derive(Clone, Copy, Debug)]
struct Held {
    cause: u64,
    telegram: HostTelegram,
}

/// Takes inputs, runs the core, and lets out what may leave.
#[derive(Debug)]
pub struct Engine<J> {
    line: Line,
    core: Core,
    journal: J,
    settings: EngineSettings,
    out: Outputs,
    held: Vec<Held>,
    /// Time of the newest input; no input is older than the one before it.
    at: u64,
    newest: u64,
    epoch: u32,
    boot: Option<u32>,
    /// Newest board telegram taken, and whether the board knows that it is durable.
    board: Option<u32>,
    unsynced_since: Option<u64>,
    failed_at: Option<u64>,
    clock_taken: bool,
    beat_at: u64,
}

impl<J: Journal> Engine<J> {
    /// An engine with an empty core, on an empty journal.
    #[must_use]
    pub fn new(line: &Line, journal: J, settings: EngineSettings) -> Self {
        Self::with_core(line, Core::new(line), 0, journal, settings)
    }

    /// An engine that goes on where the journal ended. Outputs that the crash kept from being written down are
    /// written now, so that a replay finds each input with its outputs.
    #[must_use]
    pub fn restored(line: &Line, restored: Restored, mut journal: J, settings: EngineSettings) -> Self {
        for output in &restored.missing {
            journal.append(restored.at, EntryRef::Output(output));
        }
        let core = restored.core.unwrap_or_else(|| Core::new(line));
        Self::with_core(line, core, restored.at, journal, settings)
    }

    fn with_core(line: &Line, core: Core, at: u64, journal: J, settings: EngineSettings) -> Self {
        Self {
            line: line.clone(),
            core,
            newest: journal.durable(),
            journal,
            settings,
            out: Outputs::new(),
            held: Vec::with_capacity(sortie_core::limits::ITEMS),
            at,
            epoch: 0,
            boot: None,
            board: None,
            unsynced_since: None,
            failed_at: None,
            clock_taken: false,
            beat_at: 0,
        }
    }

    /// Steps 1 to 3 for one input. A stamp older than the newest is raised to it: what counts is the order taken.
    pub fn take(&mut self, at: u64, input: &Input, release: &mut impl Release) {
        let at = at.max(self.at);
        self.at = at;
        let number = self.journal.append(at, EntryRef::Input(input));
        self.newest = number;
        self.unsynced_since.get_or_insert(at);
        release.taken(at, number, input, self.journal.newest());
        self.note(input);
        release.stepping(at, input);
        self.core.step(at, input, &mut self.out);
        release.stepped(at, input);
        for output in self.out.as_slice() {
            self.newest = self.journal.append(at, EntryRef::Output(output));
            release.said(at, number, output, self.journal.newest());
            let Output::Board(telegram) = output else { continue };
            let waits = matches!(telegram, HostTelegram::Fire(_) | HostTelegram::Lamp { .. });
            if !waits {
                release.order(at, number, Order { epoch: self.epoch, what: OrderKind::Command(*telegram) });
            }
            if (waits && self.failed_at.is_none()) || self.overtakes(telegram) {
                self.held.push(Held { cause: number, telegram: *telegram });
            }
        }
    }

    /// Steps 4 to 6: ends a turn. Nothing needs to have been taken.
    pub fn finish(&mut self, at: u64, release: &mut impl Release) {
        let at = at.max(self.at);
        if self.sync_due(at) {
            self.sync(at, release);
        }
        self.acknowledge(at, release);
        self.beat(at, release);
    }

    /// When [`Engine::finish`] has to be called again at the latest; `None` while only inputs can change anything.
    #[must_use]
    pub fn next_timeout(&self) -> Option<u64> {
        let sync = match (self.failed_at, self.unsynced_since) {
            (Some(failed), _) => failed + self.settings.retry_ns,
            (None, Some(since)) => since + self.settings.group_ns,
            (None, None) => u64::MAX,
        };
        let beat = if self.core.may_beat().is_some() { self.beat_at + self.settings.beat_ns } else { u64::MAX };
        let next = sync.min(beat);
        (next != u64::MAX).then_some(next)
    }

    /// The core, to be looked at.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// The journal, to be looked at.
    #[must_use]
    pub fn journal(&self) -> &J {
        &self.journal
    }

    /// Fires and lamps that wait for the next sync.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Time of the newest input, nanoseconds.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Gives the journal back, and forgets everything else: how a controller is killed, and how it ends.
    #[must_use]
    pub fn into_journal(self) -> J {
        self.journal
    }

    /// Syncs whatever waits, whether or not it is time; for a clean end.
    pub fn flush(&mut self, at: u64, release: &mut impl Release) {
        self.sync(at.max(self.at), release);
        self.acknowledge(at, release);
    }

    /// Whether a cancel leaves before a fire that it means: then it has to follow behind that fire, too.
    fn overtakes(&self, telegram: &HostTelegram) -> bool {
        let HostTelegram::Cancel { tag, .. } = telegram else { return false };
        self.held.iter().any(|held| matches!(held.telegram, HostTelegram::Fire(fire) if fire.tag == *tag))
    }

    fn note(&mut self, input: &Input) {
        if let Input::Board { seq, telegram } = input {
            self.board = Some(*seq);
            self.clock_taken |= matches!(telegram, BoardTelegram::Clock { .. });
        } else if let Input::LinkUp { boot, resumed, new_session, .. } = input {
            self.boot = Some(*boot);
            if !*resumed || *new_session {
                self.epoch += 1;
                self.board = None;
                // What waits was meant for the link as it was before.
                self.held.clear();
            }
        }
    }

    /// True if [`Engine::finish`] at this time would ask the disk.
    #[must_use]
    pub fn sync_due(&self, at: u64) -> bool {
        let at = at.max(self.at);
        if let Some(failed) = self.failed_at {
            return at >= failed + self.settings.retry_ns;
        }
        let group_ends = |since| self.clock_taken || at >= since + self.settings.group_ns;
        !self.held.is_empty() || self.unsynced_since.is_some_and(group_ends)
    }

    fn sync(&mut self, at: u64, release: &mut impl Release) {
        let gap = self.journal.dropped() > 0;
        if let Err(error) = self.journal.sync() {
            release.journal_failed(at, &error);
            self.failed(at, release);
            return;
        }
        self.unsynced_since = None;
        release.durable(at, self.newest);
        for held in self.held.drain(..) {
            let what = OrderKind::Command(held.telegram);
            release.order(at, held.cause, Order { epoch: self.epoch, what });
        }
        if gap {
            self.start_empty(at, release);
        }
        if self.failed_at.is_some() {
            self.recovered(at, release);
        }
        if self.unsynced_since.is_none() {
            self.journal.checkpoint(&self.core);
        }
    }

    /// The disk refuses: no fire leaves any more, nor a lamp that would ask somebody to do what could be forgotten; the
    /// core is told once, and the next try comes later.
    #[cold]
    #[inline(never)]
    fn failed(&mut self, at: u64, release: &mut impl Release) {
        self.held.clear();
        let first = self.failed_at.is_none();
        self.failed_at = Some(at);
        if first {
            self.take(at, &Input::JournalFailed(true), release);
        }
    }

    /// The disk takes entries again.
    #[cold]
    #[inline(never)]
    fn recovered(&mut self, at: u64, release: &mut impl Release) {
        self.failed_at = None;
        self.take(at, &Input::JournalFailed(false), release);
    }

    /// Entries were lost, so that no replay could follow the core any more: it starts again, as the replay will.
    #[cold]
    #[inline(never)]
    fn start_empty(&mut self, at: u64, release: &mut impl Release) {
        self.core = Core::new(&self.line);
        release.emptied(at);
        self.take(at, &Input::Started, release);
        if let Some(boot) = self.boot {
            self.take(at, &Input::LinkUp { boot, resumed: false, new_session: true, time_ms: None }, release);
            // The port has seen no such thing, and its count of epochs must stay ours.
            self.epoch -= 1;
        }
    }

    fn acknowledge(&mut self, at: u64, release: &mut impl Release) {
        // While the disk fails the board is acknowledged on receipt; a crash then finds the board gone on, and flushes.
        if (self.unsynced_since.is_none() || self.failed_at.is_some())
            && let Some(seq) = self.board.take()
        {
            let what = OrderKind::Acknowledge(seq);
            release.order(at, self.newest, Order { epoch: self.epoch, what });
        }
    }

    fn beat(&mut self, at: u64, release: &mut impl Release) {
        let due = std::mem::take(&mut self.clock_taken) || at >= self.beat_at + self.settings.beat_ns;
        if due && let Some(echo_ms) = self.core.may_beat() {
            self.beat_at = at;
            let what = OrderKind::Command(HostTelegram::Beat { echo_ms });
            release.order(at, self.newest, Order { epoch: self.epoch, what });
        }
    }
}
