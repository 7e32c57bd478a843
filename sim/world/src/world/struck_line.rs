//! Faults that strike the belt, the sensors, the wires and the machines behind them.

use super::agenda::{Timed, Travelled, short};
use super::on_items;
use super::{World, WorldSink};
use crate::events::{Physical, Strike, StrikeKind};
use crate::random::{between, chance};

const MS: u64 = 1_000_000;
/// The people at the belt are done this long after they have come to it.
const PEOPLE_MS: u64 = 2_000;

impl World {
    /// A fault strikes that is bound to no item.
    #[inline(never)]
    pub(super) fn strike_line(&mut self, kind: StrikeKind, sink: &mut impl WorldSink) {
        if self.strikes_are_off() {
            return;
        }
        match kind {
            StrikeKind::BeltStop | StrikeKind::Estop => self.strike_belt(kind, sink),
            StrikeKind::PecChatter => self.chatter(sink),
            StrikeKind::ChuteFull => self.overfill(sink),
            StrikeKind::HandInConfirm => self.hand(sink),
            StrikeKind::BoardReboot => self.reboot(sink),
            StrikeKind::PortUnplugged => self.unplug(sink),
            StrikeKind::ControllerKilled => {
                let down_ms = self.strikes.size(kind, (300, 1_500)).unsigned_abs();
                self.strike_on(kind, &[], sink);
                sink.kill_controller(self.now, down_ms * MS);
            }
            StrikeKind::BitFlip
            | StrikeKind::LostBytes
            | StrikeKind::InsertedBytes
            | StrikeKind::SplitFrames
            | StrikeKind::DuplicateFrame
            | StrikeKind::LateFrame => self.lie_in_wait(kind),
            StrikeKind::JournalTorn
            | StrikeKind::DiskFull
            | StrikeKind::DiskStalled
            | StrikeKind::ClockStep
            | StrikeKind::DaylightSaving
            | StrikeKind::HostSilent
            | StrikeKind::HostSlow
            | StrikeKind::LateHold
            | StrikeKind::PlanChanged
            | StrikeKind::FlightCancelled => self.strike_beyond(kind, sink),
            StrikeKind::PecStuckOn | StrikeKind::PecStuckOff => self.stick(kind, sink),
            StrikeKind::EncoderReset => self.reset_counts(sink),
            StrikeKind::MissedPulses => self.lose_pulses(),
            StrikeKind::NeverEmptied => self.neglect(),
            StrikeKind::IndexMissed | StrikeKind::IndexDoubled => self.spoil_index(kind),
            StrikeKind::WeigherDrifts | StrikeKind::WeigherUnstable | StrikeKind::WeigherSilent => {
                self.fail_weigher(kind, sink);
            }
            on_items!() => debug_assert!(false, "{kind:?} strikes an item"),
        }
    }

    /// The host asked for a stop; somebody looks after it and lets the belt go on.
    #[inline(never)]
    pub(super) fn controlled_stop(&mut self, sink: &mut impl WorldSink) {
        if self.runs() {
            self.stop_belt(800, sink);
            self.times.note(self.now + 6_000 * MS, Timed::GoOn);
        }
    }

    /// Whoever stopped the belt lets it go on; an emergency stop is unlocked first.
    #[inline(never)]
    pub(super) fn go_on(&mut self, sink: &mut impl WorldSink) {
        // The end of line holds the belt by hard wire, whoever wants it to go on.
        if self.end_full {
            if self.estop {
                // Who unlocks it waits until it is cleared.
                self.times.note(self.now + 1_000 * MS, Timed::GoOn);
            }
            return;
        }
        if self.estop {
            self.estop = false;
            self.tell_belt();
            self.times.note(self.now + 2_000 * MS, Timed::Acknowledge);
        }
        self.belt.start(self.now, 1_000);
        self.times.note(self.belt.segment_end(), Timed::Turn);
        sink.physical(self.now, &Physical::Belt { up: true, estop: false });
    }

