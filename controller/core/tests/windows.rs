//! Where a window ends, to the count (T3, T4, T9). The line of the bench has one count a millisecond of belt: base
//! 8 mm, inner 6 ‰, outer 12 ‰, so that 4000 mm behind the entry they are 32 and 56 mm wide. Strangers are called
//! flushed here, for the stories end before the belt that was loaded at the start has run empty.

mod common;

use common::{Bench, Thing, plan, thing};
use sortie_core::input::Input;
use sortie_core::output::{DoubtCause, Outlet, Reason, Record, Sighting};
use sortie_protocol::board::telegram::BeltMotion;

fn parcel() -> Vec<Thing> {
    vec![thing(2010, 400, "AAAAAA")]
}

/// The parcel slips back by so many millimetres on its way from the tunnel to the next PEC.
fn slipped(by: i64) -> Bench {
    let mut bench = Bench::story(parcel());
    bench.travel_to(2, 3500);
    bench.things[2].start_mm -= by;
    bench.travel_to(2, 4600);
    bench
}

#[test]
fn the_inner_window_ends_at_32_mm_and_the_outer_at_56() {
    let expected = [
        (0, Sighting::Seen),
        (32, Sighting::Seen),
        (33, Sighting::Late),
        (56, Sighting::Late),
        (-32, Sighting::Seen),
        (-33, Sighting::Early),
        (-56, Sighting::Early),
    ];
    for (slip, how) in expected {
        let bench = slipped(slip);
        assert_eq!(bench.sightings(3), [(how, slip as i32)], "{slip} mm");
        assert_eq!(bench.doubts(), [], "{slip} mm");
    }
}

#[test]
fn an_edge_outside_the_outer_window_is_a_strangers() {
    for slip in [57, -57] {
        let bench = slipped(slip);
        assert_eq!(bench.sightings(3), [], "{slip} mm");
        assert!(bench.doubts().contains(&(3, DoubtCause::Missing)), "{slip} mm");
        assert!(bench.doubts().contains(&(4, DoubtCause::Flushed)), "{slip} mm");
    }
}

#[test]
fn an_item_is_missing_as_soon_as_no_late_edge_can_be_its_own() {
    let mut removed = thing(2010, 400, "AAAAAA");
    removed.vanishes_at_mm = Some(3500);
    let mut bench = Bench::story(vec![removed]);
    bench.travel_to(2, 3000);
    let born = bench.born(3);
    bench.travel(3000);
    // The window's end at 4056, and 60 mm for an edge that is told late; it is over when the count is beyond.
    assert_eq!(bench.doubts_at(), [(3, DoubtCause::Missing, born + 4000 + 56 + 60 + 1)]);
    assert_eq!(bench.last_decision(3).code, Reason::Trk);
    // As a ghost it is waited for at the PECs that follow, and is gone behind the last: 8 + 12 ‰ of 14 m.
    bench.travel_until(born + 14_000 + 176 + 60);
    assert!(!bench.log.contains(&Record::Gone { item: 3 }));
    bench.travel(1);
    assert!(bench.log.contains(&Record::Gone { item: 3 }));
    assert_eq!(bench.core.totals().gone, 1);
}

#[test]
fn a_sighting_makes_the_windows_narrow_again() {
    for (slip, how) in [(38, Sighting::Seen), (39, Sighting::Late), (68, Sighting::Late)] {
        // ORD has no chute behind the second PEC; a hold keeps the parcel on the belt so far.
        let mut bench = Bench::story(vec![thing(2010, 400, "")]);
        bench.travel_to(2, 3000);
        bench.things[2].start_mm -= 30;
        bench.travel_to(2, 8000);
        bench.things[2].start_mm -= slip;
        bench.travel_to(2, 9500);
        assert_eq!(bench.sightings(3), [(Sighting::Seen, 30), (how, slip as i32)]);
    }
}

