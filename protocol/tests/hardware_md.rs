//! `hardware.md` is true: its samples are decoded by its own tables and compared with the codec, both ways.

use sortie_protocol::board::LinkSettings;
use sortie_protocol::board::decoder::Decoder;
use sortie_protocol::board::frame::{Body, FRAME_MAX, Frame, WIRE_MAX};
use sortie_protocol::board::layout::kind;
use sortie_protocol::board::telegram::{
    BeltMotion, BoardTelegram, ChuteSensor, FireOutcome, HostTelegram, LampState, StopReason, Tag,
};
use std::collections::BTreeMap;

const PAGE: &str = include_str!("../../hardware.md");

/// A field of a layout table.
struct Field {
    offset: usize,
    size: usize,
    name: String,
    /// What single values mean; empty for plain numbers.
    words: BTreeMap<u64, String>,
}

/// A sample: its table of name, value, bytes, and its two lines of bytes.
#[derive(Default)]
struct Sample {
    rows: Vec<[String; 3]>,
    frame: Vec<u8>,
    wire: Vec<u8>,
}

/// A section "### 0xNN Name".
struct Section {
    kind: u8,
    name: String,
    layout: Vec<Field>,
    samples: Vec<Sample>,
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|pair| u8::from_str_radix(pair, 16).expect("a byte in hexadecimal")).collect()
}

fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).expect("hexadecimal"),
        None => text.parse().expect("decimal"),
    }
}

/// The rows below the table header that begins with these cells, from `lines`.
fn table<'a>(lines: &[&'a str], header: &str) -> Vec<&'a str> {
    let Some(start) = lines.iter().position(|line| line.starts_with(header)) else { return Vec::new() };
    lines[start + 2..].iter().take_while(|line| line.starts_with('|')).copied().collect()
}

const LAYOUT: &str = "| offset | type | name |";
const SAMPLE: &str = "| name | value | bytes |";

fn layout(lines: &[&str]) -> Vec<Field> {
    let field = |line: &&str| {
        let cells = cells(line);
        let word = |pair: &str| {
            let (value, word) = pair.split_once(" = ").expect("value = word");
            (number(value.trim()), word.trim().to_owned())
        };
        Field {
            offset: cells[0].parse().expect("an offset"),
            size: match cells[1].as_str() {
                "u8" => 1,
                "u16" => 2,
                "u32" => 4,
                other => panic!("{other} is no type"),
            },
            name: cells[2].clone(),
            words: cells[4].split(',').filter(|pair| !pair.trim().is_empty()).map(word).collect(),
        }
    };
    table(lines, LAYOUT).iter().map(field).collect()
}

fn sample(lines: &[&str]) -> Sample {
    let rows = table(lines, SAMPLE).iter().map(|line| cells(line).try_into().expect("three cells")).collect();
    let bytes = |prefix: &str| {
        let line = lines.iter().find_map(|line| line.strip_prefix(prefix));
        hex(line.expect("a sample has a frame and a wire line"))
    };
    Sample { rows, frame: bytes("frame "), wire: bytes("wire ") }
}

fn sections() -> Vec<Section> {
    let telegrams = PAGE.split("\n## ").find(|part| part.starts_with("7. Telegrams")).expect("section 7");
    let section = |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        let (kind, name) = lines[0].split_once(' ').expect("type and name");
        let starts: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("Sample ")).collect();
        let ends = starts.iter().skip(1).copied().chain([lines.len()]);
        Section {
            kind: u8::try_from(number(kind)).expect("a byte"),
            name: name.to_owned(),
            layout: layout(&lines[..starts.first().copied().unwrap_or(lines.len())]),
            samples: starts.iter().zip(ends).map(|(start, end)| sample(&lines[*start..end])).collect(),
        }
    };
    telegrams.split("\n### ").skip(1).map(section).collect()
}

fn header() -> Vec<Field> {
    let frames = PAGE.split("\n## ").find(|part| part.starts_with("5. Frames")).expect("section 5");
    layout(&frames.lines().collect::<Vec<_>>())
}

