//! Confirms are counted in joint windows, and full chutes are passed over (T8, rule 9), to the count.

mod common;

use common::{Bench, line, order, thing};
use sortie_core::input::Input;
use sortie_core::output::{ChuteStatus, Outlet, Reason, Record};
use sortie_core::records::Order;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor};

/// One parcel is fired into chute 1 and its confirm edge comes so many millimetres later.
fn confirmed_after(mm: u64) -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.confirm_after = None;
    bench.travel_to(2, 6700);
    assert_eq!(bench.chute_of(2), Some(1));
    bench.travel(mm);
    let count = bench.wire();
    bench.confirm(1, count);
    bench.travel(1561 - mm.min(1560));
    bench
}

#[test]
fn an_edge_in_the_window_confirms() {
    for (mm, confirms) in [(49, false), (50, true), (1500, true), (1501, false)] {
        let bench = confirmed_after(mm);
        assert_eq!(bench.log.contains(&Record::Confirmed { item: 3, chute: 1, container: 1 }), confirms, "{mm} mm");
        assert_eq!(bench.log.contains(&Record::Unconfirmed { item: 3, chute: 1, container: 1 }), !confirms, "{mm} mm");
        let totals = bench.core.totals();
        assert_eq!((totals.sorted, totals.unconfirmed), (u64::from(confirms), u64::from(!confirms)));
    }
}

#[test]
fn the_window_stays_open_for_an_edge_that_is_told_late() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 6700 + 1560);
    assert!(!bench.log.iter().any(|record| matches!(record, Record::Confirmed { .. })));
    bench.travel(1);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 1, container: 1 }));
    let by_code: Vec<_> = bench.core.ended_by_code().filter(|(_, pieces)| *pieces > 0).collect();
    assert_eq!(by_code, [(Reason::Ok, 1)]);
    assert_eq!(bench.core.flights().iter().map(|flight| flight.sorted).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn an_edge_that_clears_or_of_another_sensor_confirms_nothing() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.confirm_after = None;
    bench.travel_to(2, 6900);
    let count = bench.wire();
    bench.board(BoardTelegram::Chute { count, chute: 1, sensor: ChuteSensor::Confirm, active: false });
    bench.board(BoardTelegram::Chute { count, chute: 1, sensor: ChuteSensor::HalfFull, active: true });
    bench.confirm(2, count);
    bench.travel(1_500);
    assert!(bench.log.contains(&Record::Unconfirmed { item: 3, chute: 1, container: 1 }));
}

/// ORD has one chute: both parcels go to chute 2, and their windows overlap.
fn two_due(edges: u32) -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(2810, 400, "DDDDDD")]);
    bench.confirm_after = None;
    bench.travel_to(3, 7800);
    for _ in 0..edges {
        let count = bench.wire();
        bench.confirm(2, count);
    }
    bench.travel(1_700);
    bench
}

#[test]
fn as_many_edges_as_items_confirm_all_and_fewer_none() {
    for (edges, sorted) in [(0, 0), (1, 0), (2, 2), (3, 2)] {
        let bench = two_due(edges);
        let totals = bench.core.totals();
        assert_eq!((totals.sorted, totals.unconfirmed), (sorted, 2 - sorted), "{edges} edges");
    }
}

#[test]
fn what_was_not_confirmed_may_come_again() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(12_010, 400, "AAAAAA")]);
    bench.confirm_after = None;
    bench.travel_to(3, 3000);
    assert_eq!(bench.last_decision(4).code, Reason::Ok);
    assert!(bench.last_decision(4).returned);
}

fn full(bench: &mut Bench, chute: u16, active: bool) {
    let count = bench.wire();
    bench.board(BoardTelegram::Chute { count, chute, sensor: ChuteSensor::Full, active });
}

#[test]
fn a_full_chute_takes_what_still_fits_and_no_more() {
    // One piece fits behind the full sensor, and the first parcel has it once the second comes near, too.
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(3010, 400, "DDDDDD")]);
    let mut plan = common::plan();
    plan.full_delay_ms = 60_000;
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(3, 3000);
    full(&mut bench, 2, true);
    bench.travel_to(3, 4499);
    assert_eq!([3, 4].map(|item| bench.last_decision(item).code), [Reason::Ok, Reason::Ok]);
    bench.travel(1);
    assert_eq!([3, 4].map(|item| bench.last_decision(item).code), [Reason::Ok, Reason::Ful]);
    full(&mut bench, 2, false);
    assert_eq!(bench.last_decision(4).code, Reason::Ok);
}

