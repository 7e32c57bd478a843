//! When a fire is sent, aimed anew, withdrawn, and how it ends (T7, B4, section 6), to the count.

mod common;

use common::{Bench, END, UM, hold, line, order, outcome, thing};
use sortie_core::output::{DoubtCause, Reason, Record};
use sortie_core::records::{Customs, Order};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, FireOutcome, HostTelegram, Tag};

/// Chute 1 stands at 6500 mm, half of the body is 200 mm, and the lead of 150 ms at 2.6 m/s is 390 mm.
const COMMIT: u64 = 6500 + 200 - 390;

fn one() -> Bench {
    Bench::story(vec![thing(2010, 400, "AAAAAA")])
}

#[test]
fn a_fire_is_sent_1500_mm_before_its_commit_count() {
    let mut bench = one();
    bench.travel(9_000);
    let fires = bench.fires_sent(3);
    assert_eq!(fires.len(), 1);
    let (sent, fire) = fires[0];
    assert_eq!(sent, 2010 + COMMIT - 1500);
    assert_eq!(fire.count, (bench.born(3) + 6700) as u32);
    assert_eq!((fire.tag, fire.revision), (Tag { item: 3, pass: 1 }, 1));
    assert_eq!((fire.output, fire.stroke_ms), (0, 60));
    assert_eq!((fire.speed_min_cps, fire.speed_max_cps), (2300, 2600));
    assert_eq!(bench.core.totals().margin_counts_min, Some(1500));
}

#[test]
fn a_hold_is_obeyed_up_to_the_commit_count_and_tried_from_then_on() {
    for (early, obeyed) in [(1, true), (0, false)] {
        let mut bench = one();
        bench.travel_to(2, 5000);
        bench.travel_until(bench.born(3) + COMMIT - early);
        let before = bench.decisions().len();
        bench.input(hold("AAAAAA", Customs::Hold));
        assert_eq!(bench.cancels(), [(3, 1)]);
        assert_eq!(bench.decisions().len() > before, obeyed);
    }
}

#[test]
fn a_released_parcel_gets_its_chute_back_with_a_higher_revision() {
    let mut bench = one();
    bench.travel_to(2, 5500);
    bench.input(hold("AAAAAA", Customs::Hold));
    bench.travel(10);
    bench.input(hold("AAAAAA", Customs::Released));
    bench.travel(3_000);
    let revisions: Vec<u16> = bench.fires_sent(3).iter().map(|(_, fire)| fire.revision).collect();
    assert_eq!(revisions, [1, 2]);
    assert_eq!(bench.chute_of(2), Some(1));
}

#[test]
fn a_sighting_aims_the_queued_fire_anew() {
    // With 3 m to send ahead the fire is out before the PEC at 4000 sees the parcel.
    let mut line = line();
    line.send_ahead_um = 3_000_000;
    for (slip, aims) in [(0, 1), (7, 2)] {
        let mut bench = Bench::story_on(line.clone(), vec![thing(2010, 400, "AAAAAA")]);
        bench.travel_to(2, 3700);
        bench.things[2].start_mm -= slip;
        bench.travel(6_000);
        let fires = bench.fires_sent(3);
        assert_eq!(fires.len(), aims, "{slip} mm");
        assert_eq!(fires[aims - 1].1.count, (bench.born(3) + 6700 + slip as u64) as u32);
        assert_eq!(bench.chute_of(2), Some(1));
        assert_eq!(bench.cancels(), []);
    }
}

#[test]
fn a_sighting_at_the_commit_count_aims_no_more() {
    // Its middle is 390 mm from the chute when its lead is seen 190 mm before it.
    for (before, aims) in [(190, 1), (191, 2)] {
        let mut line = line();
        line.send_ahead_um = 3_000_000;
        line.chutes[0].position_um = 4_000_000 + before * 1000;
        let mut bench = Bench::story_on(line, vec![thing(2010, 400, "AAAAAA")]);
        bench.travel_to(2, 3700);
        bench.things[2].start_mm -= 7;
        bench.travel(6_000);
        assert_eq!(bench.fires_sent(3).len(), aims, "{before} mm");
    }
}

