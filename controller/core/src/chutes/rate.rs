//! The rate limit of a chute, counted over belt travel, so that a stopped belt gives nobody a start.

use crate::items::Slot;
use crate::plan::RATE_MAX;
use crate::state::Core;

/// Counts of the newest discharges, oldest first; as many as the highest rate limit can ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recent(heapless::Vec<u64, { RATE_MAX as usize }>);

impl Recent {
    pub(super) fn add(&mut self, count: u64) {
        if self.0.is_full() {
            self.0.remove(0);
        }
        // Room was made above.
        let _ = self.0.push(count);
    }

    pub(super) fn take_off(&mut self, count: u64) {
        if let Some(place) = self.0.iter().rposition(|other| *other == count) {
            self.0.remove(place);
        }
    }

    /// True if there was a discharge after one count and up to another.
    pub(crate) fn any_between(&self, after: u64, until: u64) -> bool {
        self.0.iter().rev().take_while(|count| **count > after).any(|count| *count <= until)
    }

    fn after(&self, count: u64) -> usize {
        self.0.iter().filter(|other| **other > count).count()
    }
}

impl Core {
    /// Whether one more discharge at an item's target keeps the chute's rate limit.
    pub(super) fn rate_allows(&self, slot: Slot, chute: usize) -> bool {
        let limit = usize::from(self.plan.rule(chute).rate_per_min);
        let Some(item) = self.items.get(slot).filter(|_| limit > 0) else { return true };
        let place = &self.geometry.chutes()[chute];
        let from = self.target(item, place).saturating_sub(self.geometry.minute);
        let ahead = self.reserved(slot, place.number).filter(|item| self.target(item, place) > from).count();
        self.chutes[chute].recent.after(from) + ahead < limit
    }
}
