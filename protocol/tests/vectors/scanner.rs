//! Vectors of scanners.

use crate::harness::{Field, Outcome, Reason, Vector, utf8};
use serde_json::{Value, json};
use sortie_protocol::scanner::{
    ColaTelegram, MessageMode, ScannerCommand, ScannerDecoder, ScannerError, ScannerMessage, ScannerSettings,
};

/// A message of the device, or a command that was encoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Device(ScannerMessage),
    Command(ScannerCommand),
}

pub(crate) const REASONS: &[Reason] = &[
    ("no ETX within any sane length", "too long"),
    ("tail of a frame, then a whole one", "noise"),
    ("STX inside: ETX of the first was lost", "restarted"),
    ("four empty codes", "empty code"),
    ("LF not here yet", "waiting for the rest of the end"),
];

pub(crate) const FIELDS: &[Field<Said>] = &[
    ("cola", "Cola.kind / ScannerCommand::kind", |o| match o.only() {
        Said::Device(_) => cola(o).kind.letters().into(),
        Said::Command(command) => command.kind().letters().into(),
    }),
    ("name", "Cola.name / ScannerCommand::name", |o| match o.only() {
        Said::Device(_) => utf8(&cola(o).name).into(),
        Said::Command(command) => command.name().into(),
    }),
    ("action", "ScannerCommand::action", |o| match o.only() {
        Said::Device(_) => Value::Null,
        Said::Command(command) => command.action().into(),
    }),
    ("result", "Cola.result()", |o| cola(o).result().into()),
    ("failed", "Cola.failed()", |o| cola(o).failed().into()),
    ("error", "Cola.error()", |o| cola(o).error().map(|error| error.0).into()),
    ("error_name", "Cola.error().name()", |o| cola(o).error().map(|error| error.name()).into()),
    ("read", "Read or NoRead", |o| matches!(device(o), ScannerMessage::Read { .. }).into()),
    ("codes", "Read.codes", |o| codes(o).into()),
    ("terminator", "Read.terminated", |o| {
        let terminated = matches!(device(o), ScannerMessage::Read { terminated: true, .. });
        terminated.then_some("CR LF inside the frame").into()
    }),
    ("mode", "Read.mode / NoRead.mode", |o| match device(o) {
        ScannerMessage::Read { mode, .. } | ScannerMessage::NoRead { mode, .. } => mode.word().into(),
        ScannerMessage::Heartbeat | ScannerMessage::Cola(_) => Value::Null,
    }),
    ("global_no_read", "NoRead", |o| matches!(device(o), ScannerMessage::NoRead { .. }).into()),
    ("local_no_read_index", "place of the first None in Read.codes", |o| {
        json!(codes(o).iter().position(Value::is_null))
    }),
];

fn device(outcome: &Outcome<Said>) -> &ScannerMessage {
    match outcome.only() {
        Said::Device(message) => message,
        Said::Command(command) => panic!("a command: {command:?}"),
    }
}

fn cola(outcome: &Outcome<Said>) -> &ColaTelegram {
    let ScannerMessage::Cola(telegram) = device(outcome) else { panic!("no CoLa telegram: {outcome:?}") };
    telegram
}

fn codes(outcome: &Outcome<Said>) -> Vec<Value> {
    let ScannerMessage::Read { codes, .. } = device(outcome) else { return Vec::new() };
    codes.iter().map(|code| code.as_ref().map_or(Value::Null, |code| utf8(&code.bytes).into())).collect()
}

pub(crate) fn sick_clv(vector: &Vector, pieces: &[&[u8]]) -> Outcome<Said> {
    if vector.is_to_device() { command(vector) } else { run(ScannerSettings::sick_clv(), pieces) }
}

pub(crate) fn datalogic(vector: &Vector, pieces: &[&[u8]]) -> Outcome<Said> {
    let modes = [MessageMode::StandardMultiLabel, MessageMode::LogicalCombination, MessageMode::CodeCollection];
    let mode = modes.into_iter().find(|mode| vector.meaning("mode") == mode.word()).unwrap_or_default();
    run(ScannerSettings { mode, ..ScannerSettings::datalogic() }, pieces)
}

/// The command of a vector's bytes, found by encoding.
fn command(vector: &Vector) -> Outcome<Said> {
    let found = ScannerCommand::ALL.into_iter().filter(|command| *command.encode() == *vector.bytes);
    Outcome { messages: found.map(Said::Command).collect(), ..Outcome::default() }
}

fn run(settings: ScannerSettings, pieces: &[&[u8]]) -> Outcome<Said> {
    let mut decoder = ScannerDecoder::new(settings);
    let mut outcome = Outcome::default();
    for piece in pieces {
        decoder.push(piece, &mut |found| outcome.take(found.map(Said::Device), ScannerError::word));
    }
    Outcome { pending: decoder.pending(), waiting: decoder.waiting(), ..outcome }
}
