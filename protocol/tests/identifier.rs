//! Identifiers: known numbers, right and wrong, and what each is good for.

use sortie_protocol::identifier::gs1::{Gs1Error, sscc};
use sortie_protocol::identifier::{AimId, Check, Grammars, IdentifierKind, Role, WrongCheckDigit, identify, normalise};

fn found(code: &str) -> (IdentifierKind, Check, String) {
    let found = identify(code.as_bytes(), None);
    (found.kind, found.check, found.plate.as_str().to_owned())
}

fn all(kind: IdentifierKind, check: Check, codes: &[&str]) {
    for code in codes {
        let (is, verdict, _) = found(code);
        assert_eq!((is, verdict), (kind, check), "{code}");
    }
}

#[test]
fn s10_numbers() {
    let good = [
        "RB123456785GB",
        "RB123456785US",
        "EF123456785US",
        "RZ030057180PH",
        "VA456789015KG",
        "RR287043775IN",
        "RA123456785GB",
        "rb123456785gb",
        "RB 123 456 785 GB",
    ];
    all(IdentifierKind::S10, Check::Fits, &good);
    all(IdentifierKind::S10, Check::Wrong, &["RB123456786US", "RA123456784GB"]);
    all(IdentifierKind::Other, Check::None, &["RB12345678GB", "R1123456785GB", "RB12345678OGB"]);
    assert_eq!(found("rb 123456785 gb").2, "RB123456785GB");
}

#[test]
fn s10_check_digits_of_ten_and_eleven() {
    for (serials, check) in [(["00000008", "00000012", "00000027"], '0'), (["00000000", "00000015", "00000034"], '5')] {
        for serial in serials {
            all(IdentifierKind::S10, Check::Fits, &[&format!("RR{serial}{check}CN")]);
        }
    }
}

#[test]
fn serial_shipping_container_codes() {
    let good = [
        "280606423387880180",
        "956875422681722846",
        "059151604654252344",
        "726522690941446201",
        "923729969874708453",
        "315675935632281424",
        "123456789012345675",
        "00280606423387880180",
    ];
    all(IdentifierKind::Sscc, Check::Fits, &good);
    let wrong = [
        "305788967459080265",
        "758770305603728414",
        "883581652244784805",
        "978008100983174208",
        "154184175133162437",
        "123456789012345671",
        "00123456789012345671",
    ];
    all(IdentifierKind::Sscc, Check::Wrong, &wrong);
    all(IdentifierKind::Other, Check::None, &["1782322908699967517345253", "178324232"]);
    assert_eq!(found("00280606423387880180").2, "280606423387880180");
}

#[test]
fn air_waybills_and_their_pieces() {
    let good = ["123-12345675", "12312345675", "176-12345675", "020-81140743", "589-81140743", "123-12312311"];
    all(IdentifierKind::Awb, Check::Fits, &good);
    let wrong = ["123-12345674", "123-12345678", "020-12345678", "020-55522664", "123-12345679"];
    all(IdentifierKind::Awb, Check::Wrong, &wrong);
    all(IdentifierKind::Other, Check::None, &["1231234567"]);
    all(IdentifierKind::AwbPiece, Check::Fits, &["0208114074300001", "020 81140743 00001"]);
    all(IdentifierKind::AwbPiece, Check::Wrong, &["0208114074400001"]);
    assert_eq!(found("020-81140743").2, "02081140743");
}

#[test]
fn numbers_without_a_check_digit() {
    all(IdentifierKind::Lp, Check::None, &["LP000123456789", "LP0001234567890", "lp00012345678901"]);
    all(IdentifierKind::Yt, Check::None, &["YT1234567890123456"]);
    all(
        IdentifierKind::Other,
        Check::None,
        &["LP00012345678", "YT123456789012345", "ABC-1234", "JD014600006281230704"],
    );
    all(
        IdentifierKind::Unfit,
        Check::None,
        &["", "ABCDE", "ABC;DEF", "A234567890123456789012345678901234", "12\u{0}3456789"],
    );
}

