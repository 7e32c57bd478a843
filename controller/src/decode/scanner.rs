//! Scanners' results, and SICK's answers to commands.

use super::dialects::{Decoder, Sink, hex};
use serde_json::{Map, Value, json};
use sortie_protocol::scanner::{
    Code, ColaTelegram, MessageMode, ScannerCommand, ScannerDecoder, ScannerMessage, ScannerSettings,
};

/// Results of one scanner.
pub(super) struct Scanner {
    decoder: ScannerDecoder,
    /// Results name their mode, and a no-read is the whole result's.
    has_modes: bool,
}

impl Scanner {
    /// A scanner that is set up like this; `has_modes` as its dialect has it.
    pub(super) fn with(settings: ScannerSettings, has_modes: bool) -> Self {
        Self { decoder: ScannerDecoder::new(settings), has_modes }
    }

    /// SICK CLV as it is delivered; `trigger_number` and `aim` as in `line.toml`.
    pub(super) fn sick_clv(trigger_number: bool, aim: bool) -> Self {
        let settings = ScannerSettings { trigger_number, aim, ..ScannerSettings::sick_clv() };
        Self { decoder: ScannerDecoder::new(settings), has_modes: false }
    }

    /// Datalogic as it is delivered. Slots of missing codes are taken in any result: a capture does not say how the
    /// scanner was set up.
    pub(super) fn datalogic(trigger_number: bool, aim: bool) -> Self {
        let mode = MessageMode::LogicalCombination;
        let settings = ScannerSettings { trigger_number, aim, mode, ..ScannerSettings::datalogic() };
        Self { decoder: ScannerDecoder::new(settings), has_modes: true }
    }
}

impl Decoder for Scanner {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        let has_modes = self.has_modes;
        self.decoder.push(bytes, &mut |found| {
            sink(found.map(|message| object(&message, has_modes)).map_err(|error| error.to_string()));
        });
    }

    fn pending(&self) -> usize {
        self.decoder.pending()
    }
}

fn object(message: &ScannerMessage, has_modes: bool) -> Value {
    match message {
        ScannerMessage::Read { trigger, codes, dropped, terminated, .. } => {
            let mut object = result(true, *trigger);
            object.insert("codes".to_owned(), codes.iter().map(text).collect());
            if codes.iter().flatten().any(|code| std::str::from_utf8(&code.bytes).is_err()) {
                // Codes are bytes: what is no text must not be lost in one.
                let bytes = |code: &Option<Code>| code.as_ref().map(|code| hex(&code.bytes));
                object.insert("codes_hex".to_owned(), json!(codes.iter().map(bytes).collect::<Vec<_>>()));
            }
            if codes.iter().flatten().any(|code| code.aim.is_some()) {
                object.insert("aim".to_owned(), codes.iter().map(aim).collect());
            }
            if *dropped > 0 {
                object.insert("dropped".to_owned(), json!(dropped));
            }
            if has_modes {
                slots(&mut object, codes);
            } else if *terminated {
                object.insert("terminator".to_owned(), json!("CR LF inside the frame"));
            }
            Value::Object(object)
        }
        ScannerMessage::NoRead { trigger, .. } => {
            let mut object = result(false, *trigger);
            if has_modes {
                object.insert("mode".to_owned(), json!(MessageMode::StandardMultiLabel.word()));
                object.insert("global_no_read".to_owned(), json!(true));
                object.insert("codes".to_owned(), json!([]));
            }
            Value::Object(object)
        }
        ScannerMessage::Heartbeat => json!({ "heartbeat": true }),
        ScannerMessage::Cola(telegram) => cola(telegram),
    }
}

fn result(read: bool, trigger: Option<u32>) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("read".to_owned(), json!(read));
    if let Some(trigger) = trigger {
        object.insert("trigger".to_owned(), json!(trigger));
    }
    object
}

/// A slot of a missing code shows that the scanner sends slots.
fn slots(object: &mut Map<String, Value>, codes: &[Option<Code>]) {
    let missing = codes.iter().position(Option::is_none);
    let mode = if missing.is_some() { MessageMode::LogicalCombination } else { MessageMode::StandardMultiLabel };
    object.insert("mode".to_owned(), json!(mode.word()));
    if let Some(index) = missing {
        object.insert("local_no_read_index".to_owned(), json!(index));
    }
}

fn text(code: &Option<Code>) -> Value {
    code.as_ref().map_or(Value::Null, |code| json!(String::from_utf8_lossy(&code.bytes)))
}

fn aim(code: &Option<Code>) -> Value {
    let id = code.as_ref().and_then(|code| code.aim);
    id.map_or(Value::Null, |id| json!(String::from_utf8_lossy(&id.bytes())))
}

fn cola(telegram: &ColaTelegram) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("cola", json!(telegram.kind.letters()));
    if let Some(error) = telegram.error() {
        put("error", json!(error.0));
        put("error_name", json!(error.name()));
        return Value::Object(object);
    }
    put("name", json!(String::from_utf8_lossy(&telegram.name)));
    let command = |command: &ScannerCommand| {
        command.kind() == telegram.kind && command.name().as_bytes() == telegram.name.as_slice()
    };
    if let Some(command) = ScannerCommand::ALL.into_iter().find(command) {
        put("action", json!(command.action()));
    }
    if let Some(result) = telegram.result() {
        put("result", json!(result));
    } else if !telegram.arguments.is_empty() {
        put("arguments", json!(String::from_utf8_lossy(&telegram.arguments)));
    }
    if telegram.failed() {
        put("failed", json!(true));
    }
    Value::Object(object)
}
