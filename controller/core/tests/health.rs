//! A sensor that errs is not believed, and a beam that stays blocked is a jam (T5, T11).

mod common;

use common::{Bench, line, thing};
use sortie_core::input::{Input, Weight};
use sortie_core::line::{Line, Weigher, WeigherKind};
use sortie_core::output::{Alarm, DoubtCause};
use sortie_protocol::board::telegram::HostTelegram;

const SUSPECT: Alarm = Alarm::SensorSuspect(2);

/// The belt that was loaded at the start has run empty; from now on a stranger is news.
fn settled(story: Vec<common::Thing>) -> Bench {
    let mut bench = Bench::story(story);
    bench.things.drain(..2);
    bench.travel(16_500);
    bench
}

/// So many bodies of 100 mm that nobody expects pass the PEC at 9 m.
fn strangers(bench: &mut Bench, number: u32) {
    strangers_at(2, bench, number);
}

fn strangers_at(pec: u16, bench: &mut Bench, number: u32) {
    for _ in 0..number {
        bench.edge(pec, true);
        bench.travel(100);
        bench.edge(pec, false);
        bench.travel(200);
    }
}

#[test]
fn eight_abnormal_outcomes_make_a_sensor_suspect() {
    let mut bench = settled(vec![]);
    strangers(&mut bench, 7);
    assert_eq!(bench.alarms(), []);
    strangers(&mut bench, 1);
    assert_eq!(bench.alarms(), [(SUSPECT, true)]);
    assert_eq!(bench.core.totals().born, 0);
}

#[test]
fn who_acknowledges_a_suspect_sensor_has_looked_after_it() {
    let mut bench = settled(vec![]);
    strangers(&mut bench, 8);
    bench.input(common::order(sortie_core::records::Order::Acknowledge));
    strangers(&mut bench, 7);
    assert_eq!(bench.alarms(), [(SUSPECT, true), (SUSPECT, false)]);
    strangers(&mut bench, 1);
    assert_eq!(bench.alarms().last(), Some(&(SUSPECT, true)));
}

#[test]
fn eight_of_the_last_twelve_count() {
    // Seven strangers, then items that pass as they should; with five of those the oldest strangers are forgotten.
    for (items, alarms) in [(4, vec![(SUSPECT, true)]), (5, vec![])] {
        let story = (0..items).map(|index| thing(21_000 + 1000 * index, 400, "")).collect();
        let mut bench = settled(story);
        strangers(&mut bench, 7);
        let last = bench.things.len() - 1;
        bench.travel_to(last, 9_500);
        strangers(&mut bench, 1);
        assert_eq!(bench.alarms(), alarms, "{items}");
    }
}

#[test]
fn a_suspect_sensor_bears_and_loses_nobody_until_it_is_believed_again() {
    let story = (0..12).map(|index| thing(21_000 + 1000 * index, 400, "CCCCCC")).collect();
    let mut bench = settled(story);
    strangers(&mut bench, 8);
    let before = bench.doubts().len();
    strangers(&mut bench, 1);
    assert_eq!(bench.doubts().len(), before);
    // It forgets its nine one by one: with the eleventh good one three of the last twelve are left.
    let mut good = 0;
    while bench.alarms().len() < 2 {
        good += 1;
        bench.travel_to(good - 1, 9_500);
    }
    assert_eq!((good, bench.alarms()[1]), (9, (SUSPECT, false)));
}

#[test]
fn what_a_suspect_sensor_does_not_see_is_not_missing() {
    let mut removed = thing(21_000, 400, "");
    removed.vanishes_at_mm = Some(8_000);
    let mut bench = settled(vec![removed]);
    strangers(&mut bench, 8);
    let before = bench.doubts().len();
    bench.travel_to(0, 10_000);
    assert_eq!(bench.doubts().len(), before);
}

#[test]
fn behind_a_suspect_sensor_the_windows_grow_from_the_last_good_one() {
    // Chute 4 at 12.5 m, where no-reads go, is 8.5 m behind the PEC at 4 m: 8 + 51 mm each, and 15 mm clearance.
    for (gap, fits) in [(133, true), (132, false)] {
        let mut bench = settled(vec![thing(21_000, 400, ""), thing(21_400 + gap, 400, "")]);
        strangers(&mut bench, 8);
        bench.travel_to(0, 3_000);
        let decision = bench.last_decision(9);
        assert_eq!(decision.rejected.is_empty(), fits, "{gap} mm: {decision:?}");
    }
}

