//! From `line.toml` and a scenario to the values that the world is built from.

use super::line::{ChuteTable, LineFile, ScannerTable, WeigherTable};
use crate::devices::scanner::ScannerFormat;
use crate::devices::weigher::WeigherDialect;
use crate::scenario::Scenario;
use crate::setup::{ChuteSetup, EyeSetup, PortInfo, RingSetup, ScannerSetup, Setup, WeigherSetup, ZoneSetup};

/// What of `line.toml` the devices do not know how to play.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SetupError {
    /// A device names a port that is not there.
    #[error("no [[port]] has the role {0:?}")]
    Port(String),
    /// A device speaks a dialect that is not played.
    #[error("no simulated device speaks {0:?}")]
    Dialect(String),
}

impl Setup {
    /// Builds a line as its file says, with the traffic, the people and the faults of a scenario.
    ///
    /// # Errors
    /// A port or dialect that does not exist.
    pub fn of(line: &LineFile, scenario: &Scenario) -> Result<Self, SetupError> {
        let rates = &scenario.traffic.read_permille;
        // The scanners of a further tunnel read like those of the first.
        let tunnel = usize::from(scenario.line.scanners.max(1));
        let rate = |index: usize| {
            let index = if line.zones.is_empty() { index } else { index % tunnel };
            rates.get(index).or(rates.last()).copied().unwrap_or(1000)
        };
        let scanners = line.scanners.iter().enumerate();
        Ok(Self {
            um_per_count: line.line.um_per_count.into(),
            speed: i64::from(line.line.speed_mm_s) * 1000,
            count_start: scenario.run.count_start,
            ports: ports(line),
            board_port: port(line, &line.board.port)?,
            eyes: eyes(line),
            ring: line.ring.as_ref().map(ring),
            zones: zones(line),
            return_ns: if line.line.return_passes_max > 0 {
                u64::from(scenario.line.return_s) * 1_000_000_000
            } else {
                0
            },
            scanners: scanners.map(|(index, table)| scanner(line, table, rate(index))).collect::<Result<_, _>>()?,
            weighers: line.weighers.iter().map(|table| weigher(line, table)).collect::<Result<_, _>>()?,
            chutes: line.chutes.iter().map(|table| chute(table, scenario)).collect(),
            dead_outputs: scenario.line.dead_outputs,
            acknowledge: line.buttons.iter().find(|button| button.duty == "acknowledge").map(|button| button.number),
            traffic: scenario.traffic.clone(),
            operators: scenario.operators.clone(),
            faults: scenario.faults.clone(),
        })
    }
}

fn ports(line: &LineFile) -> Vec<PortInfo> {
    let info = |port: &super::line::PortTable| PortInfo {
        role: port.role.clone(),
        baud: port.baud,
        bits: port.bits(),
        parity: port.has_parity(),
        latency_ms: port.usb_latency_ms,
    };
    line.ports.iter().map(info).collect()
}

fn ring(table: &super::line::LoopTable) -> RingSetup {
    let pitch = table.carrier_pitch_mm * 1000;
    let cell = pitch / i64::from(table.cells_per_carrier.max(1));
    RingSetup { turn: i64::from(table.carriers) * pitch, cell, index_sensor: table.index_sensor }
}

fn zones(line: &LineFile) -> Vec<ZoneSetup> {
    if line.ring.is_none() {
        return Vec::new();
    }
    let mut zones = vec![ZoneSetup { position: 0, inductions: line.line.inductions.clone() }];
    for zone in &line.zones {
        let pec = line.pecs.iter().find(|pec| pec.name == zone.pec);
        let position = pec.map_or(0, |pec| pec.position_mm * 1000);
        zones.push(ZoneSetup { position, inductions: zone.inductions.clone() });
    }
    zones.sort_by_key(|zone| zone.position);
    zones
}

fn eyes(line: &LineFile) -> Vec<EyeSetup> {
    let eye = |pec: &super::line::PecTable| EyeSetup {
        sensor: pec.sensor,
        position: pec.position_mm * 1000,
        debounce: pec.debounce_mm * 1000,
    };
    line.pecs.iter().map(eye).collect()
}

fn port(line: &LineFile, role: &str) -> Result<usize, SetupError> {
    line.port(role).ok_or_else(|| SetupError::Port(role.to_owned()))
}

fn scanner(line: &LineFile, table: &ScannerTable, read_permille: u16) -> Result<ScannerSetup, SetupError> {
    let format = ScannerFormat::of_dialect(&table.dialect).ok_or_else(|| SetupError::Dialect(table.dialect.clone()))?;
    let set = |text: &Option<String>, usual: Vec<u8>| text.clone().map_or(usual, String::into_bytes);
    Ok(ScannerSetup {
        port: port(line, &table.port)?,
        position: table.trigger_mm * 1000,
        format: ScannerFormat {
            numbered: table.trigger_number,
            aim: table.aim,
            no_read: set(&table.no_read, format.no_read),
            heartbeat: table.heartbeat.clone().into_bytes(),
            start: set(&table.start, format.start),
            stop: set(&table.stop, format.stop),
            terminator: set(&table.terminator, format.terminator),
            separator: set(&table.separator, format.separator),
            lrc: table.lrc,
        },
        read_jitter_ns: u64::from(table.read_jitter_ms) * 1_000_000,
        read_permille,
    })
}

fn weigher(line: &LineFile, table: &WeigherTable) -> Result<WeigherSetup, SetupError> {
    let dialect = match table.dialect.as_str() {
        "toledo-continuous" => WeigherDialect::ToledoContinuous { tare: table.tare, checksum: table.checksum },
        "mt-sics" => WeigherDialect::MtSics,
        other => return Err(SetupError::Dialect(other.to_owned())),
    };
    Ok(WeigherSetup {
        port: port(line, &table.port)?,
        start: table.start_mm * 1000,
        end: table.end_mm * 1000,
        dialect,
        streams: table.kind == "stream",
    })
}

fn chute(table: &ChuteTable, scenario: &Scenario) -> ChuteSetup {
    ChuteSetup {
        number: table.number,
        position: table.position_mm * 1000,
        width: table.divert_width_mm * 1000,
        output: table.output,
        stroke_ns: u64::from(table.stroke_ms) * 1_000_000,
        confirm: (table.confirm_mm.min * 1000, table.confirm_mm.max * 1000),
        lamp: table.lamp,
        button: table.button,
        container: table.number <= scenario.host.flight_chutes && scenario.operators.has_container(table.number),
    }
}
