//! Everything that can influence the core, one at a time.

use crate::plan::Plan;
use crate::records::{CodeText, FlightRecord, HoldRecord, OrderRecord, ParcelKey, ParcelRecord};
use alloc::boxed::Box;
use serde::{Deserialize, Serialize};
use sortie_protocol::board::telegram::BoardTelegram;

/// One outside influence. Its monotonic stamp in nanoseconds stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Input {
    /// UTC now, milliseconds since 1970; comes once a second.
    Utc {
        /// Milliseconds since 1970-01-01T00:00Z.
        utc_ms: i64,
    },
    /// The controller was started, or restarted on its journal; the board is not reached yet.
    Started,
    /// The link to the board is up.
    LinkUp {
        /// Boot number of the board.
        boot: u32,
        /// True if the board's stream goes on exactly where the journal ends.
        resumed: bool,
        /// True if this is a new session, so that the board's queue has to be asked for.
        new_session: bool,
        /// Milliseconds since the board started, when it answered; `None` if this was not its answer.
        time_ms: Option<u32>,
    },
    /// Events of the board are gone for good: flush.
    EventsLost,
    /// A telegram of the board, in sequence.
    Board {
        /// Its sequence number.
        seq: u32,
        /// Its meaning.
        telegram: BoardTelegram,
    },
    /// A scanner's port was opened.
    ScannerPort {
        /// Scanner number.
        scanner: u8,
        /// True: opened; false: gone.
        open: bool,
    },
    /// A scanner's result for one gate; no codes and no wrong check digits: a no-read.
    Read(Read),
    /// A weigher's reading.
    Weight(Weight),
    /// A new or changed parcel.
    Parcel(ParcelRecord),
    /// A new customs or security state for a parcel.
    Hold(HoldRecord),
    /// The host is done with a parcel: forget it, if nothing of it rides.
    Departed(ParcelKey),
    /// A new or changed flight.
    Flight(FlightRecord),
    /// A plan, to be in use from its time on.
    Plan(Box<Plan>),
    /// An operator or a supervisor orders something.
    Order(OrderRecord),
    /// A handheld scanner read the sign of a chute (`CHUTE-` and its number), or the label of a container.
    Handheld {
        /// Number of the handheld, in the order of `line.toml`.
        station: u8,
        /// What it read.
        text: CodeText,
    },
    /// The journal could not be written; `false` when it can be again.
    JournalFailed(bool),
}

/// A scanner's result for one gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Scanner number.
    pub scanner: u8,
    /// Trigger number, if the dialect carries one.
    pub trigger: Option<u32>,
    /// Codes read, normalised, with right check digits.
    pub codes: heapless::Vec<ReadCode, 6>,
    /// Codes that were dropped for a wrong check digit or because there were too many.
    pub dropped: u8,
    /// More codes came than there was room for: the plate of another parcel may be among them.
    pub incomplete: bool,
}

/// One code of a read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCode {
    /// True: a plate, unique to a parcel; false: a shared number, recorded only.
    pub plate: bool,
    /// Normalised text.
    pub text: CodeText,
}

/// A weigher's reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weight {
    /// Weigher number.
    pub weigher: u8,
    /// Grams, only if the device called the reading good (stable, in range).
    pub grams: Option<i32>,
}
