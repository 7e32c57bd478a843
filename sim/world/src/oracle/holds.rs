//! When holds came: up to the commit count of the item's divert, or after it.
//!
//! The divert's target is what the board was told; the commit count follows from it and from `line.toml`.

use super::Oracle;
use super::items::Place;
use crate::events::ParcelNo;
use serde::Serialize;

/// A hold is near the commit count within this travel, µm.
const NEAR_UM: i64 = 300_000;

/// Holds on parcels that had been inducted, by when they reached the controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Holds {
    /// The parcel rode, and its divert, if there was one, was not committed.
    pub before_commit: u64,
    /// Its divert was committed, or it lay in a flight chute.
    pub after_commit: u64,
    /// Of all these, those whose parcel rode.
    pub riding: u64,
    /// Within 300 mm before the commit count.
    pub within_300_mm_before: u64,
    /// Within 300 mm after the commit count.
    pub within_300_mm_after: u64,
    /// Parcels that lay in a flight chute although they were held, and that the controller's pull list named with that
    /// chute and container.
    pub pulled: u64,
    /// Lines of manifests, flagged as unconfirmed, whose parcel lay elsewhere.
    pub unconfirmed_elsewhere: u64,
}

impl Holds {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.before_commit += other.before_commit;
        self.after_commit += other.after_commit;
        self.riding += other.riding;
        self.within_300_mm_before += other.within_300_mm_before;
        self.within_300_mm_after += other.within_300_mm_after;
        self.pulled += other.pulled;
        self.unconfirmed_elsewhere += other.unconfirmed_elsewhere;
    }
}

impl Oracle {
    /// A new customs or security state has come for a parcel.
    pub(super) fn hold_came(&mut self, at: u64, parcel: ParcelNo) {
        let held = self.book.is_held(at, parcel);
        if held && self.manifests.sorted_to(parcel).is_some() {
            self.holds.after_commit += 1;
            self.has_to_be_pulled(at, parcel);
            return;
        }
        let (now, exact) = (self.belt.now(), self.moment == at);
        let carrier = self.items.carrier(parcel);
        let Some(item) = carrier.and_then(|item| self.items.get_mut(item)).filter(|item| item.place == Place::Belt)
        else {
            return;
        };
        item.held_count = item.held_count.filter(|_| held).or(now.filter(|_| held && exact));
        if !held {
            return;
        }
        self.holds.riding += 1;
        match item.aim {
            None => self.holds.before_commit += 1,
            Some((_, target)) => {
                let left = now.map_or(0, |now| self.belt.to_commit(now, target));
                let (before, near) = (left > 0, left.abs() <= NEAR_UM);
                self.holds.before_commit += u64::from(before);
                self.holds.after_commit += u64::from(!before);
                self.holds.within_300_mm_before += u64::from(before && near);
                self.holds.within_300_mm_after += u64::from(!before && near);
            }
        }
    }
}
