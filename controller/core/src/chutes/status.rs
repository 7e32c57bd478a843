//! The state of a chute as people see it: derived from the facts in one function, and told once per change.

use crate::output::{Alarm, ChuteStatus, Record};
use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    /// Out of service, by the plan or by an order.
    pub(super) fn disabled(&self, chute: usize) -> bool {
        self.plan.disabled(chute) || self.chutes[chute].disabled
    }

    /// Locked by an order, or for a change of its container.
    pub(super) fn locked(&self, chute: usize) -> bool {
        let state = &self.chutes[chute];
        state.locked || state.place.is_changing()
    }

    /// The state of a chute now.
    pub(crate) fn chute_status(&self, chute: usize) -> ChuteStatus {
        if self.disabled(chute) {
            ChuteStatus::Disabled
        } else if self.jammed(chute) {
            ChuteStatus::Jammed
        } else if self.locked(chute) {
            ChuteStatus::Locked
        } else if self.without_container(chute) {
            ChuteStatus::NoContainer
        } else if self.full(chute) {
            ChuteStatus::Full
        } else if self.chutes[chute].sensors.half_full {
            ChuteStatus::HalfFull
        } else {
            ChuteStatus::Open
        }
    }

    /// Tells what has changed at the chutes since it was told last.
    pub(crate) fn tell_chutes(&mut self, out: &mut Outputs) {
        self.lamps_due = true;
        self.permits.share_due = true;
        for chute in 0..self.chutes.len() {
            let number = self.geometry.chutes()[chute].number;
            let (status, jammed) = (self.chute_status(chute), self.jammed(chute));
            let state = &mut self.chutes[chute];
            if state.told != status {
                state.told = status;
                out.record(Record::ChuteChanged { chute: number, state: status });
            }
            if state.jam.alarmed != jammed {
                state.jam.alarmed = jammed;
                self.alarm(Alarm::ChuteJammed(number), jammed, out);
            }
        }
    }
}
