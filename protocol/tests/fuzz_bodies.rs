//! The fuzz bodies on a stable compiler: mutated vectors, from a seed, whole and in random pieces.
//!
//! A million inputs a decoder in release, 20,000 in debug; `SORTIE_FUZZ_INPUTS` sets another number.

#[path = "../fuzz/bodies.rs"]
mod bodies;

use std::fs;

/// A small generator (xorshift), so that a failure comes back with its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}

fn inputs() -> usize {
    let usual = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };
    std::env::var("SORTIE_FUZZ_INPUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn corpus(names: &[&str], more: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = more.iter().map(|bytes| bytes.to_vec()).collect();
    for name in names {
        let path = format!("{}/tests/vectors/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
        for line in fs::read_to_string(path).expect("the vector file").lines() {
            let vector: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let hex = vector["bytes_hex"].as_str().expect("bytes");
            let bytes: Vec<u8> = (0..hex.len())
                .step_by(2)
                .map(|place| u8::from_str_radix(&hex[place..place + 2], 16).expect("hexadecimal"))
                .collect();
            corpus.push(bytes);
        }
    }
    corpus
}

/// Bytes that mean something to one decoder or another.
const TELLING: &[u8] = b"\x00\x02\x03\x0D\x0A\x1D\xFF ;,?]0-.\"SH\x7F\x80";

/// One to three inputs of the corpus in a row with up to eight changes.
fn mutate(dice: &mut Dice, corpus: &[Vec<u8>], out: &mut Vec<u8>) {
    out.clear();
    out.push(dice.roll(256) as u8);
    for _ in 0..=dice.roll(3) {
        let piece = &corpus[dice.roll(corpus.len())];
        // The longest vectors are thousands of one letter: mostly a part of it tells as much.
        let kept = if piece.len() > 200 && dice.roll(50) != 0 { 200 } else { piece.len() };
        out.extend_from_slice(&piece[..kept]);
    }
    for _ in 0..dice.roll(9) {
        let place = 1 + dice.roll(out.len());
        match dice.roll(6) {
            0 if place < out.len() => out[place] ^= 1 << dice.roll(8),
            1 if place < out.len() => out[place] = TELLING[dice.roll(TELLING.len())],
            2 if place < out.len() => drop(out.remove(place)),
            3 => out.insert(place.min(out.len()), TELLING[dice.roll(TELLING.len())]),
            4 if place < out.len() => out.truncate(place),
            _ => {
                let from = place.min(out.len());
                let to = (from + dice.roll(12)).min(out.len());
                out.extend_from_within(from..to);
            }
        }
    }
}

fn run(seed: u64, corpus: &[Vec<u8>], body: fn(&[u8])) {
    let mut dice = Dice(seed);
    let mut input = Vec::new();
    for _ in 0..inputs() {
        mutate(&mut dice, corpus, &mut input);
        body(&input);
    }
}

#[test]
fn sick_clv() {
    run(1, &corpus(&["sick-clv"], &[b"\x02HB\r\n\x03", b"\x0212345;ABCDEF;NoRead;9876\r\n\x03"]), bodies::sick_clv);
}

#[test]
fn datalogic() {
    run(2, &corpus(&["datalogic"], &[]), bodies::datalogic);
}

#[test]
fn numbered_scanner() {
    let good: &[u8] = b"\x02000123;]C100280606423387880180;]C0LP000123456789012\r\n\x03";
    let no_read: &[u8] = b"\x02000124;NoRead\r\n\x03";
    let checked = |frame: &[u8]| [frame, &[frame[1..].iter().fold(0, |sum, byte| sum ^ byte)]].concat();
    run(3, &corpus(&["sick-clv"], &[&checked(good), &checked(no_read)]), bodies::numbered_scanner);
}

#[test]
fn unframed_scanner() {
    run(4, &corpus(&["datalogic"], &[b"1234567890123,0467\r\n", b"???????\r\n"]), bodies::unframed_scanner);
}

#[test]
fn mt_sics() {
    run(5, &corpus(&["mt-sics"], &[b"S S      1.235 kg\r\n"]), bodies::mt_sics);
}

#[test]
fn toledo_continuous() {
    run(6, &corpus(&["toledo-continuous"], &[]), bodies::toledo_continuous);
}

#[test]
fn toledo_either() {
    run(7, &corpus(&["toledo-continuous"], &[]), bodies::toledo_either);
}

#[test]
fn aim_id() {
    let mut corpus = corpus(&["aim-id"], &[]);
    // The first byte is a cutting seed for the other bodies; here it is data, as often as not the flag itself.
    corpus.push(b"]C1".to_vec());
    run(8, &corpus, |data| {
        bodies::aim_id(data);
        bodies::aim_id(data.get(1..).unwrap_or_default());
    });
}

#[test]
fn identifier() {
    let codes: [&[u8]; 9] = [
        b"]C100280606423387880180",
        b"]C1011231231231233310ABC123\x1D99TESTING",
        b"]C1021234567890123137123\x1D00123456789012345675",
        b"RB123456785GB",
        b"123-12345675",
        b"0208114074300001",
        b"LP000123456789012",
        b"YT1234567890123456",
        b"280606423387880180",
    ];
    run(9, &corpus(&["aim-id"], &codes), |data| bodies::identifier(data.get(1..).unwrap_or_default()));
}

#[test]
fn cobs() {
    let full: Vec<u8> = std::iter::once(0xFF).chain(1..=254).chain([2, 9, 0]).collect();
    run(10, &corpus(&["cobs"], &[&full]), bodies::cobs);
}

#[test]
fn tty_parmrk() {
    run(11, &corpus(&["tty-parmrk"], &[]), bodies::tty_parmrk);
}

#[test]
fn board_link() {
    use sortie_protocol::board::frame::{Body, Frame, WIRE_MAX};
    let mut wire = [0; WIRE_MAX];
    let length = Frame { seq: 0, ack: 7, body: Body::BoardAck }.encode(&mut wire);
    let lost = Frame { seq: 0, ack: 7, body: Body::Lost { from: 3, resume: 900 } };
    let mut other = [0; WIRE_MAX];
    let other_length = lost.encode(&mut other);
    run(12, &corpus(&["cobs"], &[&wire[..length], &other[..other_length]]), bodies::board_link);
}
