//! A scanner's port: from its dialect to reads with normalised codes.

use super::PortCounters;
use crate::config::{CodeFilter, ScannerConfig};
use sortie_core::input::{Input, Read, ReadCode};
use sortie_protocol::identifier::{Grammars, IdentifierKind, Role, identify, normalise};
use sortie_protocol::scanner::{Code, ScannerDecoder, ScannerMessage};

/// A scanner's port.
#[derive(Debug)]
pub struct ScannerPort {
    number: u8,
    decoder: Box<ScannerDecoder>,
    filter: CodeFilter,
    grammars: Grammars,
    counters: PortCounters,
}

impl ScannerPort {
    /// The port of scanner `number`, its index in the line, whose codes are good for what `grammars` says.
    #[must_use]
    pub fn new(number: u8, config: &ScannerConfig, grammars: Grammars) -> Self {
        let decoder = Box::new(ScannerDecoder::new(config.settings()));
        Self { number, decoder, filter: config.filter.clone(), grammars, counters: PortCounters::default() }
    }

    /// The port was opened: a frame that had begun is forgotten, and reads count only once they are in step again.
    pub fn opened(&mut self, mut sink: impl FnMut(Input)) {
        self.decoder.reset();
        sink(Input::ScannerPort { scanner: self.number, open: true });
    }

    /// The port is gone.
    pub fn closed(&mut self, mut sink: impl FnMut(Input)) {
        sink(Input::ScannerPort { scanner: self.number, open: false });
    }

    /// Takes bytes; each result becomes one read, a result without a usable code too.
    pub fn receive(&mut self, bytes: &[u8], mut sink: impl FnMut(Input)) {
        let Self { number, decoder, filter, grammars, counters } = self;
        counters.bytes_in += bytes.len() as u64;
        decoder.push(bytes, &mut |message| match message {
            Ok(message) => {
                counters.frames += 1;
                if let Some(read) = read(*number, &message, filter, grammars, counters) {
                    sink(Input::Read(read));
                }
            }
            Err(_) => counters.errors += 1,
        });
    }

    /// What the port has counted.
    #[must_use]
    pub fn counters(&self) -> PortCounters {
        self.counters
    }
}

fn read(
    scanner: u8,
    message: &ScannerMessage,
    filter: &CodeFilter,
    grammars: &Grammars,
    counters: &mut PortCounters,
) -> Option<Read> {
    match message {
        ScannerMessage::Read { trigger, codes, dropped, .. } => {
            let incomplete = *dropped > 0 && codes.is_full();
            let mut read =
                Read { scanner, trigger: *trigger, codes: heapless::Vec::new(), dropped: *dropped, incomplete };
            counters.refused += u64::from(*dropped);
            for code in codes.iter().flatten() {
                if filter.passes(code) {
                    counters.refused += u64::from(!add(&mut read, grammars, code));
                } else {
                    counters.filtered += 1;
                }
            }
            Some(read)
        }
        ScannerMessage::NoRead { trigger, .. } => {
            Some(Read { scanner, trigger: *trigger, codes: heapless::Vec::new(), dropped: 0, incomplete: false })
        }
        ScannerMessage::Heartbeat | ScannerMessage::Cola(_) => None,
    }
}

/// Adds a code in its normal form; equal ones merge, and a wrong check digit is no code. `false`: it was refused, unlike
/// one that the line does not want.
fn add(read: &mut Read, grammars: &Grammars, code: &Code) -> bool {
    match normalise(&code.bytes, code.aim, grammars) {
        Ok(Some((role, plate))) => {
            let code = ReadCode { plate: role == Role::Plate, text: plate.0 };
            let room = read.codes.contains(&code) || read.codes.push(code).is_ok();
            if !room {
                read.dropped = read.dropped.saturating_add(1);
                read.incomplete = true;
            }
            room
        }
        Ok(None) => identify(&code.bytes, code.aim).kind != IdentifierKind::Unfit,
        Err(_) => {
            read.dropped = read.dropped.saturating_add(1);
            false
        }
    }
}
