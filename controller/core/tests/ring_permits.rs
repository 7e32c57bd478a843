//! The carriers of a ring (T13): which may be loaded, and where the index says that they are.

mod common;

use common::ring::{
    CARRIERS, FIRST, INDEX, INDEX_SENSOR, PITCH, REJECT, Story, TURN, lock, on_carrier, recirculating, ring_line,
};
use common::thing;
use sortie_core::Held;
use sortie_core::input::Input;
use sortie_core::output::{Alarm, DoubtCause, FlushCause, Reason, Record};
use sortie_core::plan::{ANOTHER_PASS, ExceptionOutlets};
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, HostTelegram};

#[test]
fn what_nobody_permitted_is_a_stranger_and_is_rejected() {
    // It lies on carrier 3, which is out of service: nothing was let onto it.
    let nth = 2 + 2 * CARRIERS;
    let mut story = Story::new(vec![on_carrier(nth, 300, "AAAAAA")]);
    story.run_until(2, 0, 12_000);
    assert!(!story.permits().contains(&(INDEX + nth * PITCH)));
    assert_eq!(story.bench.doubts()[0].1, DoubtCause::Stranger);
    assert_eq!((story.bench.chute_of(2), story.bench.last_decision(FIRST).code), (Some(REJECT), Reason::Trk));
}

