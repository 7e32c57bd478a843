//! Reads `line.toml`.

use super::allowed::Topology;
use super::devices::{self, Ports, narrow};
use super::line::{BoardConfig, FilesConfig, LineConfig, Place, lead_ms, telegram_ms};
use super::problem::Problems;
use super::section::{Field, Section};
use super::source::{Key, Source, read_text};
use super::tables::Tables;
use super::zones::Zones;
use super::{ZoneConfig, identifiers, ring, scanners, stations, weighers};
use sortie_core::line::{Chute, Line, Pec, Ring, Scanner, Weigher};
use std::path::Path;
use toml::de::DeTable;

/// Reads and checks a `line.toml`.
///
/// # Errors
/// Every problem of the file, by place.
pub fn load_line(path: &Path) -> Result<LineConfig, Problems> {
    let text = read_text(path)?;
    line_from_str(&path.display().to_string(), &text)
}

/// Reads and checks the text of a `line.toml`; `file` names it in messages, and its folder is the one that `[files]`
/// and the paths of ports are relative to.
///
/// # Errors
/// Every problem of the text, by place.
pub fn line_from_str(file: &str, text: &str) -> Result<LineConfig, Problems> {
    let reading = reading(file, text);
    if reading.problems.0.is_empty() { Ok(reading.config) } else { Err(reading.problems) }
}

/// What could be read of a `line.toml`, and what is wrong with it. In tables with a problem other values stand in.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The line, as far as it could be read.
    pub config: LineConfig,
    /// Every problem, by place.
    pub problems: Problems,
    /// Which tables are free of problems.
    pub tables: Tables,
}

/// Reads a `line.toml` as far as it can be read.
///
/// # Errors
/// When the file cannot be read at all.
pub fn read_line(path: &Path) -> Result<Reading, Problems> {
    let text = read_text(path)?;
    Ok(reading(&path.display().to_string(), &text))
}

/// A file with one of each table, and nothing in them.
const TABLES: &str = "[line]\nitem_length_mm = {}\nsuspect = {}\n[loop]\n[[zone]]\n[board]\n[files]\n[[port]]\n[[pec]]\n[[scanner]]\n\
    code_length = {}\n[identifiers]\n[[weigher]]\n[[chute]]\nconfirm_mm = {}\n[[button]]\n[[handheld]]\n";

/// Every key of `line.toml`, with what may be written and what is taken if it is left out.
#[must_use]
pub fn line_keys() -> Vec<Key> {
    let mut source = Source::new("line.toml", TABLES);
    source.list_keys();
    let (table, _) = DeTable::parse_recoverable(TABLES);
    config(&mut source, &mut Section::root(table.get_ref()), "line.toml");
    source.into_keys()
}

fn reading(file: &str, text: &str) -> Reading {
    let mut source = Source::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    errors.iter().for_each(|error| source.syntax_error(error));
    let mut root = Section::root(table.get_ref());
    let config = config(&mut source, &mut root, file);
    root.finish(&mut source);
    let (problems, tables) = source.finish();
    Reading { config, problems, tables }
}

fn config(source: &mut Source<'_>, root: &mut Section<'_>, file: &str) -> LineConfig {
    let (name, place, topology, mut line) = line_section(source, root);
    let mut ports = Ports::read(source, root);
    let board = board_section(source, root, &mut ports);
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let files = files_section(source, root, folder);
    let zones = Zones::read(source, root, &topology, &line.inductions);
    let pecs = devices::pecs(source, root, &topology, &zones);
    let zones = zones.settle(source, &pecs);
    let scanners = scanners::scanners(source, root, &mut ports);
    let weighers = weighers::weighers(source, root, &mut ports);
    let (chutes, of_chutes) = devices::chutes(source, root);
    let ring = ring::ring(source, root, &topology, (&chutes, &pecs));
    let ring_place = ring.as_ref().map_or(place, |(_, place)| *place);
    line.ring = ring.map(|(ring, _)| Ring { zones: zones.iter().map(ZoneConfig::zone).collect(), ..ring });
    line.buttons = stations::buttons(source, root, &chutes, &of_chutes);
    let handhelds = stations::handhelds(source, root, &mut ports);
    let grammars = identifiers::grammars(source, root);
    // A path from the root stays what it is.
    ports.list.iter_mut().for_each(|port| port.path = folder.join(&port.path));
    let config = LineConfig {
        file: file.to_owned(),
        name,
        place,
        ring_place,
        line: Line { pecs: Vec::new(), ..line.clone() },
        board,
        files,
        ports: ports.list,
        zones,
        pecs,
        scanners,
        weighers,
        chutes,
        handhelds,
        grammars,
    };
    fill(&mut line, &config);
    LineConfig { line, ..config }
}

