//! The small words of the records: how, and why.

use serde::{Deserialize, Serialize};

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
    /// On a later pass another plate was read than before.
    OtherPlate,
    /// Its codes were given to it by a clock that was found to be late.
    LateClock,
    /// A plate was keyed in for it, and one whom the entry did not see came just before it: it may be that one's.
    KeyedForAnother,
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
    /// The counts did not keep pace with the belt.
    OutOfPace,
}

/// State of a chute. The first that applies, from the end of this list up, is the one told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChuteStatus {
    /// It takes parcels.
    Open,
    /// Its half-full sensor is active; it takes parcels.
    HalfFull,
    /// Full by its sensor, or by the pieces, weight or length in its container.
    Full,
    /// The plan demands a container, and none is open.
    NoContainer,
    /// Locked by an order, or for a container change.
    Locked,
    /// Its confirm sensor stays blocked, or its confirms stay away.
    Jammed,
    /// Out of service.
    Disabled,
}

/// Why a container is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ContainerCause {
    /// The chute's button.
    Button,
    /// A handheld scan.
    Handheld,
    /// An order.
    Order,
    /// The flight that it was filled for has closed.
    FlightClosed,
    /// A plan gave the chute to another flight.
    PlanChanged,
}

/// Whether a hold was obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HoldVerdict {
    /// The parcel does not ride, or is not at its commit count yet: it will not be sorted while the state lasts.
    Obeyed,
    /// The parcel is between its commit count and its chute: a cancel is tried, and another answer will follow.
    Tried,
    /// The parcel lies in a flight chute, or its fire could not be stopped: it is on the pull list.
    TooLate {
        /// Number of the pull list's entry.
        pull: u32,
        /// The chute.
        chute: u16,
        /// The container; 0: none was open.
        container: u32,
    },
    /// The pull list is full; nobody will be told where the parcel is but by this record.
    PullsFull {
        /// The chute.
        chute: u16,
    },
}

/// How an entry of the pull list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PullEnd {
    /// Somebody found the parcel. It may come after `Withdrawn`: he had it in his hands by then.
    Found,
    /// Customs and security let it go after all.
    Withdrawn,
    /// It was seen on the belt after the chute: it never left.
    Revoked,
}

/// State of the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LineState {
    /// The belt stands.
    #[default]
    Stopped,
    /// The belt runs up, or the board is not reached yet.
    Starting,
    /// Parcels are sorted.
    Running,
    /// Nothing more is let onto the belt; what rides is sorted.
    Draining,
    /// An emergency stop, a failed journal or no board: nothing is sorted.
    Fault,
}
