//! The lamps over the chutes.

use crate::containers::Place;
use crate::output::ChuteStatus;
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::{HostTelegram, LampState};

impl Core {
    /// The board has forgotten what its lamps show.
    pub(crate) fn forget_lamps(&mut self) {
        self.chutes.iter_mut().for_each(|state| state.lamp = None);
        self.lamps_due = true;
    }

    /// Tells the board one lamp that shows something else than it should. It is called with each clock telegram, so
    /// that the lamps of a whole line never stand in the way of a fire. None is told while the journal fails: what it would
    /// ask somebody to do could be forgotten.
    pub(crate) fn tell_lamp(&mut self, out: &mut Outputs) {
        if !self.lamps_due || self.journal_failed {
            return;
        }
        for chute in 0..self.chutes.len() {
            let Some(lamp) = self.geometry.chutes()[chute].lamp else { continue };
            let show = self.lamp_of(chute);
            let now = self.now;
            let state = &mut self.chutes[chute];
            if let Place::Closed { asked } = &mut state.place {
                asked.get_or_insert(now);
            }
            if state.lamp != Some(show) {
                state.lamp = Some(show);
                out.command(HostTelegram::Lamp { lamp, state: show });
                return;
            }
        }
        self.lamps_due = false;
    }

    /// What the lamp over a chute has to show.
    fn lamp_of(&self, chute: usize) -> LampState {
        let state = &self.chutes[chute];
        // Whatever else it is, it asks for a container first: who presses its button has seen that the old one is closed.
        if matches!(state.place, Place::Closed { .. }) {
            return LampState::Blink;
        }
        match state.told {
            ChuteStatus::Disabled | ChuteStatus::Jammed | ChuteStatus::Full => LampState::On,
            // Hands off: pieces still fall into the old container.
            ChuteStatus::Locked if matches!(state.place, Place::Closing { .. }) => LampState::On,
            ChuteStatus::Locked | ChuteStatus::NoContainer => LampState::Blink,
            ChuteStatus::Open | ChuteStatus::HalfFull => LampState::Off,
        }
    }
}
