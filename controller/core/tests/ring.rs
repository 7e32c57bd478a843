//! A ring of carriers (T13): passes, permits, the index sensor, and the outlet for what may not ride on.

mod common;

use common::{Bench, Thing, UM, hold, line, thing};
use sortie_core::Held;
use sortie_core::input::Input;
use sortie_core::line::{Line, PecKind, Ring};
use sortie_core::output::{Alarm, DoubtCause, FlushCause, Outlet, Reason, Record, Sighting};
use sortie_core::plan::{ANOTHER_PASS, ExceptionOutlets, Plan};
use sortie_core::records::Customs;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, FireOutcome, HostTelegram};

const PITCH: u64 = 600;
const CARRIERS: u64 = 24;
const TURN: u64 = PITCH * CARRIERS;
/// Count of the bench at which the index sensor tells of carrier 1 for the first time.
const INDEX: u64 = 100;
const INDEX_SENSOR: u16 = 9;
const REJECT: u16 = 4;

/// 24 carriers of 600 mm: PECs at 0, 4 and 9 m, chutes 1 to 4 at 6.5, 7.5, 10 and 11 m; the last one rejects.
fn ring_line() -> Line {
    let mut line = line();
    line.pecs.truncate(3);
    line.chutes[2].position_um = 10_000 * UM;
    line.chutes[3].position_um = 11_000 * UM;
    line.view_um = 400 * UM;
    assert!(line.pecs.iter().all(|pec| pec.kind != PecKind::EndOfLine));
    line.ring = Some(Ring {
        carriers: CARRIERS as u16,
        pitch_um: PITCH as i64 * UM,
        cells_per_carrier: 1,
        index_sensor: INDEX_SENSOR,
        reject_chute: REJECT,
        passes_max: 3,
        occupancy_max_permille: 900,
        permit_ahead_um: 4000 * UM,
        out_of_service: vec![3],
        zones: Vec::new(),
    });
    line
}

/// Something that lies in the middle of the carrier that comes by the seam as the `nth`, or of it and the next ones.
fn on_carrier(nth: u64, length_mm: i64, plate: &'static str) -> Thing {
    let carriers = (length_mm + 90).div_euclid(PITCH as i64) + 1;
    let margin = (carriers * PITCH as i64 - length_mm) / 2;
    thing((INDEX + nth * PITCH) as i64 + margin, length_mm, plate)
}

struct Story {
    bench: Bench,
    /// Turns in which the index sensor stays silent.
    silent: Vec<u64>,
}

impl Story {
    fn on(line: Line, things: Vec<Thing>) -> Self {
        let mut all = vec![on_carrier(20, 300, "LEADER1"), on_carrier(21, 300, "LEADER2")];
        all.extend(things);
        let mut bench = Bench::on(line, all);
        for plate in ["AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD"] {
            bench.parcel(plate, if plate < "CCCCCC" { "JFK" } else { "ORD" });
        }
        Self { bench, silent: Vec::new() }
    }

    fn new(things: Vec<Thing>) -> Self {
        Self::on(ring_line(), things)
    }

    /// Lets the ring run to a count of the bench; the index sensor tells of every turn.
    fn run_to(&mut self, count: u64) {
        while self.bench.count < count {
            self.bench.travel(1);
            let since = self.bench.count.checked_sub(INDEX);
            let turn = since.filter(|since| since.is_multiple_of(TURN)).map(|since| since / TURN);
            if turn.is_some_and(|turn| !self.silent.contains(&turn)) {
                self.bench.edge(INDEX_SENSOR, true);
                self.bench.edge(INDEX_SENSOR, false);
            }
        }
    }

    /// Runs until a thing has made so many turns and is at a place.
    fn run_until(&mut self, thing: usize, turns: u64, mm: i64) {
        let start = u64::try_from(-self.bench.things[thing].start_mm).expect("it comes later");
        self.run_to((start + turns * TURN).saturating_add_signed(mm));
    }

    /// Counts of the bench at which the permitted carriers are at the seam.
    fn permits(&self) -> Vec<u64> {
        let count = |command: &HostTelegram| {
            let HostTelegram::Load { count, .. } = command else { return None };
            Some(u64::from(count.wrapping_sub(self.bench.base)))
        };
        self.bench.commands.iter().filter_map(|(_, command)| count(command)).collect()
    }

