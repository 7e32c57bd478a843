//! What a tty hands over when it marks parity errors and breaks.

use super::dialects::{Decoder, Sink, hex};
use serde_json::{Value, json};
use sortie_protocol::tty::{TtyEvent, TtyUnmark};

/// Good bytes and marks told in one message; a longer capture gives several.
const EVENTS_MAX: usize = 4096;

/// A stream with its marks. The stream has no frames: a message tells what came since the one before.
#[derive(Default)]
pub(super) struct Marked {
    unmark: TtyUnmark,
    events: usize,
    good: Vec<u8>,
    parity_errors: Vec<Value>,
    breaks: Vec<u64>,
}

impl Decoder for Marked {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        // Byte by byte, since a message may be full within a piece.
        for byte in bytes {
            let mut events = heapless::Vec::<TtyEvent, 2>::new();
            self.unmark.push(&[*byte], &mut |event| {
                // One byte ends at most a failed mark and is itself good.
                let _ = events.push(event);
            });
            events.into_iter().for_each(|event| self.event(event, sink));
        }
    }

    fn pending(&self) -> usize {
        self.unmark.pending()
    }

    fn finish(&mut self, sink: &mut Sink<'_>) {
        if self.events > 0 {
            self.tell(sink);
        }
    }
}

impl Marked {
    fn event(&mut self, event: TtyEvent, sink: &mut Sink<'_>) {
        match event {
            TtyEvent::Byte(byte) => self.good.push(byte),
            TtyEvent::ParityError { offset, byte } => {
                self.parity_errors.push(json!({ "offset": offset, "byte": hex(&[byte]) }));
            }
            TtyEvent::Break { offset } => self.breaks.push(offset),
            TtyEvent::Unclear { offset } => {
                sink(Err(format!("the zero at offset {offset} is real, a parity error or a break")));
            }
            TtyEvent::NoMark { offset, byte } => {
                sink(Err(format!("ff {byte:02x} at offset {offset}: a port that marks never sends this")));
            }
        }
        self.events += 1;
        if self.events == EVENTS_MAX {
            self.tell(sink);
        }
    }

    fn tell(&mut self, sink: &mut Sink<'_>) {
        self.events = 0;
        let mut object = json!({
            "flags": "INPCK|PARMRK",
            "bytes_ok": hex(&std::mem::take(&mut self.good)),
            "parity_errors": std::mem::take(&mut self.parity_errors),
        });
        let breaks = std::mem::take(&mut self.breaks);
        object["breaks"] = json!(breaks.len());
        if !breaks.is_empty() {
            object["break_offsets"] = json!(breaks);
        }
        sink(Ok(object));
    }
}
