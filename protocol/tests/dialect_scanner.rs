//! Scanner dialects: known frames, damage, and the settings that the vectors do not touch.

use proptest::prelude::*;
use sortie_protocol::identifier::AimId;
use sortie_protocol::scanner::{
    CODES_MAX, Code, ColaError, MessageMode, ScannerDecoder, ScannerError, ScannerMessage, ScannerSettings, text,
};

type Found = Vec<Result<ScannerMessage, ScannerError>>;

fn decode(settings: &ScannerSettings, bytes: &[u8]) -> Found {
    let mut decoder = ScannerDecoder::new(settings.clone());
    let mut found = Vec::new();
    decoder.push(bytes, &mut |one| found.push(one));
    found
}

fn code(bytes: &[u8], aim: Option<AimId>) -> Option<Code> {
    Some(Code { bytes: heapless::Vec::from_slice(bytes).expect("a code"), aim })
}

fn read(trigger: Option<u32>, codes: &[Option<Code>]) -> ScannerMessage {
    let mode = MessageMode::StandardMultiLabel;
    ScannerMessage::Read { trigger, codes: codes.iter().cloned().collect(), dropped: 0, terminated: true, mode }
}

fn no_read(trigger: Option<u32>) -> ScannerMessage {
    ScannerMessage::NoRead { trigger, mode: MessageMode::StandardMultiLabel }
}

fn numbered(settings: ScannerSettings) -> ScannerSettings {
    ScannerSettings { trigger_number: true, aim: true, ..settings }
}

#[test]
fn results_with_trigger_number_and_identifiers() {
    let sick = numbered(ScannerSettings::sick_clv());
    let frame = b"\x02000123;]C0LP00012345678901;]C100280606423387880180\r\n\x03";
    let codes = [code(b"LP00012345678901", Some(AimId::CODE_128)), code(b"00280606423387880180", Some(AimId::GS1_128))];
    assert_eq!(decode(&sick, frame), [Ok(read(Some(123), &codes))]);
    assert_eq!(decode(&sick, b"\x02000123;NoRead\r\n\x03"), [Ok(no_read(Some(123)))]);
    let datalogic = numbered(ScannerSettings::datalogic());
    assert_eq!(decode(&datalogic, b"\x02000000,]C0LP00012345678901\r\n"), [Ok(read(Some(0), &codes[..1]))]);
    assert_eq!(decode(&datalogic, b"\x02999999,???????\r\n"), [Ok(no_read(Some(999_999)))]);
}

