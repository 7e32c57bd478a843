//! The write-ahead journal: every input in the order taken, every output beside it.
//!
//! The engine knows the narrow trait [`Journal`] only. [`file::FileJournal`] keeps flat segment files for a running
//! line; [`memory::MemoryJournal`] is the simulator's, and loses what was not synced when the controller is killed.
//! The journal does not decide anything, and no reader of it may change it, except that opening it for writing cuts
//! a torn tail off.

mod codec;
pub mod file;
pub mod memory;
pub mod reader;
pub mod segment;

use serde::{Deserialize, Serialize};
use sortie_core::Core;
use sortie_core::input::Input;
use sortie_core::output::Output;
use std::io;
use std::path::PathBuf;

/// Where a controller writes down what it took and what it said.
pub trait Journal {
    /// Appends an entry, taken at `at` nanoseconds, and gives its number: 1 for the first of a journal, each next one
    /// higher by one. The entry is not durable before a later [`Journal::sync`] has succeeded.
    fn append(&mut self, at: u64, entry: EntryRef<'_>) -> u64;

    /// Makes everything appended durable.
    ///
    /// # Errors
    /// When the disk refuses. Everything appended is kept, up to a bound, and the next call tries it again.
    fn sync(&mut self) -> Result<(), JournalError>;

    /// Number of the newest durable entry; 0 if there is none.
    fn durable(&self) -> u64;

    /// The form in which the newest entry was written down; empty if the journal does not keep it at hand.
    fn newest(&self) -> &[u8] {
        &[]
    }

    /// Says that `core` is the state after the newest entry, just after it became durable, so that a journal may
    /// forget what leads up to it. Costs nothing for a journal that keeps everything.
    fn checkpoint(&mut self, core: &Core) {
        let _ = core;
    }

    /// Entries that were dropped since the last success because the disk failed for too long; not 0 means that the
    /// journal has a gap, which the next successful sync closes with [`Entry::Gap`].
    fn dropped(&self) -> u64 {
        0
    }
}

/// Appends the journaled form of `value` to `buffer`, without its frame.
pub fn encode(buffer: &mut Vec<u8>, value: impl Serialize) {
    codec::payload(buffer, value);
}

/// Reads the journaled form of an entry.
#[must_use]
pub fn decode(payload: &[u8]) -> Option<Entry> {
    postcard::from_bytes(payload).ok()
}

/// One entry of the journal, as read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// An input, as it was taken.
    Input(Input),
    /// An output of the input before it.
    Output(Output),
    /// Entries were lost for good; the controller went on from an empty state.
    Gap {
        /// How many.
        lost: u64,
    },
}

/// One entry of the journal, as written. It has the same form on disk as [`Entry`].
#[derive(Clone, Copy, Debug, Serialize)]
pub enum EntryRef<'a> {
    /// An input.
    Input(&'a Input),
    /// An output of the input before it.
    Output(&'a Output),
    /// Entries were lost for good.
    Gap {
        /// How many.
        lost: u64,
    },
}

/// An entry with its number and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// Its number.
    pub number: u64,
    /// When it was taken, in nanoseconds of the journal's own clock, which never goes back.
    pub at: u64,
    /// What it says.
    pub entry: Entry,
}

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused.
    #[error("cannot {doing} {path}: {source}; check the disk and the rights of the folder")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record that was once durable is damaged.
    #[error(
        "{path} is damaged at byte {offset}: {what}; sound records follow, so this is no torn tail: restore the file \
         from a copy, or move the folder away to start a new journal"
    )]
    Damaged {
        /// The segment file.
        path: PathBuf,
        /// Where the damage starts.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// The file is no segment of this journal, or of a newer program.
    #[error("{path} is not a segment that this program can read: {what}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There are no segments.
    #[error("{path} holds no journal (no file named like 00000000000000000001.sortie)")]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// Another process writes this journal.
    #[error("{path} is in use by another process; one line has one controller")]
    Locked {
        /// The lock file, or the folder.
        path: PathBuf,
    },
}
