//! What needs somebody's attention, and what was refused.

use crate::records::{CodeText, ContainerId, FlightKey, ParcelKey};
use serde::{Deserialize, Serialize};

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
    /// A chute is jammed, by number: its confirm sensor stays blocked, or its confirms stay away.
    ChuteJammed(u16),
    /// The parcel table is full.
    ParcelsFull,
    /// The pull list is full.
    PullsFull,
    /// The index sensor of a ring tells of carrier 1 where it cannot be, or not at all, by sensor number.
    IndexLost(u16),
    /// The encoder began anew within a boot of the board, or its counts do not keep pace with the belt.
    EncoderFault,
    /// A weigher that speaks all the time has said nothing for some seconds, by number.
    WeigherSilent(u8),
    /// The board says nothing, or was not reached since the start.
    BoardSilent,
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
    /// An order names a chute that the line does not have.
    UnknownChute {
        /// The number.
        chute: u16,
    },
    /// An order names an entry that the pull list does not have, or one that is done with.
    UnknownPull {
        /// The number.
        pull: u32,
    },
    /// There is no plan before the present one.
    NoEarlierPlan,
    /// A container with this label is open at a chute already.
    ContainerInUse {
        /// What stands on it.
        id: ContainerId,
        /// The chute at which it is open.
        chute: u16,
    },
    /// A container stands at the chute: it has to be closed first, or was closed so lately that another cannot stand there.
    ContainerOpen {
        /// The chute.
        chute: u16,
    },
    /// No container is open at the chute.
    NoContainer {
        /// The chute.
        chute: u16,
    },
    /// The parcel has as many plates as there is room for.
    PlatesFull {
        /// The parcel.
        key: ParcelKey,
    },
    /// A handheld scan is neither a chute's sign nor follows one.
    HandheldUnclear {
        /// Number of the handheld.
        station: u8,
    },
    /// The journal cannot be written, so that a change of a container could be forgotten.
    NotWritten {
        /// The chute.
        chute: u16,
    },
    /// An order names an unknown parcel.
    OrderOfUnknownParcel {
        /// The key.
        key: ParcelKey,
    },
}
