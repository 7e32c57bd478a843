//! One frame of the board link: header, payload, check. `hardware.md` has the same as tables.

use super::check::crc32c;
use super::cobs;
use super::layout;
use super::telegram::{BoardTelegram, HostTelegram};

/// Version of the protocol, the first byte of every frame.
pub const VERSION: u8 = 1;
/// Bytes before the payload: version, type, sequence number, acknowledgement.
pub const HEADER_LEN: usize = 10;
/// Bytes of the check behind the payload.
pub const CHECK_LEN: usize = 4;
/// Longest frame that is taken, header and check included, before stuffing. The longest of version 1 has 40.
pub const FRAME_MAX: usize = 64;
/// Longest frame on the wire: stuffed, with a leading and a closing delimiter.
pub const WIRE_MAX: usize = FRAME_MAX + 3;
/// Ends a frame on the wire.
pub const DELIMITER: u8 = 0;

/// A frame's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Sequence number of a numbered body, from 1; 0 for the others.
    pub seq: u32,
    /// The next number expected from the peer: all before it have arrived (at the host: are durable).
    pub ack: u32,
    /// What it says.
    pub body: Body,
}

/// What a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// The board is there. Unnumbered.
    BoardHello(BoardHello),
    /// The host is there. Unnumbered.
    HostHello(HostHello),
    /// Only the acknowledgement in the header, from the board. Unnumbered.
    BoardAck,
    /// Only the acknowledgement in the header, from the host. Unnumbered.
    HostAck,
    /// The board's buffer had overflowed. Unnumbered.
    Lost {
        /// First telegram that was dropped.
        from: u32,
        /// Number with which the stream goes on.
        resume: u32,
    },
    /// A telegram of the board's numbered stream.
    Board(BoardTelegram),
    /// A telegram of the host's numbered stream.
    Host(HostTelegram),
}

/// The board's greeting: sent unasked until a host answers, then as the answer to each greeting of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoardHello {
    /// Session of the host that the board serves; 0 for none.
    pub session: u32,
    /// Boot number: another one after each restart of the board, never 0.
    pub boot: u32,
    /// Version of the board's firmware.
    pub firmware: u16,
    /// How many sensors it has.
    pub sensors: u16,
    /// How many outputs it has.
    pub outputs: u16,
    /// Number of the first telegram that follows.
    pub first: u32,
    /// Milliseconds since the board started.
    pub time_ms: u32,
    /// Encoder count.
    pub count: u32,
}

/// The host's greeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostHello {
    /// Session: a new number for each start of the host, never 0.
    pub session: u32,
    /// Boot number of the board that the host still remembers; 0 for none.
    pub resume_boot: u32,
    /// Number of the telegram of that board which the host needs next.
    pub next: u32,
    /// How long a beat lets the board fire, in milliseconds of board time.
    pub lease_ms: u16,
}

/// Why a frame was dropped. All but the last two are the medium's fault, those are the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The stuffing does not lead to the delimiter.
    Stuffing,
    /// More than [`FRAME_MAX`] bytes came before a delimiter.
    TooLong,
    /// Fewer bytes than a header and a check.
    TooShort {
        /// How many there were.
        len: usize,
    },
    /// The check does not match.
    Check,
    /// Another version of the protocol; the check is right.
    Version {
        /// The version found.
        found: u8,
    },
    /// A sound frame with a type, length or value that this protocol does not have.
    Content(ContentError),
}

/// What is wrong with the content of a frame whose check is right: a board or host that does not keep to the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentError {
    /// No such type.
    Type {
        /// The type found.
        found: u8,
    },
    /// The payload of this type has another length.
    Length {
        /// The type.
        kind: u8,
        /// The length of the payload found.
        len: usize,
    },
    /// A value that is not allowed.
    Value {
        /// Offset of the value in the frame.
        offset: usize,
        /// Its first byte.
        found: u8,
    },
}

