//! The files that hosts write: parcels, flights and holds, one JSON object a line.
//!
//! A line that cannot be used is reported with its place and skipped; the rest loads. Nothing here keeps parcels:
//! each good line becomes one [`Input`] for the core.

mod follower;
mod lines;
mod plates;

pub use follower::{FileFollower, LINE_BYTES_MAX, Polled};
pub use lines::{LineFault, parse_line};
pub use plates::{PlateFault, normalised_plate};

use sortie_core::input::Input;

/// Which file a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedKind {
    /// `parcels.ndjson`: parcels, and parcels that have departed.
    Parcels,
    /// `flights.ndjson`: flights.
    Flights,
    /// `holds.ndjson`: customs states, and parcels that have departed.
    Holds,
}

impl FeedKind {
    /// What one line of it describes.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Parcels => "parcels",
            Self::Flights => "flights",
            Self::Holds => "holds",
        }
    }
}

/// The flight that an input tells of, if it is one.
#[must_use]
pub fn flight_of(input: &Input) -> Option<sortie_core::records::FlightKey> {
    if let Input::Flight(record) = input { Some(record.key) } else { None }
}
