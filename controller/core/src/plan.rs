//! The sort plan: which chutes serve which flights, which outlet takes which exception, and the limits.

use crate::output::Reason;
use crate::records::{Customs, FlightKey, Product, Security, Traffic};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Most chutes that one flight may have, and as many for its overflow.
pub const CHUTES_PER_FLIGHT: usize = 16;
/// Most outlets that one exception code may list.
pub const OUTLETS_PER_CODE: usize = 8;
/// Stands for another pass among the outlets of a code; no chute has this number.
pub const ANOTHER_PASS: u16 = 0;
/// Most products that a plan can have rules for.
pub const PRODUCTS_MAX: usize = 16;
/// Highest rate limit of a chute, pieces a minute.
pub const RATE_MAX: u16 = 64;

/// A checked sort plan. Chutes are named by their number of `line.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Version, stated in every decision.
    pub version: u32,
    /// From when it is in use, UTC milliseconds; `None` for at once.
    pub active_from_utc_ms: Option<i64>,
    /// A full sensor must be active this long before the chute counts as full, in milliseconds.
    pub full_delay_ms: u32,
    /// Pieces that still fit after the full sensor became active, and so the most that may be under way then.
    pub after_full_pieces: u16,
    /// How far before its chute an item starts to count against the chute's room, in millimetres.
    pub reserve_ahead_mm: u32,
    /// A confirm sensor that is blocked this long means a jam, in milliseconds; 0: never.
    pub jam_blocked_ms: u32,
    /// So many discharges in a row without any edge in their confirm window mean a jam; 0: never.
    pub jam_unconfirmed: u8,
    /// Last call begins so long before a flight's cut-off, in seconds.
    pub last_call_s: u32,
    /// Hosts use plates again: a discharge that is older than so many days speaks no more against a parcel with the
    /// same plate. Counted from the UTC of the discharge; one that was made before UTC was known never ends by itself.
    /// 0 for never.
    pub plate_life_days: u16,
    /// Limits for every parcel.
    pub limits: Limits,
    /// Rules for products.
    pub products: Vec<ProductRule>,
    /// Which states may board flights of each traffic, in the order of [`Traffic::ALL`].
    pub boarding: [Boarding; Traffic::ALL.len()],
    /// When the inductions are held.
    pub permits: Permits,
    /// Chutes of each flight.
    pub flights: Vec<FlightChutes>,
    /// Outlets of each exception code, tried in order, then the end of line.
    pub exceptions: Vec<ExceptionOutlets>,
    /// Rules for chutes; a chute that is not listed has the default ones.
    pub chutes: Vec<ChuteRule>,
    /// Chutes out of service (`DIS`).
    pub disabled: Vec<u16>,
}

/// Limits for every parcel (rule 6). A value equal to a limit is within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Heaviest parcel, in grams (`OVW`). The measured weight counts, or the declared one where none was measured.
    pub weight_max_g: u32,
    /// Largest parcel in millimetres, longest side first (`OVS`). The measured length counts against the longest
    /// side; the declared size counts side by side.
    pub size_max_mm: [u16; 3],
    /// A measured weight may differ from the declared one by this much, in grams (`WMM`), ...
    pub weight_tolerance_g: u32,
    /// ... or by this share of the declared one, in thousandths; the larger of both counts.
    pub weight_tolerance_permille: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            weight_max_g: 31_500,
            size_max_mm: [1_200, 800, 800],
            weight_tolerance_g: 10_000_000,
            weight_tolerance_permille: 1_000,
        }
    }
}

/// What holds for one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRule {
    /// The product.
    pub product: Product,
    /// Its cut-off is so much earlier than the flight's, in seconds; negative: later.
    pub cutoff_earlier_s: i32,
    /// A parcel of it without a good measured weight is not sorted (`NWT`).
    pub weight_required: bool,
}

/// Which states may board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boarding {
    /// Allowed customs states, as a bit mask: bit n stands for entry n of [`Customs::ALL`].
    customs: u8,
    /// Allowed security states, as a bit mask: bit n stands for entry n of [`Security::ALL`].
    security: u8,
}