    /// The belt stands after an emergency stop: people take, turn and exchange what lies there.
    #[inline(never)]
    pub(super) fn people(&mut self, sink: &mut impl WorldSink) {
        let travel = self.belt.travel_at(self.now);
        let handled = between(self.strikes.random(StrikeKind::Estop), 0, 2);
        let mut touched = Vec::new();
        for _ in 0..handled {
            let riding = i64::try_from(self.lane.riding()).unwrap_or(0);
            let random = self.strikes.random(StrikeKind::Estop);
            let (place, deed) = (between(random, 0, riding - 1), between(random, 0, 2));
            let length = between(random, 100, 600) * 1000;
            let slot = self.lane.slots().nth(usize::try_from(place).unwrap_or(0));
            // What is not wholly on this belt yet is out of reach.
            let Some(slot) = slot.filter(|&slot| self.lane.rider(slot).trail(travel) > 0) else { continue };
            let items = match deed {
                0 => Some(self.carry_off(slot, travel, sink)),
                1 => Some(self.turn_item(slot, length, travel, sink)),
                _ => self.exchange(slot, travel, sink),
            };
            touched.extend(items.into_iter().flatten().filter(|&item| item != 0));
        }
        self.strike_on(StrikeKind::Estop, &touched, sink);
    }

    /// The board has power again.
    #[inline(never)]
    pub(super) fn board_up(&mut self, sink: &mut impl WorldSink) {
        let moment = self.moment();
        self.board.restart(moment);
        for (eye, _) in &mut self.eyes {
            eye.restart();
        }
        sink.physical(self.now, &Physical::BoardStarted { boot: self.board.boot });
        self.tell_belt();
    }

    pub(super) fn runs(&self) -> bool {
        !self.estop && self.belt.motion() == sortie_protocol::board::telegram::BeltMotion::Running
    }

    pub(super) fn stop_belt(&mut self, ramp_ms: u64, sink: &mut impl WorldSink) {
        self.belt.stop(self.now, ramp_ms);
        self.times.note(self.belt.segment_end(), Timed::Turn);
        sink.physical(self.now, &Physical::Belt { up: false, estop: self.estop });
    }

    fn strike_belt(&mut self, kind: StrikeKind, sink: &mut impl WorldSink) {
        if !self.runs() {
            return self.retry(kind);
        }
        if kind == StrikeKind::Estop {
            let stand_ms = self.strikes.size(kind, (4_000, 10_000)).unsigned_abs();
            self.estop = true;
            self.tell_belt();
            self.stop_belt(300, sink);
            self.times.note(self.now + (400 + PEOPLE_MS) * MS, Timed::People);
            self.times.note(self.now + (500 + PEOPLE_MS + stand_ms) * MS, Timed::GoOn);
        } else {
            let stand_ms = self.strikes.size(kind, (2_000, 8_000)).unsigned_abs();
            self.stop_belt(1_000, sink);
            self.times.note(self.now + (1_100 + stand_ms) * MS, Timed::GoOn);
            self.strike_on(kind, &[], sink);
        }
    }

    fn chatter(&mut self, sink: &mut impl WorldSink) {
        let kind = StrikeKind::PecChatter;
        let last = i64::try_from(self.eyes.len()).unwrap_or(1) - 1;
        let eye = usize::try_from(between(self.strikes.random(kind), 0, last)).unwrap_or(0);
        let mut travel = self.belt.travel_at(self.now);
        let mut longest = 0;
        for _ in 0..between(self.strikes.random(kind), 1, 3) {
            travel += between(self.strikes.random(kind), 10, 120) * 1000;
            let long = self.strikes.size(kind, (5, 60)) * 1000;
            longest = longest.max(long);
            self.travels.note(travel, Travelled::Dazzle { eye: short(eye), on: true });
            travel += long;
            self.travels.note(travel, Travelled::Dazzle { eye: short(eye), on: false });
        }
        let items = self.items_near(self.eyes[eye].1);
        let mut strike = self.strikes.new_strike(kind, &items);
        strike.effective = longest > self.eyes[eye].0.debounce();
        self.struck(&strike, sink);
    }

