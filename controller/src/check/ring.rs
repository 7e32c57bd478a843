//! Proofs about a ring: that it is a line at its seam, too, and that its permits come in time (T13).

use super::geometry::{Proof, mm, pitch_um, travel_um, up_mm};
use crate::config::{LineConfig, lead_um, telegram_ms};
use sortie_core::limits::{EDGE_LATE_UM, PERMITS};
use sortie_core::line::{Line, Ring};
use sortie_protocol::board::LinkSettings;

/// The proofs of a ring; none for a line with two ends.
pub(super) fn ring(config: &LineConfig) -> Vec<Proof> {
    let Some(ring) = &config.line.ring else { return Vec::new() };
    [counts, seam, last_divert, gates, permits, link].map(|prove| prove(config, ring)).to_vec()
}

fn proof(config: &LineConfig, subject: &str, holds: bool, text: String, remedy: String) -> Proof {
    Proof { rule: "T13", subject: subject.to_owned(), holds, text, remedy, place: config.ring_place }
}

/// Half the outer window at the entry PEC of an item that comes round.
fn window_um(line: &Line, ring: &Ring) -> i64 {
    let last_um = line.pecs.last().map_or(0, |pec| pec.position_um);
    line.window_base_um + (ring.length_um() - last_um) * i64::from(line.outer_permille) / 1000
}

/// A cell takes at least the shortest item with its gap, and a turn can be told from another by its count.
fn counts(config: &LineConfig, ring: &Ring) -> Proof {
    let line = &config.line;
    let turn = ring.length_um() / i64::from(line.um_per_count.max(1));
    let inductions = line.inductions.len();
    proof(
        config,
        "carriers",
        ring.cell_um() >= pitch_um(line) && turn < i64::from(i32::MAX) / 2 && inductions > 0,
        format!(
            "{} carriers of {} mm{}: a turn is {} mm = {turn} counts; smallest legal pitch {} mm; {inductions} inductions",
            ring.carriers,
            mm(ring.pitch_um),
            if ring.cells_per_carrier > 1 { format!(", each of {} cells", ring.cells_per_carrier) } else { String::new() },
            mm(ring.length_um()),
            mm(pitch_um(line)),
        ),
        "write carrier_pitch_mm so that no cell is shorter than the shortest item and its gap, and inductions = [1] in [line]"
            .to_owned(),
    )
}

/// A body never covers the last PEC when its next pass begins.
fn seam(config: &LineConfig, ring: &Ring) -> Proof {
    let line = &config.line;
    let last_um = line.pecs.last().map_or(0, |pec| pec.position_um);
    let (way, needed) = (ring.length_um() - last_um, line.item_max_um + window_um(line, ring) + EDGE_LATE_UM);
    proof(
        config,
        "seam",
        way > needed,
        format!(
            "the last PEC stands {} mm before the entry PEC; the longest item and its window need {} mm",
            mm(way),
            mm(needed)
        ),
        format!("put the last PEC at {} mm or before", (ring.length_um() - needed).div_euclid(1000)),
    )
}

/// What a divert did is known before its item comes to the seam.
fn last_divert(config: &LineConfig, ring: &Ring) -> Proof {
    let line = &config.line;
    let last_um = line.chutes.iter().map(|chute| chute.position_um).max().unwrap_or(0);
    let needed = line.item_max_um / 2 + lead_um(line) + window_um(line, ring);
    let way = ring.length_um() - last_um;
    proof(
        config,
        "last divert",
        way > needed,
        format!("{} mm before the entry PEC; half an item, the lead and the window need {} mm", mm(way), mm(needed)),
        format!("put the last chute at {} mm or before", (ring.length_um() - needed).div_euclid(1000)),
    )
}

