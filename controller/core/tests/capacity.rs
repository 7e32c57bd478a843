//! Stories of a flight's capacity: counted anew at each decision, in pieces and grams.

mod common;

use common::{Bench, Thing, UM, flight, flight_key, hold, line, parcel, thing};
use sortie_core::input::Input;
use sortie_core::output::{Outlet, Reason, Record};
use sortie_core::plan::{ExceptionOutlets, Plan};
use sortie_core::records::{Customs, FlightRecord, ParcelRecord};
use sortie_protocol::board::telegram::FireOutcome;

/// Three parcels to ORD, chute 2, one behind the other; each is declared with so many grams.
fn three(declared_g: [u32; 3], pieces: u32, grams: u64) -> Bench {
    three_of(
        vec![thing(2010, 400, "CCCCCC"), thing(3010, 400, "DDDDDD"), thing(4010, 400, "EEEEEE")],
        declared_g,
        pieces,
        grams,
    )
}

fn three_of(things: Vec<Thing>, declared_g: [u32; 3], pieces: u32, grams: u64) -> Bench {
    let mut bench = Bench::story(things);
    for (plate, declared_g) in ["CCCCCC", "DDDDDD", "EEEEEE"].into_iter().zip(declared_g) {
        bench.input(Input::Parcel(ParcelRecord { declared_g, ..parcel(plate, "ORD") }));
    }
    bench.input(Input::Flight(FlightRecord { capacity_pieces: pieces, capacity_g: grams, ..flight("ORD") }));
    bench
}

fn codes(bench: &Bench) -> [Reason; 3] {
    [3, 4, 5].map(|item| bench.last_decision(item).code)
}

/// Counts of the lead: 150 ms at 2.6 m/s.
const LEAD: u32 = 390;

use Reason::{Ful, Hld, Ok};

#[test]
fn a_flight_takes_as_many_pieces_as_it_has_room_for() {
    for (pieces, taken) in [(1, [Ok, Ful, Ful]), (2, [Ok, Ok, Ful]), (3, [Ok; 3]), (4, [Ok; 3]), (0, [Ok; 3])] {
        let mut bench = three([0; 3], pieces, 0);
        bench.travel_to(4, 3000);
        assert_eq!(codes(&bench), taken, "{pieces}, riding");
        bench.travel(20_000);
        assert_eq!(codes(&bench), taken, "{pieces}, sorted");
        let sorted = taken.iter().filter(|code| **code == Ok).count();
        let flight =
            bench.core.flights().iter().find(|flight| flight.record.key == flight_key("ORD")).expect("on file");
        assert_eq!((flight.pieces as usize, flight.sorted as usize), (sorted, sorted));
    }
}

#[test]
fn a_flight_takes_as_many_grams_as_it_has_room_for() {
    let cases = [
        (2999, [Ok, Ok, Ful]),
        (3000, [Ok, Ok, Ok]),
        (3001, [Ok, Ok, Ok]),
        (1999, [Ok, Ful, Ok]),
        (999, [Ful, Ful, Ok]),
    ];
    for (grams, taken) in cases {
        let third = if grams < 2000 { 0 } else { 1000 };
        let mut bench = three([1000, 1000, third], 0, grams);
        bench.travel_to(4, 3000);
        assert_eq!(codes(&bench), taken, "{grams}");
        bench.travel(20_000);
        assert_eq!(codes(&bench), taken, "{grams}");
    }
}

#[test]
fn what_was_fired_counts_until_it_is_revoked() {
    let mut things = vec![thing(2010, 400, "CCCCCC"), thing(9010, 400, "DDDDDD"), thing(16_010, 400, "EEEEEE")];
    things[0].sticks = true;
    let mut bench = three_of(things, [700; 3], 1, 0);
    let counted = |bench: &Bench| {
        let flight =
            bench.core.flights().iter().find(|flight| flight.record.key == flight_key("ORD")).expect("on file");
        (flight.pieces, flight.weight_g)
    };
    bench.travel_to(2, 8000);
    assert_eq!((bench.last_decision(3).code, counted(&bench)), (Ok, (1, 700)));
    bench.travel_to(3, 2500);
    // It is seen at the PEC behind the chute: its place is free again.
    assert!(bench.log.iter().any(|record| matches!(record, Record::Revoked { item: 3, .. })));
    assert_eq!((bench.last_decision(4).code, counted(&bench)), (Ok, (0, 0)));
    bench.travel(20_000);
    assert_eq!((bench.last_decision(5).code, counted(&bench)), (Ful, (1, 700)));
}

#[test]
fn a_piece_that_its_chute_saw_keeps_its_place_though_it_is_seen_behind_it() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(9010, 400, "BBBBBB")]);
    bench.input(Input::Flight(FlightRecord { capacity_pieces: 1, ..flight("JFK") }));
    bench.things[2].sticks = true;
    bench.travel_to(2, 6900);
    bench.confirm(1, bench.wire());
    bench.travel_to(3, 3000);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 1, container: 1 }));
    assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 1, container: 1 }));
    assert_eq!(bench.last_decision(4).code, Ful);
}