fn every_stop_widens_the_windows_once(told: &[BeltMotion]) {
    for (stops, slip, how) in
        [(1, 42, Sighting::Seen), (1, 43, Sighting::Late), (2, 52, Sighting::Seen), (2, 53, Sighting::Late)]
    {
        let mut bench = Bench::story(parcel());
        bench.travel_to(2, 3500);
        for _ in 0..stops {
            // However often it is told, and whether the board tells the ramps or not.
            for motion in told {
                bench.motion(*motion, false);
            }
            bench.motion(BeltMotion::Running, false);
        }
        bench.things[2].start_mm -= slip;
        bench.travel_to(2, 4600);
        assert_eq!(bench.sightings(3), [(how, slip as i32)], "{stops} stops, {slip} mm");
    }
}

#[test]
fn every_stop_widens_the_windows_once_however_it_is_told() {
    use BeltMotion::{Ramping, Stopped};
    every_stop_widens_the_windows_once(&[Stopped]);
    every_stop_widens_the_windows_once(&[Stopped, Stopped, Stopped]);
    every_stop_widens_the_windows_once(&[Ramping, Stopped, Stopped, Ramping]);
}

#[test]
fn a_sighting_takes_back_what_the_stops_added() {
    let mut bench = Bench::story(vec![thing(2010, 400, "")]);
    bench.travel_to(2, 3500);
    bench.motion(BeltMotion::Stopped, false);
    bench.motion(BeltMotion::Running, false);
    bench.travel_to(2, 8000);
    bench.things[2].start_mm -= 39;
    bench.travel_to(2, 9500);
    assert_eq!(bench.sightings(3), [(Sighting::Seen, 0), (Sighting::Late, 39)]);
}

#[test]
fn an_item_that_is_early_or_late_proves_itself_by_its_length() {
    for (length, right) in [(420, true), (380, true), (421, false), (379, false)] {
        let mut bench = Bench::story(parcel());
        bench.travel_to(2, 3500);
        bench.things[2].start_mm -= 40;
        bench.things[2].length_mm = length;
        bench.travel_to(2, 4600);
        if right {
            assert_eq!(bench.sightings(3), [(Sighting::Late, 40)], "{length} mm");
            assert_eq!(bench.doubts(), [], "{length} mm");
        } else {
            assert_eq!(bench.sightings(3), [], "{length} mm");
            assert_eq!(bench.doubts(), [(3, DoubtCause::Length)], "{length} mm");
        }
    }
}

#[test]
fn a_length_that_is_wrong_by_more_than_20_mm_is_another_item() {
    for (length, at) in [(420, None), (380, None), (421, Some(421)), (379, Some(480))] {
        let mut bench = Bench::story(parcel());
        bench.travel_to(2, 3500);
        bench.things[2].length_mm = length;
        bench.travel_to(2, 4600);
        let lead = bench.born(3) + 4000;
        // Too long shows at the trailing edge; too short when no more body can come: 400 + 20 + 60 mm.
        let expected: Vec<_> = at.map(|at| (3, DoubtCause::Length, lead + at)).into_iter().collect();
        assert_eq!(bench.doubts_at(), expected, "{length} mm");
    }
}

#[test]
fn an_edge_in_the_body_is_a_hole_as_long_as_it_is_surely_in_it() {
    for (back, cause) in [(379, None), (380, Some(DoubtCause::Length))] {
        let mut bench = Bench::story(parcel());
        bench.travel_to(2, 4350);
        bench.edge(1, false);
        bench.travel_to(2, 4000 + back);
        bench.edge(1, true);
        bench.travel_to(2, 4600);
        assert_eq!(bench.doubts().first().map(|(_, why)| *why), cause, "{back} mm");
    }
}

#[test]
fn a_stranger_in_a_body_makes_only_that_body_uncertain() {
    // The occupant of the beam is known, but the edge comes behind its end, where the follower is not due yet.
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "CCCCCC")]);
    bench.travel_to(2, 4600);
    bench.edge(1, true);
    bench.travel(100);
    bench.edge(1, false);
    bench.travel(20_000);
    assert_eq!(bench.doubts(), [(5, DoubtCause::Flushed)]);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (Some(1), Some(2)));
}

