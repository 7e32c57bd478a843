//! A jammed chute is not used: its confirm sensor stays blocked, or its confirms stay away. What ends it differs.

mod common;

use common::{Bench, order, plan, thing};
use sortie_core::input::Input;
use sortie_core::output::{Alarm, ChuteStatus, Outlet, Reason};
use sortie_core::records::Order;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor};

/// No-reads 3 m apart, so that each has a confirm window of its own; all go to chute 4. The first `confirmed` ones
/// make their edge, the others do not.
fn no_reads(pieces: i64, confirmed: usize) -> Bench {
    let story = (0..pieces).map(|index| thing(4010 + 3000 * index, 400, "")).collect();
    let mut bench = Bench::story(story);
    // The two leaders, too, go to chute 4 and are confirmed.
    bench.travel_to(1 + confirmed, 13_000);
    bench.confirm_after = None;
    bench.travel_to(1 + pieces as usize, 14_261);
    bench
}

const JAM: (Alarm, bool) = (Alarm::ChuteJammed(4), true);
const OVER: (Alarm, bool) = (Alarm::ChuteJammed(4), false);

#[test]
fn three_discharges_without_an_edge_make_a_jam() {
    for (pieces, told) in [(2, vec![]), (3, vec![JAM]), (4, vec![JAM])] {
        assert_eq!(no_reads(pieces, 0).alarms(), told, "{pieces}");
    }
    assert_eq!(no_reads(3, 0).states(4), [ChuteStatus::Jammed]);
}

#[test]
fn a_confirm_in_between_starts_the_row_anew() {
    let bench = no_reads(4, 2);
    assert_eq!(bench.alarms(), []);
    assert_eq!(no_reads(5, 2).alarms(), [JAM]);
}

#[test]
fn each_discharge_of_a_joint_window_counts_but_one_edge_clears_them_all() {
    for (edges, told) in [(0, vec![JAM]), (1, vec![])] {
        let story = (0..3).map(|index| thing(4010 + 700 * index, 400, "")).collect();
        let mut bench = Bench::story(story);
        bench.travel_to(1, 13_000);
        bench.confirm_after = None;
        bench.travel_to(4, 13_000);
        for _ in 0..edges {
            let count = bench.wire();
            bench.confirm(4, count);
        }
        bench.travel(2_000);
        assert_eq!((bench.alarms(), bench.core.totals().unconfirmed), (told, 3), "{edges} edges");
    }
}

#[test]
fn a_plan_may_ask_for_no_confirms() {
    let mut bench = Bench::story((0..6).map(|index| thing(4010 + 3000 * index, 400, "")).collect());
    let mut plan = plan();
    (plan.jam_unconfirmed, plan.jam_blocked_ms) = (0, 0);
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(1, 13_000);
    bench.confirm_after = None;
    bench.sensor(2, ChuteSensor::Confirm, true);
    bench.travel_to(7, 15_000);
    assert_eq!(bench.alarms(), []);
    assert_eq!(bench.core.totals().unconfirmed, 6);
}

#[test]
fn nothing_is_sent_to_a_jammed_chute_and_its_code_says_so() {
    // A fourth one is decided for chute 4 and has no fire yet when the jam is known.
    let mut bench = no_reads(4, 0);
    let jammed = bench.alarms();
    assert_eq!(jammed, [JAM]);
    bench.travel(8_000);
    let last = bench.last_decision(6);
    assert_eq!((last.code, last.outlet), (Reason::Nrd, Outlet::EndOfLine));
    assert_eq!(
        last.rejected.iter().map(|entry| (entry.outlet, entry.why)).collect::<Vec<_>>(),
        [(Outlet::Chute(4), Reason::Jam)]
    );
}

#[test]
fn an_acknowledgement_ends_a_jam_of_missing_confirms() {
    let mut bench = no_reads(3, 0);
    bench.input(order(Order::Acknowledge));
    assert_eq!(bench.alarms(), [JAM, OVER]);
    assert_eq!(bench.states(4), [ChuteStatus::Jammed, ChuteStatus::Open]);
    bench.input(order(Order::Acknowledge));
    assert_eq!(bench.alarms(), [JAM, OVER]);
}