    fn passes(&self, item: u32) -> u8 {
        let begun = |record: &Record| {
            let Record::PassBegun { item: other, pass, .. } = record else { return None };
            (*other == item).then_some(*pass)
        };
        self.bench.log.iter().rev().find_map(begun).unwrap_or(1)
    }
}

/// A plan in which what finds no room goes round twice more.
fn recirculating(plan: &mut Plan) {
    let outlets = |list: &[u16]| heapless::Vec::from_slice(list).expect("few");
    plan.exceptions.push(ExceptionOutlets { code: Reason::Lck, outlets: outlets(&[ANOTHER_PASS, ANOTHER_PASS]) });
    plan.exceptions.push(ExceptionOutlets { code: Reason::Rcx, outlets: outlets(&[3]) });
}

fn lock(story: &mut Story, chute: u16, locked: bool) {
    use sortie_core::records::Order;
    let what = if locked { Order::Lock { chute } } else { Order::Unlock { chute } };
    story.bench.input(common::order(what));
}

/// The first item of a story; two leaders come before it.
const FIRST: u32 = 3;

#[test]
fn an_item_is_sorted_on_its_first_pass() {
    let mut story = Story::new(vec![on_carrier(23, 300, "AAAAAA"), on_carrier(25, 300, "CCCCCC")]);
    story.run_until(3, 0, 12_000);
    assert_eq!(story.bench.doubts(), []);
    assert_eq!((story.bench.chute_of(2), story.bench.chute_of(3)), (Some(1), Some(2)));
}

#[test]
fn what_finds_no_room_goes_round_and_is_sorted_on_a_later_pass() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 0, 12_000);
    assert_eq!(story.bench.decided(FIRST), (Reason::Lck, Outlet::AnotherPass));
    lock(&mut story, 2, false);
    story.run_until(2, 1, 9_000);
    assert_eq!(story.bench.chute_of(2), Some(2));
    let fires = story.bench.fires_sent(FIRST);
    assert!(fires.iter().all(|(_, fire)| fire.tag.pass == 2), "the tag is the item and its pass: {fires:?}");
    assert_eq!(story.bench.doubts(), []);
}

#[test]
fn passes_that_are_used_up_end_with_both_codes() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 2, 12_000);
    let last = story.bench.last_decision(FIRST);
    assert_eq!((last.code, last.outlet, last.pass), (Reason::Rcx, Outlet::Chute(3), 3));
    let why: Vec<_> = last.rejected.iter().map(|rejected| (rejected.outlet, rejected.why)).collect();
    assert_eq!(why, [(Outlet::Chute(2), Reason::Lck), (Outlet::AnotherPass, Reason::Lck)]);
    assert_eq!(story.bench.chute_of(2), Some(3));
}

#[test]
fn the_lap_limit_ends_what_the_plan_would_let_go_on() {
    let mut line = ring_line();
    line.ring.as_mut().expect("a ring").passes_max = 2;
    let mut story = Story::on(line, vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 1, 12_000);
    assert_eq!((story.bench.last_decision(FIRST).code, story.bench.chute_of(2)), (Reason::Rcx, Some(3)));
}

#[test]
fn a_hold_on_a_later_pass_is_obeyed() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 0, 12_000);
    lock(&mut story, 2, false);
    story.bench.input(hold("CCCCCC", Customs::Hold));
    story.run_until(2, 1, 12_000);
    assert_eq!((story.bench.last_decision(FIRST).code, story.bench.chute_of(2)), (Reason::Hld, Some(REJECT)));
}

#[test]
fn the_same_plate_confirms_and_a_missed_read_changes_nothing() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 1, -500);
    story.bench.things[2].plate = None;
    lock(&mut story, 2, false);
    story.run_until(2, 1, 12_000);
    assert_eq!(story.bench.chute_of(2), Some(2));
    assert!(!story.bench.last_decision(FIRST).returned, "it never left");
}

