//! Stories of a flight's life with items riding: last call, product cut-offs, delays, moving on, and its end.

mod common;

use common::{Bench, Thing, flight, flight_key, parcel, thing};
use sortie_core::input::Input;
use sortie_core::output::{Decision, Reason, Record};
use sortie_core::plan::{FlightChutes, Plan, ProductRule};
use sortie_core::records::{FlightKey, FlightOrder, FlightRecord, FlightState, ParcelRecord, Product};
use sortie_protocol::board::telegram::{BoardTelegram, FireOutcome};

/// The cut-off of the bench's flights.
const CUTOFF: i64 = 2_000_000;

fn other() -> FlightKey {
    "3V4713/2026-11-23/LGG".parse().expect("a flight key")
}

/// A plan with a second flight to ORD, chute 3.
fn plan() -> Plan {
    let mut plan = common::plan();
    plan.last_call_s = 100;
    plan.flights.push(FlightChutes {
        flight: other(),
        chutes: heapless::Vec::from_slice(&[3]).expect("few"),
        overflow: heapless::Vec::new(),
    });
    plan
}

/// The parcel CCCCCC rides before its chute.
fn riding(record: ParcelRecord) -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.input(Input::Plan(Box::new(plan())));
    bench.input(Input::Parcel(record));
    bench.travel_to(2, 5000);
    bench
}

fn last(bench: &Bench) -> (Reason, Option<FlightKey>) {
    let Decision { code, flight, .. } = bench.last_decision(3);
    (*code, *flight)
}

/// The states that ORD's flight was told to be in.
fn states(bench: &Bench) -> Vec<FlightState> {
    let changed = |record: &Record| {
        let Record::FlightChanged { flight, state } = record else { return None };
        (*flight == flight_key("ORD")).then_some(*state)
    };
    bench.log.iter().filter_map(changed).collect()
}

fn closed(bench: &Bench) -> usize {
    let record = Record::FlightClosed { flight: flight_key("ORD") };
    bench.log.iter().filter(|other| **other == record).count()
}

fn ord() -> (Reason, Option<FlightKey>) {
    (Reason::Ok, Some(flight_key("ORD")))
}

#[test]
fn every_change_of_state_is_told_once() {
    use FlightState::{Cancelled, Closed, Departed, LastCall, Open};
    let mut bench = riding(parcel("CCCCCC", "ORD"));
    for utc_ms in [CUTOFF - 100_001, CUTOFF - 100_000, CUTOFF - 1, CUTOFF, CUTOFF + 1, 2_999_999, 3_000_000] {
        bench.input(Input::Utc { utc_ms });
    }
    // The bench's first plan has a last call of 900 s, the story's one of 100 s.
    assert_eq!(states(&bench), [Open, LastCall, Closed, Departed]);
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Cancelled, ..flight("ORD") }));
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Cancelled, ..flight("ORD") }));
    bench.input(Input::Flight(FlightRecord { departs_utc_ms: 3_000_001, ..flight("ORD") }));
    assert_eq!(states(&bench)[4..], [Cancelled, Closed]);
}

#[test]
fn a_flight_is_delayed_advanced_closed_and_reopened_under_a_riding_item() {
    let mut bench = riding(parcel("CCCCCC", "ORD"));
    let mut now = |change: FlightRecord| {
        bench.input(Input::Flight(change));
        bench.last_decision(3).code
    };
    bench_steps(&mut now);
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(2));
}

fn bench_steps(now: &mut impl FnMut(FlightRecord) -> Reason) {
    // It is 1,000,000.
    let cutoff = |cutoff_utc_ms| FlightRecord { cutoff_utc_ms, ..flight("ORD") };
    let order = |order| FlightRecord { order, ..flight("ORD") };
    assert_eq!(now(cutoff(1_000_000)), Reason::Lat);
    assert_eq!(now(cutoff(1_000_001)), Reason::Ok);
    assert_eq!(now(order(FlightOrder::Closed)), Reason::Lat);
    assert_eq!(now(order(FlightOrder::Planned)), Reason::Ok);
    assert_eq!(now(order(FlightOrder::Cancelled)), Reason::Cnx);
    assert_eq!(now(FlightRecord { opens_utc_ms: 1_000_001, ..flight("ORD") }), Reason::Erl);
    assert_eq!(now(FlightRecord { departs_utc_ms: 1_000_000, ..flight("ORD") }), Reason::Lat);
    assert_eq!(now(flight("ORD")), Reason::Ok);
}

