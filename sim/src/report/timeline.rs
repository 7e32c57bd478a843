//! A run in bins of time: never more than [`BINS_MAX`], however long the run. When they are used up, each two become
//! one.

use std::collections::BTreeMap;

/// Most bins.
pub(super) const BINS_MAX: usize = 120;
/// Width of a bin at first, ns.
const FIRST_NS: u64 = 1_000_000_000;

/// What is counted over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    /// Parcels inducted.
    pub(super) parcels: u64,
    /// Sorted into chutes of flights.
    pub(super) sorted: u64,
    /// In other outlets.
    pub(super) exceptions: u64,
    /// Items that have begun another pass.
    pub(super) recirculated: u64,
    /// In a chute that did not allow them, excused or not.
    pub(super) wrong: u64,
}

impl Sums {
    /// What has come since an earlier moment.
    pub(super) fn since(&self, before: &Self) -> Self {
        Self {
            parcels: self.parcels.saturating_sub(before.parcels),
            sorted: self.sorted.saturating_sub(before.sorted),
            exceptions: self.exceptions.saturating_sub(before.exceptions),
            recirculated: self.recirculated.saturating_sub(before.recirculated),
            wrong: self.wrong.saturating_sub(before.wrong),
        }
    }
}

/// A chute in one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fill {
    /// Most pieces in it.
    pub(super) pieces: u32,
    /// Its full sensor was covered at some time.
    pub(super) full: bool,
}

/// The bins of a run.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    width: u64,
    /// Sums at the end of each bin that is over.
    ends: Vec<Sums>,
    now: Sums,
    /// By chute: a value for each bin, the open one last; and how it stands now.
    chutes: BTreeMap<u16, (Vec<Fill>, Fill)>,
}

impl Timeline {
    /// No time has passed.
    pub(super) fn new(chutes: impl Iterator<Item = u16>) -> Self {
        let chutes = chutes.map(|chute| (chute, (vec![Fill::default()], Fill::default()))).collect();
        Self { width: FIRST_NS, ends: Vec::with_capacity(BINS_MAX), now: Sums::default(), chutes }
    }

    /// Time has come to `at`.
    #[inline]
    pub(super) fn reach(&mut self, at: u64) {
        while at >= self.width * (self.ends.len() as u64 + 1) {
            self.next_bin();
        }
    }

    /// The sums are these now.
    pub(super) fn count(&mut self, sums: Sums) {
        self.now = sums;
    }

    /// So many pieces lie in a chute now.
    pub(super) fn filled(&mut self, chute: u16, pieces: u32) {
        self.turn(chute, |fill| fill.pieces = pieces);
    }

    /// A chute's full sensor turned.
    pub(super) fn full(&mut self, chute: u16, full: bool) {
        self.turn(chute, |fill| fill.full = full);
    }

    /// Width of a bin, ns.
    pub(super) fn width_ns(&self) -> u64 {
        self.width
    }

    /// What came in each bin, the open one last; `last` are the sums at the very end.
    pub(super) fn bins(&self, last: Sums) -> Vec<Sums> {
        let starts = [Sums::default()].into_iter().chain(self.ends.iter().copied());
        let ends = self.ends.iter().copied().chain([last]);
        starts.zip(ends).map(|(start, end)| end.since(&start)).collect()
    }

    /// Each chute with its fill by bin.
    pub(super) fn fills(&self) -> impl Iterator<Item = (u16, &[Fill])> {
        self.chutes.iter().map(|(chute, (bins, _))| (*chute, bins.as_slice()))
    }

    fn turn(&mut self, chute: u16, change: impl Fn(&mut Fill)) {
        let Some((bins, now)) = self.chutes.get_mut(&chute) else { return };
        change(now);
        if let Some(open) = bins.last_mut() {
            *open = most(*open, *now);
        }
    }

    fn next_bin(&mut self) {
        if self.ends.len() + 1 == BINS_MAX {
            self.halve();
            return;
        }
        self.ends.push(self.now);
        for (bins, now) in self.chutes.values_mut() {
            bins.push(*now);
        }
    }

    /// Each two bins become one; the open one, which has no other beside it, stays open.
    fn halve(&mut self) {
        const { assert!(BINS_MAX.is_multiple_of(2), "the open bin is the second of its pair") };
        let over = self.ends.len() / 2;
        self.ends = (0..over).map(|pair| self.ends[2 * pair + 1]).collect();
        for (bins, _) in self.chutes.values_mut() {
            *bins = bins.chunks(2).map(|pair| pair.iter().copied().fold(Fill::default(), most)).collect();
        }
        self.width *= 2;
    }
}

fn most(one: Fill, other: Fill) -> Fill {
    Fill { pieces: one.pieces.max(other.pieces), full: one.full || other.full }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_long_a_run_its_bins_are_bounded_and_sum_up() {
        for seconds in [0, 1, 5, 119, 120, 121, 1_000, 100_000] {
            let mut timeline = Timeline::new([7].into_iter());
            let mut sums = Sums::default();
            for second in 0..seconds {
                timeline.reach(second * 1_000_000_000);
                sums.parcels += 1 + second % 3;
                timeline.count(sums);
                timeline.filled(7, u32::try_from(second % 40).unwrap());
            }
            let bins = timeline.bins(sums);
            assert!(bins.len() <= BINS_MAX, "{seconds} s: {} bins", bins.len());
            assert_eq!(bins.iter().map(|bin| bin.parcels).sum::<u64>(), sums.parcels, "{seconds} s");
            let (_, fills) = timeline.fills().next().unwrap();
            assert_eq!(fills.len(), bins.len(), "{seconds} s");
        }
    }

    #[test]
    fn what_came_late_stands_late() {
        let mut timeline = Timeline::new([7].into_iter());
        timeline.reach(500_000_000_000);
        timeline.count(Sums { sorted: 9, ..Sums::default() });
        timeline.full(7, true);
        let bins = timeline.bins(Sums { sorted: 9, ..Sums::default() });
        let place = usize::try_from(500_000_000_000 / timeline.width_ns()).unwrap();
        assert_eq!(bins.iter().position(|bin| bin.sorted == 9), Some(place));
        let (_, fills) = timeline.fills().next().unwrap();
        assert_eq!(fills.iter().position(|fill| fill.full), Some(place));
    }
}
