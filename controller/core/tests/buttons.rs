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
/// Somebody changes a container while the belt travels so far, mm.
const CHANGED: u64 = 2_600;

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
    bench.travel(CHANGED);
    press(&mut bench, CHANGE);
    assert_eq!(bench.containers().last().map(String::as_str), Some("3 open at 2 as ''"));
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
    bench.travel(CHANGED);
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

/// A bag hangs at chute 2, and the flight it was filled for closes just when somebody wants to change it.
fn closed_by_its_flight(before: Order) -> Bench {
    let mut bench = line_with_button();
    press(&mut bench, CHANGE);
    bench.travel_to(2, 9_300);
    bench.input(order(before));
    bench.travel(1);
    bench.input(Input::Utc { utc_ms: 2_000_000 });
    press(&mut bench, CHANGE);
    bench
}

#[test]
fn a_press_that_asks_for_what_its_flight_has_just_done_puts_no_new_bag_there() {
    // The second is lit for something else; the third blinks already.
    for (before, shown) in [
        (Order::Acknowledge, vec![LampState::Blink]),
        (Order::Disable { chute: 2 }, vec![LampState::On, LampState::Blink]),
        (Order::Lock { chute: 2 }, vec![LampState::Blink]),
    ] {
        let mut bench = closed_by_its_flight(before);
        assert_eq!(bench.containers().last().map(String::as_str), Some("1 closed at 2: 1+0, 0 g"));
        assert_eq!(bench.refusals(), [Refusal::ContainerOpen { chute: 2 }]);
        bench.travel(1);
        let lamps: Vec<LampState> = lamps(&bench).iter().map(|(_, state)| *state).collect();
        assert!(lamps.ends_with(&shown), "it asks for another bag, whatever else there is: {lamps:?}");
        bench.travel(CHANGED);
        press(&mut bench, CHANGE);
        assert_eq!(bench.containers().last().map(String::as_str), Some("3 open at 2 as ''"));
    }
}

#[test]
fn a_second_after_the_lamp_began_to_blink_a_press_is_believed() {
    for (travel, believed) in [(2_499, false), (2_500, true)] {
        let mut bench = closed_by_its_flight(Order::Acknowledge);
        while lamps(&bench).last() != Some(&(LAMP, LampState::Blink)) {
            bench.travel(1);
        }
        bench.travel(travel);
        press(&mut bench, CHANGE);
        assert_eq!(bench.containers().last().is_some_and(|line| line == "3 open at 2 as ''"), believed, "{travel}");
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

#[test]
fn while_the_journal_fails_nobody_changes_a_container() {
    let mut bench = line_with_button();
    press(&mut bench, CHANGE);
    bench.travel_to(2, 9_300);
    bench.input(Input::JournalFailed(true));
    let before = lamps(&bench).len();
    for _ in 0..2 {
        press(&mut bench, CHANGE);
        bench.travel(CHANGED);
    }
    bench.input(common::open_container(2, "BAG2"));
    assert_eq!(bench.refusals(), vec![Refusal::NotWritten { chute: 2 }; 3]);
    assert_eq!((bench.containers().len(), lamps(&bench).len()), (1, before), "and no lamp asks for anything");
    bench.input(Input::JournalFailed(false));
    bench.travel(1);
    assert_eq!(lamps(&bench)[before..], [(LAMP, LampState::Off)], "those that were on their way are told again");
    press(&mut bench, CHANGE);
    assert_eq!(bench.containers()[1..], ["1 closing at 2: Button", "1 closed at 2: 1+0, 0 g"]);
}
