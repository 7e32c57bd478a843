//! Cut-offs in local time, from the file to the core's decision, on the nights on which the clocks are moved.

mod rig;

use rig::{Rig, line};
use sortie_controller::config::Problem;
use sortie_controller::engine::{Engine, EngineSettings};
use sortie_controller::feed::{FeedKind, FileFollower};
use sortie_controller::journal::memory::{Keep, MemoryJournal};
use sortie_core::input::Input;
use sortie_core::output::{Reason, Record};
use sortie_core::records::FlightRecord;
use std::fs;

const SECOND: i64 = 1000;

/// What the file with this one flight becomes.
fn read(opens: &str, cutoff: &str, departs: &str) -> (Vec<FlightRecord>, Vec<Problem>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("flights.ndjson");
    let line = format!(
        "{{\"flight\":\"3V4711/2026-11-23/LGG\",\"mode\":\"air\",\"destination\":\"JFK\",\"zone\":\"Europe/Brussels\",\
         \"opens\":\"{opens}\",\"cutoff\":\"{cutoff}\",\"departs\":\"{departs}\"}}\n"
    );
    fs::write(&path, line).expect("room");
    let (mut flights, mut problems) = (Vec::new(), Vec::new());
    let mut take = |input: Input| {
        if let Input::Flight(record) = input {
            flights.push(record);
        }
    };
    FileFollower::new(FeedKind::Flights, &path).poll(&mut take, &mut |problem| problems.push(problem));
    (flights, problems)
}

fn flight(opens: &str, cutoff: &str, departs: &str) -> FlightRecord {
    let (mut flights, problems) = read(opens, cutoff, departs);
    assert!(problems.is_empty(), "{problems:?}");
    flights.pop().expect("a flight")
}

fn utc_ms(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("an instant").as_millisecond()
}

/// The code that a parcel of the flight gets when it comes past the scanner at this UTC.
fn code_at(flight: &FlightRecord, utc_ms: i64) -> Reason {
    let journal = MemoryJournal::new(&line(), Keep::Newest);
    let mut engine = Engine::new(&line(), journal, EngineSettings::default());
    let mut rig = Rig::at_utc(0, false, 0, utc_ms);
    rig.feed_with(2, flight.clone());
    // The first read brings the scanner into step; the second item is the one that counts.
    (0..2).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    rig.run(&mut engine, 5_500);
    let decision = rig.heard.records.iter().rev().find_map(|(_, record)| {
        if let Record::Decided(decision) = record { decision.parcel.as_ref().map(|_| decision.code) } else { None }
    });
    decision.expect("a decision")
}

#[test]
fn a_local_cut_off_holds_to_the_second_when_the_clocks_are_moved() {
    let cases = [
        // Across midnight, and the last minute of summer time that comes once.
        ("2026-10-24T22:00", "2026-10-25T01:59", "2026-10-25T04:00", "2026-10-24T23:59:00Z"),
        // The hour that comes twice, each of them by its offset.
        ("2026-10-24T22:00", "2026-10-25T02:30+02:00", "2026-10-25T04:00", "2026-10-25T00:30:00Z"),
        ("2026-10-24T22:00", "2026-10-25T02:30+01:00", "2026-10-25T04:00", "2026-10-25T01:30:00Z"),
        ("2026-10-24T22:00", "2026-10-25T03:00", "2026-10-25T04:00", "2026-10-25T02:00:00Z"),
        // The hour that does not exist lies between these two, one minute apart.
        ("2027-03-27T22:00", "2027-03-28T01:59", "2027-03-28T05:00", "2027-03-28T00:59:00Z"),
        ("2027-03-27T22:00", "2027-03-28T03:00", "2027-03-28T05:00", "2027-03-28T01:00:00Z"),
        ("2027-03-27T22:00", "2027-03-28T00:00", "2027-03-28T05:00", "2027-03-27T23:00:00Z"),
    ];
    for (opens, cutoff, departs, instant) in cases {
        let flight = flight(opens, cutoff, departs);
        let there = utc_ms(instant);
        assert_eq!(flight.cutoff_utc_ms, there, "{cutoff}");
        assert_eq!(code_at(&flight, there - SECOND), Reason::Ok, "{cutoff}, a second before");
        assert_eq!(code_at(&flight, there), Reason::Lat, "{cutoff}, at the very second");
        assert_eq!(code_at(&flight, there + SECOND), Reason::Lat, "{cutoff}, a second after");
    }
}

#[test]
fn a_cut_off_that_comes_twice_or_never_skips_the_line_and_says_what_to_write() {
    let (flights, problems) = read("2026-10-24T22:00", "2026-10-25T02:30", "2026-10-25T04:00");
    assert!(flights.is_empty());
    assert_eq!(problems.len(), 1);
    assert!(problems[0].message.contains("cutoff: \"2026-10-25T02:30\" comes twice there"), "{}", problems[0]);
    assert!(problems[0].remedy.contains("2026-10-25T02:30+02:00") && problems[0].remedy.contains("+01:00"));

    let (flights, problems) = read("2027-03-27T22:00", "2027-03-28T02:30", "2027-03-28T05:00");
    assert!(flights.is_empty());
    assert!(problems[0].message.contains("does not exist there"), "{}", problems[0]);
}

#[test]
fn the_night_of_the_longer_hour_is_an_hour_longer() {
    let longer = flight("2026-10-25T00:00", "2026-10-25T06:00", "2026-10-25T07:00");
    let shorter = flight("2027-03-28T00:00", "2027-03-28T06:00", "2027-03-28T07:00");
    assert_eq!(longer.cutoff_utc_ms - longer.opens_utc_ms, 7 * 3600 * SECOND);
    assert_eq!(shorter.cutoff_utc_ms - shorter.opens_utc_ms, 5 * 3600 * SECOND);
}
