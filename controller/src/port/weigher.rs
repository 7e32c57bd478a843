//! A weigher's port: from its dialect to weights, and the command that makes it speak.

use super::PortCounters;
use crate::config::{WeigherConfig, WeigherDialect};
use sortie_core::input::{Input, Weight};
use sortie_protocol::weigher::{MtSicsMessage, Unit, WeigherCommand, WeigherDecoder, WeigherMessage, WeightReading};

/// A weigher that was told to speak and has said nothing for so long is told again.
const SILENCE_NS: u64 = 2_000_000_000;

/// A weigher's port.
#[derive(Debug)]
pub struct WeigherPort {
    number: u8,
    decoder: Box<WeigherDecoder>,
    unit: Option<Unit>,
    min_g: u32,
    ask: Option<Ask>,
    counters: PortCounters,
}

/// A command, and when it is to be sent.
#[derive(Clone, Copy, Debug)]
struct Ask {
    command: WeigherCommand,
    at: u64,
}

impl WeigherPort {
    /// The port of weigher `number`, its index in the line.
    #[must_use]
    pub fn new(number: u8, config: &WeigherConfig) -> Self {
        let decoder = match config.dialect {
            WeigherDialect::MtSics => WeigherDecoder::mt_sics(),
            WeigherDialect::ToledoContinuous => WeigherDecoder::toledo(config.toledo.settings()),
        };
        let ask = config.command.map(|command| Ask { command, at: 0 });
        let (unit, min_g) = (config.unit, config.min_g);
        Self { number, decoder: Box::new(decoder), unit, min_g, ask, counters: PortCounters::default() }
    }

    /// The port was opened: a frame that had begun is forgotten.
    pub fn opened(&mut self) {
        self.decoder.reset();
        self.ask_at(0);
    }

    /// Takes bytes that were read at `now`, nanoseconds; each reading becomes one weight, one without grams if it is not
    /// to be used.
    pub fn receive(&mut self, now: u64, bytes: &[u8], mut sink: impl FnMut(Input)) {
        let Self { number, decoder, unit, min_g, ask, counters } = self;
        counters.bytes_in += bytes.len() as u64;
        decoder.push(bytes, &mut |message| match message {
            Ok(message) => {
                counters.frames += 1;
                if let Some(ask) = ask {
                    ask.at = if has_started(&message) { now } else { now + SILENCE_NS };
                }
                if let Some(reading) = message.reading() {
                    sink(Input::Weight(Weight { weigher: *number, grams: grams(&reading, *unit, *min_g) }));
                }
            }
            Err(_) => counters.errors += 1,
        });
    }

    /// Gives the command to `sink` if it is due at `now`, nanoseconds.
    pub fn transmit(&mut self, now: u64, mut sink: impl FnMut(&[u8])) {
        let Some(ask) = self.ask.filter(|ask| now >= ask.at) else { return };
        let command = ask.command.encode();
        self.counters.bytes_out += command.len() as u64;
        sink(&command);
        self.ask_at(now + SILENCE_NS);
    }

    /// When [`WeigherPort::transmit`] has something to do next.
    #[must_use]
    pub fn next_timeout(&self) -> Option<u64> {
        self.ask.map(|ask| ask.at)
    }

    /// What the port has counted.
    #[must_use]
    pub fn counters(&self) -> PortCounters {
        self.counters
    }

    fn ask_at(&mut self, at: u64) {
        if let Some(ask) = &mut self.ask {
            ask.at = at;
        }
    }
}

/// A device that tells its serial number unasked was switched on.
fn has_started(message: &WeigherMessage) -> bool {
    matches!(message, WeigherMessage::MtSics(MtSicsMessage::Reply(reply)) if reply.command == "I4")
}

/// The weight to use. None in another unit than the one that is watched for; none if a tare was taken off, since a parcel
/// weighs what it weighs; and none below the smallest that is believed: what rides is never weightless.
fn grams(reading: &WeightReading, unit: Option<Unit>, min_g: u32) -> Option<i32> {
    let gross = !reading.net && unit.is_none_or(|unit| unit == reading.unit);
    let believed = |grams: &i32| u32::try_from(*grams).is_ok_and(|grams| grams > 0 && grams >= min_g);
    reading.grams().filter(|_| gross).filter(believed)
}
