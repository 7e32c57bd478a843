//! Proofs about single devices: sensors, scanners, weighers, ports.

use super::geometry::{Proof, end_mm, mm, pitch_um, travel_um};
use crate::config::{LineConfig, PecConfig, ScannerConfig, telegram_ms};
use sortie_core::limits::EDGE_LATE_UM;

pub(super) fn debounce(config: &LineConfig, pec: &PecConfig) -> Proof {
    let line = &config.line;
    let debounce = i64::from(pec.debounce_mm) * 1000;
    let limit = line.gap_min_um.min(line.item_min_um);
    Proof {
        rule: "T5",
        subject: format!("PEC {}", pec.name),
        holds: debounce < limit,
        text: format!(
            "debounce {} mm = {} ms at full speed; smallest gap {} mm, shortest item {} mm",
            pec.debounce_mm,
            debounce / i64::from(line.speed_max_mm_s.max(1)),
            mm(line.gap_min_um),
            mm(line.item_min_um)
        ),
        remedy: format!("a longer debounce swallows items and gaps: write debounce_mm below {}", limit / 1000),
        place: pec.place,
    }
}

pub(super) fn read_jitter(config: &LineConfig, scanner: &ScannerConfig) -> Proof {
    let line = &config.line;
    let travel = travel_um(line, scanner.read_jitter_ms);
    let kind = if scanner.trigger_number { "numbered results" } else { "results without a number" };
    Proof {
        rule: "jitter",
        subject: format!("scanner {}", scanner.name),
        holds: scanner.trigger_number || travel < pitch_um(line),
        text: format!(
            "{kind}, {} ms = {} mm at full speed; smallest legal pitch {} mm",
            scanner.read_jitter_ms,
            mm(travel),
            mm(pitch_um(line))
        ),
        remedy: "let the scanner send its trigger number (trigger_number = true), or make its result come sooner"
            .to_owned(),
        place: scanner.place,
    }
}

/// Scanners and weighers stand between the entry PEC and the end of the line.
pub(super) fn stations(config: &LineConfig) -> impl Iterator<Item = Proof> {
    let (end, what) = end_mm(config);
    let remedy = match config.line.ring {
        Some(_) => "correct its position, or carriers and carrier_pitch_mm",
        None => "correct its position, or that of the end-of-line PEC",
    };
    let scanners = config.scanners.iter().map(|s| (format!("scanner {}", s.name), s.trigger_mm, s.place));
    let weighers = config.weighers.iter().map(|w| (format!("weigher {}", w.name), w.end_mm, w.place));
    scanners.chain(weighers).map(move |(subject, at, place)| Proof {
        rule: "order",
        subject,
        holds: at < end,
        text: format!("at {at} mm, {what} {end} mm"),
        remedy: remedy.to_owned(),
        place,
    })
}

pub(super) fn unused(config: &LineConfig, index: usize) -> Proof {
    let port = &config.ports[index];
    Proof {
        rule: "ports",
        subject: format!("port {}", port.role),
        holds: false,
        text: "is used by no device".to_owned(),
        remedy: "name its role in [board], a [[scanner]], a [[weigher]] or a [[handheld]], or take the [[port]] out"
            .to_owned(),
        place: port.place,
    }
}

/// An edge is told after its debounce, a scan and a telegram; windows stay open for it only so long.
pub(super) fn edge_late(config: &LineConfig, pec: &PecConfig) -> Proof {
    let port = config.ports.get(config.board.port);
    let told_ms = u32::from(config.board.scan_ms) + port.map_or(0, telegram_ms);
    let late = i64::from(pec.debounce_mm) * 1000 + travel_um(&config.line, told_ms);
    Proof {
        rule: "T2",
        subject: format!("PEC {}", pec.name),
        holds: late <= EDGE_LATE_UM,
        text: format!(
            "an edge is told within {} mm of travel: debounce {} mm, scan and telegram {told_ms} ms; allowed {} mm",
            mm(late),
            pec.debounce_mm,
            mm(EDGE_LATE_UM)
        ),
        remedy: sooner(config, pec),
        place: pec.place,
    }
}

/// What lets an edge be told in time: where the adapter alone keeps it too long, no other key can help.
fn sooner(config: &LineConfig, pec: &PecConfig) -> String {
    let Some(port) = config.ports.get(config.board.port) else { return "name the port of the board".to_owned() };
    let way_um = EDGE_LATE_UM - i64::from(pec.debounce_mm) * 1000;
    if way_um <= 0 {
        return format!("write debounce_mm below {}", EDGE_LATE_UM / 1000);
    }
    let wire_ms = u32::from(config.board.scan_ms) + telegram_ms(port) - u32::from(port.usb_latency_ms);
    let most_ms = way_um / i64::from(config.line.speed_max_mm_s.max(1)) - i64::from(wire_ms);
    let latency = if most_ms < i64::from(port.usb_latency_ms) && most_ms >= 0 {
        format!("write usb_latency_ms of at most {most_ms} for port {}, in the adapter too (latency_timer)", port.role)
    } else {
        format!("raise the baud rate of port {}, or lower its usb_latency_ms", port.role)
    };
    format!("{latency}, or shorten debounce_mm")
}
