//! A second core that hears what has become durable, and nothing else: what a controller has to come back to.

use sortie_core::input::Input;
use sortie_core::line::Line;
use sortie_core::{Core, Outputs};
use std::collections::VecDeque;

/// Follows a journal.
pub(super) struct Witness {
    core: Core,
    out: Outputs,
    /// Number and time of each input that is not durable yet.
    waiting: VecDeque<(u64, u64, Input)>,
}

impl Witness {
    pub(super) fn new(line: &Line) -> Self {
        Self { core: Core::new(line), out: Outputs::new(), waiting: VecDeque::new() }
    }

    pub(super) fn taken(&mut self, number: u64, at: u64, input: &Input) {
        self.waiting.push_back((number, at, input.clone()));
    }

    pub(super) fn durable(&mut self, number: u64) {
        while let Some((_, at, input)) = self.waiting.pop_front_if(|(taken, ..)| *taken <= number) {
            self.core.step(at, &input, &mut self.out);
        }
    }

    /// What was not durable is gone with the process.
    pub(super) fn kill(&mut self) {
        self.waiting.clear();
    }

    /// True if a core has the very state to which the durable inputs lead.
    pub(super) fn agrees(&self, core: Option<&Core>) -> bool {
        core == Some(&self.core)
    }
}
