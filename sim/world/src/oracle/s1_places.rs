//! S1: every item is in exactly one place, and none gets lost between them.

use super::Oracle;
use super::items::Place;
use super::tally::Check;

impl Oracle {
    pub(super) fn s1_enter(&mut self, at: u64, item: u32) {
        let new = self.items.is_new(item);
        self.tally.judge(Check::S1, new, at, Some(item), || "it entered the belt a second time".into());
        self.items.entered += 1;
    }

    /// Moves an item off the belt; false if it was not there.
    pub(super) fn s1_leave(&mut self, at: u64, item: u32, place: Place) -> bool {
        let was = self.items.get(item).map(|item| item.place);
        let holds = was == Some(Place::Belt);
        self.tally.judge(Check::S1, holds, at, Some(item), || format!("it got to {place:?}, but it was at {was:?}"));
        if holds && let Some(item) = self.items.get_mut(item) {
            item.place = place;
            self.items.left += 1;
        }
        holds
    }

    /// What physically lies on the belt is what entered and has not left; looked at with every step of the world.
    #[inline]
    pub fn on_belt(&mut self, at: u64, items: usize) {
        let riding = self.items.riding();
        self.tally.judge(Check::S1, items == riding, at, None, || {
            format!("{items} items lie on the belt, and of those that entered {riding} have not left it")
        });
    }

    /// In = out + riding.
    pub(super) fn s1_balance(&mut self, at: u64) {
        let (entered, left, riding) = (self.items.entered, self.items.left, self.items.riding() as u64);
        self.tally.judge(Check::S1, entered == left + riding, at, None, || {
            format!("{entered} items entered, {left} left and {riding} ride")
        });
        let counts = &self.counts;
        let undetectable: u64 = counts.undetectable.values().sum();
        let ended = counts.sorted + counts.exceptions.values().sum::<u64>() + counts.missorts + undetectable;
        let (parcels, gone) = (counts.parcels, counts.removed);
        let riding = self.items.parcels_riding();
        self.tally.judge(Check::S1, parcels + self.foreign_ends == ended + gone + riding, at, None, || {
            format!("{parcels} parcels came, {ended} ended in an outlet, {gone} elsewhere and {riding} ride")
        });
    }
}
