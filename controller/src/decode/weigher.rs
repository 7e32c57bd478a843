//! Weighers' readings and replies.

use super::dialects::{Decoder, Sink, hex};
use serde_json::{Map, Value, json};
use sortie_protocol::weigher::{
    MtSicsDecoder, MtSicsMessage, SicsReply, SicsState, ToledoDecoder, ToledoError, ToledoFrame, ToledoSettings,
};

/// Lines of text.
#[derive(Default)]
pub(super) struct MtSics(MtSicsDecoder);

impl Decoder for MtSics {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        self.0.push(bytes, &mut |found| sink(found.map(|line| sics(&line)).map_err(|error| error.to_string())));
    }

    fn pending(&self) -> usize {
        self.0.pending()
    }
}

fn sics(message: &MtSicsMessage) -> Value {
    match message {
        MtSicsMessage::Reply(reply) => Value::Object(reply_object(reply)),
        MtSicsMessage::Error(error) => json!({ "error": error.word() }),
        MtSicsMessage::Command(command) => json!({ "cmd": command.letters(), "action": command.action() }),
    }
}

fn reply_object(reply: &SicsReply) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("cmd", json!(reply.command.as_str()));
    put("state", json!(reply.state_word()));
    if let Some(value) = reply.value {
        put("value", json!(value.to_string()));
        put("unit", json!(reply.symbol.as_str()));
    }
    if reply.state == SicsState::More {
        put("multi_line", json!(true));
    }
    if let Some(level) = reply.level {
        put("level", json!(level));
    }
    if !reply.texts.is_empty() {
        put("text", reply.texts.iter().map(|text| json!(text.as_str())).collect());
    }
    object
}

/// Continuous frames, with or without tare and check: a capture does not say how the weigher was set up.
pub(super) struct Toledo(ToledoDecoder);

impl Toledo {
    /// Frames of a weigher that is set up like this.
    pub(super) fn with(settings: ToledoSettings) -> Self {
        Self(ToledoDecoder::new(settings))
    }
}

impl Default for Toledo {
    fn default() -> Self {
        Self(ToledoDecoder::new(ToledoSettings::either()))
    }
}

impl Decoder for Toledo {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        self.0.push(bytes, &mut |found| sink(toledo(found)));
    }

    fn pending(&self) -> usize {
        self.0.pending()
    }

    fn finish(&mut self, sink: &mut Sink<'_>) {
        self.0.finish(&mut |found| sink(toledo(found)));
    }
}

fn toledo(found: Result<ToledoFrame, ToledoError>) -> Result<Value, String> {
    let frame = found.map_err(|error| error.to_string())?;
    let mut object = json!({
        "swa": hex(&[frame.swa]),
        "swb": hex(&[frame.swb]),
        "swc": hex(&[frame.swc]),
        "weight_field": String::from_utf8_lossy(&frame.weight_field),
        "value": frame.value.map(|value| value.to_string()),
        "unit": frame.unit().symbol(),
        "net": frame.is_net(),
        "negative": frame.is_negative(),
        "overload": frame.is_out_of_range() && !frame.is_negative(),
        "underload": frame.is_out_of_range() && frame.is_negative(),
        "motion": frame.is_in_motion(),
        "power_up_not_zeroed": frame.is_power_up(),
        "dummy_zero_digits": frame.dummy_zero_digits(),
    });
    match (frame.tare_field, frame.checked) {
        (None, false) => object["form"] = json!("short, no tare, no checksum"),
        (None, true) => object["form"] = json!("short, no tare"),
        (Some(field), _) => object["tare_field"] = json!(String::from_utf8_lossy(&field)),
    }
    if let Some(tare) = frame.tare {
        object["tare"] = json!(tare.to_string());
    }
    if frame.checked {
        object["checksum"] = json!("ok");
    }
    Ok(object)
}