#[test]
fn a_product_may_have_its_own_cut_off() {
    let rules = [(*b"MAIL", 60), (*b"VIP ", -60)];
    let cutoffs: [(Product, i64); 3] = [(*b"ECOM", CUTOFF), (*b"MAIL", CUTOFF - 60_000), (*b"VIP ", CUTOFF + 60_000)];
    for (product, cutoff) in cutoffs {
        let mut bench = riding(ParcelRecord { product, ..parcel("CCCCCC", "ORD") });
        let rule = |(product, cutoff_earlier_s)| ProductRule { product, cutoff_earlier_s, weight_required: false };
        bench.input(Input::Plan(Box::new(Plan { products: rules.map(rule).to_vec(), ..plan() })));
        for (utc_ms, code) in [(cutoff - 1, Reason::Ok), (cutoff, Reason::Lat), (cutoff + 1, Reason::Lat)] {
            bench.input(Input::Utc { utc_ms });
            assert_eq!(bench.last_decision(3).code, code, "{product:?} {utc_ms}");
        }
    }
}

#[test]
fn closed_by_order_or_departed_is_so_for_every_product() {
    let late = || riding(ParcelRecord { product: *b"VIP ", ..parcel("CCCCCC", "ORD") });
    let rule = ProductRule { product: *b"VIP ", cutoff_earlier_s: -7200, weight_required: false };
    let with_rule = Input::Plan(Box::new(Plan { products: vec![rule], ..plan() }));
    let mut bench = late();
    bench.input(with_rule.clone());
    bench.input(Input::Utc { utc_ms: 2_999_999 });
    assert_eq!((last(&bench), closed(&bench)), (ord(), 0), "the flight is closed, but not for this one");
    bench.input(Input::Utc { utc_ms: 3_000_000 });
    assert_eq!((last(&bench).0, closed(&bench)), (Reason::Lat, 1));
    let mut bench = late();
    bench.input(with_rule);
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Closed, ..flight("ORD") }));
    assert_eq!(last(&bench).0, Reason::Lat);
}

#[test]
fn a_parcel_without_a_booking_takes_the_next_flight_when_its_own_closes() {
    let mut bench = riding(parcel("CCCCCC", "ORD"));
    let later = FlightRecord { key: other(), cutoff_utc_ms: 2_500_000, departs_utc_ms: 4_000_000, ..flight("ORD") };
    bench.input(Input::Flight(later.clone()));
    assert_eq!(last(&bench), ord());
    bench.input(Input::Utc { utc_ms: CUTOFF });
    assert_eq!(last(&bench), (Reason::Ok, Some(other())));
    assert_eq!(bench.last_decision(3).moved_from, None);
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(3));
}

#[test]
fn an_item_keeps_its_flight_among_equals_and_leaves_it_for_an_earlier_one() {
    let mut bench = riding(parcel("CCCCCC", "ORD"));
    let lower = "3V4700/2026-11-23/LGG".parse().expect("a flight key");
    let mut plan = plan();
    plan.flights.push(FlightChutes {
        flight: lower,
        chutes: heapless::Vec::from_slice(&[3]).expect("few"),
        overflow: heapless::Vec::new(),
    });
    bench.input(Input::Plan(Box::new(plan)));
    let mut rival = FlightRecord { key: lower, ..flight("ORD") };
    bench.input(Input::Flight(rival.clone()));
    assert_eq!(last(&bench), ord());
    rival.departs_utc_ms -= 1;
    bench.input(Input::Flight(rival));
    assert_eq!(last(&bench), (Reason::Ok, Some(lower)));
}

