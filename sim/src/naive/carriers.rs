//! Carriers of a ring, each free or taken: taken by what comes past an entry PEC, free again once something was fired for
//! it, or when it has come to the next entry PEC with nothing on it.

use sortie_protocol::board::telegram::HostTelegram;
use sortie_world::files::LineFile;
use std::collections::BTreeSet;

/// A carrier is let go this far before an entry PEC, µm, and none that is nearer than half of it.
const AHEAD_UM: i64 = 3_000_000;

/// The carriers of one ring.
#[derive(Debug)]
pub(super) struct Carriers {
    sensor: u16,
    pub(super) reject_chute: u16,
    zones: Vec<Zone>,
    count: u16,
    pitch: i64,
    um_per_count: i64,
    /// Count at which carrier 0 was at the entry PEC last.
    index: Option<u32>,
    taken: BTreeSet<i64>,
}

/// An induction zone.
#[derive(Debug)]
struct Zone {
    /// Where its entry PEC stands, µm.
    place: i64,
    induction: u16,
    /// So far, in pitches from the index on, carriers have been thought of.
    thought: i64,
}

impl Carriers {
    /// The ring of a line, if it is one.
    pub(super) fn of(file: &LineFile) -> Option<Self> {
        let ring = file.ring.as_ref()?;
        let further = file.zones.iter().filter_map(|zone| {
            let pec = file.pecs.iter().find(|pec| pec.name == zone.pec)?;
            Some((pec.position_mm * 1000, &zone.inductions))
        });
        let zone = |(place, inductions): (i64, &Vec<u16>)| Zone {
            place,
            induction: inductions.first().copied().unwrap_or(1),
            thought: 0,
        };
        let mut zones: Vec<Zone> = std::iter::once((0, &file.line.inductions)).chain(further).map(zone).collect();
        zones.sort_by_key(|zone| zone.place);
        Some(Self {
            zones,
            sensor: ring.index_sensor,
            reject_chute: ring.reject_chute,
            count: ring.carriers.max(1) * ring.cells_per_carrier.max(1),
            pitch: ring.carrier_pitch_mm * 1000 / i64::from(ring.cells_per_carrier.max(1)),
            um_per_count: i64::from(file.line.um_per_count.max(1)),
            index: None,
            taken: BTreeSet::new(),
        })
    }

    pub(super) fn clear(&mut self) {
        self.index = None;
        self.zones.iter_mut().for_each(|zone| zone.thought = 0);
        self.taken.clear();
    }

    /// A pulse of the index sensor.
    pub(super) fn edge(&mut self, sensor: u16, blocked: bool, count: u32) {
        if sensor == self.sensor && blocked {
            let turn = self.index.map_or(0, |_| i64::from(self.count));
            self.zones.iter_mut().for_each(|zone| zone.thought -= turn);
            self.index = Some(count);
        }
    }

    /// The carriers that an item covers whose leading edge was at the entry PEC of a zone at a count: the first, and how
    /// many.
    pub(super) fn under(&self, zone: usize, count: u32, length: u32) -> (i64, i64) {
        let first = self.pitches(self.zones.get(zone).map_or(0, |zone| zone.place), count);
        let long = i64::from(length) * self.um_per_count;
        (first, (long + self.pitch - 1) / self.pitch)
    }

    pub(super) fn take(&mut self, (first, long): (i64, i64)) {
        let carriers = (first..first + long).map(|carrier| carrier.rem_euclid(self.count.into()));
        self.taken.extend(carriers);
    }

    pub(super) fn free(&mut self, (first, long): (i64, i64)) {
        for carrier in first..first + long {
            self.taken.remove(&carrier.rem_euclid(self.count.into()));
        }
    }

    /// Lets a parcel onto each free carrier that is near enough to an entry PEC.
    pub(super) fn permits(&mut self, now: u32, out: &mut Vec<HostTelegram>) {
        let Some(index) = self.index else { return };
        for zone in 0..self.zones.len() {
            let Zone { place, induction, thought } = self.zones[zone];
            let last = self.pitches(place, now.wrapping_add(self.counts(AHEAD_UM)));
            let nearest = self.pitches(place, now.wrapping_add(self.counts(AHEAD_UM / 2))) + 1;
            for carrier in thought.max(nearest)..=last {
                // If it is taken it comes past the entry PEC now, and is taken again by what is seen there.
                if !self.taken.remove(&carrier.rem_euclid(self.count.into())) {
                    let count = index.wrapping_add(self.counts(carrier * self.pitch + place));
                    out.push(HostTelegram::Load { induction, count });
                }
            }
            self.zones[zone].thought = thought.max(last + 1);
        }
    }

    /// The carrier that is at a place at a count, in pitches from the index on.
    fn pitches(&self, place: i64, count: u32) -> i64 {
        let since = i64::from(count.wrapping_sub(self.index.unwrap_or(count)).cast_signed());
        (since * self.um_per_count - place).div_euclid(self.pitch)
    }

    fn counts(&self, um: i64) -> u32 {
        u32::try_from(um / self.um_per_count).unwrap_or(0)
    }
}
