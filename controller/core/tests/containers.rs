//! A container at a chute: what falls into it, and its change in two ends.

mod common;

use common::{Bench, bags, flight, label, open_container, order, outcome, thing};
use sortie_core::input::Input;
use sortie_core::output::{ChuteStatus, Outlet, Reason, Record, Refusal};
use sortie_core::records::{FlightOrder, Order};
use sortie_protocol::board::telegram::FireOutcome;

/// Two parcels to ORD, 2 m apart; chute 2, at 7,500 mm, is the only one for it. A fire leaves 1,500 mm before the
/// commit count, and that is 390 mm before the chute.
fn two_to_ord() -> Bench {
    Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(4010, 400, "DDDDDD")])
}

/// Lead of an item of 400 mm when it is fired at chute 2.
const FIRED: i64 = 7_700;
/// Lead of it from which on nothing can come of it any more: confirm window, and late edges.
const DONE: i64 = FIRED + 1_500 + 60 + 1;

const CLOSE: Order = Order::CloseContainer { chute: 2 };

#[test]
fn the_first_piece_opens_a_container_that_nobody_has_named() {
    let mut bench = two_to_ord();
    bench.travel_to(2, FIRED - 1);
    assert!(bench.containers().is_empty());
    bench.travel(1);
    assert_eq!(bench.containers(), ["1 open at 2 as ''"]);
    bench.travel(4_000);
    for item in [3, 4] {
        assert!(bench.log.contains(&Record::Confirmed { item, chute: 2, container: 1 }));
    }
    // The leaders went to chute 4.
    assert_eq!(bench.containers(), ["1 open at 2 as ''", "2 open at 4 as ''"]);
}

#[test]
fn where_the_plan_demands_one_nothing_is_sorted_without() {
    let mut bench = two_to_ord();
    bench.plan(|plan| plan.chutes.push(bags(2)));
    assert_eq!(bench.states(2), [ChuteStatus::NoContainer]);
    bench.travel_to(2, 3_000);
    assert_eq!(bench.decided(3), (Reason::Nct, Outlet::EndOfLine));
    bench.input(open_container(2, "BAG 17"));
    assert_eq!(bench.decided(3), (Reason::Ok, Outlet::Chute(2)));
    assert_eq!(bench.states(2), [ChuteStatus::NoContainer, ChuteStatus::Open]);
    assert_eq!(bench.containers(), ["1 open at 2 as 'BAG 17'"]);
    bench.travel_to(2, DONE);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 2, container: 1 }));
}

#[test]
fn an_order_may_leave_the_name_to_the_number() {
    let mut bench = two_to_ord();
    bench.plan(|plan| plan.chutes.push(bags(2)));
    bench.input(order(Order::OpenContainer { chute: 2, id: None }));
    assert_eq!(bench.containers(), ["1 open at 2 as ''"]);
}

#[test]
fn what_is_under_way_falls_into_the_old_container() {
    // The first has fallen, the second has passed its commit count and is not called back.
    let mut bench = two_to_ord();
    bench.travel_to(3, FIRED - 390);
    assert_eq!(bench.fires_sent(4).len(), 1);
    bench.input(order(CLOSE));
    assert_eq!(bench.states(2), [ChuteStatus::Locked]);
    assert!(bench.cancels().is_empty());
    bench.travel_to(3, DONE - 1);
    assert_eq!(bench.containers()[1..], ["1 closing at 2: Order"]);
    bench.travel(1);
    assert_eq!(bench.containers()[2..], ["1 closed at 2: 2+0, 0 g"]);
    assert_eq!(bench.states(2), [ChuteStatus::Locked]);
    bench.input(open_container(2, "NEXT"));
    assert_eq!(bench.containers()[3..], ["2 open at 2 as 'NEXT'"]);
    assert_eq!(bench.states(2), [ChuteStatus::Locked, ChuteStatus::Open]);
}

