//! S3: no parcel that was held, or that customs or security had not released, before its commit count is in a flight
//! chute.

use super::Oracle;
use super::belt::Commit;
use super::tally::Check;

impl Oracle {
    pub(super) fn s3_discharged(&mut self, at: u64, item: u32, chute: u16, commit: Commit) {
        let Some(parcel) = self.items.parcel(item) else { return };
        if !self.book.is_flight_chute(chute, commit) {
            return;
        }
        // A parcel that is on no record cannot be held; S2 judges it.
        let known = self.book.parcel_now(parcel).is_some();
        let excused = self.excuse(item, commit).is_some();
        let released = !known || self.book.may_board(chute, parcel, commit) || excused;
        self.tally.judge(Check::S3, released, at, Some(item), || {
            format!("parcel {parcel} was not released at its commit, and is in flight chute {chute}")
        });
        let in_time = self.held_in_time(item, chute).filter(|_| !excused);
        self.tally.judge(Check::S3, in_time.is_none(), at, Some(item), || {
            format!("parcel {parcel} was held {in_time:?} µm before its commit count, and is in flight chute {chute}")
        });
    }

    /// How far before the commit count of the very divert that was made the item's parcel was held, µm. What the
    /// board was told says it to the count, where the commit of any discharge is known no better than the windows.
    fn held_in_time(&self, item: u32, chute: u16) -> Option<i64> {
        let item = self.items.get(item)?;
        let (_, target) = item.aim.filter(|(aimed, _)| *aimed == chute)?;
        let left = self.belt.to_commit(item.held_count?, target);
        (left > 0).then_some(left)
    }
}