#[test]
fn a_carrier_is_permitted_when_it_is_free_and_in_service() {
    let mut story = Story::new(vec![on_carrier(23, 300, "DDDDDD"), on_carrier(30, 700, "DDDDDD")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(3, 1, 1_000);
    let permits: Vec<u64> = story.permits().iter().map(|count| (count - INDEX) / PITCH).collect();
    assert!(story.permits().iter().all(|count| (count - INDEX).is_multiple_of(PITCH)), "carriers come at their counts");
    let had = |nth: u64| permits.contains(&nth);
    assert!(had(23) && had(24) && had(30) && had(31));
    assert!(!had(23 + CARRIERS), "it is taken on the second turn");
    assert!(!had(30 + CARRIERS) && !had(31 + CARRIERS), "one item lies on both");
    assert!(had(32 + CARRIERS) && had(29 + CARRIERS), "the carriers beside are free");
    assert!(!had(26) && !had(26 + CARRIERS), "carrier 3 is out of service");
    let mut once = permits.clone();
    once.dedup();
    assert_eq!(once, permits, "each carrier is permitted once");
}

#[test]
fn each_cell_of_a_carrier_has_a_permit_of_its_own() {
    const CELL: u64 = PITCH / 2;
    let mut line = ring_line();
    line.ring.as_mut().expect("a ring").cells_per_carrier = 2;
    // Two small ones lie on the two cells of a carrier; carrier 3 is out of service, with both of its own.
    let small = |place: u64| thing((INDEX + place * CELL) as i64 + 70, 160, "SMALL");
    let mut story = Story::on(line, vec![small(50), small(51)]);
    story.run_to(INDEX + 60 * CELL);
    let cells: Vec<u64> = story.permits().iter().map(|count| (count - INDEX) / CELL).collect();
    assert!(story.permits().iter().all(|count| (count - INDEX).is_multiple_of(CELL)), "cells come at their counts");
    assert!([50, 51].iter().all(|cell| cells.contains(cell)), "{cells:?}");
    let turn = 2 * CARRIERS;
    assert!(cells.iter().all(|cell| ![4, 5].contains(&(cell % turn))), "carrier 3 is out of service: {cells:?}");
    assert!(cells.iter().any(|cell| cell % turn == 3) && cells.iter().any(|cell| cell % turn == 6), "{cells:?}");
}

#[test]
fn permits_stop_at_the_highest_occupancy() {
    // Of 24 carriers: three, nearly four, and between four and five. A permit that nobody used is out until its carrier has passed.
    for (permille, most) in [(125, 3), (126, 4), (166, 4), (167, 5), (188, 5)] {
        let mut line = ring_line();
        line.ring.as_mut().expect("a ring").occupancy_max_permille = permille;
        let mut story = Story::on(line, vec![]);
        story.bench.things.clear();
        let mut taken = Vec::new();
        while story.bench.count < INDEX + 3 * TURN {
            story.run_to(story.bench.count + 100);
            let out = story.permits().iter().filter(|count| **count > story.bench.count).count();
            taken.push(out);
        }
        assert_eq!(taken.iter().max(), Some(&most), "{permille} of 1000");
    }
}

#[test]
fn permits_stop_with_a_full_reject_outlet() {
    let mut story = Story::new(vec![]);
    story.run_to(20_000);
    story.bench.sensor(REJECT, ChuteSensor::Full, true);
    story.run_to(22_000);
    assert_eq!(story.bench.core.inductions_held(), Some(Held::EndOfLine));
    let before = story.permits().len();
    story.run_to(26_000);
    assert_eq!(story.permits().len(), before);
    story.bench.sensor(REJECT, ChuteSensor::Full, false);
    story.run_to(28_000);
    assert!(story.permits().len() > before);
}

#[test]
fn a_missed_pulse_of_the_index_is_healed() {
    let mut story = Story::new(vec![on_carrier(23 + CARRIERS, 300, "AAAAAA")]);
    story.silent = vec![1];
    story.run_until(2, 0, 12_000);
    assert_eq!((story.bench.chute_of(2), story.bench.alarms().len()), (Some(1), 0));
    // Two in a row are an alarm, which the next good one ends; permits go on by the count.
    story.silent = vec![3, 4];
    let before = story.permits().len();
    story.run_to(INDEX + 5 * TURN - 300);
    assert_eq!(story.bench.alarms(), [(Alarm::IndexLost(INDEX_SENSOR), true)]);
    assert!(story.permits().len() > before);
    story.run_to(INDEX + 5 * TURN + 100);
    assert_eq!(story.bench.alarms(), [(Alarm::IndexLost(INDEX_SENSOR), true), (Alarm::IndexLost(INDEX_SENSOR), false)]);
}

#[test]
fn a_pulse_that_is_near_rebases_the_ring_and_one_that_is_far_does_not() {
    let mut story = Story::new(vec![]);
    story.run_to(INDEX + TURN + 2_000);
    story.bench.edge(INDEX_SENSOR, true);
    story.bench.edge(INDEX_SENSOR, false);
    assert_eq!(story.bench.alarms(), [(Alarm::IndexLost(INDEX_SENSOR), true)]);
    story.run_to(INDEX + 2 * TURN + 10);
    assert_eq!(story.bench.alarms().last(), Some(&(Alarm::IndexLost(INDEX_SENSOR), false)), "the next one is good");
    assert!(story.permits().iter().all(|count| (count - INDEX).is_multiple_of(PITCH)));
    // The encoder has slipped by 40 counts: carriers are where the sensor says, not where they were counted. None of
    // them is permitted twice by that.
    story.silent = vec![3, 4];
    story.run_to(INDEX + 3 * TURN + 40);
    story.bench.edge(INDEX_SENSOR, true);
    story.bench.edge(INDEX_SENSOR, false);
    story.run_to(INDEX + 3 * TURN + 6_000);
    assert_eq!((story.permits().last().expect("permits") - INDEX - 40) % PITCH, 0);
    story.run_to(INDEX + 4 * TURN + 41);
    story.bench.edge(INDEX_SENSOR, true);
    story.bench.edge(INDEX_SENSOR, false);
    story.run_to(INDEX + 4 * TURN + 6_000);
    assert_eq!(story.bench.alarms().len(), 2);
    let permits = story.permits();
    assert!(permits.windows(2).all(|pair| pair[1] - pair[0] > PITCH / 2), "{permits:?}");
}

#[test]
fn an_index_that_has_moved_is_believed_when_it_says_so_twice() {
    let mut story = Story::new(vec![]);
    story.silent = (2..9).collect();
    for turn in 2..4 {
        story.run_to(INDEX + turn * TURN + 250);
        story.bench.edge(INDEX_SENSOR, true);
        story.bench.edge(INDEX_SENSOR, false);
    }
    assert_eq!(story.bench.alarms().len(), 2, "far, and then proved by itself");
    story.run_to(INDEX + 3 * TURN + 9_000);
    assert_eq!((story.permits().last().expect("permits") - INDEX - 250) % PITCH, 0);
}

#[test]
fn without_the_index_nothing_is_permitted() {
    let mut story = Story::new(vec![]);
    story.silent = vec![0, 1];
    story.run_to(INDEX + 2 * TURN - 100);
    assert_eq!(story.permits(), Vec::<u64>::new());
    story.run_to(INDEX + 2 * TURN + 1_000);
    assert!(!story.permits().is_empty());
}

#[test]
fn after_a_flush_what_rides_leaves_by_the_reject_outlet_and_permits_wait() {
    let mut story = Story::new(vec![on_carrier(23, 300, "AAAAAA")]);
    story.run_until(2, 0, 5_000);
    let at = story.bench.count;
    story.bench.input(Input::EventsLost);
    let flushed = |record: &Record| matches!(record, Record::Flushed { why: FlushCause::EventsLost, .. });
    assert!(story.bench.log.iter().any(flushed));
    let before = story.permits().len();
    story.run_until(2, 0, 14_000);
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
    let stranger = story.bench.doubts().last().copied().expect("a stranger");
    assert_eq!(stranger.1, DoubtCause::Flushed);
    let after: Vec<u64> = story.permits().split_off(before);
    assert!(after.iter().all(|count| *count > at + 7_000), "no PEC has seen every carrier yet: {after:?}");
}

/// Swarm seed 3069 of an hour: the counts began anew, the index came by soon after, and what no PEC had seen since was lying
/// on a carrier that was permitted.
#[test]
fn permits_wait_for_what_no_pec_has_seen_also_where_counts_begin_anew() {
    for boot in [7, 8] {
        let mut story = Story::new(vec![]);
        story.run_to(INDEX + 2 * TURN + 6 * PITCH);
        let (at, before) = (story.bench.count, story.permits().len());
        story.bench.input(Input::LinkUp { boot, resumed: false, new_session: true, time_ms: None });
        story.bench.travel(1);
        story.bench.edge(INDEX_SENSOR, true);
        story.bench.edge(INDEX_SENSOR, false);
        story.run_to(at + 9_000);
        let after: Vec<u64> = story.permits().split_off(before);
        assert!(!after.is_empty() && after.iter().all(|count| *count > at + 7_000), "boot {boot}: {after:?}");
    }
}

#[test]
fn permits_that_are_out_are_taken_back_once_however_often_the_belt_becomes_unknown() {
    let mut story = Story::new(vec![]);
    story.run_to(INDEX + 2 * TURN);
    let told = |story: &Story| {
        let permit = |command: &HostTelegram| {
            let HostTelegram::Permit { allowed, .. } = command else { return None };
            Some(*allowed)
        };
        story.bench.commands.iter().filter_map(|(_, command)| permit(command)).collect::<Vec<bool>>()
    };
    let before = told(&story).len();
    assert!(story.permits().last().is_some_and(|count| *count > story.bench.count), "a permit is out");
    story.bench.input(Input::EventsLost);
    assert_eq!(told(&story)[before..], [false, true]);
    for _ in 0..20 {
        story.bench.input(Input::EventsLost);
    }
    assert_eq!(told(&story)[before..], [false, true], "none was given since");
}

#[test]
fn a_thing_that_is_gone_frees_its_carrier_after_a_turn() {
    let mut vanishing = on_carrier(23, 300, "AAAAAA");
    vanishing.vanishes_at_mm = Some(5_000);
    let mut story = Story::new(vec![vanishing]);
    lock(&mut story, 1, true);
    story.run_until(2, 0, 10_000);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Missing)]);
    story.run_until(2, 1, 0);
    assert_eq!(story.bench.core.riding(), 1, "a ghost, so that its later edge harms nobody");
    story.run_until(2, 1, 4_500);
    assert_eq!(story.bench.core.riding(), 1, "each PEC may have missed it once");
    story.run_until(2, 1, 9_500);
    assert_eq!(story.bench.core.riding(), 0, "the first one has missed it twice");
    assert!(story.bench.log.contains(&Record::Gone { item: FIRST }));
    story.run_until(2, 2, 0);
    let rejected = |(_, fire): &(u64, sortie_protocol::board::telegram::Fire)| fire.output == REJECT - 1;
    assert!(!story.bench.fires_sent(FIRST).iter().any(rejected), "nothing is there to be rejected");
}