#[test]
fn a_whole_pulse_of_the_confirm_sensor_ends_it_too() {
    let mut bench = no_reads(3, 0);
    bench.sensor(4, ChuteSensor::Confirm, true);
    assert_eq!(bench.alarms(), [JAM]);
    bench.sensor(4, ChuteSensor::Confirm, false);
    assert_eq!(bench.alarms(), [JAM, OVER]);
}

#[test]
fn a_pulse_that_began_before_the_jam_does_not() {
    let story = (0..3).map(|index| thing(4010 + 3000 * index, 400, "")).collect();
    let mut bench = Bench::story(story);
    bench.travel_to(1, 13_000);
    bench.confirm_after = None;
    // Something hangs in the beam before the third item is fired.
    bench.travel_to(4, 12_600);
    bench.sensor(4, ChuteSensor::Confirm, true);
    bench.travel_to(4, 14_261);
    bench.sensor(4, ChuteSensor::Confirm, false);
    assert_eq!(bench.alarms(), [JAM]);
}

#[test]
fn clearing_a_jam_by_order_starts_the_row_anew() {
    let mut bench = no_reads(5, 0);
    bench.input(order(Order::ClearJam { chute: 4 }));
    assert_eq!(bench.alarms(), [JAM, OVER]);
    let mut again = Bench::story((0..5).map(|index| thing(4010 + 3000 * index, 400, "")).collect());
    again.travel_to(1, 13_000);
    again.confirm_after = None;
    again.travel_to(3, 14_261);
    again.input(order(Order::ClearJam { chute: 4 }));
    again.travel_to(5, 14_261);
    assert_eq!(again.alarms(), []);
    again.travel_to(6, 14_261);
    assert_eq!(again.alarms(), [JAM]);
}

/// Chute 2 has had its confirm sensor blocked for so long.
fn blocked_ms(ms: u64) -> Bench {
    let mut bench = Bench::story(vec![thing(60_010, 400, "CCCCCC")]);
    bench.sensor(2, ChuteSensor::Confirm, true);
    bench.travel(ms * 5 / 2);
    bench
}

#[test]
fn a_confirm_sensor_that_stays_blocked_makes_a_jam() {
    for (ms, jammed) in [(9_998, false), (10_000, true), (10_002, true)] {
        let bench = blocked_ms(ms);
        let told = bench.states(2);
        assert_eq!(told, if jammed { vec![ChuteStatus::Jammed] } else { vec![] }, "{ms} ms");
    }
}

#[test]
fn that_ends_when_the_sensor_is_free_again_and_not_by_acknowledging() {
    let mut bench = blocked_ms(10_000);
    bench.input(order(Order::Acknowledge));
    assert_eq!(bench.alarms(), [(Alarm::ChuteJammed(2), true)]);
    bench.travel_to(2, 3_000);
    assert_eq!(bench.last_decision(3).code, Reason::Jam);
    bench.sensor(2, ChuteSensor::Confirm, false);
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    assert_eq!(bench.alarms(), [(Alarm::ChuteJammed(2), true), (Alarm::ChuteJammed(2), false)]);
}

#[test]
fn a_clearance_by_order_gives_a_blocked_sensor_its_time_again() {
    let mut bench = blocked_ms(10_000);
    bench.input(order(Order::ClearJam { chute: 2 }));
    bench.travel(24_999);
    assert_eq!(bench.states(2), [ChuteStatus::Jammed, ChuteStatus::Open]);
    bench.travel(1);
    assert_eq!(bench.states(2), [ChuteStatus::Jammed, ChuteStatus::Open, ChuteStatus::Jammed]);
}

#[test]
fn what_is_told_twice_is_timed_from_the_first_time() {
    let mut bench = blocked_ms(5_000);
    bench.sensor(2, ChuteSensor::Confirm, true);
    bench.travel(12_499);
    assert_eq!(bench.states(2), []);
    bench.travel(1);
    assert_eq!(bench.states(2), [ChuteStatus::Jammed]);
}

