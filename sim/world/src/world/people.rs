//! The people at the chutes: they empty, change containers by button and lamp, clear what got stuck, and take breaks.

use super::agenda::{Timed, short};
use super::{World, WorldSink};
use crate::events::{ChangeStep, Physical};
use crate::random::{between, chance};
use crate::setup::Operators;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, LampState};

const MS: u64 = 1_000_000;
const S: u64 = 1_000 * MS;
/// A button stays pressed for so long.
const PRESS_NS: u64 = 150 * MS;
/// Who has pressed and sees nothing happen presses again after this.
const AGAIN_NS: u64 = 25 * S;
/// Chutes that one team looks after.
const TEAM: u64 = 10;

/// Where the change of a container stands, for the person who does it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Change {
    /// Nobody wants one.
    #[default]
    Idle,
    /// The button was pressed; the lamp has to blink.
    Asked,
    /// The lamp blinks; somebody comes, or is at it.
    AtIt,
    /// Another container stands there and the button was pressed; the lamp has to go out.
    Told,
}

impl Operators {
    /// When the people of a chute are there: at `at`, or when their break ends.
    fn present_at(&self, chute: u16, at: u64) -> u64 {
        let (every, long) = (u64::from(self.break_every_min) * 60 * S, u64::from(self.break_s) * S);
        if every == 0 {
            return at;
        }
        // One team after the other.
        let into = (at + u64::from(chute) / TEAM * (every / 7)) % every;
        if into < long { at + long - into } else { at }
    }
}

impl World {
    /// Another item lies at the end of line. One that finds no room stays in the last PEC's beam; the safety PLC stops the
    /// belt, and somebody comes.
    pub(super) fn pile_up(&mut self, travel: i64, sink: &mut impl WorldSink) {
        self.end_pile += 1;
        let most = self.operators.end_capacity;
        if most == 0 || self.end_pile < most || self.end_full {
            return;
        }
        self.end_full = true;
        self.dazzle_end(travel, true);
        let longest = i64::from(self.operators.end_clear_max_s);
        let clear_s = between(&mut self.people, 5, longest.max(5)).unsigned_abs();
        self.times.note(self.now + clear_s * S, Timed::EndCleared);
        if self.runs() {
            self.stop_belt(1_000, sink);
        }
    }

    /// Somebody has taken away what lay at the end of line, and lets the belt go on if nothing else holds it.
    pub(super) fn end_cleared(&mut self, sink: &mut impl WorldSink) {
        (self.end_pile, self.end_full) = (0, false);
        self.dazzle_end(self.belt.travel_at(self.now), false);
        if !self.estop {
            self.go_on(sink);
        }
    }

    fn dazzle_end(&mut self, travel: i64, on: bool) {
        if let Some(last) = self.eyes.len().checked_sub(1) {
            let due = self.eyes[last].0.dazzle(travel, on);
            self.note_settle(last, due);
        }
    }

    /// The chute holds `pieces` now: its sensors turn, and somebody is called.
    pub(super) fn fill(&mut self, chute: usize, pieces: u32, sink: &mut impl WorldSink) {
        self.turn_sensors(chute, pieces, sink);
        if self.chutes[chute].neglected.is_some() {
            self.judge_neglect(chute, pieces, sink);
        }
        let at = &self.chutes[chute];
        let wanted = if at.setup.container {
            pieces >= self.operators.container_pieces
        } else {
            pieces * 2 >= at.device.capacity
        };
        if wanted && !at.called && at.change == Change::Idle {
            self.chutes[chute].called = true;
            let come = self.somebody_comes(chute);
            self.times.note(come, Timed::Empty(short(chute)));
        }
    }

    #[inline(never)]
    pub(super) fn empty(&mut self, chute: usize, sink: &mut impl WorldSink) {
        let at = &mut self.chutes[chute];
        if self.now < at.absent_until {
            let until = at.absent_until;
            self.times.note(until, Timed::Empty(short(chute)));
            return;
        }
        at.called = false;
        if !at.setup.container {
            self.fill(chute, 0, sink);
        } else if at.change == Change::Idle {
            self.ask(chute, sink);
        }
    }

    /// The host has switched a lamp.
    pub(super) fn lamp(&mut self, lamp: u16, state: LampState, sink: &mut impl WorldSink) {
        let Some(chute) = self.chutes.iter().position(|chute| chute.setup.lamp == Some(lamp)) else { return };
        let at = &mut self.chutes[chute];
        at.lamp = state;
        let (lit, full) = (state == LampState::On, at.device.is_full());
        if self.ring.is_some() && lit && !full {
            // Somebody sees that nothing is wrong with it, and says so: a ring cannot go on without its reject outlet.
            let wait = between(&mut self.people, 10, 40).unsigned_abs() * S;
            self.times.note(self.now + wait, Timed::Acknowledge);
        }
        let at = &mut self.chutes[chute];
        if !at.setup.container {
            return;
        }
        match (at.change, state) {
            (Change::Idle | Change::Asked, LampState::Blink) => {
                // Who has pressed stands there; else somebody has to be called first.
                let near = at.change == Change::Asked;
                at.change = Change::AtIt;
                let come = if near { self.now } else { self.somebody_comes(chute) };
                let long = between(&mut self.people, 2, i64::from(self.operators.change_max_s)).unsigned_abs() * S;
                self.look_at(chute, come + long);
                self.step(chute, ChangeStep::Free, sink);
            }
            (Change::Told, LampState::Off | LampState::On) => at.change = Change::Idle,
            (Change::AtIt, LampState::Off) => {
                // Nobody has to change anything any more.
                at.change = Change::Idle;
                self.step(chute, ChangeStep::Done, sink);
            }
            (Change::Idle | Change::Asked | Change::AtIt, LampState::Off | LampState::On)
            | (Change::AtIt | Change::Told, LampState::Blink) => {}
        }
    }