const LINE_EXAMPLE: &str = "a table [line] with um_per_count, speed_mm_s and the other figures of the belt";

fn line_section(source: &mut Source<'_>, root: &mut Section<'_>) -> (String, Place, Field<Topology>, Line) {
    let mut line = blank_line();
    let Some(mut section) = root.table(source, "line", LINE_EXAMPLE) else {
        let topology = Field { value: Topology::Linear, at: 0, sound: true };
        return ("line".to_owned(), Place::default(), topology, line);
    };
    let place = devices::place(source, &section);
    let name = section.text(source, "name", Some("line")).value;
    let topology = section.word(source, "topology", Some(Topology::Linear));
    let um_per_count = section.integer(source, "um_per_count", 10..=5_000, None);
    line.um_per_count = narrow(um_per_count.value);
    speeds(source, &mut section, &mut line, um_per_count.sound);
    let (min, max) = devices::min_max(source, &mut section, "item_length_mm", 10..=5000, (80, 1200));
    (line.item_min_um, line.item_max_um) = (um(min), um(max));
    line.gap_min_um = millimetres(source, &mut section, "gap_min_mm", 20..=5000, 90);
    line.clearance_um = millimetres(source, &mut section, "clearance_mm", 0..=1000, 15);
    line.window_base_um = millimetres(source, &mut section, "window_base_mm", 1..=500, 8);
    windows(source, &mut section, &mut line);
    line.length_tolerance_um = millimetres(source, &mut section, "length_tolerance_mm", 1..=500, 40);
    line.stop_slip_um = millimetres(source, &mut section, "stop_slip_mm", 0..=500, 10);
    line.view_um = millimetres(source, &mut section, "view_mm", 0..=5000, 400);
    line.send_ahead_um = millimetres(source, &mut section, "send_ahead_mm", 100..=50_000, 1500);
    suspect(source, &mut section, &mut line);
    line.inductions = stations::inductions(source, &mut section);
    line.announce_ms = narrow(section.integer(source, "announce_ms", 100..=600_000, Some(10_000)).value);
    line.return_passes_max = return_passes(source, &mut section, &topology);
    line.parcels_max = narrow(section.integer(source, "parcels_max", 1000..=20_000_000, Some(120_000)).value);
    section.finish(source);
    (name, place, topology, line)
}

/// Passes where a return conveyor brings items back from the end of line.
fn return_passes(source: &mut Source<'_>, section: &mut Section<'_>, topology: &Field<Topology>) -> u8 {
    let passes = section.integer(source, "return_passes_max", 0..=50, Some(0));
    if passes.sound && passes.value > 0 && topology.sound && topology.value == Topology::Loop {
        let message = format!("[line]: return_passes_max = {} on a loop", passes.value);
        source.problem(passes.at, message, "a loop has no end to return from: write passes_max in [loop]");
    }
    narrow(passes.value)
}

/// Highest speed that a telegram of the board can tell.
const COUNTS_PER_SECOND_MAX: i64 = 65_535;

