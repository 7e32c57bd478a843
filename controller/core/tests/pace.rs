//! Counts that do not keep pace with the belt: pulses are lost, and the board does not notice (T10, T4).

mod common;

use common::{Bench, Thing, order, thing};
use sortie_core::output::{Alarm, DoubtCause, FlushCause, Record};
use sortie_core::records::Order;
use sortie_protocol::board::telegram::{BeltMotion, HostTelegram};

/// A parcel whose fire is with the board.
fn queued() -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 5500);
    assert_eq!(bench.fires_sent(3).len(), 1);
    bench
}

fn flushes(bench: &Bench) -> Vec<FlushCause> {
    let flushed = |record: &Record| {
        let Record::Flushed { why, .. } = record else { return None };
        Some(*why)
    };
    bench.log.iter().filter_map(flushed).collect()
}

/// The drive says that the belt is at speed, but from `lost` counts of travel no pulse came.
fn lose_pulses(bench: &mut Bench, lost: u64) {
    // Nothing moves for the counts, while the board's time goes on as the belt does.
    for _ in 0..lost.div_ceil(50) {
        bench.board_ms += 20;
        bench.late_ms += 20;
        bench.clock();
    }
}

#[test]
fn pulses_that_fail_for_long_leave_nothing_known_of_the_belt() {
    let mut bench = queued();
    lose_pulses(&mut bench, 150);
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::OutOfPace]);
    assert_eq!((bench.cancels(), bench.alarms()), (vec![(3, 1)], vec![(Alarm::EncoderFault, true)]));
    // Whoever is told has looked after the encoder.
    bench.input(order(Order::Acknowledge));
    assert_eq!(bench.alarms(), [(Alarm::EncoderFault, true), (Alarm::EncoderFault, false)]);
}

#[test]
fn an_encoder_that_is_dead_is_told_once_and_a_belt_that_stands_is_no_lag() {
    let mut bench = queued();
    lose_pulses(&mut bench, 5_000);
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::OutOfPace]);
    let mut bench = queued();
    bench.motion(BeltMotion::Ramping, false);
    bench.motion(BeltMotion::Stopped, false);
    lose_pulses(&mut bench, 5_000);
    assert_eq!((flushes(&bench), bench.alarms()), (vec![FlushCause::Start], vec![]));
}

#[test]
fn a_few_lost_pulses_make_windows_wider_and_withdraw_who_is_too_near_to_a_neighbour() {
    for (gap, withdrawn) in [(900, false), (110, true)] {
        let ahead = thing(2010, 400, "AAAAAA");
        let mut bench = Bench::story(vec![ahead, thing(2010 + 400 + gap, 400, "BBBBBB")]);
        bench.travel_to(2, 5_600);
        assert_eq!(bench.fires_sent(3).len(), 1, "{gap} mm");
        lose_pulses(&mut bench, 50);
        assert_eq!(flushes(&bench), [FlushCause::Start], "{gap} mm");
        assert_eq!(!bench.cancels().is_empty(), withdrawn, "{gap} mm");
    }
}

#[test]
fn a_counter_that_leaps_by_less_than_a_second_is_noticed_too() {
    // 400 counts at once are 160 ms of travel; a board that began anew just before its counter wrapped does that.
    let mut bench = queued();
    bench.travel(50);
    bench.base = bench.base.wrapping_add(400);
    bench.travel(1);
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::OutOfPace]);
    assert_eq!(bench.cancels(), [(3, 1)]);
}

#[test]
fn a_leap_that_an_edge_tells_first_is_judged_before_anything_falls_due_by_it() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 4_110);
    bench.base = bench.base.wrapping_add(2_300);
    // Sensor 1 is blocked, by its counts for much longer than any item is.
    bench.edge(3, true);
    bench.clock();
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::OutOfPace]);
    assert_eq!(bench.alarms(), [(Alarm::EncoderFault, true)]);
    let stops = bench.commands.iter().filter(|(_, command)| matches!(command, HostTelegram::StopRequest { .. }));
    assert_eq!(stops.count(), 0);
}

/// A belt full of parcels, no two with the same gap between them, that runs down, stands and runs up.
fn stopped_with(shift_mm: i64) -> Bench {
    let places = (0..24).map(|nth| 14_000 + nth * 620 + (nth * nth * 37) % 190);
    let mut bench = Bench::story(places.map(|place| thing(place, 300, "AAAAAA")).collect());
    bench.travel_to(2, 11_000);
    bench.motion(BeltMotion::Ramping, false);
    bench.motion(BeltMotion::Stopped, false);
    for moved in &mut bench.things {
        moved.start_mm += shift_mm;
    }
    bench.motion(BeltMotion::Ramping, false);
    bench.motion(BeltMotion::Running, false);
    bench.travel(5_000);
    bench
}

#[test]
fn pulses_that_fail_while_the_belt_runs_up_are_told_by_all_pecs_together() {
    let bench = stopped_with(330);
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::OutOfPace]);
    assert_eq!(bench.alarms().first(), Some(&(Alarm::EncoderFault, true)));
}

