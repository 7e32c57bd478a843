//! What operators and supervisors order.

use super::{CodeText, ParcelKey};
use serde::{Deserialize, Serialize};

/// What stands on a container: a ULD number, a bag or cage label. 1..=16 bytes of printable ASCII.
pub type ContainerId = heapless::Vec<u8, 16>;
/// Who gave an order: 1..=24 bytes of printable ASCII.
pub type Person = heapless::Vec<u8, 24>;

/// An order, and who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRecord {
    /// Who gave it.
    pub by: Person,
    /// What to do.
    pub what: Order,
}

/// One thing to do. Chutes are named by their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Begin the container change of a chute: nothing more is sent to it, and the container closes when what is under
    /// way has come.
    CloseContainer {
        /// The chute.
        chute: u16,
    },
    /// End a container change: another container stands at the chute.
    OpenContainer {
        /// The chute.
        chute: u16,
        /// What stands on it; `None` lets the controller number it.
        id: Option<ContainerId>,
    },
    /// Send nothing to a chute (`LCK`) until it is unlocked.
    Lock {
        /// The chute.
        chute: u16,
    },
    /// End a lock.
    Unlock {
        /// The chute.
        chute: u16,
    },
    /// Take a chute out of service (`DIS`), whatever the plan says.
    Disable {
        /// The chute.
        chute: u16,
    },
    /// Put it back into service.
    Enable {
        /// The chute.
        chute: u16,
    },
    /// A jam was cleared by hand.
    ClearJam {
        /// The chute.
        chute: u16,
    },
    /// The parcel was taken back by hand: its old discharge does not stand, and it may come again.
    Return {
        /// The parcel.
        parcel: ParcelKey,
    },
    /// The parcel has another label from now on.
    Relabel {
        /// The parcel.
        parcel: ParcelKey,
        /// The plate on the new label.
        plate: CodeText,
    },
    /// The next item born at the entry carries this plate.
    Announce {
        /// The plate.
        plate: CodeText,
    },
    /// A parcel of the pull list was found; `by` is who found it.
    Found {
        /// Number of the entry.
        pull: u32,
    },
    /// Put the plan before the present one into use again.
    RollbackPlan,
    /// True: let nothing more onto the belt and run it empty; false: go on.
    Drain(bool),
    /// Acknowledge every alarm, and after an emergency stop the restart of sorting.
    Acknowledge,
}