/// `^` is FNC1: a symbol's first one has become the identifier, each further one is GS.
fn scanned(text: &str) -> Result<Option<String>, Gs1Error> {
    let data = text.trim_start_matches('^').replace(['^', '␝'], "\u{1D}");
    sscc(data.as_bytes()).map(|found| found.map(|value| String::from_utf8_lossy(value).into_owned()))
}

#[test]
fn element_strings_that_are_right() {
    let good = [
        "011231231231233310ABC123␝99TESTING",
        "0112312312312333235XYZ␝10ABC",
        "^0112345678901231991234",
        "^242123456^10ABC123",
        "^0112345678901231^",
    ];
    for text in good {
        assert_eq!(scanned(text), Ok(None), "{text}");
    }
    for text in
        ["021234567890123137123^00123456789012345675", "8030DIGSIG^00123456789012345675", "^00123456789012345675"]
    {
        assert_eq!(scanned(text), Ok(Some("123456789012345675".to_owned())), "{text}");
    }
}

#[test]
fn element_strings_that_break_a_rule() {
    let wrong = [
        ("", Gs1Error::Empty),
        ("^0112345678901234", Gs1Error::CheckDigit),
        ("^011234567890123", Gs1Error::TooShort),
        ("^01123456789012312", Gs1Error::UnknownAi),
        ("^891234", Gs1Error::UnknownAi),
        ("^2421234567", Gs1Error::TooLong),
        ("011234567890123137123", Gs1Error::Excluded),
        ("021234567890123137123", Gs1Error::Missing),
        ("21ABC123", Gs1Error::Missing),
        ("00123456789012345671", Gs1Error::CheckDigit),
        ("0012345678901234567A", Gs1Error::Character(b'A')),
        ("0012345678901234567", Gs1Error::TooShort),
        ("4307GB", Gs1Error::Missing),
        ("00123456789012345675^00280606423387880180", Gs1Error::Excluded),
    ];
    for (text, error) in wrong {
        assert_eq!(scanned(text), Err(error), "{text}");
    }
    assert!(AimId::split(b"ABC").is_err());
    assert!(AimId::split(b"]XX").is_err());
}

#[test]
fn a_label_s_way_to_its_plate() {
    let grammars = Grammars::default();
    let take = |code: &str| {
        let (aim, data) = AimId::split(code.as_bytes()).expect("an identifier");
        normalise(data, Some(aim), &grammars).map(|found| found.map(|(role, plate)| (role, plate.as_str().to_owned())))
    };
    assert_eq!(take("]C100280606423387880180"), Ok(Some((Role::Plate, "280606423387880180".to_owned()))));
    assert_eq!(take("]C0LP00012345678901"), Ok(Some((Role::Plate, "LP00012345678901".to_owned()))));
    assert_eq!(take("]C002081140743"), Ok(Some((Role::Shared, "02081140743".to_owned()))));
    assert_eq!(take("]C100280606423387880181"), Err(WrongCheckDigit));
    assert_eq!(take("]C10112345678901231"), Ok(None));
    let without = Grammars { lp: Role::Ignore, ..grammars };
    assert_eq!(normalise(b"LP00012345678901", None, &without), Ok(None));
}

const SSCC: &str = "280606423387880180";

#[test]
fn measures_in_every_unit_leave_an_sscc_what_it_is() {
    let measures = [310..317, 320..338, 340..358, 360..370].into_iter().flatten();
    for (measure, point) in measures.flat_map(|measure| (0..6).map(move |point| (measure, point))) {
        for text in [format!("00{SSCC}{measure}{point}001234"), format!("{measure}{point}00123400{SSCC}")] {
            assert_eq!(scanned(&text), Ok(Some(SSCC.to_owned())), "{text}");
        }
        let short = format!("00{SSCC}{measure}{point}00123");
        assert_eq!(scanned(&short), Err(Gs1Error::TooShort), "{short}");
    }
    assert_eq!(scanned(&format!("310600123400{SSCC}")), Err(Gs1Error::UnknownAi), "six digits have five places");
    assert_eq!(scanned("3400001234"), Err(Gs1Error::Missing), "the gross weight of nothing");
}

