//! How well the line sorts once the faults are off.

use sortie_world::events::Physical;
use std::collections::BTreeSet;

/// Counts the parcels that came after the faults were switched off, and those of them that were sorted.
#[derive(Clone, Debug, Default)]
pub struct Calm {
    from: Option<u64>,
    riding: BTreeSet<u32>,
    /// Parcels that were inducted since.
    pub parcels: u64,
    /// Of them, those in a flight chute that allowed them.
    pub sorted: u64,
    /// Of them, those that should have been sorted and were not, without any reason.
    pub missed: u64,
}

impl Calm {
    /// The faults are off from now on.
    pub fn begin(&mut self, at: u64) {
        *self = Self { from: Some(at), ..Self::default() };
    }

    /// When it began, nanoseconds; `None` if the faults were never switched off.
    #[must_use]
    pub fn from(&self) -> Option<u64> {
        self.from
    }

    /// Something happened; `sorted` says whether the oracle counts an item as sorted by it, `missed` whether nothing
    /// explains that it was not.
    pub fn physical(&mut self, event: &Physical, sorted: bool, missed: bool) {
        if self.from.is_none() {
            return;
        }
        match *event {
            Physical::Entered { item, parcel: Some(_), .. } => {
                self.parcels += 1;
                self.riding.insert(item);
            }
            Physical::Discharged { item, .. } | Physical::EndOfLine { item } if self.riding.remove(&item) => {
                self.sorted += u64::from(sorted);
                self.missed += u64::from(missed);
            }
            Physical::Removed { item } => {
                self.riding.remove(&item);
            }
            Physical::Entered { .. }
            | Physical::Discharged { .. }
            | Physical::EndOfLine { .. }
            | Physical::AtPec { .. }
            | Physical::Scanned { .. }
            | Physical::Aimed { .. }
            | Physical::CameRound { .. }
            | Physical::Fired { .. }
            | Physical::Turned { .. }
            | Physical::Full { .. }
            | Physical::Stuck { .. }
            | Physical::Change { .. }
            | Physical::Belt { .. }
            | Physical::BoardStarted { .. }
            | Physical::Weigher { .. }
            | Physical::Eye { .. }
            | Physical::CountsReset { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(item: u32) -> Physical {
        let (parcel, weight_g, readable) = (Some(item), 500, true);
        Physical::Entered { item, parcel, position: 0, length: 300_000, gap: 500_000, weight_g, readable }
    }

    fn discharged(item: u32) -> Physical {
        Physical::Discharged { item, chute: 1, count: 0, pieces: 1 }
    }

    #[test]
    fn only_parcels_that_came_later_count() {
        let mut calm = Calm::default();
        calm.physical(&entered(1), false, false);
        calm.begin(7);
        calm.physical(&entered(2), false, false);
        calm.physical(&entered(3), false, false);
        for item in [1, 2] {
            calm.physical(&discharged(item), true, false);
        }
        calm.physical(&Physical::EndOfLine { item: 3 }, false, true);
        calm.physical(&Physical::EndOfLine { item: 4 }, false, true);
        assert_eq!((calm.from(), calm.parcels, calm.sorted, calm.missed), (Some(7), 2, 1, 1));
    }
}
