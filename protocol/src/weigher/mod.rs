//! Weighers: the text replies of MT-SICS and Toledo's continuous output.
//!
//! Neither says much against damage, so fixed columns and exact grammar are the guard. Status is always explicit: a
//! number that a device calls unsteady, negative or out of range never comes out as grams.

mod line;
mod sics;
mod sics_parse;
mod toledo;
mod toledo_frame;
mod value;

pub use line::{LINE_MAX, LineError};
pub use sics::{MtSicsDecoder, MtSicsMessage, SicsError, SicsReply, SicsState, WeigherCommand};
pub use toledo::{Checksum, Form, ToledoDecoder, ToledoSettings};
pub use toledo_frame::{DummyZeros, ToledoError, ToledoFrame};
pub use value::{Decimal, Unit, WeightReading, WeightStatus};

/// A decoder for either dialect, so that a port need not know which it has.
#[derive(Clone, Debug)]
pub enum WeigherDecoder {
    /// Text replies.
    MtSics(MtSicsDecoder),
    /// Continuous output.
    Toledo(ToledoDecoder),
}

/// A message in either dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WeigherMessage {
    /// A text reply.
    MtSics(MtSicsMessage),
    /// A continuous frame.
    Toledo(ToledoFrame),
}

/// An error in either dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeigherError {
    /// In a text reply.
    MtSics(LineError),
    /// In a continuous frame.
    Toledo(ToledoError),
}

impl WeigherDecoder {
    /// A decoder for text replies.
    #[must_use]
    pub fn mt_sics() -> Self {
        Self::MtSics(MtSicsDecoder::new())
    }

    /// A decoder for continuous output.
    #[must_use]
    pub fn toledo(settings: ToledoSettings) -> Self {
        Self::Toledo(ToledoDecoder::new(settings))
    }

    /// Takes bytes; `sink` gets each message and each error.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Result<WeigherMessage, WeigherError>)) {
        match self {
            Self::MtSics(decoder) => decoder.push(bytes, &mut |found| {
                sink(found.map(WeigherMessage::MtSics).map_err(WeigherError::MtSics));
            }),
            Self::Toledo(decoder) => decoder.push(bytes, &mut |found| {
                sink(found.map(WeigherMessage::Toledo).map_err(WeigherError::Toledo));
            }),
        }
    }

    /// Bytes of a frame that has begun.
    #[must_use]
    pub fn pending(&self) -> usize {
        match self {
            Self::MtSics(decoder) => decoder.pending(),
            Self::Toledo(decoder) => decoder.pending(),
        }
    }

    /// Forgets what is pending, as after the port was opened anew.
    pub fn reset(&mut self) {
        match self {
            Self::MtSics(decoder) => decoder.reset(),
            Self::Toledo(decoder) => decoder.reset(),
        }
    }
}

impl WeigherMessage {
    /// The weight in it; `None` if it tells something else.
    #[must_use]
    pub fn reading(&self) -> Option<WeightReading> {
        match self {
            Self::MtSics(message) => message.reading(),
            Self::Toledo(frame) => Some(frame.reading()),
        }
    }
}

impl WeigherError {
    /// A stable word for counters and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::MtSics(error) => error.word(),
            Self::Toledo(error) => error.word(),
        }
    }
}
