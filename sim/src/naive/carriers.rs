//! Carriers of a ring, each free or taken: taken by what comes past the entry PEC, free again once something was fired
//! for it, or when it has come round with nothing on it.

use sortie_protocol::board::telegram::HostTelegram;
use sortie_world::files::LineFile;
use std::collections::BTreeSet;

/// A carrier is let go this far before the entry PEC, µm, and none that is nearer than half of it.
const AHEAD_UM: i64 = 3_000_000;

/// The carriers of one ring.
#[derive(Debug)]
pub(super) struct Carriers {
    sensor: u16,
    pub(super) reject_chute: u16,
    induction: u16,
    count: u16,
    pitch: i64,
    um_per_count: i64,
    /// Count at which carrier 0 was at the entry PEC last.
    index: Option<u32>,
    taken: BTreeSet<i64>,
    /// So far, in pitches from the index on, carriers have been thought of.
    thought: i64,
}

impl Carriers {
    /// The ring of a line, if it is one.
    pub(super) fn of(file: &LineFile) -> Option<Self> {
        let ring = file.ring.as_ref()?;
        Some(Self {
            sensor: ring.index_sensor,
            reject_chute: ring.reject_chute,
            induction: file.line.inductions.first().copied().unwrap_or(1),
            count: ring.carriers.max(1) * ring.cells_per_carrier.max(1),
            pitch: ring.carrier_pitch_mm * 1000 / i64::from(ring.cells_per_carrier.max(1)),
            um_per_count: i64::from(file.line.um_per_count.max(1)),
            index: None,
            taken: BTreeSet::new(),
            thought: 0,
        })
    }

    pub(super) fn clear(&mut self) {
        (self.index, self.thought) = (None, 0);
        self.taken.clear();
    }

    /// A pulse of the index sensor.
    pub(super) fn edge(&mut self, sensor: u16, blocked: bool, count: u32) {
        if sensor == self.sensor && blocked {
            self.thought = if self.index.is_some() { self.thought - i64::from(self.count) } else { 0 };
            self.index = Some(count);
        }
    }

    /// The carriers that an item covers whose leading edge was at the entry PEC at a count: the first, and how many.
    pub(super) fn under(&self, count: u32, length: u32) -> (i64, i64) {
        let first = self.pitches(count);
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

    /// Lets a parcel onto each free carrier that is near enough to the entry PEC.
    pub(super) fn permits(&mut self, now: u32, out: &mut Vec<HostTelegram>) {
        let Some(index) = self.index else { return };
        let last = self.pitches(now.wrapping_add(self.counts(AHEAD_UM)));
        let nearest = self.pitches(now.wrapping_add(self.counts(AHEAD_UM / 2))) + 1;
        for carrier in self.thought.max(nearest)..=last {
            // If it is taken it comes past the entry PEC now, and is taken again by what is seen there.
            if !self.taken.remove(&carrier.rem_euclid(self.count.into())) {
                let count = index.wrapping_add(self.counts(carrier * self.pitch));
                out.push(HostTelegram::Load { induction: self.induction, count });
            }
        }
        self.thought = self.thought.max(last + 1);
    }

    /// The carrier that is at the entry PEC at a count, in pitches from the index on.
    fn pitches(&self, count: u32) -> i64 {
        let since = i64::from(count.wrapping_sub(self.index.unwrap_or(count)).cast_signed());
        (since * self.um_per_count).div_euclid(self.pitch)
    }

    fn counts(&self, um: i64) -> u32 {
        u32::try_from(um / self.um_per_count).unwrap_or(0)
    }
}