/// The value of a field by its table: a number, or the word for it.
fn by_table(field: &Field, frame: &[u8]) -> (u64, String) {
    let bytes = &frame[field.offset..field.offset + field.size];
    let value = bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
    let text = if field.words.is_empty() { value.to_string() } else { field.words[&value].clone() };
    (value, text)
}

/// A frame as the codec understands it: names of the page, and numbers or words of the page.
fn by_codec(frame: &Frame) -> Vec<(&'static str, String)> {
    let mut out = vec![("seq", frame.seq.to_string()), ("ack", frame.ack.to_string())];
    match frame.body {
        Body::BoardHello(hello) => out.extend([
            ("session", hello.session.to_string()),
            ("boot", hello.boot.to_string()),
            ("firmware", hello.firmware.to_string()),
            ("sensors", hello.sensors.to_string()),
            ("outputs", hello.outputs.to_string()),
            ("first", hello.first.to_string()),
            ("time_ms", hello.time_ms.to_string()),
            ("count", hello.count.to_string()),
        ]),
        Body::HostHello(hello) => out.extend([
            ("session", hello.session.to_string()),
            ("resume_boot", hello.resume_boot.to_string()),
            ("next", hello.next.to_string()),
            ("lease_ms", hello.lease_ms.to_string()),
        ]),
        Body::BoardAck | Body::HostAck => {}
        Body::Lost { from, resume } => out.extend([("from", from.to_string()), ("resume", resume.to_string())]),
        Body::Board(telegram) => out.extend(board_fields(telegram)),
        Body::Host(telegram) => out.extend(host_fields(telegram)),
    }
    out
}

fn tag_fields(tag: Tag, revision: u16) -> [(&'static str, String); 3] {
    [("item", tag.item.to_string()), ("pass", tag.pass.to_string()), ("revision", revision.to_string())]
}

fn flag(value: bool, no: &str, yes: &str) -> String {
    if value { yes.to_owned() } else { no.to_owned() }
}

fn board_fields(telegram: BoardTelegram) -> Vec<(&'static str, String)> {
    match telegram {
        BoardTelegram::Clock { count, time_ms, speed_cps } => {
            vec![("count", count.to_string()), ("time_ms", time_ms.to_string()), ("speed_cps", speed_cps.to_string())]
        }
        BoardTelegram::Edge { count, sensor, blocked } => {
            let blocked = flag(blocked, "clear (trailing edge)", "blocked (leading edge)");
            vec![("count", count.to_string()), ("sensor", sensor.to_string()), ("blocked", blocked)]
        }
        BoardTelegram::Chute { count, chute, sensor, active } => vec![
            ("count", count.to_string()),
            ("chute", chute.to_string()),
            ("sensor", sensor_word(sensor).to_owned()),
            ("active", flag(active, "inactive", "active")),
        ],
        BoardTelegram::Button { count, button, pressed } => vec![
            ("count", count.to_string()),
            ("button", button.to_string()),
            ("pressed", flag(pressed, "released", "pressed")),
        ],
        BoardTelegram::Belt { count, motion, estop, guard_open } => vec![
            ("count", count.to_string()),
            ("motion", motion_word(motion).to_owned()),
            ("estop", flag(estop, "released", "pressed")),
            ("guard_open", flag(guard_open, "closed", "open")),
        ],
        BoardTelegram::Outcome { count, tag, revision, outcome } => {
            let mut out = vec![("count", count.to_string())];
            out.extend(tag_fields(tag, revision));
            out.push(("outcome", outcome_word(outcome).to_owned()));
            out
        }
        BoardTelegram::QueueEntry { query, tag, revision, outcome } => {
            let mut out = vec![("query", query.to_string())];
            out.extend(tag_fields(tag, revision));
            out.push(("state", outcome.map_or("queued", outcome_word).to_owned()));
            out
        }
        BoardTelegram::QueueEnd { query, entries } => {
            vec![("query", query.to_string()), ("entries", entries.to_string())]
        }
    }
}

fn host_fields(telegram: HostTelegram) -> Vec<(&'static str, String)> {
    match telegram {
        HostTelegram::Fire(fire) => {
            let mut out = tag_fields(fire.tag, fire.revision).to_vec();
            out.extend([
                ("output", fire.output.to_string()),
                ("count", fire.count.to_string()),
                ("stroke_ms", fire.stroke_ms.to_string()),
                ("speed_min_cps", fire.speed_min_cps.to_string()),
                ("speed_max_cps", fire.speed_max_cps.to_string()),
            ]);
            out
        }
        HostTelegram::Cancel { tag, revision } => tag_fields(tag, revision).to_vec(),
        HostTelegram::Beat { echo_ms } => vec![("echo_ms", echo_ms.to_string())],
        HostTelegram::Lamp { lamp, state } => {
            vec![("lamp", lamp.to_string()), ("state", lamp_word(state).to_owned())]
        }
        HostTelegram::StopRequest { reason } => vec![("reason", stop_word(reason).to_owned())],
        HostTelegram::Permit { induction, allowed } => {
            vec![("induction", induction.to_string()), ("allowed", flag(allowed, "held", "allowed"))]
        }
        HostTelegram::QueueQuery { query } => vec![("query", query.to_string())],
        HostTelegram::Load { induction, count } => {
            vec![("induction", induction.to_string()), ("count", count.to_string())]
        }
    }
}

fn sensor_word(sensor: ChuteSensor) -> &'static str {
    match sensor {
        ChuteSensor::Confirm => "confirm",
        ChuteSensor::HalfFull => "half-full",
        ChuteSensor::Full => "full",
    }
}

