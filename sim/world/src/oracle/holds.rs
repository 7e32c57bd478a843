//! When holds came: up to the commit count of the item's divert, or after it.
//!
//! The divert's target is what the board was told; the commit count follows from it and from `line.toml`.

use super::Oracle;
use super::items::Place;
use crate::events::ParcelNo;
use crate::files::Customs;
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
}

impl Oracle {
    /// A new customs state has come for a parcel.
    pub(super) fn hold_came(&mut self, at: u64, parcel: ParcelNo, customs: Customs) {
        let Some(number) = self.items.carrier(parcel) else { return };
        let (held, now, exact) = (customs != Customs::Released, self.belt.now(), self.moment == at);
        let Some(item) = self.items.get_mut(number) else { return };
        let (place, aim) = (item.place, item.aim);
        item.held_count = now.filter(|_| held && exact && place == Place::Belt);
        if !held {
            return;
        }
        match (place, aim) {
            (Place::Belt, None) => self.holds.before_commit += 1,
            (Place::Belt, Some((_, target))) => {
                let left = now.map_or(0, |now| self.belt.to_commit(now, target));
                let (before, near) = (left > 0, left.abs() <= NEAR_UM);
                self.holds.before_commit += u64::from(before);
                self.holds.after_commit += u64::from(!before);
                self.holds.within_300_mm_before += u64::from(before && near);
                self.holds.within_300_mm_after += u64::from(!before && near);
            }
            (Place::Chute(chute), _) => self.holds.after_commit += u64::from(self.book.serves_flights(chute)),
            (Place::EndOfLine | Place::Removed, _) => {}
        }
        self.holds.riding += u64::from(place == Place::Belt);
    }
}
