//! The outputs of one step, in the order in which they were said.

use crate::limits::OUTPUTS;
use crate::output::{Output, Record};
use alloc::vec::Vec;
use sortie_protocol::board::telegram::HostTelegram;

/// Holds the outputs of one step. Its storage is taken once; a step that says more is counted, and the surplus
/// records are dropped, never commands.
#[derive(Clone, Debug)]
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
