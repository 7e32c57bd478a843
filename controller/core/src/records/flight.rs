//! Flights, by air and by road.

use super::{Destination, FlightKey, HandlingCode};
use serde::{Deserialize, Serialize};

/// Most special handling codes that one flight can accept.
pub const HANDLING_PER_FLIGHT: usize = 16;

/// Air or road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// By aircraft.
    Air,
    /// By truck with a flight number.
    Road,
}

/// Under which customs regime a flight leaves the hub; the plan says which states may board each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Traffic {
    /// Out of the customs territory.
    Export,
    /// Onward into the customs territory, goods in free circulation.
    Import,
    /// Onward under bond, to be cleared elsewhere.
    Transit,
}

impl Traffic {
    /// Every regime.
    pub const ALL: [Self; 3] = [Self::Export, Self::Import, Self::Transit];
}

/// What the supervisor or the host says of a flight; time does the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlightOrder {
    /// Open from `opens` until the cut-off. Also reopens a flight that was closed or cancelled.
    Planned,
    /// Cancelled.
    Cancelled,
    /// Closed by hand before its cut-off.
    Closed,
}

/// Life of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FlightState {
    /// Too early.
    Scheduled,
    /// Accepts parcels.
    Open,
    /// Accepts parcels; the cut-off is near.
    LastCall,
    /// Past its cut-off, or closed by hand.
    Closed,
    /// Gone.
    Departed,
    /// Cancelled.
    Cancelled,
}

/// A flight record, as the host feeds it. A record with a known key replaces the older one: so a flight is delayed,
/// advanced, closed, cancelled and reopened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlightRecord {
    /// Its key.
    pub key: FlightKey,
    /// Air or road.
    pub mode: Mode,
    /// Its customs regime.
    pub traffic: Traffic,
    /// Where it goes.
    pub destination: Destination,
    /// From when parcels are accepted, UTC milliseconds.
    pub opens_utc_ms: i64,
    /// Latest acceptance at the sorter, UTC milliseconds: at this very millisecond it is too late.
    pub cutoff_utc_ms: i64,
    /// Scheduled or estimated departure, UTC milliseconds.
    pub departs_utc_ms: i64,
    /// The order in force.
    pub order: FlightOrder,
    /// Pieces expected, for the board; 0 when not known.
    pub expected: u32,
    /// Most pieces that it takes; 0 for no limit.
    pub capacity_pieces: u32,
    /// Most weight that it takes, in grams; 0 for no limit.
    pub capacity_g: u64,
    /// Special handling codes that it accepts.
    pub handling: heapless::Vec<HandlingCode, HANDLING_PER_FLIGHT>,
}
