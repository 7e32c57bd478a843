//! Following items along the belt by count. Never guess: what is in doubt stays on.

mod birth;
mod body;
mod due;
mod flush;
mod health;
mod pace;
mod sighting;
mod stops;
mod weight;
mod windows;

pub(crate) use health::PecState;
pub(crate) use pace::Pace;
pub(crate) use weight::WeigherState;

use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    /// An edge of a belt PEC.
    pub(crate) fn take_edge(&mut self, sensor: u16, blocked: bool, count: u64, out: &mut Outputs) {
        let Some(pec) = self.geometry.pec_of_sensor(sensor) else {
            self.take_index(sensor, blocked, count, out);
            return;
        };
        match (self.geometry.zone_of_entry(pec), blocked) {
            (Some(_), blocked) if self.geometry.is_ring() => self.ring_entry(pec, blocked, count, out),
            (Some(_), true) => self.entry_blocked(pec, count, out),
            (Some(_), false) => self.entry_clear(pec, count, out),
            (None, true) => self.pec_blocked(pec, count, out),
            (None, false) => self.pec_clear(pec, count, out),
        }
    }
}
