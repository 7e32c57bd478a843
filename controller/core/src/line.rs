//! The line as it was built and commissioned: geometry, devices, windows. Made from a checked `line.toml`.
//!
//! Positions are micrometres from the entry PEC; windows and distances too, so that the core rounds once, when it
//! turns them into counts.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A whole line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Belt travel per encoder count, in micrometres.
    pub um_per_count: u32,
    /// Nominal belt speed, millimetres per second.
    pub speed_mm_s: u32,
    /// Highest belt speed that can occur, millimetres per second; leads and read windows are computed with it.
    pub speed_max_mm_s: u32,
    /// Lowest speed at which a divert may be made, millimetres per second.
    pub speed_min_mm_s: u32,
    /// Shortest legal item.
    pub item_min_um: i64,
    /// Longest legal item.
    pub item_max_um: i64,
    /// Smallest legal gap; a smaller one is `GAP`.
    pub gap_min_um: i64,
    /// Mechanical clearance that a divert needs on either side of its item.
    pub clearance_um: i64,
    /// Constant part of both windows.
    pub window_base_um: i64,
    /// Creep that is normal: inner window per mille of the distance since the last sighting.
    pub inner_permille: u32,
    /// Slip that can occur: outer window per mille of the distance since the last sighting.
    pub outer_permille: u32,
    /// How far a measured length may differ and still be the same item.
    pub length_tolerance_um: i64,
    /// Added to the windows of riding items for every stop of the belt.
    pub stop_slip_um: i64,
    /// How far behind an item its follower must be so that no scanner can mix their labels.
    pub view_um: i64,
    /// How long one gate's result may take from the gate's close to the host, in milliseconds.
    pub link_latency_ms: u32,
    /// Sum of the T7 lead without speed, in milliseconds: lease + retry + two telegrams + scan + margin. Where a stroke
    /// takes longer than lease and margin, it stands in their place.
    pub lead_ms: u32,
    /// Travel before the commit count at which a fire is sent, so that the board has it in time.
    pub send_ahead_um: i64,
    /// k of k-of-n: abnormal outcomes that make a sensor suspect (T5).
    pub suspect_k: u8,
    /// n of k-of-n: outcomes looked at (T5), at most 64.
    pub suspect_n: u8,
    /// Belt PECs in order of position: the entry first, the end-of-line PEC last.
    pub pecs: Vec<Pec>,
    /// Scanners in order of `line.toml`; their index is the scanner number of a read.
    pub scanners: Vec<Scanner>,
    /// Weighers in order of `line.toml`; their index is the weigher number of a weight.
    pub weighers: Vec<Weigher>,
    /// Chutes in order of position, then number.
    pub chutes: Vec<Chute>,
    /// Buttons on the line board; one that is not listed acknowledges.
    pub buttons: Vec<Button>,
    /// Inductions that a permit holds or lets go on, by number; on a ring, those of its first zone.
    pub inductions: Vec<u16>,
    /// An announced plate is given to an item born within this time, in milliseconds.
    pub announce_ms: u32,
    /// A return conveyor brings what reaches the end of line back to the induction; passes that a parcel may make. 0: the
    /// line has none.
    pub return_passes_max: u8,
    /// Room for parcels on file.
    pub parcels_max: u32,
    /// The ring that the line runs round; `None`: it has two ends.
    pub ring: Option<Ring>,
}

