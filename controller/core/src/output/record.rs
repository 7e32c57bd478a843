//! Facts, for the journal and the screens.

use super::{
    Alarm, ChuteStatus, ContainerCause, Decision, DoubtCause, FlushCause, HoldVerdict, IgnoredRead, LineState, PullEnd,
    Reason, Refusal, Sighting,
};
use crate::records::{CodeText, ContainerId, FlightKey, FlightState, ParcelKey, Person};
use serde::{Deserialize, Serialize};
use sortie_protocol::board::telegram::FireOutcome;

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
        /// The container that it fell into; 0: none was open.
        container: u32,
    },
    /// The confirm window closed with fewer edges than items due.
    Unconfirmed {
        /// The item.
        item: u32,
        /// The chute.
        chute: u16,
        /// The container that it may have fallen into; 0: none was open.
        container: u32,
    },
    /// A confirm was taken back: the item was seen downstream.
    Revoked {
        /// The item.
        item: u32,
        /// The chute.
        chute: u16,
        /// The container whose manifest it was on; 0: none.
        container: u32,
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
    /// A plan waits for its time.
    PlanPending {
        /// Its version.
        version: u32,
        /// From when it will be in use, UTC milliseconds.
        from_utc_ms: i64,
    },
    /// A flight is in another state.
    FlightChanged {
        /// The flight.
        flight: FlightKey,
        /// Its state.
        state: FlightState,
    },
    /// A chute is in another state.
    ChuteChanged {
        /// The chute.
        chute: u16,
        /// Its state.
        state: ChuteStatus,
    },
    /// A container stands at a chute.
    ContainerOpened {
        /// Its number, unique for the life of the journal.
        container: u32,
        /// The chute.
        chute: u16,
        /// What stands on it; empty if nobody said.
        id: ContainerId,
    },
    /// The change of a chute's container has begun; what is under way still goes into it.
    ContainerClosing {
        /// The container.
        container: u32,
        /// The chute.
        chute: u16,
        /// Why.
        why: ContainerCause,
    },
    /// A container is closed: its manifest is frozen. Its pieces are those confirmed or unconfirmed with its number,
    /// less those revoked.
    ContainerClosed {
        /// The container.
        container: u32,
        /// The chute at which it was filled.
        chute: u16,
        /// Pieces confirmed.
        pieces: u32,
        /// Pieces that were not confirmed.
        unconfirmed: u32,
        /// Their weight in grams, measured or declared.
        weight_g: u64,
    },
    /// Every parcel under way to a closed flight has come: its reconciliation can be drawn up.
    FlightClosed {
        /// The flight.
        flight: FlightKey,
    },
    /// The answer to a hold or to another change of customs or security.
    HoldAnswered {
        /// The parcel.
        key: ParcelKey,
        /// Whether it was obeyed.
        verdict: HoldVerdict,
    },
    /// A parcel that must not be in a flight chute is in one: somebody has to find it.
    PullOpened {
        /// Number of the entry, unique for the life of the journal.
        pull: u32,
        /// The parcel.
        key: ParcelKey,
        /// The chute.
        chute: u16,
        /// The container; 0: none was open.
        container: u32,
        /// What stands on the container.
        id: ContainerId,
    },
    /// An entry of the pull list is done with.
    PullClosed {
        /// Number of the entry.
        pull: u32,
        /// How.
        how: PullEnd,
        /// Who found it; empty if nobody had to.
        by: Person,
    },
    /// A label was put on a parcel.
    Relabelled {
        /// The parcel.
        key: ParcelKey,
        /// The plate.
        plate: CodeText,
    },
    /// A plate was announced for the next item born at the entry.
    Announced {
        /// The plate.
        plate: CodeText,
    },
    /// An announced plate was given to an item.
    Keyed {
        /// The item.
        item: u32,
    },
    /// The line is in another state.
    LineChanged {
        /// Its state.
        state: LineState,
    },
    /// On a ring: an item has come round.
    PassBegun {
        /// The item.
        item: u32,
        /// The pass that begins.
        pass: u8,
        /// Count.
        count: u64,
    },
    /// A good weight was given to an item, its first or another one than before. A decision that it does not change is
    /// not said anew.
    Weighed {
        /// The item.
        item: u32,
        /// Weigher number.
        weigher: u8,
        /// Grams.
        grams: i32,
    },
}
