//! Vectors of what lies below the dialects: COBS and the marks of a tty.

use crate::harness::{Field, Outcome, Reason, Vector, hex};
use serde_json::{Value, json};
use sortie_protocol::cobs_dialect::{CobsDecoder, CobsError, CobsFrame};
use sortie_protocol::tty::{TtyEvent, TtyMarks, TtyUnmark};

pub(crate) const COBS_REASONS: &[Reason] =
    &[("first code byte 0x44 points past the delimiter", "malformed"), ("no 00 yet", "waiting for the end")];

pub(crate) const COBS_FIELDS: &[Field<CobsFrame>] = &[
    ("payload_hex", "CobsFrame.payload", |o| hex(&o.only().payload).into()),
    ("encoded_hex", "CobsFrame.encoded, and CobsFrame::of(payload).encoded", |o| {
        assert_eq!(CobsFrame::of(&o.only().payload).as_ref(), Some(o.only()));
        hex(&o.only().encoded).into()
    }),
];

pub(crate) fn cobs(_: &Vector, pieces: &[&[u8]]) -> Outcome<CobsFrame> {
    let mut decoder = CobsDecoder::new();
    let mut outcome = Outcome::default();
    for piece in pieces {
        decoder.push(piece, &mut |found| outcome.take(found, CobsError::word));
    }
    Outcome { pending: decoder.pending(), waiting: decoder.waiting(), ..outcome }
}

/// The marks in force and one event.
pub(crate) type Marked = (TtyMarks, TtyEvent);

pub(crate) const TTY_FIELDS: &[Field<Marked>] = &[
    ("flags", "TtyMarks", |o| match o.only().0 {
        TtyMarks::Parmrk => "INPCK|PARMRK".into(),
        TtyMarks::Zeros => "INPCK, no PARMRK, no IGNPAR (what serialport-rs sets for parity even/odd)".into(),
    }),
    ("bytes_ok", "Byte events; none if one is Unclear", |o| {
        let unclear = o.messages.iter().any(|(_, event)| matches!(event, TtyEvent::Unclear { .. }));
        let good =
            o.messages.iter().filter(|(_, event)| matches!(event, TtyEvent::Byte(_))).map(|(_, event)| event.data());
        if unclear { Value::Null } else { hex(&good.collect::<Vec<u8>>()).into() }
    }),
    ("parity_errors", "ParityError.offset and .byte", |o| {
        let error = |(_, event): &Marked| {
            let TtyEvent::ParityError { offset, byte } = event else { return None };
            Some(json!({ "offset": offset, "byte": hex(&[*byte]) }))
        };
        o.messages.iter().filter_map(error).collect()
    }),
    ("breaks", "Break events", |o| {
        o.messages.iter().filter(|(_, event)| matches!(event, TtyEvent::Break { .. })).count().into()
    }),
    ("trap", "Unclear, which data() hands on as a zero", |o| {
        let unclear = o.messages.iter().find(|(_, event)| matches!(event, TtyEvent::Unclear { offset: 1 }));
        assert_eq!(unclear.expect("an unclear byte").1.data(), 0);
        "the 00 is either a real NUL, a parity error or a break: cannot be told apart".into()
    }),
];

pub(crate) fn tty(vector: &Vector, pieces: &[&[u8]]) -> Outcome<Marked> {
    let marked = vector.meaning("flags") == "INPCK|PARMRK";
    let marks = if marked { TtyMarks::Parmrk } else { TtyMarks::Zeros };
    let mut decoder = TtyUnmark::new(marks);
    let mut outcome = Outcome::default();
    for piece in pieces {
        decoder.push(piece, &mut |event| outcome.messages.push((marks, event)));
    }
    Outcome { pending: decoder.pending(), ..outcome }
}
