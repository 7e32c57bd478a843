//! Faults of what the line knows nothing of: the controller's disk, the computer's clock, the host systems.
//!
//! The world draws when they strike and how hard; whoever plays the controller's side makes them happen.

use crate::events::ParcelNo;

/// What happens beyond the line. Times are ns, `draw` is a random number for whatever has to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upset {
    /// The controller's process is killed while it writes its journal, and comes back after `down_ns`.
    Torn {
        /// How long it is gone.
        down_ns: u64,
        /// What of the last group is on the disk.
        draw: u64,
    },
    /// The journal's disk takes nothing.
    DiskFull {
        /// For so long.
        for_ns: u64,
    },
    /// The next sync of the journal takes so long.
    DiskStalled {
        /// How long.
        for_ns: u64,
    },
    /// The disk is sound again.
    DiskSound,
    /// Somebody sets the wall clock forward, or back if `by_ms` is negative.
    ClockSet {
        /// By how much, ms.
        by_ms: i64,
        /// And puts it right again after so long; `None`: it stays.
        for_ns: Option<u64>,
    },
    /// The clocks on the wall are moved an hour for summer or winter. UTC goes on; what is written in local time changes.
    ClocksMoved,
    /// The host systems write nothing.
    HostSilent {
        /// For so long.
        for_ns: u64,
    },
    /// What they write comes only so often, in bulk.
    HostSlow {
        /// For so long.
        for_ns: u64,
        /// So often.
        every_ns: u64,
    },
    /// A parcel on the belt is put on hold.
    LateHold {
        /// The parcel.
        parcel: ParcelNo,
        /// Which state it gets.
        draw: u64,
    },
    /// A new version of the plan.
    PlanChanged {
        /// Which chute goes to which flight.
        draw: u64,
    },
    /// The flight of a parcel on the belt is cancelled.
    FlightCancelled {
        /// The parcel.
        parcel: ParcelNo,
        /// The flight is reinstated after so long.
        for_ns: u64,
    },
}
