//! Holds while the line runs and over restarts: whatever happens to the files, nobody is let go who was not let go.

mod running;

use running::Running;
use sortie_controller::journal::Entry;
use sortie_controller::journal::file::FileJournal;
use sortie_controller::journal::reader::Item;
use sortie_core::input::Input;
use sortie_core::records::Customs;
use std::fs;
use std::path::Path;

const HOLD: &str = "{\"parcel\":\"PX1\",\"customs\":\"hold\"}\n";
const RELEASED: &str = "{\"parcel\":\"PX1\",\"customs\":\"released\"}\n";

fn record(grams: u32) -> String {
    format!(
        "{{\"parcel\":\"PX1\",\"plates\":[\"LP000099999999999\"],\"destination\":\"JFK\",\"customs\":\"released\",\
         \"security\":\"screened\",\"declared_g\":{grams}}}\n"
    )
}

/// What customs says of the parcel by all that the journal has taken, and how often it was told.
fn in_force(folder: &Path) -> (Option<Customs>, u32) {
    let (mut customs, mut told) = (None, 0);
    let end = FileJournal::visit(&folder.join("journal"), |item| {
        let Item::Entry(numbered) = item else { return };
        let Entry::Input(input) = numbered.entry else { return };
        let mut said = None;
        if let Input::Parcel(record) = &input
            && record.key == b"PX1"[..]
        {
            said = Some(record.customs);
        } else if let Input::Hold(hold) = &input
            && hold.key == b"PX1"[..]
        {
            said = hold.customs;
        }
        customs = said.or(customs);
        told += u32::from(said.is_some());
    });
    assert!(end.expect("a sound journal").is_some());
    (customs, told)
}

/// A line with the parcel on file, and `holds` taken.
fn with(holds: &[&str]) -> (Running, u64) {
    let running = Running::start();
    running.append("parcels.ndjson", &record(1000));
    let mut lines = 10;
    running.counted(|stats| stats["files"]["taken"] == lines);
    for hold in holds {
        running.append("holds.ndjson", hold);
        lines += 1;
        running.counted(|stats| stats["files"]["taken"] == lines);
    }
    (running, lines)
}

fn taken_more(running: &Running, than: u64) {
    running.counted(|stats| stats["files"]["taken"].as_u64() > Some(than));
}

fn ends_with(running: Running, customs: Customs, told: u32) {
    let folder = running.folder.clone();
    let running = running.restarted(|_| {});
    assert_eq!(in_force(&folder), (Some(customs), told));
    running.stop();
}

#[test]
fn a_parcels_file_that_was_away_for_a_moment_lets_nobody_go() {
    let (running, lines) = with(&[HOLD]);
    let (file, away) = (running.folder.join("parcels.ndjson"), running.folder.join("away"));
    fs::rename(&file, &away).expect("the file");
    running.told("has vanished");
    fs::rename(&away, &file).expect("the file");
    taken_more(&running, lines);
    ends_with(running, Customs::Hold, 2);
}

#[test]
fn a_record_that_is_sent_again_lets_nobody_go() {
    let (running, lines) = with(&[HOLD]);
    running.append("parcels.ndjson", &record(1100));
    taken_more(&running, lines);
    let parcels = running.text("parcels.ndjson").replace("1000", "1200").replace("1100", "1300");
    running.replace("parcels.ndjson", &parcels);
    taken_more(&running, lines + 1);
    ends_with(running, Customs::Hold, 4);
}

#[test]
fn who_is_held_a_second_time_is_held() {
    let (running, lines) = with(&[HOLD, RELEASED]);
    running.replace("holds.ndjson", HOLD);
    taken_more(&running, lines);
    ends_with(running, Customs::Hold, 4);

    let (running, lines) = with(&[HOLD, RELEASED]);
    let parcels = running.text("parcels.ndjson");
    running.replace("parcels.ndjson", &parcels);
    taken_more(&running, lines);
    running.append("holds.ndjson", HOLD);
    taken_more(&running, lines + 2);
    ends_with(running, Customs::Hold, 4);

    let (running, _) = with(&[HOLD, RELEASED]);
    let running = running.restarted(|folder| fs::write(folder.join("holds.ndjson"), HOLD).expect("room"));
    taken_more(&running, 2);
    ends_with(running, Customs::Hold, 4);
}

#[test]
fn who_is_held_after_the_line_was_tuned_is_held() {
    let (running, lines) = with(&[HOLD, RELEASED]);
    let running = running.restarted(|folder| {
        let line = fs::read_to_string(folder.join("line.toml")).expect("the line");
        let tuned = line.replacen("[line]\n", "[line]\nannounce_ms = 9000\n", 1);
        assert_ne!(line, tuned);
        fs::write(folder.join("line.toml"), tuned).expect("room");
    });
    running.counted(|stats| stats["files"]["taken"] == lines);
    let running = running.restarted(|_| {});
    running.counted(|stats| stats["files"]["taken"] == lines);
    running.append("holds.ndjson", HOLD);
    taken_more(&running, lines);
    ends_with(running, Customs::Hold, 7);
}

#[test]
fn a_hold_that_comes_before_its_parcel_is_obeyed_when_it_comes() {
    let running = Running::start();
    running.append("holds.ndjson", HOLD);
    running.told("PX1");
    let running = running.restarted(|_| {});
    running.append("parcels.ndjson", &record(1000));
    running.counted(|stats| stats["files"]["taken"] == 11);
    ends_with(running, Customs::Hold, 3);
}
