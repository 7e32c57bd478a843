//! What seeds of the simulator have taught, each as a story that needs no simulator.

mod common;

use common::{Bench, plan, thing};
use sortie_core::input::Input;
use sortie_core::output::{Outlet, Reason, Record};
use sortie_protocol::board::telegram::{BoardTelegram, FireOutcome, HostTelegram, Tag};

/// Faults, seed 41: a shorter item lay in a longer one's place, and the divert came before the longer one's end was due.
/// Faults, seeds 12 and 40: one that was exchanged under the beam ended where the first one should have.
#[test]
fn a_fire_is_withdrawn_while_a_body_is_open_and_waits_for_a_later_sighting() {
    let mut bench = Bench::story(vec![thing(2010, 600, "AAAAAA")]);
    let mut only_the_far_chute = plan();
    only_the_far_chute.disabled = vec![1];
    bench.input(Input::Plan(Box::new(only_the_far_chute)));
    // The fire for chute 3 has been sent, and the body is half through the PEC before it.
    bench.travel_to(2, 9450);
    let count = bench.wire();
    bench.board(BoardTelegram::Edge { count, sensor: 2, blocked: false });
    assert!(matches!(bench.commands.last(), Some((_, HostTelegram::Cancel { .. }))));
    bench.travel(30);
    let count = bench.wire();
    bench.board(BoardTelegram::Edge { count, sensor: 2, blocked: true });
    bench.travel(8000);
    // No later PEC stands before chute 3: it rides to the end of the line.
    assert_eq!(bench.chute_of(2), None);
}

/// Linear, seed 8: two short items for one chute, 143 mm apart; its stroke takes 60 ms.
#[test]
fn two_items_for_one_chute_leave_the_divert_time_to_come_back() {
    let mut bench = Bench::story(vec![thing(2010, 80, "CCCCCC"), thing(2200, 80, "DDDDDD")]);
    bench.travel(20_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(2), None));
    let rejected = &bench.last_decision(4).rejected;
    assert!(rejected.iter().any(|entry| entry.outlet == Outlet::Chute(2) && entry.why == Reason::Shg));
}

#[test]
fn the_same_two_items_for_two_chutes_are_both_sorted() {
    let mut bench = Bench::story(vec![thing(2010, 80, "AAAAAA"), thing(2200, 80, "CCCCCC")]);
    bench.travel(20_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(1), Some(2)));
}

/// A board remembers finished tags, and would take a number that is used again for a repeat.
#[test]
fn a_core_that_starts_empty_takes_no_number_that_the_board_remembers() {
    let mut bench = Bench::new(vec![thing(10, 300, "AAAAAA")]);
    bench.input(Input::LinkUp { boot: 7, resumed: false, new_session: true, time_ms: None });
    let (tag, outcome) = (Tag { item: 500, pass: 1 }, Some(FireOutcome::Fired));
    bench.board(BoardTelegram::QueueEntry { query: 2, tag, revision: 1, outcome });
    bench.board(BoardTelegram::QueueEnd { query: 2, entries: 1 });
    bench.travel(100);
    assert!(bench.log.iter().any(|record| matches!(record, Record::Born { item: 501, .. })));
}
