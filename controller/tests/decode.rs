//! `sortie decode` tells every message and error of a capture, however it arrives.

use serde_json::{Value, json};
use sortie_controller::decode::{DecodeArgs, run};
use sortie_protocol::board::frame::{BoardHello, Body, Frame, WIRE_MAX};
use sortie_protocol::board::telegram::{BoardTelegram, Fire, HostTelegram, Tag};
use sortie_protocol::dialect::Dialect;
use std::io::Read;

/// A capture that arrives in pieces of a size.
struct Pieces<'c> {
    capture: &'c [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let size = self.size.min(to.len());
        self.capture.read(&mut to[..size])
    }
}

fn decoded(dialect: &str, capture: &[u8], size: usize) -> Vec<Value> {
    let args = DecodeArgs {
        dialect: dialect.to_owned(),
        hex: false,
        trigger_number: false,
        aim: false,
        config: None,
        port: None,
    };
    let mut out = Vec::new();
    run(&args, &mut Pieces { capture, size }, &mut out).expect("memory");
    String::from_utf8_lossy(&out).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn wire(frame: &Frame) -> Vec<u8> {
    let mut wire = [0; WIRE_MAX];
    let len = frame.encode(&mut wire);
    wire[..len].to_vec()
}

fn capture() -> Vec<u8> {
    let fire = Fire {
        tag: Tag { item: 77, pass: 1 },
        revision: 2,
        output: 5,
        count: 900,
        stroke_ms: 60,
        speed_min_cps: 1000,
        speed_max_cps: 2000,
    };
    let hello =
        BoardHello { boot: 9, session: 0, firmware: 1, sensors: 8, outputs: 4, first: 1, time_ms: 12, count: 3 };
    let frames = [
        Frame { seq: 0, ack: 0, body: Body::BoardHello(hello) },
        Frame { seq: 1, ack: 5, body: Body::Board(BoardTelegram::Clock { count: 1000, time_ms: 20, speed_cps: 1500 }) },
        Frame { seq: 5, ack: 2, body: Body::Host(HostTelegram::Fire(fire)) },
        Frame { seq: 0, ack: 6, body: Body::BoardAck },
    ];
    frames.iter().flat_map(wire).collect()
}

#[test]
fn board_frames_are_told_with_their_fields() {
    let lines = decoded("board-link", &capture(), 4096);
    assert_eq!(lines.len(), 5);
    assert!(lines[..4].iter().all(|line| line["ok"] == true));
    assert_eq!(lines[0]["message"]["type"], "BoardHello");
    assert_eq!(lines[0]["message"]["boot"], 9);
    let clock = json!({ "type": "Clock", "seq": 1, "ack": 5, "count": 1000, "time_ms": 20, "speed_cps": 1500 });
    assert_eq!(lines[1]["message"], clock);
    assert_eq!((&lines[2]["message"]["type"], &lines[2]["message"]["tag"]["item"]), (&json!("Fire"), &json!(77)));
    assert_eq!(lines[3]["message"], json!({ "type": "BoardAck", "seq": 0, "ack": 6 }));
    assert_eq!(lines[4], json!({ "pending_bytes": 0 }));
}

#[test]
fn any_split_tells_the_same() {
    let mut bytes = capture();
    bytes[40] ^= 1;
    for dialect in Dialect::ALL.map(Dialect::name) {
        let whole = decoded(dialect, &bytes, bytes.len());
        for size in 1..20 {
            assert_eq!(decoded(dialect, &bytes, size), whole, "{dialect} in pieces of {size}");
        }
    }
}

#[test]
fn a_damaged_frame_is_an_error_and_the_next_one_is_read() {
    let mut bytes = capture();
    bytes[8] ^= 0x10;
    let lines = decoded("board-link", &bytes, 4096);
    assert_eq!(lines.iter().filter(|line| line["ok"] == false).count(), 1);
    assert_eq!(lines.iter().filter(|line| line["ok"] == true).count(), 3);
}

#[test]
fn a_frame_cut_short_is_pending() {
    let bytes = capture();
    let lines = decoded("board-link", &bytes[..bytes.len() - 3], 7);
    let pending = lines.last().expect("a last line")["pending_bytes"].as_u64().expect("a number");
    assert!(pending > 0 && lines.iter().filter(|line| line["ok"] == true).count() == 3);
}

/// What decoding tells of a vector.
struct Told {
    id: String,
    verdict: String,
    meaning: Value,
    lines: Vec<Value>,
}

/// The vectors of a dialect that come from a device, decoded.
fn vectors(dialect: &str) -> Vec<Told> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/vectors");
    let text = std::fs::read_to_string(folder.join(format!("{dialect}.jsonl"))).expect("vectors");
    let all = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let word = |vector: &Value, key: &str| vector[key].as_str().unwrap_or_default().to_owned();
    all.filter(|vector| vector["dir"] == "dev>host")
        .map(|vector| Told {
            id: word(&vector, "id"),
            verdict: word(&vector, "verdict"),
            meaning: vector["meaning"].clone(),
            lines: decoded(dialect, &bytes(&word(&vector, "bytes_hex")), 5),
        })
        .collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("a byte")).collect()
}

/// Keys that tell how a vector was made, or that several lines of the capture tell together.
const UNTOLD: [&str; 2] = ["multi_line", "list"];

#[test]
fn every_vector_of_a_device_is_told_by_its_meaning() {
    let dialects = ["sick-clv", "datalogic", "mt-sics", "toledo-continuous", "aim-id", "cobs", "tty-parmrk"];
    for told in dialects.iter().flat_map(|dialect| vectors(dialect)) {
        let (id, lines) = (&told.id, &told.lines);
        let good: Vec<&Value> = lines.iter().filter(|line| line["ok"] == true).collect();
        let bad = lines.iter().filter(|line| line["ok"] == false).count();
        let pending = lines.last().expect("a last line")["pending_bytes"].as_u64().expect("a number");
        match told.verdict.as_str() {
            "accept" => {
                assert!(!good.is_empty() && bad == 0 && pending == 0, "{id}: {lines:?}");
                let meaning = told.meaning.as_object().expect("an object");
                for (key, value) in meaning.iter().filter(|(key, _)| !UNTOLD.contains(&key.as_str())) {
                    // A capture does not say in which mode a scanner lists its codes.
                    if key == "mode" && value == "code collection" {
                        continue;
                    }
                    assert_eq!(&good[0]["message"][key], value, "{id}: {key}");
                }
            }
            "reject" => assert!(good.is_empty() && bad > 0, "{id}: {lines:?}"),
            "need_more" => assert!(good.is_empty() && bad == 0 && pending > 0, "{id}: {lines:?}"),
            "resync" => assert!(!good.is_empty() && pending == 0, "{id}: {lines:?}"),
            verdict => assert_eq!(verdict, "ambiguous", "{id}"),
        }
    }
}
