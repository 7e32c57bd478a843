//! `sortie decode DIALECT`: a capture on standard input, one JSON line for each message or error.

mod aim_id;
mod board_link;
mod cobs;
mod dialects;
mod hex;
mod marked;
mod scanner;
mod weigher;

use crate::refusal::refusal;
use clap::Args;
use dialects::{Decoder, Sink};
use hex::HexReader;
use serde_json::{Value, json};
use sortie_protocol::dialect::Dialect;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `sortie decode`.
#[derive(Args, Clone, Debug)]
pub struct DecodeArgs {
    /// How the device speaks
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(Dialect::ALL.map(Dialect::name)))]
    pub dialect: String,
    /// The capture is hexadecimal text; blanks and line ends do not matter
    #[arg(long)]
    pub hex: bool,
    /// Scanners: the first field of each result is the trigger number
    #[arg(long)]
    pub trigger_number: bool,
    /// Scanners: codes carry AIM identifiers
    #[arg(long)]
    pub aim: bool,
    /// Read the capture as the device on a port of this line configuration is set up; with --port
    #[arg(long, requires = "port")]
    pub config: Option<PathBuf>,
    /// Role of that port
    #[arg(long, requires = "config")]
    pub port: Option<String>,
}

/// Bytes taken from the capture at once; nothing longer is ever held.
const BITE_BYTES: usize = 16 << 10;

/// Decodes a capture; exit code 1 if an error was found in it, or if it is no hexadecimal text.
///
/// # Errors
/// When the capture cannot be read or `out` cannot be written.
pub fn run(args: &DecodeArgs, capture: &mut dyn Read, out: &mut dyn Write) -> io::Result<ExitCode> {
    let mut decoder = match dialects::decoder(args) {
        Ok(decoder) => decoder,
        Err(why) => return Err(refusal(2, why)),
    };
    let mut hex = args.hex.then(HexReader::new);
    let mut tally = Tally::default();
    let mut bite = [0; BITE_BYTES];
    loop {
        let taken = capture.read(&mut bite)?;
        if taken == 0 {
            break;
        }
        let Some(reader) = &mut hex else {
            tally.push(&mut *decoder, &bite[..taken], out)?;
            continue;
        };
        let bytes = reader.take(&bite[..taken]);
        tally.push(&mut *decoder, &bytes, out)?;
        if let Some(fault) = reader.fault() {
            return no_hex(&fault, &*decoder, out);
        }
    }
    if let Some(fault) = hex.and_then(|reader| reader.unfinished()) {
        return no_hex(&fault, &*decoder, out);
    }
    tally.finish(&mut *decoder, out)?;
    end(&*decoder, out)?;
    Ok(if tally.errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn no_hex(fault: &str, decoder: &dyn Decoder, out: &mut dyn Write) -> io::Result<ExitCode> {
    writeln!(out, "{}", json!({ "ok": false, "error": fault }))?;
    end(decoder, out)?;
    Ok(ExitCode::from(1))
}

fn end(decoder: &dyn Decoder, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", json!({ "pending_bytes": decoder.pending() }))
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    errors: u64,
}

impl Tally {
    fn push(&mut self, decoder: &mut dyn Decoder, bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.tell(out, |sink| decoder.push(bytes, sink))
    }

    fn finish(&mut self, decoder: &mut dyn Decoder, out: &mut dyn Write) -> io::Result<()> {
        self.tell(out, |sink| decoder.finish(sink))
    }

    fn tell(&mut self, out: &mut dyn Write, work: impl FnOnce(&mut Sink<'_>)) -> io::Result<()> {
        let mut written = Ok(());
        work(&mut |found| {
            self.errors += u64::from(found.is_err());
            if written.is_ok() {
                written = writeln!(out, "{}", line(found));
            }
        });
        written
    }
}

fn line(found: Result<Value, String>) -> Value {
    match found {
        Ok(message) => json!({ "ok": true, "message": message }),
        Err(error) => json!({ "ok": false, "error": error }),
    }
}
