//! The core as a whole.

use crate::input::Input;
use crate::line::Line;
use crate::outputs::Outputs;

/// The deterministic core of one line.
#[derive(Clone, Debug)]
pub struct Core {}

impl Core {
    /// Takes all storage that the line will ever need.
    #[must_use]
    pub fn new(_line: &Line) -> Self {
        Self {}
    }

    /// Takes one input, stamped `at` nanoseconds, and says what follows from it. `out` is cleared first.
    pub fn step(&mut self, _at: u64, _input: &Input, out: &mut Outputs) {
        out.clear();
    }

    /// The board time to echo in a beat, or `None` while the board must not fire.
    #[must_use]
    pub fn may_beat(&self) -> Option<u32> {
        None
    }

    /// Boot number of the board and the sequence number of the next telegram that is needed from it.
    #[must_use]
    pub fn resume_point(&self) -> Option<(u32, u32)> {
        None
    }
}
