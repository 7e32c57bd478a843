//! The segment files: torn tails are cut, damage is named, a failing disk loses nothing.

mod rig;

use rig::{Rig, line};
use sortie_controller::engine::{Engine, EngineSettings};
use sortie_controller::journal::file::{FileJournal, FileSettings};
use sortie_controller::journal::reader::{End, Item, JournalReader};
use sortie_controller::journal::segment::{self, Header};
use sortie_controller::journal::{Entry, EntryRef, Journal, JournalError};
use sortie_controller::replay::replay;
use sortie_core::input::Input;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn header() -> Header {
    Header { name: "test".to_owned(), line: line() }
}

fn open(folder: &Path, end: Option<&End>, settings: FileSettings) -> FileJournal {
    FileJournal::open(folder, header(), end, settings).expect("a journal")
}

fn write(journal: &mut FileJournal, count: u64) {
    for number in 0..count {
        journal.append(number, EntryRef::Input(&Input::Utc { utc_ms: number as i64 }));
    }
}

fn read(folder: &Path) -> Result<(Vec<u64>, End), JournalError> {
    let mut numbers = Vec::new();
    let end = FileJournal::visit(folder, |item| {
        if let Item::Entry(entry) = item {
            numbers.push(entry.number);
        }
    })?;
    Ok((numbers, end.expect("a journal")))
}

fn last_segment(folder: &Path) -> std::path::PathBuf {
    segment::list(folder).expect("a list").pop().expect("a segment").path
}

#[test]
fn entries_come_back_in_order_over_many_segments() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings { segment_bytes: 1000, ..FileSettings::default() });
    for _ in 0..20 {
        write(&mut journal, 10);
        journal.sync().expect("a sync");
    }
    assert!(segment::list(folder.path()).expect("a list").len() > 3);
    let (numbers, end) = read(folder.path()).expect("sound");
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    assert_eq!((end.next, end.torn), (201, 0));
}

#[test]
fn unsynced_entries_are_not_there() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings::default());
    write(&mut journal, 3);
    journal.sync().expect("a sync");
    write(&mut journal, 3);
    drop(journal);
    assert_eq!(read(folder.path()).expect("sound").0, [1, 2, 3]);
}

#[test]
fn a_torn_tail_is_cut_at_every_length() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings::default());
    write(&mut journal, 3);
    journal.sync().expect("a sync");
    let path = last_segment(folder.path());
    let sound = fs::metadata(&path).expect("a file").len();
    write(&mut journal, 1);
    journal.sync().expect("a sync");
    drop(journal);
    let whole = fs::read(&path).expect("a file");
    for length in sound..whole.len() as u64 {
        fs::write(&path, &whole[..length as usize]).expect("a file");
        let (numbers, end) = read(folder.path()).expect("only torn");
        assert_eq!((numbers.as_slice(), end.length, end.torn), (&[1, 2, 3][..], sound, length - sound));
    }
    let end = read(folder.path()).expect("only torn").1;
    let mut journal = open(folder.path(), Some(&end), FileSettings::default());
    write(&mut journal, 2);
    journal.sync().expect("a sync");
    assert_eq!(read(folder.path()).expect("cut").0, [1, 2, 3, 4, 5]);
}

#[test]
fn a_torn_header_of_a_new_segment_is_dropped() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings::default());
    write(&mut journal, 3);
    journal.sync().expect("a sync");
    drop(journal);
    fs::write(segment::path(folder.path(), 4), &segment::encode(4, &header())[..30]).expect("a file");
    let (numbers, end) = read(folder.path()).expect("only torn");
    assert_eq!((numbers.len(), end.length, end.torn, end.next), (3, 0, 30, 4));
    let mut journal = open(folder.path(), Some(&end), FileSettings::default());
    write(&mut journal, 1);
    journal.sync().expect("a sync");
    assert_eq!(read(folder.path()).expect("sound").0, [1, 2, 3, 4]);
}

