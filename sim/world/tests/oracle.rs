//! The oracle, check by check: what is allowed passes, and each check fails when it should.

mod story;

use sortie_protocol::board::telegram::{BoardTelegram, FireOutcome, HostTelegram, StopReason, Tag};
use sortie_world::events::{Physical, StrikeKind};
use sortie_world::files::{Customs, Order};
use sortie_world::oracle::{Check, Queue, Restart};
use sortie_world::setup::Faults;
use sortie_world::summary::{RunFacts, Summary};
use story::{MS, PLAN, S, Story, open_flight, parcel_for};

#[test]
fn a_parcel_in_its_chute_is_sorted_and_all_adds_up() {
    let mut story = Story::new();
    story.enter(S, 1, Some(1));
    story.enter(2 * S, 2, Some(3));
    story.enter(3 * S, 3, Some(2));
    story.divert(5 * S, 1, 2);
    story.divert(6 * S, 2, 59);
    story.oracle.physical(20 * S, &Physical::EndOfLine { item: 3 });
    let summary = story.finish(30 * S);
    assert_eq!((summary.parcels, summary.sorted, summary.missorts), (3, 1, 0));
    assert_eq!(summary.exceptions, [("END".to_owned(), 1), ("NRD".to_owned(), 1)].into());
    assert_eq!((summary.lost, summary.invariant_violations), (0, 0));
    assert_eq!(summary.unexplained, 2);
    assert!(summary.checks["S1"] > 0 && summary.checks["S2"] == 2 && summary.checks["S5"] > 0);
}

#[test]
fn s1_an_item_cannot_leave_twice_or_enter_twice() {
    let mut story = Story::new();
    story.enter(S, 1, Some(1));
    story.divert(5 * S, 1, 1);
    assert_eq!(story.violations(Check::S1), 0);
    story.oracle.physical(9 * S, &Physical::EndOfLine { item: 1 });
    assert_eq!(story.violations(Check::S1), 1);
    story.enter(10 * S, 1, Some(2));
    assert_eq!(story.violations(Check::S1), 2);
}

#[test]
fn s2_another_flights_chute_is_a_missort() {
    let mut story = Story::new();
    story.enter(S, 1, Some(3));
    story.divert(5 * S, 1, 1);
    assert_eq!(story.missorts(), 1);
    let summary = story.finish(9 * S);
    assert_eq!((summary.sorted, summary.missorts, summary.findings[0].check), (0, 1, "S2"));
}

#[test]
fn s2_an_unknown_item_in_a_flight_chute_is_a_missort() {
    let mut story = Story::new();
    story.enter(S, 1, None);
    story.divert(5 * S, 1, 1);
    assert_eq!(story.missorts(), 1);
    story.enter(6 * S, 2, Some(99));
    story.divert(10 * S, 2, 1);
    assert_eq!(story.missorts(), 2);
    story.enter(11 * S, 3, None);
    story.divert(15 * S, 3, 59);
    assert_eq!((story.missorts(), story.finish(16 * S).invariant_violations), (2, 0));
}

#[test]
fn s2_a_closed_flight_takes_nothing_after_its_cut_off() {
    for (cutoff_ms, missorts) in [(1_004_900, 0), (1_003_000, 1)] {
        let mut story = Story::new();
        story.oracle.fact(0, &open_flight(0, cutoff_ms, Order::Planned));
        story.enter(S, 1, Some(1));
        story.divert(5 * S, 1, 1);
        assert_eq!(story.missorts(), missorts, "{cutoff_ms}");
    }
}

#[test]
fn s2_a_cancelled_flight_takes_nothing_once_that_was_told_in_time() {
    for (told_ms, missorts) in [(4_950, 0), (4_000, 1)] {
        let mut story = Story::new();
        story.enter(S, 1, Some(1));
        story.ride(2 * S, told_ms.min(4_400) * MS);
        story.oracle.fact(told_ms * MS, &open_flight(0, 1_000_000_000, Order::Cancelled));
        story.divert(5 * S, 1, 1);
        assert_eq!(story.missorts(), missorts, "{told_ms}");
    }
}

#[test]
fn s2_a_new_plan_counts_from_its_delivery() {
    let swapped = PLAN.replace("[1, 2]", "[2]").replace("[3]", "[1, 3]");
    let mut story = Story::new();
    story.enter(S, 1, Some(1));
    story.plan(4 * S, &swapped);
    story.divert(5 * S, 1, 1);
    assert_eq!(story.missorts(), 1);
    story.enter(6 * S, 2, Some(3));
    story.divert(9 * S, 2, 1);
    assert_eq!(story.missorts(), 1);
}

