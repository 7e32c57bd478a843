//! A checked `line.toml`: the core's line, and what only ports, files and people need.

use super::allowed::{FrameEnd, HandheldDialect, Parity, Side};
use super::scanners::ScannerConfig;
use super::weighers::WeigherConfig;
use super::zones::ZoneConfig;
use serde::Serialize;
use sortie_core::line::{Line, PecKind};
use sortie_protocol::identifier::Grammars;
use std::path::PathBuf;

/// Line and column of a table in `line.toml`, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

/// A whole checked `line.toml`. The indices of `pecs`, `scanners`, `weighers` and `chutes` are those of `line`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineConfig {
    /// The file it was read from, as it was named.
    pub file: String,
    /// Name of the line, for screens.
    pub name: String,
    /// Where `[line]` stands in the file.
    pub place: Place,
    /// Where `[loop]` stands in the file.
    pub ring_place: Place,
    /// What the core needs.
    pub line: Line,
    /// The line board.
    pub board: BoardConfig,
    /// Files and folders, made absolute or relative to the working folder.
    pub files: FilesConfig,
    /// Serial ports, in the order of the file.
    pub ports: Vec<PortConfig>,
    /// Induction zones of a loop beside the first, by position.
    pub zones: Vec<ZoneConfig>,
    /// Belt PECs by position.
    pub pecs: Vec<PecConfig>,
    /// Scanners, in the order of the file.
    pub scanners: Vec<ScannerConfig>,
    /// Weighers, in the order of the file.
    pub weighers: Vec<WeigherConfig>,
    /// Chutes by position, then number.
    pub chutes: Vec<ChuteConfig>,
    /// Handheld scanners, in the order of the file.
    pub handhelds: Vec<HandheldConfig>,
    /// What the codes of each grammar are good for.
    pub grammars: Grammars,
}

/// `[board]`: the line board and the parts of the commit lead (T7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BoardConfig {
    /// Index of its port in [`LineConfig::ports`]; the file names the port's role.
    pub port: usize,
    /// The board fires only while the newest beat answers a clock younger than this, 20..=1000 ms (default 100).
    pub lease_ms: u16,
    /// A telegram without acknowledgement is sent again after this, 5..=500 ms (default 20).
    pub retry_ms: u16,
    /// Scan time of the board, 1..=20 ms (default 1).
    pub scan_ms: u16,
    /// Scheduling margin of the PC, 1..=500 ms (default 10).
    pub margin_ms: u16,
}

impl Default for BoardConfig {
    fn default() -> Self {
        Self { port: 0, lease_ms: 100, retry_ms: 20, scan_ms: 1, margin_ms: 10 }
    }
}

/// `[files]`: what the controller reads and writes, relative to the folder of `line.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FilesConfig {
    /// The sort plan (default `plan.toml`).
    pub plan: PathBuf,
    /// Parcels, one JSON object a line (default `parcels.ndjson`).
    pub parcels: PathBuf,
    /// Flights, one JSON object a line (default `flights.ndjson`).
    pub flights: PathBuf,
    /// Customs and security states, one JSON object a line (default `holds.ndjson`).
    pub holds: PathBuf,
    /// Orders of operators and supervisors, one JSON object a line (default `orders.ndjson`).
    pub orders: PathBuf,
    /// Folder of the journal (default `journal`).
    pub journal: PathBuf,
    /// Folder into which the reconciliation of each closed flight is written (default `results`).
    pub results: PathBuf,
}

impl Default for FilesConfig {
    fn default() -> Self {
        Self {
            plan: "plan.toml".into(),
            parcels: "parcels.ndjson".into(),
            flights: "flights.ndjson".into(),
            holds: "holds.ndjson".into(),
            orders: "orders.ndjson".into(),
            journal: "journal".into(),
            results: "results".into(),
        }
    }
}

/// `[[port]]`: a serial port, by role and stable path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PortConfig {
    /// Role, by which a device names it.
    pub role: String,
    /// Stable path, best one under `/dev/serial/by-id`; a relative one is seen from the folder of `line.toml`.
    pub path: PathBuf,
    /// Bits per second, 300..=3,000,000 (default 115,200).
    pub baud: u32,
    /// Parity (default `none`); bytes with a wrong one are rejected.
    pub parity: Parity,
    /// Data bits, 7 or 8 (default 8).
    pub data_bits: u8,
    /// Stop bits, 1 or 2 (default 1).
    pub stop_bits: u8,
    /// Longest time that the USB adapter keeps a byte, 0..=255 ms (default 1; many adapters are delivered with 16).
    pub usb_latency_ms: u16,
    /// Where it stands in the file.
    pub place: Place,
}

/// `[[pec]]`: a belt PEC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PecConfig {
    /// Name, for alarms.
    pub name: String,
    /// Sensor number on the board, 0..=255.
    pub sensor: u16,
    /// Position of the beam, mm from the entry PEC.
    pub position_mm: u32,
    /// Its duty: exactly one `entry` at 0, exactly one `end-of-line`, the last, all others `belt`; on a loop no
    /// `end-of-line`, and an `entry` for each zone.
    #[serde(skip)]
    pub kind: PecKind,
    /// Belt travel for which a change must last, 0..=200 mm (default 20).
    pub debounce_mm: u32,
    /// Where it stands in the file.
    pub place: Place,
}