#[test]
fn a_gap_that_closed_takes_the_queued_fire_back() {
    let mut line = line();
    line.send_ahead_um = 3_000_000;
    let mut bench = Bench::story_on(line, vec![thing(2010, 400, "AAAAAA"), thing(2500, 400, "")]);
    bench.travel_to(2, 3800);
    assert_eq!(bench.fires_sent(3).len(), 1);
    bench.things[2].start_mm -= 30;
    bench.travel_to(2, 4010);
    assert_eq!(bench.cancels(), [(3, 1)]);
    bench.travel(4_000);
    assert_ne!(bench.chute_of(2), Some(1));
}

/// The second scanner stands at 5000 mm, so that a long follower is identified after the parcel's commit count.
fn late_tunnel(gap: i64, follower: i64) -> Bench {
    let mut line = line();
    line.scanners[1].trigger_um = 5_000_000;
    let mut bench = Bench::story_on(line, vec![thing(4010, 400, "AAAAAA"), thing(4410 + gap, follower, "")]);
    bench.travel(16_000);
    bench
}

#[test]
fn no_fire_goes_out_before_the_follower_in_view_has_been_read() {
    // Beyond 400 mm of gap no scanner can mix their labels.
    assert_eq!(late_tunnel(401, 800).chute_of(2), Some(1));
    assert_eq!(late_tunnel(400, 800).chute_of(2), Some(3));
}

#[test]
fn a_follower_that_is_read_in_time_costs_nothing() {
    let bench = late_tunnel(100, 400);
    assert_eq!(bench.chute_of(2), Some(1));
    // The follower's last gate closes 5000 + 400 mm and its slack (8 + 6 + 20 mm since the PEC) behind
    // its lead, which is 500 mm behind.
    let (sent, _) = bench.fires_sent(3)[0];
    let read: u64 = 4010 + 500 + 5000 + 400 + 34 + 65 + 1;
    // Its own last gate closed 500 mm before; from there on it was looked at every 16 counts.
    assert_eq!(sent, read - 500 + 500_u64.next_multiple_of(16));
}

#[test]
fn a_chute_that_was_passed_is_not_chosen_again() {
    let bench = late_tunnel(400, 800);
    let decision = bench.decisions().into_iter().rev().find(|decision| decision.item == 3).expect("decided");
    assert!(decision.rejected.iter().any(|entry| entry.why == Reason::Rcx));
    let first = bench
        .decisions()
        .into_iter()
        .position(|decision| decision.item == 3 && decision.rejected.iter().any(|entry| entry.why == Reason::Rcx));
    let passed = bench.decisions()[first.expect("one")].count;
    // While it waited for its follower it was looked at every 16 counts.
    assert!((0..16).contains(&(passed - bench.born(3) - COMMIT)));
}

fn ended(how: FireOutcome) -> Bench {
    let mut bench = one();
    bench.board_fires = false;
    bench.travel_to(2, 6600);
    let count = bench.wire();
    bench.board(outcome(count, Tag { item: 3, pass: 1 }, 1, how));
    bench
}

#[test]
fn a_fire_that_was_refused_leaves_the_next_chute_of_the_flight() {
    for how in [FireOutcome::Lease, FireOutcome::Late, FireOutcome::Speed, FireOutcome::QueueFull] {
        let mut bench = ended(how);
        assert_eq!(bench.last_decision(3).outlet, sortie_core::output::Outlet::Chute(3), "{how:?}");
        bench.travel(4_000);
        let outputs: Vec<u16> = bench.fires_sent(3).iter().map(|(_, fire)| fire.output).collect();
        assert_eq!(outputs, [0, 2], "{how:?}");
    }
}

