//! Counts that do not keep pace with the belt: pulses are lost, and the board does not notice (T10, T4).

mod common;

use common::{Bench, order, thing};
use sortie_core::output::{Alarm, FlushCause, Record};
use sortie_core::records::Order;
use sortie_protocol::board::telegram::BeltMotion;

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