#[test]
fn a_beam_blocked_half_as_long_again_as_the_longest_item_is_a_jam() {
    // 1200 + 20 + 10 mm, and half of that.
    let mut bench = settled(vec![]);
    bench.edge(2, true);
    bench.travel(1845);
    assert_eq!(bench.alarms(), []);
    bench.travel(1);
    assert_eq!(bench.alarms(), [(Alarm::Jam(2), true)]);
    bench.travel(100);
    let stops = bench.commands.iter().filter(|(_, command)| matches!(command, HostTelegram::StopRequest { .. }));
    assert_eq!(stops.count(), 1);
    bench.edge(2, false);
    assert_eq!(bench.alarms(), [(Alarm::Jam(2), true), (Alarm::Jam(2), false)]);
}

#[test]
fn acknowledging_ends_what_a_person_can_end_and_nothing_else() {
    let mut small = line();
    small.parcels_max = 4;
    let mut bench = Bench::story_on(small, vec![]);
    bench.things.drain(..2);
    bench.travel(16_500);
    bench.edge(2, true);
    bench.travel(1900);
    bench.parcel("EEEEEE", "ORD");
    assert_eq!(bench.core.alarms(), [Alarm::Jam(2), Alarm::ParcelsFull]);
    bench.input(common::order(sortie_core::records::Order::Acknowledge));
    assert_eq!(bench.core.alarms(), [Alarm::Jam(2)]);
}

#[test]
fn a_clear_beam_is_no_jam() {
    let mut bench = settled(vec![]);
    bench.edge(2, true);
    bench.travel(400);
    bench.edge(2, false);
    bench.travel(4_000);
    assert_eq!(bench.alarms(), []);
}

/// A scale from 2500 to 3500 mm, and a reading when the first parcel's lead is at a place.
fn weighed(lead: i64, story: Vec<common::Thing>, grams: Option<i32>) -> Bench {
    let mut line = line();
    let scale = Weigher { start_um: 2_500_000, end_um: 3_500_000, kind: WeigherKind::Stream, read_jitter_ms: 10 };
    line.weighers = vec![scale];
    let mut bench = Bench::story_on(line, story);
    bench.travel_to(2, lead);
    bench.input(Input::Weight(Weight { weigher: 1, grams: Some(99) }));
    bench.input(Input::Weight(Weight { weigher: 0, grams }));
    bench.travel_to(2, 4_000);
    bench.input(Input::JournalFailed(true));
    bench
}

#[test]
fn a_weight_belongs_to_the_item_that_is_surely_alone_on_the_scale() {
    // The reading may be 10 ms (26 mm) old, and the clock 6 ms (16 mm) behind: the tail at 2500 + 26, the lead at
    // 3500 − 16 at the latest.
    let expected = [(2925, None), (2926, Some(1500)), (3484, Some(1500)), (3485, None)];
    for (lead, grams) in expected {
        let bench = weighed(lead, vec![thing(2010, 400, "")], Some(1500));
        assert_eq!(bench.last_decision(3).weight_g, grams, "{lead}");
    }
}

#[test]
fn a_stream_that_brings_nothing_for_three_seconds_is_told_of_until_it_does() {
    let mut line = line();
    let scale = |kind| Weigher { start_um: 2_500_000, end_um: 3_500_000, kind, read_jitter_ms: 10 };
    line.weighers = vec![scale(WeigherKind::Checkweigher), scale(WeigherKind::Stream)];
    let mut bench = Bench::story_on(line, Vec::new());
    let mut utc_ms = 1_000_000_i64;
    let mut second = |bench: &mut Bench| {
        utc_ms += 1_000;
        bench.input(Input::Utc { utc_ms });
    };
    bench.input(Input::Weight(Weight { weigher: 1, grams: None }));
    (0..2).for_each(|_| second(&mut bench));
    assert_eq!(bench.alarms(), []);
    second(&mut bench);
    assert_eq!(bench.alarms(), [(Alarm::WeigherSilent(1), true)]);
    // Whatever it says ends it, a weight that is not steady too.
    (0..300).for_each(|_| second(&mut bench));
    bench.input(Input::Weight(Weight { weigher: 1, grams: None }));
    assert_eq!(bench.alarms(), [(Alarm::WeigherSilent(1), true), (Alarm::WeigherSilent(1), false)]);
}

