//! Follows a file that somebody else appends to, replaces or takes away.

use super::FeedKind;
use super::lines::{LineFault, parse_line};
use crate::config::{Problem, unreadable_remedy};
use crate::plain_file;
use sortie_core::input::Input;
use sortie_core::records::{CodeText, ParcelRecord};
use sortie_protocol::identifier::Grammars;
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Longest line that is read, in bytes.
pub const LINE_BYTES_MAX: usize = 64 << 10;
/// Bytes read in one poll: small enough that a caller can stop soon, large enough that a million lines take seconds.
const BITE_BYTES: usize = 4 * LINE_BYTES_MAX;
/// Bytes before the reading place that must be unchanged for the file to count as appended to.
const TAIL_BYTES: usize = 64;
/// Problems told one by one in one pass through a file; further ones are counted.
const PROBLEMS_MAX: u32 = 100;

/// What one poll did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Polled {
    /// Good lines.
    pub taken: u32,
    /// Lines that were reported and skipped.
    pub skipped: u32,
    /// There is more to read at once.
    pub more: bool,
    /// The file was replaced or cut, and is read from its start again.
    pub restarted: bool,
    /// The file is not there.
    pub missing: bool,
    /// The file cannot be read; it is read from its start when it can be. Also true of one that is not there.
    pub unreadable: bool,
}

/// Reads a feed file line by line as it grows.
///
/// A half-written last line waits until it is whole. A file that was replaced, cut or rewritten is read again from
/// its start, and so is one that had vanished; [`Polled`] says so, since what stands in it was mostly read before. A file
/// that vanishes is reported once; what was read stays in force.
#[derive(Debug)]
pub struct FileFollower {
    kind: FeedKind,
    grammars: Grammars,
    path: PathBuf,
    file: String,
    /// Start of the first line not yet read.
    offset: u64,
    /// Number of that line, from 1.
    line: u32,
    /// The last bytes before `offset`.
    tail: Vec<u8>,
    identity: Option<(u64, u64)>,
    seen: Option<(u64, i64, i64)>,
    /// In the middle of a line that is too long.
    overlong: bool,
    /// The last trouble reported, so that it is told once.
    trouble: Option<ErrorKind>,
    told: u32,
    untold: u32,
    owners: BTreeMap<u64, (u64, u32)>,
    totals: (u64, u64),
}

impl FileFollower {
    /// Follows the file at `path`; it need not be there yet.
    #[must_use]
    pub fn new(kind: FeedKind, path: &Path) -> Self {
        Self {
            kind,
            grammars: Grammars::default(),
            path: path.to_owned(),
            file: path.display().to_string(),
            offset: 0,
            line: 1,
            tail: Vec::new(),
            identity: None,
            seen: None,
            overlong: false,
            trouble: None,
            told: 0,
            untold: 0,
            owners: BTreeMap::new(),
            totals: (0, 0),
        }
    }

    /// The same with other codes that are plates.
    #[must_use]
    pub fn with_grammars(self, grammars: Grammars) -> Self {
        Self { grammars, ..self }
    }

    /// Which file it is.
    #[must_use]
    pub fn kind(&self) -> FeedKind {
        self.kind
    }

