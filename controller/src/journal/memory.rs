//! The simulator's journal: in memory, fast, and forgetful when the controller is killed.

use super::{Entry, EntryRef, Journal, JournalError, codec};
use crate::engine::{Replayer, Restored};
use sortie_core::Core;
use sortie_core::line::Line;

/// A checkpoint is worth its copy of the core only after so many bytes of records.
const CHECKPOINT_BYTES: usize = 64 << 20;
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
    /// Records since the checkpoint; each u32 length, u64 time, payload.
    records: Vec<u8>,
    synced: usize,
    newest: usize,
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
            synced: 0,
            newest: 0,
            next: 1,
            durable: 0,
        }
    }

    /// Takes a checkpoint after so many bytes of records instead of the usual 64 MiB.
    #[must_use]
    pub fn with_checkpoint_bytes(mut self, bytes: usize) -> Self {
        self.checkpoint_bytes = bytes;
        self
    }

    /// The process is killed: whatever was not synced is gone. Says how many entries that were.
    pub fn kill(&mut self) -> u64 {
        let lost = self.next - 1 - self.durable;
        self.records.truncate(self.synced);
        self.newest = self.synced;
        self.next = self.durable + 1;
        lost
    }

    /// The state that the records lead to. Right for a journal that keeps records only.
    #[must_use]
    pub fn restore(&self) -> Restored {
        let mut replayer = Replayer::new();
        match &self.checkpoint {
            Some(core) => replayer.resume(&self.line, core.clone()),
            None => replayer.line(&self.line),
        }
        let mut rest = &self.records[..];
        let mut number = self.durable + 1 - self.count();
        while let Some((at, payload, behind)) = split(rest) {
            if let Ok(entry) = postcard::from_bytes::<Entry>(payload) {
                replayer.entry(number, at, &entry);
            }
            number += 1;
            rest = behind;
        }
        replayer.finish()
    }

    fn count(&self) -> u64 {
        let mut rest = &self.records[..self.synced];
        let mut count = 0;
        while let Some((_, _, behind)) = split(rest) {
            count += 1;
            rest = behind;
        }
        count
    }

    fn forget(&mut self) {
        self.records.clear();
        (self.newest, self.synced) = (0, 0);
    }
}

impl Journal for MemoryJournal {
    #[inline]
    fn append(&mut self, at: u64, entry: EntryRef<'_>) -> u64 {
        if self.keep == Keep::Newest {
            self.forget();
        }
        let start = self.records.len();
        let mut head = [0; 12];
        head[4..].copy_from_slice(&at.to_le_bytes());
        self.records.extend_from_slice(&head);
        codec::payload(&mut self.records, entry);
        let length = (self.records.len() - start - 12) as u32;
        self.records[start..start + 4].copy_from_slice(&length.to_le_bytes());
        self.newest = start + 12;
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
        &self.records[self.newest..]
    }

    #[inline]
    fn checkpoint(&mut self, core: &Core) {
        if self.keep == Keep::Records && self.records.len() >= self.checkpoint_bytes {
            self.checkpoint = Some(core.clone());
            self.forget();
        }
    }
}

fn split(records: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let (length, rest) = records.split_first_chunk::<4>()?;
    let (at, rest) = rest.split_first_chunk::<8>()?;
    let (payload, behind) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((u64::from_le_bytes(*at), payload, behind))
}
