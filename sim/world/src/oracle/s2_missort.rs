//! S2: no item in a chute that its parcel's flight, customs and security state at its commit did not allow.

use super::Oracle;
use super::allowed::Allowed;
use super::belt::Commit;
use super::tally::Check;

impl Oracle {
    pub(super) fn s2_discharged(&mut self, at: u64, item: u32, chute: u16, commit: Commit) {
        let parcel = self.items.parcel(item);
        let allowed = self.book.allows(chute, parcel, commit);
        let excuse = if allowed.is_some() { None } else { self.excuse(item, commit) };
        self.tally.judge(Check::S2, allowed.is_some() || excuse.is_some(), at, Some(item), || {
            format!("missort: chute {chute} was not allowed for parcel {parcel:?} at its commit, {commit:?}")
        });
        let flight = match allowed {
            Some(Allowed::Flight(flight)) => Some(flight),
            Some(Allowed::Exception) | None => None,
        };
        let unclear = parcel.filter(|parcel| self.book.may_be_for_another(chute, *parcel, commit));
        if let Some(parcel) = unclear {
            self.manifests.blur(parcel);
        }
        self.lies(at, item, Some(chute), flight);
        if allowed.is_none() {
            match excuse {
                Some(kind) => *self.counts.undetectable.entry(kind).or_default() += 1,
                None => self.counts.missorts += 1,
            }
            self.foreign_ends += u64::from(parcel.is_none());
        } else if parcel.is_some() {
            match flight {
                Some(flight) => {
                    self.sorted(at, item);
                    if unclear.is_none() {
                        self.s4_capacity(at, item, chute, flight);
                    }
                }
                None => self.in_exception(at, item, chute),
            }
        }
    }

    fn sorted(&mut self, at: u64, item: u32) {
        self.counts.sorted += 1;
        if let Some(parcel) = self.items.parcel(item).filter(|parcel| self.book.is_held(at, *parcel)) {
            self.has_to_be_pulled(at, parcel);
        }
    }

    fn in_exception(&mut self, at: u64, item: u32, chute: u16) {
        let code = self.book.code(at, chute);
        match self.counts.exceptions.get_mut(code) {
            Some(count) => *count += 1,
            None => {
                self.counts.exceptions.insert(code.to_owned(), 1);
            }
        }
        self.not_sorted(at, item);
    }
}
