//! The line in the form that the core computes with: counts for windows, micrometres for places.

use crate::limits::COUNT_JUMP_FACTOR;
use crate::line::{Chute, Line, Pec, PecKind, Ring, Scanner, Zone};
use alloc::vec::Vec;

/// A line prepared for the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) line: Line,
    pub(crate) um_per_count: i64,
    /// Commit lead of T7 in counts.
    pub(crate) lead: u64,
    /// Travel before the commit count at which a fire is sent, in counts.
    pub(crate) send_ahead: u64,
    /// Travel after which a beam that is still blocked means a jam, in counts.
    pub(crate) jam_after: u64,
    /// More travel than is possible between two telegrams, in counts.
    pub(crate) jump: i64,
    /// Travel of a minute at nominal speed, in counts.
    pub(crate) minute: u64,
    /// How long a window stays open for an edge that is told late, in counts.
    pub(crate) edge_late: u64,
    /// How much a length may differ from itself, in counts.
    pub(crate) length_tolerance: u64,
    /// The longest legal item, in counts.
    pub(crate) item_max: u64,
    /// Speed band of every fire, counts per second.
    pub(crate) band_cps: (u16, u16),
    /// The way once round a ring; 0 on a line with two ends.
    pub(crate) ring_um: i64,
    /// Most belt between two neighbouring PECs.
    pub(crate) spacing_um: i64,
    /// By induction zone: the index and the place of its entry PEC. A line with two ends has one.
    entries: Vec<(usize, i64)>,
    /// By scanner: the zone that it stands in.
    scanner_zones: Vec<u8>,
    /// Index into `line.pecs` by board sensor number.
    pec_of_sensor: Vec<Option<u8>>,
    /// Index into `line.chutes` by chute number.
    chute_of_number: Vec<Option<u16>>,
}

impl Geometry {
    pub(crate) fn new(line: &Line) -> Self {
        let upc = i64::from(line.um_per_count.max(1));
        let mut geometry = Self {
            um_per_count: upc,
            lead: travel_counts(line.speed_max_mm_s, line.lead_ms, upc),
            send_ahead: up(line.send_ahead_um, upc),
            jam_after: {
                let longest = up(line.item_max_um + line.length_tolerance_um + line.stop_slip_um, upc);
                longest + longest / 2
            },
            // A second at the highest speed, times a factor.
            jump: (travel_counts(line.speed_max_mm_s, 1000, upc) * COUNT_JUMP_FACTOR) as i64,
            minute: travel_counts(line.speed_mm_s, 60_000, upc),
            edge_late: up(crate::limits::EDGE_LATE_UM, upc),
            length_tolerance: up(line.length_tolerance_um, upc),
            item_max: up(line.item_max_um, upc),
            band_cps: (cps(line.speed_min_mm_s, upc), cps(line.speed_max_mm_s, upc)),
            ring_um: line.ring.as_ref().map_or(0, Ring::length_um),
            spacing_um: spacing_um(line),
            entries: entries(line),
            scanner_zones: Vec::new(),
            pec_of_sensor: Vec::new(),
            chute_of_number: Vec::new(),
            line: line.clone(),
        };
        let zone = |scanner: &Scanner| geometry.zone_at(scanner.trigger_um);
        geometry.scanner_zones = line.scanners.iter().map(zone).collect();
        for (index, pec) in line.pecs.iter().enumerate() {
            put(&mut geometry.pec_of_sensor, pec.sensor, index as u8);
        }
        for (index, chute) in line.chutes.iter().enumerate() {
            put(&mut geometry.chute_of_number, chute.number, index as u16);
        }
        geometry
    }

    pub(crate) fn pecs(&self) -> &[Pec] {
        &self.line.pecs
    }

    pub(crate) fn is_ring(&self) -> bool {
        self.ring_um > 0
    }

    /// Where an item meets the PEC with an index next. Behind the last one comes, on a ring, the entry PEC again.
    pub(crate) fn stop_um(&self, stop: usize) -> i64 {
        self.line.pecs.get(stop).map_or(self.ring_um, |pec| pec.position_um)
    }

    /// The stop at which items are expected at a PEC: on a ring, at the entry PEC, those that have come round.
    pub(crate) fn stop_of(&self, pec: usize) -> usize {
        if pec == 0 { self.line.pecs.len() } else { pec }
    }

    /// True if an item can be expected at a stop.
    pub(crate) fn has_stop(&self, stop: usize) -> bool {
        stop < self.line.pecs.len() + usize::from(self.is_ring())
    }

    /// The induction zones: on a line with two ends, the whole of it is one.
    pub(crate) fn zones(&self) -> usize {
        self.entries.len()
    }

