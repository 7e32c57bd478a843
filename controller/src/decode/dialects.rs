//! The dialects by name, each as a decoder whose messages are JSON objects.

use super::DecodeArgs;
use super::aim_id::Codes;
use super::board_link::BoardLink;
use super::cobs::Cobs;
use super::marked::Marked;
use super::scanner::Scanner;
use super::weigher::{MtSics, Toledo};
use serde_json::Value;
use sortie_protocol::dialect::Dialect;

/// Gets each message, or error, of a stream.
pub(super) type Sink<'s> = dyn FnMut(Result<Value, String>) + 's;

/// A stream in any pieces to messages; it holds at most one candidate.
pub(super) trait Decoder {
    /// Takes the next bytes.
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>);

    /// Bytes held that are no message yet.
    fn pending(&self) -> usize;

    /// The capture has ended: what is held is a message if the dialect has no other end.
    fn finish(&mut self, _sink: &mut Sink<'_>) {}
}

/// The decoder of a dialect; a name that the command line let through has one.
pub(super) fn decoder(args: &DecodeArgs) -> Option<Box<dyn Decoder>> {
    Some(match Dialect::from_name(&args.dialect)? {
        Dialect::SickClv => Box::new(Scanner::sick_clv(args.trigger_number, args.aim)),
        Dialect::Datalogic => Box::new(Scanner::datalogic(args.trigger_number, args.aim)),
        Dialect::MtSics => Box::new(MtSics::default()),
        Dialect::ToledoContinuous => Box::new(Toledo::default()),
        Dialect::AimId => Box::new(Codes::default()),
        Dialect::Cobs => Box::new(Cobs::default()),
        Dialect::TtyParmrk => Box::new(Marked::default()),
        Dialect::BoardLink => Box::new(BoardLink::default()),
    })
}

/// Bytes as lower-case hexadecimal text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
