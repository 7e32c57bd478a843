//! The results thread: follows the journal, keeps the ledger, and writes a flight's reconciliation when it closes.
//!
//! It reads what is written down and nothing else, so that no queue can lose a piece of a manifest, and it cannot hold
//! the line up. After a restart it reads the journal from its start; a sheet that is there already is left alone.

use crate::journal::JournalError;
use crate::journal::reader::{Item, JournalReader};
use crate::ledger::{Ledger, Reconciliation};
use serde_json::{Value, json};
use sortie_core::records::FlightKey;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

/// Time between two looks at the journal.
const LOOK: Duration = Duration::from_millis(250);
/// Closed containers, and departed parcels, that are remembered.
const KEPT: usize = 200_000;

/// Everything that the results thread owns.
#[derive(Debug)]
pub(super) struct ResultsThread {
    pub(super) journal: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) log: Sender<String>,
    /// The core has ended: one more look, and that was it.
    pub(super) last_look: Arc<AtomicBool>,
}

impl ResultsThread {
    /// Follows the journal until the core has ended.
    pub(super) fn run(self) {
        if let Err(error) = self.follow() {
            let remedy = "results are not written any more; `sortie reconcile` draws them up from the journal";
            drop(self.log.send(format!("{error}; {remedy}")));
        }
    }

    fn follow(&self) -> Result<(), JournalError> {
        let Some(mut reader) = self.open()? else { return Ok(()) };
        let mut book = Book { ledger: Ledger::keeping(KEPT), newest: 0 };
        loop {
            let last = self.last_look.load(Ordering::Acquire);
            while let Some(item) = reader.next_item()? {
                if let Some(closed) = book.take(&item) {
                    self.write(&closed);
                }
            }
            if last {
                return Ok(());
            }
            std::thread::sleep(LOOK);
            reader.look_again()?;
        }
    }

    /// On a disk that was full from the start the journal's first file may come late, or never.
    fn open(&self) -> Result<Option<JournalReader>, JournalError> {
        loop {
            let last = self.last_look.load(Ordering::Acquire);
            match JournalReader::open(&self.journal) {
                Err(JournalError::Empty { .. }) if last => return Ok(None),
                Err(JournalError::Empty { .. }) => std::thread::sleep(LOOK),
                opened => return opened.map(Some),
            }
        }
    }

    fn write(&self, closed: &Closed) {
        let stem = stem(&closed.sheet.flight);
        if self.is_there(&stem, closed.entry) {
            return;
        }
        let sheet = &closed.sheet;
        let json = closed.json().to_string() + "\n";
        let files = [(format!("{stem}.csv"), sheet.csv()), (format!("{stem}.json"), json)];
        // The JSON comes last: where it is, both are.
        let written = files.iter().try_for_each(|(name, text)| replace(&self.folder, name, text.as_bytes()));
        drop(self.log.send(match written {
            Ok(()) => format!(
                "flight {}: {} expected, {} sorted ({} unconfirmed), {} held, {} missing, {} other; see {}",
                sheet.flight,
                sheet.expected,
                sheet.sorted,
                sheet.unconfirmed,
                sheet.held,
                sheet.missing,
                sheet.other,
                self.folder.join(format!("{stem}.csv")).display()
            ),
            Err(error) => format!(
                "the reconciliation of flight {} could not be written to {}: {error}; give the folder room and rights, \
                 and draw it up with `sortie reconcile`",
                sheet.flight,
                self.folder.display()
            ),
        }));
    }

    /// Whether the sheet of this very close is there.
    fn is_there(&self, stem: &str, entry: u64) -> bool {
        let text = fs::read_to_string(self.folder.join(format!("{stem}.json"))).unwrap_or_default();
        let sheet: Value = serde_json::from_str(&text).unwrap_or_default();
        sheet["journal_entry"].as_u64() == Some(entry)
    }
}

/// The ledger, and how far it has come.
struct Book {
    ledger: Ledger,
    newest: u64,
}

/// A flight that has closed.
struct Closed {
    sheet: Reconciliation,
    /// Number of the journal's entry that says so.
    entry: u64,
}

impl Book {
    fn take(&mut self, item: &Item) -> Option<Closed> {
        let Item::Entry(numbered) = item else {
            self.ledger.take_item(item);
            return None;
        };
        // After a sync that failed, a group of entries comes again.
        if numbered.number <= self.newest {
            return None;
        }
        self.newest = numbered.number;
        let flight = self.ledger.take_entry(numbered.at, &numbered.entry)?;
        let sheet = self.ledger.reconciliation(&flight, numbered.at)?;
        Some(Closed { sheet, entry: numbered.number })
    }
}

impl Closed {
    fn json(&self) -> Value {
        let mut object = json!(self.sheet);
        object["journal_entry"] = json!(self.entry);
        object
    }
}

/// `reconciliation-3V4711-2026-11-23-LGG`.
fn stem(flight: &FlightKey) -> String {
    format!("reconciliation-{}", flight.to_string().replace('/', "-"))
}

/// Writes a file so that whoever reads it finds the old one or the new one, whole.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{name}.new"));
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, folder.join(name))?;
    File::open(folder)?.sync_all()
}