#[test]
fn an_unconfirmed_piece_keeps_its_place() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(9010, 400, "DDDDDD")]);
    bench.confirm_after = None;
    bench.input(Input::Flight(FlightRecord { capacity_pieces: 1, ..flight("ORD") }));
    bench.travel(25_000);
    assert!(bench.log.iter().any(|record| matches!(record, Record::Unconfirmed { item: 3, .. })));
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Ok, Ful));
}

#[test]
fn a_place_that_is_given_up_goes_to_the_next_behind() {
    let mut bench = three([0; 3], 1, 0);
    bench.travel_to(4, 3000);
    assert_eq!(codes(&bench), [Ok, Ful, Ful]);
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(codes(&bench), [Hld, Ok, Ful]);
    // The one in front has the first claim.
    bench.input(hold("CCCCCC", Customs::Released));
    assert_eq!(codes(&bench), [Ok, Ful, Ful]);
}

#[test]
fn more_room_is_used_by_riding_items() {
    let mut bench = three([0; 3], 1, 0);
    bench.travel_to(4, 3000);
    bench.input(Input::Flight(FlightRecord { capacity_pieces: 2, ..flight("ORD") }));
    assert_eq!(codes(&bench), [Ok, Ok, Ful]);
    bench.input(Input::Flight(FlightRecord { capacity_pieces: 1, capacity_g: 1, ..flight("ORD") }));
    assert_eq!(codes(&bench), [Ok, Ful, Ful]);
}

#[test]
fn an_item_that_goes_to_an_exception_takes_no_place() {
    let mut bench = three([0; 3], 1, 0);
    let plan = Plan { disabled: vec![2], ..common::plan() };
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(4, 3000);
    // The flight has room for each, but its chute does not.
    assert_eq!(codes(&bench), [Reason::Dis; 3]);
    assert_eq!(bench.last_decision(5).flight, Some(flight_key("ORD")));
}

#[test]
fn a_full_flight_has_outlets_of_its_own() {
    let mut bench = three([0; 3], 1, 0);
    let mut plan = common::plan();
    plan.exceptions.push(ExceptionOutlets { code: Ful, outlets: heapless::Vec::from_slice(&[4]).expect("few") });
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel(20_000);
    let second = bench.last_decision(4);
    assert_eq!((second.code, second.outlet, second.flight), (Ful, Outlet::Chute(4), None));
    assert_eq!([2, 3, 4].map(|thing| bench.chute_of(thing)), [Some(2), Some(4), Some(4)]);
}

#[test]
fn the_last_place_belongs_to_who_is_past_its_commit_count() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3510, 400, "BBBBBB")]);
    bench.input(Input::Flight(FlightRecord { capacity_pieces: 1, ..flight("JFK") }));
    bench.input(hold("AAAAAA", Customs::Hold));
    while bench.fires_sent(4).is_empty() {
        bench.travel(1);
    }
    let commit = bench.fires_sent(4)[0].1.count - LEAD;
    // The one in front has passed chute 1, and could still reach chute 3.
    for (before, codes, chutes) in [(1, [Ok, Ful], [Some(3), None]), (0, [Ful, Ok], [None, Some(1)])] {
        let mut bench = bench.clone();
        bench.travel((commit - bench.wire() - before).into());
        bench.input(hold("AAAAAA", Customs::Released));
        assert_eq!([3, 4].map(|item| bench.last_decision(item).code), codes, "{before}");
        bench.travel(20_000);
        assert_eq!([2, 3].map(|thing| bench.chute_of(thing)), chutes, "{before}");
    }
}

#[test]
fn one_that_comes_into_doubt_past_its_commit_count_keeps_its_place_until_the_board_has_told() {
    let mut line = line();
    line.chutes[0].position_um = 4700 * UM;
    let mut bench = Bench::story_on(line, vec![thing(2010, 1000, "AAAAAA"), thing(4510, 400, "BBBBBB")]);
    bench.input(Input::Flight(FlightRecord { capacity_pieces: 1, ..flight("JFK") }));
    bench.board_fires = false;
    // Its tail comes too early at the PEC before the chute, when its fire can only be tried to be taken back.
    bench.travel_to(2, 4820);
    bench.things[2].length_mm = 850;
    bench.travel_to(2, 5100);
    let cancels = bench.cancels();
    assert_eq!((bench.last_decision(3).code, cancels.len()), (Reason::Trk, 1));
    assert_eq!(bench.last_decision(4).code, Ful);
    let (_, fire) = bench.fires_sent(3)[0];
    bench.board(common::outcome(fire.count, fire.tag, fire.revision, FireOutcome::Cancelled));
    assert_eq!(bench.last_decision(4).code, Ok);
}
