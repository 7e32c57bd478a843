//! Those who look for what is on the pull list.

use super::draw::Draw;
use crate::events::ParcelNo;
use std::collections::VecDeque;

const S: u64 = 1_000_000_000;
/// Looking for a parcel in a container takes between so long and so long, ns.
const LOOKS_NS: (u64, u64) = (60 * S, 420 * S);

/// Parcels that somebody looks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Finds(VecDeque<(u64, u32, ParcelNo)>);

impl Finds {
    pub(super) fn look_for(&mut self, at: u64, pull: u32, parcel: ParcelNo) {
        let wait = LOOKS_NS.0 + Draw::of(u64::from(pull), u64::from(parcel)).below(LOOKS_NS.1 - LOOKS_NS.0);
        self.0.push_back((at + wait, pull, parcel));
    }

    pub(super) fn leave(&mut self, pull: u32) {
        self.0.retain(|(_, other, _)| *other != pull);
    }

    /// A parcel that has been found by now, with the number of its entry.
    pub(super) fn take(&mut self, at: u64) -> Option<(u32, ParcelNo)> {
        let place = self.0.iter().position(|(due, ..)| *due <= at)?;
        let (_, pull, parcel) = self.0.remove(place)?;
        Some((pull, parcel))
    }
}
