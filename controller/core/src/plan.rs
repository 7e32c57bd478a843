//! The sort plan: which chutes serve which flights, which outlet takes which exception, and the limits.

use crate::output::Reason;
use crate::records::FlightKey;
use serde::{Deserialize, Serialize};

/// Most chutes that one flight may have.
pub const CHUTES_PER_FLIGHT: usize = 16;
/// Most outlets that one exception code may list.
pub const OUTLETS_PER_CODE: usize = 8;

/// A checked sort plan. Chutes are named by their number of `line.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Version, stated in every decision.
    pub version: u32,
    /// A full sensor must be active this long before the chute counts as full, in milliseconds.
    pub full_delay_ms: u32,
    /// Pieces that still fit after the full sensor became active, and so the most that may be under way then.
    pub after_full_pieces: u16,
    /// How far before its chute an item starts to count against the chute's room, in millimetres.
    pub reserve_ahead_mm: u32,
    /// Chutes of each flight.
    pub flights: alloc::vec::Vec<FlightChutes>,
    /// Outlets of each exception code, tried in order, then the end of line.
    pub exceptions: alloc::vec::Vec<ExceptionOutlets>,
    /// Chutes out of service (`DIS`).
    pub disabled: alloc::vec::Vec<u16>,
}

/// The chutes that serve one flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlightChutes {
    /// The flight.
    pub flight: FlightKey,
    /// Its chutes; they share the load.
    pub chutes: heapless::Vec<u16, CHUTES_PER_FLIGHT>,
}

/// The outlets that take one exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionOutlets {
    /// The exception.
    pub code: Reason,
    /// Chutes, tried in order.
    pub outlets: heapless::Vec<u16, OUTLETS_PER_CODE>,
}
