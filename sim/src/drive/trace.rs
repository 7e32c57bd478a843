//! The trace of a run: everything that happened, in order, as one stream of bytes, hashed and, if wanted, written.
//!
//! The stream is binary, so that hashing a run costs next to nothing and a file holds exactly what was hashed. It
//! starts with [`MAGIC`]; then come records: kind (1 byte), virtual time in nanoseconds (8 bytes), port or zero
//! (2 bytes), number or zero (8 bytes), length (4 bytes), content; all little-endian. [`print()`] turns it into lines.

use sortie_controller::journal::{Entry, decode};
use std::io::{self, Read, Write};
use xxhash_rust::xxh3::Xxh3;

/// First bytes of a trace.
pub const MAGIC: &[u8; 16] = b"sortie-trace 1\n\0";

/// Bytes before a record's content.
const HEAD: usize = 1 + 8 + 2 + 8 + 4;
/// Collected before hashing: long enough that the hash runs at full speed, and short enough to leave the nearest cache
/// to the run.
const CHUNK: usize = 4 * 1024;
/// Longest content that [`print`] believes; a plan file is the largest record.
const CONTENT_MAX: usize = 16 * 1024 * 1024;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Bytes that reached the host.
    ToHost = 1,
    /// Bytes that the host wrote.
    ToLine = 2,
    /// A port appeared (number 1) or vanished (0).
    Port = 3,
    /// A line that the host systems or the operators wrote.
    Feed = 4,
    /// An input of the controller, in its journaled form.
    Input = 5,
    /// An output of the controller, in its journaled form.
    Output = 6,
    /// A decision: item number; chute (0 for the end of line), code and parcel as text.
    Decision = 7,
    /// A strike of a fault.
    Strike = 8,
    /// Something physical: a birth, a discharge, an end.
    Physical = 9,
    /// The controller was killed (number 0) or came up (1).
    Process = 10,
    /// UTC as the controller was told it, milliseconds in the number.
    Utc = 11,
}

impl Kind {
    const ALL: [(Self, &'static str, Content); 11] = [
        (Self::ToHost, "to-host", Content::Hex),
        (Self::ToLine, "to-line", Content::Hex),
        (Self::Port, "port", Content::Text),
        (Self::Feed, "feed", Content::Text),
        (Self::Input, "input", Content::Entry),
        (Self::Output, "output", Content::Entry),
        (Self::Decision, "decision", Content::Text),
        (Self::Strike, "strike", Content::Text),
        (Self::Physical, "physical", Content::Text),
        (Self::Process, "process", Content::Text),
        (Self::Utc, "utc", Content::Text),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Hex,
    Text,
    /// An entry of the journal.
    Entry,
}

/// Hashes the stream, and writes it if a writer was given.
pub struct Trace {
    hash: Xxh3,
    chunk: Box<[u8; CHUNK]>,
    used: usize,
    file: Option<Box<dyn Write + Send>>,
    failed: Option<io::Error>,
}

impl Trace {
    /// Starts a trace; `file` gets exactly the bytes that are hashed.
    #[must_use]
    pub fn new(file: Option<Box<dyn Write + Send>>) -> Self {
        let mut trace = Self { hash: Xxh3::new(), chunk: Box::new([0; CHUNK]), used: 0, file, failed: None };
        trace.put(MAGIC);
        trace
    }

    /// Adds a record.
    pub fn record(&mut self, kind: Kind, at: u64, port: usize, number: u64, content: &[u8]) {
        let mut head = [0; HEAD];
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
        head[0] = kind as u8;
        head[1..9].copy_from_slice(&at.to_le_bytes());
        head[9..11].copy_from_slice(&u16::try_from(port).unwrap_or(u16::MAX).to_le_bytes());
        head[11..19].copy_from_slice(&number.to_le_bytes());
        head[19..23].copy_from_slice(&length.to_le_bytes());
        let end = self.used + HEAD + content.len();
        let Some(place) = self.chunk.get_mut(self.used..end) else {
            self.put(&head);
            return self.put(content);
        };
        let (before, behind) = place.split_at_mut(HEAD);
        before.copy_from_slice(&head);
        behind.copy_from_slice(content);
        self.used = end;
    }

    /// Ends the trace: its hash, and whether the file took everything.
    ///
    /// # Errors
    /// The first error of the file; the hash is lost then, because nobody could check it against the file.
    pub fn finish(mut self) -> io::Result<u64> {
        self.spill();
        if let Some(file) = &mut self.file
            && let Err(error) = file.flush()
        {
            self.failed.get_or_insert(error);
        }
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.hash.digest()),
        }
    }

    /// Adds bytes, however many.
    #[cold]
    fn put(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.used == CHUNK {
                self.spill();
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(CHUNK - self.used));
            self.chunk[self.used..self.used + piece.len()].copy_from_slice(piece);
            self.used += piece.len();
            bytes = rest;
        }
    }

    fn spill(&mut self) {
        let chunk = &self.chunk[..std::mem::take(&mut self.used)];
        self.hash.update(chunk);
        if let Some(file) = &mut self.file
            && self.failed.is_none()
            && let Err(error) = file.write_all(chunk)
        {
            self.failed = Some(error);
        }
    }
}

