//! Everything that the core says: commands to the board, and records for the journal and the screens.

use crate::records::{CodeText, FlightKey, ParcelKey};
use serde::{Deserialize, Serialize};
use sortie_protocol::board::telegram::{FireOutcome, HostTelegram};

/// One thing that a step said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Output {
    /// A command to the board. A `Fire` leaves only after its causes are durable; all others at once.
    Board(HostTelegram),
    /// A fact, for the journal and the screens.
    Record(Record),
}

/// Where an item is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outlet {
    /// A chute, by number.
    Chute(u16),
    /// The end of line; needs no divert.
    EndOfLine,
}

/// Why an item goes where it goes: the stable three-letter codes, in the order of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the sentence of each code stands in `Reason::sentence`, once")]
pub enum Reason {
    Trk,
    Flu,
    Ovl,
    Gap,
    Nrd,
    Mrd,
    Dup,
    Ndt,
    Sec,
    Dnl,
    Rfs,
    Ins,
    Hld,
    Cus,
    Ovw,
    Ovs,
    Wmm,
    Nwt,
    Shc,
    Nfl,
    Erl,
    Lat,
    Cnx,
    Ful,
    Jam,
    Lck,
    Dis,
    Nct,
    Rat,
    Shg,
    Rcx,
    Ok,
}

/// An outlet that was not taken, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The outlet.
    pub outlet: Outlet,
    /// Why not.
    pub why: Reason,
}

/// A decision on one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The item.
    pub item: u32,
    /// Its pass.
    pub pass: u8,
    /// Encoder count (64-bit) at the decision.
    pub count: u64,
    /// Linked parcel, if exactly one.
    pub parcel: Option<ParcelKey>,
    /// Plates and shared codes that were read, merged.
    pub codes: heapless::Vec<CodeText, 4>,
    /// Weight in grams, if a good one was taken.
    pub weight_g: Option<i32>,
    /// Code of the rule that decided.
    pub code: Reason,
    /// Version of the plan in use; 0 before the first plan.
    pub plan_version: u32,
    /// Flight chosen, if the parcel has one that accepts it.
    pub flight: Option<FlightKey>,
    /// Where it goes.
    pub outlet: Outlet,
    /// Outlets that were looked at before and not taken.
    pub rejected: heapless::Vec<Rejected, 16>,
    /// True if the plate had an older, ended link: an ordinary re-induction.
    pub returned: bool,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// An item was born at the entry PEC.
    Born {
        /// Its number.
        item: u32,
        /// Count of its leading edge.
        count: u64,
    },
    /// An item passed a belt PEC.
    Sighted {
        /// The item.
        item: u32,
        /// Sensor number.
        sensor: u16,
        /// Count of its leading edge.
        count: u64,
        /// How it was recognised.
        how: Sighting,
        /// Measured minus expected position, counts.
        error: i32,
    },
    /// An item's place or identity is in doubt from now on.
    Doubt {
        /// The item.
        item: u32,
        /// Count at which the doubt arose.
        count: u64,
        /// Why.
        why: DoubtCause,
    },
    /// A scanner's result was given to an item.
    Scanned {
        /// The item.
        item: u32,
        /// Scanner number.
        scanner: u8,
        /// How many codes it brought.
        codes: u8,
    },
    /// A scanner's result could not be given to any item.
    ReadIgnored {
        /// Scanner number.
        scanner: u8,
        /// Why.
        why: IgnoredRead,
    },
    /// A decision, first or renewed.
    Decided(Decision),
    /// The board told how a fire ended.
    FireEnded {
        /// The item.
        item: u32,
        /// The pass.
        pass: u8,
        /// Chute that it was for.
        chute: u16,
        /// How it ended.
        outcome: FireOutcome,
        /// Count.
        count: u64,
    },
    /// Confirm: the item left the belt at its chute.
    Confirmed {
        /// The item.
        item: u32,
        /// The chute.
        chute: u16,
    },
    /// The confirm window closed with fewer edges than items due.
    Unconfirmed {
        /// The item.
        item: u32,
        /// The chute.
        chute: u16,
    },
    /// A confirm was taken back: the item was seen downstream.
    Revoked {
        /// The item.
        item: u32,
        /// The chute.
        chute: u16,
    },
    /// An item rode off at the end of the line.
    EndOfLine {
        /// The item.
        item: u32,
        /// Code of its last decision.
        code: Reason,
    },
    /// An item's window at the last PEC closed without an edge: it is not on the belt any more.
    Gone {
        /// The item.
        item: u32,
    },
    /// All that rides is unknown from now on.
    Flushed {
        /// Count.
        count: u64,
        /// Why.
        why: FlushCause,
    },
    /// An alarm was raised or cleared.
    Alarm {
        /// Which.
        alarm: Alarm,
        /// True: raised.
        raised: bool,
    },
    /// A record of the host was refused.
    Refused(Refusal),
    /// A plan is in use.
    PlanInUse {
        /// Its version.
        version: u32,
    },
}

/// How an item was recognised at a PEC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of T3")]
pub enum Sighting {
    Seen,
    Early,
    Late,
}

/// Why an item is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DoubtCause {
    /// An edge fits several items.
    Ambiguous,
    /// Its window closed without an edge.
    Missing,
    /// It came from nowhere.
    Stranger,
    /// A stranger's edge lies in its body.
    Overlapped,
    /// Its length changed.
    Length,
    /// Its body could not be measured at the entry.
    Malformed,
    /// The line was flushed.
    Flushed,
    /// The emergency stop: people may have stepped in, and no PEC has seen it since.
    EmergencyStop,
    /// The board does not know its command any more.
    CommandLost,
    /// Its fire ended otherwise than fired, or it was seen after its divert.
    Missed,
}

/// Why a read was given to no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum IgnoredRead {
    /// No item was in the window.
    NoItem,
    /// Several items fit.
    Ambiguous,
    /// The trigger number jumped.
    NumberJump,
    /// The scanner is not in step yet after its port opened.
    NotInStep,
    /// Too many reads waited.
    Overflow,
}

/// Why everything on the belt became unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FlushCause {
    /// The controller came up without a journal that fits.
    Start,
    /// Another boot number.
    Reboot,
    /// Events were lost.
    EventsLost,
    /// The encoder count jumped.
    EncoderReset,
    /// Tables were full.
    Overflow,
}

/// What needs somebody's attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Alarm {
    /// A PEC behaves abnormally (T5), by sensor number.
    SensorSuspect(u16),
    /// A PEC is blocked too long (T11), by sensor number.
    Jam(u16),
    /// Emergency stop or open guard: acknowledge before sorting goes on.
    EmergencyStop,
    /// The journal cannot be written.
    JournalFailed,
    /// No plan is in use.
    NoPlan,
    /// A scanner is out of step or silent, by number.
    ScannerOutOfStep(u8),
    /// A chute's confirms stay away, by number.
    ChuteSuspect(u16),
    /// The parcel table is full.
    ParcelsFull,
}

/// A host record that was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Two parcels claim one plate; the later record was refused.
    PlateTaken {
        /// The later parcel.
        key: ParcelKey,
        /// The plate.
        plate: CodeText,
    },
    /// The parcel table is full.
    ParcelsFull {
        /// The parcel.
        key: ParcelKey,
    },
    /// A hold names an unknown parcel.
    UnknownParcel {
        /// The key.
        key: ParcelKey,
    },
    /// Too many flights.
    FlightsFull {
        /// The flight.
        key: FlightKey,
    },
}
