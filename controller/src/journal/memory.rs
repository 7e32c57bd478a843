//! The simulator's journal: in memory, fast, and forgetful when the controller is killed.

use super::reader::{self, Next};
use super::{EntryRef, Journal, JournalError, codec};
use crate::engine::{Replayer, Restored};
use sortie_core::Core;
use sortie_core::line::Line;
use std::ops::Range;

/// A checkpoint is worth its copy of the core only after so many bytes of records.
const CHECKPOINT_BYTES: usize = 1 << 20;
/// Room taken at the start.
const ROOM_BYTES: usize = 64 << 10;

/// What a memory journal keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All that a restart needs: a checkpoint of the core, and the records since.
    Records,
    /// Only the newest entry: enough for a run in which the controller is never killed.
    Newest,
}

/// A journal in memory.
pub struct MemoryJournal {
    line: Line,
    keep: Keep,
    checkpoint: Option<Core>,
    checkpoint_bytes: usize,
    /// Records since the checkpoint as a segment file holds them; of a journal that keeps only the newest entry its
    /// payload alone.
    records: Vec<u8>,
    /// Number of the first of them.
    first: u64,
    synced: usize,
    newest: Range<usize>,
    next: u64,
    durable: u64,
}

impl MemoryJournal {
    /// An empty journal of a line.
    #[must_use]
    pub fn new(line: &Line, keep: Keep) -> Self {
        Self {
            line: line.clone(),
            keep,
            checkpoint: None,
            checkpoint_bytes: CHECKPOINT_BYTES,
            records: Vec::with_capacity(ROOM_BYTES),
            first: 1,
            synced: 0,
            newest: 0..0,
            next: 1,
            durable: 0,
        }
    }

    /// Takes a checkpoint after so many bytes of records instead of the usual MiB.
    #[must_use]
    pub fn with_checkpoint_bytes(mut self, bytes: usize) -> Self {
        self.checkpoint_bytes = bytes;
        self
    }

    /// The process is killed: whatever was not synced is gone. Says how many entries that were.
    pub fn kill(&mut self) -> u64 {
        let lost = self.next - 1 - self.durable;
        self.records.truncate(self.synced);
        self.newest = self.synced..self.synced;
        self.next = self.durable + 1;
        lost
    }

    /// Bytes that a kill would take away.
    #[must_use]
    pub fn unsynced(&self) -> usize {
        self.records.len() - self.synced
    }

    /// The process is killed while its last group goes to the disk: some of it is there, the rest is missing, damaged or
    /// filled with zeros, as `draw` says. What can still be read is durable from now on; the rest is cut off, as a torn
    /// tail is.
    ///
    /// # Errors
    /// When what is left is taken for damage to what was durable.
    pub fn tear(&mut self, draw: u64) -> Result<(), &'static str> {
        let group = self.unsynced() as u64;
        let place = |draw: u64| self.synced + (draw % group.max(1)) as usize;
        let (kept, hit) = (place(draw >> 8), place(draw >> 32));
        match draw % 4 {
            // The length is written and the bytes are not.
            0 => self.records[kept..].fill(0),
            // A page in the middle did not make it.
            1 => self.records[kept.min(hit)..kept.max(hit)].fill(0),
            2 if group > 0 => self.records[hit] ^= 1 << (draw >> 61),
            _ => self.records.truncate(kept),
        }
        self.recover()
    }

    /// Reads what there is, as a reader of segment files does, and cuts a torn tail off.
    fn recover(&mut self) -> Result<(), &'static str> {
        let (mut sound, mut number) = (0, self.first);
        loop {
            match reader::next(&self.records[sound..], number, true) {
                Next::Entry(_, length) => (sound, number) = (sound + length, number + 1),
                Next::End | Next::Torn(_) => break,
                Next::Damaged(what) => return Err(what),
            }
        }
        self.records.truncate(sound);
        (self.synced, self.newest) = (sound, sound..sound);
        (self.next, self.durable) = (number, number - 1);
        Ok(())
    }

    /// The state that the records lead to. Right for a journal that keeps records only.
    #[must_use]
    pub fn restore(&self) -> Restored {
        let mut replayer = Replayer::new();
        match &self.checkpoint {
            Some(core) => replayer.resume(&self.line, core.clone()),
            None => replayer.line(&self.line),
        }
        let (mut rest, mut number) = (&self.records[..], self.first);
        while let Next::Entry(read, length) = reader::next(rest, number, true) {
            replayer.entry(number, read.at, &read.entry);
            number += 1;
            rest = &rest[length..];
        }
        replayer.finish()
    }

    fn forget(&mut self) {
        self.records.clear();
        (self.newest, self.synced) = (0..0, 0);
        self.first = self.next;
    }
}

impl Journal for MemoryJournal {
    #[inline]
    fn append(&mut self, at: u64, entry: EntryRef<'_>) -> u64 {
        if self.keep == Keep::Newest {
            self.forget();
        }
        let start = self.records.len();
        if self.keep == Keep::Newest {
            codec::payload(&mut self.records, entry);
            self.newest = start..self.records.len();
        } else {
            let unsynced = u32::try_from(self.next - 1 - self.durable).unwrap_or(u32::MAX);
            codec::encode(&mut self.records, self.next, at, unsynced, entry);
            self.newest = start + codec::HEAD..self.records.len() - codec::TAIL;
        }
        self.next += 1;
        self.next - 1
    }

    #[inline]
    fn sync(&mut self) -> Result<(), JournalError> {
        self.synced = self.records.len();
        self.durable = self.next - 1;
        Ok(())
    }

    #[inline]
    fn durable(&self) -> u64 {
        self.durable
    }

    #[inline]
    fn newest(&self) -> &[u8] {
        &self.records[self.newest.clone()]
    }

    #[inline]
    fn checkpoint(&mut self, core: &Core) {
        if self.keep == Keep::Records && self.records.len() >= self.checkpoint_bytes {
            self.checkpoint = Some(core.clone());
            self.forget();
        }
    }
}
