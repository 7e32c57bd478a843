//! The stuffing of the board link against vectors of public implementations, by meaning.

use serde_json::Value;
use sortie_protocol::board::cobs::{stuff, unstuff};

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("hex is a string");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits")).collect()
}

fn unstuffed(stuffed: &[u8]) -> Option<Vec<u8>> {
    let mut out = [0; 256];
    unstuff(stuffed, &mut out).map(|len| out[..len].to_vec())
}

fn stuffed(packet: &[u8]) -> Vec<u8> {
    let mut out = [0; 256];
    let len = stuff(packet, &mut out).expect("the packet is short");
    out[..len].to_vec()
}

/// Compares each field of a vector's meaning and gives how many there were.
fn compare(vector: &Value) -> usize {
    let id = &vector["id"];
    let wire = bytes(&vector["bytes_hex"]);
    let frame = wire.split(|byte| *byte == 0).next().unwrap_or_default();
    let meaning = vector["meaning"].as_object().expect("a meaning");
    for (key, value) in meaning {
        match (key.as_str(), vector["verdict"].as_str()) {
            ("payload_hex", Some("accept")) => {
                assert_eq!(unstuffed(frame), Some(bytes(value)), "{id}");
                assert_eq!(stuffed(&bytes(value)), frame, "{id}");
            }
            ("encoded_hex", Some("accept")) => assert_eq!(frame, bytes(value), "{id}"),
            ("reason", Some("reject")) => assert_eq!(unstuffed(frame), None, "{id}: {value}"),
            ("reason", Some("need_more")) => assert!(!wire.contains(&0), "{id}: {value}"),
            other => panic!("{id}: nothing is compared with {other:?}"),
        }
    }
    meaning.len()
}

#[test]
fn every_field_of_every_vector() {
    let vectors: Vec<Value> = include_str!("vectors/cobs.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let fields: usize = vectors.iter().map(compare).sum();
    println!("cobs: {0} of {0} vectors, {fields} of {fields} fields", vectors.len());
    assert_eq!((vectors.len(), fields), (7, 12));
}
