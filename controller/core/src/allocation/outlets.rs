//! Rule 9: which of the outlets that the plan lists can take the item now.

use super::case::Case;
use crate::output::{Outlet, Reason};
use crate::state::Core;

impl Core {
    /// Chooses among the chutes of the flight, then among those of its overflow; or says why the first one would not do.
    pub(super) fn outlet_rule(&self, case: &mut Case<'_>) -> Result<(), Reason> {
        let Some(flight) = case.finding.flight else { return Ok(()) };
        let mut kept = None;
        let mut best: Option<(u32, u16)> = None;
        let mut first_reason = None;
        for number in self.plan.chutes_of(&flight) {
            match self.outlet_test(case.slot, *number) {
                // The chute that the item has is kept, so that equals do not make it waver; then no load counts.
                None if case.item.decided && case.item.outlet == Outlet::Chute(*number) => kept = Some(*number),
                None if kept.is_some() => {}
                None => {
                    let load =
                        self.geometry.chute_of_number(*number).map_or(0, |chute| self.load(case.slot, chute, &flight));
                    let rank = (load, *number);
                    best = Some(best.map_or(rank, |other| other.min(rank)));
                }
                Some(why) => {
                    first_reason = first_reason.or(Some(why));
                    case.finding.reject(*number, why);
                }
            }
        }
        let taken = kept.or(best.map(|(_, number)| number));
        let taken = taken.or_else(|| self.first_that_takes(case, self.plan.overflow_of(&flight)));
        case.finding.outlet = Outlet::Chute(taken.ok_or(first_reason.unwrap_or(Reason::Nfl))?);
        Ok(())
    }

    /// The first outlet listed for a code that can take the item, else the end of line. On a ring, and where a return
    /// conveyor brings parcels again, the plan may give a code some passes more; when they are used up, its outlet is
    /// that of `RCX`. A return conveyor mixes what it brings: only a plate tells how often something has come.
    pub(super) fn exception_outlet(&self, case: &mut Case<'_>, mut code: Reason) {
        case.finding.code = code;
        let passes_max = self.geometry.passes_max();
        let counted = self.geometry.is_ring() || case.item.parcel().is_some();
        if passes_max > 0
            && counted
            && let Some(passes) = self.plan.passes_of(code)
        {
            let made = case.item.whole_passes();
            if made <= passes && made < passes_max {
                case.finding.outlet = Outlet::AnotherPass;
                return;
            }
            case.finding.pass_on(code);
            code = Reason::Rcx;
            case.finding.code = code;
        }
        let outlets = if code.rides_on() { &[] } else { self.plan.outlets_of(code) };
        let taken = self.first_that_takes(case, outlets);
        case.finding.outlet = taken.map_or(Outlet::EndOfLine, Outlet::Chute);
    }

    /// The first of a list of chutes that can take the item.
    fn first_that_takes(&self, case: &mut Case<'_>, chutes: &[u16]) -> Option<u16> {
        for number in chutes {
            match self.outlet_test(case.slot, *number) {
                None => return Some(*number),
                Some(why) => case.finding.reject(*number, why),
            }
        }
        None
    }
}
