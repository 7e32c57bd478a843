//! One record, byte by byte; all little-endian.
//!
//! ```text
//! off 0   u32  length of the payload, 1..=16 MiB
//! off 4   u64  number of the entry
//! off 12  u64  time of the entry, nanoseconds
//! off 20  u32  how many entries before this one were not durable when it was appended
//! off 24  payload, postcard form of the entry
//! end     u32  CRC-32C of all of the above
//! ```
//!
//! The fourth field tells a torn tail from damage: pages of an unsynced group may reach the disk in any order, so a
//! sound record behind a bad one proves damage only if it says that the bad one was durable before.

use super::{Entry, EntryRef};
use crc::{CRC_32_ISCSI, Crc, Table};
use postcard::ser_flavors::Flavor;

const CRC: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);
/// Bytes before the payload.
pub(super) const HEAD: usize = 24;
/// Bytes after the payload.
pub(super) const TAIL: usize = 4;
const PAYLOAD_MAX: usize = 16 << 20;
/// Pieces up to this length are appended byte by byte.
const SHORT: usize = 10;

/// CRC-32C of `bytes`.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    CRC.checksum(bytes)
}

/// Appends a record to `buffer`.
pub(super) fn encode(buffer: &mut Vec<u8>, number: u64, at: u64, unsynced: u32, entry: EntryRef<'_>) {
    let start = buffer.len();
    buffer.extend_from_slice(&[0; HEAD]);
    payload(buffer, entry);
    let length = (buffer.len() - start - HEAD) as u32;
    let head = &mut buffer[start..start + HEAD];
    head[0..4].copy_from_slice(&length.to_le_bytes());
    head[4..12].copy_from_slice(&number.to_le_bytes());
    head[12..20].copy_from_slice(&at.to_le_bytes());
    head[20..24].copy_from_slice(&unsynced.to_le_bytes());
    let sum = crc(&buffer[start..]);
    buffer.extend_from_slice(&sum.to_le_bytes());
}

/// Appends the postcard form of `value` to `buffer`.
pub(super) fn payload(buffer: &mut Vec<u8>, value: impl serde::Serialize) {
    struct Tail<'a>(&'a mut Vec<u8>);
    impl Flavor for Tail<'_> {
        type Output = ();
        #[inline]
        fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
            // Nearly all that comes is a number of a few bytes, for which calling a copy costs more than the bytes.
            if data.len() <= SHORT {
                data.iter().for_each(|byte| self.0.push(*byte));
            } else {
                self.0.extend_from_slice(data);
            }
            Ok(())
        }
        #[inline]
        fn try_push(&mut self, data: u8) -> postcard::Result<()> {
            self.0.push(data);
            Ok(())
        }
        fn finalize(self) -> postcard::Result<()> {
            Ok(())
        }
    }
    // The flavour above takes everything, and all lengths of an entry are known: there is nothing left to fail.
    let done = postcard::serialize_with_flavor(&value, Tail(buffer));
    debug_assert!(done.is_ok(), "an entry has a postcard form");
}

/// A record found in a segment, its payload not yet read.
pub(super) struct Frame<'a> {
    pub(super) number: u64,
    pub(super) at: u64,
    pub(super) unsynced: u32,
    payload: &'a [u8],
    /// Length of the whole record.
    pub(super) length: usize,
}

impl Frame<'_> {
    pub(super) fn entry(&self) -> Option<Entry> {
        postcard::from_bytes(self.payload).ok()
    }
}

/// Reads the record at the start of `bytes`; `None` if there is no whole and sound one.
pub(super) fn decode(bytes: &[u8]) -> Option<Frame<'_>> {
    let head = bytes.get(..HEAD)?;
    let length = u32::from_le_bytes(head[0..4].try_into().ok()?) as usize;
    if length == 0 || length > PAYLOAD_MAX {
        return None;
    }
    let summed = bytes.get(..HEAD + length)?;
    let sum = bytes.get(HEAD + length..HEAD + length + TAIL)?;
    if crc(summed).to_le_bytes() != sum {
        return None;
    }
    Some(Frame {
        number: u64::from_le_bytes(head[4..12].try_into().ok()?),
        at: u64::from_le_bytes(head[12..20].try_into().ok()?),
        unsynced: u32::from_le_bytes(head[20..24].try_into().ok()?),
        payload: &summed[HEAD..],
        length: HEAD + length + TAIL,
    })
}