#[test]
fn what_is_missing_is_an_error_and_never_a_code() {
    let sick = numbered(ScannerSettings::sick_clv());
    let table: [(&[u8], ScannerError); 9] = [
        (b"\x02]C0ABC123\r\n\x03", ScannerError::NoTrigger),
        (b"\x02NoRead\r\n\x03", ScannerError::NoTrigger),
        (b"\x0212a;]C0ABC123\r\n\x03", ScannerError::NoTrigger),
        (b"\x024294967296;]C0ABC123\r\n\x03", ScannerError::NoTrigger),
        (b"\x02000123;ABC123\r\n\x03", ScannerError::NoAim),
        (b"\x02000123;]C0\r\n\x03", ScannerError::EmptyCode),
        (b"\x02000123;\r\n\x03", ScannerError::EmptyCode),
        (b"\x02000123;]C0AB\x00123\r\n\x03", ScannerError::Character(0)),
        (b"\x02\r\n\x03", ScannerError::Empty),
    ];
    for (bytes, error) in table {
        assert_eq!(decode(&sick, bytes), [Err(error)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn configured_texts_never_become_codes() {
    let settings = ScannerSettings::sick_clv().with_no_read(b"ERROR").with_heartbeat(b"HB");
    assert_eq!(decode(&settings, b"\x02ERROR\r\n\x03"), [Ok(no_read(None))]);
    assert_eq!(
        decode(&settings, b"\x02HB\r\n\x03\x02HB\x03"),
        [Ok(ScannerMessage::Heartbeat), Ok(ScannerMessage::Heartbeat)]
    );
    assert_eq!(decode(&settings, b"\x02HB;123456\r\n\x03"), [Err(ScannerError::Misplaced)]);
    assert_eq!(decode(&settings, b"\x02ERROR;123456\r\n\x03"), [Ok(read(None, &[None, code(b"123456", None)]))]);
    assert_eq!(decode(&settings, b"\x02ERROR;ERROR\r\n\x03"), [Ok(no_read(None))]);
    let silent = ScannerSettings { heartbeat: text(b"").into_iter().collect(), ..ScannerSettings::sick_clv() };
    assert_eq!(decode(&silent, b"\x02\x03"), [Err(ScannerError::Empty)]);
}

#[test]
fn a_separator_of_several_characters_parts_number_and_codes() {
    let separator = heapless::Vec::from_slice(b"<;>").expect("a short separator");
    let settings = ScannerSettings { separator, ..numbered(ScannerSettings::sick_clv()) };
    let codes = [code(b"LP00012345678901;<", Some(AimId::CODE_128)), code(b"ABCDEF", Some(AimId::CODE_128))];
    let frame = b"\x02000123<;>]C0LP00012345678901;<<;>]C0ABCDEF\r\n\x03";
    assert_eq!(decode(&settings, frame), [Ok(read(Some(123), &codes))]);
    assert_eq!(read(Some(123), &codes).encode(&settings).as_deref(), Some(&frame[..]));
    assert_eq!(decode(&settings, b"\x02000123;]C0ABCDEF\r\n\x03"), [Err(ScannerError::NoTrigger)]);
    let single = ScannerSettings { separator: heapless::Vec::new(), ..ScannerSettings::sick_clv() };
    assert_eq!(decode(&single, b"\x02A;B\r\n\x03"), [Ok(read(None, &[code(b"A;B", None)]))]);
}

#[test]
fn a_check_behind_the_end_and_what_happens_when_it_fails() {
    let settings = ScannerSettings { lrc: true, ..ScannerSettings::sick_clv() };
    let mut frame = no_read(None).encode(&settings).unwrap();
    assert_eq!(decode(&settings, &frame), [Ok(no_read(None))]);
    let check = frame.pop().unwrap();
    let whole = [frame.as_slice(), &[check]].concat();
    // The check went missing: the next start stands in its place, and the next frame is not lost.
    let missing = [frame.as_slice(), &whole].concat();
    assert_eq!(
        decode(&settings, &missing),
        [Err(ScannerError::Check { expected: check, found: 2 }), Ok(no_read(None))]
    );
    let wrong = [frame.as_slice(), &[check ^ 1], &whole].concat();
    let error = ScannerError::Check { expected: check, found: check ^ 1 };
    assert_eq!(decode(&settings, &wrong), [Err(error), Ok(no_read(None))]);
}

#[test]
fn noise_is_told_once_and_the_next_good_frame_comes_through() {
    let sick = ScannerSettings::sick_clv();
    let good = b"\x02NoRead\x03";
    for junk in [&b"abc"[..], b"\xFF", b"123456\r\n\x03", b"\r\n"] {
        let found = decode(&sick, &[junk, good].concat());
        assert_eq!(found, [Err(ScannerError::Noise(junk[0])), Ok(no_read(None))], "{}", junk.escape_ascii());
    }
    let long = [&b"\x02"[..], &[b'A'; 600], &b"\x03"[..], good].concat();
    assert_eq!(decode(&sick, &long), [Err(ScannerError::TooLong(512)), Ok(no_read(None))]);
}

#[test]
fn without_a_start_byte_a_long_line_is_dropped_to_its_end() {
    let settings = ScannerSettings { start: None, cap: 32, ..ScannerSettings::datalogic() };
    let lines = [&[b'A'; 200], &b"\r\n123456\r\n"[..]].concat();
    assert_eq!(decode(&settings, &lines), [Err(ScannerError::TooLong(32)), Ok(read(None, &[code(b"123456", None)]))]);
}

#[test]
fn codes_without_room_are_counted() {
    let many: Vec<u8> = [&b"\x02"[..], &b"123456;".repeat(10), &b"123456\r\n\x03"[..]].concat();
    let [Ok(ScannerMessage::Read { codes, dropped, .. })] = &decode(&ScannerSettings::sick_clv(), &many)[..] else {
        panic!("no result")
    };
    assert_eq!((codes.len(), *dropped), (CODES_MAX, 3));
    let long = [&b"\x02"[..], &[b'7'; 65], &b";123456\x03"[..]].concat();
    let [Ok(ScannerMessage::Read { codes, dropped, .. })] = &decode(&ScannerSettings::sick_clv(), &long)[..] else {
        panic!("no result")
    };
    assert_eq!((codes.len(), *dropped), (1, 1));
}

#[test]
fn refusals_of_cola() {
    let names = [
        (0x0, "OK"),
        (0x1, "METHODIN_ACCESSDENIED"),
        (0x4, "LOCALCONDITIONFAILED"),
        (0x9, "ERROR_UNKNOWN_TYPE"),
        (0xA, "VARIABLE_WRITE_ACCESSDENIED"),
        (0xFF, ""),
    ];
    for (number, name) in names {
        let frame = format!("\x02sFA {number:X}\x03");
        let [Ok(ScannerMessage::Cola(telegram))] = &decode(&ScannerSettings::sick_clv(), frame.as_bytes())[..] else {
            panic!("no telegram")
        };
        assert_eq!((telegram.error(), telegram.failed()), (Some(ColaError(number)), true));
        assert_eq!(ColaError(number).name(), name);
    }
    for bad in [&b"\x02sFA\x03"[..], b"\x02sFA xyz\x03", b"\x02sAN \x03", b"\x02sRA\x03"] {
        assert_eq!(decode(&ScannerSettings::sick_clv(), bad), [Err(ScannerError::Cola)], "{}", bad.escape_ascii());
    }
}

fn settings() -> impl Strategy<Value = ScannerSettings> {
    (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(sick, aim, trigger_number, lrc)| {
        let preset = if sick { ScannerSettings::sick_clv() } else { ScannerSettings::datalogic() };
        ScannerSettings { aim, trigger_number, lrc, ..preset }.with_heartbeat(b"HB")
    })
}

fn messages() -> impl Strategy<Value = Vec<(u32, Vec<String>)>> {
    let codes = proptest::collection::vec("[A-Z0-9]{6,40}", 0..5);
    proptest::collection::vec((any::<u32>(), codes), 1..6)
}

proptest! {
    #[test]
    fn what_is_encoded_comes_back(settings in settings(), messages in messages(), cut in 1_usize..20) {
        let mut wire = Vec::new();
        let mut sent = Vec::new();
        for (number, codes) in messages {
            let trigger = settings.trigger_number.then_some(number);
            let aim = settings.aim.then_some(AimId::CODE_128);
            let codes: Vec<Option<Code>> = codes.iter().map(|bytes| code(bytes.as_bytes(), aim)).collect();
            let message = if codes.is_empty() { no_read(trigger) } else { read(trigger, &codes) };
            wire.extend_from_slice(&message.encode(&settings).expect("a frame"));
            sent.push(Ok(message));
        }
        prop_assert_eq!(&decode(&settings, &wire), &sent);
        let mut decoder = ScannerDecoder::new(settings);
        let mut found = Vec::new();
        wire.chunks(cut).for_each(|piece| decoder.push(piece, &mut |one| found.push(one)));
        prop_assert_eq!(found, sent);
    }

    #[test]
    fn after_any_bytes_a_good_frame_comes_through(junk in proptest::collection::vec(any::<u8>(), 0..300)) {
        // A start byte, so that what the junk began ends; then a whole frame.
        let settings = ScannerSettings::sick_clv();
        let bytes = [junk.as_slice(), b"\x02LP00012345678901\r\n\x03"].concat();
        let found = decode(&settings, &bytes);
        prop_assert_eq!(found.last(), Some(&Ok(read(None, &[code(b"LP00012345678901", None)]))));
    }
}