#[test]
fn where_the_counts_were_wrong_the_carriers_are_unknown_up_to_the_next_pulse_of_the_index() {
    for wrong in [false, true] {
        let mut story = Story::new(vec![]);
        story.run_to(INDEX + 2 * TURN + 10);
        if wrong {
            // No pulse of the encoder for a fifth of a second, at full speed.
            story.bench.board_ms += 200;
            story.bench.late_ms += 200;
            story.bench.clock();
        } else {
            story.bench.input(Input::EventsLost);
        }
        let flushed = |record: &Record| matches!(record, Record::Flushed { .. });
        assert_eq!(story.bench.log.iter().filter(|record| flushed(record)).count(), 2, "the start is the other");
        let before = story.permits().len();
        story.run_to(INDEX + 3 * TURN - 10);
        // Elsewhere no PEC may have seen what rides on the widest way to the next one, 5.4 m over the seam; two long ones and
        // the slip of a stop come on top, and after these 7,810 mm the first carrier is the fourteenth of the turn.
        let next = (!wrong).then_some(INDEX + 2 * TURN + 14 * PITCH);
        assert_eq!(story.permits().get(before).copied(), next, "a permit would be for another place than a carrier's");
        story.run_to(INDEX + 3 * TURN + 6_000);
        assert!(story.permits().len() > before + 1);
    }
}

