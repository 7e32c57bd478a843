//! S7: a restart is a replay.
//!
//! Beside the controller rides a witness that hears every input when it has become durable, and nothing else. When the
//! controller comes back after a kill, its state has to be that of the witness, and what it had said has to be what the
//! journal's inputs lead to.

use super::Oracle;
use super::tally::Check;

/// What was compared when the controller came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// Outputs that were written down are those to which the inputs lead.
    pub same_outputs: bool,
    /// The state is that of the witness.
    pub same_state: bool,
}

impl Oracle {
    /// The controller came back from its journal.
    pub fn restarted(&mut self, at: u64, restart: Restart) {
        self.tally.judge(Check::S7, restart.same_outputs, at, None, || {
            "what the journal's inputs lead to after the restart is not what was written down".into()
        });
        self.tally.judge(Check::S7, restart.same_state, at, None, || {
            "the state after the restart is not that to which the durable inputs lead".into()
        });
        self.telegrams.resume();
        self.book.restarted(at, self.durable_at);
    }
}
