//! What an item is to a container: a piece, grams, millimetres.

use super::Place;
use crate::items::{Item, Slot};
use crate::output::Reason;
use crate::outputs::Outputs;
use crate::records::ContainerId;
use crate::state::Core;

/// An item as it fell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Number of the container; 0: none was open.
    pub(crate) container: u32,
    /// Measured weight, or else the declared one; 0 where neither is known.
    pub(crate) weight_g: u64,
    /// Measured length, rounded down.
    pub(crate) length_mm: u32,
}

/// The sum of pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) pieces: u32,
    pub(crate) weight_g: u64,
    pub(crate) length_mm: u64,
}

impl Content {
    pub(crate) fn with(self, piece: &Piece) -> Self {
        Self {
            pieces: self.pieces + 1,
            weight_g: self.weight_g + piece.weight_g,
            length_mm: self.length_mm + u64::from(piece.length_mm),
        }
    }

    pub(super) fn without(self, piece: &Piece) -> Self {
        Self {
            pieces: self.pieces.saturating_sub(1),
            weight_g: self.weight_g.saturating_sub(piece.weight_g),
            length_mm: self.length_mm.saturating_sub(u64::from(piece.length_mm)),
        }
    }
}

impl Core {
    /// What an item would be to a container.
    pub(crate) fn piece(&self, item: &Item) -> Piece {
        let length_mm = u32::try_from(item.length_um(self.geometry.um_per_count) / 1000).unwrap_or(u32::MAX);
        Piece { container: 0, weight_g: item.charge_g, length_mm }
    }

    /// True if the plan demands a container at a chute, and none has stood there yet.
    pub(crate) fn without_container(&self, chute: usize) -> bool {
        self.plan.rule(chute).container.is_some() && matches!(self.chutes[chute].place, Place::Empty)
    }

    /// Number of the container into which a discharge falls now; 0: none.
    pub(crate) fn container_at(&self, chute: usize) -> u32 {
        self.chutes[chute].place.container().map_or(0, |container| container.number)
    }

    /// Counts an item to the container of the chute that it was fired into. A chute that needs none gets one without a
    /// label with its first piece. Gives the container's number; 0 where none was open.
    pub(crate) fn fired_into(&mut self, slot: Slot, chute: usize, out: &mut Outputs) -> u32 {
        if self.plan.rule(chute).container.is_none() && matches!(self.chutes[chute].place, Place::Empty) {
            self.put_container(chute, ContainerId::new(), out);
        }
        let Some(item) = self.items.get(slot) else { return 0 };
        let (mut piece, flight) = (self.piece(item), item.flight.filter(|_| item.code == Reason::Ok));
        if let Place::Open(container) | Place::Closing { container, .. } = &mut self.chutes[chute].place {
            piece.container = container.number;
            container.content = container.content.with(&piece);
            container.flight = flight.or(container.flight);
        }
        if let Some(item) = self.items.get_mut(slot) {
            item.piece = Some(piece);
        }
        piece.container
    }
}