    /// The place of a zone's entry PEC.
    pub(crate) fn entry_um(&self, zone: usize) -> i64 {
        self.entries.get(zone).map_or(0, |(_, place_um)| *place_um)
    }

    /// The zone that begins at a PEC.
    pub(crate) fn zone_of_entry(&self, pec: usize) -> Option<usize> {
        self.entries.iter().position(|(entry, _)| *entry == pec)
    }

    /// The zone that a place lies in: that of the last entry PEC before it.
    pub(crate) fn zone_at(&self, um: i64) -> u8 {
        self.entries.iter().rposition(|(_, place_um)| *place_um <= um).unwrap_or(0) as u8
    }

    /// The zone that a scanner stands in.
    pub(crate) fn zone_of_scanner(&self, scanner: usize) -> u8 {
        self.scanner_zones.get(scanner).copied().unwrap_or(0)
    }

    /// The inductions of a zone.
    pub(crate) fn inductions(&self, zone: usize) -> &[u16] {
        let further = zone.checked_sub(1).and_then(|further| self.line.ring.as_ref()?.zones.get(further));
        further.map_or(&self.line.inductions, |zone| &zone.inductions)
    }

    /// Passes that an item may make: those of a ring, or of a return conveyor; 0 where nothing comes again.
    pub(crate) fn passes_max(&self) -> u8 {
        self.line.ring.as_ref().map_or(self.line.return_passes_max, |ring| ring.passes_max)
    }

    /// The chute that is the end of a ring.
    pub(crate) fn reject_chute(&self) -> Option<u16> {
        self.line.ring.as_ref().map(|ring| ring.reject_chute)
    }

    pub(crate) fn chutes(&self) -> &[Chute] {
        &self.line.chutes
    }

    pub(crate) fn scanners(&self) -> &[Scanner] {
        &self.line.scanners
    }

    pub(crate) fn pec_of_sensor(&self, sensor: u16) -> Option<usize> {
        self.pec_of_sensor.get(usize::from(sensor)).copied().flatten().map(usize::from)
    }

    pub(crate) fn chute_of_number(&self, number: u16) -> Option<usize> {
        self.chute_of_number.get(usize::from(number)).copied().flatten().map(usize::from)
    }

    /// Distance in counts, rounded up: for windows and tolerances.
    pub(crate) fn counts_up(&self, um: i64) -> u64 {
        up(um, self.um_per_count)
    }

    /// Travel at the highest speed in counts, rounded up.
    pub(crate) fn travel(&self, ms: u32) -> u64 {
        travel_counts(self.line.speed_max_mm_s, ms, self.um_per_count)
    }

    /// Index of the last belt PEC at or before a place.
    pub(crate) fn last_pec_before(&self, um: i64) -> usize {
        self.line.pecs.iter().rposition(|pec| pec.position_um <= um).unwrap_or(0)
    }

    pub(crate) fn is_end_of_line(&self, pec: usize) -> bool {
        self.line.pecs.get(pec).is_some_and(|pec| pec.kind == PecKind::EndOfLine)
    }
}

fn entries(line: &Line) -> Vec<(usize, i64)> {
    let further = line.ring.iter().flat_map(|ring| &ring.zones);
    let entry = |zone: &Zone| Some((line.pecs.iter().position(|pec| pec.position_um == zone.entry_um)?, zone.entry_um));
    core::iter::once((0, 0)).chain(further.filter_map(entry)).collect()
}

fn spacing_um(line: &Line) -> i64 {
    let between = line.pecs.windows(2).map(|pair| pair[1].position_um - pair[0].position_um);
    let last_um = line.pecs.last().map_or(0, |pec| pec.position_um);
    let over_seam = line.ring.as_ref().map_or(0, |ring| ring.length_um() - last_um);
    between.fold(over_seam, i64::max)
}

fn up(um: i64, upc: i64) -> u64 {
    ((um.max(0) + upc - 1) / upc) as u64
}

fn travel_counts(speed_mm_s: u32, ms: u32, upc: i64) -> u64 {
    // mm/s × ms = µm.
    up(i64::from(speed_mm_s) * i64::from(ms), upc)
}

fn cps(speed_mm_s: u32, upc: i64) -> u16 {
    u16::try_from(i64::from(speed_mm_s) * 1000 / upc).unwrap_or(u16::MAX)
}

fn put<T: Copy>(table: &mut Vec<Option<T>>, key: u16, value: T) {
    let key = usize::from(key);
    if table.len() <= key {
        table.resize(key + 1, None);
    }
    table[key] = Some(value);
}
