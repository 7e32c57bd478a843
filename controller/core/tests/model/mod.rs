//! Design section 7 and "How an item gets its outlet" of ARCHITECTURE.md once more, as plainly as can be: the reference
//! that the core is compared with. It knows no part of the core and keeps nothing: what it says is computed from the
//! whole list of what has happened. What tracking and scanners said of an item, and what the board was told and
//! answered, are events like any other; they are judged elsewhere. A count is a millimetre; times are milliseconds, or
//! nanoseconds of the host; 0 stands for no limit, and for what was not declared.

mod rules;
mod situation;

pub(crate) use situation::{Item, Situation};
use std::rc::Rc;

/// A code of section 7, or the state of something.
pub(crate) type Word = &'static str;

/// Where the chutes stand, from number 1 on; counts after a fire at which its confirm can come.
pub(crate) const CHUTES: [i64; 12] = [2700, 3200, 3700, 4500, 5000, 5500, 6300, 6800, 7300, 8100, 8600, 9100];
pub(crate) const CONFIRM: std::ops::RangeInclusive<i64> = 50..=150;
/// The longest item, its tolerance added, and the smallest gap.
pub(crate) const ITEM_MAX: i64 = 620;
pub(crate) const GAP_MIN: i64 = 90;
/// Travel from where a fire can leave to its commit count, and on to the chute.
pub(crate) const SEND_AHEAD: i64 = 300;
pub(crate) const LEAD: i64 = 78;
/// Travel of one and a half strokes, and of a minute at nominal speed.
pub(crate) const STROKES: i64 = 312;
pub(crate) const MINUTE: i64 = 30_000;

/// A parcel, as the host tells it. Customs: released, assessing, or the code that its state leads to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parcel {
    pub(crate) key: String,
    pub(crate) plates: Vec<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) to: Word,
    pub(crate) booked: Option<String>,
    pub(crate) may_move: bool,
    pub(crate) customs: Word,
    pub(crate) security: Word,
    pub(crate) product: Word,
    pub(crate) handling: Vec<Word>,
    pub(crate) declared_g: i64,
    pub(crate) declared_mm: [i64; 3],
}

impl Parcel {
    fn codes(&self) -> impl Iterator<Item = &String> {
        self.plates.iter().chain(self.labels.iter().filter(|label| !self.plates.contains(label))).take(4)
    }
}

/// A flight, as the host tells it. Order: planned, cancelled, closed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flight {
    pub(crate) key: String,
    pub(crate) to: Word,
    pub(crate) traffic: Word,
    pub(crate) opens: i64,
    pub(crate) cutoff: i64,
    pub(crate) departs: i64,
    pub(crate) order: Word,
    pub(crate) capacity_pieces: i64,
    pub(crate) capacity_g: i64,
    pub(crate) handling: Vec<Word>,
}

/// A sort plan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) version: u32,
    pub(crate) from: Option<i64>,
    pub(crate) full_delay_ns: u64,
    pub(crate) after_full: usize,
    pub(crate) reserve_ahead: i64,
    pub(crate) jam_blocked_ns: u64,
    pub(crate) jam_unconfirmed: usize,
    pub(crate) weight_max: i64,
    pub(crate) size_max: [i64; 3],
    pub(crate) tolerance_g: i64,
    pub(crate) tolerance_permille: i64,
    /// Product, how much earlier it is cut off, whether it has to be weighed.
    pub(crate) products: Vec<(Word, i64, bool)>,
    /// Traffic, and the states of customs and security that may board.
    pub(crate) boarding: Vec<(Word, Vec<Word>)>,
    /// Flight, its chutes, its overflow chutes.
    pub(crate) flights: Vec<(String, Vec<u16>, Vec<u16>)>,
    pub(crate) exceptions: Vec<(Word, Vec<u16>)>,
    /// Most pieces, grams and millimetres in a chute's container; most pieces a minute.
    pub(crate) most: Vec<(u16, [i64; 3])>,
    pub(crate) per_minute: Vec<(u16, usize)>,
    pub(crate) containers: Vec<u16>,
    pub(crate) disabled: Vec<u16>,
}

/// Host time, the count at which the belt stood, and what happened.
pub(crate) type Event = (u64, i64, What);

/// One thing that happened. What it happened to is named first: an item, a chute, a parcel by its key.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Utc(i64),
    Flight(Rc<Flight>),
    Plan(Rc<Plan>),
    RollBack,
    JournalFailed(bool),
    /// The belt became unknown. The counts begin anew; telegrams are missing, and with them what the confirm sensors show.
    Flush(bool, bool),
    Acknowledge,
    Parcel(Rc<Parcel>),
    Hold(String, Option<Word>, Option<Word>),
    Departed(String),
    Return(String),
    Relabel(String, String),
    /// Locked, disabled, changing its container; or not any more.
    Chute(u16, Word, bool),
    ContainerOpened(u16),
    ContainerClosed(u16),
    /// The full or the confirm sensor.
    Sensor(u16, Word, bool),
    ClearJam(u16),
    /// A leading edge made it, at the entry or as a stranger at a later place.
    Born(u32, i64),
    Length(u32, i64),
    /// True: because the belt became unknown.
    Doubt(u32, bool),
    Gone(u32),
    Read(u32, String),
    GatesClosed(u32),
    Weighed(u32, i64),
    FireSent(u32, u16),
    CancelSent(u32),
    Fired(u32, u16),
    NotFired(u32),
    /// Confirmed, unconfirmed, revoked, or lost when the belt became unknown; denied by one edge, and then lost.
    Discharge(u32, Word),
    /// What the newest record of its decision says.
    Told(u32, Rc<Answer>),
}

/// A decision. Outlet `None`: the end of the line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    pub(crate) code: Word,
    pub(crate) flight: Option<String>,
    pub(crate) moved_from: Option<(String, Word)>,
    pub(crate) outlet: Option<u16>,
    pub(crate) rejected: Vec<(u16, Word)>,
}
