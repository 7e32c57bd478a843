//! Reads a vector file, decodes each vector whole and in pieces, and compares every key of its meaning.

use serde_json::Value;
use sortie_protocol::dialect::{Dialect, Waiting};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;

/// What came of one vector.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome<M> {
    pub(crate) messages: Vec<M>,
    pub(crate) errors: Vec<&'static str>,
    pub(crate) pending: usize,
    pub(crate) waiting: Waiting,
    /// Bytes that a frame has in all, where a decoder can tell.
    pub(crate) need: usize,
}

impl<M> Default for Outcome<M> {
    fn default() -> Self {
        Self { messages: Vec::new(), errors: Vec::new(), pending: 0, waiting: Waiting::Start, need: 0 }
    }
}

impl<M> Outcome<M> {
    pub(crate) fn take<E>(&mut self, found: Result<M, E>, word: impl Fn(E) -> &'static str) {
        match found {
            Ok(message) => self.messages.push(message),
            Err(error) => self.errors.push(word(error)),
        }
    }

    pub(crate) fn only(&self) -> &M {
        self.messages.first().expect("a message")
    }

    fn class(&self) -> &'static str {
        match (self.errors.first(), self.waiting) {
            (Some(error), _) => error,
            (None, Waiting::Start) => "nothing",
            (None, Waiting::End) => "waiting for the end",
            (None, Waiting::RestOfEnd) => "waiting for the rest of the end",
            (None, Waiting::Check) => "waiting for the check",
        }
    }
}

/// One line of a vector file.
pub(crate) struct Vector {
    pub(crate) line: Value,
    pub(crate) bytes: Vec<u8>,
}

impl Vector {
    pub(crate) fn text(&self, key: &str) -> &str {
        self.line[key].as_str().unwrap_or_default()
    }

    pub(crate) fn meaning(&self, key: &str) -> &Value {
        &self.line["meaning"][key]
    }

    pub(crate) fn is_to_device(&self) -> bool {
        self.text("dir") == "host>dev"
    }
}

/// Key of a meaning, name of the message field, the field as JSON.
pub(crate) type Field<M> = (&'static str, &'static str, fn(&Outcome<M>) -> Value);
/// Reason in a vector, word of the error or of what is awaited.
pub(crate) type Reason = (&'static str, &'static str);
/// Decodes a vector whose bytes come in the given pieces; for `host>dev` encodes what its meaning says.
pub(crate) type Decode<M> = fn(&Vector, &[&[u8]]) -> Outcome<M>;

/// Checks a file; gives the table of keys and message fields.
pub(crate) fn check_file<M: Clone + Debug + PartialEq>(
    name: &str,
    fields: &[Field<M>],
    reasons: &[Reason],
    decode: Decode<M>,
) -> String {
    assert!(Dialect::from_name(name).is_some(), "{name} is a dialect");
    let mut table: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    let (mut keys, mut compared) = (0, 0);
    for vector in vectors(name) {
        let outcome = decode(&vector, &[&vector.bytes]);
        check_verdict(&vector, &outcome, decode);
        for (key, expected) in vector.line["meaning"].as_object().expect("an object") {
            keys += 1;
            let id = vector.text("id");
            if key == "reason" {
                check_reason(id, expected, reasons, &outcome);
                table.entry("reason").or_insert(("class of the error, or what is awaited", 0)).1 += 1;
            } else {
                let (key, field, get) = fields.iter().find(|(k, ..)| k == key).unwrap_or_else(|| panic!("{id}: {key}"));
                assert_eq!(&get(&outcome), expected, "{id}: {key} -> {field}");
                table.entry(key).or_insert((field, 0)).1 += 1;
            }
            compared += 1;
        }
        check_splits(&vector, &outcome, decode);
    }
    let mut report = Vec::new();
    for (key, (field, count)) in &table {
        report.push(format!("{name:18} {key:22} -> {field} ({count})"));
    }
    report.push(format!("{name}: {compared} of {keys}"));
    assert!(keys > 0 && compared == keys);
    report.join("\n")
}

fn check_reason<M: Debug>(id: &str, expected: &Value, reasons: &[Reason], outcome: &Outcome<M>) {
    let class = reasons.iter().find(|(reason, _)| expected == *reason).unwrap_or_else(|| panic!("{id}: {expected}")).1;
    assert_eq!(outcome.class(), class, "{id}: {expected}");
}

fn check_verdict<M: Clone + Debug + PartialEq>(vector: &Vector, outcome: &Outcome<M>, decode: Decode<M>) {
    let id = vector.text("id");
    let counts = (outcome.messages.len(), outcome.errors.len(), outcome.pending);
    match vector.text("verdict") {
        "accept" => assert!(counts.0 >= 1 && counts.1 == 0 && counts.2 == 0, "{id}: {outcome:?}"),
        "reject" => assert!(counts.0 == 0 && counts.1 >= 1, "{id}: {outcome:?}"),
        "need_more" => assert!(counts.0 == 0 && counts.1 == 0 && counts.2 == vector.bytes.len(), "{id}: {outcome:?}"),
        "resync" => assert!(counts.0 >= 1 && counts.1 == 1, "{id}: {outcome:?}"),
        "ambiguous" => assert_eq!(counts.1, 0, "{id}: {outcome:?}"),
        other => panic!("{id}: verdict {other}"),
    }
    if let Some(expect) = vector.line["expect"].as_array() {
        let alone: Vec<M> =
            expect.iter().flat_map(|frame| decode(vector, &[&unhex(frame.as_str().expect("text"))]).messages).collect();
        assert_eq!((outcome.messages.as_slice(), alone.len()), (alone.as_slice(), expect.len()), "{id}");
    }
    if let Some(lines) = vector.line["expect_lines"].as_u64() {
        assert_eq!(outcome.messages.len() as u64, lines, "{id}");
    }
    if let Some(leftover) = vector.line["leftover_hex"].as_str() {
        assert_eq!(outcome.pending, leftover.len() / 2, "{id}");
    }
}

/// Every cut in two, byte by byte, and the pieces that the vector names.
fn check_splits<M: Clone + Debug + PartialEq>(vector: &Vector, whole: &Outcome<M>, decode: Decode<M>) {
    if vector.is_to_device() {
        return;
    }
    let id = vector.text("id");
    for cut in 0..=vector.bytes.len() {
        let (a, b) = vector.bytes.split_at(cut);
        assert_eq!(&decode(vector, &[a, b]), whole, "{id}: cut at {cut}");
    }
    let single: Vec<&[u8]> = vector.bytes.chunks(1).collect();
    assert_eq!(&decode(vector, &single), whole, "{id}: byte by byte");
    if let Some(chunks) = vector.line["chunks"].as_array() {
        let mut rest = vector.bytes.as_slice();
        let mut pieces = Vec::new();
        for chunk in chunks {
            let (piece, behind) = rest.split_at((chunk.as_u64().expect("a length") as usize).min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        assert_eq!(&decode(vector, &pieces), whole, "{id}: its own pieces");
    }
}

fn vectors(name: &str) -> Vec<Vector> {
    let path = format!("{}/tests/vectors/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(path).expect("the vector file");
    let parse = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let bytes = unhex(line["bytes_hex"].as_str().expect("bytes"));
        Vector { line, bytes }
    };
    text.lines().map(parse).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal"))
        .collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
