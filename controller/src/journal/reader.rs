//! Reads a journal from its segment files, entry by entry.

use super::segment::{self, Header, Segment};
use super::{JournalError, Numbered, codec};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// What comes next from a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one exists at a time, on the stack; a box for each entry would cost more"
)]
pub enum Item {
    /// A segment starts whose line differs from the one before, or the very first one: the state starts empty.
    Line(Box<Header>),
    /// The next entry.
    Entry(Numbered),
}

/// Where a journal ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The last segment.
    pub path: PathBuf,
    /// Its length without a torn tail; 0 if even its header is torn.
    pub length: u64,
    /// Bytes of torn tail behind that.
    pub torn: u64,
    /// Number that the next entry gets.
    pub next: u64,
    /// Time of the last entry, 0 if there is none.
    pub at: u64,
}

/// Reads a journal from its first entry to its end; a torn tail ends it quietly.
#[derive(Debug)]
pub struct JournalReader {
    folder: PathBuf,
    segments: Vec<Segment>,
    current: usize,
    /// The current segment, from `base` on.
    bytes: Vec<u8>,
    base: u64,
    offset: usize,
    header: Option<Header>,
    /// The current segment's header was whole.
    begun: bool,
    pending_line: bool,
    next: u64,
    at: u64,
    torn: usize,
}

impl JournalReader {
    /// Opens the journal in `folder`.
    ///
    /// # Errors
    /// When there is none, when it cannot be read, or when its first segment is damaged.
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        let segments = segment::list(folder)?;
        if segments.is_empty() {
            return Err(JournalError::Empty { path: folder.to_owned() });
        }
        let mut reader = Self {
            folder: folder.to_owned(),
            segments,
            current: 0,
            bytes: Vec::new(),
            base: 0,
            offset: 0,
            header: None,
            begun: false,
            pending_line: false,
            // Without its beginning a journal tells of parcels and holds that nobody knows.
            next: 1,
            at: 0,
            torn: 0,
        };
        reader.load()?;
        Ok(reader)
    }

    /// The next thing of the journal; `None` at its end, or at its torn tail.
    ///
    /// # Errors
    /// When a segment cannot be read, or is damaged elsewhere than in a torn tail.
    pub fn next_item(&mut self) -> Result<Option<Item>, JournalError> {
        loop {
            if std::mem::take(&mut self.pending_line)
                && let Some(header) = &self.header
            {
                return Ok(Some(Item::Line(Box::new(header.clone()))));
            }
            match self.superseded_from() {
                Some(first) => self.nothing_durable_beyond(first)?,
                None => {
                    if let Some(entry) = self.record()? {
                        return Ok(Some(Item::Entry(entry)));
                    }
                }
            }
            if self.current + 1 >= self.segments.len() {
                return Ok(None);
            }
            self.current += 1;
            self.load()?;
        }
    }

    /// Where the journal ends; right only after [`JournalReader::next_item`] has said `None`.
    #[must_use]
    pub fn end(&self) -> End {
        let path = self.segments[self.current].path.clone();
        let length = self.base + self.offset as u64;
        End { path, length, torn: self.torn as u64, next: self.next, at: self.at }
    }

    /// Looks for what another process, or thread, has appended since [`JournalReader::next_item`] said `None`. After a
    /// sync that failed, entries come again under the numbers that they had.
    ///
    /// # Errors
    /// When the folder or a segment cannot be read.
    pub fn look_again(&mut self) -> Result<(), JournalError> {
        let path = self.segments[self.current].path.clone();
        let failed = |source| JournalError::Io { doing: "read", path: path.clone(), source };
        self.segments = segment::list(&self.folder)?;
        self.current = self.segments.iter().position(|segment| segment.path == path).unwrap_or(0);
        self.torn = 0;
        if !self.begun {
            return self.load();
        }
        self.bytes.drain(..self.offset);
        self.base += std::mem::take(&mut self.offset) as u64;
        let mut file = File::open(&path).map_err(failed)?;
        file.seek(SeekFrom::Start(self.base + self.bytes.len() as u64)).map_err(failed)?;
        file.read_to_end(&mut self.bytes).map_err(failed)?;
        Ok(())
    }

    /// The line of the segment that is being read; `None` only if the one segment there is has a torn header.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// First number of the next segment when the next entry stands there.
    fn superseded_from(&self) -> Option<u64> {
        self.segments.get(self.current + 1).map(|following| following.first).filter(|first| *first <= self.next)
    }

    /// Behind the first number of the next segment this one holds nothing, or what a sync left that failed: nothing that
    /// built on it. Whoever went on here while another process began there wrote a second story of the same line.
    fn nothing_durable_beyond(&self, first: u64) -> Result<(), JournalError> {
        if was_durable(&self.bytes[self.offset..], first) {
            return Err(
                self.damaged("two processes wrote this journal at once, and it goes on here and in the next file")
            );
        }
        Ok(())
    }

    fn record(&mut self) -> Result<Option<Numbered>, JournalError> {
        match next(&self.bytes[self.offset..], self.next, self.last()) {
            Next::Entry(entry, length) => {
                self.offset += length;
                self.next += 1;
                self.at = entry.at;
                Ok(Some(entry))
            }
            Next::End => Ok(None),
            Next::Torn(length) => {
                self.torn = length;
                Ok(None)
            }
            Next::Damaged(what) => Err(self.damaged(what)),
        }
    }

    fn load(&mut self) -> Result<(), JournalError> {
        let segment = &self.segments[self.current];
        self.bytes = fs::read(&segment.path).map_err(|source| JournalError::Io {
            doing: "read",
            path: segment.path.clone(),
            source,
        })?;
        (self.base, self.offset) = (0, 0);
        if segment.first > self.next {
            return Err(self.damaged("records before this file are missing"));
        }
        match segment::decode(&self.bytes, segment)? {
            Some((header, start)) => {
                self.next = segment.first;
                self.offset = start;
                self.pending_line = self.header.as_ref().is_none_or(|before| before.line != header.line);
                self.header = Some(header);
                self.begun = true;
                Ok(())
            }
            None if self.last() && !was_durable(&self.bytes, self.next) => {
                self.torn = self.bytes.len();
                self.bytes.clear();
                self.begun = false;
                Ok(())
            }
            None => Err(self.damaged("the header is cut short or its CRC is wrong")),
        }
    }

    fn last(&self) -> bool {
        self.current + 1 == self.segments.len()
    }

    fn damaged(&self, what: &'static str) -> JournalError {
        let offset = self.base + self.offset as u64;
        JournalError::Damaged { path: self.segments[self.current].path.clone(), offset, what }
    }
}

