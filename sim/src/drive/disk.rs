//! The disk under the simulated controller's journal: it keeps everything, takes its time, or takes nothing.

use sortie_controller::journal::memory::{Keep, MemoryJournal};
use sortie_controller::journal::{EntryRef, Journal, JournalError};
use sortie_core::Core;
use sortie_core::line::Line;
use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::rc::Rc;

/// How the disk is, as the drive that plays it knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    full: Rc<Cell<bool>>,
    full_until: u64,
    /// The next sync takes so long.
    stall_ns: u64,
    /// A sync is under way until then.
    busy_until: Option<u64>,
}

impl Disk {
    /// It takes nothing until `until`.
    pub(super) fn fill(&mut self, until: u64) {
        self.full_until = self.full_until.max(until);
    }

    /// The next sync takes so long.
    pub(super) fn stall(&mut self, for_ns: u64) {
        self.stall_ns = self.stall_ns.max(for_ns);
    }

    /// Nothing is wrong with it any more; a sync that is under way takes as long as it takes.
    pub(super) fn mend(&mut self) {
        (self.full_until, self.stall_ns) = (0, 0);
    }

    /// Whoever waited for it is gone.
    pub(super) fn leave(&mut self) {
        self.busy_until = None;
    }

    /// What time it is. Says whether whoever asked it for a sync still waits.
    #[inline]
    pub(super) fn is_busy(&mut self, at: u64) -> bool {
        self.full.set(at < self.full_until);
        self.busy_until.is_some_and(|until| at < until)
    }

    /// Somebody asks for a sync. Says whether he has to wait.
    #[inline]
    pub(super) fn asked(&mut self, at: u64) -> bool {
        let stalls = self.stall_ns > 0;
        if stalls {
            self.busy_until = Some(at + std::mem::take(&mut self.stall_ns));
        }
        stalls
    }

    /// A sync that took long has come to its end just now.
    #[inline]
    pub(super) fn take_ended(&mut self) -> bool {
        self.busy_until.take().is_some()
    }

    /// When a sync that takes long ends.
    #[inline]
    pub(super) fn busy_until(&self) -> Option<u64> {
        self.busy_until
    }
}

/// A journal on that disk.
pub(super) struct DiskJournal {
    memory: MemoryJournal,
    full: Rc<Cell<bool>>,
}

impl DiskJournal {
    pub(super) fn new(line: &Line, keep: Keep, disk: &Disk) -> Self {
        Self { memory: MemoryJournal::new(line, keep), full: Rc::clone(&disk.full) }
    }

    pub(super) fn memory(&self) -> &MemoryJournal {
        &self.memory
    }

    pub(super) fn memory_mut(&mut self) -> &mut MemoryJournal {
        &mut self.memory
    }
}

impl Journal for DiskJournal {
    #[inline]
    fn append(&mut self, at: u64, entry: EntryRef<'_>) -> u64 {
        self.memory.append(at, entry)
    }

    #[inline]
    fn sync(&mut self) -> Result<(), JournalError> {
        if self.full.get() {
            let source = io::Error::from(ErrorKind::StorageFull);
            return Err(JournalError::Io { doing: "write", path: PathBuf::from("memory"), source });
        }
        self.memory.sync()
    }

    #[inline]
    fn durable(&self) -> u64 {
        self.memory.durable()
    }

    #[inline]
    fn newest(&self) -> &[u8] {
        self.memory.newest()
    }

    #[inline]
    fn checkpoint(&mut self, core: &Core) {
        self.memory.checkpoint(core);
    }
}