#[test]
fn what_is_not_past_its_commit_count_goes_elsewhere() {
    let mut bench = two_to_ord();
    bench.travel_to(3, FIRED - 391);
    bench.input(order(CLOSE));
    assert_eq!(bench.cancels(), [(4, 1)]);
    assert_eq!(bench.decided(4), (Reason::Lck, Outlet::EndOfLine));
    assert_eq!(bench.last_decision(4).rejected[0].why, Reason::Lck);
}

#[test]
fn a_lock_by_order_calls_back_what_it_can() {
    let mut bench = two_to_ord();
    bench.travel_to(3, FIRED - 390);
    bench.input(order(CLOSE));
    bench.input(order(Order::Lock { chute: 2 }));
    assert_eq!(bench.cancels(), [(4, 1)]);
}

#[test]
fn a_container_waits_for_a_fire_that_is_with_the_board() {
    let mut bench = two_to_ord();
    bench.travel_to(2, DONE);
    bench.board_fires = false;
    bench.travel_to(3, FIRED - 390);
    bench.input(order(CLOSE));
    bench.travel_to(3, FIRED + 800);
    assert_eq!(bench.containers().last().expect("some"), "1 closing at 2: Order");
    let (_, fire) = bench.fires_sent(4)[0];
    bench.board(outcome(bench.wire(), fire.tag, fire.revision, FireOutcome::Lease));
    assert_eq!(bench.containers().last().expect("some"), "1 closed at 2: 1+0, 0 g");
}

#[test]
fn an_empty_container_is_closed_at_once() {
    let mut bench = two_to_ord();
    bench.input(open_container(2, "A"));
    bench.input(order(CLOSE));
    assert_eq!(bench.containers(), ["1 open at 2 as 'A'", "1 closing at 2: Order", "1 closed at 2: 0+0, 0 g"]);
}

#[test]
fn a_label_that_comes_early_is_kept_until_the_old_container_is_closed() {
    let mut bench = two_to_ord();
    bench.travel_to(2, FIRED);
    bench.input(order(CLOSE));
    bench.input(open_container(2, "EARLY"));
    bench.input(open_container(2, "LATER"));
    assert_eq!(bench.refusals(), []);
    bench.travel_to(2, DONE);
    let told = ["1 closing at 2: Order", "1 closed at 2: 1+0, 0 g", "2 open at 2 as 'LATER'"];
    assert_eq!(bench.containers()[1..], told);
    assert_eq!(bench.decided(4), (Reason::Ok, Outlet::Chute(2)));
}

#[test]
fn a_container_counts_confirmed_unconfirmed_and_declared_weight() {
    let mut bench = two_to_ord();
    for (plate, declared_g) in [("CCCCCC", 1_250), ("DDDDDD", 800)] {
        bench.input(Input::Parcel(sortie_core::records::ParcelRecord { declared_g, ..common::parcel(plate, "ORD") }));
    }
    bench.travel_to(2, FIRED);
    bench.travel(1_600);
    bench.confirm_after = None;
    bench.travel_to(3, DONE);
    let chute = bench.core.chutes().find(|chute| chute.number == 2).expect("chute 2");
    let container = chute.container.expect("a container");
    assert_eq!((container.pieces, container.unconfirmed), (2, 1));
    assert_eq!((container.weight_g, container.length_mm), (2_050, 800));
    assert_eq!(container.flight, Some(&common::flight_key("ORD")));
    bench.input(order(CLOSE));
    assert_eq!(bench.containers().last().expect("some"), "1 closed at 2: 1+1, 2050 g");
}

