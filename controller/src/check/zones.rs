//! Proofs about a loop with several induction zones: each is a line of its own between its entry PEC and the next one, and
//! what a zone has begun is done before the next begins (T13).

use super::geometry::{Proof, mm, up_mm};
use crate::config::{LineConfig, Place, ZoneConfig, identified_um, lead_um};
use sortie_core::limits::EDGE_LATE_UM;
use sortie_core::line::{Line, Ring};

/// A zone with all that its proofs need. Places are micrometres from the seam.
struct Stretch<'a> {
    config: &'a LineConfig,
    ring: &'a Ring,
    name: String,
    place: Place,
    /// From its entry PEC to that of the next zone.
    from_um: i64,
    to_um: i64,
    /// Its number, 0 for the first.
    number: usize,
}

/// The proofs of the zones; none where the first one is the only one.
pub(super) fn zones(config: &LineConfig) -> Vec<Proof> {
    let Some(ring) = config.line.ring.as_ref().filter(|_| !config.zones.is_empty()) else { return Vec::new() };
    let entry_um = |zone: &ZoneConfig| i64::from(zone.entry_mm) * 1000;
    let stretch = |number: usize| {
        let own = number.checked_sub(1).map(|further| &config.zones[further]);
        let name = own.map_or("the first zone".to_owned(), |zone| format!("zone {}", zone.name));
        let to_um = config.zones.get(number).map_or(ring.length_um(), entry_um);
        let place = own.map_or(config.ring_place, |zone| zone.place);
        Stretch { config, ring, name, place, from_um: own.map_or(0, entry_um), to_um, number }
    };
    let stretches = (0..=config.zones.len()).map(stretch);
    stretches.flat_map(|zone| proofs(&zone)).collect()
}

/// Of the seam the ring's own proofs have told.
fn proofs(zone: &Stretch<'_>) -> Vec<Proof> {
    let mut proofs = vec![identified(zone), permits(zone)];
    if zone.number > 0 {
        proofs.push(platforms(zone));
    }
    if zone.number > 0 || zone.first_scanner_um().is_none() {
        proofs.push(tunnel(zone));
    }
    if zone.to_um < zone.ring.length_um() {
        proofs.push(last_divert(zone));
    }
    proofs
}

impl Stretch<'_> {
    fn proof(&self, holds: bool, text: String, remedy: String) -> Proof {
        Proof { rule: "T13", subject: self.name.clone(), holds, text, remedy, place: self.place }
    }

    fn line(&self) -> &Line {
        &self.config.line
    }

    fn first_scanner_um(&self) -> Option<i64> {
        let own = self.config.scanners.iter().filter(|scanner| self.config.zone_at(scanner.trigger_mm) == self.number);
        own.map(|scanner| i64::from(scanner.trigger_mm) * 1000).min()
    }

    /// Half the outer window, at a place, of an item that the PEC before it has seen.
    fn window_um(&self, um: i64) -> i64 {
        let line = self.line();
        let seen = line.pecs.iter().rev().find(|pec| pec.position_um < um).map_or(0, |pec| pec.position_um);
        line.window_base_um + (um - seen) * i64::from(line.outer_permille) / 1000
    }
}

/// An item that comes to the zone unseen has begun it before its first gate can close.
fn tunnel(zone: &Stretch<'_>) -> Proof {
    let entry_um = if zone.from_um > 0 { zone.from_um } else { zone.ring.length_um() };
    let needed = zone.from_um + 2 * zone.window_um(entry_um) + EDGE_LATE_UM;
    let Some(first_um) = zone.first_scanner_um() else {
        let text = format!("no scanner stands between {} and {} mm", mm(zone.from_um), mm(zone.to_um));
        let remedy = format!("what comes on here has to be read: put a [[scanner]] at {} mm or later", up_mm(needed));
        return zone.proof(false, text, remedy);
    };
    let text = format!(
        "its first scanner at {} mm; the window of its entry PEC at {} mm closes by {} mm",
        mm(first_um),
        mm(zone.from_um),
        mm(needed)
    );
    zone.proof(first_um > needed, text, format!("put the first scanner at {} mm or later", up_mm(needed)))
}

/// What its scanners have to tell is told before the next zone begins.
fn identified(zone: &Stretch<'_>) -> Proof {
    let line = zone.line();
    let (known_um, station) = identified_um(zone.config, zone.number);
    let last_um = zone.to_um - zone.window_um(zone.to_um) - line.item_max_um / 2;
    let text = format!(
        "the longest item is identified at {} mm ({station}); the next zone begins at {} mm",
        mm(known_um),
        mm(zone.to_um)
    );
    let remedy = format!("put the entry PEC of the next zone {} mm further, or these scanners upstream", {
        up_mm((known_um - last_um).max(0))
    });
    zone.proof(known_um < last_um, text, remedy)
}

/// What its last divert did is known before the item comes to the next zone.
fn last_divert(zone: &Stretch<'_>) -> Proof {
    let line = zone.line();
    let own = line.chutes.iter().map(|chute| chute.position_um).filter(|at| (zone.from_um..zone.to_um).contains(at));
    let needed = line.item_max_um / 2 + lead_um(line) + zone.window_um(zone.to_um);
    let latest = (zone.to_um - needed).div_euclid(1000);
    let Some(last_um) = own.max() else {
        return zone.proof(true, "no chute stands in it".to_owned(), String::new());
    };
    let text = format!(
        "its last divert is {} mm before the next zone; half an item, the lead and the window need {} mm",
        mm(zone.to_um - last_um),
        mm(needed)
    );
    zone.proof(zone.to_um - last_um > needed, text, format!("put its last chute at {latest} mm or before"))
}

/// An item is weighed in one zone: no platform lies under an entry PEC, where one may be that has no length yet.
fn platforms(zone: &Stretch<'_>) -> Proof {
    let at_mm = zone.from_um / 1000;
    let under = |weigher: &&crate::config::WeigherConfig| {
        i64::from(weigher.start_mm) < at_mm && i64::from(weigher.end_mm) >= at_mm
    };
    let text = match zone.config.weighers.iter().find(under) {
        None => format!("no platform lies under its entry PEC at {at_mm} mm"),
        Some(weigher) => {
            let text = format!("the platform of weigher {} lies under its entry PEC at {at_mm} mm", weigher.name);
            return zone.proof(false, text, "put the weigher behind the entry PEC, or before it".to_owned());
        }
    };
    zone.proof(true, text, String::new())
}

/// A carrier is permitted once it is past the entry before: what came onto it there is known.
fn permits(zone: &Stretch<'_>) -> Proof {
    let (line, ring) = (zone.line(), zone.ring);
    let needed = ring.permit_ahead_um + ring.cell_um() + line.item_max_um + zone.window_um(zone.to_um) + EDGE_LATE_UM;
    let way = zone.to_um - zone.from_um;
    let text = format!(
        "the next zone begins {} mm further; permits {} mm ahead, a carrier and the longest item need {} mm",
        mm(way),
        mm(ring.permit_ahead_um),
        mm(needed)
    );
    zone.proof(way > needed, text, "put the zones further apart, or shorten permit_ahead_mm".to_owned())
}
