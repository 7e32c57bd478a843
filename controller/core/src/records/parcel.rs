//! Parcels as the host knows them.

use super::{CodeText, Destination, FlightKey, ParcelKey};
use serde::{Deserialize, Serialize};

/// A product of the host, like `ECOM` or `EXP`: one to four upper-case letters or digits, filled up with blanks.
pub type Product = [u8; 4];
/// The product of a parcel that names none.
pub const NO_PRODUCT: Product = *b"    ";
/// A special handling code (SHC) of the air cargo trade, like `ELI` or `CAO`: three upper-case letters.
pub type HandlingCode = [u8; 3];
/// Most special handling codes of one parcel.
pub const HANDLING_PER_PARCEL: usize = 4;

/// What customs says of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Customs {
    /// No declaration was heard of (`CUS`). Never boards anything.
    NotLodged,
    /// Declared; the assessment is not finished (`CUS`).
    Assessing,
    /// Free to go.
    Released,
    /// Request for information: hold (`HLD`).
    Hold,
    /// Request for screening (`RFS`).
    ScreeningWanted,
    /// Selected for inspection (`INS`).
    Inspection,
    /// Do not load (`DNL`). Never boards anything.
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
}

/// What security says of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Security {
    /// Nobody has screened it, or nothing was heard (`SEC`).
    NotScreened,
    /// Screened and cleared.
    Screened,
    /// Screened, and something was found (`SEC`). Never boards anything.
    Alarm,
}

impl Security {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::NotScreened, Self::Screened, Self::Alarm];
}

/// A parcel record, as the host feeds it. A record with a known key replaces the older one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelRecord {
    /// The host's key.
    pub key: ParcelKey,
    /// Plates that key this parcel, normalised; at least one.
    pub plates: heapless::Vec<CodeText, 4>,
    /// Where it goes.
    pub destination: Destination,
    /// The flight it is booked on, or `None` for the next one to its destination that accepts it.
    pub flight: Option<FlightKey>,
    /// True if its service lets it take a later flight when its own is closed, cancelled or full.
    pub may_move: bool,
    /// Customs state.
    pub customs: Customs,
    /// Security state.
    pub security: Security,
    /// Its product; [`NO_PRODUCT`] if it names none.
    pub product: Product,
    /// Special handling codes; its flight has to accept every one.
    pub handling: heapless::Vec<HandlingCode, HANDLING_PER_PARCEL>,
    /// Weight declared by the shipper, in grams; 0 when not known.
    pub declared_g: u32,
    /// Size declared by the shipper in millimetres, in any order; 0 where not known.
    pub declared_mm: [u16; 3],
}

/// New customs or security state of one parcel, also the end of a hold. What is `None` stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldRecord {
    /// The host's key of the parcel.
    pub key: ParcelKey,
    /// The state that customs gives it from now on.
    pub customs: Option<Customs>,
    /// The state that security gives it from now on.
    pub security: Option<Security>,
}