    /// Up to four items within a metre of a position.
    pub(super) fn items_near(&self, position: i64) -> [u32; 4] {
        let travel = self.belt.travel_at(self.now);
        let mut items = [0; 4];
        let near =
            self.lane.slots().map(|slot| self.lane.rider(slot)).filter(|rider| {
                rider.trail(travel) < position + 1_000_000 && rider.lead(travel) > position - 1_000_000
            });
        for (place, rider) in items.iter_mut().zip(near) {
            *place = rider.cargo.item;
        }
        items
    }

    pub(super) fn any_chute(&mut self, kind: StrikeKind) -> Option<usize> {
        let last = i64::try_from(self.chutes.len()).unwrap_or(0) - 1;
        usize::try_from(between(self.strikes.random(kind), 0, last)).ok().filter(|_| last >= 0)
    }

    fn overfill(&mut self, sink: &mut impl WorldSink) {
        let kind = StrikeKind::ChuteFull;
        let Some(chute) = self.any_chute(kind).filter(|&chute| self.may_fill(chute)) else {
            return self.retry(kind);
        };
        let away_s = self.strikes.size(kind, (20, 60)).unsigned_abs();
        self.chutes[chute].absent_until = self.now + away_s * 1000 * MS;
        self.strike_on(kind, &[], sink);
        self.fill(chute, self.chutes[chute].device.capacity, sink);
    }

    fn hand(&mut self, sink: &mut impl WorldSink) {
        let kind = StrikeKind::HandInConfirm;
        let Some(chute) = self.any_chute(kind) else { return };
        let long = between(self.strikes.random(kind), 50, 250).unsigned_abs() * MS;
        self.times.note(self.now + long, Timed::Confirm { chute: short(chute), breaks: false });
        self.strike_on(kind, &[], sink);
        self.confirm(chute, true);
    }

    fn reboot(&mut self, sink: &mut impl WorldSink) {
        let kind = StrikeKind::BoardReboot;
        if !self.board.is_up() {
            return self.retry(kind);
        }
        let dark_ms = self.strikes.size(kind, (300, 900)).unsigned_abs();
        self.board.fail();
        self.lamps_out();
        self.times.note(self.now + dark_ms * MS, Timed::BoardUp);
        self.strike_on(kind, &[], sink);
    }

    fn any_port(&mut self, kind: StrikeKind) -> usize {
        let last = i64::try_from(self.ports.len()).unwrap_or(1) - 1;
        usize::try_from(between(self.strikes.random(kind), 0, last)).unwrap_or(0)
    }

    fn unplug(&mut self, sink: &mut impl WorldSink) {
        let kind = StrikeKind::PortUnplugged;
        let port = self.any_port(kind);
        if !self.ports[port].present {
            return self.retry(kind);
        }
        let out_ms = self.strikes.size(kind, (500, 3_000)).unsigned_abs();
        self.strike_on(kind, &[], sink);
        self.plug(port, false, sink);
        self.times.note(self.now + out_ms * MS, Timed::PlugIn(short(port)));
    }

    /// The next chunk on a wire is spoilt. Only the board's wire carries bytes both ways.
    fn lie_in_wait(&mut self, kind: StrikeKind) {
        let port = self.any_port(kind);
        let way = usize::from(port == self.board_port && chance(self.strikes.random(kind), 5_000));
        if self.ports[port].spoil[way].is_some() || !self.ports[port].present {
            return self.retry(kind);
        }
        let strike: Strike = self.strikes.new_strike(kind, &[]);
        self.ports[port].spoil[way] = Some(strike);
    }
}
