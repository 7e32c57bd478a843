//! What `line.toml` says of a scanner or a weigher is what its port does: framing, texts, filters, roles of codes, frames
//! of weighers, and the command that makes one speak.

use sortie_controller::config::{self, LineConfig};
use sortie_controller::feed::{FeedKind, parse_line};
use sortie_controller::port::Driver;
use sortie_core::input::{Input, Weight};

const LINE: &str = include_str!("cases/check-good-line/line.toml");
const SECOND: u64 = 1_000_000_000;

/// The good line with more lines in the table of its scanner or weigher, or at its end.
fn line(after: &str, more: &str) -> LineConfig {
    let text = LINE.replacen(after, &format!("{after}\n{more}"), 1);
    config::line_from_str("line.toml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn scanner(more: &str) -> LineConfig {
    line("heartbeat = \"HB\"", more)
}

/// The good line with a weigher of another dialect.
fn weigher(dialect: &str, more: &str) -> LineConfig {
    let text = LINE.replacen("dialect = \"toledo-continuous\"", &format!("dialect = \"{dialect}\"\n{more}"), 1);
    config::line_from_str("line.toml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn driver(line: &LineConfig, role: &str) -> Driver {
    let found = Driver::all(line, 1, None).into_iter().find(|(_, port)| line.ports[*port].role == role);
    found.expect("a device on that port").0
}

/// Codes of each result, with `!` in front of those that are no plates.
fn reads(line: &LineConfig, bytes: &[u8]) -> (Vec<Vec<String>>, Driver) {
    let mut driver = driver(line, "scanner-top");
    let mut reads = Vec::new();
    driver.receive(0, bytes, |input| {
        let Input::Read(read) = input else { panic!("{input:?}") };
        let text = |code: &sortie_core::input::ReadCode| {
            let mark = if code.plate { "" } else { "!" };
            format!("{mark}{}", String::from_utf8_lossy(&code.text))
        };
        reads.push(read.codes.iter().map(text).collect());
    });
    (reads, driver)
}

fn grams(line: &LineConfig, bytes: &[u8]) -> Vec<Option<i32>> {
    let mut grams = Vec::new();
    driver(line, "scale").receive(0, bytes, |input| {
        let Input::Weight(Weight { grams: found, .. }) = input else { panic!("{input:?}") };
        grams.push(found);
    });
    grams
}

#[test]
fn the_frame_is_what_the_device_was_set_to() {
    let line = scanner(
        "start = \"\\u0001\"\nstop = \"\"\nterminator = \"\\u0004\"\nseparator = \"||\"\nlrc = true\nframe_max_bytes = 64",
    );
    let frame = b"\x01000123||]C0LP000123456789012\x04";
    let sum = frame[1..].iter().fold(0, |sum, byte| sum ^ byte);
    let (found, _) = reads(&line, &[&frame[..], &[sum]].concat());
    assert_eq!(found, [["LP000123456789012"]]);
    let long = [&b"\x01000123||]C0"[..], &[b'A'; 64], b"\x04\x00"].concat();
    let (found, driver) = reads(&line, &long);
    assert_eq!((found.len(), driver.counters().errors), (0, 1), "longer than frame_max_bytes");
}

#[test]
fn error_texts_stand_for_a_result_without_a_code() {
    let line = scanner("error_texts = [\"ERROR\", \"NO TRIGGER\"]");
    let (found, driver) =
        reads(&line, b"\x02000123;ERROR\r\n\x03\x02000124;NO TRIGGER\r\n\x03\x02000125;NoRead\r\n\x03");
    assert_eq!(found, [[""; 0]; 3]);
    assert_eq!(driver.counters().errors, 0);
}

#[test]
fn what_the_filter_keeps_out_is_as_if_it_had_not_been_read_and_is_counted() {
    let frame = b"\x02000123;]C0LP000123456789012;]C0LP0001;]d1LP000123456789013;]C0ABC0001234567890\r\n\x03";
    let found = |more| {
        let (found, driver) = reads(&scanner(more), frame);
        (found.concat().len(), driver.counters().filtered)
    };
    assert_eq!(found(""), (4, 0));
    assert_eq!(found("symbologies = [\"C0\"]"), (3, 1));
    assert_eq!(found("symbologies = [\"]C1\", \"d\"]"), (1, 3));
    assert_eq!(found("masks = [\"LP*\"]"), (3, 1));
    assert_eq!(found("masks = [\"LP????\", \"ABC*\"]"), (2, 2));
    assert_eq!(found("code_length = { min = 10, max = 16 }"), (1, 3));
    assert_eq!(found("code_length = { max = 6 }"), (1, 3));
}

#[test]
fn what_is_no_code_is_counted_as_refused() {
    let refused = |codes: &str| {
        let (found, driver) = reads(&scanner(""), format!("\x02000123{codes}\r\n\x03").as_bytes());
        (found.concat().len(), driver.counters().refused, driver.counters().filtered)
    };
    assert_eq!(refused(";]C0LP000123456789012;]C100280606423387880180"), (2, 0, 0));
    assert_eq!(refused(";]C0RX123456784DE;]C100280606423387880181;]C1891234"), (0, 3, 0), "damaged, or unknown");
    assert_eq!(refused(";]C0AB12;]C0LP;]C0LP000123456789012"), (1, 2, 0), "too short for any plate");
    assert_eq!(refused(&format!(";]d1{}", "X".repeat(65))), (0, 1, 0), "too long");
    assert_eq!(refused(";]C10112345678901231;]E04006381333931"), (1, 0, 0), "an article's number is no damage");
    let many: String = (0..7).map(|plate| format!(";]C0LP{plate:014}")).collect();
    assert_eq!(refused(&many), (6, 1, 0), "no room");
}

#[test]
fn the_role_of_each_grammar_is_the_lines_own() {
    let frame = b"\x02000123;]C012312345675;]C0LP00012345678901;]C100280606423387880180\r\n\x03";
    let usual = reads(&scanner(""), frame).0.concat();
    assert_eq!(usual, ["!12312345675", "LP00012345678901", "280606423387880180"]);
    let text = format!("{LINE}\n[identifiers]\nawb = \"plate\"\nlp = \"shared\"\nsscc = \"ignore\"\n");
    let line = config::line_from_str("line.toml", &text).expect("a good line");
    assert_eq!(reads(&line, frame).0.concat(), ["12312345675", "!LP00012345678901"]);
    let parcel = |plate: &str| {
        let text = format!(r#"{{"parcel":"P1","plates":["{plate}"],"destination":"JFK"}}"#);
        parse_line(FeedKind::Parcels, text.as_bytes(), &line.grammars).is_ok()
    };
    let plates = ["123-12345675", "LP00012345678901", "280606423387880180", "ABC123456"];
    assert_eq!(plates.map(parcel), [true, false, false, true], "and the host's records go by the same roles");
}

#[test]
fn frames_of_a_continuous_weigher_are_as_set() {
    let long = b"\x02\x3D\x30\x20  1235     0\r";
    let checked = [&long[..], &[0x00]].concat();
    let sum = long.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)).wrapping_neg() & 0x7F;
    let sound = [&long[..], &[sum]].concat();
    assert_eq!(grams(&weigher("toledo-continuous", ""), &sound), [Some(1235)]);
    assert_eq!(grams(&weigher("toledo-continuous", ""), &checked), [], "the sum is wrong");
    assert_eq!(grams(&weigher("toledo-continuous", "checksum = false"), long), [Some(1235)]);
    let short = b"\x02\x31\x30\x20   144\r";
    let set = weigher("toledo-continuous", "checksum = false\ntare = false\ndummy_zeros = \"added\"");
    assert_eq!(grams(&set, short), [Some(1_440_000)]);
    assert_eq!(grams(&weigher("toledo-continuous", "unit = \"g\""), &sound), [None], "another unit than the one set");
    assert_eq!(
        grams(&weigher("mt-sics", "unit = \"kg\""), b"S S      1.235 kg\r\nS S     100.00 g\r\n"),
        [Some(1235), None]
    );
}

#[test]
fn what_an_empty_or_a_tared_platform_says_is_no_parcels_weight() {
    let toledo = |swb: char, digits: &str| format!("\u{2}\u{3d}{swb} {digits:>6}     0\r").into_bytes();
    let line = weigher("toledo-continuous", "checksum = false");
    assert_eq!(grams(&line, &toledo('0', "1235")), [Some(1235)], "gross");
    assert_eq!(grams(&line, &toledo('1', "1235")), [None], "net");
    assert_eq!(grams(&line, &toledo('0', "0")), [None], "stuck at zero");
    assert_eq!(grams(&line, &toledo('2', "35")), [None], "below zero");
    let line = weigher("mt-sics", "");
    assert_eq!(grams(&line, b"S S      0.000 kg\r\nS S     -0.005 kg\r\nS S      0.001 kg\r\n"), [None, None, Some(1)]);
    assert_eq!(grams(&line, b"S S        0.4 g\r\nS S        0.5 g\r\n"), [None, Some(1)]);
    let line = weigher("mt-sics", "min_g = 50");
    assert_eq!(grams(&line, b"S S      0.049 kg\r\nS S      0.050 kg\r\n"), [None, Some(50)]);
}

#[test]
fn a_weigher_that_only_speaks_when_asked_is_asked() {
    let line = weigher("mt-sics", "command = \"SIR\"");
    let mut scale = driver(&line, "scale");
    let said = |scale: &mut Driver, now| {
        let mut said = Vec::new();
        scale.transmit(now, |bytes| said.extend_from_slice(bytes));
        String::from_utf8(said).expect("text")
    };
    scale.opened(|_| {});
    assert_eq!(said(&mut scale, SECOND), "SIR\r\n", "the port was opened");
    assert_eq!(said(&mut scale, SECOND + 1), "");
    assert_eq!(scale.next_timeout(), Some(3 * SECOND));
    scale.receive(2 * SECOND, b"S S      1.235 kg\r\n", |_| {});
    assert_eq!((said(&mut scale, 3 * SECOND), scale.next_timeout()), (String::new(), Some(4 * SECOND)));
    assert_eq!(said(&mut scale, 4 * SECOND), "SIR\r\n", "it has been silent");
    scale.receive(5 * SECOND, b"I4 A \"1234567\"\r\n", |_| {});
    assert_eq!(said(&mut scale, 5 * SECOND), "SIR\r\n", "it was switched off and on");
    assert_eq!(scale.counters().bytes_out, 15);
    assert_eq!(driver(&weigher("mt-sics", ""), "scale").next_timeout(), None, "nobody is asked unless it is set");
}
