//! `line.toml`, as far as the simulated line and the oracle need it. Keys that only the controller needs are passed
//! over.

use serde::Deserialize;

/// `line.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct LineFile {
    /// The belt.
    pub line: LineTable,
    /// The ring, on a loop.
    #[serde(rename = "loop")]
    pub ring: Option<LoopTable>,
    /// Induction zones of a loop beside the first.
    #[serde(rename = "zone", default)]
    pub zones: Vec<ZoneTable>,
    /// The line board.
    pub board: BoardTable,
    /// The other files.
    #[serde(default)]
    pub files: FilesTable,
    /// Serial ports.
    #[serde(rename = "port")]
    pub ports: Vec<PortTable>,
    /// Belt PECs, by position.
    #[serde(rename = "pec")]
    pub pecs: Vec<PecTable>,
    /// Scanners.
    #[serde(rename = "scanner", default)]
    pub scanners: Vec<ScannerTable>,
    /// Weighers.
    #[serde(rename = "weigher", default)]
    pub weighers: Vec<WeigherTable>,
    /// Chutes.
    #[serde(rename = "chute", default)]
    pub chutes: Vec<ChuteTable>,
    /// Buttons beside those of the chutes.
    #[serde(rename = "button", default)]
    pub buttons: Vec<ButtonTable>,
}

/// `[line]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names, and line.toml's own documentation is the controller's")]
pub struct LineTable {
    pub um_per_count: u32,
    pub speed_mm_s: u32,
    pub speed_max_mm_s: u32,
    #[serde(default = "number::<90>")]
    pub gap_min_mm: u32,
    #[serde(default = "number::<8>")]
    pub window_base_mm: u32,
    #[serde(default = "number::<12>")]
    pub outer_permille: u32,
    #[serde(default = "number::<10>")]
    pub stop_slip_mm: u32,
    #[serde(default = "number::<40>")]
    pub length_tolerance_mm: u32,
    #[serde(default)]
    pub inductions: Vec<u16>,
    #[serde(default)]
    pub return_passes_max: u8,
}

/// `[loop]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct LoopTable {
    pub carriers: u16,
    pub carrier_pitch_mm: i64,
    #[serde(default = "one")]
    pub cells_per_carrier: u16,
    pub index_sensor: u16,
    pub reject_chute: u16,
    #[serde(default = "three")]
    pub passes_max: u8,
}

/// One `[[zone]]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "what they say")]
pub struct ZoneTable {
    pub pec: String,
    pub inductions: Vec<u16>,
}

/// `[board]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct BoardTable {
    pub port: String,
    #[serde(default = "number::<100>")]
    pub lease_ms: u32,
    #[serde(default = "number::<20>")]
    pub retry_ms: u32,
    #[serde(default = "number::<1>")]
    pub scan_ms: u32,
    #[serde(default = "number::<10>")]
    pub margin_ms: u32,
}

/// `[files]`, relative to the folder of `line.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the name of a file")]
pub struct FilesTable {
    pub plan: String,
    pub parcels: String,
    pub flights: String,
    pub holds: String,
}

/// One `[[port]]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct PortTable {
    pub role: String,
    pub path: String,
    #[serde(default = "number::<115_200>")]
    pub baud: u32,
    #[serde(default)]
    pub parity: String,
    #[serde(default = "number::<8>")]
    pub data_bits: u32,
    #[serde(default = "number::<1>")]
    pub stop_bits: u32,
    #[serde(default = "number::<1>")]
    pub usb_latency_ms: u32,
}

/// One `[[pec]]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct PecTable {
    #[serde(default)]
    pub name: String,
    pub sensor: u16,
    pub position_mm: i64,
    #[serde(default = "twenty")]
    pub debounce_mm: i64,
}

/// One `[[scanner]]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct ScannerTable {
    pub port: String,
    pub dialect: String,
    pub trigger_mm: i64,
    #[serde(default)]
    pub trigger_number: bool,
    pub read_jitter_ms: u32,
    /// Where it is not the dialect's own.
    pub no_read: Option<String>,
    #[serde(default)]
    pub heartbeat: String,
    #[serde(default)]
    pub aim: bool,
    /// Characters around and between the codes, where they are not those of the dialect.
    pub start: Option<String>,
    pub stop: Option<String>,
    pub terminator: Option<String>,
    pub separator: Option<String>,
    #[serde(default)]
    pub lrc: bool,
}

