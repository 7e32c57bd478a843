//! The outputs of one step, in the order in which they were said.

use crate::limits::OUTPUTS;
use crate::output::{Output, Record};
use alloc::vec::Vec;
use sortie_protocol::board::telegram::HostTelegram;

/// Holds the outputs of one step. Its storage is taken once; a step that says more is counted, and the surplus
/// records are dropped, never commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    list: Vec<Output>,
    dropped: u64,
}

/// Room kept for commands after records have used theirs up.
const COMMAND_ROOM: usize = OUTPUTS / 4;

impl Outputs {
    /// Takes storage for every output that one step can give.
    #[must_use]
    pub fn new() -> Self {
        Self { list: Vec::with_capacity(OUTPUTS), dropped: 0 }
    }

    /// Forgets all outputs; keeps the storage.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// The outputs, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Output] {
        &self.list
    }

    /// Records that found no room since the start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn record(&mut self, record: Record) {
        if self.list.len() < OUTPUTS - COMMAND_ROOM {
            self.list.push(Output::Record(record));
        } else {
            self.dropped += 1;
        }
    }

    pub(crate) fn command(&mut self, telegram: HostTelegram) {
        if self.list.len() < OUTPUTS {
            self.list.push(Output::Board(telegram));
        } else {
            self.dropped += 1;
        }
    }
}

impl Default for Outputs {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMAND_ROOM, OUTPUTS, Outputs};
    use crate::output::Record;
    use sortie_protocol::board::telegram::HostTelegram;

    #[test]
    fn a_step_that_says_too_much_keeps_room_for_commands_and_counts_what_it_leaves_out() {
        let mut out = Outputs::new();
        for item in 0..OUTPUTS as u32 {
            out.record(Record::Gone { item });
        }
        assert_eq!((out.as_slice().len(), out.dropped()), (OUTPUTS - COMMAND_ROOM, COMMAND_ROOM as u64));
        for echo_ms in 0..COMMAND_ROOM as u32 + 2 {
            out.command(HostTelegram::Beat { echo_ms });
        }
        assert_eq!((out.as_slice().len(), out.dropped()), (OUTPUTS, COMMAND_ROOM as u64 + 2));
        out.clear();
        assert_eq!((out.as_slice().len(), out.dropped()), (0, COMMAND_ROOM as u64 + 2), "since the start");
    }
}