#[test]
fn what_never_left_the_belt_is_taken_off_the_manifest() {
    for confirmed in [true, false] {
        let mut stuck = thing(2010, 400, "CCCCCC");
        stuck.sticks = true;
        let mut bench = Bench::story(vec![stuck, thing(4010, 400, "DDDDDD")]);
        // A hand in the confirm eye confirms what never fell.
        bench.travel_to(2, FIRED + 200);
        if confirmed {
            let count = bench.wire();
            bench.confirm(2, count);
        }
        bench.travel_to(2, 8_999);
        bench.input(order(CLOSE));
        assert_eq!(bench.containers().last().expect("some"), "1 closing at 2: Order");
        bench.travel(1);
        assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 2, container: 1 }));
        bench.travel_to(3, DONE);
        let closed = "1 closed at 2: 0+0, 0 g".to_owned();
        assert!(bench.containers().contains(&closed), "{:?}", bench.containers());
    }
}

#[test]
fn a_piece_that_could_still_be_seen_downstream_keeps_its_container_closing() {
    // A confirm window that is over long before the next PEC.
    let mut line = common::line();
    line.chutes[1].confirm_max_um = 200_000;
    let mut bench = Bench::story_on(line, vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, FIRED + 261);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 2, container: 1 }));
    bench.input(order(CLOSE));
    // 9,000 mm, outer window 68 mm, late edges 60 mm.
    bench.travel_to(2, 9_128);
    assert!(!bench.containers().iter().any(|line| line.starts_with("1 closed")));
    bench.travel(1);
    assert!(bench.containers().iter().any(|line| line.starts_with("1 closed")));
}

#[test]
fn the_close_of_its_flight_begins_the_change() {
    for (demanded, after) in [(false, ChuteStatus::Open), (true, ChuteStatus::Locked)] {
        let mut bench = two_to_ord();
        if demanded {
            bench.plan(|plan| plan.chutes.push(bags(2)));
            bench.input(open_container(2, "FULL"));
        }
        bench.travel_to(2, FIRED);
        bench.input(Input::Utc { utc_ms: 1_999_999 });
        assert!(!bench.containers().iter().any(|line| line.contains("closing")));
        bench.input(Input::Utc { utc_ms: 2_000_000 });
        assert!(bench.containers().contains(&"1 closing at 2: FlightClosed".to_owned()));
        bench.travel_to(2, DONE);
        assert!(bench.containers().contains(&"1 closed at 2: 1+0, 0 g".to_owned()));
        // Where nothing has to be put there, the change ends by itself.
        assert_eq!(bench.states(2).last(), Some(&after));
    }
}

#[test]
fn a_product_that_is_accepted_longer_keeps_the_container_open() {
    let mut bench = two_to_ord();
    bench.plan(|plan| {
        let product = *b"LATE";
        let rule = sortie_core::plan::ProductRule { product, cutoff_earlier_s: -60, weight_required: false };
        plan.products.push(rule);
    });
    bench.travel_to(2, DONE);
    bench.input(Input::Utc { utc_ms: 2_059_999 });
    assert!(!bench.containers().iter().any(|line| line.contains("closing")));
    bench.input(Input::Utc { utc_ms: 2_060_000 });
    assert!(bench.containers().contains(&"1 closing at 2: FlightClosed".to_owned()));
}

#[test]
fn a_flight_is_closed_when_its_containers_are() {
    let mut bench = two_to_ord();
    bench.travel_to(2, FIRED);
    let mut cancelled = flight("ORD");
    cancelled.order = FlightOrder::Cancelled;
    bench.input(Input::Flight(cancelled));
    let closed = Record::FlightClosed { flight: common::flight_key("ORD") };
    bench.travel_to(2, DONE - 1);
    assert!(!bench.log.contains(&closed));
    bench.travel(1);
    let place = |wanted: &dyn Fn(&Record) -> bool| bench.log.iter().position(wanted).expect("it was told");
    let frozen = place(&|record| matches!(record, Record::ContainerClosed { container: 1, .. }));
    assert!(frozen < place(&|record| *record == closed));
}

