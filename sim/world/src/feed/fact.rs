//! What a record says, in numbers: all that the oracle may know of the host's mind.

use crate::events::ParcelNo;
use crate::files::{Customs, Order, Security, Traffic};

/// Number of a flight in the order of `flights.ndjson`.
pub type FlightNo = u16;
/// Number of a destination.
pub type DestinationNo = u16;
/// A product's name, filled up with blanks.
pub type Product = [u8; 4];
/// The product of a parcel that names none.
pub const NO_PRODUCT: Product = *b"    ";
/// A product by its name.
#[must_use]
pub fn product(name: &str) -> Product {
    let mut product = NO_PRODUCT;
    product.iter_mut().zip(name.bytes()).for_each(|(place, byte)| *place = byte);
    product
}

/// Special handling codes, one bit each in the order in which whoever numbers them met them.
pub type Handling = u32;

/// A flight as a record tells it. Times are UTC, ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlightFact {
    /// Where it goes.
    pub destination: DestinationNo,
    /// From when it accepts parcels.
    pub opens_ms: i64,
    /// Until when it accepts parcels.
    pub cutoff_ms: i64,
    /// What the supervisor ordered.
    pub order: Order,
    /// Its customs regime.
    pub traffic: Traffic,
    /// Special handling codes that it accepts.
    pub handling: Handling,
    /// Most pieces that it takes; 0 for no limit.
    pub capacity_pieces: u32,
}

/// A parcel as a record tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParcelFact {
    /// Where it goes.
    pub destination: DestinationNo,
    /// The flight it is booked on.
    pub flight: Option<FlightNo>,
    /// Its service lets it take another flight.
    pub may_move: bool,
    /// Customs state.
    pub customs: Customs,
    /// Security state.
    pub security: Security,
    /// Its product.
    pub product: Product,
    /// Its special handling codes.
    pub handling: Handling,
    /// Declared weight, grams; 0 when not known.
    pub declared_g: u32,
    /// Declared sides, mm; 0 when not known.
    pub declared_mm: [u16; 3],
    /// How many plates it has.
    pub plates: u8,
}

/// What may be ordered of a chute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChuteOrder {
    /// Send nothing to it until it is unlocked.
    Lock,
    /// End of a lock.
    Unlock,
    /// Out of service.
    Disable,
    /// Into service again.
    Enable,
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A flight, new or changed.
    Flight {
        /// The flight.
        flight: FlightNo,
        /// What is said of it.
        says: FlightFact,
    },
    /// A parcel, new or changed.
    Parcel {
        /// The parcel.
        parcel: ParcelNo,
        /// What is said of it.
        says: ParcelFact,
    },
    /// The customs or security state of a parcel changed; what is `None` stays.
    Hold {
        /// The parcel.
        parcel: ParcelNo,
        /// Customs state from now on.
        customs: Option<Customs>,
        /// Security state from now on.
        security: Option<Security>,
    },
    /// A parcel is gone; its plates are unknown from now on.
    Departed {
        /// The parcel.
        parcel: ParcelNo,
    },
    /// Somebody has found a parcel of the pull list, has taken it out, and says so.
    Found {
        /// The parcel.
        parcel: ParcelNo,
    },
    /// A supervisor ordered something of a chute.
    Chute {
        /// The chute.
        chute: u16,
        /// What.
        order: ChuteOrder,
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
    /// `orders.ndjson`.
    Orders,
}

/// One line as it was written, with what it says.
#[derive(Clone, Copy, Debug)]
pub struct Fed<'a> {
    /// The file.
    pub file: FedFile,
    /// The line without its end; for the plan the whole file.
    pub text: &'a str,
    /// What it says; `None` for the plan, and for what is nothing to the oracle.
    pub fact: Option<Fact>,
}

impl Default for FlightFact {
    fn default() -> Self {
        Self {
            destination: 0,
            opens_ms: 0,
            cutoff_ms: 0,
            order: Order::Planned,
            traffic: Traffic::Export,
            handling: 0,
            capacity_pieces: 0,
        }
    }
}

impl Default for ParcelFact {
    fn default() -> Self {
        Self {
            destination: 0,
            flight: None,
            may_move: false,
            customs: Customs::NotLodged,
            security: Security::NotScreened,
            product: NO_PRODUCT,
            handling: 0,
            declared_g: 0,
            declared_mm: [0; 3],
            plates: 1,
        }
    }
}