#[test]
fn s3_a_hold_before_the_commit_is_obeyed_and_one_after_it_comes_too_late() {
    // Lead 141 ms x 2.6 m/s = 367 mm, at 2.5 m/s 147 ms before; windows make it 150 to 220 ms at most.
    for (told_ms, violations) in [(4_000, 1), (4_700, 1), (4_880, 0), (4_990, 0)] {
        let mut story = Story::new();
        story.enter(S, 1, Some(1));
        story.hold(told_ms * MS, 1, Customs::Hold);
        story.divert(5 * S, 1, 1);
        assert_eq!((story.violations(Check::S3), story.missorts()), (violations, violations), "{told_ms}");
    }
}

#[test]
fn s3_what_the_board_was_told_gives_the_commit_to_the_count() {
    // Lead 141 ms x 2.6 m/s is 297 counts, rounded up.
    for (early, violations) in [(298, 1), (299, 1), (297, 0), (296, 0), (60, 0)] {
        let mut story = Story::new();
        story.enter(S, 1, Some(1));
        let target = story.count(5 * S);
        story
            .oracle
            .physical(2 * S, &Physical::Aimed { item: 1, parcel: Some(1), chute: 1, count: target, ahead: 900 });
        let at = 4_830 * MS;
        story.oracle.moment(at, target.wrapping_sub(early));
        story.hold(at, 1, Customs::Hold);
        // Between the last two looks at the belt, so that only the board's target says when it was.
        story.fire(5 * S, 1);
        story.discharge(5 * S, 1, 1);
        assert_eq!(story.violations(Check::S3), violations, "{early} counts before");
        let holds = story.oracle.holds();
        assert_eq!((holds.before_commit, holds.after_commit, holds.riding), (violations, 1 - violations, 1), "{early}");
        assert_eq!(holds.within_300_mm_before + holds.within_300_mm_after, 1, "{early}");
    }
}

#[test]
fn a_hold_on_what_lies_in_a_flight_chute_comes_after_the_commit_and_others_count_nowhere() {
    let mut story = Story::new();
    story.enter(S, 1, Some(1));
    story.divert(5 * S, 1, 1);
    story.enter(6 * S, 2, Some(2));
    story.divert(10 * S, 2, 59);
    (1..=3).for_each(|parcel| story.hold(11 * S, parcel, Customs::DoNotLoad));
    let holds = story.oracle.holds();
    assert_eq!((holds.before_commit, holds.after_commit, holds.riding), (0, 1, 0));
}

#[test]
fn s3_a_release_in_time_lifts_a_hold() {
    let mut story = Story::new();
    story.enter(S, 1, Some(1));
    story.hold(2 * S, 1, Customs::Hold);
    story.hold(3 * S, 1, Customs::Released);
    story.divert(5 * S, 1, 1);
    assert_eq!((story.violations(Check::S3), story.missorts()), (0, 0));
}

#[test]
fn s4_a_chute_that_is_known_full_takes_only_what_there_is_room_for() {
    let mut story = Story::new();
    story.full(S, 1, true);
    for item in 1..=3 {
        let at = u64::from(item) * 5 * S;
        story.oracle.fact(at, &parcel_for(item, 0, Customs::Released));
        story.enter(at, item, Some(item));
        story.divert(at + 4 * S, item, 1);
    }
    assert_eq!(story.violations(Check::S4), 2);
    story.full(30 * S, 1, false);
    story.enter(31 * S, 4, Some(1));
    story.divert(35 * S, 4, 1);
    assert_eq!(story.violations(Check::S4), 2);
}

#[test]
fn s4_what_was_under_way_when_the_chute_filled_up_is_no_violation() {
    let mut story = Story::new();
    for item in 1..=3 {
        story.enter(u64::from(item) * S, item, Some(1));
    }
    story.full(4 * S, 1, true);
    story.divert(4_600 * MS, 1, 1);
    story.fire(4_660 * MS, 1);
    story.discharge(4_660 * MS, 2, 1);
    assert_eq!(story.violations(Check::S4), 0);
}

#[test]
fn s4_a_disabled_chute_takes_nothing() {
    let mut story = Story::new();
    story.plan(S, &format!("disabled = [1]\n{PLAN}"));
    story.enter(2 * S, 1, Some(1));
    story.divert(6 * S, 1, 1);
    assert_eq!(story.violations(Check::S4), 1);
}