/// Prints a trace as text, one line a record.
///
/// # Errors
/// An error of either side, or `InvalidData` if the stream is no trace or is cut off.
pub fn print(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    let mut magic = [0; MAGIC.len()];
    from.read_exact(&mut magic)?;
    if magic != *MAGIC {
        return Err(invalid("this is not a trace of sortie-sim"));
    }
    let mut head = [0; HEAD];
    let mut content = Vec::new();
    while read_head(&mut from, &mut head)? {
        let length = u32::from_le_bytes([head[19], head[20], head[21], head[22]]) as usize;
        if length > CONTENT_MAX {
            return Err(invalid("a record is longer than any that sortie-sim writes"));
        }
        content.resize(length, 0);
        from.read_exact(&mut content)?;
        print_record(&head, &content, &mut to)?;
    }
    to.flush()
}

/// Tells kind, time, number and content of each record of a part of a trace that begins with a whole one; gives back what
/// is there of one that is not.
pub(crate) fn each(part: &[u8], mut tell: impl FnMut(Kind, u64, u64, &[u8])) -> &[u8] {
    let mut rest = part.strip_prefix(MAGIC).unwrap_or(part);
    while let Some((head, behind)) = rest.split_first_chunk::<HEAD>() {
        let length = u32::from_le_bytes([head[19], head[20], head[21], head[22]]) as usize;
        let Some((content, behind)) = behind.split_at_checked(length) else { break };
        let long = |from: usize| u64::from_le_bytes(std::array::from_fn(|place| head[from + place]));
        if let Some((kind, ..)) = Kind::ALL.iter().find(|(kind, ..)| *kind as u8 == head[0]) {
            tell(*kind, long(1), long(11), content);
        }
        rest = behind;
    }
    rest
}

fn read_head(from: &mut impl Read, head: &mut [u8; HEAD]) -> io::Result<bool> {
    let mut first = [0];
    if from.read(&mut first)? == 0 {
        return Ok(false);
    }
    head[0] = first[0];
    from.read_exact(&mut head[1..])?;
    Ok(true)
}

fn print_record(head: &[u8; HEAD], content: &[u8], to: &mut impl Write) -> io::Result<()> {
    let Some((_, name, form)) = Kind::ALL.iter().find(|(kind, ..)| *kind as u8 == head[0]) else {
        return Err(invalid("a record of an unknown kind"));
    };
    let mut long = [0; 8];
    long.copy_from_slice(&head[1..9]);
    let at = u64::from_le_bytes(long);
    long.copy_from_slice(&head[11..19]);
    let number = u64::from_le_bytes(long);
    let port = u16::from_le_bytes([head[9], head[10]]);
    write!(to, "{}.{:09} {name} {port} {number} ", at / 1_000_000_000, at % 1_000_000_000)?;
    match (form, entry(*form, content)) {
        (_, Some(words)) => to.write_all(words.as_bytes())?,
        (Content::Text, None) => {
            to.write_all(String::from_utf8_lossy(content).escape_debug().to_string().as_bytes())?;
        }
        (Content::Hex | Content::Entry, None) => content.iter().try_for_each(|byte| write!(to, "{byte:02x}"))?,
    }
    writeln!(to)
}

/// An entry of the journal in words; `None` if it is none.
fn entry(form: Content, content: &[u8]) -> Option<String> {
    if form != Content::Entry {
        return None;
    }
    match decode(content)? {
        Entry::Input(input) => Some(format!("{input:?}")),
        Entry::Output(output) => Some(format!("{output:?}")),
        Entry::Gap { lost } => Some(format!("gap of {lost}")),
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// What a trace has written, for whoever looks at it in a test.
#[cfg(test)]
#[derive(Clone, Default)]
pub(crate) struct Shared(pub(crate) std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

#[cfg(test)]
impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_file() {
        let file = Shared::default();
        let mut trace = Trace::new(Some(Box::new(file.clone())));
        for number in 0..10_000 {
            trace.record(Kind::ToHost, number * 7, 3, number, &number.to_le_bytes());
        }
        let hash = trace.finish().unwrap();
        assert_eq!(hash, xxhash_rust::xxh3::xxh3_64(&file.0.lock().unwrap()));
    }

    #[test]
    fn a_trace_prints_as_lines() {
        let file = Shared::default();
        let mut trace = Trace::new(Some(Box::new(file.clone())));
        trace.record(Kind::ToLine, 1_500_000_000, 2, 0, &[0x01, 0xff]);
        trace.record(Kind::Strike, 2_000_000_001, 0, 9, b"slip item 9");
        trace.finish().unwrap();
        let mut text = Vec::new();
        print(file.0.lock().unwrap().as_slice(), &mut text).unwrap();
        assert_eq!(text, b"1.500000000 to-line 2 0 01ff\n2.000000001 strike 0 9 slip item 9\n");
        let cut = file.0.lock().unwrap().len() - 3;
        assert!(print(&file.0.lock().unwrap()[..cut], io::sink()).is_err());
        assert!(print(&b"something else entirely"[..], io::sink()).is_err());
    }
}
