//! What a scanner says.

use super::{ColaTelegram, MessageMode};
use crate::identifier::AimId;
use heapless::Vec;

/// Most codes of one result; more are counted in `dropped`.
pub const CODES_MAX: usize = 8;
/// Longest code, bytes; longer ones are counted in `dropped`.
pub const CODE_MAX: usize = 64;

/// One code as it was read: bytes, not text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The data behind the AIM identifier.
    pub bytes: Vec<u8, CODE_MAX>,
    /// The AIM identifier, if the port's settings say that there is one.
    pub aim: Option<AimId>,
}

/// One message of a scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerMessage {
    /// A result with at least one code.
    Read {
        /// Trigger number, if the settings say that there is one.
        trigger: Option<u32>,
        /// The codes in the order of the frame; `None` is the slot of a missing one.
        codes: Vec<Option<Code>, CODES_MAX>,
        /// Codes without room: too many or too long.
        dropped: u8,
        /// The terminator stood before the stop byte.
        terminated: bool,
        /// The mode of the settings.
        mode: MessageMode,
    },
    /// A result without a code.
    NoRead {
        /// Trigger number, if the settings say that there is one.
        trigger: Option<u32>,
        /// The mode of the settings.
        mode: MessageMode,
    },
    /// A sign of life.
    Heartbeat,
    /// A CoLa-A telegram.
    Cola(ColaTelegram),
}
