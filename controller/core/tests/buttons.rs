//! Buttons at the line, and the lamps that answer them.

mod common;

use common::{Bench, bags, order, thing};
use sortie_core::input::Input;
use sortie_core::line::{Button, ButtonDuty};
use sortie_core::output::{Alarm, ChuteStatus, Reason, Refusal};
use sortie_core::records::Order;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, HostTelegram, LampState};

const CHANGE: u16 = 7;
const ACKNOWLEDGE: u16 = 8;
const LAMP: u16 = 52;

/// Chute 2 demands bags and has a button and a lamp; a parcel to ORD comes.
fn line_with_button() -> Bench {
    let mut line = common::line();
    line.buttons = vec![
        Button { number: CHANGE, duty: ButtonDuty::Container(2) },
        Button { number: ACKNOWLEDGE, duty: ButtonDuty::Acknowledge },
    ];
    line.chutes[1].lamp = Some(LAMP);
    let mut bench = Bench::story_on(line, vec![thing(2010, 400, "CCCCCC")]);
    bench.plan(|plan| plan.chutes.push(bags(2)));
    bench
}

fn press(bench: &mut Bench, button: u16) {
    for pressed in [true, false] {
        let count = bench.wire();
        bench.board(BoardTelegram::Button { count, button, pressed });
    }
}

fn lamps(bench: &Bench) -> Vec<(u16, LampState)> {
    let lamp = |(_, command): &(u64, HostTelegram)| {
        let HostTelegram::Lamp { lamp, state } = command else { return None };
        Some((*lamp, *state))
    };
    bench.commands.iter().filter_map(lamp).collect()
}

#[test]
fn a_button_begins_the_change_and_ends_it() {
    let mut bench = line_with_button();
    press(&mut bench, CHANGE);
    assert_eq!(bench.containers(), ["1 open at 2 as ''"]);
    bench.travel_to(2, 7_700);
    press(&mut bench, CHANGE);
    assert_eq!(bench.containers()[1..], ["1 closing at 2: Button"]);
    press(&mut bench, CHANGE);
    assert_eq!(bench.refusals(), [Refusal::ContainerOpen { chute: 2 }], "too early: the old bag still hangs there");
    bench.travel_to(2, 9_261);
    assert_eq!(bench.containers()[2..], ["1 closed at 2: 1+0, 0 g"]);
    press(&mut bench, CHANGE);
    assert_eq!(bench.containers()[3..], ["2 open at 2 as ''"]);
    assert_eq!(bench.states(2)[1..], [ChuteStatus::Open, ChuteStatus::Locked, ChuteStatus::Open]);
}

#[test]
fn the_lamp_says_hands_off_and_then_change_it_now() {
    use LampState::{Blink, Off, On};
    let mut bench = line_with_button();
    bench.travel(1);
    press(&mut bench, CHANGE);
    bench.travel_to(2, 7_700);
    press(&mut bench, CHANGE);
    bench.travel_to(2, 9_300);
    press(&mut bench, CHANGE);
    bench.travel(1);
    assert_eq!(lamps(&bench), [Blink, Off, On, Blink, Off].map(|state| (LAMP, state)));
}

#[test]
fn the_lamp_is_lit_when_the_chute_is_full_jammed_or_out_of_service() {
    use LampState::{Blink, Off, On};
    let mut bench = line_with_button();
    press(&mut bench, CHANGE);
    bench.travel(1);
    for (what, undo) in [
        (Order::Lock { chute: 2 }, Order::Unlock { chute: 2 }),
        (Order::Disable { chute: 2 }, Order::Enable { chute: 2 }),
    ] {
        for what in [what, undo] {
            bench.input(order(what));
            bench.travel(1);
        }
    }
    for active in [true, false] {
        bench.sensor(2, ChuteSensor::HalfFull, active);
        bench.sensor(2, ChuteSensor::Full, active);
        bench.travel(1_251);
    }
    assert_eq!(lamps(&bench), [Off, Blink, Off, On, Off, On, Off].map(|state| (LAMP, state)));
}

#[test]
fn lamps_are_told_one_with_each_clock_and_all_again_to_a_new_session() {
    let mut line = common::line();
    for (chute, lamp) in line.chutes.iter_mut().zip(11..) {
        chute.lamp = Some(lamp);
    }
    let mut bench = Bench::on(line, vec![]);
    bench.travel(50);
    assert_eq!(lamps(&bench), [(11, LampState::Off)]);
    bench.travel(500);
    assert_eq!(lamps(&bench), [11, 12, 13, 14].map(|lamp| (lamp, LampState::Off)));
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: false, time_ms: None });
    bench.travel(500);
    assert_eq!(lamps(&bench).len(), 4, "the stream goes on, and nothing was forgotten");
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: true, time_ms: None });
    bench.travel(500);
    assert_eq!(lamps(&bench).len(), 8);
}

#[test]
fn a_button_that_is_not_listed_acknowledges_as_the_one_that_is() {
    for button in [ACKNOWLEDGE, 99] {
        let mut bench = line_with_button();
        bench.plan(|plan| plan.jam_unconfirmed = 1);
        bench.travel_to(1, 12_600);
        bench.confirm_after = None;
        bench.travel(2_000);
        assert_eq!(bench.alarms(), [(Alarm::ChuteJammed(4), true)]);
        press(&mut bench, button);
        assert_eq!(bench.alarms().last(), Some(&(Alarm::ChuteJammed(4), false)), "button {button}");
        assert!(!bench.containers().iter().any(|line| line.contains("closing")));
    }
}

#[test]
fn letting_a_button_go_does_nothing() {
    let mut bench = line_with_button();
    let count = bench.wire();
    bench.board(BoardTelegram::Button { count, button: CHANGE, pressed: false });
    assert!(bench.containers().is_empty());
    bench.travel_to(2, 3_000);
    assert_eq!(bench.decided(3).0, Reason::Nct);
}