#[test]
fn a_booked_parcel_moves_only_if_its_service_lets_it() {
    let later = FlightRecord { key: other(), departs_utc_ms: 4_000_000, ..flight("ORD") };
    let changes = [
        (FlightRecord { order: FlightOrder::Closed, ..flight("ORD") }, Reason::Lat),
        (FlightRecord { order: FlightOrder::Cancelled, ..flight("ORD") }, Reason::Cnx),
        (FlightRecord { capacity_g: 1, ..flight("ORD") }, Reason::Ful),
        (FlightRecord { opens_utc_ms: 1_500_000, ..flight("ORD") }, Reason::Erl),
    ];
    for may_move in [false, true] {
        for (change, why) in &changes {
            let booked = Some(flight_key("ORD"));
            let mut bench = riding(ParcelRecord { flight: booked, may_move, declared_g: 2, ..parcel("CCCCCC", "ORD") });
            bench.input(Input::Flight(change.clone()));
            assert_eq!((last(&bench), bench.last_decision(3).moved_from), ((*why, None), None), "nowhere to go");
            bench.input(Input::Flight(later.clone()));
            let moves = may_move && *why != Reason::Erl;
            let expected = if moves { (Reason::Ok, Some(other())) } else { (*why, None) };
            assert_eq!(last(&bench), expected, "{why:?} {may_move}");
            let moved_from = bench.last_decision(3).moved_from;
            assert_eq!(moved_from, moves.then_some((flight_key("ORD"), *why)));
        }
    }
}

#[test]
fn another_reason_to_move_is_told_though_nothing_else_changes() {
    let booked = Some(flight_key("ORD"));
    let mut bench = riding(ParcelRecord { flight: booked, may_move: true, ..parcel("CCCCCC", "ORD") });
    bench.input(Input::Flight(FlightRecord { key: other(), departs_utc_ms: 4_000_000, ..flight("ORD") }));
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Closed, ..flight("ORD") }));
    let decisions = bench.decisions().len();
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Cancelled, ..flight("ORD") }));
    assert_eq!(bench.decisions().len(), decisions + 1);
    assert_eq!(bench.last_decision(3).moved_from, Some((flight_key("ORD"), Reason::Cnx)));
    // And it goes back when it can.
    bench.input(Input::Flight(flight("ORD")));
    assert_eq!((last(&bench), bench.last_decision(3).moved_from), (ord(), None));
}

#[test]
fn it_moves_only_to_a_flight_that_it_may_board() {
    let booked = Some(flight_key("ORD"));
    let handling = heapless::Vec::from_slice(&[*b"ELI"]).expect("one");
    let record = ParcelRecord { flight: booked, may_move: true, handling, ..parcel("CCCCCC", "ORD") };
    let mut bench = riding(record);
    let handling = heapless::Vec::from_slice(&[*b"ELI"]).expect("one");
    bench.input(Input::Flight(FlightRecord { handling, order: FlightOrder::Closed, ..flight("ORD") }));
    bench.input(Input::Flight(FlightRecord { key: other(), ..flight("ORD") }));
    assert_eq!(last(&bench), (Reason::Lat, None));
}

#[test]
fn a_flight_without_a_chute_of_its_own_in_the_plan_is_none() {
    let mut bench = riding(parcel("CCCCCC", "ORD"));
    let mut without = plan();
    without.flights.retain(|entry| entry.flight != flight_key("ORD"));
    bench.input(Input::Plan(Box::new(without.clone())));
    assert_eq!(last(&bench).0, Reason::Nfl);
    without.flights.push(FlightChutes {
        flight: flight_key("ORD"),
        chutes: heapless::Vec::new(),
        overflow: heapless::Vec::from_slice(&[2]).expect("few"),
    });
    bench.input(Input::Plan(Box::new(without)));
    assert_eq!(last(&bench).0, Reason::Nfl);
}

