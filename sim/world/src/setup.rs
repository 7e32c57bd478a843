//! What the world is built from: the line's geometry and devices, the traffic, the faults. Plain values, no files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::devices::scanner::ScannerFormat;
use crate::devices::weigher::WeigherDialect;
use crate::events::{ParcelNo, StrikeKind};

/// Everything that makes one line. Positions and lengths are µm, times nanoseconds, unless a name says otherwise.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Belt travel per encoder count.
    pub um_per_count: i64,
    /// Nominal speed, µm/s.
    pub speed: i64,
    /// Encoder count when the run begins.
    pub count_start: u32,
    /// The serial ports, in the order of `[[port]]`.
    pub ports: Vec<PortInfo>,
    /// Index of the board's port.
    pub board_port: usize,
    /// Belt PECs from the entry on; the last is the end of line's.
    pub eyes: Vec<EyeSetup>,
    /// The ring of carriers, where the line is one.
    pub ring: Option<RingSetup>,
    /// The induction zones of a ring, in order of place; the first is at its seam.
    pub zones: Vec<ZoneSetup>,
    /// Time that a return conveyor takes from the end of line to the induction, ns; 0 where there is none.
    pub return_ns: u64,
    /// Scanners.
    pub scanners: Vec<ScannerSetup>,
    /// Weighers.
    pub weighers: Vec<WeigherSetup>,
    /// Chutes.
    pub chutes: Vec<ChuteSetup>,
    /// So many of the last outputs are not there.
    pub dead_outputs: u16,
    /// The button that acknowledges alarms.
    pub acknowledge: Option<u16>,
    /// The traffic.
    pub traffic: Traffic,
    /// The operators at the chutes.
    pub operators: Operators,
    /// The faults.
    pub faults: Faults,
}

/// One serial port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortInfo {
    /// Its role.
    pub role: String,
    /// Bit/s.
    pub baud: u32,
    /// Bits a byte, with start, parity and stop.
    pub bits: u32,
    /// True if a byte with a turned bit is refused.
    pub parity: bool,
    /// The adapter's latency.
    pub latency_ms: u32,
}

/// A ring of carriers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingSetup {
    /// The way once round.
    pub turn: i64,
    /// From cell to cell: a carrier has one or more.
    pub cell: i64,
    /// Sensor that sees carrier 1 come to the entry PEC.
    pub index_sensor: u16,
}

/// One induction zone of a ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneSetup {
    /// Where its entry PEC stands.
    pub position: i64,
    /// Its inductions, by number.
    pub inductions: Vec<u16>,
}

/// One belt PEC.
#[derive(Clone, Debug)]
pub struct EyeSetup {
    /// Sensor number.
    pub sensor: u16,
    /// Position.
    pub position: i64,
    /// Travel for which a change has to last.
    pub debounce: i64,
}

/// One scanner.
#[derive(Clone, Debug)]
pub struct ScannerSetup {
    /// Index of its port.
    pub port: usize,
    /// Position of its trigger eye.
    pub position: i64,
    /// How it writes.
    pub format: ScannerFormat,
    /// Longest time from the gate's end to the arrival of the result, wire included.
    pub read_jitter_ns: u64,
    /// Share of readable labels that it reads, in thousandths.
    pub read_permille: u16,
}

/// One weigher.
#[derive(Clone, Debug)]
pub struct WeigherSetup {
    /// Index of its port.
    pub port: usize,
    /// Where the platform begins.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
    /// How it speaks.
    pub dialect: WeigherDialect,
    /// True if it speaks all the time, false if once for each item.
    pub streams: bool,
}

/// One chute.
#[derive(Clone, Debug)]
pub struct ChuteSetup {
    /// Number in the operator's files.
    pub number: u16,
    /// Middle of the divert.
    pub position: i64,
    /// Width of the divert along the belt.
    pub width: i64,
    /// Output of the line board.
    pub output: u16,
    /// Time from energising the output to the complete stroke.
    pub stroke_ns: u64,
    /// Travel from the beginning of the stroke in which the confirm edge comes.
    pub confirm: (i64, i64),
    /// The lamp over it.
    pub lamp: Option<u16>,
    /// The button beside it.
    pub button: Option<u16>,
    /// True if a container has to stand there.
    pub container: bool,
}

