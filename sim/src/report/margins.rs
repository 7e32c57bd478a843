//! How early the board had each fire: counts before its commit count.

use std::collections::BTreeMap;

/// Most classes on either side together.
const CLASSES_MAX: i64 = 48;

/// A histogram whose classes grow wider as it needs more of them.
#[derive(Clone, Debug)]
pub(super) struct Margins {
    width: i64,
    classes: BTreeMap<i64, u64>,
    least: Option<i64>,
    late: u64,
    fires: u64,
}

impl Default for Margins {
    fn default() -> Self {
        Self { width: 8, classes: BTreeMap::new(), least: None, late: 0, fires: 0 }
    }
}

impl Margins {
    /// The board has a fire so many counts before its commit count; less than 0: behind it.
    pub(super) fn add(&mut self, counts: i64) {
        self.fires += 1;
        self.late += u64::from(counts < 0);
        self.least = Some(self.least.map_or(counts, |least| least.min(counts)));
        *self.classes.entry(counts.div_euclid(self.width)).or_default() += 1;
        while self.span().is_some_and(|(first, last)| last - first >= CLASSES_MAX) {
            self.widen();
        }
    }

    /// Counts of one class.
    pub(super) fn width(&self) -> i64 {
        self.width
    }

    /// The fewest counts of all; `None` without any fire.
    pub(super) fn least(&self) -> Option<i64> {
        self.least
    }

    /// Fires in all, and those that came behind their commit count.
    pub(super) fn fires(&self) -> (u64, u64) {
        (self.fires, self.late)
    }

    /// First and last class.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        Some((*self.classes.first_key_value()?.0, *self.classes.last_key_value()?.0))
    }

    /// Fires by class; a class begins at its number times the width.
    pub(super) fn classes(&self) -> &BTreeMap<i64, u64> {
        &self.classes
    }

    fn widen(&mut self) {
        self.width *= 2;
        for (class, fires) in std::mem::take(&mut self.classes) {
            *self.classes.entry(class.div_euclid(2)).or_default() += fires;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_widen_and_none_mixes_early_with_late() {
        let mut margins = Margins::default();
        for counts in [5, -3, 700, 5_000, -90, 12] {
            margins.add(counts);
        }
        assert_eq!((margins.fires(), margins.least()), ((6, 2), Some(-90)));
        let late: u64 = margins.classes().range(..0).map(|(_, fires)| fires).sum();
        assert_eq!((late, margins.classes().values().sum::<u64>()), (2, 6));
        let (first, last) = margins.span().unwrap();
        assert!(last - first < CLASSES_MAX && margins.width() >= 128, "{first} to {last}");
    }
}
