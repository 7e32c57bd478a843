//! Rule 6: weight and size.

use super::case::Case;
use crate::items::Item;
use crate::output::Reason;
use crate::parcels::Parcel;
use crate::state::Core;

impl Core {
    /// Whether a code of rule 6 applies.
    pub(super) fn measure_applies(&self, code: Reason, case: &Case<'_>) -> bool {
        let Some(parcel) = case.parcel else { return false };
        (code == Reason::Ovw && self.charge_g(case.item) > u64::from(self.plan.limits.weight_max_g))
            || (code == Reason::Ovs && self.oversize(case.item, parcel))
            || (code == Reason::Wmm && self.weight_far_off(case.item, parcel))
            || (code == Reason::Nwt && self.weight_is_missing(case.item, parcel))
    }

    fn weight_is_missing(&self, item: &Item, parcel: &Parcel) -> bool {
        item.weight_g.is_none() && self.plan.terms.product(parcel.product).is_some_and(|rule| rule.weight_required)
    }

    /// Weight that counts for an item, in grams: measured, or else declared, or else nothing.
    pub(crate) fn charge_g(&self, item: &Item) -> u64 {
        match item.weight_g {
            Some(grams) => u64::from(grams.max(0).unsigned_abs()),
            None => {
                let parcel = item.identity.parcel().and_then(|parcel| self.parcels.get(parcel));
                parcel.map_or(0, |parcel| u64::from(parcel.declared_g))
            }
        }
    }

    /// The measured length counts against the longest side allowed; the declared size counts side by side.
    fn oversize(&self, item: &Item, parcel: &Parcel) -> bool {
        let allowed = self.plan.limits.size_max_mm;
        let mut declared = parcel.declared_mm;
        declared.sort_unstable_by(|one, other| other.cmp(one));
        item.length_um(self.geometry.um_per_count) > i64::from(allowed[0]) * 1000
            || declared.iter().zip(allowed).any(|(side, allowed)| *side > allowed)
    }

    /// Farther from the declared weight than both tolerances, the one in grams and the share, let it be.
    fn weight_far_off(&self, item: &Item, parcel: &Parcel) -> bool {
        let (Some(measured), declared @ 1..) = (item.weight_g, i64::from(parcel.declared_g)) else { return false };
        let limits = &self.plan.limits;
        let off = (i64::from(measured) - declared).abs();
        off > i64::from(limits.weight_tolerance_g)
            && off * 1000 > declared * i64::from(limits.weight_tolerance_permille)
    }
}
