//! Stories of manual coding: labels, announced plates, parcels taken back (design section 6).

mod common;

use common::{Bench, hold, key, line, order, parcel, text, thing};
use sortie_core::input::Input;
use sortie_core::output::{DoubtCause, Reason, Record, Refusal};
use sortie_core::records::{Customs, FlightRecord, Order};
use sortie_protocol::board::telegram::BeltMotion;

fn relabel(parcel: &str, plate: &str) -> Input {
    order(Order::Relabel { parcel: key(parcel), plate: text(plate) })
}

fn announce(plate: &str) -> Input {
    order(Order::Announce { plate: text(plate) })
}

fn returned(parcel: &str) -> Input {
    order(Order::Return { parcel: key(parcel) })
}

fn keyed(bench: &Bench) -> Vec<u32> {
    let keyed = |record: &Record| if let Record::Keyed { item } = record { Some(*item) } else { None };
    bench.log.iter().filter_map(keyed).collect()
}

#[test]
fn a_new_label_names_its_parcel() {
    let mut bench = Bench::story(vec![thing(2010, 400, "NEW123")]);
    bench.input(relabel("CCCCCC", "NEW123"));
    assert_eq!(bench.log.last(), Some(&Record::Relabelled { key: key("CCCCCC"), plate: text("NEW123") }));
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).parcel.clone(), bench.chute_of(2)), (Some(key("CCCCCC")), Some(2)));
}

#[test]
fn an_item_that_rides_with_the_new_label_is_known_from_then_on() {
    let mut bench = Bench::story(vec![thing(2010, 400, "NEW123")]);
    bench.travel_to(2, 3000);
    assert_eq!(bench.last_decision(3).code, Reason::Ndt);
    bench.input(relabel("CCCCCC", "NEW123"));
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).code, bench.chute_of(2)), (Reason::Ok, Some(2)));
}

#[test]
fn a_label_that_cannot_be_is_refused() {
    let mut bench = Bench::story(vec![]);
    let refusals = [
        (relabel("NOBODY", "NEW123"), Refusal::OrderOfUnknownParcel { key: key("NOBODY") }),
        (relabel("AAAAAA", "BBBBBB"), Refusal::PlateTaken { key: key("AAAAAA"), plate: text("BBBBBB") }),
    ];
    for (input, refusal) in refusals {
        bench.input(input);
        assert_eq!(bench.log.last(), Some(&Record::Refused(refusal)));
    }
    for plate in ["NEW001", "NEW002", "NEW003", "NEW003"] {
        bench.input(relabel("AAAAAA", plate));
        assert_eq!(bench.log.last(), Some(&Record::Relabelled { key: key("AAAAAA"), plate: text(plate) }));
    }
    bench.input(relabel("AAAAAA", "NEW004"));
    assert_eq!(bench.log.last(), Some(&Record::Refused(Refusal::PlatesFull { key: key("AAAAAA") })));
}

#[test]
fn a_record_of_the_host_does_not_take_a_label_off() {
    let mut bench = Bench::story(vec![thing(2010, 400, "NEW123")]);
    bench.input(relabel("CCCCCC", "NEW123"));
    bench.input(Input::Parcel(parcel("CCCCCC", "ORD")));
    bench.input(Input::Parcel(parcel("CCCCCC", "ORD")));
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(2));
    // But the host's own plates come first where there is no room for all.
    let mut full = parcel("CCCCCC", "ORD");
    for plate in ["HOST02", "HOST03", "HOST04"] {
        full.plates.push(text(plate)).expect("room");
    }
    bench.input(Input::Parcel(full));
    bench.input(relabel("AAAAAA", "NEW123"));
    assert_eq!(bench.log.last(), Some(&Record::Relabelled { key: key("AAAAAA"), plate: text("NEW123") }));
}

#[test]
fn an_announced_plate_goes_to_the_next_item_at_the_entry() {
    let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(3010, 400, "")]);
    bench.travel_to(2, -200);
    bench.input(announce("CCCCCC"));
    assert_eq!(bench.log.last(), Some(&Record::Announced { plate: text("CCCCCC") }));
    bench.travel(20_000);
    assert_eq!(keyed(&bench), [3]);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(2), Some(4)));
    assert_eq!(bench.last_decision(4).code, Reason::Nrd);
}

