//! Weigher dialects: status is explicit, and only a good one gives grams.

use proptest::prelude::*;
use sortie_protocol::weigher::{
    Checksum, Decimal, DummyZeros, LineError, MtSicsDecoder, MtSicsMessage, ToledoDecoder, ToledoError, ToledoFrame,
    ToledoSettings, Unit, WeigherCommand, WeigherDecoder, WeigherMessage, WeightReading, WeightStatus,
};

fn lines(bytes: &[u8]) -> Vec<Result<MtSicsMessage, LineError>> {
    let mut found = Vec::new();
    MtSicsDecoder::new().push(bytes, &mut |one| found.push(one));
    found
}

fn reading(line: &str) -> WeightReading {
    let found = lines(format!("{line}\r\n").as_bytes());
    let [Ok(message)] = found.as_slice() else { panic!("{line}: {found:?}") };
    message.reading().expect("a weight")
}

#[test]
fn only_a_stable_weight_in_a_known_unit_gives_grams() {
    let table = [
        ("S S     100.00 g", WeightStatus::Stable, Some(100)),
        ("S S      1.235 kg", WeightStatus::Stable, Some(1235)),
        ("S S     1.2345 kg", WeightStatus::Stable, Some(1235)),
        ("S S       2.00 lb", WeightStatus::Stable, Some(907)),
        ("S S       4.00 oz", WeightStatus::Stable, Some(113)),
        ("S S    129.07 g", WeightStatus::Stable, Some(129)),
        ("S S      0.000 kg", WeightStatus::Stable, Some(0)),
        ("S S 129 g", WeightStatus::Stable, Some(129)),
        ("S  S     129.07  g  ", WeightStatus::Stable, Some(129)),
        ("S D     129.07 g", WeightStatus::Motion, None),
        ("S S      -0.35 kg", WeightStatus::Negative, None),
        ("S S     100.00 ct", WeightStatus::Unusable, None),
        ("S S 999999999 t", WeightStatus::Stable, None),
        ("S +", WeightStatus::Overload, None),
        ("S -", WeightStatus::Underload, None),
        ("S I", WeightStatus::NotReady, None),
    ];
    for (line, status, grams) in table {
        let reading = reading(line);
        assert_eq!((reading.status, reading.grams()), (status, grams), "{line}");
    }
}

