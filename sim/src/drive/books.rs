//! The controller's own books of containers and flights, drawn up from what it records of each item.

use super::controller::{Booked, Decided};
use sortie_core::records::FlightKey;
use sortie_world::events::ParcelNo;
use sortie_world::oracle::Listed;
use std::collections::BTreeMap;

/// What was last decided on an item.
#[derive(Clone, Copy, Debug, Default)]
struct Item {
    parcel: Option<ParcelNo>,
    /// The flight in whose chutes it is to lie.
    flight: Option<FlightKey>,
}

/// A piece that left the belt.
#[derive(Clone, Copy, Debug)]
struct Piece {
    item: u32,
    listed: Listed,
}

/// The books of a run.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// By the controller's item number.
    items: Vec<Item>,
    containers: BTreeMap<u32, Vec<Piece>>,
    flights: BTreeMap<FlightKey, Vec<Piece>>,
}

impl Books {
    /// An item was decided on.
    pub fn decided(&mut self, decided: &Decided<'_>) {
        let number = decided.item as usize;
        self.items.resize(self.items.len().max(number + 1), Item::default());
        let flight = decided.flight.filter(|_| decided.code == "OK");
        self.items[number] = Item { parcel: parcel_of(decided.parcel), flight };
    }

    /// The fate of an item.
    pub fn booked(&mut self, booked: Booked) {
        match booked {
            Booked::Confirmed { item, container, .. } => self.add(item, container, false),
            Booked::Unconfirmed { item, container, .. } => self.add(item, container, true),
            Booked::Revoked { item, container, .. } => self.take_back(item, container),
            Booked::EndOfLine { .. } | Booked::Gone { .. } | Booked::Flushed => {}
        }
    }

    /// The manifest of a container.
    #[must_use]
    pub fn container(&self, container: u32) -> Vec<Listed> {
        listed(self.containers.get(&container))
    }

    /// What lies in the chutes of a flight.
    #[must_use]
    pub fn flight(&self, flight: &FlightKey) -> Vec<Listed> {
        listed(self.flights.get(flight))
    }

    fn add(&mut self, item: u32, container: u32, unconfirmed: bool) {
        let Some(Item { parcel: Some(parcel), flight }) = self.items.get(item as usize).copied() else { return };
        let piece = Piece { item, listed: Listed { parcel, unconfirmed } };
        if container > 0 {
            self.containers.entry(container).or_default().push(piece);
        }
        if let Some(flight) = flight {
            let pieces = self.flights.entry(flight).or_default();
            // Who was not confirmed has been sorted again: the first time does not count.
            pieces.retain(|piece| piece.listed.parcel != parcel || !piece.listed.unconfirmed);
            pieces.push(piece);
        }
    }

    fn take_back(&mut self, item: u32, container: u32) {
        let flight = self.items.get(item as usize).and_then(|item| item.flight);
        let of_flight = flight.and_then(|flight| self.flights.get_mut(&flight));
        for pieces in self.containers.get_mut(&container).into_iter().chain(of_flight) {
            pieces.retain(|piece| piece.item != item);
        }
    }
}

fn listed(pieces: Option<&Vec<Piece>>) -> Vec<Listed> {
    pieces.into_iter().flatten().map(|piece| piece.listed).collect()
}

/// The number of a parcel, which stands in the key that the simulated host gives it.
#[must_use]
pub fn parcel_of(key: &[u8]) -> Option<ParcelNo> {
    std::str::from_utf8(key.strip_prefix(b"P")?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLIGHT: &str = "3V4711/2026-11-23/LGG";

    fn decided(books: &mut Books, item: u32, parcel: &[u8], code: &'static str) {
        let flight = FLIGHT.parse().ok();
        books.decided(&Decided { item, parcel, chute: Some(1), code, flight });
    }

    #[test]
    fn a_piece_is_on_its_manifest_until_it_is_taken_back() {
        let mut books = Books::default();
        decided(&mut books, 1, b"P0000007", "OK");
        decided(&mut books, 2, b"P0000008", "OK");
        decided(&mut books, 3, b"P0000009", "HLD");
        decided(&mut books, 4, b"", "NRD");
        let (chute, container) = (1, 5);
        books.booked(Booked::Confirmed { item: 1, chute, container });
        books.booked(Booked::Unconfirmed { item: 2, chute, container });
        books.booked(Booked::Confirmed { item: 3, chute: 2, container: 6 });
        books.booked(Booked::Confirmed { item: 4, chute: 2, container: 6 });
        let flight = FLIGHT.parse().unwrap();
        let both = [Listed { parcel: 7, unconfirmed: false }, Listed { parcel: 8, unconfirmed: true }];
        assert_eq!((books.container(5), books.flight(&flight)), (both.to_vec(), both.to_vec()));
        assert_eq!(books.container(6), [Listed { parcel: 9, unconfirmed: false }]);
        books.booked(Booked::Revoked { item: 2, chute, container });
        assert_eq!((books.container(5), books.flight(&flight)), (both[..1].to_vec(), both[..1].to_vec()));
    }
}