#[test]
fn damage_in_front_of_durable_records_is_named_with_file_and_offset() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings::default());
    for _ in 0..5 {
        write(&mut journal, 1);
        journal.sync().expect("a sync");
    }
    drop(journal);
    let path = last_segment(folder.path());
    let whole = fs::read(&path).expect("a file");
    let start = segment::encode(1, &header()).len();
    let record = (whole.len() - start) / 5;
    for offset in [start, start + 5, start + record, start + 3 * record + 26] {
        let mut bytes = whole.clone();
        bytes[offset] ^= 0x40;
        fs::write(&path, &bytes).expect("a file");
        let Err(JournalError::Damaged { path: named, offset: place, .. }) = read(folder.path()) else {
            panic!("damage at {offset} was not seen");
        };
        let record_start = start + (offset - start) / record * record;
        assert_eq!((named, place), (path.clone(), record_start as u64));
    }
}

#[test]
fn pages_of_an_unsynced_group_out_of_order_are_a_torn_tail() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings::default());
    write(&mut journal, 2);
    journal.sync().expect("a sync");
    write(&mut journal, 5);
    journal.sync().expect("a sync");
    drop(journal);
    let path = last_segment(folder.path());
    let mut bytes = fs::read(&path).expect("a file");
    let start = segment::encode(1, &header()).len();
    let record = (bytes.len() - start) / 7;
    bytes[start + 3 * record + 8] = 0xFF;
    fs::write(&path, &bytes).expect("a file");
    let (numbers, end) = read(folder.path()).expect("the group was one write");
    assert_eq!((numbers.len(), end.next), (3, 4));
}

#[test]
fn a_missing_segment_and_a_foreign_file_are_named() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings { segment_bytes: 1, ..FileSettings::default() });
    for _ in 0..4 {
        write(&mut journal, 2);
        journal.sync().expect("a sync");
    }
    drop(journal);
    let missing = |number: usize| {
        let path = segment::list(folder.path()).expect("a list")[number].path.clone();
        let kept = fs::read(&path).expect("a file");
        fs::remove_file(&path).expect("a file");
        let found = read(folder.path());
        fs::write(path, kept).expect("a file");
        found
    };
    // Without the first one, too: parcels and holds that were told there would be forgotten without a word.
    for number in [0, 2] {
        assert!(matches!(missing(number), Err(JournalError::Damaged { .. })), "{number}");
    }
    let other = TempDir::new().expect("a folder");
    fs::write(segment::path(other.path(), 1), b"this is a shopping list, no journal").expect("a file");
    assert!(matches!(read(other.path()), Err(JournalError::Foreign { .. })));
}

#[test]
fn one_line_has_one_writer() {
    let folder = TempDir::new().expect("a folder");
    let _first = open(folder.path(), None, FileSettings::default());
    let second = FileJournal::open(folder.path(), header(), None, FileSettings::default());
    assert!(matches!(second, Err(JournalError::Locked { .. })));
    // The lock file is empty and may be tidied away; the folder is still locked.
    fs::remove_file(folder.path().join("lock")).expect("a lock");
    let second = FileJournal::open(folder.path(), header(), None, FileSettings::default());
    assert!(matches!(second, Err(JournalError::Locked { .. })));
}

#[test]
fn two_stories_in_one_folder_are_damage_that_is_told() {
    let (folder, copy) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let mut first = open(folder.path(), None, FileSettings::default());
    write(&mut first, 3);
    first.sync().expect("a sync");
    fs::copy(segment::path(folder.path(), 1), segment::path(copy.path(), 1)).expect("a copy");
    let end = read(copy.path()).expect("sound").1;
    let mut second = open(copy.path(), Some(&end), FileSettings::default());
    // The first one goes on, and so does one that knows nothing of it.
    for journal in [&mut first, &mut second] {
        for _ in 0..3 {
            write(journal, 2);
            journal.sync().expect("a sync");
        }
    }
    fs::copy(segment::path(copy.path(), 4), segment::path(folder.path(), 4)).expect("a copy");
    let Err(JournalError::Damaged { path, what, .. }) = read(folder.path()) else { panic!("two stories, not a word") };
    assert_eq!(path, segment::path(folder.path(), 1));
    assert!(what.contains("two processes"), "{what}");
}

