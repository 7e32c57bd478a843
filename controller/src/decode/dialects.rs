//! The dialects by name, each as a decoder whose messages are JSON objects.

use super::DecodeArgs;
use super::aim_id::Codes;
use super::board_link::BoardLink;
use super::cobs::Cobs;
use super::marked::Marked;
use super::scanner::Scanner;
use super::weigher::{MtSics, Toledo};
use crate::config::{ScannerDialect, WeigherDialect, load_line};
use serde_json::Value;
use sortie_protocol::dialect::Dialect;
use std::path::Path;

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

/// The decoder of a dialect, set up as the line's configuration says or as devices are delivered.
pub(super) fn decoder(args: &DecodeArgs) -> Result<Box<dyn Decoder>, String> {
    if let (Some(config), Some(role)) = (&args.config, &args.port) {
        return of_port(config, role, &args.dialect);
    }
    // The command line lets no other name through.
    let dialect = Dialect::from_name(&args.dialect).ok_or_else(|| format!("no dialect {}", args.dialect))?;
    Ok(match dialect {
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

/// The decoder of the device on a port.
fn of_port(config: &Path, role: &str, dialect: &str) -> Result<Box<dyn Decoder>, String> {
    let line = load_line(config).map_err(|problems| problems.to_string())?;
    let on_port = |port: usize| line.ports[port].role == role;
    let scanner = line.scanners.iter().find(|scanner| on_port(scanner.port));
    let weigher = line.weighers.iter().find(|weigher| on_port(weigher.port));
    let (name, decoder): (_, Box<dyn Decoder>) = match (scanner, weigher) {
        (Some(scanner), _) => {
            let has_modes = scanner.dialect == ScannerDialect::Datalogic;
            (scanner.dialect.name(), Box::new(Scanner::with(scanner.settings(), has_modes)))
        }
        (None, Some(weigher)) => match weigher.dialect {
            WeigherDialect::MtSics => (weigher.dialect.name(), Box::new(MtSics::default())),
            WeigherDialect::ToledoContinuous => {
                (weigher.dialect.name(), Box::new(Toledo::with(weigher.toledo.settings())))
            }
        },
        (None, None) if on_port(line.board.port) => (Dialect::BoardLink.name(), Box::new(BoardLink::default())),
        (None, None) => {
            return Err(format!("no scanner, weigher or board has a port {role}; see {}", config.display()));
        }
    };
    if name == dialect { Ok(decoder) } else { Err(format!("port {role} speaks {name}, not {dialect}")) }
}

/// Bytes as lower-case hexadecimal text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