#[test]
fn a_board_that_starts_anew_has_forgotten_since_when_a_sensor_was_blocked() {
    let mut bench = blocked_ms(5_000);
    bench.input(Input::LinkUp { boot: 8, resumed: false, new_session: true, time_ms: None });
    bench.board(BoardTelegram::QueueEnd { query: 2, entries: 0 });
    bench.sensor(2, ChuteSensor::Confirm, true);
    bench.travel(24_999);
    assert_eq!(bench.states(2), []);
    bench.travel(1);
    assert_eq!(bench.states(2), [ChuteStatus::Jammed]);
}

#[test]
fn a_jam_of_which_nothing_is_heard_any_more_stands_until_a_whole_pulse_or_somebody_says_otherwise() {
    // Whatever stood in the sensor may stand there still, and the board does not tell that anew.
    for by_hand in [false, true] {
        let mut bench = blocked_ms(10_000);
        bench.input(Input::LinkUp { boot: 7, resumed: false, new_session: true, time_ms: None });
        bench.board(BoardTelegram::QueueEnd { query: 2, entries: 0 });
        bench.sensor(2, ChuteSensor::Confirm, false);
        assert_eq!(bench.states(2), [ChuteStatus::Jammed], "the end of a pulse is no whole one");
        if by_hand {
            bench.input(order(Order::Acknowledge));
        } else {
            bench.sensor(2, ChuteSensor::Confirm, true);
            bench.sensor(2, ChuteSensor::Confirm, false);
        }
        assert_eq!(bench.states(2), [ChuteStatus::Jammed, ChuteStatus::Open], "by hand: {by_hand}");
    }
}

#[test]
fn a_flush_counts_for_nothing() {
    // Two discharges without an edge, and the confirm of the third is open when events are lost.
    let mut bench = Bench::story((0..3).map(|index| thing(4010 + 3000 * index, 400, "")).collect());
    bench.travel_to(1, 13_000);
    bench.confirm_after = None;
    bench.travel_to(4, 13_000);
    bench.input(Input::EventsLost);
    assert_eq!((bench.alarms(), bench.core.totals().unconfirmed), (vec![], 3));
}

#[test]
fn an_edge_that_came_before_a_flush_starts_the_row_anew_all_the_same() {
    // History 4901: the row went on over a flush although its last discharge had made its edge.
    for (edges, told) in [(0, vec![JAM]), (1, vec![])] {
        let mut bench = Bench::story((0..3).map(|index| thing(4010 + 3000 * index, 400, "")).collect());
        bench.travel_to(1, 13_000);
        bench.confirm_after = None;
        bench.travel_to(4, 13_000);
        for _ in 0..edges {
            let count = bench.wire();
            bench.confirm(4, count);
        }
        bench.input(Input::EventsLost);
        bench.things.push(thing(24_010, 400, ""));
        bench.travel_to(5, 15_000);
        assert_eq!(bench.alarms(), told, "{edges} edges");
    }
}

#[test]
fn a_jam_outlasts_an_encoder_that_begins_anew() {
    // The belt is unknown then, but no telegram is missing: what stands in the confirm sensor stands there.
    let mut bench = blocked_ms(10_000);
    bench.base = bench.base.wrapping_sub(1_000_000);
    bench.travel(1_000);
    assert_eq!(bench.states(2), [ChuteStatus::Jammed]);
    bench.sensor(2, ChuteSensor::Confirm, false);
    assert_eq!(bench.states(2), [ChuteStatus::Jammed, ChuteStatus::Open]);
}

#[test]
fn a_plan_may_ask_for_no_time_of_the_sensor() {
    let mut bench = Bench::story(vec![]);
    bench.plan(|plan| plan.jam_blocked_ms = 0);
    bench.sensor(2, ChuteSensor::Confirm, true);
    bench.travel(60_000);
    assert_eq!((bench.states(2), bench.alarms()), (vec![], vec![]));
}
