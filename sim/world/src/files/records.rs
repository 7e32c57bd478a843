//! The records that hosts write, one JSON object a line.

use serde::{Deserialize, Serialize};

/// Customs state of a parcel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Customs {
    /// Nothing declared yet: not for a flight.
    #[default]
    NotLodged,
    /// Declared, not assessed yet: not for a flight.
    Assessing,
    /// Free to go.
    Released,
    /// On hold.
    Hold,
    /// To be screened again.
    ScreeningWanted,
    /// To be inspected.
    Inspection,
    /// Must not be loaded.
    DoNotLoad,
}

impl Customs {
    /// The word in the files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotLodged => "not-lodged",
            Self::Assessing => "assessing",
            Self::Released => "released",
            Self::Hold => "hold",
            Self::ScreeningWanted => "screening-wanted",
            Self::Inspection => "inspection",
            Self::DoNotLoad => "do-not-load",
        }
    }
}

/// Security state of a parcel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// Nobody has screened it: not for a flight.
    #[default]
    NotScreened,
    /// Free to go.
    Screened,
    /// Something was found: not for a flight.
    Alarm,
}

/// What the supervisor ordered for a flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Goes as planned.
    #[default]
    Planned,
    /// Does not go.
    Cancelled,
    /// Takes nothing any more.
    Closed,
}

/// One line of `flights.ndjson`.
#[derive(Clone, Debug, Deserialize)]
pub struct FlightLine {
    /// The flight's key.
    pub flight: String,
    /// Where it goes.
    pub destination: String,
    /// From when it accepts parcels, RFC 3339.
    pub opens: String,
    /// Until when it accepts parcels, RFC 3339.
    pub cutoff: String,
    /// When it departs, RFC 3339.
    pub departs: String,
    /// What the supervisor ordered.
    #[serde(default)]
    pub order: Order,
    /// Pieces expected.
    #[serde(default)]
    pub expected: u32,
}

/// One line of `parcels.ndjson`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ParcelLine {
    /// The host's key.
    pub parcel: String,
    /// Plates.
    #[serde(default)]
    pub plates: Vec<String>,
    /// Destination.
    #[serde(default)]
    pub destination: String,
    /// The flight it is booked on.
    #[serde(default)]
    pub flight: Option<String>,
    /// Customs state.
    #[serde(default)]
    pub customs: Customs,
    /// Security state.
    #[serde(default)]
    pub security: Security,
    /// Declared weight, grams.
    #[serde(default)]
    pub declared_g: Option<u32>,
    /// True: the parcel is gone, forget it.
    #[serde(default)]
    pub departed: bool,
}

/// One line of `holds.ndjson`.
#[derive(Clone, Debug, Deserialize)]
pub struct HoldLine {
    /// The host's key.
    pub parcel: String,
    /// Its customs state from now on.
    pub customs: Customs,
}
