//! COBS frames as such, whatever they carry; for looking at captures.

use crate::dialect::Waiting;
use heapless::Vec;

/// Longest frame without its delimiter, bytes.
pub const COBS_MAX: usize = 512;

/// What can be wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CobsError {
    /// Two delimiters in a row.
    Empty,
    /// A code byte points past the delimiter.
    Malformed {
        /// The code byte.
        code: u8,
        /// Where it stands in the frame.
        offset: u16,
    },
    /// No delimiter within [`COBS_MAX`] bytes.
    TooLong,
}

impl CobsError {
    /// A stable word for counters and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Malformed { .. } => "malformed",
            Self::TooLong => "too long",
        }
    }
}

impl core::fmt::Display for CobsError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Malformed { code, offset } => {
                write!(f, "malformed: code byte {code:#04x} at {offset} points past the delimiter")
            }
            Self::TooLong => write!(f, "too long: no delimiter within {COBS_MAX} bytes"),
            Self::Empty => f.write_str(self.word()),
        }
    }
}

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CobsFrame {
    /// What it carries.
    pub payload: Vec<u8, COBS_MAX>,
    /// Its bytes on the wire, without the delimiter.
    pub encoded: Vec<u8, COBS_MAX>,
}

impl CobsFrame {
    /// The frame of a payload; `None` beyond [`COBS_MAX`] bytes on the wire.
    #[must_use]
    pub fn of(payload: &[u8]) -> Option<Self> {
        if cobs::max_encoding_length(payload.len()) > COBS_MAX {
            return None;
        }
        let mut encoded = [0; COBS_MAX];
        let length = cobs::encode(payload, &mut encoded);
        Some(Self { payload: Vec::from_slice(payload).ok()?, encoded: Vec::from_slice(encoded.get(..length)?).ok()? })
    }
}

/// Decodes frames; any split of a stream gives the same frames and errors.
#[derive(Clone, Debug, Default)]
pub struct CobsDecoder {
    frame: Vec<u8, COBS_MAX>,
    skipping: bool,
}

impl CobsDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes; `sink` gets each frame and each error.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Result<CobsFrame, CobsError>)) {
        for &byte in bytes {
            if byte == 0 {
                self.delimiter(sink);
            } else if !self.skipping && self.frame.push(byte).is_err() {
                sink(Err(CobsError::TooLong));
                self.frame.clear();
                self.skipping = true;
            }
        }
    }

    /// Bytes of a frame that has begun.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.frame.len()
    }

    /// What the frame that has begun lacks.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        if self.frame.is_empty() { Waiting::Start } else { Waiting::End }
    }

    /// Forgets what is pending, as after the port was opened anew.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    fn delimiter(&mut self, sink: &mut impl FnMut(Result<CobsFrame, CobsError>)) {
        if core::mem::take(&mut self.skipping) {
            return;
        }
        if self.frame.is_empty() {
            return sink(Err(CobsError::Empty));
        }
        sink(unstuff(&self.frame).map(|payload| CobsFrame { payload, encoded: self.frame.clone() }));
        self.frame.clear();
    }
}

fn unstuff(encoded: &[u8]) -> Result<Vec<u8, COBS_MAX>, CobsError> {
    let mut payload = Vec::new();
    let mut rest = encoded;
    while let [code, behind @ ..] = rest {
        let offset = u16::try_from(encoded.len() - rest.len()).unwrap_or(u16::MAX);
        let malformed = CobsError::Malformed { code: *code, offset };
        let (block, behind) = behind.split_at_checked(usize::from(*code).saturating_sub(1)).ok_or(malformed)?;
        payload.extend_from_slice(block).map_err(|_| malformed)?;
        // A full block stands for 254 bytes without a zero behind them; so does the last one.
        if *code != 0xFF && !behind.is_empty() {
            payload.push(0).map_err(|_| malformed)?;
        }
        rest = behind;
    }
    Ok(payload)
}
