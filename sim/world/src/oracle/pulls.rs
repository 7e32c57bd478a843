//! Every hold that came after its commit is on the controller's pull list, with the chute and the container in which the
//! parcel really lies.

use super::Oracle;
use super::tally::Check;
use crate::events::ParcelNo;
use std::collections::{BTreeMap, VecDeque};

/// An entry is there so long after the hold, or after the piece fell, at the latest; a controller that was killed
/// meanwhile has come back, ns.
const LISTED_NS: u64 = 6_000_000_000;

/// An entry of the pull list as the controller told it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    pull: u32,
    chute: u16,
    container: u32,
}

/// What the controller has on its pull list, and what has to be there.
#[derive(Clone, Debug, Default)]
pub(super) struct Pulls {
    /// By parcel: the newest entry.
    entries: BTreeMap<ParcelNo, Entry>,
    by_number: BTreeMap<u32, ParcelNo>,
    /// Parcels that lie in a flight chute although they are held, and when that has to be on the list.
    due: VecDeque<(u64, ParcelNo)>,
    /// The board cannot be heard, and has not told what it fired.
    unheard: bool,
    /// Parcels that were on the list rightly.
    pub(super) pulled: u64,
}

impl Oracle {
    /// The controller has put a parcel on its pull list; `container` is its own number of the container, 0 for none.
    pub fn pull_opened(&mut self, pull: u32, parcel: ParcelNo, chute: u16, container: u32) {
        self.pulls.entries.insert(parcel, Entry { pull, chute, container });
        self.pulls.by_number.insert(pull, parcel);
    }

    /// An entry of the pull list is done with.
    pub fn pull_closed(&mut self, pull: u32) {
        if let Some(parcel) = self.pulls.by_number.remove(&pull)
            && self.pulls.entries.get(&parcel).is_some_and(|entry| entry.pull == pull)
        {
            self.pulls.entries.remove(&parcel);
        }
    }

    /// A held parcel lies in a flight chute from now on, or one that lies there is held: somebody has to find it.
    pub(super) fn has_to_be_pulled(&mut self, at: u64, parcel: ParcelNo) {
        self.pulls.due.push_back((at + LISTED_NS, parcel));
    }

    /// The port of the board was opened, or is gone. What it fired meanwhile it can only tell then.
    pub fn board_heard(&mut self, at: u64, heard: bool) {
        self.pulls.unheard = !heard;
        if heard {
            self.chutes.heard(at);
            self.pulls.due.iter_mut().for_each(|(due, _)| *due = (*due).max(at + LISTED_NS));
        }
    }

    /// Looks at the parcels that have to be on the list by now.
    pub(super) fn look_at_pulls(&mut self, at: u64) {
        if self.pulls.unheard && at < u64::MAX {
            return;
        }
        while let Some((_, parcel)) = self.pulls.due.pop_front_if(|(due, _)| *due <= at) {
            self.look_at_pull(at, parcel);
        }
    }

    fn look_at_pull(&mut self, at: u64, parcel: ParcelNo) {
        // It may have been let go meanwhile; and whose identity no controller could know is on no list.
        let Some((chute, container)) = self.manifests.sorted_to(parcel) else { return };
        if !self.book.is_held(at, parcel) || self.manifests.is_blurred(parcel) {
            return;
        }
        let told = self.pulls.entries.get(&parcel).copied();
        let right = told.is_some_and(|told| {
            told.chute == chute
                && self.manifests.place_of(told.container).is_none_or(|there| there == (chute, container))
        });
        self.pulls.pulled += u64::from(right);
        self.tally.judge(Check::Pulls, right, at, None, || {
            format!(
                "parcel {parcel} is held and lies in chute {chute}, container {container}; the pull list says {told:?}"
            )
        });
    }
}
