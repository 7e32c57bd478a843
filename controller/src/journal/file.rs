//! The journal of a running line: flat segment files in a folder, one writer, group `fdatasync`.

use super::reader::{End, JournalReader};
use super::segment::{self, Header};
use super::{EntryRef, Journal, JournalError, codec};
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Sizes of a file journal.
#[derive(Clone, Copy, Debug)]
pub struct FileSettings {
    /// A segment that has grown to this many bytes is followed by a new one.
    pub segment_bytes: u64,
    /// While the disk fails, this many bytes are kept in memory; what comes after is lost and makes a gap.
    pub spill_bytes: usize,
}

impl Default for FileSettings {
    fn default() -> Self {
        // 64 MiB of spill are more than an hour of a full line (about 250 entries of 60 bytes a second).
        Self { segment_bytes: 64 << 20, spill_bytes: 64 << 20 }
    }
}

/// Writes a journal into segment files.
#[derive(Debug)]
pub struct FileJournal {
    folder: PathBuf,
    settings: FileSettings,
    header: Header,
    /// Held for their locks: a second writer would tear the journal.
    _locks: Locks,
    segment: Option<File>,
    written: u64,
    /// Records appended since the last successful sync.
    pending: Vec<u8>,
    next: u64,
    durable: u64,
    failed: bool,
    dropped: u64,
    last_at: u64,
}

impl FileJournal {
    /// Opens the journal in `folder` for writing, behind `end`; makes the folder if it does not exist. A torn tail is
    /// cut off. `end` is what a [`JournalReader`] said at its end, or `None` for a new journal.
    ///
    /// A disk that is full is no error here: the first sync will say so, and one after the other tries again. Whoever has
    /// to free it is asleep when the power comes back, and must not have to start the line as well.
    ///
    /// # Errors
    /// When the folder cannot be made or locked, or written to for another reason, or the tail not be cut.
    pub fn open(
        folder: &Path,
        header: Header,
        end: Option<&End>,
        settings: FileSettings,
    ) -> Result<Self, JournalError> {
        let locks = lock(folder)?;
        let next = end.map_or(1, |end| end.next);
        if let Some(end) = end {
            cut(end)?;
        }
        let mut journal = Self {
            folder: folder.to_owned(),
            settings,
            header,
            _locks: locks,
            segment: None,
            written: 0,
            pending: Vec::with_capacity(1 << 20),
            next,
            durable: next - 1,
            failed: false,
            dropped: 0,
            last_at: end.map_or(0, |end| end.at),
        };
        match journal.begin_segment() {
            Err(JournalError::Io { source, .. }) if is_full(&source) => journal.failed = true,
            begun => begun?,
        }
        Ok(journal)
    }

    /// Time of the newest entry, in nanoseconds; a controller that goes on with this journal starts its clock behind.
    #[must_use]
    pub fn last_at(&self) -> u64 {
        self.last_at
    }

