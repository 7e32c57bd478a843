//! The link to the line board.

use super::dialects::{Decoder, Sink};
use serde_json::{Map, Value, json};
use sortie_protocol::board::decoder;
use sortie_protocol::board::frame::{Body, ContentError, Frame, FrameError};

/// Frames of either direction.
#[derive(Default)]
pub(super) struct BoardLink(decoder::Decoder);

impl Decoder for BoardLink {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        self.0.push(bytes, |found| sink(found.map(message).map_err(sentence)));
    }

    fn pending(&self) -> usize {
        self.0.pending()
    }
}

fn message(frame: Frame) -> Value {
    let (kind, fields) = body(&frame.body);
    let mut object = Map::new();
    object.insert("type".to_owned(), json!(kind));
    object.insert("seq".to_owned(), json!(frame.seq));
    object.insert("ack".to_owned(), json!(frame.ack));
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    Value::Object(object)
}

fn body(body: &Body) -> (String, Value) {
    match body {
        Body::BoardHello(hello) => (
            "BoardHello".to_owned(),
            json!({
                "session": hello.session, "boot": hello.boot, "firmware": hello.firmware, "sensors": hello.sensors,
                "outputs": hello.outputs, "first": hello.first, "time_ms": hello.time_ms, "count": hello.count,
            }),
        ),
        Body::HostHello(hello) => (
            "HostHello".to_owned(),
            json!({
                "session": hello.session, "resume_boot": hello.resume_boot, "next": hello.next,
                "lease_ms": hello.lease_ms,
            }),
        ),
        Body::BoardAck => ("BoardAck".to_owned(), Value::Null),
        Body::HostAck => ("HostAck".to_owned(), Value::Null),
        Body::Lost { from, resume } => ("Lost".to_owned(), json!({ "from": from, "resume": resume })),
        Body::Board(telegram) => named(json!(telegram)),
        Body::Host(telegram) => named(json!(telegram)),
    }
}

/// Name and fields of a telegram, from its serial form: an object of one entry, or a bare name.
fn named(telegram: Value) -> (String, Value) {
    if let Value::Object(entry) = telegram {
        return entry.into_iter().next().unwrap_or_default();
    }
    (telegram.as_str().unwrap_or_default().to_owned(), Value::Null)
}

fn sentence(error: FrameError) -> String {
    match error {
        FrameError::Stuffing => "the stuffing does not lead to the delimiter".to_owned(),
        FrameError::TooLong => "too many bytes before a delimiter".to_owned(),
        FrameError::TooShort { len } => format!("{len} bytes are too few for a header and a check"),
        FrameError::Check => "the CRC-32C does not match".to_owned(),
        FrameError::Version { found } => format!("protocol version {found}, not 1"),
        FrameError::Content(content) => content_sentence(content),
    }
}

fn content_sentence(error: ContentError) -> String {
    match error {
        ContentError::Type { found } => format!("type 0x{found:02x} is unknown"),
        ContentError::Length { kind, len } => format!("type 0x{kind:02x} does not have a payload of {len} bytes"),
        ContentError::Value { offset, found } => format!("0x{found:02x} at offset {offset} is not allowed"),
    }
}
