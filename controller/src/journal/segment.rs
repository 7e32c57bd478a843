//! Segment files: their names and their headers.
//!
//! A segment starts with `SORTIE\0\x02` (the last byte is the format version), the number of its first entry (u64),
//! the length of the header (u32), the header in postcard form, and the CRC-32C of all of that; records follow. The
//! header holds the line as it was commissioned, so that a replay needs no other file.

use super::{JournalError, codec};
use serde::{Deserialize, Serialize};
use sortie_core::line::Line;
use std::fs;
use std::path::{Path, PathBuf};

const MAGIC: [u8; 8] = *b"SORTIE\0\x02";
const FIXED: usize = 20;

/// What a segment says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Name of the line.
    pub name: String,
    /// The line, as it was commissioned when the segment was written.
    pub line: Line,
}

/// A segment file in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Number of its first entry, from its name.
    pub first: u64,
    /// Where it is.
    pub path: PathBuf,
}

/// Path of the segment in `folder` that starts with entry `first`.
#[must_use]
pub fn path(folder: &Path, first: u64) -> PathBuf {
    folder.join(format!("{first:020}.sortie"))
}

/// The segments of a folder, in order.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Segment>, JournalError> {
    let failed = |source| JournalError::Io { doing: "list", path: folder.to_owned(), source };
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let number = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".sortie"));
        if let Some(first) = number.filter(|text| text.len() == 20).and_then(|text| text.parse().ok()) {
            segments.push(Segment { first, path });
        }
    }
    segments.sort_by_key(|segment| segment.first);
    Ok(segments)
}

/// The bytes that a segment starts with.
#[must_use]
pub fn encode(first: u64, header: &Header) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&first.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    codec::payload(&mut bytes, header);
    let length = (bytes.len() - FIXED) as u32;
    bytes[16..FIXED].copy_from_slice(&length.to_le_bytes());
    let sum = codec::crc(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// Reads the start of a segment: its header and the offset of its first record. `None` if it is cut short or damaged.
///
/// # Errors
/// When the bytes are those of another kind of file.
pub fn decode(bytes: &[u8], segment: &Segment) -> Result<Option<(Header, usize)>, JournalError> {
    let foreign = |what| JournalError::Foreign { path: segment.path.clone(), what };
    let Some(fixed) = bytes.get(..FIXED) else { return Ok(None) };
    if fixed[..7] != MAGIC[..7] {
        return Err(foreign("it does not start with the mark SORTIE"));
    }
    if fixed[7] != MAGIC[7] {
        return Err(foreign("another version of this program wrote it"));
    }
    let length = u32::from_le_bytes([fixed[16], fixed[17], fixed[18], fixed[19]]) as usize;
    let end = FIXED.saturating_add(length);
    let (Some(summed), Some(sum)) = (bytes.get(..end), bytes.get(end..end.saturating_add(4))) else { return Ok(None) };
    if codec::crc(summed).to_le_bytes() != sum {
        return Ok(None);
    }
    if fixed[8..16] != segment.first.to_le_bytes() {
        return Err(foreign("its first number is not the one of its name"));
    }
    match postcard::from_bytes(&summed[FIXED..]) {
        Ok(header) => Ok(Some((header, end + 4))),
        Err(_) => Err(foreign("its header has another form")),
    }
}
