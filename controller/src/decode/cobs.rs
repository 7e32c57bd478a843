//! Consistent overhead byte stuffing alone, whatever the packets hold.

use super::dialects::{Decoder, Sink, hex};
use serde_json::json;

/// Longest stuffed packet that is held; longer ones are an error and skipped.
const STUFFED_MAX: usize = 4096;

/// Packets between zero bytes.
#[derive(Default)]
pub(super) struct Cobs {
    held: Vec<u8>,
    overrun: bool,
}

impl Decoder for Cobs {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        for byte in bytes {
            match byte {
                0 => self.finish(sink),
                _ if self.held.len() == STUFFED_MAX => self.overrun = true,
                byte => self.held.push(*byte),
            }
        }
    }

    fn pending(&self) -> usize {
        self.held.len()
    }
}

impl Cobs {
    fn finish(&mut self, sink: &mut Sink<'_>) {
        let stuffed = std::mem::take(&mut self.held);
        if std::mem::take(&mut self.overrun) {
            return sink(Err(format!("more than {STUFFED_MAX} bytes before a delimiter")));
        }
        if stuffed.is_empty() {
            // Nothing between two delimiters is no packet.
            return;
        }
        sink(unstuffed(&stuffed).map(|payload| json!({ "payload_hex": hex(&payload), "encoded_hex": hex(&stuffed) })));
    }
}

/// Undoes the stuffing of packets of any length.
fn unstuffed(stuffed: &[u8]) -> Result<Vec<u8>, String> {
    let mut payload = Vec::with_capacity(stuffed.len());
    let mut rest = stuffed;
    while let Some((code, after)) = rest.split_first() {
        let run = usize::from(*code) - 1;
        let Some((bytes, next)) = after.split_at_checked(run) else {
            let at = stuffed.len() - rest.len();
            return Err(format!("code byte 0x{code:02x} at offset {at} points past the delimiter"));
        };
        payload.extend_from_slice(bytes);
        // A code below the longest stands for a zero, except at the end.
        if *code < 0xFF && !next.is_empty() {
            payload.push(0);
        }
        rest = next;
    }
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::unstuffed;

    #[test]
    fn long_runs_end_without_a_zero() {
        let mut stuffed = vec![0xFF];
        stuffed.extend([7; 254]);
        assert_eq!(unstuffed(&stuffed).unwrap(), [7; 254]);
        stuffed.extend([2, 8]);
        assert_eq!(unstuffed(&stuffed).unwrap().len(), 255);
    }
}