fn speeds(source: &mut Source<'_>, section: &mut Section<'_>, line: &mut Line, encoder_sound: bool) {
    let nominal = section.integer(source, "speed_mm_s", 100..=5000, None);
    let max = section.integer(source, "speed_max_mm_s", 100..=6000, None);
    let min = section.integer(source, "speed_min_mm_s", 50..=5000, None);
    if nominal.sound && max.sound && max.value < nominal.value {
        let message = format!("[line]: speed_max_mm_s = {} is below speed_mm_s = {}", max.value, nominal.value);
        source.problem(max.at, message, "speed_max_mm_s is the highest speed that can occur; read windows use it");
    }
    if nominal.sound && min.sound && min.value > nominal.value {
        let message = format!("[line]: speed_min_mm_s = {} is above speed_mm_s = {}", min.value, nominal.value);
        source.problem(min.at, message, "below speed_min_mm_s no divert is made; write a lower speed");
    }
    let counts = max.value * 1000 / i64::from(line.um_per_count.max(1));
    if max.sound && encoder_sound && counts > COUNTS_PER_SECOND_MAX {
        let message = format!("[line]: {counts} counts per second at full speed");
        let remedy = format!("the board tells speed up to {COUNTS_PER_SECOND_MAX} counts/s: use a coarser encoder");
        source.problem(max.at, message, remedy);
    }
    line.speed_mm_s = narrow(nominal.value);
    line.speed_max_mm_s = narrow(max.value);
    line.speed_min_mm_s = narrow(min.value);
}

fn windows(source: &mut Source<'_>, section: &mut Section<'_>, line: &mut Line) {
    let inner = section.integer(source, "inner_permille", 0..=200, Some(6));
    let outer = section.integer(source, "outer_permille", 0..=400, Some(12));
    if inner.sound && outer.sound && outer.value < inner.value {
        let message = format!("[line]: outer_permille = {} is below inner_permille = {}", outer.value, inner.value);
        source.problem(outer.at, message, "the outer window holds the inner one; write at least as much");
    }
    line.inner_permille = narrow(inner.value);
    line.outer_permille = narrow(outer.value);
}

fn suspect(source: &mut Source<'_>, section: &mut Section<'_>, line: &mut Line) {
    let Some(mut table) = section.optional_table(source, "suspect", "suspect = { k = 8, n = 12 }") else { return };
    let k = table.integer(source, "k", 1..=64, None);
    let n = table.integer(source, "n", 1..=64, None);
    if k.sound && n.sound && k.value > n.value {
        let message = format!("[line]: suspect: k = {} is above n = {}", k.value, n.value);
        source.problem(k.at, message, "k abnormal outcomes of n looked at; write k no greater than n");
    }
    (line.suspect_k, line.suspect_n) = (narrow(k.value), narrow(n.value));
    table.finish(source);
}

fn board_section(source: &mut Source<'_>, root: &mut Section<'_>, ports: &mut Ports) -> BoardConfig {
    let default = BoardConfig::default();
    let Some(mut section) = root.table(source, "board", "a table [board] with port = \"...\"") else {
        return default;
    };
    let mut ms = |section: &mut Section<'_>, key, range, default: u16| -> u16 {
        narrow(section.integer(source, key, range, Some(i64::from(default))).value)
    };
    let lease_ms = ms(&mut section, "lease_ms", 20..=1000, default.lease_ms);
    let retry_ms = ms(&mut section, "retry_ms", 5..=500, default.retry_ms);
    let scan_ms = ms(&mut section, "scan_ms", 1..=20, default.scan_ms);
    let margin_ms = ms(&mut section, "margin_ms", 1..=500, default.margin_ms);
    let port = ports.named(source, &mut section, "[board]");
    ports.must_be_binary(source, port, "[board]");
    section.finish(source);
    BoardConfig { port, lease_ms, retry_ms, scan_ms, margin_ms }
}