#[test]
fn it_is_never_given_to_an_item_that_rides() {
    let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(3010, 400, "")]);
    bench.travel_to(2, 1);
    bench.input(announce("CCCCCC"));
    bench.travel(20_000);
    assert_eq!((keyed(&bench), bench.chute_of(2), bench.chute_of(3)), (vec![4], Some(4), Some(2)));
}

/// The one for whom it was keyed in slips past the entry; behind the tunnel it is a stranger right ahead of who has its plate.
#[test]
fn it_is_not_left_with_one_who_comes_behind_somebody_unseen() {
    // The plate is keyed in when the unseen one is here; what came past the entry before it was keyed in has no part in it.
    for (keyed_at_mm, code) in [(-200, Reason::Trk), (0, Reason::Trk), (400, Reason::Ok)] {
        let mut unseen = thing(2010, 400, "");
        unseen.from_mm = 100;
        let mut bench = Bench::story(vec![unseen, thing(3010, 400, "")]);
        bench.travel_to(2, keyed_at_mm);
        bench.input(announce("CCCCCC"));
        bench.travel(20_000);
        assert_eq!(keyed(&bench), [3]);
        let doubted = bench.doubts().contains(&(3, DoubtCause::KeyedForAnother));
        assert_eq!((bench.last_decision(3).code, doubted), (code, code == Reason::Trk), "{keyed_at_mm}");
        assert_eq!(bench.chute_of(3), (code == Reason::Ok).then_some(2), "{keyed_at_mm}");
    }
}

/// Nor was it somebody's who came long before, or was put onto the belt behind it.
#[test]
fn somebody_unseen_elsewhere_does_not_take_it_away() {
    for from_mm in [0, 2000] {
        let mut unseen = thing(2010 + from_mm, 400, "");
        unseen.from_mm = 100;
        let mut bench = Bench::story(vec![unseen, thing(3010, 400, "")]);
        bench.travel_to(3, -200);
        bench.input(announce("CCCCCC"));
        bench.travel(20_000);
        assert_eq!((keyed(&bench), bench.chute_of(3)), (vec![3], Some(2)), "{from_mm}");
    }
}

#[test]
fn a_second_announcement_takes_the_place_of_the_first() {
    let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(3010, 400, "")]);
    bench.travel_to(2, -200);
    bench.input(announce("AAAAAA"));
    bench.input(announce("CCCCCC"));
    bench.travel(20_000);
    assert_eq!((keyed(&bench), bench.chute_of(2), bench.chute_of(3)), (vec![3], Some(2), Some(4)));
}

#[test]
fn an_announcement_that_is_too_old_is_void() {
    // From 1,000 counts before the birth it is 400 ms.
    for (announce_ms, given) in [(399, false), (400, true), (401, true)] {
        let mut line = line();
        line.announce_ms = announce_ms;
        let mut bench = Bench::story_on(line, vec![thing(2010, 400, "")]);
        bench.travel_to(2, -1000);
        // The entry is free until the thing comes.
        bench.things[1].gone_at = Some(0);
        bench.input(announce("CCCCCC"));
        bench.travel_to(2, 3000);
        assert_eq!(keyed(&bench).len(), usize::from(given), "{announce_ms}");
    }
}

#[test]
fn the_label_of_another_parcel_on_it_is_a_multi_read() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, -200);
    bench.input(announce("CCCCCC"));
    bench.travel_to(2, 3000);
    assert_eq!(bench.last_decision(3).code, Reason::Mrd);
}

#[test]
fn a_plate_that_nobody_knows_is_no_data_until_somebody_does() {
    let mut bench = Bench::story(vec![thing(2010, 400, "")]);
    bench.travel_to(2, -200);
    bench.input(announce("NEW123"));
    bench.travel_to(2, 3000);
    assert_eq!(bench.last_decision(3).code, Reason::Ndt);
    bench.parcel("NEW123", "ORD");
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
}

#[test]
fn a_flicker_of_the_entry_beam_does_not_use_it_up() {
    let mut bench = Bench::story(vec![thing(2010, 400, "")]);
    bench.travel_to(2, -200);
    bench.input(announce("CCCCCC"));
    bench.edge(0, true);
    bench.travel(5);
    bench.edge(0, false);
    bench.travel_to(2, 3000);
    assert_eq!(keyed(&bench), [3, 4]);
    assert_eq!(bench.last_decision(4).parcel, Some(key("CCCCCC")));
}

