//! Flights: what the host says of them, what the time makes of that, and what has gone into their chutes.

mod candidates;
mod closing;
mod state;

pub(crate) use candidates::Candidates;
pub(crate) use state::Terms;

use crate::limits::FLIGHTS;
use crate::records::{FlightKey, FlightRecord, FlightState};
use crate::room::Room;

/// A flight on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// As the host fed it.
    pub record: FlightRecord,
    /// Where it stands.
    pub state: FlightState,
    /// Parcels confirmed into its chutes.
    pub sorted: u32,
    /// Pieces fired into its chutes, and not revoked.
    pub pieces: u32,
    /// Their weight in grams, measured or else declared.
    pub weight_g: u64,
    /// It accepts no product any more.
    shut: bool,
    /// It was said that all that was under way to it has come.
    settled: bool,
}

/// All flights on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flights {
    /// By key.
    list: Room<Flight>,
    /// Places in the list, by destination, then by key.
    by_destination: Room<u16>,
    /// Latest UTC heard; never goes back, so that a clock step back reopens nothing.
    utc_ms: i64,
    /// The first UTC at which the time changes something.
    next_change: i64,
    /// Flights that are shut and not settled.
    pub(crate) unsettled: u32,
}

impl Flights {
    pub(crate) fn new() -> Self {
        Self {
            list: Room::new(FLIGHTS),
            by_destination: Room::new(FLIGHTS),
            utc_ms: i64::MIN,
            next_change: i64::MIN,
            unsettled: 0,
        }
    }

    pub(crate) fn list(&self) -> &[Flight] {
        &self.list
    }

    pub(crate) fn utc_ms(&self) -> i64 {
        self.utc_ms
    }

    pub(crate) fn get(&self, key: &FlightKey) -> Option<&Flight> {
        self.list.get(self.place(key)?)
    }

    fn get_mut(&mut self, key: &FlightKey) -> Option<&mut Flight> {
        let place = self.place(key)?;
        self.list.get_mut(place)
    }

    fn place(&self, key: &FlightKey) -> Option<usize> {
        self.list.binary_search_by(|flight| flight.record.key.cmp(key)).ok()
    }

    pub(crate) fn count_sorted(&mut self, key: &FlightKey, by: i32) {
        if let Some(flight) = self.get_mut(key) {
            flight.sorted = flight.sorted.saturating_add_signed(by);
        }
    }

    /// A piece was fired into one of its chutes.
    pub(crate) fn load(&mut self, key: &FlightKey, grams: u64) {
        if let Some(flight) = self.get_mut(key) {
            flight.pieces += 1;
            flight.weight_g += grams;
        }
    }

    /// A piece that was fired into one of its chutes never left the belt.
    pub(crate) fn unload(&mut self, key: &FlightKey, grams: u64) {
        if let Some(flight) = self.get_mut(key) {
            flight.pieces = flight.pieces.saturating_sub(1);
            flight.weight_g = flight.weight_g.saturating_sub(grams);
        }
    }

    /// Adds or replaces a flight; `false` if there is no room.
    fn put(&mut self, record: &FlightRecord) -> bool {
        if let Some(flight) = self.get_mut(&record.key) {
            flight.record = record.clone();
        } else if self.list.len() < FLIGHTS || self.drop_departed() {
            let place = self.list.partition_point(|flight| flight.record.key < record.key);
            let state = FlightState::Scheduled;
            let flight = Flight {
                record: record.clone(),
                state,
                sorted: 0,
                pieces: 0,
                weight_g: 0,
                shut: false,
                settled: false,
            };
            self.list.insert(place, flight);
        } else {
            return false;
        }
        self.sort_by_destination();
        true
    }

    /// Makes room: of the flights that are gone and settled, the one that departed first is forgotten.
    fn drop_departed(&mut self) -> bool {
        let gone = |flight: &Flight| flight.settled && self.utc_ms >= flight.record.departs_utc_ms;
        let first = self.list.iter().enumerate().filter(|(_, flight)| gone(flight));
        let Some((place, _)) = first.min_by_key(|(_, flight)| flight.record.departs_utc_ms) else { return false };
        self.list.remove(place);
        true
    }
}
