//! The dialects by name, each as a decoder whose messages are JSON objects.

use super::board_link::BoardLink;
use super::cobs::Cobs;
use serde_json::Value;

/// Gets each message, or error, of a stream.
pub(super) type Sink<'s> = dyn FnMut(Result<Value, String>) + 's;

/// A stream in any pieces to messages; it holds at most one candidate.
pub(super) trait Decoder {
    /// Takes the next bytes.
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>);

    /// Bytes held that are no message yet.
    fn pending(&self) -> usize;
}

/// Every dialect.
pub(super) const NAMES: [&str; 2] = ["board-link", "cobs"];

/// The decoder of a dialect.
pub(super) fn decoder(name: &str) -> Option<Box<dyn Decoder>> {
    match name {
        "board-link" => Some(Box::new(BoardLink::default())),
        "cobs" => Some(Box::new(Cobs::default())),
        _ => None,
    }
}

/// Bytes as lower-case hexadecimal text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
