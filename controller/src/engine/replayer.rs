//! Runs a core again over what a journal holds, and compares what it says with what was written down.

use crate::journal::Entry;
use sortie_core::Core;
use sortie_core::Outputs;
use sortie_core::line::Line;
use sortie_core::output::Output;

/// Reruns entries of a journal, one by one.
#[derive(Debug, Default)]
pub struct Replayer {
    line: Option<Line>,
    core: Option<Core>,
    out: Outputs,
    said: usize,
    restored: Counts,
    at: u64,
}

/// Counts of a replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Inputs that were rerun.
    pub inputs: u64,
    /// Outputs that were compared.
    pub outputs: u64,
    /// Outputs that were not as written down, or were missing on either side.
    pub differing: u64,
    /// Number of the first entry that differs.
    pub first_difference: Option<u64>,
}

/// What a replay leads to.
#[derive(Debug)]
pub struct Restored {
    /// The core after the last input; `None` if the journal had no line.
    pub core: Option<Core>,
    /// Outputs of the last input that the crash kept from being written down, in order.
    pub missing: Vec<Output>,
    /// Time of the last entry, nanoseconds.
    pub at: u64,
    /// What was compared.
    pub counts: Counts,
}

impl Replayer {
    /// A replayer that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A segment with another line: the core starts empty.
    pub fn line(&mut self, line: &Line) {
        self.resume(line, Core::new(line));
    }

    /// Goes on from a checkpoint.
    pub fn resume(&mut self, line: &Line, core: Core) {
        self.line = Some(line.clone());
        self.core = Some(core);
        self.out.clear();
        self.said = 0;
    }

    /// Reruns or compares one entry.
    pub fn entry(&mut self, number: u64, at: u64, entry: &Entry) {
        self.at = at;
        match entry {
            Entry::Input(input) => {
                self.nothing_unsaid(number);
                if let Some(core) = &mut self.core {
                    core.step(at, input, &mut self.out);
                }
                self.said = 0;
                self.restored.inputs += 1;
            }
            Entry::Output(output) => {
                if self.out.as_slice().get(self.said) != Some(output) {
                    self.differs(number, 1);
                }
                self.said += 1;
                self.restored.outputs += 1;
            }
            Entry::Gap { .. } => {
                if let Some(line) = self.line.take() {
                    self.line(&line);
                }
            }
        }
    }

    /// What the last input has said, so far as it was rerun.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        self.out.as_slice()
    }

    /// Ends the replay.
    #[must_use]
    pub fn finish(self) -> Restored {
        let missing = self.out.as_slice().get(self.said..).unwrap_or_default().to_vec();
        Restored { core: self.core, missing, at: self.at, counts: self.restored }
    }

    fn nothing_unsaid(&mut self, number: u64) {
        let unsaid = self.out.as_slice().len().saturating_sub(self.said);
        if unsaid > 0 {
            self.differs(number, unsaid as u64);
        }
        self.out.clear();
    }

    fn differs(&mut self, number: u64, count: u64) {
        self.restored.differing += count;
        self.restored.first_difference.get_or_insert(number);
    }
}