#[test]
fn another_plate_on_a_later_pass_is_a_doubt() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 1, -500);
    story.bench.things[2].plate = Some("AAAAAA");
    lock(&mut story, 2, false);
    story.run_until(2, 1, 12_000);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::OtherPlate)]);
    assert_eq!(story.bench.chute_of(2), Some(REJECT), "whatever it is, it must not ride on");
}

#[test]
fn an_item_that_stayed_on_is_rejected() {
    let mut sticky = on_carrier(23, 300, "AAAAAA");
    sticky.sticks = true;
    let mut story = Story::new(vec![sticky]);
    story.run_until(2, 0, 8_000);
    story.bench.things[2].sticks = false;
    story.run_until(2, 1, 12_000);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Missed)]);
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
}

#[test]
fn the_reject_outlet_aims_at_the_middle_and_then_at_the_ends_of_what_stays_on() {
    let mut sticky = on_carrier(23, 300, "AAAAAA");
    sticky.sticks = true;
    let mut story = Story::new(vec![sticky]);
    story.run_until(2, 5, 0);
    let fires = story.bench.fires_sent(FIRST);
    let aim = |pass: u8| {
        let own = |(_, fire): &&(u64, sortie_protocol::board::telegram::Fire)| {
            fire.output == REJECT - 1 && fire.tag.pass == pass
        };
        let (_, fire) = fires.iter().rfind(own)?;
        Some(i64::from(fire.count.wrapping_sub(story.bench.base)) - i64::from(pass - 1) * TURN as i64)
    };
    // The smallest item has 80 mm, and half of that is from the end to its middle.
    let from_middle = |pass| Some(aim(pass)? - aim(4)?);
    assert_eq!([2, 3, 4, 5].map(from_middle), [Some(40 - 150), Some(260 - 150), Some(0), Some(40 - 150)]);
    assert_eq!(aim(1), None, "its tag was fired on that pass");
}

#[test]
fn a_hole_in_what_is_in_doubt_does_not_call_its_reject_back() {
    let mut sticky = on_carrier(23, 500, "AAAAAA");
    sticky.sticks = true;
    let mut story = Story::new(vec![sticky]);
    story.run_until(2, 0, 8_000);
    story.bench.things[2].sticks = false;
    // Its reject is with the board when the last PEC sees a hole in it.
    story.run_until(2, 1, 9_400);
    assert_eq!(story.bench.fires_sent(FIRST).len(), 2);
    story.bench.edge(2, false);
    story.run_until(2, 1, 9_420);
    story.bench.edge(2, true);
    story.run_until(2, 1, 13_000);
    assert_eq!(story.bench.cancels(), []);
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
}

#[test]
fn a_body_in_which_every_pec_sees_a_hole_is_rejected_and_does_not_ride_for_ever() {
    let mut story = Story::new(vec![on_carrier(23, 500, "AAAAAA")]);
    for (pec, place) in [(1, 4_000), (2, 9_000)] {
        story.run_until(2, 0, place + 200);
        story.bench.edge(pec, false);
        story.run_until(2, 0, place + 225);
        story.bench.edge(pec, true);
    }
    story.run_until(2, 0, 13_000);
    assert_eq!(story.bench.doubts(), [], "it is known who it is; no PEC has proved it");
    assert_eq!((story.bench.chute_of(2), story.bench.last_decision(FIRST).code), (Some(REJECT), Reason::Trk));
}

#[test]
fn a_hole_calls_a_fire_back_on_a_ring_too_until_a_pec_has_seen_the_body_whole() {
    let mut story = Story::new(vec![on_carrier(23, 500, "AAAAAA")]);
    // Then its chute is the third, behind the last PEC.
    lock(&mut story, 1, true);
    let third = |story: &Story| story.bench.fires_sent(FIRST).iter().filter(|(_, fire)| fire.output == 2).count();
    story.run_until(2, 0, 9_200);
    let sent = third(&story);
    story.bench.edge(2, false);
    story.run_until(2, 0, 9_225);
    story.bench.edge(2, true);
    story.run_until(2, 0, 13_000);
    assert_eq!(
        (sent, third(&story), story.bench.cancels().len()),
        (1, 1, 1),
        "what was with the board was called back"
    );
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
}

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
fn a_full_reject_outlet_lets_doubt_go_round() {
    let mut sticky = on_carrier(23, 300, "AAAAAA");
    sticky.sticks = true;
    let mut story = Story::new(vec![sticky]);
    story.run_until(2, 0, 8_000);
    story.bench.things[2].sticks = false;
    lock(&mut story, REJECT, true);
    story.run_until(2, 1, 12_000);
    assert_eq!((story.bench.chute_of(2), story.passes(FIRST)), (None, 2));
    lock(&mut story, REJECT, false);
    story.run_until(2, 2, 12_000);
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
}

