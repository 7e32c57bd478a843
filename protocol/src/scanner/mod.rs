//! Bar code scanners: one engine with settings, and presets for two makers.
//!
//! A result is framed by a start byte, a stop byte or a terminator, and holds codes parted by a separator. Nothing but
//! the optional LRC protects it, so whatever does not fit the settings exactly is an error and never a code.
//! Layouts after the read results of SICK CLV and Datalogic DS manuals, and SICK's CoLa-A.

mod cola;
mod decoder;
mod encode;
mod error;
mod message;
mod parse;
mod settings;

pub use cola::{ColaError, ColaKind, ColaTelegram, ScannerCommand};
pub use decoder::ScannerDecoder;
pub use error::ScannerError;
pub use message::{CODE_MAX, CODES_MAX, Code, ScannerMessage};
pub use settings::{FRAME_MAX, MessageMode, ScannerSettings, ScannerText, text};
