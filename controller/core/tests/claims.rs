//! Which item has a claim on a parcel, and what is on file of its plates.

mod common;

use common::reading::{CLOSE, next, one};
use common::{Bench, line, text, thing};
use sortie_core::input::Input;
use sortie_core::line::Line;
use sortie_core::output::{Alarm, Reason, Refusal};
use sortie_core::records::{Customs, ParcelRecord};
use sortie_protocol::board::telegram::{BoardTelegram, FireOutcome};

#[test]
fn an_item_in_doubt_has_no_claim_on_its_parcel() {
    // The first carrier of the plate is lost; the second one is no duplicate of it.
    let mut lost = thing(3010, 400, "AAAAAA");
    lost.vanishes_at_mm = Some(3500);
    let mut bench = Bench::story(vec![lost, thing(7010, 400, "AAAAAA")]);
    bench.travel(16_000);
    assert_eq!(bench.last_decision(4).code, Reason::Ok);
    assert!(bench.last_decision(4).returned);
    assert_eq!(bench.chute_of(3), Some(1));
}

#[test]
fn a_departed_parcel_is_forgotten_unless_it_rides() {
    let mut bench = one();
    bench.input(Input::Departed(common::key("BBBBBB")));
    bench.travel_to(2, CLOSE as i64);
    next(&mut bench, Some("AAAAAA"));
    bench.travel(300);
    let on_file = bench.core.parcels_on_file();
    bench.input(Input::Departed(common::key("AAAAAA")));
    assert_eq!(bench.core.parcels_on_file(), on_file);
    bench.input(Input::Departed(common::key("CCCCCC")));
    assert_eq!(bench.core.parcels_on_file(), on_file - 1);
}

#[test]
fn a_full_parcel_table_says_so() {
    let mut line = line();
    line.parcels_max = 4;
    let mut bench = Bench::story_on(line, vec![]);
    bench.parcel("EEEEEE", "JFK");
    assert_eq!(bench.alarms(), [(Alarm::ParcelsFull, true)]);
    assert_eq!(bench.core.parcels_on_file(), 4);
    bench.input(common::order(sortie_core::records::Order::Acknowledge));
    assert_eq!(bench.core.alarms(), []);
}

#[test]
fn an_item_whose_length_is_wrong_has_no_claim_on_its_parcel() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(6010, 400, "AAAAAA")]);
    bench.travel_to(2, 3500);
    bench.things[2].length_mm = 300;
    bench.travel_to(3, 3000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Trk, Reason::Ok));
}

#[test]
fn an_item_that_was_in_doubt_before_it_was_identified_takes_no_parcel() {
    // An emergency stop is no doubt; a body that is too short is.
    let mut bench = Bench::story(vec![thing(2010, 50, "AAAAAA"), thing(6010, 400, "AAAAAA")]);
    bench.travel_to(3, 3000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Trk, Reason::Ok));
    assert!(!bench.last_decision(4).returned);
}

/// Nothing takes a parcel for JFK, and no duplicate either: both ride to the end of the line.
fn no_chute_for_jfk_or_duplicates() -> Input {
    let mut plan = common::plan();
    plan.disabled = vec![1, 3, 4];
    Input::Plan(Box::new(plan))
}

#[test]
fn a_parcel_whose_item_rode_off_may_depart() {
    let mut bench = one();
    bench.input(no_chute_for_jfk_or_duplicates());
    bench.travel_to(2, CLOSE as i64);
    next(&mut bench, Some("AAAAAA"));
    bench.travel_to(2, 14_300);
    let on_file = bench.core.parcels_on_file();
    bench.input(Input::Departed(common::key("AAAAAA")));
    assert_eq!(bench.core.parcels_on_file(), on_file, "it still rides");
    bench.travel(200);
    bench.input(Input::Departed(common::key("AAAAAA")));
    assert_eq!(bench.core.parcels_on_file(), on_file - 1);
}

#[test]
fn a_duplicate_that_rides_off_takes_nothing_from_the_first_ones_discharge() {
    let mut bench = Bench::story([2010, 12_010, 28_010].map(|start| thing(start, 400, "AAAAAA")).to_vec());
    bench.travel_to(3, 1000);
    assert_eq!(bench.chute_of(2), Some(1));
    bench.input(no_chute_for_jfk_or_duplicates());
    bench.travel_to(4, 3000);
    assert_eq!(bench.core.riding(), 1);
    assert_eq!([4, 5].map(|item| bench.last_decision(item).code), [Reason::Dup, Reason::Dup]);
}