#[test]
fn a_neighbour_across_the_seam_is_a_neighbour() {
    // Two ride for another turn, the first of them to chute 1. Before the seam has seen the second, it can be 8 + 1190 mm
    // from where it is thought to be when it comes there, the first 8 + 125 mm; and 15 mm have to be between them.
    for (gap, code) in [(1345, Reason::Shg), (1346, Reason::Ok)] {
        let mut line = vague_line();
        (line.scanners[0].trigger_um, line.scanners[1].trigger_um) = (600 * UM, 700 * UM);
        let second = on_carrier(34, 300, "CCCCCC");
        let first = thing(-second.start_mm - 1_190 - gap, 1_190, "AAAAAA");
        let mut story = Story::on(line, vec![first, second]);
        story.bench.plan(recirculating);
        for chute in [1, 2, 3] {
            lock(&mut story, chute, true);
        }
        story.run_until(2, 0, 13_000);
        lock(&mut story, 1, false);
        story.run_until(2, 1, 9_000);
        let codes: Vec<_> =
            story.bench.decisions().iter().filter(|it| it.item == FIRST && it.pass == 2).map(|it| it.code).collect();
        assert_eq!(codes.first(), Some(&code), "{gap} mm: {codes:?}");
        assert_eq!(story.bench.chute_of(2), (code == Reason::Ok).then_some(1), "{gap} mm");
    }
}

#[test]
fn a_count_that_wraps_while_loaded_changes_nothing() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    // The wire's count wraps after 3,000 counts of the bench: the index, the permits and the birth lie behind it.
    story.run_until(2, 0, 12_000);
    assert!(story.bench.wire() < story.bench.base);
    lock(&mut story, 2, false);
    story.run_until(2, 1, 9_000);
    assert_eq!(story.bench.chute_of(2), Some(2));
}

#[test]
fn a_reject_is_withdrawn_when_its_outlet_closes_before_the_commit_count() {
    let mut story = Story::new(vec![on_carrier(23, 300, "")]);
    story.bench.plan(|plan| plan.exceptions.clear());
    // Its fire leaves 1.5 m before the commit count, and that is 390 mm before the chute at 11 m.
    story.run_until(2, 0, 10_200);
    assert_eq!(story.bench.fires_sent(FIRST).len(), 1);
    lock(&mut story, REJECT, true);
    assert_eq!(story.bench.cancels(), [(FIRST, 1)]);
    story.run_until(2, 0, 13_000);
    assert_eq!(story.bench.chute_of(2), None);
    lock(&mut story, REJECT, false);
    story.run_until(2, 1, 12_000);
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
}

/// A ring whose windows are so wide that two things on neighbouring carriers are in each other's.
fn vague_line() -> Line {
    Line { inner_permille: 50, outer_permille: 100, ..ring_line() }
}

#[test]
fn an_edge_that_two_could_have_made_puts_both_in_doubt() {
    let mut story = Story::on(vague_line(), vec![on_carrier(23, 300, "AAAAAA"), on_carrier(24, 300, "CCCCCC")]);
    story.run_until(2, 0, 3_000);
    story.bench.things[2].start_mm -= 300;
    story.run_until(2, 0, 4_000);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Ambiguous), (FIRST + 1, DoubtCause::Ambiguous)]);
}