#[test]
fn the_front_of_the_index_flag_counts_and_neither_its_end_nor_another_sensor() {
    let mut story = Story::new(vec![]);
    story.silent = vec![1];
    story.run_to(INDEX + TURN);
    story.bench.edge(INDEX_SENSOR, true);
    story.run_to(INDEX + TURN + 40);
    story.bench.edge(INDEX_SENSOR, false);
    story.bench.edge(77, true);
    story.bench.edge(77, false);
    story.run_to(INDEX + TURN + 9_000);
    assert_eq!((story.permits().last().expect("permits") - INDEX) % PITCH, 0);
    assert_eq!(story.bench.alarms(), []);
}

#[test]
fn a_pulse_that_comes_a_little_early_or_twice_is_as_good_as_one_in_time() {
    let mut story = Story::new(vec![]);
    story.silent = vec![1];
    for early in [45, 40] {
        story.run_to(INDEX + TURN - early);
        story.bench.edge(INDEX_SENSOR, true);
        story.bench.edge(INDEX_SENSOR, false);
    }
    story.run_to(INDEX + TURN + 9_000);
    assert_eq!((story.permits().last().expect("permits") + 40 - INDEX) % PITCH, 0);
    assert_eq!(story.bench.alarms(), []);
}

#[test]
fn an_index_that_falls_silent_is_told_of_wherever_its_last_pulse_was() {
    let mut story = Story::new(vec![]);
    story.silent = (1..9).collect();
    story.run_to(INDEX + TURN + 7);
    story.bench.edge(INDEX_SENSOR, true);
    story.bench.edge(INDEX_SENSOR, false);
    story.run_to(INDEX + 2 * TURN + 1_000);
    assert_eq!(story.bench.alarms(), [], "one may be missed");
    story.run_to(INDEX + 3 * TURN + 1_000);
    assert_eq!(story.bench.alarms(), [(Alarm::IndexLost(INDEX_SENSOR), true)]);
}

#[test]
fn no_permit_is_told_so_late_that_an_induction_could_not_obey() {
    // Not even for the first carriers, or for those that come when the belt is known again after a flush.
    let mut story = Story::new(vec![]);
    story.run_to(INDEX + TURN);
    story.bench.input(Input::EventsLost);
    story.run_to(INDEX + 3 * TURN);
    let load = |(told_at, command): &(u64, HostTelegram)| {
        let HostTelegram::Load { count, .. } = command else { return None };
        Some(u64::from(count.wrapping_sub(story.bench.base)).checked_sub(*told_at))
    };
    let ahead: Vec<Option<u64>> = story.bench.commands.iter().filter_map(load).collect();
    assert!(ahead.len() > 30);
    assert!(ahead.iter().all(|ahead| ahead.is_some_and(|ahead| (2_000..=4_000).contains(&ahead))), "{ahead:?}");
}