#[test]
fn a_plan_that_gives_the_chute_away_begins_the_change() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, DONE);
    bench.plan(|plan| plan.version = 4);
    assert!(!bench.containers().iter().any(|line| line.contains("closing")));
    bench.plan(|plan| plan.flights[1].chutes[0] = 3);
    let told = ["1 closing at 2: PlanChanged".to_owned(), "1 closed at 2: 1+0, 0 g".to_owned()];
    assert_eq!(bench.containers()[1..], told);
    assert!(bench.states(2).is_empty(), "it ended as soon as it began");
}

#[test]
fn the_next_flight_of_a_chute_fills_its_own_container() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(6010, 400, "AAAAAA")]);
    bench.travel_to(2, DONE);
    bench.plan(|plan| {
        plan.flights[0].chutes = heapless::Vec::from_slice(&[2]).expect("few");
        plan.flights[1].chutes = heapless::Vec::from_slice(&[3]).expect("few");
    });
    bench.travel_to(3, FIRED);
    assert_eq!(bench.containers().last().expect("some"), "3 open at 2 as ''");
    let chute = bench.core.chutes().find(|chute| chute.number == 2).expect("chute 2");
    assert_eq!(chute.container.expect("a container").flight, Some(&common::flight_key("JFK")));
}

#[test]
fn refused_is_what_cannot_be_closed_or_opened() {
    let mut bench = two_to_ord();
    bench.input(order(CLOSE));
    bench.input(open_container(2, "A"));
    bench.input(open_container(2, "B"));
    bench.input(open_container(3, "A"));
    bench.input(order(CLOSE));
    bench.input(order(CLOSE));
    bench.input(open_container(99, "C"));
    bench.input(order(Order::CloseContainer { chute: 99 }));
    assert_eq!(
        bench.refusals(),
        [
            Refusal::NoContainer { chute: 2 },
            Refusal::ContainerOpen { chute: 2 },
            Refusal::ContainerInUse { id: label("A"), chute: 2 },
            Refusal::NoContainer { chute: 2 },
            Refusal::UnknownChute { chute: 99 },
            Refusal::UnknownChute { chute: 99 },
        ]
    );
}

#[test]
fn a_label_is_in_use_while_its_container_is_closing_or_waited_for() {
    let mut bench = two_to_ord();
    bench.input(open_container(2, "A"));
    bench.travel_to(2, FIRED);
    bench.input(order(CLOSE));
    bench.input(open_container(2, "A"));
    bench.input(open_container(3, "A"));
    bench.input(open_container(2, "B"));
    bench.input(open_container(3, "B"));
    bench.input(open_container(2, "B"));
    let in_use = |id| Refusal::ContainerInUse { id: label(id), chute: 2 };
    assert_eq!(bench.refusals(), [in_use("A"), in_use("A"), in_use("B")]);
    bench.travel_to(2, DONE);
    // The old label is free again, wherever it turns up next.
    bench.input(open_container(3, "A"));
    assert_eq!(bench.refusals().len(), 3);
}

#[test]
fn two_containers_without_a_label_are_not_in_each_others_way() {
    let mut bench = two_to_ord();
    for chute in [1, 2, 3] {
        bench.input(order(Order::OpenContainer { chute, id: None }));
    }
    assert_eq!(bench.refusals(), []);
    assert_eq!(bench.containers(), ["1 open at 1 as ''", "2 open at 2 as ''", "3 open at 3 as ''"]);
}

#[test]
fn a_piece_that_falls_where_no_container_stands_has_number_0() {
    // The plan begins to demand bags while a fire is with the board.
    let mut bench = two_to_ord();
    bench.travel_to(2, FIRED - 390);
    bench.plan(|plan| plan.chutes.push(bags(2)));
    bench.board_fires = false;
    let (_, fire) = bench.fires_sent(3)[0];
    bench.travel_to(2, FIRED);
    bench.board(outcome(bench.wire(), fire.tag, fire.revision, FireOutcome::Fired));
    bench.things[2].gone_at = Some(bench.count);
    bench.travel(60);
    let count = bench.wire();
    bench.confirm(2, count);
    bench.travel_to(2, DONE);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 2, container: 0 }));
}