#[test]
fn between_two_in_doubt_the_nearest_takes_an_edge() {
    let mut story = Story::on(vague_line(), vec![on_carrier(23, 300, "AAAAAA"), on_carrier(24, 300, "CCCCCC")]);
    story.run_until(2, 0, 3_000);
    for thing in [2, 3] {
        story.bench.things[thing].length_mm = 200;
    }
    story.run_until(2, 0, 7_000);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Length), (FIRST + 1, DoubtCause::Length)]);
    story.bench.things[2].start_mm -= 150;
    story.run_until(2, 0, 9_000);
    assert_eq!(story.bench.sightings(FIRST).last(), Some(&(Sighting::Seen, 150)));
    story.run_until(3, 0, 9_000);
    assert_eq!(story.bench.sightings(FIRST + 1).last(), Some(&(Sighting::Seen, 0)));
}

#[test]
fn the_nearest_takes_an_edge_though_another_one_was_due_before() {
    let mut story = Story::on(vague_line(), vec![on_carrier(23, 300, "AAAAAA"), on_carrier(24, 300, "CCCCCC")]);
    story.run_until(2, 0, 3_000);
    for thing in [2, 3] {
        story.bench.things[thing].length_mm = 200;
    }
    story.run_until(2, 0, 7_000);
    story.bench.things[2].vanishes_at_mm = Some(7_100);
    story.bench.things[3].start_mm += 150;
    story.run_until(3, 0, 9_000);
    assert_eq!(story.bench.sightings(FIRST).last(), Some(&(Sighting::Seen, 0)), "that was at the PEC before");
    assert_eq!(story.bench.sightings(FIRST + 1).last(), Some(&(Sighting::Seen, -150)));
}

#[test]
fn a_body_that_has_changed_since_its_last_pass_is_noticed_at_the_seam() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 0, 12_000);
    story.bench.things[2].length_mm = 150;
    story.run_until(2, 1, 1_000);
    assert_eq!(story.passes(FIRST), 2);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Length)]);
}

/// Where an item's newest fire for the reject outlet hits it, in millimetres from its leading edge.
fn reject_hits(story: &Story, thing: usize, item: u32) -> i64 {
    let (_, fire) = *story.bench.fires_sent(item).last().expect("it is rejected");
    assert_eq!(fire.output, REJECT - 1);
    i64::from(fire.count.wrapping_sub(story.bench.base)) + story.bench.things[thing].start_mm - 11_000
}

#[test]
fn what_is_longer_than_it_was_is_rejected_by_the_middle_of_what_is_there() {
    // Grown by so much it is measured anew; where it does not end in time nobody knows how long it is.
    for (grown, middle) in [(60, 230), (300, 200)] {
        let mut story = Story::new(vec![on_carrier(23, 400, "AAAAAA")]);
        story.run_until(2, 0, 3_000);
        story.bench.things[2].length_mm += grown;
        story.run_until(2, 0, 12_000);
        assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Length)], "{grown} mm");
        assert_eq!((reject_hits(&story, 2, FIRST), story.bench.chute_of(2)), (middle, Some(REJECT)), "{grown} mm");
    }
}

#[test]
fn what_was_put_down_before_the_last_pec_is_rejected_when_it_is_known_how_long_it_is() {
    let mut story = Story::new(vec![Thing { from_mm: 8_900, ..on_carrier(23, 300, "") }]);
    story.run_until(2, 0, 12_000);
    assert_eq!(story.bench.doubts().len(), 1);
    assert_eq!((reject_hits(&story, 2, FIRST), story.bench.chute_of(2)), (150, Some(REJECT)));
}

#[test]
fn what_finds_its_chute_free_when_it_is_past_it_comes_round_for_it() {
    let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
    story.bench.plan(recirculating);
    lock(&mut story, 2, true);
    story.run_until(2, 0, 7_600);
    lock(&mut story, 2, false);
    assert_eq!(story.bench.decided(FIRST), (Reason::Rcx, Outlet::AnotherPass), "the plan need not say so");
    story.run_until(2, 1, 9_000);
    assert_eq!(story.bench.chute_of(2), Some(2));
}