impl Boarding {
    /// Only what is listed may board. What no plan can allow is left out: an unknown customs state, do-not-load, and
    /// a security alarm.
    #[must_use]
    pub fn new(customs: &[Customs], security: &[Security]) -> Self {
        let never = |state: &Customs| matches!(state, Customs::NotLodged | Customs::DoNotLoad);
        let mut boarding = Self { customs: 0, security: 0 };
        for state in customs.iter().filter(|state| !never(state)) {
            boarding.customs |= 1 << *state as u8;
        }
        for state in security.iter().filter(|state| **state != Security::Alarm) {
            boarding.security |= 1 << *state as u8;
        }
        boarding
    }

    /// True if a customs state may board.
    #[must_use]
    pub fn lets_customs(self, state: Customs) -> bool {
        self.customs >> state as u8 & 1 == 1
    }

    /// True if a security state may board.
    #[must_use]
    pub fn lets_security(self, state: Security) -> bool {
        self.security >> state as u8 & 1 == 1
    }
}

impl Default for Boarding {
    /// Released and screened.
    fn default() -> Self {
        Self::new(&[Customs::Released], &[Security::Screened])
    }
}

/// When the inductions are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permits {
    /// Most items on the belt; they are let on again below nine tenths of it.
    pub riding_max: u16,
    /// Most chutes of open flights that may be blocked at once, in thousandths.
    pub blocked_max_permille: u16,
}

impl Default for Permits {
    fn default() -> Self {
        Self { riding_max: u16::MAX, blocked_max_permille: 1_000 }
    }
}

/// The chutes that serve one flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlightChutes {
    /// The flight.
    pub flight: FlightKey,
    /// Its chutes; they share the load.
    pub chutes: heapless::Vec<u16, CHUTES_PER_FLIGHT>,
    /// Chutes that take over, in this order, where none of its own can; they may be shared with other flights only
    /// where the plan's check found no time in which both are open.
    pub overflow: heapless::Vec<u16, CHUTES_PER_FLIGHT>,
}

/// The outlets that take one exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionOutlets {
    /// The exception.
    pub code: Reason,
    /// Chutes, tried in order. On a ring [`ANOTHER_PASS`] may stand before them, once for each pass more.
    pub outlets: heapless::Vec<u16, OUTLETS_PER_CODE>,
}

impl ExceptionOutlets {
    /// Passes more that an item with the code makes on a ring before a chute is tried.
    #[must_use]
    pub fn passes(&self) -> u8 {
        self.outlets.iter().take_while(|outlet| **outlet == ANOTHER_PASS).count() as u8
    }
}

/// What kind of container stands at a chute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerKind {
    /// A unit load device.
    Uld,
    /// A bag.
    Bag,
    /// A cage.
    Cage,
}

/// Rules for one chute; 0 stands for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChuteRule {
    /// The chute.
    pub chute: u16,
    /// The kind of container that must be open for anything to be sent here (`NCT`); `None`: none is demanded.
    pub container: Option<ContainerKind>,
    /// Most pieces in its container (`FUL`).
    pub pieces_max: u32,
    /// Most weight in its container, in grams (`FUL`).
    pub weight_max_g: u32,
    /// Most length in its container, the sum of the items' lengths in millimetres (`FUL`).
    pub length_max_mm: u32,
    /// Most pieces a minute at nominal belt speed (`RAT`), up to [`RATE_MAX`].
    pub rate_per_min: u16,
}

impl ChuteRule {
    /// A chute without limits.
    #[must_use]
    pub fn free(chute: u16) -> Self {
        Self { chute, container: None, pieces_max: 0, weight_max_g: 0, length_max_mm: 0, rate_per_min: 0 }
    }
}

impl Plan {
    /// A plan without flights, outlets or rules, and with the usual limits.
    #[must_use]
    pub fn empty(version: u32) -> Self {
        Self {
            version,
            active_from_utc_ms: None,
            full_delay_ms: 500,
            after_full_pieces: 3,
            reserve_ahead_mm: 3_000,
            jam_blocked_ms: 10_000,
            jam_unconfirmed: 3,
            last_call_s: 900,
            plate_life_days: 0,
            limits: Limits::default(),
            products: Vec::new(),
            boarding: [Boarding::default(); Traffic::ALL.len()],
            permits: Permits::default(),
            flights: Vec::new(),
            exceptions: Vec::new(),
            chutes: Vec::new(),
            disabled: Vec::new(),
        }
    }
}
