//! Stories of section 5: an item is followed by count, and what is in doubt stays on.

mod common;

use common::{Bench, END, line, plan, thing};
use sortie_core::input::Input;
use sortie_core::output::{DoubtCause, FlushCause, Outlet, Reason, Record};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, HostTelegram};

fn doubts(bench: &Bench) -> Vec<(u32, DoubtCause)> {
    bench.doubts()
}

#[test]
fn a_known_parcel_goes_to_a_chute_of_its_flight_and_is_confirmed() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "CCCCCC")]);
    bench.travel(20_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(1), Some(2)));
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 1, container: 1 }));
    assert!(bench.log.contains(&Record::Confirmed { item: 4, chute: 2, container: 2 }));
    assert_eq!(bench.core.totals().sorted, 2);
    assert_eq!(bench.core.riding(), 0);
    assert_eq!(doubts(&bench), []);
}

#[test]
fn the_count_may_wrap_under_a_loaded_belt() {
    // The bench starts 3,000 counts before the wrap of the wire's 32 bits; the items ride across it.
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel(2990);
    assert!(bench.wire() > u32::MAX - 100);
    bench.travel(15_000);
    assert_eq!(bench.chute_of(2), Some(1));
}

#[test]
fn an_item_that_vanishes_harms_nobody_else() {
    let mut removed = thing(2010, 400, "AAAAAA");
    removed.vanishes_at_mm = Some(3000);
    let mut bench = Bench::story(vec![removed, thing(3010, 400, "CCCCCC")]);
    bench.travel(20_000);
    assert_eq!(doubts(&bench), [(3, DoubtCause::Missing)]);
    assert_eq!(bench.last_decision(3).outlet, END);
    assert_eq!(bench.chute_of(3), Some(2));
}

#[test]
fn a_stranger_gets_no_parcel_and_nobody_shifts() {
    // Something is laid on the belt between the tunnel and the second PEC.
    let mut bench =
        Bench::story(vec![thing(20_010, 400, "AAAAAA"), thing(21_510, 400, "CCCCCC"), thing(20_000, 200, "BBBBBB")]);
    bench.things[4].gone_at = Some(0);
    bench.travel_to(2, 3000);
    // It appears at 4600 mm; upstream of that it never was.
    bench.things[4].start_mm = 4600 - bench.count as i64;
    bench.things[4].gone_at = None;
    bench.travel(20_000);
    assert!(doubts(&bench).iter().any(|(_, why)| *why == DoubtCause::Stranger));
    assert_eq!(bench.chute_of(4), None);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(1), Some(2)));
}

#[test]
fn an_edge_that_two_windows_claim_makes_both_uncertain() {
    let mut bench = Bench::story(vec![thing(2010, 100, "AAAAAA"), thing(2200, 100, "CCCCCC")]);
    bench.travel_to(2, 3500);
    // Both slip: the second ends up where both windows reach.
    bench.things[2].start_mm -= 53;
    bench.things[3].start_mm += 83;
    bench.travel(20_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (None, None));
}

#[test]
fn a_slip_within_the_outer_window_is_late_and_still_sorted() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 3500);
    bench.things[2].start_mm -= 45;
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(1));
    let late = |record: &Record| matches!(record, Record::Sighted { item: 3, error: 45, .. });
    assert!(bench.log.iter().any(late));
}

#[test]
fn another_length_is_another_item() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 3500);
    bench.things[2].length_mm = 460;
    bench.travel(20_000);
    assert_eq!(doubts(&bench), [(3, DoubtCause::Length)]);
    assert_eq!(bench.chute_of(2), None);
}

#[test]
fn a_divert_that_did_not_move_its_item_is_taken_back_when_it_is_seen_downstream() {
    let mut stuck = thing(2010, 400, "AAAAAA");
    stuck.sticks = true;
    let mut bench = Bench::story(vec![stuck, thing(3010, 400, "CCCCCC")]);
    bench.travel(20_000);
    assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 1, container: 1 }));
    assert_eq!(doubts(&bench), [(3, DoubtCause::Missed)]);
    assert_eq!(bench.chute_of(3), Some(2));
    assert_eq!(bench.core.totals().sorted, 1);
}

#[test]
fn items_too_close_at_the_entry_ride_to_the_end_of_the_line() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(2460, 400, "CCCCCC")]);
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Gap, Reason::Gap));
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (None, None));
}

#[test]
fn after_an_emergency_stop_only_what_a_pec_has_seen_again_is_diverted() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(4510, 400, "BBBBBB")]);
    // AAAAAA is past the PEC before chute 1; BBBBBB is not.
    bench.travel_to(2, 5000);
    let count = bench.wire();
    bench.board(BoardTelegram::Belt { count, motion: BeltMotion::Stopped, estop: true, guard_open: false });
    bench.board(BoardTelegram::Belt { count, motion: BeltMotion::Running, estop: false, guard_open: false });
    bench.travel(20_000);
    // The second PEC has seen AAAAAA again before chute 3, which is its flight's as well.
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(3), Some(1)));
}

