//! The flights on file, as far as plans and people need them.

use sortie_core::input::Input;
use sortie_core::records::{FlightKey, FlightRecord};
use std::collections::BTreeMap;

/// The newest record of each flight.
#[derive(Clone, Debug, Default)]
pub struct Flights {
    records: BTreeMap<FlightKey, FlightRecord>,
    changes: u64,
}

impl Flights {
    /// Takes an input, if it tells of a flight.
    pub fn take(&mut self, input: &Input) {
        if let Input::Flight(record) = input
            && self.records.insert(record.key, record.clone()).as_ref() != Some(record)
        {
            self.changes += 1;
        }
    }

    /// How often a flight was new or changed so far.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The newest record of a flight.
    #[must_use]
    pub fn get(&self, key: &FlightKey) -> Option<&FlightRecord> {
        self.records.get(key)
    }

    /// All records, by key.
    pub fn iter(&self) -> impl Iterator<Item = &FlightRecord> {
        self.records.values()
    }

    /// How many flights are on file.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True if no flight is on file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}
