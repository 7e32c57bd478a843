//! The controller's ledger beside the simulated core, as `sortie run` keeps it from the journal: it hears only what is
//! durable, so that a kill takes from it what it takes from the journal.

use super::controller::{Hooks, Told};
use sortie_controller::journal::Entry;
use sortie_controller::ledger::Ledger;
use sortie_core::input::Input;
use sortie_core::output::{Output, Record};
use sortie_protocol::board::telegram::HostTelegram;
use std::collections::VecDeque;

/// A ledger, and what it will hear when that is durable.
#[derive(Debug)]
pub(super) struct LedgerBeside {
    ledger: Ledger,
    /// Number and time of each entry.
    waiting: VecDeque<(u64, u64, Entry)>,
    /// Number of the newest entry of the journal: outputs follow their input, one by one.
    newest: u64,
}

impl LedgerBeside {
    pub(super) fn new() -> Self {
        Self { ledger: Ledger::new(), waiting: VecDeque::new(), newest: 0 }
    }

    /// An input was taken.
    #[inline(never)]
    pub(super) fn taken(&mut self, at: u64, number: u64, input: &Input) {
        self.newest = number;
        if matches!(
            input,
            Input::Utc { .. }
                | Input::Parcel(_)
                | Input::Hold(_)
                | Input::Departed(_)
                | Input::Flight(_)
                | Input::Order(_)
        ) {
            self.waiting.push_back((number, at, Entry::Input(input.clone())));
        }
    }

    /// Something was said about the newest input.
    #[inline(never)]
    pub(super) fn said(&mut self, at: u64, output: &Output) {
        self.newest += 1;
        let tells = match output {
            Output::Record(Record::Born { .. } | Record::Sighted { .. } | Record::Scanned { .. }) => false,
            Output::Record(_) => true,
            Output::Board(telegram) => matches!(telegram, HostTelegram::Fire(_)),
        };
        if tells {
            self.waiting.push_back((self.newest, at, Entry::Output(output.clone())));
        }
    }

    /// Everything up to `number` is durable: what follows from it is told.
    #[inline(never)]
    pub(super) fn durable(&mut self, number: u64, hooks: &mut impl Hooks) {
        while let Some((_, at, entry)) = self.waiting.pop_front_if(|(waiting, ..)| *waiting <= number) {
            self.take(at, &entry, hooks);
        }
    }

    /// The process was killed: what stands behind entry `kept` of the journal never was.
    pub(super) fn kill(&mut self, kept: u64) {
        self.waiting.retain(|(number, ..)| *number <= kept);
    }

    /// The process came back and says what the kill kept it from writing down.
    pub(super) fn restored(&mut self, at: u64, missing: &[Output], hooks: &mut impl Hooks) {
        for output in missing {
            self.take(at, &Entry::Output(output.clone()), hooks);
        }
    }

    fn take(&mut self, at: u64, entry: &Entry, hooks: &mut impl Hooks) {
        if let Some(flight) = self.ledger.take_entry(at, entry)
            && let Some(sheet) = self.ledger.reconciliation(&flight, at)
        {
            hooks.told(at, Told::FlightClosed { sheet: &sheet });
        }
        if let Entry::Output(Output::Record(Record::ContainerClosed { container, .. })) = entry
            && let Some(manifest) = self.ledger.manifest(*container)
        {
            hooks.told(at, Told::ContainerClosed { manifest });
        }
    }
}

impl Default for LedgerBeside {
    fn default() -> Self {
        Self::new()
    }
}
