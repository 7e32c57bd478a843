//! A line with two ends and a return conveyor: what comes again is another item, and its passes are counted by its plate.

mod common;

use common::{Bench, END, Thing, line, order, thing};
use sortie_core::output::{Outlet, Reason};
use sortie_core::plan::{ANOTHER_PASS, ExceptionOutlets, Plan};
use sortie_core::records::Order;

/// The first item of a story; two leaders come before it.
const FIRST: u32 = 3;

/// What finds no room comes again twice more, and is chute 3's then; what is not read would, if one could count it.
fn returning(plan: &mut Plan) {
    let outlets = |list: &[u16]| heapless::Vec::from_slice(list).expect("few");
    plan.exceptions.retain(|entry| entry.code != Reason::Nrd);
    plan.exceptions.push(ExceptionOutlets { code: Reason::Nrd, outlets: outlets(&[ANOTHER_PASS, 4]) });
    plan.exceptions.push(ExceptionOutlets { code: Reason::Lck, outlets: outlets(&[ANOTHER_PASS, ANOTHER_PASS]) });
    plan.exceptions.push(ExceptionOutlets { code: Reason::Rcx, outlets: outlets(&[3]) });
}

/// The same parcel, so often, each time long after it has left at the end; chute 2, which is its own, is locked.
fn story(passes_max: u8, times: i64) -> Bench {
    let things = (0..times).map(|nth| thing(2_000 + nth * 20_000, 300, "CCCCCC")).collect();
    story_of(passes_max, things)
}

fn story_of(passes_max: u8, things: Vec<Thing>) -> Bench {
    let mut line = line();
    line.return_passes_max = passes_max;
    let mut bench = Bench::story_on(line, things);
    bench.plan(returning);
    bench.input(order(Order::Lock { chute: 2 }));
    bench
}

#[test]
fn what_finds_no_room_comes_again_and_is_sorted_when_there_is_some() {
    let mut bench = story(3, 2);
    bench.travel(19_000);
    assert_eq!(bench.decided(FIRST), (Reason::Lck, Outlet::AnotherPass));
    bench.input(order(Order::Unlock { chute: 2 }));
    bench.travel(20_000);
    assert_eq!(bench.decided(FIRST + 1), (Reason::Ok, Outlet::Chute(2)));
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (None, Some(2)));
    let fires = bench.fires_sent(FIRST + 1);
    assert!(!fires.is_empty() && fires.iter().all(|(_, fire)| fire.tag.pass == 2), "{fires:?}");
    assert_eq!(bench.doubts(), []);
}

#[test]
fn passes_that_are_used_up_end_with_both_codes() {
    let mut bench = story(3, 3);
    bench.travel(60_000);
    assert_eq!(bench.decided(FIRST + 1), (Reason::Lck, Outlet::AnotherPass));
    let last = bench.last_decision(FIRST + 2);
    assert_eq!((last.code, last.outlet, last.pass), (Reason::Rcx, Outlet::Chute(3), 3));
    let why: Vec<_> = last.rejected.iter().map(|rejected| (rejected.outlet, rejected.why)).collect();
    assert_eq!(why, [(Outlet::Chute(2), Reason::Lck), (Outlet::AnotherPass, Reason::Lck)]);
    assert_eq!(bench.chute_of(4), Some(3));
}

#[test]
fn the_lines_own_limit_ends_what_the_plan_would_let_go_on() {
    let mut bench = story(2, 2);
    bench.travel(40_000);
    assert_eq!(bench.decided(FIRST + 1), (Reason::Rcx, Outlet::Chute(3)));
}

#[test]
fn a_parcel_that_left_at_a_chute_begins_anew() {
    let mut bench = story(2, 3);
    bench.travel(60_000);
    assert_eq!((bench.decided(FIRST + 1), bench.chute_of(3)), ((Reason::Rcx, Outlet::Chute(3)), Some(3)));
    assert_eq!(bench.decided(FIRST + 2), (Reason::Lck, Outlet::AnotherPass), "somebody has put it on once more");
}

#[test]
fn nobody_counts_the_passes_of_what_was_not_read() {
    let mut unread = thing(2_000, 300, "CCCCCC");
    unread.plate = None;
    let mut bench = story_of(3, vec![unread]);
    bench.travel(20_000);
    assert_eq!(bench.decided(FIRST), (Reason::Nrd, Outlet::Chute(4)), "on its first pass");
}

#[test]
fn without_a_return_conveyor_nothing_comes_again() {
    let mut bench = story(0, 1);
    bench.travel(19_000);
    assert_eq!(bench.decided(FIRST), (Reason::Lck, END));
}
