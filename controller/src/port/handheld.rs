//! A handheld scanner's port: from its dialect to what stands on signs and containers.

use super::PortCounters;
use crate::config::{HandheldConfig, HandheldDialect};
use sortie_core::input::Input;
use sortie_core::records::CodeText;
use sortie_protocol::scanner::{ScannerDecoder, ScannerMessage, ScannerSettings};

/// A handheld scanner's port.
#[derive(Debug)]
pub struct HandheldPort {
    station: u8,
    decoder: Box<ScannerDecoder>,
    counters: PortCounters,
}

impl HandheldPort {
    /// The port of handheld `station`, its index in the line.
    #[must_use]
    pub fn new(station: u8, config: &HandheldConfig) -> Self {
        let settings = match config.dialect {
            HandheldDialect::Lines => lines(config),
            HandheldDialect::SickClv => ScannerSettings::sick_clv(),
            HandheldDialect::Datalogic => ScannerSettings::datalogic(),
        };
        let decoder = Box::new(ScannerDecoder::new(ScannerSettings { aim: config.aim, ..settings }));
        Self { station, decoder, counters: PortCounters::default() }
    }

    /// The port was opened: a text that had begun is forgotten.
    pub fn opened(&mut self) {
        self.decoder.reset();
    }

    /// Takes bytes; each code becomes one scan. What cannot stand on a sign or a container is counted as an error.
    pub fn receive(&mut self, bytes: &[u8], mut sink: impl FnMut(Input)) {
        let Self { station, decoder, counters } = self;
        counters.bytes_in += bytes.len() as u64;
        decoder.push(bytes, &mut |message| match message {
            Ok(ScannerMessage::Read { codes, dropped, .. }) => {
                counters.frames += 1;
                counters.errors += u64::from(dropped);
                for code in codes.iter().flatten() {
                    match text(&code.bytes) {
                        Some(text) => sink(Input::Handheld { station: *station, text }),
                        None => counters.errors += 1,
                    }
                }
            }
            Ok(ScannerMessage::NoRead { .. } | ScannerMessage::Heartbeat | ScannerMessage::Cola(_)) => {
                counters.frames += 1;
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

/// One code a line, and nothing else.
fn lines(config: &HandheldConfig) -> ScannerSettings {
    let terminator = config.end.bytes().iter().copied().collect();
    ScannerSettings {
        start: None,
        stop: None,
        terminator,
        separator: heapless::Vec::new(),
        ..ScannerSettings::default()
    }
}

/// A scan as it is compared: without blanks around it, printable ASCII.
fn text(code: &[u8]) -> Option<CodeText> {
    let code = code.trim_ascii();
    let printable = !code.is_empty() && code.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    if printable { CodeText::from_slice(code).ok() } else { None }
}