#[test]
fn an_edge_in_the_length_of_a_body_that_has_cleared_the_beam_makes_it_uncertain() {
    // It clears the beam 15 mm early, which is still its length; whatever comes before 400 mm lies in its place.
    for (at, cuts) in [(4386, true), (4399, true), (4400, false)] {
        let mut bench = Bench::story(parcel());
        bench.travel_to(2, 4385);
        bench.edge(1, false);
        bench.travel_to(2, at);
        bench.edge(1, true);
        assert_eq!(bench.doubts().contains(&(3, DoubtCause::Overlapped)), cuts, "{at}");
        assert_eq!(bench.doubts().len(), if cuts { 2 } else { 1 }, "and the stranger");
    }
}

#[test]
fn a_flicker_at_a_later_pec_is_taken_back() {
    for (length, doubts) in
        [(39, vec![(4, DoubtCause::Flushed), (4, DoubtCause::Malformed)]), (40, vec![(4, DoubtCause::Flushed)])]
    {
        let mut bench = Bench::story(parcel());
        bench.travel_to(2, 4600);
        bench.edge(1, true);
        bench.travel(length);
        bench.edge(1, false);
        bench.travel(200);
        assert_eq!(bench.doubts(), doubts, "{length} mm");
        assert_eq!(bench.core.totals().gone, doubts.len() as u64 - 1, "{length} mm");
    }
}

/// Two JFK parcels with the smallest legal gap of 90 mm; the first slips towards the second.
fn closing(by: i64) -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(2500, 400, "BBBBBB")]);
    bench.travel_to(2, 3500);
    bench.things[2].start_mm -= by;
    bench.travel(12_000);
    bench
}

#[test]
fn a_gap_must_leave_the_clearance_and_both_uncertainties() {
    // Chute 1 stands 2500 mm behind the PEC: 8 + 15 mm each, and 15 mm clearance.
    assert_eq!(closing(29).chute_of(2), Some(1));
    let bench = closing(30);
    assert_ne!(bench.chute_of(2), Some(1));
    let rejected = bench
        .decisions()
        .into_iter()
        .rev()
        .find(|decision| decision.item == 3)
        .map(|decision| decision.rejected.clone());
    assert!(rejected.is_some_and(|list| list.iter().any(|entry| entry.why == Reason::Shg)));
}

#[test]
fn the_gap_in_front_counts_as_well() {
    for (slip, fits) in [(29, true), (30, false)] {
        // JFK is behind ORD; the one behind slips forward.
        let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(2500, 400, "AAAAAA")]);
        bench.travel_to(3, 3500);
        bench.things[3].start_mm += slip;
        bench.travel(6_000);
        assert_eq!(bench.chute_of(3) == Some(1), fits, "{slip} mm");
    }
}

/// Only one chute of JFK is in use.
fn only(chute: u16, story: Vec<Thing>) -> Bench {
    let mut bench = Bench::story(story);
    let mut plan = plan();
    plan.disabled = vec![4 - chute];
    bench.input(Input::Plan(Box::new(plan)));
    bench
}

#[test]
fn a_gap_is_judged_by_what_the_last_pec_before_the_chute_will_tell() {
    // Chute 3 stands 2 m behind a PEC that has not seen them yet: 8 + 12 mm each. From the entry it would be 74 mm.
    let mut bench = only(3, vec![thing(2010, 400, "AAAAAA"), thing(2500, 400, "")]);
    bench.travel_to(2, 3000);
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(3));
}