/// What stands next in the bytes of a segment.
pub(super) enum Next {
    /// An entry, whose record has this length.
    Entry(Numbered, usize),
    /// Nothing.
    End,
    /// So many bytes of a group that was being written when the process or the power went; nobody has acted on it.
    Torn(usize),
    /// Something that was sound once.
    Damaged(&'static str),
}

/// Looks at the record of entry `number` at the start of `rest`; `last` says that no segment follows.
pub(super) fn next(rest: &[u8], number: u64, last: bool) -> Next {
    if rest.is_empty() {
        return if last { Next::End } else { Next::Damaged("the records up to the next file are missing") };
    }
    let Some(frame) = codec::decode(rest) else {
        return match (last, was_durable(rest, number)) {
            (false, _) => Next::Damaged("a record is cut short or its CRC is wrong"),
            (true, true) => Next::Damaged("a record's CRC is wrong"),
            (true, false) => Next::Torn(rest.len()),
        };
    };
    if frame.number != number {
        return Next::Damaged("a record has the wrong number");
    }
    let Some(entry) = frame.entry() else { return Next::Damaged("a record has an unknown form") };
    Next::Entry(Numbered { number: frame.number, at: frame.at, entry }, frame.length)
}

/// True if a sound record in `bytes` says that entry `number` was durable when it was written itself.
fn was_durable(bytes: &[u8], number: u64) -> bool {
    let room = number.saturating_add((bytes.len() / codec::HEAD) as u64);
    (0..bytes.len().saturating_sub(codec::HEAD + codec::TAIL)).any(|offset| {
        let candidate = &bytes[offset..];
        let claimed = u64::from_le_bytes(candidate[4..12].try_into().unwrap_or_default());
        claimed > number
            && claimed <= room
            && codec::decode(candidate).is_some_and(|frame| frame.number - 1 - u64::from(frame.unsynced) >= number)
    })
}