    /// The board has lost its power: every lamp is dark.
    pub(super) fn lamps_out(&mut self) {
        self.chutes.iter_mut().for_each(|chute| chute.lamp = LampState::Off);
    }

    /// Whoever changes a container does the next thing, or wonders why nothing happens.
    #[inline(never)]
    pub(super) fn change(&mut self, chute: usize, sink: &mut impl WorldSink) {
        let at = &mut self.chutes[chute];
        if self.now < at.looks_at {
            return;
        }
        match (at.change, at.lamp) {
            (Change::AtIt, LampState::Blink) => {
                at.change = Change::Told;
                self.step(chute, ChangeStep::Placed, sink);
                self.fill(chute, 0, sink);
                self.press(self.chutes[chute].setup.button);
                self.step(chute, ChangeStep::Done, sink);
                self.look_at(chute, self.now + AGAIN_NS);
            }
            // A lamp that is lit says: hands off. It may also be dark because the board has just started anew.
            (Change::AtIt, LampState::On | LampState::Off) | (Change::Asked, LampState::On) => {
                self.look_at(chute, self.now + 5 * S);
            }
            (Change::Asked, LampState::Off) => self.ask(chute, sink),
            (Change::Told, LampState::Blink) => {
                self.press(self.chutes[chute].setup.button);
                self.look_at(chute, self.now + AGAIN_NS);
            }
            (Change::Told, LampState::On | LampState::Off) => at.change = Change::Idle,
            (Change::Idle, _) | (Change::Asked, LampState::Blink) => {}
        }
    }

    /// A piece falls into a chute: perhaps it gets stuck before the confirm eye.
    pub(super) fn gets_stuck(&mut self) -> bool {
        let share = i64::from(self.operators.stuck_per_10000);
        share > 0 && chance(&mut self.people, share)
    }

    /// It has got stuck; somebody will clear it.
    #[inline(never)]
    pub(super) fn stuck(&mut self, chute: usize, sink: &mut impl WorldSink) {
        let number = self.chutes[chute].setup.number;
        self.chutes[chute].stuck = true;
        sink.physical(self.now, &Physical::Stuck { chute: number, stuck: true });
        let wait_s = match self.chutes[chute].clears_s.take() {
            Some(wait_s) => wait_s,
            None => between(&mut self.people, 12, i64::from(self.operators.clear_max_s)).unsigned_abs(),
        };
        let come = self.operators.present_at(number, self.now + wait_s * S);
        self.times.note(come, Timed::Clear(short(chute)));
    }

    /// Somebody clears a chute, and says so.
    #[inline(never)]
    pub(super) fn clear(&mut self, chute: usize, sink: &mut impl WorldSink) {
        let number = self.chutes[chute].setup.number;
        self.confirm(chute, false);
        self.chutes[chute].stuck = false;
        sink.physical(self.now, &Physical::Stuck { chute: number, stuck: false });
        self.times.note(self.now + S, Timed::Acknowledge);
    }

    /// Somebody presses the button that acknowledges alarms.
    #[inline(never)]
    pub(super) fn acknowledge(&mut self) {
        self.press(self.acknowledge_button);
    }

    #[inline(never)]
    pub(super) fn release(&mut self, button: u16) {
        let count = self.count();
        self.board.tell(BoardTelegram::Button { count, button, pressed: false });
        self.scan_soon();
    }

    /// When somebody who is called now will be at a chute.
    pub(super) fn somebody_comes(&mut self, chute: usize) -> u64 {
        let (least, most) = (i64::from(self.operators.empty_min_s), i64::from(self.operators.empty_max_s));
        let come = self.now + between(&mut self.people, least, most).unsigned_abs() * S;
        let at = &self.chutes[chute];
        self.operators.present_at(at.setup.number, come.max(at.absent_until))
    }

    /// Presses a chute's button to begin a change; looks again after a while.
    fn ask(&mut self, chute: usize, sink: &mut impl WorldSink) {
        self.step(chute, ChangeStep::Wanted, sink);
        self.chutes[chute].change = Change::Asked;
        self.press(self.chutes[chute].setup.button);
        self.look_at(chute, self.now + AGAIN_NS);
    }

    /// Whoever changes a container looks at it again then, and not before.
    fn look_at(&mut self, chute: usize, at: u64) {
        self.chutes[chute].looks_at = at;
        self.times.note(at, Timed::Change(short(chute)));
    }

    fn press(&mut self, button: Option<u16>) {
        let Some(button) = button else { return };
        let count = self.count();
        self.board.tell(BoardTelegram::Button { count, button, pressed: true });
        self.times.note(self.now + PRESS_NS, Timed::Release(button));
        self.scan_soon();
    }

    fn step(&mut self, chute: usize, step: ChangeStep, sink: &mut impl WorldSink) {
        let chute = self.chutes[chute].setup.number;
        sink.physical(self.now, &Physical::Change { chute, step });
    }

    fn turn_sensors(&mut self, chute: usize, pieces: u32, sink: &mut impl WorldSink) {
        use crate::devices::chute::Turned;
        sink.filled(self.now, self.chutes[chute].setup.number, pieces);
        for turned in self.chutes[chute].device.fill(pieces).into_iter().flatten() {
            match turned {
                Turned::HalfFull(on) => self.tell_chute(chute, ChuteSensor::HalfFull, on),
                Turned::Full(on) => {
                    self.tell_chute(chute, ChuteSensor::Full, on);
                    let (number, count) = (self.chutes[chute].setup.number, self.count());
                    sink.physical(self.now, &Physical::Full { chute: number, full: on, count });
                }
            }
        }
    }
}
