//! The people at the chutes, as a host sees them by buttons and sensors, and the world by what they do.

mod bench;

use bench::{Bench, setup};
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, HostTelegram, LampState};
use sortie_world::events::{ChangeStep, Physical};
use sortie_world::setup::{Faults, Operators, Setup, Traffic};

const S: u64 = 1_000_000_000;
const CHUTE: u16 = 1;

fn operators() -> Operators {
    Operators { container_pieces: 10, empty_min_s: 5, empty_max_s: 20, change_max_s: 6, ..Operators::default() }
}

/// A line at whose first chute a container has to stand.
fn bench(operators: Operators) -> Bench {
    let plain = setup(Faults::new());
    let mut chutes = plain.chutes.clone();
    chutes[0].container = true;
    Bench::new(Setup { chutes, operators, traffic: sparse(), ..plain }, 1, PARCELS)
}

/// More than come in any of these stories, so that the line goes on.
const PARCELS: u64 = 1_000;

/// One parcel a minute.
fn sparse() -> Traffic {
    Traffic { parcels_per_hour: 60, ..Traffic::default() }
}

fn lamp(bench: &mut Bench, state: LampState) {
    bench.tell(HostTelegram::Lamp { lamp: CHUTE, state });
    bench.run_for(S / 10);
}

/// How often the button was pressed so far; each press ends.
fn presses(bench: &Bench, wanted: u16) -> usize {
    let told = |wanted_pressed| {
        let meant = |telegram: &BoardTelegram| {
            matches!(*telegram, BoardTelegram::Button { button, pressed, .. }
                if button == wanted && pressed == wanted_pressed)
        };
        bench.heard.told.iter().filter(|(_, telegram)| meant(telegram)).count()
    };
    assert_eq!(told(true), told(false), "every press ends");
    told(true)
}

fn steps(bench: &Bench) -> Vec<ChangeStep> {
    let step = |(_, event): &(u64, Physical)| {
        let Physical::Change { chute: CHUTE, step } = *event else { return None };
        Some(step)
    };
    bench.heard.physical.iter().filter_map(step).collect()
}

/// The first container has been put there, and its lamp is dark.
fn with_container(operators: Operators) -> Bench {
    let mut bench = bench(operators);
    bench.run_for(S);
    lamp(&mut bench, LampState::Blink);
    bench.run_for(30 * S);
    lamp(&mut bench, LampState::Off);
    bench
}

#[test]
fn a_lamp_that_blinks_calls_somebody_who_puts_a_container_there_and_says_so() {
    let mut bench = bench(operators());
    bench.run_for(S);
    lamp(&mut bench, LampState::Blink);
    bench.run_for(4 * S);
    assert_eq!((steps(&bench), presses(&bench, CHUTE)), (vec![ChangeStep::Free], 0), "nobody is that quick");
    bench.run_for(26 * S);
    assert_eq!(steps(&bench), [ChangeStep::Free, ChangeStep::Placed, ChangeStep::Done]);
    assert_eq!(presses(&bench, CHUTE), 1);
}

#[test]
fn a_container_is_changed_only_when_the_lamp_says_that_nothing_comes_any_more() {
    let mut bench = with_container(operators());
    bench.world.set_pieces(CHUTE, 10, &mut bench.heard);
    bench.run_for(25 * S);
    let before = [ChangeStep::Free, ChangeStep::Placed, ChangeStep::Done];
    assert_eq!(steps(&bench)[..3], before);
    assert_eq!((&steps(&bench)[3..], presses(&bench, CHUTE)), (&[ChangeStep::Wanted][..], 2));
    lamp(&mut bench, LampState::On);
    bench.run_for(120 * S);
    assert_eq!((steps(&bench).len(), presses(&bench, CHUTE)), (4, 2), "a lamp that is lit says: hands off");
    lamp(&mut bench, LampState::Blink);
    bench.run_for(10 * S);
    assert_eq!(steps(&bench)[4..], before);
    assert_eq!(presses(&bench, CHUTE), 3);
}

#[test]
fn who_sees_nothing_happen_presses_again() {
    let mut bench = with_container(operators());
    bench.world.set_pieces(CHUTE, 10, &mut bench.heard);
    bench.run_for(25 * S);
    assert_eq!(presses(&bench, CHUTE), 2);
    bench.run_for(60 * S);
    assert!((3..=5).contains(&presses(&bench, CHUTE)), "{}", presses(&bench, CHUTE));
    let asked = steps(&bench).iter().filter(|step| **step == ChangeStep::Wanted).count();
    assert_eq!(asked + 1, presses(&bench, CHUTE), "each press asks, but for the one that told of the first container");
}

#[test]
fn a_new_container_that_nobody_takes_note_of_is_reported_again_and_not_changed_again() {
    let mut bench = bench(operators());
    bench.run_for(S);
    lamp(&mut bench, LampState::Blink);
    bench.run_for(90 * S);
    assert!(presses(&bench, CHUTE) >= 3);
    assert_eq!(steps(&bench).iter().filter(|step| **step == ChangeStep::Placed).count(), 1);
}

#[test]
fn what_gets_stuck_blocks_the_confirm_eye_until_somebody_clears_it_and_acknowledges() {
    let stuck = Operators { stuck_per_10000: 10_000, clear_max_s: 30, ..operators() };
    let plain = setup(Faults::new());
    let mut bench = Bench::new(Setup { operators: stuck, traffic: sparse(), ..plain }, 1, PARCELS);
    bench.sorts = true;
    bench.run(45 * S);
    let mut pulses = 0;
    for wanted in [1, 2] {
        let confirms = |(at, telegram): &(u64, BoardTelegram)| {
            let BoardTelegram::Chute { sensor: ChuteSensor::Confirm, active, chute, .. } = *telegram else {
                return None;
            };
            (chute == wanted).then_some((*at, active))
        };
        let edges: Vec<_> = bench.heard.told.iter().filter_map(confirms).collect();
        let [(blocked, true), (clear, false)] = edges[..] else { panic!("one pulse, not {edges:?}") };
        assert!((11 * S..32 * S).contains(&(clear - blocked)), "{} s", (clear - blocked) / S);
        pulses += 1;
    }
    assert_eq!(presses(&bench, 0), pulses);
}

#[test]
fn nobody_comes_before_the_break_is_over() {
    // The team of chute 1 begins its break at the full hour.
    let breaks = Operators { break_every_min: 60, break_s: 600, ..operators() };
    let mut bench = bench(breaks);
    bench.run(3_601 * S);
    lamp(&mut bench, LampState::Blink);
    bench.run(4_190 * S);
    assert_eq!(steps(&bench), [ChangeStep::Free]);
    bench.run(4_230 * S);
    assert_eq!(steps(&bench).last(), Some(&ChangeStep::Done));
}
