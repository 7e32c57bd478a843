//! All capacities of the core, with the arithmetic that found them.

use crate::plan::{CHUTES_PER_FLIGHT, OUTLETS_PER_CODE};

/// Items that can ride at once. A 100 m belt at the smallest pitch of 170 mm carries 588; strangers and ghosts ride
/// beside them only where something else is missing.
pub const ITEMS: usize = 1024;
/// Flights on file.
pub const FLIGHTS: usize = 256;
/// Reads of all scanners that wait for the belt: six scanners, and a link that stays behind for two seconds at 11
/// gates a second.
pub const PENDING_READS: usize = 256;
/// Distinct codes kept for an item.
pub const CODES_PER_ITEM: usize = 6;
/// Fired items of one chute whose joint confirm window is open: 1.5 m of travel at the smallest pitch is 9.
pub const CONFIRMS_DUE: usize = 16;
/// Outlets that one decision can have looked at and not taken: the chutes of a flight, its overflow, and the outlets of
/// the code that results. Another pass takes the place of one of these.
pub const ALTERNATIVES: usize = 2 * CHUTES_PER_FLIGHT + OUTLETS_PER_CODE;
/// Labels of containers that are remembered: 400 chutes, each changed twenty times.
pub const LABELS: usize = 8000;
/// Handheld scanners at the chutes of a line.
pub const HANDHELDS: usize = 32;
/// Outputs of one step: every riding item can be decided anew, told to the board and recorded in doubt.
pub const OUTPUTS: usize = 4 * ITEMS;
/// An edge reaches the host at most this much travel after its count: debounce, board scan and the telegrams in
/// front of it. Windows stay open that much longer.
pub const EDGE_LATE_UM: i64 = 60_000;
/// No result of a scanner or a weigher comes later than so long after its item, however slow the device has become; without
/// traffic for so long the next result is the next item's.
pub const LATEST_RESULT_MS: u32 = 2_000;
/// More gates than so many are not counted in vain at once: such a number was damaged on its way.
pub const GATES_AT_ONCE: u32 = 8;
/// Items stand in belt order. The places that are computed for two of them contradict it by less than this.
pub const DISORDER_UM: i64 = 2_000_000;
/// A count that moves more than this many times the travel possible at the highest speed is an encoder reset.
pub const COUNT_JUMP_FACTOR: u64 = 4;
/// Alarms that can stand at once.
pub const ALARMS: usize = 64;
/// Open entries of the pull list: a hub that stops a whole aircraft's customs holds after the sorting asks for some
/// hundreds at once; ten times that, in a power of two.
pub const PULLS: usize = 4096;
/// Entries of the pull list that were withdrawn and are remembered, for who was on his way to the chute already.
pub const WITHDRAWN: usize = 256;
/// Permits for carriers that can be out at once, as many as a board keeps: 20 m of a ring at a pitch of 0.3 m.
pub const PERMITS: usize = 64;
/// Plates of one parcel.
pub const PLATES_PER_PARCEL: usize = 4;

const _: () = assert!(OUTPUTS >= 3 * ITEMS, "a flush tells three things of each item");
const _: () = assert!(ALTERNATIVES == 40, "16 chutes of a flight, 16 of its overflow, 8 outlets of a code");
const _: () = assert!(ITEMS <= u16::MAX as usize, "slots are 16 bit");