#[test]
fn a_piece_that_went_in_since_takes_the_room() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(5010, 400, "DDDDDD")]);
    let mut plan = common::plan();
    plan.full_delay_ms = 60_000;
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(2, 7600);
    full(&mut bench, 2, true);
    full(&mut bench, 2, true);
    bench.travel_to(2, 7800);
    assert_eq!(bench.chute_of(2), Some(2));
    assert_eq!(bench.last_decision(4).code, Reason::Ful);
    full(&mut bench, 2, true);
    bench.travel(100);
    assert_eq!(bench.last_decision(4).code, Reason::Ful);
}

#[test]
fn a_full_sensor_blocks_after_the_delay_of_the_plan() {
    // 500 ms at 2.5 m/s are 1250 mm.
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 3000);
    full(&mut bench, 2, true);
    bench.travel(1249);
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    assert!(bench.core.chutes().all(|chute| chute.status == ChuteStatus::Open));
    bench.travel(1);
    assert_eq!(bench.last_decision(3).code, Reason::Ful);
    assert_eq!(
        bench
            .core
            .chutes()
            .filter(|chute| chute.status == ChuteStatus::Full)
            .map(|chute| chute.number)
            .collect::<Vec<_>>(),
        [2]
    );
    full(&mut bench, 2, false);
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    assert!(bench.core.chutes().all(|chute| chute.status == ChuteStatus::Open));
}

#[test]
fn two_full_chutes_each_have_their_own_delay() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 2500);
    full(&mut bench, 3, true);
    bench.travel(500);
    full(&mut bench, 1, true);
    bench.travel(800);
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(1));
    bench.travel(450);
    assert_eq!(bench.last_decision(3).code, Reason::Ful);
}

#[test]
fn the_load_counts_what_went_in_and_what_is_under_way() {
    let plates = ["AAAAAA", "BBBBBB", "EEEEEE", "FFFFFF"];
    let story = plates.iter().enumerate().map(|(index, plate)| thing(2010 + 1000 * index as i64, 400, plate)).collect();
    let mut bench = Bench::story(story);
    bench.parcel("EEEEEE", "JFK");
    bench.parcel("FFFFFF", "JFK");
    bench.travel(20_000);
    assert_eq!([2, 3, 4, 5].map(|index| bench.chute_of(index)), [Some(1), Some(3), Some(1), Some(3)]);
    let pieces: Vec<_> = bench.core.chutes().map(|chute| (chute.number, chute.pieces)).collect();
    assert_eq!(pieces, [(1, 2), (2, 0), (3, 2), (4, 1)]);
}

#[test]
fn a_disabled_chute_is_passed_over() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "CCCCCC")]);
    let mut plan = common::plan();
    plan.disabled = vec![1, 2, 99];
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(3, 3000);
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(3));
    assert_eq!((bench.last_decision(4).code, bench.last_decision(4).outlet), (Reason::Dis, Outlet::EndOfLine));
    bench.input(Input::Plan(Box::new(common::plan())));
    assert_eq!(bench.last_decision(4).code, Reason::Ok);
}

#[test]
fn an_exception_goes_to_the_first_outlet_that_takes_it() {
    let mut bench = Bench::story(vec![thing(2010, 400, "")]);
    let mut plan = common::plan();
    plan.disabled = vec![2];
    plan.exceptions[0].outlets = heapless::Vec::from_slice(&[77, 2, 3, 4]).expect("few");
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(2, 3000);
    let decision = bench.last_decision(3);
    assert_eq!(decision.outlet, Outlet::Chute(3));
    let rejected: Vec<_> = decision.rejected.iter().map(|entry| (entry.outlet, entry.why)).collect();
    assert_eq!(rejected, [(Outlet::Chute(77), Reason::Dis), (Outlet::Chute(2), Reason::Dis)]);
}

#[test]
fn more_confirms_than_can_be_kept_close_the_oldest_unconfirmed() {
    // A divert whose confirm window is 20 m long, and 17 pieces in it.
    let mut line = line();
    line.chutes[3].confirm_max_um = 40_000_000;
    let story = (0..16).map(|index| thing(2010 + 600 * index, 400, "")).collect();
    let mut bench = Bench::story_on(line, story);
    bench.travel_to(15, 13_000);
    assert_eq!(bench.core.totals().unconfirmed, 0);
    bench.travel_to(17, 13_000);
    assert_eq!(bench.core.totals().unconfirmed, 16);
}

