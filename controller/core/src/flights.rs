//! Flights: what the host says of them, and what the time makes of that.

use crate::limits::FLIGHTS;
use crate::output::Reason;
use crate::records::{Destination, FlightKey, FlightOrder, FlightRecord, FlightState};
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
}

/// All flights on file, by key.
#[derive(Clone, Debug)]
pub(crate) struct Flights {
    list: Room<Flight>,
    /// Latest UTC heard; never goes back, so that a clock step back reopens nothing.
    utc_ms: i64,
}

impl Flights {
    pub(crate) fn new() -> Self {
        Self { list: Room::new(FLIGHTS), utc_ms: i64::MIN }
    }

    pub(crate) fn list(&self) -> &[Flight] {
        &self.list
    }

    pub(crate) fn utc_ms(&self) -> i64 {
        self.utc_ms
    }

    pub(crate) fn get(&self, key: &FlightKey) -> Option<&Flight> {
        let index = self.list.binary_search_by(|flight| flight.record.key.cmp(key)).ok()?;
        self.list.get(index)
    }

    pub(crate) fn count_sorted(&mut self, key: &FlightKey, by: i32) {
        if let Ok(index) = self.list.binary_search_by(|flight| flight.record.key.cmp(key)) {
            let flight = &mut self.list[index];
            flight.sorted = flight.sorted.saturating_add_signed(by);
        }
    }

    /// Adds or replaces a flight; `false` if there is no room.
    pub(crate) fn put(&mut self, record: &FlightRecord) -> bool {
        let state = state_at(record, self.utc_ms);
        match self.list.binary_search_by(|flight| flight.record.key.cmp(&record.key)) {
            Ok(index) => {
                let flight = &mut self.list[index];
                flight.record = record.clone();
                flight.state = state;
            }
            Err(_) if self.list.len() >= FLIGHTS => return false,
            Err(index) => self.list.insert(index, Flight { record: record.clone(), state, sorted: 0 }),
        }
        true
    }

    /// Takes the time; true if a flight changed its state.
    pub(crate) fn utc(&mut self, utc_ms: i64) -> bool {
        if utc_ms <= self.utc_ms {
            return false;
        }
        self.utc_ms = utc_ms;
        let mut changed = false;
        for flight in self.list.iter_mut() {
            let state = state_at(&flight.record, utc_ms);
            changed |= state != flight.state;
            flight.state = state;
        }
        changed
    }

    /// The flight for a parcel, or why there is none (rule 8).
    pub(crate) fn choose(&self, booked: Option<FlightKey>, to: Destination) -> Result<FlightKey, Reason> {
        match booked {
            Some(key) => {
                let flight = self.get(&key).ok_or(Reason::Nfl)?;
                match flight.state {
                    FlightState::Open | FlightState::LastCall => Ok(key),
                    FlightState::Scheduled => Err(Reason::Erl),
                    FlightState::Closed | FlightState::Departed => Err(Reason::Lat),
                    FlightState::Cancelled => Err(Reason::Cnx),
                }
            }
            None => self.next_open(to),
        }
    }

    /// The open flight to a destination that departs first; ties go to the lowest key.
    fn next_open(&self, to: Destination) -> Result<FlightKey, Reason> {
        let serving = || self.list.iter().filter(|flight| flight.record.destination == to);
        let open = serving().filter(|flight| matches!(flight.state, FlightState::Open | FlightState::LastCall));
        if let Some(flight) = open.min_by_key(|flight| (flight.record.departs_utc_ms, flight.record.key)) {
            return Ok(flight.record.key);
        }
        let states = || serving().map(|flight| flight.state);
        if states().any(|state| state == FlightState::Scheduled) {
            Err(Reason::Erl)
        } else if states().any(|state| matches!(state, FlightState::Closed | FlightState::Departed)) {
            Err(Reason::Lat)
        } else if states().any(|state| state == FlightState::Cancelled) {
            Err(Reason::Cnx)
        } else {
            Err(Reason::Nfl)
        }
    }
}

fn state_at(record: &FlightRecord, utc_ms: i64) -> FlightState {
    match record.order {
        FlightOrder::Cancelled => FlightState::Cancelled,
        _ if utc_ms >= record.departs_utc_ms => FlightState::Departed,
        FlightOrder::Closed => FlightState::Closed,
        FlightOrder::Planned if utc_ms >= record.cutoff_utc_ms => FlightState::Closed,
        FlightOrder::Planned if utc_ms < record.opens_utc_ms => FlightState::Scheduled,
        FlightOrder::Planned => FlightState::Open,
    }
}