#[test]
fn a_reading_that_is_not_good_or_of_two_items_is_nobodys() {
    assert_eq!(weighed(3200, vec![thing(2010, 400, "")], None).last_decision(3).weight_g, None);
    // The follower's lead is on the platform from 2500 − 16 mm on; the item in front leaves it with its tail, at 3526.
    for (gap, grams) in [(316, None), (317, Some(1500))] {
        let story = vec![thing(2010, 400, ""), thing(2410 + gap, 400, "")];
        assert_eq!(weighed(3200, story, Some(1500)).last_decision(3).weight_g, grams, "{gap}");
    }
}

#[test]
fn a_sensor_at_the_entry_that_errs_bears_nobody_who_is_believed() {
    let mut bench = settled(vec![thing(24_000, 400, "")]);
    for _ in 0..8 {
        bench.edge(0, true);
        bench.travel(50);
        bench.edge(0, false);
        bench.travel(300);
    }
    assert_eq!(bench.alarms(), [(Alarm::SensorSuspect(0), true)]);
    bench.travel_to(0, 500);
    let last = bench.doubts().last().copied().expect("one");
    assert_eq!(last, (9, DoubtCause::Malformed));
}

#[test]
fn a_stranger_that_is_longer_than_any_item_counts_twice_against_its_sensor() {
    // It is taken for one too long when 1200 + 20 mm, and 60 mm for an edge that is told late, have gone by.
    for (length, alarms) in [(1279, vec![]), (1281, vec![(SUSPECT, true)])] {
        let mut bench = settled(vec![]);
        for _ in 0..4 {
            bench.edge(2, true);
            bench.travel(length);
            bench.edge(2, false);
            bench.travel(200);
        }
        assert_eq!(bench.alarms(), alarms, "{length} mm");
    }
}

#[test]
fn a_body_that_has_passed_a_pec_at_its_length_is_no_jam_at_the_next_one() {
    // Two metres: two long items that touch. The entry cannot know better; behind it they are as long as they are.
    let mut bench = Bench::story(vec![thing(2010, 2000, "")]);
    bench.travel_to(2, 16_500);
    assert_eq!(bench.alarms(), [(Alarm::Jam(0), true), (Alarm::Jam(0), false)]);
}

#[test]
fn a_body_that_has_passed_a_pec_is_a_jam_when_it_stays_half_as_long_again() {
    // 2000 + 20 mm, and half of that.
    let mut bench = Bench::story(vec![thing(2010, 2000, "")]);
    bench.travel_to(2, 4_000);
    bench.things[2].length_mm = 20_000;
    bench.travel(3_030);
    assert!(!bench.alarms().contains(&(Alarm::Jam(1), true)));
    bench.travel(1);
    assert_eq!(bench.alarms().last(), Some(&(Alarm::Jam(1), true)));
}

#[test]
fn the_counts_are_wrong_when_twelve_were_abnormal_and_three_of_them_elsewhere_than_the_one_before() {
    let at = |mostly: usize, then: &[u16]| [vec![2; mostly], then.to_vec()].concat();
    let patient = || Line { suspect_k: 40, suspect_n: 60, ..line() };
    for (pecs, wrong) in [
        (at(20, &[]), false),
        (at(11, &[1]), false),
        (at(10, &[1, 2]), true),
        ([2, 1].repeat(6)[1..].to_vec(), false),
        ([2, 1].repeat(6), true),
    ] {
        let mut bench = Bench::story_on(patient(), vec![]);
        bench.things.clear();
        bench.travel(16_500);
        pecs.iter().for_each(|pec| strangers_at(*pec, &mut bench, 1));
        assert_eq!(bench.alarms().contains(&(Alarm::EncoderFault, true)), wrong, "{pecs:?}");
    }
}

#[test]
fn a_sensor_that_is_not_believed_says_nothing_of_the_counts_either() {
    let mut bench = settled(vec![]);
    strangers(&mut bench, 8);
    strangers_at(1, &mut bench, 3);
    strangers(&mut bench, 3);
    assert_eq!(bench.alarms(), [(SUSPECT, true)]);
}

#[test]
fn the_tail_of_a_long_parcel_ahead_is_not_weighed_with_the_next_one() {
    // The long one's tail is on the last centimetres of the scale, and with it all of the one behind.
    for (ahead, grams) in [(1_290, None), (1_400, Some(1500))] {
        let story = vec![thing(2010, 1200, ""), thing(2010 + ahead, 400, "")];
        let bench = weighed(3_350 + ahead, story, Some(1500));
        assert_eq!(bench.last_decision(4).weight_g, grams, "{ahead} mm");
    }
}