#[test]
fn s4_what_somebody_wants_while_nothing_can_be_written_he_has_to_want_again() {
    for (full_from_ms, wanted_ms, violations) in
        [(u64::MAX, 8_000, 1), (7_500, 8_000, 0), (8_500, 8_000, 0), (17_000, 8_000, 1), (7_500, 10_000, 1)]
    {
        let mut story = Story::new();
        let mut happens = vec![(wanted_ms, None), (full_from_ms, Some(full_from_ms.saturating_add(1_000)))];
        happens.sort_by_key(|(at, _)| *at);
        for (at, full) in happens.into_iter().filter(|(at, _)| *at < u64::MAX) {
            match full {
                Some(until) => story.oracle.disk_full(at * MS, until * MS),
                None => story
                    .oracle
                    .physical(at * MS, &Physical::Change { chute: 1, step: sortie_world::events::ChangeStep::Wanted }),
            }
        }
        story.enter(40 * S, 1, Some(1));
        story.divert(44 * S, 1, 1);
        assert_eq!(story.violations(Check::S4), violations, "full {full_from_ms}, wanted {wanted_ms}");
    }
}

#[test]
fn s5_an_item_leaves_only_by_a_fire_that_ends_now() {
    let mut story = Story::new();
    (1..=3).for_each(|item| story.enter(u64::from(item) * S, item, Some(1)));
    story.discharge(5 * S, 1, 1);
    assert_eq!(story.violations(Check::S5), 1);
    story.fire(6 * S, 1);
    story.discharge(6 * S + 10 * MS, 2, 1);
    assert_eq!(story.violations(Check::S5), 2);
    story.fire(7 * S, 1);
    story.discharge(7 * S, 3, 1);
    assert_eq!(story.violations(Check::S5), 2);
}

#[test]
fn s5_a_fire_takes_one_item_unless_they_lie_against_each_other() {
    for (touching, violations) in [(false, 1), (true, 0)] {
        let mut story = Story::new();
        story.enter(S, 1, Some(1));
        story.enter(2 * S, 2, Some(2));
        if touching {
            story.strike(3 * S, StrikeKind::Touching, [1, 2, 0, 0]);
        }
        story.divert(5 * S, 1, 1);
        story.discharge(5 * S, 2, 1);
        assert_eq!(story.violations(Check::S5), violations);
    }
}

#[test]
fn s1_the_belt_carries_what_entered_and_has_not_left() {
    let mut story = Story::new();
    story.enter(S, 1, Some(1));
    story.enter(2 * S, 2, Some(2));
    story.oracle.on_belt(3 * S, 2);
    story.divert(5 * S, 1, 1);
    story.oracle.on_belt(6 * S, 1);
    assert_eq!(story.violations(Check::S1), 0);
    // Nobody has said where it went.
    story.oracle.on_belt(7 * S, 0);
    assert_eq!(story.violations(Check::S1), 1);
}

#[test]
fn s5_a_stroke_ends_at_the_count_for_which_it_was_ordered() {
    // Half a stroke's travel and a centimetre are allowed: 34 ms.
    for (late_ms, violations) in [(0, 0), (30, 0), (40, 1)] {
        let mut story = Story::new();
        story.enter(S, 1, Some(1));
        story.ride(4 * S, 5 * S);
        story.oracle.ordered(0, story.count(5 * S));
        story.fire_unordered(5 * S + late_ms * MS, 1);
        story.discharge(5 * S + late_ms * MS, 1, 1);
        assert_eq!(story.violations(Check::S5), violations, "{late_ms}");
    }
}

#[test]
fn s5_a_tag_is_fired_once_whoever_restarts() {
    let fired = |item, pass| BoardTelegram::Outcome {
        count: 7,
        tag: Tag { item, pass },
        revision: 1,
        outcome: FireOutcome::Fired,
    };
    let refused =
        BoardTelegram::Outcome { count: 7, tag: Tag { item: 9, pass: 1 }, revision: 1, outcome: FireOutcome::Late };
    let mut story = Story::new();
    for (number, telegram) in [fired(9, 1), fired(9, 2), fired(8, 1), refused].into_iter().enumerate() {
        story.oracle.told(S, number as u32 + 1, telegram);
    }
    assert_eq!(story.violations(Check::S5), 0);
    story.oracle.physical(2 * S, &Physical::BoardStarted { boot: 2 });
    story.oracle.told(3 * S, 1, fired(9, 2));
    assert_eq!(story.violations(Check::S5), 1);
}

