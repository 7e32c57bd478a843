//! Which flights can come into question for a parcel.

use super::{Flight, Flights};
use crate::limits::FLIGHTS;
use crate::records::{Destination, FlightKey};

/// Flights by their place in the list; good for one decision only.
pub(crate) type Candidates = heapless::Vec<u16, FLIGHTS>;

impl Flights {
    /// The booked flight if it is on file; without a booking, every flight to the destination.
    pub(crate) fn candidates(&self, booked: Option<&FlightKey>, to: Destination) -> Candidates {
        match booked {
            Some(key) => self.place(key).into_iter().map(|place| place as u16).collect(),
            None => self.to(to).collect(),
        }
    }

    /// Every flight to a destination.
    pub(crate) fn to(&self, to: Destination) -> impl Iterator<Item = u16> {
        let destination = |place: &u16| self.list[usize::from(*place)].record.destination;
        let first = self.by_destination.partition_point(|place| destination(place) < to);
        self.by_destination[first..].iter().copied().take_while(move |place| destination(place) == to)
    }

    /// The flight of a candidate.
    pub(crate) fn at(&self, place: u16) -> &Flight {
        &self.list[usize::from(place)]
    }

    pub(super) fn sort_by_destination(&mut self) {
        let Self { list, by_destination, .. } = self;
        by_destination.clear();
        by_destination.extend(0..list.len() as u16);
        by_destination.sort_unstable_by_key(|place| (list[usize::from(*place)].record.destination, *place));
    }
}