#[test]
fn a_disk_that_refuses_for_a_while_loses_nothing() {
    let parent = TempDir::new().expect("a folder");
    let (folder, away) = (parent.path().join("journal"), parent.path().join("away"));
    let mut journal = open(&folder, None, FileSettings { segment_bytes: 1, ..FileSettings::default() });
    write(&mut journal, 2);
    journal.sync().expect("a sync");
    fs::rename(&folder, &away).expect("a rename");
    write(&mut journal, 3);
    assert!(journal.sync().is_err(), "there is no folder for the next segment");
    assert_eq!(journal.durable(), 2);
    write(&mut journal, 1);
    assert!(journal.sync().is_err());
    fs::rename(&away, &folder).expect("a rename");
    journal.sync().expect("a sync");
    assert_eq!(journal.durable(), 6);
    assert_eq!(read(&folder).expect("sound").0, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_disk_that_refuses_for_too_long_leaves_a_gap_record() {
    let parent = TempDir::new().expect("a folder");
    let (folder, away) = (parent.path().join("journal"), parent.path().join("away"));
    let mut journal = open(&folder, None, FileSettings { segment_bytes: 1, spill_bytes: 100 });
    fs::rename(&folder, &away).expect("a rename");
    write(&mut journal, 2);
    assert!(journal.sync().is_err());
    write(&mut journal, 10);
    let dropped = journal.dropped();
    assert!(dropped > 0);
    fs::rename(&away, &folder).expect("a rename");
    journal.sync().expect("a sync");
    assert_eq!(journal.dropped(), 0);
    let mut gap = None;
    FileJournal::visit(&folder, |item| {
        if let Item::Entry(entry) = item
            && let Entry::Gap { lost } = entry.entry
        {
            gap = Some(lost);
        }
    })
    .expect("sound");
    assert_eq!(gap, Some(dropped));
}

#[test]
fn a_replay_gives_every_output_again() {
    let folder = TempDir::new().expect("a folder");
    let mut engine =
        Engine::new(&line(), open(folder.path(), None, FileSettings::default()), EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    (0..3).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    rig.run(&mut engine, 2_000);
    drop(engine.into_journal());
    let replayed = replay(folder.path(), |_| {}).expect("sound").expect("a journal");
    assert_eq!(replayed.restored.counts.differing, 0);
    assert!(replayed.restored.counts.outputs >= 5, "{:?}", replayed.restored.counts);

    let journal = open(folder.path(), Some(&replayed.end), FileSettings::default());
    let mut engine = Engine::restored(&line(), replayed.restored, journal, EngineSettings::default());
    rig.run(&mut engine, 6_000);
    engine.flush(rig.now, &mut rig.heard);
    drop(engine.into_journal());
    let replayed = replay(folder.path(), |_| {}).expect("sound").expect("a journal");
    assert_eq!(replayed.restored.counts.differing, 0);
    assert!(rig.heard.confirmed() > 0);
}

/// The numbers that a reader finds now.
fn found(reader: &mut JournalReader) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some(item) = reader.next_item().expect("sound") {
        if let Item::Entry(entry) = item {
            numbers.push(entry.number);
        }
    }
    numbers
}

#[test]
fn a_reader_follows_a_journal_that_is_being_written() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings { segment_bytes: 400, ..FileSettings::default() });
    let mut reader = JournalReader::open(folder.path()).expect("a journal");
    assert!(found(&mut reader).is_empty());
    let mut all = Vec::new();
    for turn in 0..30 {
        write(&mut journal, turn % 4);
        journal.sync().expect("a sync");
        if turn % 3 == 0 {
            reader.look_again().expect("readable");
            all.extend(found(&mut reader));
        }
    }
    reader.look_again().expect("readable");
    all.extend(found(&mut reader));
    assert!(segment::list(folder.path()).expect("a list").len() > 3);
    assert_eq!(all, (1..=all.len() as u64).collect::<Vec<_>>());
    assert_eq!(all.len() as u64, journal.durable());
}

#[test]
fn a_reader_takes_a_record_up_when_the_rest_of_it_has_come() {
    let folder = TempDir::new().expect("a folder");
    let mut journal = open(folder.path(), None, FileSettings::default());
    write(&mut journal, 3);
    journal.sync().expect("a sync");
    let path = last_segment(folder.path());
    let whole = fs::read(&path).expect("bytes");
    for split in 0..whole.len() {
        fs::write(&path, &whole[..split]).expect("room");
        let mut reader = JournalReader::open(folder.path()).expect("a journal");
        let mut numbers = found(&mut reader);
        fs::write(&path, &whole).expect("room");
        reader.look_again().expect("readable");
        numbers.extend(found(&mut reader));
        assert_eq!(numbers, [1, 2, 3], "cut at {split}");
    }
}
