//! Everything that the core says: commands to the board, and records for the journal and the screens.

mod alarm;
mod cause;
mod record;

pub use alarm::{Alarm, Refusal};
pub use cause::{
    ChuteStatus, ContainerCause, DoubtCause, FlushCause, HoldVerdict, IgnoredRead, LineState, PullEnd, Sighting,
};
pub use record::Record;

use crate::limits::ALTERNATIVES;
use crate::records::{CodeText, FlightKey, ParcelKey};
use serde::{Deserialize, Serialize};
use sortie_protocol::board::telegram::HostTelegram;

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
    /// The end of line; needs no divert. On a ring it is the reject outlet, which does.
    EndOfLine,
    /// None on this pass: it goes round once more.
    AnotherPass,
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
    /// The flight that it was booked on and does not take, and why, if its service let it move to another one.
    pub moved_from: Option<(FlightKey, Reason)>,
    /// Where it goes.
    pub outlet: Outlet,
    /// Outlets that were looked at before and not taken.
    pub rejected: heapless::Vec<Rejected, ALTERNATIVES>,
    /// True if the plate had an older, ended link: an ordinary re-induction.
    pub returned: bool,
}