impl Frame {
    /// Writes the frame as it goes over the wire, delimiter included, and gives the number of bytes.
    #[inline]
    pub fn encode(&self, out: &mut [u8; WIRE_MAX]) -> usize {
        let (_, behind_code) = out.split_at_mut(1);
        // It always fits: the output is sized for the longest frame.
        let len = behind_code.first_chunk_mut().map_or(0, |raw| self.encode_raw(raw));
        cobs::stuff_in_place(out.get_mut(..=len).unwrap_or_default());
        if let Some(end) = out.get_mut(len + 1) {
            *end = DELIMITER;
        }
        len + 2
    }

    /// Writes the frame as it is before stuffing, check included, and gives the number of bytes.
    #[inline]
    pub fn encode_raw(&self, raw: &mut [u8; FRAME_MAX]) -> usize {
        let (kind, payload_len) = layout::write(&self.body, raw);
        let ([s0, s1, s2, s3], [a0, a1, a2, a3]) = (self.seq.to_le_bytes(), self.ack.to_le_bytes());
        if let Some(header) = raw.first_chunk_mut::<HEADER_LEN>() {
            *header = [VERSION, kind, s0, s1, s2, s3, a0, a1, a2, a3];
        }
        let end = HEADER_LEN + payload_len;
        let (content, behind) = raw.split_at_mut_checked(end).unwrap_or_default();
        if let Some(check) = behind.first_chunk_mut::<CHECK_LEN>() {
            *check = crc32c(content).to_le_bytes();
        }
        end + CHECK_LEN
    }

    /// Reads what stood between two delimiters.
    ///
    /// # Errors
    /// Whatever is wrong with it, the first in the order of [`FrameError`]'s variants.
    pub fn decode(stuffed: &[u8]) -> Result<Frame, FrameError> {
        if stuffed.len() <= FRAME_MAX + 1 && cobs::find_zero(stuffed).is_some() {
            return Err(FrameError::Stuffing);
        }
        Frame::decode_piece(stuffed)
    }

    /// The same for a piece that is known to hold no zero.
    #[inline]
    pub(super) fn decode_piece(stuffed: &[u8]) -> Result<Frame, FrameError> {
        let mut raw = [0; FRAME_MAX];
        if stuffed.len() > FRAME_MAX + 1 {
            return Err(FrameError::TooLong);
        }
        let len = cobs::unstuff_piece(stuffed, &mut raw).ok_or(FrameError::Stuffing)?;
        Frame::decode_padded(&raw, len)
    }

    /// Reads a frame that is not stuffed.
    ///
    /// # Errors
    /// As [`Frame::decode`].
    pub fn decode_raw(raw: &[u8]) -> Result<Frame, FrameError> {
        let mut padded = [0; FRAME_MAX];
        padded.get_mut(..raw.len()).ok_or(FrameError::TooLong)?.copy_from_slice(raw);
        Frame::decode_padded(&padded, raw.len())
    }

    /// The same for a frame of `len` bytes with zeros behind it.
    #[inline]
    fn decode_padded(raw: &[u8; FRAME_MAX], len: usize) -> Result<Frame, FrameError> {
        let too_short = FrameError::TooShort { len };
        let end = len.checked_sub(CHECK_LEN).filter(|end| *end >= HEADER_LEN).ok_or(too_short)?;
        let (content, behind) = raw.split_at_checked(end).ok_or(FrameError::TooLong)?;
        let check = behind.first_chunk::<CHECK_LEN>().ok_or(FrameError::TooLong)?;
        if crc32c(content) != u32::from_le_bytes(*check) {
            return Err(FrameError::Check);
        }
        let [version, kind, s0, s1, s2, s3, a0, a1, a2, a3, ..] = *raw;
        if version != VERSION {
            return Err(FrameError::Version { found: version });
        }
        let seq = u32::from_le_bytes([s0, s1, s2, s3]);
        let ack = u32::from_le_bytes([a0, a1, a2, a3]);
        let body = layout::read(kind, raw, end).map_err(FrameError::Content)?;
        if body.is_numbered() == (seq == 0) {
            return Err(FrameError::Content(ContentError::Value { offset: 2, found: s0 }));
        }
        Ok(Frame { seq, ack, body })
    }
}

impl Body {
    /// Whether a frame with this body has a number of its own.
    #[must_use]
    #[inline]
    pub fn is_numbered(&self) -> bool {
        matches!(self, Body::Board(_) | Body::Host(_))
    }
}
