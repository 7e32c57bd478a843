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
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::NotLodged,
        Self::Assessing,
        Self::Released,
        Self::Hold,
        Self::ScreeningWanted,
        Self::Inspection,
        Self::DoNotLoad,
    ];

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

impl Security {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::NotScreened, Self::Screened, Self::Alarm];

    /// The word in the files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotScreened => "not-screened",
            Self::Screened => "screened",
            Self::Alarm => "alarm",
        }
    }
}

/// Under which customs regime a flight leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Traffic {
    /// Out of the customs territory.
    #[default]
    Export,
    /// Onward into it, cleared.
    Import,
    /// Onward under bond.
    Transit,
}

impl Traffic {
    /// Every regime.
    pub const ALL: [Self; 3] = [Self::Export, Self::Import, Self::Transit];

    /// The word in the files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Import => "import",
            Self::Transit => "transit",
        }
    }
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

impl Order {
    /// The word in the files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Cancelled => "cancelled",
            Self::Closed => "closed",
        }
    }
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
    /// Its customs regime.
    #[serde(default)]
    pub traffic: Traffic,
    /// What the supervisor ordered.
    #[serde(default)]
    pub order: Order,
    /// Most pieces that it takes; 0 for no limit.
    #[serde(default)]
    pub capacity_pieces: u32,
    /// Special handling codes that it accepts.
    #[serde(default)]
    pub handling: Vec<String>,
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
    /// Its service lets it take another flight.
    #[serde(default)]
    pub may_move: bool,
    /// Its product, if it names one.
    #[serde(default)]
    pub product: String,
    /// Special handling codes.
    #[serde(default)]
    pub handling: Vec<String>,
    /// Declared weight, grams.
    #[serde(default)]
    pub declared_g: Option<u32>,
    /// Declared sides, mm.
    #[serde(default)]
    pub declared_mm: Option<[u16; 3]>,
    /// True: the parcel is gone, forget it.
    #[serde(default)]
    pub departed: bool,
}

/// One line of `holds.ndjson`.
#[derive(Clone, Debug, Deserialize)]
pub struct HoldLine {
    /// The host's key.
    pub parcel: String,
    /// Its customs state from now on, if it changes.
    #[serde(default)]
    pub customs: Option<Customs>,
    /// Its security state from now on, if it changes.
    #[serde(default)]
    pub security: Option<Security>,
}
