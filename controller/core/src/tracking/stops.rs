//! Stops of the belt, the emergency stop, and what they take from our certainty (T9).

use crate::output::Alarm;
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::BeltMotion;

impl Core {
    /// The belt drive or the safety circuit changed.
    #[inline(never)]
    pub(crate) fn take_motion(&mut self, motion: BeltMotion, estop: bool, out: &mut Outputs) {
        if motion == BeltMotion::Stopped && self.belt.motion != BeltMotion::Stopped {
            self.widen_windows(self.geometry.line.stop_slip_um);
        }
        if motion != BeltMotion::Ramping {
            self.line_status.was_running = motion == BeltMotion::Running;
        }
        if motion != self.belt.motion {
            self.motion_changes();
        }
        self.belt.motion = motion;
        if estop != self.belt.estop {
            self.belt.estop = estop;
            if estop {
                self.alarm(Alarm::EmergencyStop, true, out);
                self.drop_announcement();
            } else {
                self.belt.released_at = self.belt.count;
            }
            // Once when it is pressed, and again for what came or was seen while the belt ran out.
            self.distrust_all(out);
        }
        if !self.belt.estop && motion == BeltMotion::Running {
            // Somebody released the stop and started the belt at the safety PLC; only that ends it.
            self.alarm(Alarm::EmergencyStop, false, out);
        }
    }

    fn motion_changes(&mut self) {
        if let Some(pace) = &mut self.belt.pace {
            pace.motion_changes();
        }
        for rank in 0..self.items.len() {
            let slot = self.items.order()[rank];
            if let Some(item) = self.items.get_mut(slot) {
                item.ramped = true;
            }
        }
    }

    /// Everything that rides may be so much further from where it is thought to be.
    pub(super) fn widen_windows(&mut self, slip: i64) {
        for index in 0..self.items.len() {
            let slot = self.items.order()[index];
            if let Some(item) = self.items.get_mut(slot) {
                item.extra_um += slip;
            }
            self.items.set_due(slot, 0);
        }
    }

    /// People may step in: no riding item is diverted before a later PEC has seen it with its length.
    fn distrust_all(&mut self, out: &mut Outputs) {
        for index in 0..self.items.len() {
            let slot = self.items.order()[index];
            if let Some(item) = self.items.get_mut(slot) {
                item.unproven = true;
            }
            self.withdraw(slot, out);
            self.decide(slot, out);
        }
    }

    /// An operator acknowledges what stands.
    pub(crate) fn take_acknowledge(&mut self, out: &mut Outputs) {
        self.acknowledge_jams(out);
        self.trust_sensors(out);
        let mut index = 0;
        while let Some(alarm) = self.alarms.get(index).copied() {
            if matches!(alarm, Alarm::PullsFull | Alarm::ParcelsFull | Alarm::ScannerOutOfStep(_) | Alarm::EncoderFault)
            {
                self.alarm(alarm, false, out);
            } else {
                index += 1;
            }
        }
    }
}