#[test]
fn a_belt_that_stops_and_goes_on_where_it_was_is_no_such_thing() {
    let bench = stopped_with(0);
    assert_eq!((flushes(&bench), bench.alarms()), (vec![FlushCause::Start], vec![]));
}

/// Two of the same length, and the belt stops between two PECs.
fn two_alike() -> Bench {
    let mut bench = Bench::story(vec![thing(2_010, 300, "AAAAAA"), thing(2_710, 300, "CCCCCC")]);
    bench.travel_to(2, 2_900);
    bench.motion(BeltMotion::Ramping, false);
    bench.motion(BeltMotion::Stopped, false);
    bench
}

fn goes_on(bench: &mut Bench) {
    bench.motion(BeltMotion::Ramping, false);
    bench.motion(BeltMotion::Running, false);
    bench.travel(14_000);
}

#[test]
fn after_a_stop_nobody_is_taken_for_the_one_ahead_of_its_own_length() {
    let mut bench = two_alike();
    // While it runs up, the pulses of one pitch are lost: the second comes where the first is expected.
    for moved in &mut bench.things[2..] {
        moved.start_mm += 700;
    }
    goes_on(&mut bench);
    assert_eq!((bench.chute_of(2), bench.chute_of(3)), (None, None));
    assert!(bench.doubts().contains(&(3, DoubtCause::Ambiguous)), "{:?}", bench.doubts());
}

#[test]
fn what_somebody_lays_onto_a_belt_that_stands_costs_only_those_that_look_like_it() {
    for (length_mm, first) in [(300, None), (500, Some(1))] {
        let mut bench = two_alike();
        let ahead = bench.things[2].start_mm + 700;
        bench.things.push(Thing { start_mm: ahead, ..thing(0, length_mm, "") });
        goes_on(&mut bench);
        assert_eq!((bench.chute_of(2), bench.chute_of(4)), (first, None), "{length_mm} mm");
    }
}

/// In so many milliseconds come so many pulses, and then the board tells its clock.
fn pulses(bench: &mut Bench, came: u32, ms: u32) {
    bench.base = bench.base.wrapping_add(came);
    bench.board_ms += ms;
    bench.late_ms += u64::from(ms);
    bench.clock();
}

/// The belt at speed makes 46 to 52 counts in 20 ms. Some clocks have said so, and then come those of the story.
fn clocks(came: &[u32]) -> Bench {
    let mut bench = queued();
    for came in [49, 49].iter().chain(came) {
        pulses(&mut bench, *came, 20);
    }
    bench
}

#[test]
fn up_to_the_base_of_a_window_and_two_milliseconds_nothing_is_said_of_the_counts() {
    // 8 mm, and 5.2 mm at the highest speed.
    for (came, told) in [(46 - 13, false), (46 - 14, true), (52 + 13, false), (52 + 14, true)] {
        assert_eq!(!clocks(&[came]).alarms().is_empty(), told, "{came} pulses");
    }
}

#[test]
fn what_is_lost_or_comes_on_top_little_by_little_adds_up() {
    for (came, expected) in [(36, [false, true]), (62, [false, true]), (47, [false, false]), (51, [false, false])] {
        let told = [1, 2].map(|clocks_off| !clocks(&vec![came; clocks_off]).alarms().is_empty());
        assert_eq!(told, expected, "{came} pulses with each clock");
    }
}

#[test]
fn counts_are_off_by_all_that_was_lost_since_they_last_came_as_they_should() {
    // 40 mm, a little, and 52 mm: more than half of the smallest pitch, where one comes in another one's place.
    assert_eq!(flushes(&clocks(&[6, 40, 0])), [FlushCause::Start, FlushCause::OutOfPace]);
    assert_eq!(flushes(&clocks(&[6, 49, 0])), [FlushCause::Start]);
}

#[test]
fn a_belt_that_stood_between_two_clocks_has_lost_no_pulses() {
    let mut bench = queued();
    bench.motion(BeltMotion::Stopped, false);
    bench.motion(BeltMotion::Running, false);
    pulses(&mut bench, 0, 100);
    assert_eq!((flushes(&bench), bench.alarms()), (vec![FlushCause::Start], vec![]));
}

#[test]
fn a_dead_encoder_makes_an_empty_belt_unknown_and_what_comes_onto_it() {
    let mut bench = Bench::story(vec![]);
    bench.things.clear();
    bench.travel(16_500);
    lose_pulses(&mut bench, 5_000);
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::OutOfPace]);
    bench.edge(0, true);
    lose_pulses(&mut bench, 50);
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::OutOfPace, FlushCause::OutOfPace]);
    assert_eq!(bench.core.riding(), 0, "its place is as unknown as the counts are wrong");
}

#[test]
fn beams_that_flicker_over_an_empty_belt_say_nothing_of_the_counts() {
    let mut bench = Bench::story(vec![]);
    bench.things.clear();
    bench.travel(16_500);
    bench.clock_every = 1_000;
    for pec in [1, 2].repeat(6) {
        bench.edge(pec, true);
        bench.travel(30);
        bench.edge(pec, false);
        bench.travel(20);
    }
    bench.clock();
    assert_eq!((flushes(&bench), bench.alarms()), (vec![FlushCause::Start], vec![]));
}
