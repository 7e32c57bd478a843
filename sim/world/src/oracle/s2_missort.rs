//! S2: no item in a chute that its parcel's flight and customs state at its commit did not allow.

use super::Oracle;
use super::belt::Commit;
use super::tally::Check;

impl Oracle {
    pub(super) fn s2_discharged(&mut self, at: u64, item: u32, chute: u16, commit: Commit) {
        let parcel = self.items.parcel(item);
        let allowed = self.book.allows(chute, parcel, commit);
        let excuse = if allowed { None } else { self.excuse(item, commit) };
        self.tally.judge(Check::S2, allowed || excuse.is_some(), at, Some(item), || {
            format!("missort: chute {chute} was not allowed for parcel {parcel:?} at its commit, {commit:?}")
        });
        match excuse {
            Some(kind) => {
                *self.counts.undetectable.entry(kind).or_default() += 1;
                self.foreign_ends += u64::from(parcel.is_none());
            }
            None if !allowed => {
                self.counts.missorts += 1;
                self.foreign_ends += u64::from(parcel.is_none());
            }
            None if parcel.is_none() => {}
            None if self.book.is_flight_chute(chute, commit) => self.counts.sorted += 1,
            None => {
                let code = self.book.code(chute);
                match self.counts.exceptions.get_mut(code) {
                    Some(count) => *count += 1,
                    None => {
                        self.counts.exceptions.insert(code.to_owned(), 1);
                    }
                }
                self.not_sorted(at, item);
            }
        }
    }
}