#[test]
fn a_stop_behind_the_pec_is_part_of_the_uncertainty_at_the_chute() {
    // 8 + 15 + 10 mm each, and 15 mm clearance, of 90 mm.
    for (slip, fits) in [(9, true), (10, false)] {
        let mut bench = only(1, vec![thing(2010, 400, "AAAAAA"), thing(2500, 400, "BBBBBB")]);
        bench.travel_to(3, 3500);
        bench.things[3].start_mm += slip;
        bench.travel_to(3, 4450);
        bench.motion(BeltMotion::Stopped, false);
        bench.motion(BeltMotion::Running, false);
        bench.travel(6_000);
        assert_eq!(bench.chute_of(3) == Some(1), fits, "{slip} mm");
    }
}

#[test]
fn a_neighbour_in_doubt_may_be_anywhere_in_its_outer_window() {
    // It was seen 7 m before the chute and had another length there: 8 + 84 mm; the parcel 2 m before: 8 + 12 mm.
    for (gap, fits) in [(126, false), (127, true)] {
        let mut bench = only(3, vec![thing(2010, 400, "AAAAAA"), thing(2410 + gap, 400, "")]);
        bench.travel_to(3, 3500);
        bench.things[3].length_mm += 100;
        bench.travel(12_000);
        assert!(bench.doubts().contains(&(4, DoubtCause::Length)));
        assert_eq!(bench.chute_of(2) == Some(3), fits, "{gap} mm");
    }
}

#[test]
fn a_stranger_is_a_neighbour_like_any_other() {
    // Its place is that of its edge, right behind the parcel that has just passed the PEC.
    for (gap, fits) in [(30, false), (200, true)] {
        let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(4010, 400, "BBBBBB")]);
        bench.travel_to(2, 4400 + gap);
        bench.edge(1, true);
        bench.travel(100);
        bench.edge(1, false);
        bench.travel(6_000);
        assert_eq!(bench.chute_of(2) == Some(1), fits, "{gap} mm");
    }
}

#[test]
fn the_gap_at_the_entry_is_legal_from_90_mm() {
    for (gap, code) in [(90, Reason::Nrd), (89, Reason::Gap)] {
        let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(2410 + gap, 400, "")]);
        bench.travel(6_000);
        assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (code, code), "{gap} mm");
    }
}

#[test]
fn too_long_too_short_and_mere_flicker_are_told_at_the_entry() {
    for (length, code) in [
        (1220, Some(Reason::Nrd)),
        (1221, Some(Reason::Ovl)),
        (60, Some(Reason::Nrd)),
        (59, Some(Reason::Trk)),
        (40, Some(Reason::Trk)),
        (39, None),
    ] {
        let mut bench = Bench::story(vec![thing(2010, length, "")]);
        bench.travel(6_000);
        let last =
            bench.decisions().into_iter().rev().find(|decision| decision.item == 3).map(|decision| decision.code);
        assert_eq!(last, code, "{length} mm");
    }
}

#[test]
fn a_body_that_another_edge_ends_is_measured_by_its_last_clear() {
    // The beam clears early, and the next body comes right behind where this one should end.
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(2600, 400, "CCCCCC")]);
    bench.travel_to(2, 3500);
    bench.things[2].length_mm = 385;
    bench.things[3].start_mm += 110;
    bench.travel_to(3, 4600);
    assert_eq!(bench.doubts().iter().filter(|(item, _)| *item == 3).count(), 0);
}

#[test]
fn every_birth_is_counted_and_numbered() {
    let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(3010, 400, "")]);
    bench.travel(4_000);
    assert_eq!(bench.core.totals().born, 4);
    assert_eq!([1, 2, 3, 4].map(|item| bench.born(item) - bench.born(1)), [0, 1000, 2000, 3000]);
}

#[test]
fn an_item_that_is_much_too_long_costs_its_follower_nothing() {
    // Its trailing edge comes long after every legal one's, and yet the scanners have seen one item, not none.
    let mut bench = Bench::story(vec![thing(2010, 1700, "AAAAAA"), thing(4010, 400, "BBBBBB")]);
    bench.travel(12_000);
    assert_eq!((bench.last_decision(3).code, bench.last_decision(4).code), (Reason::Ovl, Reason::Ok));
    assert_eq!(bench.doubts(), []);
}
