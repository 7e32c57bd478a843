//! The sensors at a chute, and what follows when one stays active.

use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::ChuteSensor;

/// What the sensors of a chute say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sensors {
    pub(super) half_full: bool,
    /// Host time at which the full sensor became active.
    pub(super) full_since: Option<u64>,
    /// Pieces fired into the chute since then.
    pub(super) after_full: u16,
    /// The confirm sensor is active.
    pub(super) confirm: bool,
}

impl Core {
    /// A sensor at a chute changed. What is told twice is no change.
    #[inline(never)]
    pub(crate) fn take_chute(&mut self, number: u16, sensor: ChuteSensor, active: bool, count: u64, out: &mut Outputs) {
        let Some(chute) = self.geometry.chute_of_number(number) else { return };
        match sensor {
            ChuteSensor::Confirm => self.take_confirm_sensor(chute, active, count, out),
            ChuteSensor::HalfFull => {
                self.chutes[chute].sensors.half_full = active;
                self.chutes_touched = true;
            }
            ChuteSensor::Full => self.take_full_sensor(chute, active, out),
        }
    }

    fn take_confirm_sensor(&mut self, chute: usize, active: bool, count: u64, out: &mut Outputs) {
        let before = core::mem::replace(&mut self.chutes[chute].sensors.confirm, active);
        if before == active {
            return;
        }
        if active {
            self.confirm_edge(chute, count);
        }
        self.jam_pulse(chute, active, out);
    }

    fn take_full_sensor(&mut self, chute: usize, active: bool, out: &mut Outputs) {
        let sensors = &mut self.chutes[chute].sensors;
        if active == sensors.full_since.is_some() {
            return;
        }
        (sensors.full_since, sensors.after_full) = (active.then_some(self.now), 0);
        self.expect_chute_check(chute);
        self.chutes_touched = true;
        self.decide_all(out);
    }

    /// Full by its sensor, for as long as the plan lets that pass.
    pub(super) fn full_too_long(&self, chute: usize) -> bool {
        self.full_deadline(chute).is_some_and(|deadline| self.now >= deadline)
    }

    fn full_deadline(&self, chute: usize) -> Option<u64> {
        let since = self.chutes[chute].sensors.full_since?;
        Some(since + u64::from(self.plan.full_delay_ms) * 1_000_000)
    }

    /// Something at a chute may become true by mere time: it is looked at then.
    pub(super) fn expect_chute_check(&mut self, chute: usize) {
        let deadlines = [self.full_deadline(chute), self.jam_deadline(chute)];
        for deadline in deadlines.into_iter().flatten().filter(|deadline| *deadline > self.now) {
            self.next_chute_check = self.next_chute_check.min(deadline);
        }
    }

    /// Another plan is in use: its limits hold for what the sensors show already.
    pub(crate) fn renew_chutes(&mut self) {
        self.next_chute_check = 0;
        self.chutes_touched = true;
    }

    /// The time has come at which a chute may be full or jammed.
    pub(crate) fn check_chutes(&mut self, out: &mut Outputs) {
        self.next_chute_check = u64::MAX;
        for chute in 0..self.chutes.len() {
            self.expect_chute_check(chute);
        }
        self.chutes_touched = true;
        self.decide_all(out);
    }

    /// Telegrams are missing. How full the chutes are the board tells anew; whether something stands in a confirm
    /// sensor it does not.
    pub(crate) fn forget_confirm_sensors(&mut self) {
        for chute in 0..self.chutes.len() {
            self.chutes[chute].sensors.confirm = false;
            self.forget_what_blocks(chute);
        }
        self.chutes_touched = true;
    }
}