/// A ring of carriers. Its seam is at the entry PEC, place 0: there the front of carrier 1 is when the index sensor tells
/// of it, and there a pass ends and the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// How many carriers there are.
    pub carriers: u16,
    /// From the front of one carrier to the front of the next.
    pub pitch_um: i64,
    /// Items that lie on a carrier side by side along the belt, each on a cell of its own.
    pub cells_per_carrier: u16,
    /// Sensor number on the board that tells of carrier 1, once a turn.
    pub index_sensor: u16,
    /// The chute that is the end of this line: what may not go on riding leaves there.
    pub reject_chute: u16,
    /// Passes after which an item leaves, sorted or not.
    pub passes_max: u8,
    /// Most cells that may be taken, in thousandths.
    pub occupancy_max_permille: u16,
    /// Travel before the entry PEC at which a carrier's permit is given.
    pub permit_ahead_um: i64,
    /// Carriers that nothing is put on, by number from 1.
    pub out_of_service: Vec<u16>,
    /// Induction zones further round, in order of place. The first one is at the seam, with the inductions of the line.
    pub zones: Vec<Zone>,
}

/// A further induction zone of a ring: from its entry PEC on items are born, and read by the scanners behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Where its entry PEC stands.
    pub entry_um: i64,
    /// Its inductions, by number.
    pub inductions: Vec<u16>,
}

impl Ring {
    /// The way once round.
    #[must_use]
    pub fn length_um(&self) -> i64 {
        i64::from(self.carriers) * self.pitch_um
    }

    /// From the front of one cell to the front of the next: the smallest belt that an item may have for itself.
    #[must_use]
    pub fn cell_um(&self) -> i64 {
        self.pitch_um / i64::from(self.cells_per_carrier.max(1))
    }

    /// Cells of all carriers.
    #[must_use]
    pub fn cells(&self) -> usize {
        usize::from(self.carriers) * usize::from(self.cells_per_carrier.max(1))
    }
}

/// What a button is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ButtonDuty {
    /// Acknowledges every alarm.
    Acknowledge,
    /// Begins the container change of a chute, by number, and ends it when pressed again.
    Container(u16),
}

/// A button on the line board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Button number on the board.
    pub number: u16,
    /// What it is for.
    pub duty: ButtonDuty,
}

/// What a belt PEC is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PecKind {
    /// Items are born here. On a ring others come by here again.
    Entry,
    /// Items are seen again here.
    Belt,
    /// Items leave the line here.
    EndOfLine,
}

/// A belt PEC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pec {
    /// Sensor number on the board.
    pub sensor: u16,
    /// Position of the beam.
    pub position_um: i64,
    /// Its duty.
    pub kind: PecKind,
}

/// A scanner of the tunnel. Its own photo-eye opens the gate at the leading edge and closes it at the trailing edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanner {
    /// Position of its own photo-eye.
    pub trigger_um: i64,
    /// Whether its results carry a trigger number.
    pub numbered: bool,
    /// Longest time from the gate's close to the result's arrival, in milliseconds.
    pub read_jitter_ms: u32,
}

/// How a weigher speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WeigherKind {
    /// One verdict for each item.
    Checkweigher,
    /// A stream of readings.
    Stream,
}

/// A weigher: the belt from `start_um` to `end_um` is its platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weigher {
    /// Upstream end of the platform.
    pub start_um: i64,
    /// Downstream end of the platform.
    pub end_um: i64,
    /// How it speaks.
    pub kind: WeigherKind,
    /// Oldest that a reading can be when it arrives, in milliseconds.
    pub read_jitter_ms: u32,
}

/// A chute with its divert and its confirm PEC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chute {
    /// Number on the line, in the plan and on the sign over the chute.
    pub number: u16,
    /// Belt position at which the middle of the item must be when the stroke is complete.
    pub position_um: i64,
    /// Board output of the divert.
    pub output: u16,
    /// Time from energising to the complete stroke, in milliseconds.
    pub stroke_ms: u16,
    /// Width of the divert along the belt.
    pub divert_width_um: i64,
    /// Belt travel from the beginning of the stroke before which no confirm edge can come.
    pub confirm_min_um: i64,
    /// Belt travel from the beginning of the stroke by which the confirm edge must have come.
    pub confirm_max_um: i64,
    /// Lamp over the chute, by its number on the board, if there is one.
    pub lamp: Option<u16>,
}