#[test]
fn of_several_flights_the_best_news_is_told() {
    let mut bench = riding(ParcelRecord { declared_g: 2, ..parcel("CCCCCC", "ORD") });
    let full = FlightRecord { capacity_g: 1, ..flight("ORD") };
    bench.input(Input::Flight(FlightRecord { key: other(), opens_utc_ms: 1_500_000, ..flight("ORD") }));
    for (change, code) in [
        (full, Reason::Ful),
        (FlightRecord { order: FlightOrder::Closed, ..flight("ORD") }, Reason::Erl),
        (FlightRecord { order: FlightOrder::Cancelled, ..flight("ORD") }, Reason::Erl),
    ] {
        bench.input(Input::Flight(change));
        assert_eq!(last(&bench).0, code);
    }
    bench.input(Input::Plan(Box::new(common::plan())));
    assert_eq!(last(&bench).0, Reason::Cnx, "the other one has no chute now");
}

#[test]
fn the_end_of_a_flight_is_told_when_the_last_parcel_under_way_has_come() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.confirm_after = None;
    // Past the commit count: the cancel is tried, and comes too late.
    bench.travel_to(2, 7700 - 300);
    bench.board_fires = false;
    bench.input(Input::Utc { utc_ms: CUTOFF });
    assert_eq!(closed(&bench), 0, "its fire is with the board");
    let (_, fire) = bench.fires_sent(3)[0];
    bench.travel(300);
    bench.board(common::outcome(fire.count, fire.tag, fire.revision, FireOutcome::Fired));
    assert_eq!(closed(&bench), 0, "its confirm is due");
    bench.travel(3000);
    assert_eq!(closed(&bench), 1);
    bench.input(Input::Utc { utc_ms: 3_000_000 });
    assert_eq!(closed(&bench), 1);
}

#[test]
fn a_cancel_that_is_obeyed_ends_a_flight_too_and_a_reopened_one_ends_again() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 7700 - 300);
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Cancelled, ..flight("ORD") }));
    assert_eq!(closed(&bench), 0);
    bench.travel(2);
    assert_eq!(closed(&bench), 1);
    bench.input(Input::Flight(flight("ORD")));
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Closed, ..flight("ORD") }));
    assert_eq!(closed(&bench), 2);
}

#[test]
fn a_flight_that_is_gone_makes_room_for_another() {
    let mut bench = Bench::story(vec![]);
    let key = |number| format!("3V{number}/2026-11-24/LGG").parse::<FlightKey>().expect("a flight key");
    for number in 1..=254 {
        bench.input(Input::Flight(FlightRecord { key: key(number), departs_utc_ms: 5_000_000, ..flight("JFK") }));
    }
    let refused = |bench: &Bench| bench.log.iter().filter(|record| matches!(record, Record::Refused(_))).count();
    bench.input(Input::Flight(FlightRecord { key: key(300), ..flight("CVG") }));
    assert_eq!(refused(&bench), 1);
    // JFK's and ORD's flights of the bench depart at 3,000,000, JFK's first among equals.
    bench.input(Input::Utc { utc_ms: 3_000_000 });
    bench.input(Input::Flight(FlightRecord { key: key(300), ..flight("CVG") }));
    assert_eq!((refused(&bench), bench.core.flights().len()), (1, 256));
    assert!(bench.core.flights().iter().all(|flight| flight.record.key != flight_key("JFK")));
    assert!(bench.core.flights().iter().any(|flight| flight.record.key == flight_key("ORD")));
}

#[test]
fn a_flight_has_not_ended_while_it_accepts_one_product() {
    let mut bench = Bench::story(vec![]);
    let rule = ProductRule { product: *b"VIP ", cutoff_earlier_s: -60, weight_required: false };
    bench.input(Input::Plan(Box::new(Plan { products: vec![rule], ..plan() })));
    for (utc_ms, ended) in [(CUTOFF, 0), (CUTOFF + 59_999, 0), (CUTOFF + 60_000, 1), (CUTOFF + 60_001, 1)] {
        bench.input(Input::Utc { utc_ms });
        assert_eq!(closed(&bench), ended, "{utc_ms}");
    }
}