#[test]
fn an_outcome_of_another_revision_or_item_changes_nothing() {
    let mut bench = one();
    bench.board_fires = false;
    bench.travel_to(2, 5500);
    let count = bench.wire();
    let before = bench.log.len();
    bench.board(outcome(count, Tag { item: 3, pass: 1 }, 2, FireOutcome::Late));
    bench.board(outcome(count, Tag { item: 3, pass: 2 }, 1, FireOutcome::Late));
    bench.board(outcome(count, Tag { item: 9, pass: 1 }, 1, FireOutcome::Late));
    let said: Vec<_> = bench.log[before..].iter().filter(|record| matches!(record, Record::Decided(_))).collect();
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn a_cancelled_fire_may_be_sent_again_for_the_same_chute() {
    let mut bench = one();
    bench.travel_to(2, 5500);
    bench.input(hold("AAAAAA", Customs::Hold));
    bench.travel(5);
    assert!(bench.log.iter().any(|record| {
        matches!(record, Record::FireEnded { item: 3, chute: 1, outcome: FireOutcome::Cancelled, .. })
    }));
    bench.input(hold("AAAAAA", Customs::Released));
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
}

#[test]
fn who_is_at_the_end_before_the_board_has_told_is_not_said_to_be_sorted() {
    let mut bench = one();
    bench.board_fires = false;
    bench.travel_to(2, 15_000);
    assert_eq!(bench.decided(3).0, Reason::Ok);
    assert_eq!(bench.log.last(), Some(&Record::EndOfLine { item: 3, code: Reason::Rcx }));
}

#[test]
fn doubt_takes_a_queued_fire_back() {
    let mut bench = one();
    bench.travel_to(2, 5500);
    // Something steps into the beam while no one is due there; then the parcel itself is not where it should be.
    bench.motion(BeltMotion::Stopped, true);
    assert_eq!(bench.cancels(), [(3, 1)]);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(3).outlet), (Reason::Trk, END));
}

#[test]
fn after_a_restart_the_belt_is_not_diverted_by_acknowledging() {
    let mut bench = one();
    bench.travel_to(2, 5500);
    bench.motion(BeltMotion::Stopped, true);
    bench.input(order(Order::Acknowledge));
    bench.motion(BeltMotion::Running, false);
    bench.travel_to(2, 8000);
    assert_eq!(bench.chute_of(2), None);
    // Beyond the last PEC before its chutes nothing else would do; the PEC at 9000 sees it, with its length.
    bench.travel(3_500);
    assert_eq!(bench.chute_of(2), Some(3));
}

#[test]
fn an_item_seen_behind_its_divert_is_in_doubt_and_its_confirm_is_taken_back() {
    let mut stuck = thing(2010, 400, "AAAAAA");
    stuck.sticks = true;
    let mut bench = Bench::story(vec![stuck]);
    bench.confirm_after = None;
    bench.travel_to(2, 6700 + 60);
    let count = bench.wire();
    bench.confirm(1, count);
    bench.travel_to(2, 8900);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 1, container: 1 }));
    assert_eq!((bench.core.totals().sorted, bench.core.flights()[0].sorted), (1, 1));
    bench.travel_to(2, 9100);
    assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 1, container: 1 }));
    assert_eq!(bench.doubts(), [(3, DoubtCause::Missed)]);
    assert_eq!((bench.core.totals().sorted, bench.core.flights()[0].sorted), (0, 0));
    assert_eq!(bench.core.chutes().map(|chute| chute.pieces).sum::<u32>(), 0);
}

#[test]
fn nothing_is_cancelled_twice() {
    let mut bench = one();
    bench.board_fires = false;
    bench.travel_to(2, 5500);
    bench.input(hold("AAAAAA", Customs::Hold));
    bench.input(hold("AAAAAA", Customs::Inspection));
    bench.motion(BeltMotion::Stopped, true);
    let cancels = bench.commands.iter().filter(|(_, command)| matches!(command, HostTelegram::Cancel { .. }));
    assert_eq!(cancels.count(), 1);
}

/// A parcel of 1,200 mm for chute 2, whose front is at the PEC at 9,000 mm before the divert at 8,700 mm has it.
fn long_nose(sticks: bool) -> Bench {
    let mut line = line();
    line.chutes[1].position_um = 8_700_000;
    let long = common::Thing { sticks, ..thing(2010, 1200, "CCCCCC") };
    let mut bench = Bench::story_on(line, vec![long]);
    bench.travel_to(2, 9_310);
    bench
}

#[test]
fn a_long_item_that_reaches_beyond_its_chute_is_not_taken_for_one_that_stayed_on() {
    let mut bench = long_nose(false);
    assert_eq!(bench.chute_of(2), Some(2));
    let count = bench.wire();
    bench.board(BoardTelegram::Edge { count, sensor: 2, blocked: false });
    bench.travel(2_000);
    assert!(bench.log.iter().any(|record| matches!(record, Record::Confirmed { item: 3, chute: 2, .. })));
    assert!(!bench.log.iter().any(|record| matches!(record, Record::Revoked { .. })));
    assert_eq!((bench.doubts(), bench.core.alarms()), (vec![], &[][..]));
    bench.travel(6_000);
    assert_eq!(bench.core.totals().gone, 0);
}