/// `[[chute]]`: a chute with its divert and its confirm PEC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChuteConfig {
    /// Number, 1..=9999, as on the sign over the chute.
    pub number: u16,
    /// Belt position at which the middle of the item is when the stroke is complete, mm from the entry PEC.
    pub position_mm: u32,
    /// Side of the belt.
    pub side: Side,
    /// Board output of the divert, 0..=255.
    pub output: u16,
    /// Time from energising to the complete stroke, 1..=1000 ms.
    pub stroke_ms: u16,
    /// Width of the divert along the belt, 10..=2000 mm.
    pub divert_width_mm: u32,
    /// Belt travel from the beginning of the stroke before which no confirm edge can come, mm.
    pub confirm_min_mm: u32,
    /// Belt travel from the beginning of the stroke by which the confirm edge must have come, mm.
    pub confirm_max_mm: u32,
    /// Number of the lamp over it on the board, 0..=65,535, if there is one.
    pub lamp: Option<u16>,
    /// Number of the button beside it on the board, 0..=65,535, that changes its container, if there is one.
    pub button: Option<u16>,
    /// Where it stands in the file.
    pub place: Place,
}

/// `[[handheld]]`: a handheld scanner at the chutes, for signs of chutes and labels of containers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HandheldConfig {
    /// Name, for messages.
    pub name: String,
    /// Index of its port in [`LineConfig::ports`]; the file names the port's role.
    pub port: usize,
    /// How it speaks (default `lines`).
    pub dialect: HandheldDialect,
    /// What ends a line of the dialect `lines` (default `cr-lf`); must equal what was set in the device.
    pub end: FrameEnd,
    /// Whether codes carry AIM identifiers (default false).
    pub aim: bool,
    /// Where it stands in the file.
    pub place: Place,
}

impl LineConfig {
    /// The induction zone that a place lies in, by the entry PEC that is the last before it; 0 for the first.
    #[must_use]
    pub fn zone_at(&self, position_mm: u32) -> usize {
        self.zones.iter().filter(|zone| zone.entry_mm <= position_mm).count()
    }

    /// Indices of the ports that no device uses.
    pub fn unused_ports(&self) -> impl Iterator<Item = usize> {
        (0..self.ports.len()).filter(|index| !self.users().any(|(port, _, _)| port == *index))
    }

    /// What uses a port, in words.
    #[must_use]
    pub fn user_of_port(&self, index: usize) -> String {
        let user = self.users().find(|(port, _, _)| *port == index);
        user.map_or("nothing".to_owned(), |(_, kind, name)| format!("{kind}{name}"))
    }

    /// Every device with its port.
    fn users(&self) -> impl Iterator<Item = (usize, &'static str, &str)> {
        let scanners = self.scanners.iter().map(|scanner| (scanner.port, "scanner ", scanner.name.as_str()));
        let weighers = self.weighers.iter().map(|weigher| (weigher.port, "weigher ", weigher.name.as_str()));
        let handhelds = self.handhelds.iter().map(|handheld| (handheld.port, "handheld ", handheld.name.as_str()));
        std::iter::once((self.board.port, "board", "")).chain(scanners).chain(weighers).chain(handhelds)
    }
}

/// Bytes of the longest command telegram on the wire, with framing.
const TELEGRAM_BYTES: u64 = 36;
/// Bits that one byte takes on the wire: start, eight data, stop.
const BITS_PER_BYTE: u64 = 10;

/// The T7 lead in milliseconds, without speed: lease and scheduling margin, or the longest stroke of the line where that
/// takes longer; retry timer, two telegrams on the board's port, board scan; rounded up. The board begins a stroke so
/// long before its count, and a cancel that is lost once has to be there by then.
#[must_use]
pub fn lead_ms(board: &BoardConfig, port: &PortConfig, stroke_ms: u16) -> u32 {
    let ahead = (u32::from(board.lease_ms) + u32::from(board.margin_ms)).max(stroke_ms.into());
    ahead + u32::from(board.retry_ms) + u32::from(board.scan_ms) + 2 * telegram_ms(port)
}

/// Longest time of one telegram from one end to the other, in milliseconds, rounded up.
#[must_use]
pub fn telegram_ms(port: &PortConfig) -> u32 {
    let wire = (TELEGRAM_BYTES * BITS_PER_BYTE * 1000).div_ceil(u64::from(port.baud.max(1)));
    u32::try_from(wire).unwrap_or(u32::MAX).saturating_add(u32::from(port.usb_latency_ms))
}

/// The T7 lead as belt travel at the highest speed, in micrometres.
#[must_use]
pub fn lead_um(line: &Line) -> i64 {
    // Millimetres per second times milliseconds are micrometres.
    i64::from(line.speed_max_mm_s) * i64::from(line.lead_ms)
}