    /// Reads the journal of `folder` to its end with `visit`, or gives `None` if there is none.
    ///
    /// # Errors
    /// When it is damaged, or cannot be read.
    pub fn visit(folder: &Path, mut visit: impl FnMut(super::reader::Item)) -> Result<Option<End>, JournalError> {
        let mut reader = match JournalReader::open(folder) {
            Ok(reader) => reader,
            Err(JournalError::Empty { .. }) => return Ok(None),
            Err(JournalError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        while let Some(item) = reader.next_item()? {
            visit(item);
        }
        Ok(Some(reader.end()))
    }

    fn write(&mut self) -> Result<(), JournalError> {
        if self.failed || self.segment.is_none() || self.written >= self.settings.segment_bytes {
            self.begin_segment()?;
        }
        let path = || segment::path(&self.folder, self.durable + 1);
        let Some(file) = self.segment.as_mut() else { return Ok(()) };
        file.write_all(&self.pending).map_err(|source| JournalError::Io { doing: "write", path: path(), source })?;
        file.sync_data().map_err(|source| JournalError::Io { doing: "sync", path: path(), source })?;
        self.written += self.pending.len() as u64;
        Ok(())
    }

    /// Begins a new segment behind the newest durable entry. After a failed sync nobody can say what of the group is
    /// on the disk, so the whole group goes into a new file, and the reader takes it from there.
    fn begin_segment(&mut self) -> Result<(), JournalError> {
        let path = segment::path(&self.folder, self.durable + 1);
        let failed = |doing, source| JournalError::Io { doing, path: path.clone(), source };
        self.segment = None;
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|source| failed("create", source))?;
        let bytes = segment::encode(self.durable + 1, &self.header);
        file.write_all(&bytes).map_err(|source| failed("write", source))?;
        file.sync_all().map_err(|source| failed("sync", source))?;
        sync_folder(&self.folder)?;
        self.segment = Some(file);
        self.written = bytes.len() as u64;
        Ok(())
    }

    fn close_gap(&mut self) {
        if self.dropped > 0 {
            let lost = std::mem::take(&mut self.dropped);
            self.push(self.last_at, EntryRef::Gap { lost });
        }
    }

    fn push(&mut self, at: u64, entry: EntryRef<'_>) {
        let unsynced = u32::try_from(self.next - 1 - self.durable).unwrap_or(u32::MAX);
        codec::encode(&mut self.pending, self.next, at, unsynced, entry);
        self.next += 1;
    }
}

impl Journal for FileJournal {
    fn append(&mut self, at: u64, entry: EntryRef<'_>) -> u64 {
        self.last_at = at;
        if self.failed && (self.dropped > 0 || self.pending.len() >= self.settings.spill_bytes) {
            self.dropped += 1;
        } else {
            self.push(at, entry);
        }
        self.next - 1
    }

    fn sync(&mut self) -> Result<(), JournalError> {
        if self.pending.is_empty() && !self.failed {
            return Ok(());
        }
        let (kept, next, dropped) = (self.pending.len(), self.next, self.dropped);
        self.close_gap();
        if let Err(error) = self.write() {
            self.pending.truncate(kept);
            (self.next, self.dropped, self.failed) = (next, dropped, true);
            return Err(error);
        }
        self.pending.clear();
        self.durable = self.next - 1;
        self.failed = false;
        Ok(())
    }

    fn durable(&self) -> u64 {
        self.durable
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// True if there is no room, for now.
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// The lock file and the folder itself: whoever tidies up may take away an empty file that looks like a leftover, and a
/// file system of another computer may not lock folders.
#[derive(Debug)]
struct Locks {
    _file: File,
    _folder: Option<File>,
}

fn lock(folder: &Path) -> Result<Locks, JournalError> {
    let failed = |doing, path: &Path, source| JournalError::Io { doing, path: path.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(|source| failed("make", folder, source))?;
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|source| failed("open", &path, source))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(JournalError::Locked { path }),
        Err(errno) => return Err(failed("lock", &path, errno.into())),
    }
    let whole = File::open(folder).map_err(|source| failed("open", folder, source))?;
    match flock(&whole, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Locks { _file: file, _folder: Some(whole) }),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(JournalError::Locked { path: folder.to_owned() }),
        Err(_) => Ok(Locks { _file: file, _folder: None }),
    }
}

fn cut(end: &End) -> Result<(), JournalError> {
    let failed = |source| JournalError::Io { doing: "cut the torn tail of", path: end.path.clone(), source };
    if end.length == 0 {
        return std::fs::remove_file(&end.path).map_err(failed);
    }
    if end.torn > 0 {
        let file = OpenOptions::new().write(true).open(&end.path).map_err(failed)?;
        file.set_len(end.length).map_err(failed)?;
        file.sync_all().map_err(failed)?;
    }
    Ok(())
}

fn sync_folder(folder: &Path) -> Result<(), JournalError> {
    let failed = |source| JournalError::Io { doing: "sync", path: folder.to_owned(), source };
    File::open(folder).map_err(failed)?.sync_all().map_err(failed)
}
