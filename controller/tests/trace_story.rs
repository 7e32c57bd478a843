//! `sortie trace`: a parcel's story from the journal alone.

mod rig;

use rig::{Rig, line, parcel};
use sortie_controller::engine::{Engine, EngineSettings};
use sortie_controller::journal::file::{FileJournal, FileSettings};
use sortie_controller::journal::segment::Header;
use sortie_controller::trace::story;
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
    let told = story(folder.path(), "LP000000000000002").expect("a journal");
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
fn the_hosts_key_finds_the_same_story_and_a_strange_plate_none() {
    let folder = TempDir::new().expect("a folder");
    run(folder.path());
    let by_plate = story(folder.path(), "LP000000000000001").expect("a journal");
    let by_key = story(folder.path(), "P1").expect("a journal");
    assert_eq!(by_plate.items, by_key.items);
    assert!(story(folder.path(), "LP999999999999999").expect("a journal").happenings.is_empty());
}