/// An item that comes round unseen begins its pass before its first gate can close.
fn gates(config: &LineConfig, ring: &Ring) -> Proof {
    let line = &config.line;
    let first = config.scanners.iter().filter(|scanner| config.zone_at(scanner.trigger_mm) == 0);
    let first_um = first.map(|scanner| i64::from(scanner.trigger_mm) * 1000).min().unwrap_or(i64::MAX);
    let needed = 2 * window_um(line, ring) + EDGE_LATE_UM;
    proof(
        config,
        "scan tunnel",
        first_um > needed,
        format!(
            "it begins {} mm behind the entry PEC, whose window closes within {} mm",
            mm(first_um.min(needed * 100)),
            mm(needed)
        ),
        format!("put the first scanner at {} mm or later", up_mm(needed)),
    )
}

/// A permit comes in time, for a carrier that nothing new can have come onto, and the board has room for all.
fn permits(config: &LineConfig, ring: &Ring) -> Proof {
    let line = &config.line;
    let telegram = config.ports.get(config.board.port).map_or(0, telegram_ms);
    let sent = travel_um(line, u32::from(config.board.retry_ms) + telegram);
    let needed = 2 * (line.item_max_um + window_um(line, ring)).max(sent);
    let zones = 1 + config.zones.len() as i64;
    let out = (ring.permit_ahead_um / ring.cell_um().max(1) + 2) * zones;
    let most = ((PERMITS as i64 / zones - 2) * ring.cell_um()).min(ring.length_um() / 2);
    let remedy = if up_mm(needed) <= most / 1000 {
        format!("write permit_ahead_mm from {} to {}", up_mm(needed), most / 1000)
    } else if needed > 2 * sent {
        "no permit_ahead_mm is right for this ring: put a belt PEC nearer to the entry PEC, upstream of it, or correct \
         carriers and carrier_pitch_mm"
            .to_owned()
    } else {
        "no permit_ahead_mm is right for this ring: shorten retry_ms, or correct carriers and carrier_pitch_mm"
            .to_owned()
    };
    proof(
        config,
        "permits",
        ring.permit_ahead_um >= needed && out <= PERMITS as i64 && ring.permit_ahead_um < ring.length_um() / 2,
        format!(
            "permit_ahead_mm = {}, at least {}; at most {out} of {PERMITS} places at the board are taken",
            mm(ring.permit_ahead_um),
            mm(needed)
        ),
        remedy,
    )
}

/// Bytes of an edge on the wire.
const EDGE_BYTES: i64 = 23;
/// Bytes of an outcome on the wire.
const OUTCOME_BYTES: i64 = 27;
/// Bytes of the clock telegrams of a second.
const CLOCK_BYTES: i64 = CLOCKS * 26;
/// Most of the wire that telegrams of the board may take, in thousandths: the rest is for what has to be repeated.
const WIRE_PERMILLE: i64 = 700;

/// Clock telegrams of a second, and the beats that acknowledge what the board tells.
const CLOCKS: i64 = 50;

/// What rides on a ring passes all its PECs in every turn: the board has to be able to tell it all, without falling back.
/// So many telegrams as are under way at once are acknowledged with each beat.
fn link(config: &LineConfig, ring: &Ring) -> Proof {
    let line = &config.line;
    let pecs = line.pecs.len() as i64;
    let taken = i64::from(ring.occupancy_max_permille);
    // Cells a second times thousand: µm/ms are mm/s.
    let cells = i64::from(line.speed_max_mm_s) * 1_000_000 / ring.cell_um().max(1) * taken / 1000;
    let told = cells * (2 * pecs * EDGE_BYTES + OUTCOME_BYTES) / 1000 + CLOCK_BYTES;
    let wire = config.ports.get(config.board.port).map_or(0, |port| i64::from(port.baud)) / 10;
    let telegrams = cells * (2 * pecs + 1) / 1000 + CLOCKS;
    let most = CLOCKS * i64::from(LinkSettings::default().in_flight);
    proof(
        config,
        "board link",
        told * 1000 <= wire * WIRE_PERMILLE && telegrams <= most,
        format!(
            "{pecs} PECs tell up to {told} bytes a second of a full ring, in {telegrams} telegrams; the wire takes {wire}, \
             700 in 1,000 of it are allowed, and {most} telegrams are acknowledged"
        ),
        "raise the baud rate of the board's port, take PECs out, or lower occupancy_max_permille".to_owned(),
    )
}