#[test]
fn a_tare_and_an_echo_are_no_weights() {
    let found = lines(b"TA A     100.00 g\r\nT S       0.50 kg\r\nSIR\r\nS S      12.50 ct\r\n");
    let [Ok(tare), Ok(tared), Ok(echo), Ok(carats)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!([tare, tared, echo].map(MtSicsMessage::reading), [None, None, None]);
    assert_eq!(*echo, MtSicsMessage::Command(WeigherCommand::Repeat));
    let MtSicsMessage::Reply(carats) = carats else { panic!("{carats:?}") };
    assert_eq!((carats.unit, carats.symbol.as_str()), (Unit::Other, "ct"));
}

#[test]
fn lines_that_are_none() {
    let table: [(&[u8], &[LineError]); 12] = [
        (b"S S     1.0.0 g\r\n", &[LineError::Number]),
        (b"S S     - 0.35 g\r\n", &[LineError::Number]),
        (b"S S     .35 g\r\n", &[LineError::Number]),
        (b"S S     35. g\r\n", &[LineError::Number]),
        (b"S S     1234567890 g\r\n", &[LineError::Number]),
        (b"S S     100.00\r\n", &[LineError::Grammar]),
        (b"S S     100.00 g x\r\n", &[LineError::Grammar]),
        (b"S S\r\n", &[LineError::Grammar]),
        (b"S X     100.00 g\r\n", &[LineError::Grammar]),
        (b"I4 A \"1234567\r\n", &[LineError::Grammar]),
        (b"S S     10\xB0.00 g\r\n", &[LineError::Character(0xB0)]),
        (b"\r\n\r\n", &[LineError::Empty, LineError::Empty]),
    ];
    for (bytes, errors) in table {
        let expected: Vec<_> = errors.iter().map(|error| Err(*error)).collect();
        assert_eq!(lines(bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_lost_end_costs_one_line() {
    let good = &b"S S     100.00 g\r\n"[..];
    let weight = lines(good).remove(0);
    let lost_feed = [&b"S D     100.00 g\r"[..], good].concat();
    assert_eq!(lines(&lost_feed), [Err(LineError::Character(b'\r')), weight.clone()]);
    let lost_return = [&b"S D     100.00 g\n"[..], good].concat();
    assert_eq!(lines(&lost_return), [Err(LineError::Character(b'\n')), weight.clone()]);
    let damaged_and_lost = [&b"S D     1\x0000.00 g\r"[..], good].concat();
    assert_eq!(lines(&damaged_and_lost), [Err(LineError::Character(0)), weight.clone()]);
    let long = [&[b'A'; 500][..], b"\r\n", good].concat();
    assert_eq!(lines(&long), [Err(LineError::TooLong), weight]);
}

fn frames(settings: ToledoSettings, bytes: &[u8]) -> Vec<Result<ToledoFrame, ToledoError>> {
    let mut found = Vec::new();
    ToledoDecoder::new(settings).push(bytes, &mut |one| found.push(one));
    found
}

/// A frame of these status words and this weight.
fn frame(swa: u8, swb: u8, swc: u8, weight: &[u8; 6]) -> ToledoFrame {
    let unread = ToledoFrame {
        swa,
        swb,
        swc,
        weight_field: *weight,
        tare_field: Some(*b"     0"),
        checked: true,
        value: None,
        tare: None,
    };
    let found = frames(ToledoSettings::default(), &unread.encode());
    let [Ok(frame)] = found.as_slice() else { panic!("{found:?}") };
    *frame
}

#[test]
fn every_status_bit_but_kilograms_spoils_the_weight() {
    let table = [
        (0x30, 0x20, b"  1235", WeightStatus::Stable, Some(1235)),
        (0x30, 0x21, b"  1235", WeightStatus::Stable, Some(1235)),
        (0x20, 0x20, b"  2000", WeightStatus::Stable, Some(907)),
        (0x38, 0x20, b"  1235", WeightStatus::Motion, None),
        (0x32, 0x20, b"  1235", WeightStatus::Negative, None),
        (0x34, 0x20, b"      ", WeightStatus::Overload, None),
        (0x36, 0x20, b"      ", WeightStatus::Underload, None),
        (0x3C, 0x20, b" 99999", WeightStatus::Overload, None),
        (0x70, 0x20, b"  1235", WeightStatus::NotZeroed, None),
        (0x30, 0x30, b"  1235", WeightStatus::Unusable, None),
        (0x30, 0x22, b"  1235", WeightStatus::Unusable, None),
    ];
    for (swb, swc, weight, status, grams) in table {
        // SWA 0x2D: three decimals. With SWC unit 1 the number is grams and thousandths of them.
        let frame = frame(0x2D, swb, swc, weight);
        let expected = if swc & 7 == 1 { grams.map(|_| 1) } else { grams };
        assert_eq!((frame.reading().status, frame.reading().grams()), (status, expected), "{swb:#x} {swc:#x}");
    }
}

#[test]
fn zeros_left_of_the_point_are_a_setting() {
    let bytes = frame(0x31, 0x30, 0x20, b"   144").encode();
    for (dummy_zeros, grams) in [(DummyZeros::Sent, 144_000), (DummyZeros::Added, 1_440_000)] {
        let settings = ToledoSettings { dummy_zeros, ..ToledoSettings::default() };
        let [Ok(frame)] = frames(settings, &bytes)[..] else { panic!("no frame") };
        assert_eq!(frame.reading().grams(), Some(grams));
    }
}

#[test]
fn damaged_columns() {
    let good = frame(0x3D, 0x30, 0x20, b"  1235").encode();
    let changes = [
        (1, 0x1D, ToledoError::Status(0x1D)),
        (2, 0xB0, ToledoError::Status(0xB0)),
        (5, b'x', ToledoError::Number),
        (6, 0x0D, ToledoError::Number),
        (9, 0x02, ToledoError::Restarted),
        (16, b'0', ToledoError::Columns(b'0')),
    ];
    for (place, byte, error) in changes {
        let mut bytes = good.to_vec();
        bytes[place] = byte;
        bytes.extend_from_slice(&good);
        let found = frames(ToledoSettings::default(), &bytes);
        assert_eq!(found.first(), Some(&Err(error)), "{place}");
        assert!(matches!(found.last(), Some(Ok(_))), "{place}: {found:?}");
    }
    // A blank between digits keeps the sum only if another byte makes up for it.
    let mut holed = good.to_vec();
    (holed[5], holed[8]) = (b'1', b' ' + 1);
    assert!(frames(ToledoSettings::default(), &holed).iter().all(Result::is_err));
}

#[test]
fn a_start_byte_in_the_place_of_the_check_begins_the_next_frame() {
    let good = frame(0x3D, 0x30, 0x20, b"  1235").encode();
    let bytes = [&good[..17], &good].concat();
    let found = frames(ToledoSettings::default(), &bytes);
    assert!(matches!(found[..], [Err(ToledoError::Check { found: 2, .. }), Ok(_)]), "{found:?}");
}

#[test]
fn one_decoder_for_both_dialects() {
    let mut found = Vec::new();
    let mut sics = WeigherDecoder::mt_sics();
    sics.push(b"S S      1.235 kg\r\nZ A\r\n", &mut |one| found.push(one));
    let mut toledo = WeigherDecoder::toledo(ToledoSettings { checksum: Checksum::Absent, ..ToledoSettings::default() });
    toledo.push(b"\x02\x3D\x30\x20  1235     0\r\x02", &mut |one| found.push(one));
    let readings: Vec<Option<WeightReading>> =
        found.iter().map(|one| one.as_ref().ok().and_then(WeigherMessage::reading)).collect();
    let grams: Vec<Option<i32>> = readings.iter().map(|one| one.and_then(|one| one.grams())).collect();
    assert_eq!((grams, toledo.pending()), (vec![Some(1235), None, Some(1235)], 1));
    toledo.reset();
    assert_eq!((sics.pending(), toledo.pending()), (0, 0));
}

proptest! {
    #[test]
    fn decimals_come_back(digits in -999_999_999_i32..=999_999_999, decimals in 0_u8..=8) {
        let text = Decimal { digits, decimals }.to_string();
        let short = text.bytes().filter(u8::is_ascii_digit).count() <= 9;
        prop_assert!(short);
        prop_assert_eq!(Decimal::parse(text.as_bytes()), Some(Decimal { digits, decimals }));
    }

    #[test]
    fn continuous_frames_come_back(weight in 0_u32..=999_999, swb in 0_u8..4, unit in 0_u8..2, place in 0_u8..8) {
        let field: [u8; 6] = format!("{weight:6}").into_bytes().try_into().unwrap();
        let sent = frame(0x28 | place, 0x30 | swb, 0x20 | unit, &field);
        prop_assert_eq!(sent.value.map(|value| value.digits.unsigned_abs()), Some(weight));
        prop_assert_eq!(frames(ToledoSettings::default(), &sent.encode()), [Ok(sent)]);
        prop_assert_eq!(sent.unit(), if unit == 1 { Unit::Gram } else { Unit::Kilogram });
    }
}