#[test]
fn what_else_stands_on_a_label_leaves_an_sscc_what_it_is() {
    let others = [
        "11261123",
        "12261123",
        "13261123",
        "15261123",
        "16261123",
        "17261123",
        "2001",
        "10LOT-7",
        "22A",
        "240X",
        "241X",
        "250X",
        "251X",
        "2531234567890128ABC",
        "254X",
        "25512345678901287",
        "3012",
        "3912978123",
        "3922123",
        "3950000123",
        "400PO/123",
        "401X",
        "403R1",
        "4101234567890128",
        "4171234567890128",
        "420SW1A",
        "4210561000",
        "422056",
        "423056",
        "425056528",
        "427BRU",
        "70032611231200",
        "7007261123",
        "7030056X",
        "710X",
        "7230AB1",
        "80020123",
        "8003012345678901281",
        "8004X",
        "8005001234",
        "800826112312",
        "8020X",
        "8200HTTP",
        "90X",
        "99X",
    ];
    for other in others {
        for text in [format!("00{SSCC}{other}"), format!("{other}^00{SSCC}")] {
            assert_eq!(scanned(&text), Ok(Some(SSCC.to_owned())), "{text}");
        }
    }
    for (damaged, error) in [
        ("4101234567890129", Gs1Error::CheckDigit),
        ("2531234567890129ABC", Gs1Error::CheckDigit),
        ("8003012345678901291", Gs1Error::CheckDigit),
        ("395000123", Gs1Error::TooShort),
        ("4230565281234567890", Gs1Error::TooLong),
        ("42205A", Gs1Error::Character(b'A')),
    ] {
        let text = format!("00{SSCC}{damaged}");
        assert_eq!(scanned(&text), Err(error), "{text}");
    }
}

#[test]
fn an_sscc_before_an_identifier_that_nobody_knows_has_been_read() {
    for text in [
        format!("00{SSCC}891234"),
        format!("00{SSCC}^05ABC^400PO123"),
        format!("00{SSCC}375^8912^0212345678901231"),
        format!("400PO123^00{SSCC}3106001234"),
    ] {
        assert_eq!(scanned(&text), Ok(Some(SSCC.to_owned())), "{text}");
    }
    for (text, error) in [
        (format!("891234^00{SSCC}"), Gs1Error::UnknownAi),
        (format!("00{}1891234", &SSCC[..17]), Gs1Error::CheckDigit),
        (format!("00{SSCC}2"), Gs1Error::UnknownAi),
        (format!("00{SSCC}89"), Gs1Error::UnknownAi),
        (format!("00{SSCC}89^1234"), Gs1Error::UnknownAi),
        (format!("00{SSCC}X891234"), Gs1Error::UnknownAi),
        (format!("00{SSCC}8912\u{1}34"), Gs1Error::UnknownAi),
        (format!("00{SSCC}400PO\u{1}123^891234"), Gs1Error::Character(1)),
        (format!("00{SSCC}00123456789012345675891234"), Gs1Error::Excluded),
        (format!("00{SSCC}375"), Gs1Error::Missing),
    ] {
        assert_eq!(scanned(&text), Err(error), "{text}");
    }
}

/// One damaged digit of an SSCC, of an S10 number and of an AWB: how many get through the check.
#[test]
fn how_weak_check_digits_are() {
    let passes = |code: &str, digits: std::ops::Range<usize>| {
        let mut passed = 0;
        for place in digits {
            for digit in b'0'..=b'9' {
                let mut damaged = code.as_bytes().to_vec();
                passed += usize::from(
                    damaged[place] != digit && {
                        damaged[place] = digit;
                        identify(&damaged, None).check == Check::Fits
                    },
                );
            }
        }
        passed
    };
    assert_eq!(passes("280606423387880180", 0..18), 0);
    // A check digit of 5 (or 0) stands for two remainders of eleven, the others for one.
    assert_eq!(passes("RB473124829GB", 2..11), 0);
    assert_eq!(passes("RB123456785GB", 2..11), 7);
    // Three digits of airline prefix are not covered at all, and a division by 7 misses 0-7, 1-8 and 2-9.
    assert_eq!(passes("12312345675", 3..11), 3);
}