#[test]
fn a_parcel_whose_item_fell_in_doubt_may_come_again() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(16_010, 400, "CCCCCC")]);
    bench.travel_to(2, 7_400);
    bench.board_fires = false;
    let (_, fire) = bench.fires_sent(3)[0];
    // The board holds another fire than the newest, and makes this one all the same: nobody knows what fell.
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: true, time_ms: None });
    let (tag, revision) = (fire.tag, fire.revision + 1);
    bench.board(BoardTelegram::QueueEntry { query: 2, tag, revision, outcome: None });
    bench.board(BoardTelegram::QueueEnd { query: 2, entries: 1 });
    bench.travel_to(2, 7_700);
    bench.board(common::outcome(fire.count, tag, fire.revision, FireOutcome::Fired));
    bench.things[2].gone_at = Some(bench.count);
    bench.confirm(2, fire.count.wrapping_add(60));
    assert_eq!(bench.last_decision(3).code, Reason::Trk);
    bench.travel_to(3, 3_000);
    let again = bench.last_decision(4);
    assert_eq!((again.code, again.returned), (Reason::Ok, true));
}

/// A file with room for four parcels and ten plates, all of it taken: 4 + 4 + 1 + 1.
fn every_plate_taken() -> Bench {
    let small = Line { parcels_max: 4, ..line() };
    let mut bench = Bench::story_on(small, vec![thing(2010, 400, "CCCCCC")]);
    bench.input(Input::Parcel(with_plates("AAAAAA", "JFK", 4)));
    bench.input(Input::Parcel(with_plates("BBBBBB", "JFK", 4)));
    assert_eq!((bench.core.parcels_on_file(), bench.refusals()), (4, vec![]));
    bench
}

fn with_plates(key: &str, to: &str, plates: usize) -> ParcelRecord {
    let mut record = common::parcel(key, to);
    record.plates.extend((1..plates).map(|nth| text(&format!("{key}{nth}"))));
    record
}

#[test]
fn a_record_that_finds_no_room_for_its_plates_leaves_what_is_on_file_as_it_was() {
    let mut bench = every_plate_taken();
    let held = ParcelRecord { customs: Customs::Hold, ..with_plates("CCCCCC", "ORD", 1) };
    bench.input(Input::Parcel(held));
    bench.input(Input::Parcel(with_plates("CCCCCC", "ORD", 2)));
    assert_eq!(bench.refusals(), [Refusal::ParcelsFull { key: common::key("CCCCCC") }]);
    assert_eq!((bench.core.parcels_on_file(), bench.core.alarms()), (4, &[Alarm::ParcelsFull][..]));
    bench.travel_to(2, 3_000);
    assert_eq!(bench.last_decision(3).code, Reason::Hld, "it is known, and still held");
    // What it takes itself it may take again.
    bench.input(Input::Parcel(with_plates("AAAAAA", "ORD", 4)));
    bench.input(Input::Parcel(with_plates("CCCCCC", "ORD", 1)));
    assert_eq!((bench.refusals().len(), bench.last_decision(3).code), (1, Reason::Ok));
}

#[test]
fn a_plate_that_the_host_takes_off_names_nobody_any_more_and_a_label_from_here_stays() {
    for labelled in [false, true] {
        let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC1"), thing(3010, 400, "NEW001")]);
        bench.input(Input::Parcel(with_plates("CCCCCC", "ORD", 2)));
        if labelled {
            let (parcel, plate) = (common::key("CCCCCC"), text("NEW001"));
            bench.input(common::order(sortie_core::records::Order::Relabel { parcel, plate }));
        }
        bench.input(Input::Parcel(with_plates("CCCCCC", "ORD", 1)));
        bench.travel_to(3, 3_000);
        let label = if labelled { Reason::Ok } else { Reason::Ndt };
        assert_eq!([3, 4].map(|item| bench.last_decision(item).code), [Reason::Ndt, label], "labelled: {labelled}");
    }
}