#[test]
fn its_front_is_its_own_though_its_divert_has_just_been_made() {
    let mut line = line();
    // Its middle is at the chute 10 counts before its front is at the PEC.
    line.chutes[1].position_um = 8_390_000;
    let mut bench = Bench::story_on(line, vec![thing(2010, 1200, "CCCCCC")]);
    bench.travel_to(2, 9_000);
    assert_eq!(bench.chute_of(2), Some(2));
    bench.edge(2, true);
    bench.travel(300);
    bench.edge(2, false);
    bench.travel(8_000);
    assert!(bench.log.iter().any(|record| matches!(record, Record::Confirmed { item: 3, chute: 2, .. })));
    assert!(!bench.log.iter().any(|record| matches!(record, Record::Revoked { .. })));
    assert_eq!(bench.doubts(), []);
}

#[test]
fn a_long_item_that_stays_on_is_known_by_all_of_it_behind_its_chute() {
    let mut bench = long_nose(true);
    bench.travel_to(2, 9_000 + 1_200 - 40);
    assert_eq!(bench.doubts(), []);
    bench.travel_to(2, 9_000 + 1_200 + 40);
    assert!(bench.log.iter().any(|record| matches!(record, Record::Revoked { item: 3, chute: 2, .. })));
    assert_eq!(bench.doubts(), [(3, DoubtCause::Missed)]);
    bench.travel(6_000);
    assert!(bench.log.contains(&Record::EndOfLine { item: 3, code: Reason::Trk }));
}

#[test]
fn a_parcel_that_stayed_on_may_come_again() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(22_010, 400, "AAAAAA")]);
    bench.things[2].sticks = true;
    bench.travel_to(2, 6900);
    bench.confirm(1, bench.wire());
    bench.travel_to(3, 3000);
    assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 1, container: 1 }));
    assert_eq!(bench.last_decision(4).code, Reason::Ok);
    bench.travel(8000);
    assert_eq!(bench.chute_of(3), Some(1));
}

#[test]
fn a_long_item_that_is_taken_while_its_tail_is_at_the_pec_before_its_chute_has_not_stayed_on() {
    let mut near = line();
    near.chutes[2].position_um = 9_300 * UM;
    let mut bench = Bench::story_on(near, vec![thing(2010, 1000, "AAAAAA")]);
    bench.input(order(Order::Lock { chute: 1 }));
    bench.travel_to(2, 9_900);
    assert_eq!(bench.chute_of(2), Some(3));
    // It leaves sideways: the beam behind which its chute is clears when its tail would have come.
    bench.travel(90);
    bench.edge(2, false);
    bench.travel(4_000);
    assert_eq!((bench.doubts(), bench.last_decision(3).code), (vec![], Reason::Ok));
}

#[test]
fn who_stayed_on_is_known_for_it_as_soon_as_a_pec_sees_him_that_his_nose_could_not_have_reached() {
    // From chute 2 half a body of 900 mm does not reach over the 1,500 mm to the next PEC.
    let mut stuck = thing(2010, 900, "CCCCCC");
    stuck.sticks = true;
    let mut bench = Bench::story(vec![stuck]);
    bench.travel_to(2, 9_500);
    assert_eq!(bench.doubts_at(), [(3, DoubtCause::Missed, bench.born(3) + 9_000)]);
}

#[test]
fn a_divert_takes_the_next_one_when_it_is_back_at_rest() {
    // A stroke of 60 ms and half of it are 234 mm at 2.6 m/s: between two targets, as they ride and when the first has left.
    for (apart, chute) in [(233, None), (234, Some(1))] {
        let mut bench = Bench::story(vec![thing(2010, 130, "AAAAAA"), thing(2010 + apart, 130, "BBBBBB")]);
        bench.plan(|plan| plan.flights[0].chutes.truncate(1));
        bench.travel_to(2, 6_600);
        assert_eq!(bench.chute_of(2), Some(1));
        // Everybody is decided anew.
        bench.input(order(Order::Lock { chute: 4 }));
        bench.travel_to(3, 7_000);
        assert_eq!(bench.chute_of(3), chute, "{apart} mm");
    }
}
