//! Parcels that should have been sorted: a readable known plate, an open flight, a free chute, and no strike.
//!
//! Items creep, each at its own pace, and a gap that was legal at the entry may close on the way. A divert between such
//! neighbours is refused with good reason, and so is one that is not back at rest from taking the one ahead; these parcels
//! are counted on their own.

use super::Oracle;

impl Oracle {
    /// A parcel ended where exceptions end; counts it if nothing explains that.
    pub(super) fn not_sorted(&mut self, at: u64, item: u32) {
        let Some(state) = self.items.get(item) else { return };
        let Some(parcel) = state.parcel else { return };
        if !state.readable
            || !state.read
            || state.touched
            || !state.named.is_empty()
            || state.merged
            || state.amiss
            || self.items.is_impersonated(parcel)
        {
            return;
        }
        let since = state.entered_at;
        let due = self.book.chutes_due(parcel, state, at);
        let ordered = |chute| {
            let (changed, free) = self.book.last_order(chute);
            changed > since || !free
        };
        let was_free = |chute: &u16| self.chutes.free_since(*chute, since) && !ordered(*chute);
        if !due.iter().any(was_free) {
            return;
        }
        // One chute is enough for a question; but it may have been passed already when the one that was meant filled up.
        let all_free = due.iter().all(was_free);
        if state.crowded || state.behind_stroke.is_some_and(|chute| due.contains(&chute)) {
            self.counts.crowded += 1;
        } else {
            self.counts.unexplained += 1;
            self.counts.missed += u64::from(all_free);
            let length = state.length / 1000;
            self.tally.unexplained(at, item, || {
                format!("parcel {parcel}, {length} mm long, was due in one of chutes {due:?}")
            });
        }
    }
}