#[test]
fn s9_no_telegram_is_taken_twice_or_left_out_unsaid() {
    let button = BoardTelegram::Button { count: 7, button: 1, pressed: true };
    let mut story = Story::new();
    (1..=9).for_each(|number| story.oracle.told(0, number, button));
    (1..=3).for_each(|number| story.oracle.taken(S, u64::from(number), number, &button));
    // The board says that 4 to 6 are gone.
    story.oracle.stream_begins();
    story.oracle.taken(S, 5, 7, &button);
    assert_eq!(story.violations(Check::S9), 0);
    story.oracle.taken(S, 6, 7, &button);
    assert_eq!(story.violations(Check::S9), 1);
    story.oracle.taken(S, 7, 9, &button);
    assert_eq!(story.violations(Check::S9), 2);
}

#[test]
fn s9_the_board_takes_what_was_ordered_in_its_order_and_once() {
    let beat = |echo_ms| HostTelegram::Beat { echo_ms };
    let stop = HostTelegram::StopRequest { reason: StopReason::Operator };
    let mut story = Story::new();
    // Somebody tells what he takes, so what he orders is known, too.
    let clock = BoardTelegram::Clock { count: 1, time_ms: 1, speed_cps: 1 };
    story.oracle.told(0, 1, clock);
    story.oracle.taken(S, 1, 1, &clock);
    [beat(20), beat(40), stop, beat(60)].into_iter().for_each(|telegram| story.oracle.commanded(telegram));
    // The first beat was replaced by the second.
    [beat(40), stop].iter().for_each(|telegram| story.oracle.obeyed(S, telegram));
    assert_eq!(story.violations(Check::S9), 0);
    story.oracle.obeyed(S, &stop);
    assert_eq!(story.violations(Check::S9), 1);
    story.oracle.obeyed(S, &beat(61));
    assert_eq!(story.violations(Check::S9), 2);
    story.oracle.obeyed(S, &beat(60));
    assert_eq!(story.violations(Check::S9), 2);
}

#[test]
fn s6_to_s9_what_the_drive_reports_is_judged() {
    let mut story = Story::new();
    story.oracle.durable(S, 10);
    story.oracle.released(S, 10);
    story.oracle.restarted(S, Restart { same_outputs: true, same_state: true });
    story.oracle.queue(S, Queue::Commands, 256);
    assert_eq!(story.oracle.tally().violations(), 0);
    story.oracle.released(S, 11);
    story.oracle.restarted(S, Restart { same_outputs: true, same_state: false });
    story.oracle.queue(S, Queue::Commands, 257);
    for (check, looked) in [(Check::S6, 2), (Check::S7, 4), (Check::S8, 2)] {
        let found = (story.violations(check), story.oracle.tally().looked(check));
        assert_eq!(found, (1, looked), "{}", check.name());
    }
}

#[test]
fn s9_what_the_board_never_said_is_a_violation_and_so_is_an_acknowledgement_too_early() {
    let button = |button| BoardTelegram::Button { count: 7, button, pressed: true };
    let mut story = Story::new();
    (1..=4).for_each(|number| story.oracle.told(0, number, button(number as u16)));
    story.oracle.taken(S, 10, 1, &button(1));
    story.oracle.taken(S, 11, 2, &button(2));
    story.oracle.durable(S, 10);
    story.oracle.acknowledged(S, 1);
    assert_eq!(story.oracle.tally().violations(), 0);
    // Telegram 2 is with the controller, but a kill would take it away.
    story.oracle.acknowledged(S, 2);
    assert_eq!(story.violations(Check::S6), 1);
    // After the kill it comes again; what stands in the place of 3 was never said.
    story.oracle.restarted(S, Restart { same_outputs: true, same_state: true });
    story.oracle.taken(2 * S, 11, 2, &button(2));
    assert_eq!(story.violations(Check::S9), 0);
    story.oracle.taken(2 * S, 12, 3, &button(9));
    assert_eq!(story.violations(Check::S9), 1);
}

#[test]
fn an_idle_fault_makes_a_run_bad() {
    let story = Story::new();
    let mut faults = Faults::new();
    let rate = sortie_world::setup::FaultRate { per_10000: 10, size: None };
    faults.insert(StrikeKind::Slip, rate);
    let summary = Summary::new(&story.oracle, &faults, RunFacts::default());
    assert_eq!(summary.idle_faults(&faults), ["slip"]);
    assert!(!summary.is_good(&faults) && summary.is_good(&Faults::new()));
    assert!(summary.text().contains("slip 0/0"));
}
