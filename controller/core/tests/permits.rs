//! The inductions are held while the line cannot take more, and the state of the line is told.

mod common;

use common::{Bench, order, thing};
use sortie_core::input::Input;
use sortie_core::output::{Alarm, LineState, Record};
use sortie_core::records::{FlightOrder, Order};
use sortie_core::{Core, Held, Outputs};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, HostTelegram};

fn permits(bench: &Bench) -> Vec<(u16, bool)> {
    let permit = |(_, command): &(u64, HostTelegram)| {
        let HostTelegram::Permit { induction, allowed } = command else { return None };
        Some((*induction, *allowed))
    };
    bench.commands.iter().filter_map(permit).collect()
}

fn lines(bench: &Bench) -> Vec<LineState> {
    let state = |record: &Record| {
        let Record::LineChanged { state } = record else { return None };
        Some(*state)
    };
    bench.log.iter().filter_map(state).collect()
}

#[test]
fn every_induction_is_let_go_when_the_link_is_there() {
    let mut line = common::line();
    line.inductions = vec![1, 2];
    let mut bench = Bench::on(line, vec![]);
    assert_eq!(permits(&bench), [(1, true), (2, true)]);
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: false, time_ms: None });
    assert_eq!(permits(&bench).len(), 2);
    bench.input(Input::LinkUp { boot: 8, resumed: false, new_session: true, time_ms: None });
    assert_eq!(permits(&bench)[2..], [(1, true), (2, true)]);
}

#[test]
fn the_belt_is_crowded_from_the_plans_number_until_below_nine_tenths_of_it() {
    // They come 1 m apart, and leave at 14 m.
    let things = (0..12).map(|index| thing(10 + 1000 * index, 300, "")).collect();
    let mut bench = Bench::on(common::line(), things);
    bench.clock_every = 1;
    bench.plan(|plan| {
        plan.permits.riding_max = 10;
        plan.exceptions.clear();
    });
    bench.travel_to(8, 0);
    assert_eq!((bench.core.riding(), bench.core.inductions_held()), (9, None));
    bench.travel_to(9, 0);
    assert_eq!((bench.core.riding(), bench.core.inductions_held()), (10, Some(Held::Riding)));
    bench.travel_to(11, 0);
    assert_eq!(bench.core.riding(), 12);
    let mut last = bench.core.riding();
    while bench.core.inductions_held().is_some() {
        last = bench.core.riding();
        bench.travel(1);
    }
    assert_eq!((last, bench.core.riding()), (9, 8));
    assert_eq!(permits(&bench), [(1, true), (1, false), (1, true)]);
}

#[test]
fn too_many_blocked_chutes_of_open_flights_hold_the_inductions() {
    // JFK has 1 and 3, ORD has 2: of three chutes, one is 333 of a thousand.
    for (permille, chutes, held) in [
        (0, vec![], None),
        (0, vec![1], Some(Held::Blocked)),
        (333, vec![1], Some(Held::Blocked)),
        (334, vec![1], None),
        (334, vec![1, 4], None),
        (666, vec![1, 2], Some(Held::Blocked)),
        (667, vec![1, 2], None),
        (1_000, vec![1, 2, 3], None),
    ] {
        let mut bench = Bench::on(common::line(), vec![]);
        bench.plan(|plan| plan.permits.blocked_max_permille = permille);
        for chute in &chutes {
            bench.input(order(Order::Disable { chute: *chute }));
        }
        assert_eq!(bench.core.inductions_held(), held, "{permille} {chutes:?}");
    }
}

#[test]
fn a_container_that_has_become_full_blocks_its_chute() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.plan(|plan| {
        plan.permits.blocked_max_permille = 0;
        plan.chutes.push(sortie_core::plan::ChuteRule { pieces_max: 1, ..sortie_core::plan::ChuteRule::free(2) });
    });
    bench.travel_to(2, 7_699);
    assert_eq!(bench.core.inductions_held(), None);
    bench.travel(1);
    assert_eq!(bench.core.inductions_held(), Some(Held::Blocked));
}

#[test]
fn chutes_of_flights_that_are_not_open_do_not_count() {
    let mut bench = Bench::on(common::line(), vec![]);
    bench.plan(|plan| plan.permits.blocked_max_permille = 500);
    for chute in [1, 3] {
        bench.input(order(Order::Lock { chute }));
    }
    assert_eq!(bench.core.inductions_held(), Some(Held::Blocked));
    let mut closed = common::flight("JFK");
    closed.order = FlightOrder::Closed;
    bench.input(Input::Flight(closed));
    assert_eq!(bench.core.inductions_held(), None);
    bench.input(Input::Flight(common::flight("JFK")));
    assert_eq!(bench.core.inductions_held(), Some(Held::Blocked));
    bench.input(order(Order::Unlock { chute: 3 }));
    assert_eq!(bench.core.inductions_held(), None);
    assert_eq!(permits(&bench).len(), 5);
}