#[test]
fn what_is_too_long_for_a_ring_is_measured_at_its_birth_like_anything_else() {
    let mut story = Story::new(vec![on_carrier(23, 1_500, "AAAAAA")]);
    story.run_until(2, 0, 3_500);
    assert_eq!((story.bench.doubts(), story.bench.last_decision(FIRST).code), (vec![], Reason::Ovl));
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
fn what_is_known_is_hit_in_the_middle_on_every_pass() {
    for turns in [0, 1, 2] {
        let mut story = Story::new(vec![on_carrier(23, 300, "CCCCCC")]);
        story.bench.plan(recirculating);
        lock(&mut story, 2, true);
        story.run_until(2, turns, 0);
        lock(&mut story, 2, false);
        story.run_until(2, turns, 9_000);
        let (_, fire) = *story.bench.fires_sent(FIRST).last().expect("it is sorted");
        let target = i64::from(fire.count.wrapping_sub(story.bench.base)) + story.bench.things[2].start_mm;
        assert_eq!(target - (turns * TURN) as i64, 7_500 + 150, "turn {turns}");
    }
}

#[test]
fn what_has_come_round_is_the_neighbour_of_the_newcomer_behind_it() {
    // 300 mm are between them on carriers that follow each other, and 346 mm have to be there at chute 2. The last one is
    // on its way to the seam, far behind both.
    for (carriers, chute) in [(1, None), (2, Some(2))] {
        let line = Line { inner_permille: 45, outer_permille: 50, ..ring_line() };
        let front_of = |nth: u64, plate| thing((INDEX + nth * PITCH) as i64 + 1, 300, plate);
        let (round, last) = (front_of(30, "AAAAAA"), front_of(42, "BBBBBB"));
        let mut story = Story::on(line, vec![round, last, front_of(30 + CARRIERS + carriers, "CCCCCC")]);
        story.bench.plan(recirculating);
        lock(&mut story, 1, true);
        lock(&mut story, 3, true);
        story.run_until(4, 0, 9_000);
        assert_eq!((story.bench.doubts(), story.bench.chute_of(4)), (vec![], chute), "{carriers} carriers behind");
    }
}

#[test]
fn on_a_ring_too_missing_confirms_make_a_jam_but_not_those_of_what_nobody_knows() {
    // Three that are known to chute 1, and three that lie on carrier 3, which is out of service, to the reject outlet.
    let known = [23, 25, 29].map(|nth| Thing { silent: true, ..on_carrier(nth, 300, "AAAAAA") });
    let strange = [2, 3, 4].map(|turn| Thing { silent: true, ..on_carrier(2 + turn * CARRIERS, 300, "") });
    let mut story = Story::new([known, strange].concat());
    for (nth, plate) in ["AAAAAA", "BBBBBB", "EEEEEE"].into_iter().enumerate() {
        story.bench.parcel(plate, "JFK");
        story.bench.things[2 + nth].plate = Some(plate);
    }
    story.bench.plan(|plan| {
        plan.flights[0].chutes.truncate(1);
        plan.jam_unconfirmed = 3;
    });
    story.run_until(4, 0, 9_000);
    assert_eq!([2, 3, 4].map(|thing| story.bench.chute_of(thing)), [Some(1); 3]);
    assert_eq!(story.bench.alarms(), [(Alarm::ChuteJammed(1), true)]);
    story.run_until(7, 0, 14_000);
    assert_eq!([5, 6, 7].map(|thing| story.bench.chute_of(thing)), [Some(REJECT); 3]);
    assert_eq!(story.bench.alarms(), [(Alarm::ChuteJammed(1), true)]);
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

#[test]
fn a_reject_that_the_board_has_no_room_for_is_sent_again_in_the_next_turn_and_not_before() {
    // A board whose queue is full would be told the same again and again.
    let nth = 2 + 2 * CARRIERS;
    let mut story = Story::new(vec![on_carrier(nth, 300, "AAAAAA")]);
    story.run_until(2, 0, 9_600);
    let (_, fire) = story.bench.fires_sent(FIRST)[0];
    story.bench.board_fires = false;
    let count = story.bench.wire();
    story.bench.board(common::outcome(count, fire.tag, fire.revision, FireOutcome::QueueFull));
    story.run_until(2, 0, 13_000);
    assert_eq!(story.bench.fires_sent(FIRST).len(), 1);
    story.bench.board_fires = true;
    story.run_until(2, 1, 13_000);
    assert_eq!((story.bench.fires_sent(FIRST).len(), story.bench.chute_of(2)), (2, Some(REJECT)));
}
