//! Consistent overhead byte stuffing alone, whatever the packets hold.

use super::dialects::{Decoder, Sink, hex};
use serde_json::json;
use sortie_protocol::cobs_dialect::CobsDecoder;

/// Packets between zero bytes.
#[derive(Default)]
pub(super) struct Cobs(CobsDecoder);

impl Decoder for Cobs {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        self.0.push(bytes, &mut |found| {
            let object =
                found.map(|frame| json!({ "payload_hex": hex(&frame.payload), "encoded_hex": hex(&frame.encoded) }));
            sink(object.map_err(|error| error.to_string()));
        });
    }

    fn pending(&self) -> usize {
        self.0.pending()
    }
}
