//! Stories of sections 6 and 7: which parcel it is, where it may go, and until when a mind can be changed.

mod common;

use common::{Bench, END, hold, thing};
use sortie_core::input::Input;
use sortie_core::output::{Outlet, Reason, Record};
use sortie_core::records::{Customs, FlightOrder};
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, HostTelegram};

#[test]
fn nothing_read_and_nothing_known_go_to_their_outlets() {
    let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(3010, 400, "UNKNOWN")]);
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Nrd, Reason::Ndt));
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(4), Some(4)));
}

#[test]
fn a_plate_on_two_riding_items_sends_both_to_the_duplicates() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(2810, 400, "AAAAAA")]);
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Dup, Reason::Dup));
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(4), Some(4)));
}

#[test]
fn a_plate_that_was_sorted_and_confirmed_is_a_duplicate_when_it_comes_again() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(12_010, 400, "AAAAAA")]);
    bench.travel(30_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(1), Some(4)));
    assert_eq!(bench.last_decision(4).code, Reason::Dup);
}

#[test]
fn a_parcel_that_left_at_an_exception_outlet_may_come_again() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(16_010, 400, "AAAAAA")]);
    bench.input(hold("AAAAAA", Customs::Hold));
    bench.travel_to(3, 500);
    bench.input(hold("AAAAAA", Customs::Released));
    bench.travel(30_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(4), Some(1)));
    assert!(bench.last_decision(4).returned);
}

#[test]
fn a_number_that_jumps_makes_the_item_between_a_no_read() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "CCCCCC")]);
    bench.line.scanners.truncate(1);
    bench.travel_to(2, 1000);
    bench.triggers += 1;
    bench.travel(20_000);
    assert_eq!(bench.last_decision(3).code, Reason::Nrd);
    assert_eq!(bench.chute_of(3), Some(2));
}

#[test]
fn a_hold_before_the_commit_count_is_obeyed() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    // Chute 2 at 7500: the item's middle is there when its lead is at 7700; the lead is 150 ms × 2.6 m/s = 390 mm.
    bench.travel_to(2, 7700 - 390 - 2);
    bench.input(hold("CCCCCC", Customs::Hold));
    assert!(matches!(bench.commands.last(), Some((_, HostTelegram::Cancel { .. }))));
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(4));
    assert_eq!(bench.last_decision(3).code, Reason::Hld);
}

#[test]
fn a_hold_after_the_commit_count_is_tried_all_the_same() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 7700 - 300);
    let decisions = bench.decisions().len();
    bench.input(hold("CCCCCC", Customs::Hold));
    assert!(matches!(bench.commands.last(), Some((_, HostTelegram::Cancel { .. }))));
    // Nothing else is promised until the board has told how it ended.
    assert_eq!(bench.decisions().len(), decisions);
}

#[test]
fn a_full_chute_is_passed_over_with_its_reason() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    let count = bench.wire();
    bench.board(BoardTelegram::Chute { count, chute: 1, sensor: ChuteSensor::Full, active: true });
    bench.travel(3000);
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(3));
    let rejected = &bench.last_decision(3).rejected;
    assert!(rejected.iter().any(|entry| entry.outlet == Outlet::Chute(1) && entry.why == Reason::Ful));
}

#[test]
fn two_chutes_of_a_flight_share_the_load() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "BBBBBB")]);
    bench.travel(20_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(1), Some(3)));
}

#[test]
fn a_flight_past_its_cut_off_or_cancelled_takes_nothing() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "CCCCCC")]);
    bench.travel_to(2, 3000);
    bench.input(Input::Utc { utc_ms: 2_000_000 });
    let mut cancelled = common::flight("ORD");
    cancelled.order = FlightOrder::Cancelled;
    bench.input(Input::Flight(cancelled));
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Lat, Reason::Cnx));
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (None, None));
}

#[test]
fn a_clock_that_steps_back_reopens_nothing() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.input(Input::Utc { utc_ms: 2_000_000 });
    bench.input(Input::Utc { utc_ms: 1_000_000 });
    bench.travel(20_000);
    assert_eq!(bench.last_decision(3).code, Reason::Lat);
}

#[test]
fn two_plates_of_two_parcels_on_one_item_are_a_multi_read() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 1600 + 400 + 30);
    bench.read(1, None, Some("CCCCCC"));
    bench.travel(20_000);
    // One gate gives one result, and which of the two was its own nobody can tell.
    assert_eq!(bench.last_decision(3).code, Reason::Mrd);
}

#[test]
fn without_a_plan_everything_rides_to_the_end() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    let mut plan = common::plan();
    plan.flights.clear();
    plan.exceptions.clear();
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(3).outlet), (Reason::Nfl, END));
}

#[test]
fn a_plate_that_two_parcels_claim_refuses_the_later_record() {
    let mut bench = Bench::story(vec![]);
    let mut rival = common::parcel("AAAAAA", "ORD");
    rival.key = common::key("RIVAL");
    bench.input(Input::Parcel(rival));
    assert!(bench.log.iter().any(|record| matches!(record, Record::Refused(_))));
}

#[test]
fn when_the_journal_fails_nothing_is_assigned() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 5000);
    bench.input(Input::JournalFailed(true));
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), None);
}
