//! `sortie trace`: a parcel's story from the journal alone.

mod rig;

use rig::{Rig, line, parcel};
use sortie_controller::config::{self, Names};
use sortie_controller::engine::{Engine, EngineSettings};
use sortie_controller::journal::file::{FileJournal, FileSettings};
use sortie_controller::journal::segment::Header;
use sortie_controller::stats::alarm_text;
use sortie_controller::trace::story;
use sortie_core::input::{Input, Weight};
use sortie_core::line::{Weigher, WeigherKind};
use sortie_core::output::Alarm;
use sortie_core::records::{Customs, FlightOrder, FlightRecord, HoldRecord, Order, OrderRecord, Person};
use std::path::Path;
use tempfile::TempDir;

fn run(folder: &Path) {
    let header = Header { name: "test".to_owned(), line: line() };
    let journal = FileJournal::open(folder, header, None, FileSettings::default()).expect("a journal");
    let mut engine = Engine::new(&line(), journal, EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    (0..3).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    rig.run(&mut engine, 8_000);
    engine.flush(rig.now, &mut rig.heard);
}

#[test]
fn a_sorted_parcel_is_told_from_its_record_to_its_confirm() {
    let folder = TempDir::new().expect("a folder");
    run(folder.path());
    let told = story(folder.path(), "LP000000000000002", &Names::default()).expect("a journal");
    assert!(told.parcels.contains(&parcel(2).key));
    assert_eq!(told.items.len(), 1);
    let texts: Vec<_> = told.happenings.iter().map(|happening| happening.text.as_str()).collect();
    let place =
        |part: &str| texts.iter().position(|text| text.contains(part)).unwrap_or_else(|| panic!("{part}: {texts:#?}"));
    let order = [
        "the host sent parcel P2",
        "came onto the belt",
        "scanner 0 sent LP000000000000002",
        "was given chute 1 by rule 10, OK",
        "fire ordered",
        "fired",
        "chute 1 confirmed",
    ]
    .map(place);
    assert!(order.is_sorted(), "{order:?} {texts:#?}");
    let decided = texts[place("was given chute 1")];
    assert!(decided.contains("flight 3V4711/2026-11-23/LGG") && decided.contains("plan 3"), "{decided}");
    assert!(told.happenings.iter().all(|happening| happening.utc_ms >= Some(rig::UTC_MS)));
}

#[test]
fn the_story_of_a_parcel_ends_where_the_belt_became_unknown() {
    let folder = TempDir::new().expect("a folder");
    let header = Header { name: "test".to_owned(), line: line() };
    let journal = FileJournal::open(folder.path(), header, None, FileSettings::default()).expect("a journal");
    let mut engine = Engine::new(&line(), journal, EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    (0..3).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    rig.input(4_200_000_000, Input::EventsLost);
    rig.run(&mut engine, 4_300);
    engine.flush(rig.now, &mut rig.heard);
    let told = story(folder.path(), "LP000000000000002", &Names::default()).expect("a journal");
    let end = told.happenings.iter().map(|happening| happening.text.as_str()).find(|text| text.contains("no longer"));
    let end = end.unwrap_or_else(|| panic!("{:#?}", told.happenings));
    assert!(end.contains("the belt became unknown") && end.contains("inducted again"), "{end}");
}

#[test]
fn the_hosts_key_finds_the_same_story_and_a_strange_plate_none() {
    let folder = TempDir::new().expect("a folder");
    run(folder.path());
    let by_plate = story(folder.path(), "LP000000000000001", &Names::default()).expect("a journal");
    let by_key = story(folder.path(), "P1", &Names::default()).expect("a journal");
    assert_eq!(by_plate.items, by_key.items);
    assert!(story(folder.path(), "LP999999999999999", &Names::default()).expect("a journal").happenings.is_empty());
}

/// Parcel 1 comes with the plate of parcel 2 on it as well, and parcel 7 before the host has said anything of it; both come
/// again as they should.
fn doubled(folder: &Path) {
    const MS: u64 = 1_000_000;
    let header = Header { name: "test".to_owned(), line: line() };
    let journal = FileJournal::open(folder, header, None, FileSettings::default()).expect("a journal");
    let mut engine = Engine::new(&line(), journal, EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    rig.induct(200, 0);
    rig.induct_with(1_200, &[1, 2]);
    rig.induct_with(2_200, &[7]);
    rig.input(8_000 * MS, Input::Parcel(parcel(7)));
    rig.run(&mut engine, 9_000);
    rig.induct(200, 1);
    rig.induct(1_200, 7);
    rig.run(&mut engine, 9_000);
    engine.flush(rig.now, &mut rig.heard);
}

#[test]
fn a_parcels_key_finds_what_was_read_with_its_plates() {
    let folder = TempDir::new().expect("a folder");
    doubled(folder.path());
    let told = |of: &str| story(folder.path(), of, &Names::default()).expect("a journal");
    for (key, plate, code) in [("P1", "LP000000000000001", "MRD"), ("P7", "LP000000000000007", "NDT")] {
        let (by_key, by_plate) = (told(key), told(plate));
        assert_eq!(by_key.items.len(), 2, "{key}");
        assert_eq!((&by_key.items, &by_key.happenings), (&by_plate.items, &by_plate.happenings), "{key}");
        let texts: Vec<_> = by_key.happenings.iter().map(|happening| happening.text.as_str()).collect();
        assert!(texts.iter().any(|text| text.contains(code)), "{key}: {texts:#?}");
        assert!(texts.iter().any(|text| text.contains("OK")), "{key}: {texts:#?}");
    }
    let other = told("P2");
    assert_eq!(other.items.len(), 1, "its plate was read on one item");
    assert_eq!(other.parcels.len(), 1, "the other parcel's story is another one");
}

/// A parcel is weighed after it was decided, and nothing in the decision changes.
fn weighed(folder: &Path) {
    let mut line = line();
    let (start_um, end_um) = (1_600_000, 2_800_000);
    line.weighers.push(Weigher { start_um, end_um, kind: WeigherKind::Stream, read_jitter_ms: 20 });
    let header = Header { name: "test".to_owned(), line: line.clone() };
    let journal = FileJournal::open(folder, header, None, FileSettings::default()).expect("a journal");
    let mut engine = Engine::new(&line, journal, EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed(2);
    (0..2).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    for (at_ms, grams) in [(2_170, Some(1_255)), (2_175, Some(1_260)), (2_180, Some(1_260)), (2_185, None)] {
        rig.input(at_ms * 1_000_000, Input::Weight(Weight { weigher: 0, grams }));
    }
    rig.run(&mut engine, 8_000);
    engine.flush(rig.now, &mut rig.heard);
}

#[test]
fn a_weight_that_changes_no_decision_is_told_all_the_same() {
    let folder = TempDir::new().expect("a folder");
    weighed(folder.path());
    let told = story(folder.path(), "P1", &Names::default()).expect("a journal");
    let texts: Vec<_> = told.happenings.iter().map(|happening| happening.text.as_str()).collect();
    let weights: Vec<_> = texts.iter().filter(|text| text.contains("weighed")).collect();
    assert_eq!(weights, [&"weigher 0 weighed item 2: 1255 g", &"weigher 0 weighed item 2: 1260 g"], "{texts:#?}");
    assert_eq!(texts.iter().filter(|text| text.contains("was given chute 1")).count(), 1);
}

#[test]
fn devices_are_called_by_their_names_where_the_configuration_is_at_hand() {
    let folder = TempDir::new().expect("a folder");
    weighed(folder.path());
    let text = include_str!("cases/check-good-line/line.toml");
    let names = Names::of(&config::line_from_str("line.toml", text).expect("a good line"));
    let told = story(folder.path(), "P1", &names).expect("a journal");
    for sentence in [
        "scanner top sent LP000000000000001",
        "weigher scale weighed item 2: 1260 g",
        "PEC belt-1 (sensor 1) saw item 2",
    ] {
        assert!(told.happenings.iter().any(|event| event.text.contains(sentence)), "{sentence}: {told:#?}");
    }
    let alarms = [
        (Alarm::SensorSuspect(1), "PEC belt-1 (sensor 1) behaves abnormally"),
        (Alarm::Jam(2), "PEC end (sensor 2) is blocked"),
        (Alarm::Jam(9), "sensor 9 is blocked"),
        (Alarm::ScannerOutOfStep(0), "scanner top is out of step"),
        (Alarm::WeigherSilent(0), "weigher scale says nothing"),
    ];
    for (alarm, text) in alarms {
        assert!(alarm_text(alarm, &names).starts_with(text), "{}", alarm_text(alarm, &names));
    }
}

/// Two parcels lie in a labelled container when one of them is held; somebody finds it, and the flight closes.
fn pulled(folder: &Path) {
    const MS: u64 = 1_000_000;
    let header = Header { name: "test".to_owned(), line: line() };
    let journal = FileJournal::open(folder, header, None, FileSettings::default()).expect("a journal");
    let mut engine = Engine::new(&line(), journal, EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    let order = |what| {
        let by = Person::from_slice(b"A. Name").expect("short");
        Input::Order(OrderRecord { by, what })
    };
    let id = heapless::Vec::from_slice(b"AKE12345LG").expect("short");
    rig.input(MS, order(Order::OpenContainer { chute: 1, id: Some(id) }));
    (0..3).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    let hold = HoldRecord { key: parcel(2).key, customs: Some(Customs::DoNotLoad), security: None };
    rig.input(8_000 * MS, Input::Hold(hold));
    rig.input(8_500 * MS, order(Order::Found { pull: 1 }));
    let closed = FlightRecord { order: FlightOrder::Closed, ..rig::flight_record() };
    rig.input(9_000 * MS, Input::Flight(closed));
    rig.run(&mut engine, 14_000);
    engine.flush(rig.now, &mut rig.heard);
}

#[test]
fn a_hold_that_came_too_late_is_told_with_its_answer_and_its_pull() {
    let folder = TempDir::new().expect("a folder");
    pulled(folder.path());
    let told = story(folder.path(), "LP000000000000002", &Names::default()).expect("a journal");
    let texts: Vec<_> = told.happenings.iter().map(|happening| happening.text.as_str()).collect();
    let place =
        |part: &str| texts.iter().position(|text| text.contains(part)).unwrap_or_else(|| panic!("{part}: {texts:#?}"));
    let order = [
        "chute 1 confirmed that item 3 left the belt; it lies in container 1 (AKE12345LG)",
        "customs set parcel P2 to do not load",
        "pull list, entry 1: find parcel P2 in chute 1, container 1 (AKE12345LG)",
        "answer for parcel P2: too late, it is in chute 1, container 1 (AKE12345LG); pull list, entry 1",
        "A. Name said that the parcel of entry 1 is found",
        "pull list, entry 1: A. Name found the parcel",
        "flight 3V4711/2026-11-23/LGG is closed",
        "container 1 (AKE12345LG) of chute 1 was closed with 2 pieces",
        "all that was under way to flight 3V4711/2026-11-23/LGG has come",
    ]
    .map(place);
    assert!(order.is_sorted(), "{order:?} {texts:#?}");
}

#[test]
fn the_records_of_a_story_are_json_that_people_can_read() {
    let folder = TempDir::new().expect("a folder");
    pulled(folder.path());
    let journal = folder.path().display().to_string();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sortie"))
        .args(["trace", "P2", "--json", "--journal", &journal])
        .output()
        .expect("the binary");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let entries: Vec<_> =
        json["happenings"].as_array().expect("a list").iter().map(|happening| &happening["entry"]).collect();
    let decided = entries.iter().map(|entry| &entry["Output"]["Record"]["Decided"]).find(|entry| entry["code"] == "Ok");
    let decided = decided.expect("a decision");
    assert_eq!((decided["parcel"].as_str(), decided["codes"][0].as_str()), (Some("P2"), Some("LP000000000000002")));
    assert_eq!(decided["flight"].as_str(), Some("3V4711/2026-11-23/LGG"));
    let pull = entries.iter().map(|entry| &entry["Output"]["Record"]["PullOpened"]).find(|entry| entry.is_object());
    assert_eq!(pull.expect("a pull")["id"].as_str(), Some("AKE12345LG"));
}

#[test]
fn a_damaged_journal_is_told_up_to_its_damage() {
    let folder = TempDir::new().expect("a folder");
    run(folder.path());
    let whole = story(folder.path(), "P1", &Names::default()).expect("a journal");
    assert_eq!(whole.damage, None);
    let path = folder.path().join("00000000000000000001.sortie");
    let mut bytes = std::fs::read(&path).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    std::fs::write(&path, bytes).expect("a file");
    let told = story(folder.path(), "P1", &Names::default()).expect("what lies before");
    let many = told.happenings.len();
    let texts: Vec<_> = told.happenings.iter().map(|happening| &happening.text).collect();
    assert!(many > 2 && many < whole.happenings.len() && told.happenings == whole.happenings[..many], "{texts:#?}");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sortie"))
        .args(["trace", "P1", "--journal", &folder.path().display().to_string()])
        .output()
        .expect("the binary");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("the host sent parcel P1"));
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        complaint.contains("what came later is not told") && complaint.contains("is damaged at byte"),
        "{complaint}"
    );
}

#[test]
fn a_hostile_argument_does_not_reach_the_terminal() {
    let folder = TempDir::new().expect("a folder");
    run(folder.path());
    let journal = folder.path().display().to_string();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sortie"))
        .args(["trace", "\u{1b}[2JX", "--journal", &journal])
        .output()
        .expect("the binary");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(told.contains("\\u{1b}[2JX") && !told.contains('\u{1b}'), "{told:?}");
}