/// One `[[weigher]]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct WeigherTable {
    pub port: String,
    pub dialect: String,
    pub kind: String,
    pub start_mm: i64,
    pub end_mm: i64,
    #[serde(default = "yes")]
    pub tare: bool,
    #[serde(default = "yes")]
    pub checksum: bool,
}

/// One `[[chute]]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct ChuteTable {
    pub number: u16,
    pub position_mm: i64,
    #[serde(default = "left")]
    pub side: String,
    pub output: u16,
    pub stroke_ms: u32,
    pub divert_width_mm: i64,
    #[serde(default = "usual_confirm")]
    pub confirm_mm: SpanTable,
    pub lamp: Option<u16>,
    pub button: Option<u16>,
}

/// One `[[button]]`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "what they say")]
pub struct ButtonTable {
    pub number: u16,
    pub duty: String,
}

/// `{ min = …, max = … }`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[expect(missing_docs, reason = "what it says")]
pub struct SpanTable {
    pub min: i64,
    pub max: i64,
}

fn yes() -> bool {
    true
}

/// What the controller takes for a number that the file leaves out.
fn number<const N: u32>() -> u32 {
    N
}

fn left() -> String {
    "left".to_owned()
}

fn one() -> u16 {
    1
}

fn three() -> u8 {
    3
}

fn twenty() -> i64 {
    20
}

fn usual_confirm() -> SpanTable {
    SpanTable { min: 50, max: 1_500 }
}

impl Default for FilesTable {
    fn default() -> Self {
        let [plan, parcels, flights, holds] =
            ["plan.toml", "parcels.ndjson", "flights.ndjson", "holds.ndjson"].map(str::to_owned);
        Self { plan, parcels, flights, holds }
    }
}

impl PortTable {
    /// Bits of a byte on the wire: start, data, parity, stop.
    #[must_use]
    pub fn bits(&self) -> u32 {
        1 + self.data_bits + u32::from(self.has_parity()) + self.stop_bits
    }

    /// True if bytes carry a parity bit.
    #[must_use]
    pub fn has_parity(&self) -> bool {
        matches!(self.parity.as_str(), "even" | "odd")
    }
}

/// Bytes of the longest telegram that a change of mind needs.
const TELEGRAM_BYTES: u64 = 36;

impl LineFile {
    /// Index of the port with a role.
    #[must_use]
    pub fn port(&self, role: &str) -> Option<usize> {
        self.ports.iter().position(|port| port.role == role)
    }

    /// The places of the entry PECs at which a loop's zones begin, mm, in order; the first is at the seam.
    #[must_use]
    pub fn entries_mm(&self) -> Vec<i64> {
        let place = |zone: &ZoneTable| self.pecs.iter().find(|pec| pec.name == zone.pec).map(|pec| pec.position_mm);
        let mut list: Vec<i64> = std::iter::once(0).chain(self.zones.iter().filter_map(place)).collect();
        list.sort_unstable();
        list
    }

    /// Time by which a change of mind must come before a divert is due, ms, rounded up. A board that hears nothing holds
    /// its fire when the lease has run out; one that is told anything has to be told before the slowest divert sets out.
    #[must_use]
    pub fn lead_ms(&self) -> u64 {
        let board = &self.board;
        let telegram = self.port(&board.port).map_or(0, |index| {
            let port = &self.ports[index];
            let wire = (TELEGRAM_BYTES * u64::from(port.bits()) * 1000).div_ceil(u64::from(port.baud.max(1)));
            wire + u64::from(port.usb_latency_ms)
        });
        let slowest = self.chutes.iter().map(|chute| chute.stroke_ms).max().unwrap_or(0);
        let ahead = slowest.max(board.lease_ms + board.margin_ms);
        u64::from(ahead + board.retry_ms + board.scan_ms) + 2 * telegram
    }

    /// The same as belt travel at the highest speed, µm.
    #[must_use]
    pub fn lead_um(&self) -> i64 {
        i64::try_from(self.lead_ms() * u64::from(self.line.speed_max_mm_s)).unwrap_or(i64::MAX)
    }
}
