//! The state of the line as a whole, derived from belt, board, journal and orders, and told once per change.

use crate::output::{Alarm, LineState, Record};
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::BeltMotion;

/// Host time without a word from the board after which it counts as lost: fifty clock telegrams.
const SILENT_NS: u64 = 1_000_000_000;
/// The same after a start, before its first answer: a board that is reset when its port is opened comes up only then.
const UNREACHED_NS: u64 = 5_000_000_000;

/// What the state of the line is made of, beside belt and journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineStatus {
    /// As last told.
    pub(crate) told: LineState,
    /// Somebody ordered to run the belt empty.
    pub(crate) draining: bool,
    /// Host time of the board's last word, or of the start.
    pub(crate) heard_at: u64,
    /// The board has said nothing for so long that people were told.
    pub(crate) board_silent: bool,
    /// The belt was at speed before it began to ramp: it runs down.
    pub(crate) was_running: bool,
}

impl Core {
    /// True while nothing can be sorted, whatever the belt does.
    pub(crate) fn in_fault(&self) -> bool {
        let silent = self.belt.link_up && self.now - self.line_status.heard_at > SILENT_NS;
        self.belt.estop || self.journal_failed || silent
    }

    fn line_state_now(&self) -> LineState {
        if self.in_fault() {
            return LineState::Fault;
        }
        let running = if self.line_status.draining { LineState::Draining } else { LineState::Running };
        match self.belt.motion {
            _ if !self.belt.link_up => LineState::Starting,
            BeltMotion::Stopped => LineState::Stopped,
            BeltMotion::Ramping if self.line_status.was_running => running,
            BeltMotion::Ramping => LineState::Starting,
            BeltMotion::Running => running,
        }
    }

    /// The board said something.
    pub(crate) fn hear_board(&mut self, out: &mut Outputs) {
        self.line_status.heard_at = self.now;
        if core::mem::take(&mut self.line_status.board_silent) {
            self.alarm(Alarm::BoardSilent, false, out);
        }
    }

    /// A board that nobody hears is told to people, whether it is silent, unplugged or was never there. An alarm of the
    /// last process stands until its board is heard.
    fn watch_board(&mut self, out: &mut Outputs) {
        let patience = if self.belt.link_up { SILENT_NS } else { UNREACHED_NS };
        if !self.line_status.board_silent && self.now - self.line_status.heard_at > patience {
            self.line_status.board_silent = true;
            self.alarm(Alarm::BoardSilent, true, out);
        }
    }

    /// Tells the state of the line if it is another one, and of a board that is not heard.
    pub(crate) fn tell_line(&mut self, out: &mut Outputs) {
        self.watch_board(out);
        let state = self.line_state_now();
        if state != self.line_status.told {
            self.line_status.told = state;
            out.record(Record::LineChanged { state });
        }
    }

    /// Runs the belt empty, or goes on.
    pub(crate) fn take_drain(&mut self, drain: bool) {
        self.line_status.draining = drain;
    }
}