#[test]
fn a_body_that_an_emergency_stop_catches_in_the_beam_waits_for_the_next_pec() {
    for (lead, chute) in [(3999, 1), (4000, 3), (4200, 3), (4399, 3)] {
        let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
        bench.travel_to(2, lead);
        bench.motion(BeltMotion::Stopped, true);
        bench.motion(BeltMotion::Running, false);
        bench.travel(20_000);
        // Its trailing edge came in time, but under the beam it may have become another.
        assert_eq!((bench.chute_of(2), doubts(&bench)), (Some(chute), vec![]), "{lead} mm");
    }
}

#[test]
fn what_is_seen_while_the_belt_runs_out_waits_for_the_next_pec() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 3900);
    bench.motion(BeltMotion::Running, true);
    bench.travel_to(2, 4500);
    bench.motion(BeltMotion::Stopped, true);
    bench.motion(BeltMotion::Running, false);
    bench.travel(20_000);
    assert_eq!((bench.chute_of(2), doubts(&bench)), (Some(3), vec![]));
}

#[test]
fn a_reboot_of_the_board_flushes_and_what_rides_comes_back_as_strangers() {
    let mut bench =
        Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(12_010, 400, "BBBBBB"), thing(22_010, 400, "BBBBBB")]);
    bench.travel_to(2, 5000);
    bench.base = 17;
    bench.seq = 1;
    bench.input(Input::LinkUp { boot: 8, resumed: false, new_session: false, time_ms: None });
    bench.board(BoardTelegram::QueueEnd { query: 2, entries: 0 });
    bench.travel(40_000);
    assert!(bench.log.iter().any(|record| matches!(record, Record::Flushed { why: FlushCause::Reboot, .. })));
    assert_eq!(bench.chute_of(2), None);
    // A parcel that comes later is sorted again.
    assert_eq!(bench.chute_of(4).or(bench.chute_of(3)), Some(1));
}

#[test]
fn a_hole_in_a_body_is_no_second_item_and_a_later_pec_proves_the_first() {
    let mut bench = Bench::story(vec![thing(2010, 600, "AAAAAA")]);
    bench.travel_to(2, 4200);
    let count = bench.wire();
    bench.board(BoardTelegram::Edge { count, sensor: 1, blocked: false });
    bench.travel(30);
    let count = bench.wire();
    bench.board(BoardTelegram::Edge { count, sensor: 1, blocked: true });
    bench.travel(20_000);
    assert_eq!(doubts(&bench), []);
    assert_eq!(bench.chute_of(2), Some(3));
}

#[test]
fn a_beam_that_stays_blocked_asks_for_a_stop() {
    let mut bench = Bench::story(vec![]);
    let count = bench.wire();
    bench.board(BoardTelegram::Edge { count, sensor: 2, blocked: true });
    bench.travel(2500);
    assert!(bench.commands.iter().any(|(_, command)| matches!(command, HostTelegram::StopRequest { .. })));
}

#[test]
fn a_sensor_that_errs_often_is_not_believed() {
    let things = (0..14).map(|index| thing(2010 + 1000 * index, 400, "")).collect();
    let mut bench = Bench::story(things);
    // What comes in the first belt length may have been on the belt from before.
    bench.travel(20_000);
    for step in 0..40 {
        bench.travel(200);
        let count = bench.wire();
        if step < 20 {
            bench.board(BoardTelegram::Edge { count, sensor: 2, blocked: true });
            bench.board(BoardTelegram::Edge { count: count.wrapping_add(5), sensor: 2, blocked: false });
        }
    }
    let suspect = |record: &Record| {
        matches!(record, Record::Alarm { alarm: sortie_core::output::Alarm::SensorSuspect(2), raised: true })
    };
    assert!(bench.log.iter().any(suspect));
}

#[test]
fn the_outlet_of_a_first_decision_is_a_chute_of_the_plan() {
    let mut bench = Bench::story(vec![thing(2010, 400, "DDDDDD")]);
    bench.travel(8000);
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(2));
    assert_eq!(bench.last_decision(3).plan_version, 3);
}

#[test]
fn what_rides_off_is_counted_by_its_last_code() {
    // The first two come too close to each other; the third is read by nobody, and no outlet takes it.
    let mut bench = Bench::story(vec![
        thing(2010, 400, "AAAAAA"),
        thing(2460, 400, "CCCCCC"),
        thing(4010, 400, ""),
        thing(6010, 400, ""),
    ]);
    let mut plan = plan();
    plan.disabled = vec![4];
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel(24_000);
    assert_eq!(bench.core.totals().end_of_line, 6);
    let ended: Vec<_> = bench.core.ended_by_code().filter(|(_, items)| *items > 0).collect();
    // The leaders are known to nobody, and the first one came right behind what had been there before.
    assert_eq!(ended, [(Reason::Gap, 3), (Reason::Nrd, 2), (Reason::Ndt, 1)]);
}

#[test]
fn an_edge_that_two_could_have_made_puts_both_in_doubt() {
    let mut line = line();
    (line.inner_permille, line.outer_permille) = (50, 100);
    let mut bench = Bench::story_on(line, vec![thing(2010, 300, "AAAAAA"), thing(2610, 300, "CCCCCC")]);
    bench.travel_to(2, 3000);
    // It slips by half the way to the next one.
    bench.things[2].start_mm -= 300;
    bench.travel_to(2, 4000);
    assert_eq!(doubts(&bench), [(3, DoubtCause::Ambiguous), (4, DoubtCause::Ambiguous)]);
    bench.travel(20_000);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (None, None));
}