fn motion_word(motion: BeltMotion) -> &'static str {
    match motion {
        BeltMotion::Stopped => "stopped",
        BeltMotion::Ramping => "ramping",
        BeltMotion::Running => "running",
    }
}

fn outcome_word(outcome: FireOutcome) -> &'static str {
    match outcome {
        FireOutcome::Fired => "fired",
        FireOutcome::Late => "late",
        FireOutcome::Speed => "speed",
        FireOutcome::UnknownOutput => "unknown output",
        FireOutcome::QueueFull => "queue full",
        FireOutcome::Cancelled => "cancelled",
        FireOutcome::Lease => "lease",
    }
}

fn lamp_word(state: LampState) -> &'static str {
    match state {
        LampState::Off => "off",
        LampState::On => "on",
        LampState::Blink => "blink",
    }
}

fn stop_word(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Jam => "jam",
        StopReason::EndOfLineFull => "end of line full",
        StopReason::Operator => "operator",
    }
}

/// The check as the page defines it, bit by bit.
fn check(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0x82F6_3B78 } else { crc >> 1 })
    })
}

fn decode(wire: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    Decoder::new().push(wire, |read| frames.push(read.expect("a sound frame")));
    frames
}

/// One sample: its table against its bytes by the page's layout, then the codec both ways.
fn judge(section: &Section, header: &[Field], sample: &Sample) {
    let who = &section.name;
    let mut end = 0;
    let mut rows = sample.rows.iter();
    let mut meant = Vec::new();
    for field in header.iter().chain(&section.layout) {
        assert_eq!(field.offset, end, "{who}: {} stands behind the field before it", field.name);
        end += field.size;
        let [name, value, bytes] = rows.next().expect("a row for each field");
        let (decoded, text) = by_table(field, &sample.frame);
        assert_eq!(name, &field.name, "{who}");
        assert_eq!(hex(bytes), sample.frame[field.offset..end], "{who}: {name}");
        match value.split_once(" = ") {
            Some((digits, word)) => assert_eq!((number(digits), word), (decoded, text.as_str()), "{who}: {name}"),
            None => assert_eq!((number(value), field.words.len()), (decoded, 0), "{who}: {name}"),
        }
        meant.push((field.name.as_str(), text));
    }
    let [name, value, bytes] = rows.next().expect("a row for the check");
    let expected = check(&sample.frame[..end]);
    assert_eq!((name.as_str(), number(value)), ("check", u64::from(expected)), "{who}");
    assert_eq!(hex(bytes), expected.to_le_bytes(), "{who}");
    assert_eq!(sample.frame[end..], expected.to_le_bytes(), "{who}: the frame ends with the check");
    assert!(rows.next().is_none(), "{who}: no row is left over");

    let frames = decode(&sample.wire);
    assert_eq!(frames.len(), 1, "{who}");
    assert_eq!(Frame::decode_raw(&sample.frame), Ok(frames[0]), "{who}");
    let of_codec = by_codec(&frames[0]);
    assert_eq!(sample.frame[..2], [1, section.kind], "{who}: version and type");
    let of_codec: Vec<_> = of_codec.iter().map(|(name, text)| (*name, text.clone())).collect();
    assert_eq!(meant[2..], of_codec, "{who}: the codec reads what the tables say");

    let mut raw = [0; FRAME_MAX];
    let len = frames[0].encode_raw(&mut raw);
    assert_eq!(raw[..len], sample.frame, "{who}: the codec writes the frame");
    let mut wire = [0; WIRE_MAX];
    let len = frames[0].encode(&mut wire);
    assert_eq!(wire[..len], sample.wire, "{who}: the codec writes the wire bytes");
}

