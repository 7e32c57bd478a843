//! The line as the naive control sees it: sections from PEC to PEC, each with its chutes.

use sortie_protocol::board::telegram::{Fire, HostTelegram, Tag};
use sortie_protocol::scanner::{ScannerDecoder, ScannerSettings};
use sortie_world::files::LineFile;
use sortie_world::files::line::ScannerTable;
use std::collections::BTreeMap;

#[derive(Debug)]
struct Chute {
    section: usize,
    position_um: i64,
    output: u16,
    stroke_ms: u16,
}

/// Places in micrometres.
#[derive(Debug)]
pub(super) struct Line {
    um_per_count: i64,
    pecs: Vec<(u16, i64)>,
    chutes: BTreeMap<u16, Chute>,
}

impl Line {
    pub(super) fn of(file: &LineFile) -> Self {
        let pecs: Vec<(u16, i64)> = file.pecs.iter().map(|pec| (pec.sensor, pec.position_mm * 1000)).collect();
        let chute = |table: &sortie_world::files::line::ChuteTable| {
            let position_um = table.position_mm * 1000;
            // A PEC right before the divert would be too late; half a metre gives the fire time to get there.
            let section = pecs.iter().rposition(|(_, pec)| *pec + 500_000 <= position_um).unwrap_or(0);
            let stroke_ms = u16::try_from(table.stroke_ms).unwrap_or(u16::MAX);
            (table.number, Chute { section, position_um, output: table.output, stroke_ms })
        };
        let chutes = file.chutes.iter().map(chute).collect();
        Self { um_per_count: i64::from(file.line.um_per_count.max(1)), pecs, chutes }
    }

    /// Index of the PEC with a sensor number.
    pub(super) fn pec(&self, sensor: u16) -> Option<usize> {
        self.pecs.iter().position(|(number, _)| *number == sensor)
    }

    /// The PEC from which a chute is fired.
    pub(super) fn section(&self, chute: u16) -> Option<usize> {
        self.chutes.get(&chute).map(|chute| chute.section)
    }

    /// The fire for an item whose leading edge is at a PEC now.
    pub(super) fn fire(&self, item: u32, length: u32, chute: u16, pec: usize, count: u32) -> Option<HostTelegram> {
        let chute = self.chutes.get(&chute)?;
        let way = (chute.position_um - self.pecs.get(pec)?.1) / self.um_per_count + i64::from(length / 2);
        Some(HostTelegram::Fire(Fire {
            tag: Tag { item, pass: 1 },
            revision: 1,
            output: chute.output,
            count: count.wrapping_add(u32::try_from(way).ok()?),
            stroke_ms: chute.stroke_ms,
            speed_min_cps: 0,
            speed_max_cps: u16::MAX,
        }))
    }
}

/// By port: the index of the scanner there, and its decoder.
pub(super) fn scanners(file: &LineFile) -> Result<Vec<Option<(usize, ScannerDecoder)>>, String> {
    let mut by_port: Vec<_> = file.ports.iter().map(|_| None).collect();
    for (index, table) in file.scanners.iter().enumerate() {
        let port = file.port(&table.port).ok_or_else(|| format!("line.toml: no port {}", table.port))?;
        by_port[port] = Some((index, ScannerDecoder::new(settings(table)?)));
    }
    Ok(by_port)
}

fn settings(table: &ScannerTable) -> Result<ScannerSettings, String> {
    let mut settings = match table.dialect.as_str() {
        "sick-clv" => ScannerSettings::sick_clv(),
        "datalogic" => ScannerSettings::datalogic(),
        other => return Err(format!("line.toml: no dialect {other}")),
    };
    settings.aim = table.aim;
    settings.trigger_number = table.trigger_number;
    settings.lrc = table.lrc;
    if let Some(no_read) = &table.no_read {
        settings = settings.with_no_read(no_read.as_bytes());
    }
    if let Some(start) = &table.start {
        settings.start = start.bytes().next();
    }
    if let Some(stop) = &table.stop {
        settings.stop = stop.bytes().next();
    }
    if let Some(terminator) = &table.terminator {
        settings.terminator = terminator.bytes().take(10).collect();
    }
    if let Some(separator) = &table.separator {
        settings.separator = separator.bytes().take(10).collect();
    }
    settings = settings.with_heartbeat(table.heartbeat.as_bytes());
    Ok(settings)
}