#[test]
fn a_carrier_is_free_if_what_lies_beside_it_cannot_reach_over() {
    // Behind the last PEC, 5.4 m before the seam, an item can be 72.8 mm from where it is thought to be at the seam. It
    // begins so many millimetres behind the front of its carrier, and has 300 mm of 600.
    for (behind, ahead_is_free, next_is_free) in
        [(72, false, true), (73, true, true), (150, true, true), (227, true, true), (228, true, false)]
    {
        let nth = 30;
        let mut story = Story::new(vec![thing((INDEX + nth * PITCH) as i64 + behind, 300, "CCCCCC")]);
        story.bench.plan(recirculating);
        lock(&mut story, 2, true);
        story.run_until(2, 1, 0);
        let has = |carrier: u64| story.permits().contains(&(INDEX + (carrier + CARRIERS) * PITCH));
        assert_eq!(
            (has(nth - 1), has(nth), has(nth + 1)),
            (ahead_is_free, false, next_is_free),
            "{behind} mm behind the front"
        );
    }
}

#[test]
fn an_item_takes_as_many_carriers_as_it_lies_on() {
    // Five of 24 may be taken.
    let few = || {
        let mut line = ring_line();
        line.ring.as_mut().expect("a ring").occupancy_max_permille = 188;
        line
    };
    let mut empty = Story::on(few(), vec![]);
    empty.bench.things.clear();
    empty.run_to(INDEX + TURN);
    let permitted = empty.permits()[5];
    for (length, left) in [(300, 4), (600, 4), (601, 3), (1_200, 3)] {
        let mut story = Story::on(few(), vec![]);
        story.bench.things = vec![thing(permitted as i64 + 1, length, "")];
        story.bench.plan(|plan| {
            let again = heapless::Vec::from_slice(&[ANOTHER_PASS, ANOTHER_PASS]).expect("two");
            plan.exceptions.retain(|entry| entry.code != Reason::Nrd);
            plan.exceptions.push(ExceptionOutlets { code: Reason::Nrd, outlets: again });
        });
        story.run_to(permitted + 2 * PITCH);
        let mut most = 0;
        while story.bench.count < permitted + 2 * TURN {
            story.run_to(story.bench.count + 100);
            most = most.max(story.permits().iter().filter(|count| **count > story.bench.count).count());
        }
        assert_eq!((story.bench.doubts(), story.bench.core.riding(), most), (vec![], 1, left), "{length} mm");
    }
}

#[test]
fn a_permit_is_for_what_begins_on_its_carrier_and_not_for_what_begins_beside_it() {
    // Nothing is let onto carrier 3: behind it comes the 51st by the seam, before it the 49th. The base of a window is 8 mm.
    for (nth, behind, permitted) in [(51, -9, false), (51, -8, true), (51, 0, true), (49, 599, true), (49, 600, false)]
    {
        let mut story = Story::new(vec![thing((INDEX + nth * PITCH) as i64 + behind, 100, "AAAAAA")]);
        story.run_until(2, 0, 3_500);
        let strangers = if permitted { vec![] } else { vec![(FIRST, DoubtCause::Stranger)] };
        assert_eq!(story.bench.doubts(), strangers, "{behind} mm behind the front of {nth}");
    }
}

#[test]
fn a_permit_outlasts_an_edge_that_is_told_late() {
    // The carrier takes 600 counts to pass, and an edge may be told 60 later.
    for late in [1, 59, 60] {
        let mut story = Story::new(vec![]);
        let front = INDEX + 40 * PITCH;
        story.run_to(front + 599 + late);
        story.bench.clock();
        let born = story.bench.core.totals().born;
        for (behind, blocked) in [(599, true), (599 + late, false)] {
            let count = story.bench.base.wrapping_add((front + behind) as u32);
            story.bench.board(BoardTelegram::Edge { count, sensor: 0, blocked });
        }
        assert_eq!(story.bench.core.totals().born, born + 1, "{late} counts late");
    }
}