fn files_section(source: &mut Source<'_>, root: &mut Section<'_>, folder: &Path) -> FilesConfig {
    let mut files = FilesConfig::default();
    if let Some(mut section) = root.optional_table(source, "files", "a table [files] with plan = \"plan.toml\"") {
        let entries = [
            ("plan", &mut files.plan),
            ("parcels", &mut files.parcels),
            ("flights", &mut files.flights),
            ("holds", &mut files.holds),
            ("orders", &mut files.orders),
            ("journal", &mut files.journal),
            ("results", &mut files.results),
        ];
        for (key, path) in entries {
            let default = path.display().to_string();
            *path = section.text(source, key, Some(&default)).value.into();
        }
        section.finish(source);
    }
    let FilesConfig { plan, parcels, flights, holds, orders, journal, results } = &mut files;
    for path in [plan, parcels, flights, holds, orders, journal, results] {
        *path = folder.join(&*path);
    }
    files
}

fn millimetres(
    source: &mut Source<'_>,
    section: &mut Section<'_>,
    key: &'static str,
    range: std::ops::RangeInclusive<i64>,
    default: i64,
) -> i64 {
    section.integer(source, key, range, Some(default)).value * 1000
}

fn um(mm: u32) -> i64 {
    i64::from(mm) * 1000
}

/// A line with the defaults of every figure that has one.
fn blank_line() -> Line {
    Line {
        um_per_count: 1,
        speed_mm_s: 1,
        speed_max_mm_s: 1,
        speed_min_mm_s: 1,
        item_min_um: 0,
        item_max_um: 0,
        gap_min_um: 0,
        clearance_um: 0,
        window_base_um: 0,
        inner_permille: 0,
        outer_permille: 0,
        length_tolerance_um: 0,
        stop_slip_um: 0,
        view_um: 0,
        link_latency_ms: 0,
        lead_ms: 0,
        send_ahead_um: 0,
        suspect_k: 8,
        suspect_n: 12,
        pecs: Vec::new(),
        scanners: Vec::new(),
        weighers: Vec::new(),
        chutes: Vec::new(),
        buttons: Vec::new(),
        inductions: Vec::new(),
        announce_ms: 0,
        return_passes_max: 0,
        parcels_max: 0,
        ring: None,
    }
}

/// Gives the core's line the devices, and the times that follow from the board's port.
fn fill(line: &mut Line, config: &LineConfig) {
    if let Some(port) = config.ports.get(config.board.port) {
        let stroke_ms = config.chutes.iter().map(|chute| chute.stroke_ms).max().unwrap_or(0);
        line.lead_ms = lead_ms(&config.board, port, stroke_ms);
        line.link_latency_ms = link_latency_ms(&config.board, telegram_ms(port));
    }
    let pec = |pec: &super::PecConfig| Pec { sensor: pec.sensor, position_um: um(pec.position_mm), kind: pec.kind };
    line.pecs = config.pecs.iter().map(pec).collect();
    let scanner = |scanner: &super::ScannerConfig| Scanner {
        trigger_um: um(scanner.trigger_mm),
        numbered: scanner.trigger_number,
        read_jitter_ms: scanner.read_jitter_ms,
    };
    line.scanners = config.scanners.iter().map(scanner).collect();
    let weigher = |weigher: &super::WeigherConfig| Weigher {
        start_um: um(weigher.start_mm),
        end_um: um(weigher.end_mm),
        kind: weigher.kind,
        read_jitter_ms: weigher.read_jitter_ms,
    };
    line.weighers = config.weighers.iter().map(weigher).collect();
    line.chutes = config.chutes.iter().map(chute).collect();
}

fn chute(chute: &super::ChuteConfig) -> Chute {
    Chute {
        number: chute.number,
        position_um: um(chute.position_mm),
        output: chute.output,
        stroke_ms: chute.stroke_ms,
        divert_width_um: um(chute.divert_width_mm),
        confirm_min_um: um(chute.confirm_min_mm),
        confirm_max_um: um(chute.confirm_max_mm),
        lamp: chute.lamp,
    }
}

/// How late the board's word can be when nothing is lost: its scan, one telegram, the PC's margin.
fn link_latency_ms(board: &BoardConfig, telegram_ms: u32) -> u32 {
    u32::from(board.scan_ms) + telegram_ms + u32::from(board.margin_ms)
}
