//! Vectors of weighers.

use crate::harness::{Field, Outcome, Reason, Vector, utf8};
use serde_json::{Value, json};
use sortie_protocol::dialect::Waiting;
use sortie_protocol::weigher::{
    Checksum, Form, LineError, MtSicsDecoder, MtSicsMessage, SicsReply, SicsState, ToledoDecoder, ToledoError,
    ToledoFrame, ToledoSettings, WeigherCommand,
};

/// A line of the device, or a command that was encoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Device(MtSicsMessage),
    Command(WeigherCommand),
}

pub(crate) const SICS_REASONS: &[Reason] = &[
    ("no CR LF yet", "waiting for the end"),
    ("CR without LF yet", "waiting for the rest of the end"),
    ("NUL inside the number (a byte with a parity error read without PARMRK)", "character"),
    ("number", "number"),
    ("empty line first", "empty"),
];

pub(crate) const SICS_FIELDS: &[Field<Said>] = &[
    ("cmd", "Reply.command / WeigherCommand::letters", |o| match o.only() {
        Said::Device(_) => reply(o).command.as_str().into(),
        Said::Command(command) => command.letters().into(),
    }),
    ("action", "WeigherCommand::action", |o| match o.only() {
        Said::Device(_) => Value::Null,
        Said::Command(command) => command.action().into(),
    }),
    ("state", "Reply.state_word()", |o| reply(o).state_word().into()),
    ("value", "Reply.value", |o| reply(o).value.map(|value| value.to_string()).into()),
    ("unit", "Reply.unit", |o| reply(o).unit.symbol().into()),
    ("text", "Reply.texts", |o| json!(reply(o).texts.iter().map(|text| text.as_str()).collect::<Vec<_>>())),
    ("multi_line", "Reply.state More, then Done", |o| {
        let states: Vec<SicsState> = replies(o).map(|reply| reply.state).collect();
        let (last, before) = states.split_last().expect("lines");
        (*last == SicsState::Done && before.iter().all(|state| *state == SicsState::More)).into()
    }),
    ("list", "Reply.level and Reply.texts of each line", |o| {
        let entry = |reply: &SicsReply| json!([reply.level, reply.texts.first().map(|text| text.as_str())]);
        replies(o).filter(|reply| reply.state == SicsState::More).map(entry).collect()
    }),
    ("error", "MtSicsMessage::Error", |o| match o.only() {
        Said::Device(MtSicsMessage::Error(error)) => error.word().into(),
        Said::Device(MtSicsMessage::Reply(_) | MtSicsMessage::Command(_)) | Said::Command(_) => Value::Null,
    }),
];

fn replies(outcome: &Outcome<Said>) -> impl Iterator<Item = &SicsReply> {
    outcome.messages.iter().map(|said| match said {
        Said::Device(MtSicsMessage::Reply(reply)) => reply,
        Said::Device(MtSicsMessage::Error(_) | MtSicsMessage::Command(_)) | Said::Command(_) => {
            panic!("no reply: {said:?}")
        }
    })
}

fn reply(outcome: &Outcome<Said>) -> &SicsReply {
    replies(outcome).next().expect("a reply")
}

pub(crate) fn mt_sics(vector: &Vector, pieces: &[&[u8]]) -> Outcome<Said> {
    if vector.is_to_device() {
        let found = WeigherCommand::ALL.into_iter().filter(|command| *command.encode() == *vector.bytes);
        return Outcome { messages: found.map(Said::Command).collect(), ..Outcome::default() };
    }
    let mut decoder = MtSicsDecoder::new();
    let mut outcome = Outcome::default();
    for piece in pieces {
        decoder.push(piece, &mut |found| outcome.take(found.map(Said::Device), LineError::word));
    }
    Outcome { pending: decoder.pending(), waiting: decoder.waiting(), ..outcome }
}

pub(crate) const TOLEDO_REASONS: &[Reason] = &[
    ("checksum", "check"),
    ("a digit changed, checksum no longer fits", "check"),
    ("port opened in the middle of a frame", "noise"),
];

pub(crate) const TOLEDO_FIELDS: &[Field<ToledoFrame>] = &[
    ("swa", "swa", |o| format!("{:02x}", o.only().swa).into()),
    ("swb", "swb", |o| format!("{:02x}", o.only().swb).into()),
    ("swc", "swc", |o| format!("{:02x}", o.only().swc).into()),
    ("weight_field", "weight_field", |o| utf8(&o.only().weight_field).into()),
    ("tare_field", "tare_field", |o| o.only().tare_field.map(|field| utf8(&field)).into()),
    ("value", "value", |o| o.only().value.map(|value| value.to_string()).into()),
    ("tare", "tare", |o| o.only().tare.map(|value| value.to_string()).into()),
    ("unit", "unit()", |o| o.only().unit().symbol().into()),
    ("net", "is_net()", |o| o.only().is_net().into()),
    ("motion", "is_in_motion()", |o| o.only().is_in_motion().into()),
    ("negative", "is_negative()", |o| o.only().is_negative().into()),
    ("overload", "is_out_of_range()", |o| o.only().is_out_of_range().into()),
    ("power_up_not_zeroed", "is_power_up()", |o| o.only().is_power_up().into()),
    ("dummy_zero_digits", "dummy_zero_digits()", |o| o.only().dummy_zero_digits().into()),
    ("checksum", "checked", |o| if o.only().checked { "ok".into() } else { Value::Null }),
    ("form", "tare_field is None, not checked", |o| {
        let short = o.only().tare_field.is_none() && !o.only().checked;
        if short { "short, no tare, no checksum".into() } else { Value::Null }
    }),
    ("have", "ToledoDecoder::pending", |o| o.pending.into()),
    ("need", "ToledoDecoder::need", |o| o.need.into()),
];

/// With the settings of the port: the first vector has no check, the last neither tare nor check.
pub(crate) fn toledo(vector: &Vector, pieces: &[&[u8]]) -> Outcome<ToledoFrame> {
    let settings = match vector.text("id") {
        "toledo-continuous-s001" => ToledoSettings { checksum: Checksum::Absent, ..ToledoSettings::default() },
        "toledo-continuous-s012" => {
            ToledoSettings { form: Form::Short, checksum: Checksum::Absent, ..ToledoSettings::default() }
        }
        _ => ToledoSettings::default(),
    };
    run(settings, pieces)
}

pub(crate) fn toledo_either(_: &Vector, pieces: &[&[u8]]) -> Outcome<ToledoFrame> {
    run(ToledoSettings::either(), pieces)
}

fn run(settings: ToledoSettings, pieces: &[&[u8]]) -> Outcome<ToledoFrame> {
    let mut decoder = ToledoDecoder::new(settings);
    let mut outcome = Outcome::default();
    for piece in pieces {
        decoder.push(piece, &mut |found| outcome.take(found, ToledoError::word));
    }
    decoder.finish(&mut |found| outcome.take(found, ToledoError::word));
    Outcome { pending: decoder.pending(), waiting: Waiting::Start, need: decoder.need(), ..outcome }
}
