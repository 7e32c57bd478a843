//! How much of a flight a chute has taken, so that the chutes of a flight share it.

use crate::items::{Item, Slot};
use crate::output::{Outlet, Reason};
use crate::records::FlightKey;
use crate::state::Core;

/// What a chute has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Load {
    /// Pieces fired into it and not revoked, since the journal began.
    pub(crate) pieces: u32,
    /// The flight of the newest piece that was sorted there ...
    flight: Option<FlightKey>,
    /// ... and its pieces.
    of_flight: u32,
}

impl Load {
    pub(super) fn add(&mut self, item: &Item) {
        self.pieces += 1;
        if item.code != Reason::Ok {
            return;
        }
        if self.flight != item.flight {
            (self.flight, self.of_flight) = (item.flight, 0);
        }
        self.of_flight += 1;
    }

    pub(super) fn take_off(&mut self, item: &Item) {
        self.pieces = self.pieces.saturating_sub(1);
        if item.code == Reason::Ok && self.flight == item.flight {
            self.of_flight = self.of_flight.saturating_sub(1);
        }
    }
}

impl Core {
    /// Pieces of a flight that went into a chute, and items that are on their way to it.
    pub(crate) fn load(&self, slot: Slot, chute: usize, flight: &FlightKey) -> u32 {
        let number = self.geometry.chutes()[chute].number;
        let load = &self.chutes[chute].load;
        let taken = if load.flight.as_ref() == Some(flight) { load.of_flight } else { 0 };
        let riding = self
            .items
            .iter()
            .filter(|(other, item)| *other != slot && item.outlet == Outlet::Chute(number) && !item.fired());
        taken + riding.count() as u32
    }
}
