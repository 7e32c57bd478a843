//! A ledger from a journal.

use super::Ledger;
use crate::journal::file::FileJournal;
use crate::journal::reader::Item;
use crate::journal::{Entry, JournalError};
use sortie_core::output::Output;
use sortie_protocol::board::telegram::HostTelegram;
use std::path::Path;

impl Ledger {
    /// The ledger that the journal of a folder leads to, and the time of its last entry in nanoseconds.
    ///
    /// # Errors
    /// When there is no journal, or it is damaged.
    pub fn of_journal(folder: &Path) -> Result<(Self, u64), JournalError> {
        let mut ledger = Self::new();
        let end = FileJournal::visit(folder, |item| {
            ledger.take_item(&item);
        })?;
        let end = end.ok_or_else(|| JournalError::Empty { path: folder.to_owned() })?;
        Ok((ledger, end.at))
    }

    /// Takes the next thing of a journal; gives the flight whose reconciliation can be drawn up now.
    pub fn take_item(&mut self, item: &Item) -> Option<sortie_core::records::FlightKey> {
        match item {
            Item::Line(_) => self.begin_again(),
            Item::Entry(numbered) => return self.take_entry(numbered.at, &numbered.entry),
        }
        None
    }

    /// Takes an entry of a journal; gives the flight whose reconciliation can be drawn up now.
    pub fn take_entry(&mut self, at: u64, entry: &Entry) -> Option<sortie_core::records::FlightKey> {
        match entry {
            Entry::Input(input) => self.take_input(at, input),
            Entry::Output(Output::Record(record)) => return self.take_record(at, record),
            Entry::Output(Output::Board(HostTelegram::Fire(fire))) => self.fire_left(fire.tag.item),
            Entry::Output(Output::Board(_)) => {}
            Entry::Gap { .. } => self.begin_again(),
        }
        None
    }
}
