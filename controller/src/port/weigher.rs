//! A weigher's port: from its dialect to weights.

use super::PortCounters;
use crate::config::{WeigherConfig, WeigherDialect};
use sortie_core::input::{Input, Weight};
use sortie_protocol::weigher::{ToledoSettings, WeigherDecoder};

/// A weigher's port.
#[derive(Debug)]
pub struct WeigherPort {
    number: u8,
    decoder: Box<WeigherDecoder>,
    counters: PortCounters,
}

impl WeigherPort {
    /// The port of weigher `number`, its index in the line.
    #[must_use]
    pub fn new(number: u8, config: &WeigherConfig) -> Self {
        let decoder = match config.dialect {
            WeigherDialect::MtSics => WeigherDecoder::mt_sics(),
            WeigherDialect::ToledoContinuous => WeigherDecoder::toledo(ToledoSettings::default()),
        };
        Self { number, decoder: Box::new(decoder), counters: PortCounters::default() }
    }

    /// The port was opened: a frame that had begun is forgotten.
    pub fn opened(&mut self) {
        self.decoder.reset();
    }

    /// Takes bytes; each reading becomes one weight, one without grams if the device does not call it good.
    pub fn receive(&mut self, bytes: &[u8], mut sink: impl FnMut(Input)) {
        let Self { number, decoder, counters } = self;
        counters.bytes_in += bytes.len() as u64;
        decoder.push(bytes, &mut |message| match message {
            Ok(message) => {
                counters.frames += 1;
                if let Some(reading) = message.reading() {
                    sink(Input::Weight(Weight { weigher: *number, grams: reading.grams() }));
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