#[test]
fn a_fire_of_an_item_in_doubt_keeps_its_flight_from_ending() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 7700 - 300);
    bench.board_fires = false;
    let (_, fire) = bench.fires_sent(3)[0];
    // The board holds a fire for it that is not the newest: the item is in doubt, and may fall all the same.
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: true, time_ms: None });
    let (tag, revision) = (fire.tag, fire.revision + 1);
    bench.board(BoardTelegram::QueueEntry { query: 2, tag, revision, outcome: None });
    bench.board(BoardTelegram::QueueEnd { query: 2, entries: 1 });
    bench.input(Input::Utc { utc_ms: CUTOFF });
    assert_eq!((bench.last_decision(3).code, closed(&bench)), (Reason::Trk, 0));
    bench.board(common::outcome(fire.count, fire.tag, fire.revision, FireOutcome::Cancelled));
    bench.board(common::outcome(fire.count, tag, revision, FireOutcome::Fired));
    bench.travel(3000);
    assert_eq!(closed(&bench), 1);
}

#[test]
fn a_fire_that_was_made_while_nobody_listened_is_for_the_flight_for_which_it_left() {
    let mut bench = Bench::story(vec![Thing { vanishes_at_mm: Some(7_700), ..thing(2010, 400, "CCCCCC") }]);
    bench.input(Input::Flight(FlightRecord { key: other(), cutoff_utc_ms: 2 * CUTOFF, ..flight("ORD") }));
    bench.input(Input::Parcel(ParcelRecord { may_move: true, ..parcel("CCCCCC", "ORD") }));
    bench.travel_to(2, 7700 - 300);
    bench.board_fires = false;
    let (_, fire) = bench.fires_sent(3)[0];
    // The controller starts anew; the plan of its next day gives the chute to the next flight, and the clock has gone on.
    bench.input(Input::Started);
    bench.plan(|plan| plan.flights[1].flight = other());
    bench.input(Input::Utc { utc_ms: CUTOFF });
    assert_eq!((bench.last_decision(3).flight, closed(&bench)), (Some(other()), 0), "its fire may still be made");
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: true, time_ms: None });
    bench.board(common::outcome(bench.wire(), fire.tag, fire.revision, FireOutcome::Fired));
    assert_eq!((bench.last_decision(3).flight, closed(&bench)), (Some(flight_key("ORD")), 0), "its confirm is due");
    bench.travel(300);
    bench.confirm(2, bench.wire());
    bench.travel(4_000);
    let sorted = |key| bench.core.flights().iter().find(|flight| flight.record.key == key).map(|flight| flight.sorted);
    assert_eq!((sorted(flight_key("ORD")), sorted(other()), closed(&bench)), (Some(1), Some(0), 1));
}

#[test]
fn a_flight_has_ended_when_the_manifests_of_its_containers_are_frozen() {
    // From chute 1 it is a long way to the next PEC: up to there what has been confirmed may still be taken back.
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 7_000);
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Closed, ..flight("JFK") }));
    bench.travel_to(2, 8_900);
    let frozen = |record: &Record| matches!(record, Record::ContainerClosed { .. });
    let ended = |record: &Record| matches!(record, Record::FlightClosed { .. });
    assert!(bench.log.iter().any(|record| matches!(record, Record::Confirmed { item: 3, .. })));
    assert!(!bench.log.iter().any(|record| frozen(record) || ended(record)));
    bench.travel_to(2, 9_300);
    let end = bench.log.iter().position(ended);
    assert!(end.is_some());
    assert!(bench.log.iter().position(frozen) < end, "who is told of the end finds every manifest");
}

#[test]
fn a_flight_that_has_closed_makes_no_room_before_it_has_departed() {
    let mut bench = Bench::story(vec![]);
    let key = |number| format!("3V{number}/2026-11-24/LGG").parse::<FlightKey>().expect("a flight key");
    for number in 1..=254 {
        bench.input(Input::Flight(FlightRecord { key: key(number), departs_utc_ms: 5_000_000, ..flight("JFK") }));
    }
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Closed, ..flight("JFK") }));
    bench.input(Input::Flight(FlightRecord { key: key(300), ..flight("CVG") }));
    assert_eq!(bench.refusals().len(), 1, "it may be opened again, and its pieces lie in containers");
    assert!(bench.core.flights().iter().any(|flight| flight.record.key == flight_key("JFK")));
}
