//! What a record says, in numbers: all that the oracle may know of the host's mind.

use crate::events::ParcelNo;
use crate::files::{Customs, Order};

/// Number of a flight in the order of `flights.ndjson`.
pub type FlightNo = u16;
/// Number of a destination.
pub type DestinationNo = u16;

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A flight, new or changed. Times are UTC, ms since 1970.
    Flight {
        /// The flight.
        flight: FlightNo,
        /// Where it goes.
        destination: DestinationNo,
        /// From when it accepts parcels.
        opens_ms: i64,
        /// Until when it accepts parcels.
        cutoff_ms: i64,
        /// What the supervisor ordered.
        order: Order,
    },
    /// A parcel, new or changed.
    Parcel {
        /// The parcel.
        parcel: ParcelNo,
        /// Where it goes.
        destination: DestinationNo,
        /// The flight it is booked on.
        flight: Option<FlightNo>,
        /// Customs state.
        customs: Customs,
        /// How many plates it has.
        plates: u8,
    },
    /// The customs state of a parcel changed.
    Hold {
        /// The parcel.
        parcel: ParcelNo,
        /// Customs state from now on.
        customs: Customs,
    },
    /// A parcel is gone; its plates are unknown from now on.
    Departed {
        /// The parcel.
        parcel: ParcelNo,
    },
}

/// The file that a line was appended to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FedFile {
    /// `plan.toml`, told as a whole.
    Plan,
    /// `flights.ndjson`.
    Flights,
    /// `parcels.ndjson`.
    Parcels,
    /// `holds.ndjson`.
    Holds,
}

/// One line as it was written, with what it says.
#[derive(Clone, Copy, Debug)]
pub struct Fed<'a> {
    /// The file.
    pub file: FedFile,
    /// The line without its end; for the plan the whole file.
    pub text: &'a str,
    /// What it says; `None` for the plan.
    pub fact: Option<Fact>,
}