#[test]
fn a_chute_does_not_close_its_window_because_another_one_does() {
    // ORD is fired 100 mm after JFK into the next chute; its edge comes when the first window has just closed.
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(2910, 400, "AAAAAA")]);
    bench.confirm_after = None;
    bench.travel_to(3, 6700 + 1561);
    assert!(bench.log.contains(&Record::Unconfirmed { item: 4, chute: 1, container: 1 }));
    let count = bench.wire();
    bench.confirm(2, count.wrapping_sub(100));
    bench.travel(200);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 2, container: 2 }));
}

#[test]
fn each_window_is_open_to_its_own_last_count() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(3009, 400, "AAAAAA")]);
    bench.travel_to(3, 6700 + 1561);
    assert!(bench.log.contains(&Record::Confirmed { item: 4, chute: 1, container: 1 }));
    assert!(!bench.log.contains(&Record::Confirmed { item: 3, chute: 2, container: 2 }));
    bench.travel(1);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 2, container: 2 }));
}

#[test]
fn an_item_that_stayed_on_leaves_the_confirm_to_the_other() {
    let mut stuck = thing(2010, 400, "CCCCCC");
    stuck.sticks = true;
    let mut bench = Bench::story(vec![stuck, thing(2810, 400, "DDDDDD")]);
    bench.travel(14_000);
    assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 2, container: 1 }));
    assert!(bench.log.contains(&Record::Confirmed { item: 4, chute: 2, container: 1 }));
    assert_eq!(bench.core.totals().sorted, 1);
}

#[test]
fn a_full_chute_blocks_with_the_first_news_after_the_delay() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 3000);
    bench.clock_every = 100;
    full(&mut bench, 2, true);
    bench.travel(1250);
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    bench.travel(100);
    assert_eq!(bench.last_decision(3).code, Reason::Ful);
}

#[test]
fn a_chute_once_chosen_is_kept_among_equals() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "BBBBBB")]);
    bench.travel_to(3, 3000);
    let decisions = bench.decisions().len();
    bench.input(Input::Plan(Box::new(common::plan())));
    assert_eq!(bench.decisions().len(), decisions);
    assert_eq!([3, 4].map(|item| bench.last_decision(item).outlet), [Outlet::Chute(1), Outlet::Chute(3)]);
}

fn sorted_of_flights(bench: &Bench) -> Vec<u32> {
    bench.core.flights().iter().map(|flight| flight.sorted).collect()
}

#[test]
fn what_its_flight_had_no_room_for_is_no_piece_of_the_flight() {
    // Its flight is known, and its chute is full: it goes to another one, and is seen there; or it was not there after all.
    for (sticks, exceptions) in [(false, 1), (true, 0)] {
        let mut piece = thing(2010, 400, "CCCCCC");
        piece.sticks = sticks;
        let mut bench = Bench::story(vec![piece]);
        bench.plan(|plan| {
            let outlets = heapless::Vec::from_slice(&[3]).expect("one");
            plan.exceptions.push(sortie_core::plan::ExceptionOutlets { code: Reason::Ful, outlets });
        });
        full(&mut bench, 2, true);
        bench.travel_to(2, 3_000);
        assert_eq!(bench.decided(3), (Reason::Ful, Outlet::Chute(3)));
        bench.travel_to(2, 11_260);
        let count = bench.wire();
        bench.confirm(3, count);
        bench.travel_to(2, 12_900);
        assert_eq!(bench.core.totals().exceptions, 1);
        bench.travel_to(2, 14_500);
        let totals = bench.core.totals();
        assert_eq!((totals.sorted, totals.exceptions), (0, exceptions + 1), "a leader, too");
        assert_eq!(sorted_of_flights(&bench), [0, 0]);
    }
}

#[test]
fn what_stayed_on_is_off_its_container_whether_its_confirm_was_still_awaited_or_not() {
    // Chute 2 is so near to the next PEC that the window is open yet; chute 1 is not.
    for (plate, chute) in [("AAAAAA", 1), ("CCCCCC", 2)] {
        let mut stuck = thing(2010, 400, plate);
        stuck.sticks = true;
        let mut bench = Bench::story(vec![stuck]);
        bench.confirm_after = None;
        bench.travel_to(2, 9_500);
        bench.input(order(Order::CloseContainer { chute }));
        let closed: Vec<_> = bench.containers().into_iter().filter(|line| line.contains("closed at")).collect();
        assert_eq!(closed, [format!("1 closed at {chute}: 0+0, 0 g")]);
    }
}
