//! A ring of carriers (T13): passes, and the outlet for what may not ride on.

mod common;

use common::ring::{CARRIERS, FIRST, INDEX, PITCH, REJECT, Story, TURN, lock, on_carrier, recirculating, ring_line};
use common::{Thing, UM, hold, thing};
use sortie_core::line::Line;
use sortie_core::output::{Alarm, DoubtCause, Outlet, Reason, Sighting};
use sortie_core::records::Customs;
use sortie_protocol::board::telegram::FireOutcome;

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
fn a_body_that_has_grown_too_long_stops_the_ring_at_one_pec_and_not_at_each() {
    let mut story = Story::new(vec![on_carrier(23, 400, "AAAAAA")]);
    story.run_until(2, 0, 3_000);
    // Others have slid against it.
    story.bench.things[2].length_mm += 1_800;
    story.run_until(2, 0, 12_000);
    let jams = story.bench.alarms().iter().filter(|(alarm, _)| matches!(alarm, Alarm::Jam(_))).count();
    assert_eq!(jams, 2, "raised once, and ended");
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