    /// Good and skipped lines since the start, re-read ones included.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        self.totals
    }

    /// Reads the next bite of whole lines, gives each good one to `take` and each problem to `report`.
    pub fn poll(&mut self, take: &mut dyn FnMut(Input), report: &mut dyn FnMut(Problem)) -> Polled {
        let mut polled = Polled::default();
        match self.bite(&mut polled) {
            Ok(None) => {}
            Ok(Some(bite)) => self.lines(&bite, &mut polled, take, report),
            Err(error) => {
                polled.missing = error.kind() == ErrorKind::NotFound;
                polled.unreadable = true;
                self.troubled(&error, report);
            }
        }
        if !polled.more {
            self.tell_untold(report);
        }
        self.totals.0 += u64::from(polled.taken);
        self.totals.1 += u64::from(polled.skipped);
        polled
    }

    /// A problem if the file does not end with a line end: its last line is not read.
    #[must_use]
    pub fn unfinished(&self) -> Option<Problem> {
        if self.trouble.is_some() {
            return None;
        }
        let size = std::fs::metadata(&self.path).ok()?.len();
        let remedy = "a line is read once its line end is written; finish it";
        (size > self.offset).then(|| self.problem(self.line, 1, "the last line has no end".to_owned(), remedy))
    }

    /// The next bytes to read, if the file changed since the last poll.
    fn bite(&mut self, polled: &mut Polled) -> std::io::Result<Option<Vec<u8>>> {
        let mut file = plain_file::open(&self.path)?;
        let data = file.metadata()?;
        let seen = (data.len(), data.mtime(), data.mtime_nsec());
        if self.trouble.is_none() && self.seen == Some(seen) && self.identity == Some(identity(&data)) {
            return Ok(None);
        }
        if self.identity.is_some() && !self.continues(&mut file, &data)? {
            self.restart();
            polled.restarted = true;
        }
        self.identity = Some(identity(&data));
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bite = Vec::new();
        file.take(BITE_BYTES as u64).read_to_end(&mut bite)?;
        self.trouble = None;
        polled.more = bite.len() == BITE_BYTES;
        // While there is more, the file must look changed at the next poll.
        self.seen = (!polled.more).then_some(seen);
        Ok(Some(bite))
    }

    fn continues(&self, file: &mut File, data: &Metadata) -> std::io::Result<bool> {
        if self.identity != Some(identity(data)) || data.len() < self.offset {
            return Ok(false);
        }
        let mut tail = vec![0; self.tail.len()];
        file.seek(SeekFrom::Start(self.offset - self.tail.len() as u64))?;
        file.read_exact(&mut tail)?;
        Ok(tail == self.tail)
    }

    fn restart(&mut self) {
        self.offset = 0;
        self.line = 1;
        self.tail.clear();
        self.overlong = false;
        self.told = 0;
        self.owners.clear();
    }

    fn lines(
        &mut self,
        bite: &[u8],
        polled: &mut Polled,
        take: &mut dyn FnMut(Input),
        report: &mut dyn FnMut(Problem),
    ) {
        let mut rest = bite;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end + 1);
            self.whole_line(&line[..end], polled, take, report);
            self.advance(line);
            self.line = self.line.saturating_add(1);
            rest = after;
        }
        if self.overlong || rest.len() > LINE_BYTES_MAX {
            if !self.overlong {
                self.skip(&too_long(), polled, report);
            }
            self.overlong = true;
            self.advance(rest);
        }
    }

    fn whole_line(
        &mut self,
        line: &[u8],
        polled: &mut Polled,
        take: &mut dyn FnMut(Input),
        report: &mut dyn FnMut(Problem),
    ) {
        if std::mem::take(&mut self.overlong) {
            return;
        }
        if line.len() > LINE_BYTES_MAX {
            return self.skip(&too_long(), polled, report);
        }
        let start: &[u8] = if self.offset == 0 { b"\xEF\xBB\xBF" } else { b"" };
        let line = line.strip_prefix(start).unwrap_or(line).trim_ascii_end();
        if line.trim_ascii().is_empty() {
            return;
        }
        match parse_line(self.kind, line, &self.grammars) {
            Ok(input) => {
                if let Input::Parcel(record) = &input {
                    self.check_owners(record, report);
                }
                polled.taken += 1;
                take(input);
            }
            Err(fault) => self.skip(&fault, polled, report),
        }
    }

    fn advance(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL_BYTES)..]);
        let surplus = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..surplus);
    }

    fn skip(&mut self, fault: &LineFault, polled: &mut Polled, report: &mut dyn FnMut(Problem)) {
        polled.skipped += 1;
        let message = format!("line skipped: {}", fault.message);
        self.tell(self.problem(self.line, fault.column, message, &fault.remedy), report);
    }

    /// Reports a plate that an earlier line of this file gave to another parcel. The core refuses the later record.
    fn check_owners(&mut self, record: &ParcelRecord, report: &mut dyn FnMut(Problem)) {
        let owner = hash(&record.key);
        for plate in &record.plates {
            let (first, line) = *self.owners.entry(hash(plate)).or_insert((owner, self.line));
            if first != owner {
                let message = format!("plate {} stands already in line {line} for another parcel", text(plate));
                let remedy = "a plate keys one parcel: the earlier one keeps it; correct one of the two";
                self.tell(self.problem(self.line, 1, message, remedy), report);
            }
        }
    }

    fn tell(&mut self, problem: Problem, report: &mut dyn FnMut(Problem)) {
        if self.told < PROBLEMS_MAX {
            self.told += 1;
            report(problem);
        } else {
            self.untold += 1;
        }
    }

    fn tell_untold(&mut self, report: &mut dyn FnMut(Problem)) {
        let untold = std::mem::take(&mut self.untold);
        if untold > 0 {
            let message = format!("{untold} more problems");
            report(self.problem(0, 0, message, "correct those told first; the rest is often the same"));
        }
    }

    fn troubled(&mut self, error: &std::io::Error, report: &mut dyn FnMut(Problem)) {
        if self.trouble.replace(error.kind()) == Some(error.kind()) {
            return;
        }
        let noun = self.kind.noun();
        let (message, remedy) = match (error.kind(), self.identity) {
            (ErrorKind::NotFound, Some(_)) => {
                ("has vanished".to_owned(), format!("the {noun} read so far stay in force"))
            }
            (ErrorKind::NotFound, None) => ("is not there".to_owned(), format!("{noun} are read once it is written")),
            _ => (format!("cannot be read: {error}"), unreadable_remedy(error).to_owned()),
        };
        self.identity = None;
        self.restart();
        report(self.problem(0, 0, message, &remedy));
    }

    fn problem(&self, line: u32, column: u32, message: String, remedy: &str) -> Problem {
        Problem { file: self.file.clone(), line, column, message, remedy: remedy.to_owned() }
    }
}

fn too_long() -> LineFault {
    let remedy = "write one JSON object a line, each ended by a line feed".to_owned();
    LineFault { column: 1, message: format!("longer than {LINE_BYTES_MAX} bytes"), remedy }
}

fn identity(data: &Metadata) -> (u64, u64) {
    (data.dev(), data.ino())
}

fn hash(bytes: &[u8]) -> u64 {
    // Eight bytes a plate keep a million plates small; two of them colliding would only cause a false report.
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

fn text(plate: &CodeText) -> String {
    String::from_utf8_lossy(plate).into_owned()
}
