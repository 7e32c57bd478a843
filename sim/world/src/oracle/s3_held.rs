//! S3: no parcel that was held, or that customs had not released, before its commit count is in a flight chute.

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
        let released = !known || self.book.was_released(parcel, commit) || self.excuse(item, commit).is_some();
        self.tally.judge(Check::S3, released, at, Some(item), || {
            format!("parcel {parcel} was not released by customs at its commit, and is in flight chute {chute}")
        });
    }
}
