//! A code with its AIM symbology identifier. There is no framing: each line of a capture is one code, and so is
//! what remains at its end.

use super::dialects::{Decoder, Sink};
use serde_json::{Value, json};
use sortie_protocol::identifier::AimId;

/// Longest code that is held; longer ones are an error and skipped.
const CODE_MAX: usize = 4096;

/// Codes, one a line.
#[derive(Default)]
pub(super) struct Codes {
    held: Vec<u8>,
    overrun: bool,
}

impl Decoder for Codes {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => self.finish(sink),
                _ if self.held.len() == CODE_MAX => self.overrun = true,
                byte => self.held.push(*byte),
            }
        }
    }

    fn pending(&self) -> usize {
        self.held.len()
    }

    fn finish(&mut self, sink: &mut Sink<'_>) {
        let code = std::mem::take(&mut self.held);
        if std::mem::take(&mut self.overrun) {
            sink(Err(format!("more than {CODE_MAX} bytes in one code")));
        } else if !code.is_empty() {
            sink(AimId::split(&code).map(|(id, data)| object(id, data)).map_err(|error| error.word().to_owned()));
        }
    }
}

fn object(id: AimId, data: &[u8]) -> Value {
    let mut object = json!({
        "symbology": id.symbology().unwrap_or("unknown"),
        "modifier": id.modifier,
        "data": String::from_utf8_lossy(data),
        "gs1": id.is_gs1(),
    });
    if let Some(note) = id.note() {
        object["note"] = json!(note);
    }
    object
}