#[test]
fn the_samples_are_what_the_tables_and_the_codec_say() {
    let header = header();
    assert_eq!(header.len(), 4);
    let mut judged = 0;
    for section in sections() {
        assert!(section.samples.len() >= 2, "{} needs two samples", section.name);
        section.samples.iter().for_each(|sample| judge(&section, &header, sample));
        judged += section.samples.len();
    }
    println!("hardware.md: {judged} of {judged} samples");
}

#[test]
fn every_type_stands_on_the_page_once_and_no_other() {
    let on_page: Vec<u8> = sections().iter().map(|section| section.kind).collect();
    assert_eq!(on_page, kind::ALL, "types in the order of their numbers");
}

#[test]
fn every_word_of_the_tables_is_known_to_the_codec() {
    for section in sections() {
        let sample = &section.samples[0].frame;
        for field in &section.layout {
            for value in 0..=255 {
                let mut changed = sample.clone();
                changed.truncate(sample.len() - 4);
                if field.words.is_empty() {
                    break;
                }
                changed[field.offset] = value;
                let sealed = [&changed[..], &check(&changed).to_le_bytes()].concat();
                let read = Frame::decode_raw(&sealed).ok();
                let word = field.words.get(&u64::from(value));
                let read = read.map(|frame| by_codec(&frame));
                let of_codec = read.and_then(|all| all.into_iter().find(|(name, _)| *name == field.name));
                assert_eq!(of_codec.map(|(_, word)| word).as_ref(), word, "{} {} {value}", section.name, field.name);
            }
        }
    }
}

#[test]
fn frames_elsewhere_on_the_page_are_sound() {
    let elsewhere = PAGE.split("\n## ").filter(|part| !part.starts_with("7. Telegrams"));
    let mut frames = 0;
    for line in elsewhere.flat_map(str::lines) {
        // Bytes stand at the end of a line, behind two blanks at least.
        let tail = line.trim_end().rsplit("  ").next().unwrap_or_default();
        let looks =
            tail.len() >= 47 && tail.split(' ').all(|pair| pair.len() == 2 && u8::from_str_radix(pair, 16).is_ok());
        if looks && tail.ends_with(" 00") {
            frames += decode(&hex(tail.trim())).len();
        }
    }
    assert_eq!(frames, 7);
}

#[test]
fn the_timers_on_the_page_are_the_defaults() {
    let settings = LinkSettings::default();
    let ms = |ns: u64| ns / 1_000_000;
    let rows = [
        format!("| greeting repeated, board (serves nobody) and host (no answer) | {} ms |", ms(settings.hello_ns)),
        format!("| lone acknowledgement | {} ms |", ms(settings.ack_delay_ns)),
        format!("| retry, host to board | {} ms,", ms(settings.host_retry_ns)),
        format!("| retry, board to host | {} ms,", ms(settings.board_retry_ns)),
        format!("not the next telegram (host) | {} s, then it greets again |", ms(settings.stuck_ns) / 1_000),
        format!("| lease | `lease_ms` of HostHello, {} ms |", settings.lease_ms),
        format!("At most {} telegrams are under way at once.", settings.in_flight),
    ];
    for row in rows {
        assert!(PAGE.contains(&row), "{row}");
    }
}
