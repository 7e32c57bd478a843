//! What the traffic was really like, measured from what happened.

use crate::feed::ParcelFact;
use crate::files::LineFile;

/// Width of a class of lengths and gaps, mm.
const CLASS_MM: i64 = 10;
const CLASSES: usize = 1_024;
const SCANNERS: usize = 8;
/// Speed is measured over at least this time, ns.
const PACE_NS: u64 = 400_000_000;
/// A belt is at speed so long after it began to run up, ns.
const RAMP_NS: u64 = 3_000_000_000;

/// Counts by class of 10 mm; the last class is open.
#[derive(Clone, Debug)]
pub struct Histogram(Vec<u64>);

impl Default for Histogram {
    fn default() -> Self {
        Self(vec![0; CLASSES])
    }
}

impl Histogram {
    fn add(&mut self, um: i64) {
        let class = usize::try_from(um / 1000 / CLASS_MM).unwrap_or(0).min(CLASSES - 1);
        self.0[class] += 1;
    }

    /// The value below which `permille` of all lie, mm, to 10 mm.
    #[must_use]
    pub fn quantile_mm(&self, permille: u64) -> u64 {
        let wanted = (self.0.iter().sum::<u64>() * permille).div_ceil(1000).max(1);
        let mut sum = 0;
        let class = self.0.iter().position(|count| {
            sum += count;
            sum >= wanted
        });
        (class.unwrap_or(0) * CLASS_MM as usize) as u64
    }
}

/// Distributions of a run.
#[derive(Clone, Debug)]
pub struct Measures {
    /// Lengths of parcels.
    pub length: Histogram,
    /// Gaps to the item ahead at the entry.
    pub gap: Histogram,
    /// Lightest and heaviest parcel, g.
    pub weight_g: (u32, u32),
    /// Slowest and fastest belt while it ran, mm/s.
    pub speed_mm_s: (u64, u64),
    /// By scanner: items in its gate, and those of which it read a label.
    pub scanners: [(u64, u64); SCANNERS],
    /// Parcels with two plates or more, and all on record.
    pub plates: (u64, u64),
    flights: Vec<u64>,
    um_per_count: u64,
    pace: Option<(u64, u32)>,
    /// No pace is taken before this time: the belt is stopping or starting.
    settles_at: u64,
}

impl Measures {
    pub(super) fn new(line: &LineFile) -> Self {
        Self {
            length: Histogram::default(),
            gap: Histogram::default(),
            weight_g: (u32::MAX, 0),
            speed_mm_s: (u64::MAX, 0),
            scanners: [(0, 0); SCANNERS],
            plates: (0, 0),
            flights: Vec::new(),
            um_per_count: line.line.um_per_count.into(),
            pace: None,
            settles_at: 0,
        }
    }

    /// Share of the booked parcels that go to the busiest flight, thousandths.
    #[must_use]
    pub fn top_flight_permille(&self) -> u64 {
        let all: u64 = self.flights.iter().sum();
        self.flights.iter().max().map_or(0, |top| top * 1000 / all.max(1))
    }

    /// Share of parcels with two plates or more, thousandths.
    #[must_use]
    pub fn several_plates_permille(&self) -> u64 {
        self.plates.0 * 1000 / self.plates.1.max(1)
    }

    /// Read rate of each scanner that saw anything, thousandths.
    pub fn read_permille(&self) -> impl Iterator<Item = u64> {
        self.scanners.iter().filter(|(gates, _)| *gates > 0).map(|(gates, reads)| reads * 1000 / gates)
    }

    pub(super) fn enter(&mut self, length: i64, gap: i64, weight_g: u32, booked: Option<ParcelFact>) {
        self.length.add(length);
        self.gap.add(gap);
        self.weight_g = (self.weight_g.0.min(weight_g), self.weight_g.1.max(weight_g));
        let Some(state) = booked else { return };
        self.plates.0 += u64::from(state.plates > 1);
        self.plates.1 += 1;
        if let Some(flight) = state.flight.map(usize::from).filter(|flight| *flight < 1_000) {
            self.flights.resize(self.flights.len().max(flight + 1), 0);
            self.flights[flight] += 1;
        }
    }

    pub(super) fn scan(&mut self, scanner: u16, read: bool) {
        if let Some(counts) = self.scanners.get_mut(usize::from(scanner)) {
            counts.0 += 1;
            counts.1 += u64::from(read);
        }
    }

    /// The belt changes its speed on purpose: not a measure of its ripple.
    pub(super) fn belt(&mut self, at: u64) {
        self.settles_at = at + RAMP_NS;
        self.pace = None;
    }

    pub(super) fn pace(&mut self, at: u64, count: u32) {
        if at < self.settles_at {
            return;
        }
        let Some((from, first)) = self.pace else {
            self.pace = Some((at, count));
            return;
        };
        let elapsed = at.saturating_sub(from);
        if elapsed < PACE_NS {
            return;
        }
        // Long waits between two counts may hide a stop; they say nothing about the ripple.
        if elapsed < 3 * PACE_NS {
            let um = u64::from(count.wrapping_sub(first)) * self.um_per_count;
            let speed = um * 1_000_000 / elapsed;
            self.speed_mm_s = (self.speed_mm_s.0.min(speed), self.speed_mm_s.1.max(speed));
        }
        self.pace = Some((at, count));
    }
}