#[test]
fn a_stop_or_a_flush_ends_it() {
    for stop in [true, false] {
        let mut bench = Bench::story(vec![thing(2010, 400, "")]);
        bench.travel_to(2, -200);
        bench.input(announce("CCCCCC"));
        if stop {
            bench.motion(BeltMotion::Running, true);
        } else {
            bench.input(Input::EventsLost);
        }
        bench.travel_to(2, 3000);
        assert!(keyed(&bench).is_empty());
    }
}

#[test]
fn a_parcel_that_was_taken_back_may_come_again() {
    for back in [false, true] {
        let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(16_010, 400, "CCCCCC")]);
        bench.travel_to(2, 12_000);
        bench.input(hold("CCCCCC", Customs::Hold));
        assert_eq!(bench.core.pulls().len(), 1);
        if back {
            bench.input(returned("CCCCCC"));
        }
        assert_eq!(bench.core.pulls().len(), 1, "it is on the list until somebody has found it");
        bench.input(order(Order::Found { pull: 1 }));
        bench.input(hold("CCCCCC", Customs::Released));
        bench.travel_to(3, 3000);
        let again = bench.last_decision(4);
        assert_eq!((again.code, again.returned), if back { (Reason::Ok, true) } else { (Reason::Dup, false) });
    }
}

#[test]
fn a_parcel_that_rides_cannot_be_taken_back() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(3010, 400, "CCCCCC")]);
    bench.travel_to(2, 3000);
    bench.input(returned("CCCCCC"));
    bench.input(returned("NOBODY"));
    assert_eq!(bench.log.last(), Some(&Record::Refused(Refusal::OrderOfUnknownParcel { key: key("NOBODY") })));
    bench.travel(1000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Dup, Reason::Dup));
}

#[test]
fn a_plate_that_outlived_its_discharge_is_no_duplicate() {
    // The bench's UTC at the discharge is 1,000 s.
    for (age_s, code) in [(2 * 86_400 - 1, Reason::Dup), (2 * 86_400, Reason::Dup), (2 * 86_400 + 1, Reason::Ok)] {
        let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(16_010, 400, "CCCCCC")]);
        let mut plan = common::plan();
        plan.plate_life_days = 2;
        bench.input(Input::Plan(Box::new(plan)));
        let mut flight = common::flight("ORD");
        (flight.cutoff_utc_ms, flight.departs_utc_ms) = (1_000_000_000, 1_000_000_000);
        bench.input(Input::Flight(flight));
        bench.travel_to(2, 14_000);
        assert_eq!(bench.chute_of(2), Some(2));
        bench.input(Input::Utc { utc_ms: (1000 + age_s) * 1000 });
        // Nor is it looked for where it was so long ago.
        bench.input(hold("CCCCCC", Customs::Hold));
        assert_eq!(bench.core.pulls().len(), usize::from(code == Reason::Dup), "{age_s}");
        bench.input(hold("CCCCCC", Customs::Released));
        bench.travel_to(3, 3000);
        assert_eq!(bench.last_decision(4).code, code, "{age_s}");
    }
}

#[test]
fn without_a_plate_life_a_discharge_stands_for_ever() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(16_010, 400, "CCCCCC")]);
    bench.travel_to(2, 14_000);
    bench.input(Input::Utc { utc_ms: i64::MAX });
    bench.travel_to(3, 3000);
    assert_eq!(bench.last_decision(4).code, Reason::Dup);
}

#[test]
fn what_was_sorted_before_the_time_was_known_is_not_old_when_it_is() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    // The PC has just started, and nobody has told it the time.
    bench.core = sortie_core::Core::new(&bench.line);
    bench.plan(|plan| plan.plate_life_days = 2);
    bench.input(Input::LinkUp { boot: 7, resumed: false, new_session: true, time_ms: None });
    bench.input(Input::ScannerPort { scanner: 0, open: true });
    bench.input(Input::ScannerPort { scanner: 1, open: true });
    let ever = FlightRecord { opens_utc_ms: i64::MIN, cutoff_utc_ms: i64::MAX, ..common::flight("ORD") };
    bench.input(Input::Flight(FlightRecord { departs_utc_ms: i64::MAX, ..ever }));
    bench.parcel("CCCCCC", "ORD");
    bench.motion(BeltMotion::Running, false);
    bench.travel_to(2, 14_000);
    assert_eq!(bench.chute_of(2), Some(2));
    bench.input(Input::Utc { utc_ms: 1_800_000_000_000 });
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(bench.core.pulls().len(), 1, "it may lie there since a minute ago");
}