/// The traffic of a scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traffic {
    /// Mean rate at nominal speed.
    pub parcels_per_hour: u32,
    /// No gap is shorter than this, mm.
    pub gap_min_mm: u32,
    /// Labels in ten thousand that no scanner can read.
    pub unreadable_per_10000: u32,
    /// Read rates of the scanners in turn, in thousandths of readable labels.
    pub read_permille: Vec<u16>,
    /// Largest creep of an item against the belt, thousandths.
    pub creep_permille: u32,
    /// Items longer than any legal one, per 10,000.
    pub overlong_per_10000: u32,
    /// Items that come closer to the one ahead than any legal gap, per 10,000.
    pub short_gap_per_10000: u32,
    /// True: every legal length is as common as any other, from the smallest packet to the longest parcel.
    pub mixed_lengths: bool,
    /// On a ring: of 1,000 parcels that are too long for one carrier so many are so all the same.
    pub two_carriers_permille: u16,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            parcels_per_hour: 11_000,
            gap_min_mm: 90,
            unreadable_per_10000: 250,
            read_permille: vec![990, 920, 860, 800, 720, 660],
            creep_permille: 5,
            overlong_per_10000: 0,
            short_gap_per_10000: 0,
            mixed_lengths: false,
            two_carriers_permille: 100,
        }
    }
}

/// The people at the chutes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Operators {
    /// Pieces that fit into a chute.
    pub capacity: u32,
    /// Shortest time in which a half-full or full chute is emptied, s.
    pub empty_min_s: u32,
    /// Longest such time, s.
    pub empty_max_s: u32,
    /// At every so-manieth chute of flights a container has to stand, and is changed by button and lamp; 0: at none.
    pub container_every: u16,
    /// Pieces in a container from which on somebody wants to change it.
    pub container_pieces: u32,
    /// Longest time that it takes to put another container there, s.
    pub change_max_s: u32,
    /// Of ten thousand pieces that fall into a chute, so many get stuck before its confirm eye.
    pub stuck_per_10000: u32,
    /// Somebody clears such a chute within so long, s.
    pub clear_max_s: u32,
    /// The people of ten chutes take a break so often, min; 0: never.
    pub break_every_min: u32,
    /// A break lasts so long, s.
    pub break_s: u32,
    /// Items that find room at the end of line; the next one stays in the beam, and the belt is stopped by hard wire. 0:
    /// any number. On a line with two ends only.
    pub end_capacity: u32,
    /// Somebody takes them away within so long, s.
    pub end_clear_max_s: u32,
}

impl Default for Operators {
    fn default() -> Self {
        Self {
            capacity: 40,
            empty_min_s: 5,
            empty_max_s: 40,
            container_every: 0,
            container_pieces: 60,
            change_max_s: 8,
            stuck_per_10000: 0,
            clear_max_s: 60,
            break_every_min: 0,
            break_s: 120,
            end_capacity: 0,
            end_clear_max_s: 60,
        }
    }
}

impl Operators {
    /// True if a container has to stand at a flight's chute.
    #[must_use]
    pub fn has_container(&self, chute: u16) -> bool {
        self.container_every > 0 && chute.is_multiple_of(self.container_every)
    }
}

/// The faults that are on.
pub type Faults = BTreeMap<StrikeKind, FaultRate>;

/// How often a fault strikes, and how hard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultRate {
    /// Strikes per 10,000 parcels.
    pub per_10000: u32,
    /// Smallest and largest size; the unit is the fault's own (slip: mm; stops, reboot, unplugging, kill: ms; PEC
    /// chatter, flaps and missed pulses: mm; stuck PECs, slow diverts, failing weighers and late results: ms; bytes that
    /// are lost or come in between: bytes; a second pulse of the index sensor: mm; a chute that is full, jammed or
    /// left alone: s). `None` for the fault's usual sizes.
    pub size: Option<(u32, u32)>,
}

/// Where the world learns what is printed on a parcel.
pub trait Parcels {
    /// How many records there are in all.
    fn count(&self) -> u32;

    /// The record of the `nth` parcel that is put on the belt.
    fn nth(&self, nth: u64) -> ParcelNo;

    /// Tells each plate of a record.
    fn plates(&self, parcel: ParcelNo, plate: &mut dyn FnMut(&str));

    /// What a parcel weighs, g; `None` if that is to be drawn when it comes.
    fn weight_g(&self, _parcel: ParcelNo) -> Option<u32> {
        None
    }
}