#[test]
fn a_jam_at_the_end_of_the_line_holds_them() {
    let mut bench = Bench::on(common::line(), vec![]);
    bench.clock_every = 1;
    bench.edge(3, true);
    bench.travel(1_845);
    assert_eq!(bench.core.inductions_held(), None);
    bench.travel(1);
    assert_eq!(bench.alarms(), [(Alarm::Jam(3), true)]);
    assert_eq!(bench.core.inductions_held(), Some(Held::EndOfLine));
    bench.edge(3, false);
    bench.travel(1);
    assert_eq!(bench.core.inductions_held(), None);
}

#[test]
fn draining_lets_nothing_more_onto_the_belt_and_sorts_what_rides() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 3_000);
    bench.input(order(Order::Drain(true)));
    assert_eq!((bench.core.line_state(), bench.core.inductions_held()), (LineState::Draining, Some(Held::Draining)));
    bench.travel_to(2, 8_000);
    assert_eq!(bench.chute_of(2), Some(2));
    bench.input(order(Order::Drain(false)));
    assert_eq!((bench.core.line_state(), bench.core.inductions_held()), (LineState::Running, None));
}

#[test]
fn the_line_starts_runs_stops_and_starts_again() {
    use LineState::{Fault, Running, Starting, Stopped};
    let mut bench = Bench::on(common::line(), vec![]);
    // The board was not reached yet, then the belt stood, then it ran.
    assert_eq!(lines(&bench), [Starting, Stopped, Running]);
    bench.motion(BeltMotion::Ramping, false);
    assert_eq!(lines(&bench).len(), 3, "it runs down");
    bench.motion(BeltMotion::Stopped, false);
    bench.motion(BeltMotion::Ramping, false);
    bench.motion(BeltMotion::Running, false);
    assert_eq!(lines(&bench)[3..], [Stopped, Starting, Running]);
    bench.motion(BeltMotion::Ramping, true);
    assert_eq!(bench.core.inductions_held(), Some(Held::Fault));
    bench.motion(BeltMotion::Stopped, true);
    bench.motion(BeltMotion::Stopped, false);
    assert_eq!(lines(&bench)[6..], [Fault, Stopped]);
    bench.input(Input::Started);
    assert_eq!(lines(&bench)[8..], [Starting]);
}

#[test]
fn a_journal_that_fails_is_a_fault() {
    let mut bench = Bench::on(common::line(), vec![]);
    bench.input(Input::JournalFailed(true));
    assert_eq!((bench.core.line_state(), bench.core.inductions_held()), (LineState::Fault, Some(Held::Fault)));
    bench.input(Input::JournalFailed(false));
    assert_eq!((bench.core.line_state(), bench.core.inductions_held()), (LineState::Running, None));
}

#[test]
fn a_board_that_says_nothing_for_a_second_is_a_fault_with_an_alarm() {
    for (late_ms, state, told) in [(1_000, LineState::Running, 0), (1_001, LineState::Fault, 1)] {
        let mut bench = Bench::on(common::line(), vec![]);
        bench.travel(50);
        bench.late_ms = late_ms;
        bench.input(Input::Utc { utc_ms: 1_000_001 });
        assert_eq!(bench.core.line_state(), state, "{late_ms} ms");
        assert_eq!(bench.alarms(), [(Alarm::BoardSilent, true)][..told]);
        bench.input(order(Order::Acknowledge));
        assert_eq!(bench.alarms().len(), told, "only the board ends it");
        let count = bench.wire();
        bench.board(BoardTelegram::Clock { count, time_ms: 21, speed_cps: 2_500 });
        assert_eq!(bench.core.line_state(), LineState::Running);
        assert_eq!(bench.alarms(), [(Alarm::BoardSilent, true), (Alarm::BoardSilent, false)][..2 * told]);
    }
}

#[test]
fn a_board_that_is_not_reached_within_five_seconds_of_the_start_has_an_alarm() {
    let mut core = Core::new(&common::line());
    let mut out = Outputs::new();
    let mut alarms = |at_ms: u64, input: Input| {
        core.step(at_ms * 1_000_000, &input, &mut out);
        core.alarms().contains(&Alarm::BoardSilent)
    };
    let utc = || Input::Utc { utc_ms: 1_000_000 };
    let up = || Input::LinkUp { boot: 7, resumed: false, new_session: true, time_ms: None };
    assert!(!alarms(60_000, Input::Started), "how long nobody ran says nothing of the board");
    assert!(!alarms(65_000, utc()));
    assert!(alarms(65_001, utc()));
    assert!(alarms(66_000, Input::Started), "another process knows no better");
    assert!(!alarms(67_000, up()));
    assert!(!alarms(68_000, utc()));
    assert!(alarms(68_001, utc()), "who was reached speaks all the time");
}
