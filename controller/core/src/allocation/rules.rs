//! The walk through the rules, and rules 1 to 3.

use super::case::{Case, Finding};
use crate::items::{Identity, Item, Slot};
use crate::output::{DoubtCause, Reason};
use crate::reason::{Judge, RULES, Rule};
use crate::state::Core;

impl Core {
    /// What the rules say of an item now: the first that applies decides, and the outlets of its code are tried.
    pub(super) fn find(&self, slot: Slot) -> Option<Finding> {
        let mut case = self.case(slot)?;
        if let Err(code) = RULES.iter().try_for_each(|rule| self.judge(rule, &mut case)) {
            self.exception_outlet(&mut case, code);
        }
        Some(case.finding)
    }

    /// Lets one rule speak: its code, or nothing.
    fn judge(&self, rule: &Rule, case: &mut Case<'_>) -> Result<(), Reason> {
        match rule.judge {
            Judge::Tracking => first_of(rule, |code| self.tracking_applies(code, case.item)),
            Judge::Identity => first_of(rule, |code| identity_applies(code, case.item)),
            Judge::Parcel => case.parcel.map_or(Err(Reason::Ndt), |_| Ok(())),
            Judge::Security => self.security_rule(case),
            Judge::Customs => self.customs_rule(case),
            Judge::Measures => first_of(rule, |code| self.measure_applies(code, case)),
            Judge::Handling => self.handling_rule(case),
            Judge::Flight => self.flight_rule(case),
            Judge::Outlets => self.outlet_rule(case),
            Judge::Sorted => {
                case.finding.code = Reason::Ok;
                Ok(())
            }
        }
    }

    /// Rule 1.
    fn tracking_applies(&self, code: Reason, item: &Item) -> bool {
        let flushed = item.doubt == Some(DoubtCause::Flushed);
        let in_doubt = item.doubt.is_some() || item.unproven || self.journal_failed;
        (code == Reason::Trk && in_doubt && !flushed)
            || (code == Reason::Flu && flushed)
            || (code == Reason::Ovl && item.overlong)
            || (code == Reason::Gap && item.gap_short)
    }
}

/// The first code of a rule that applies.
fn first_of(rule: &Rule, applies: impl Fn(Reason) -> bool) -> Result<(), Reason> {
    rule.codes.iter().map(|code| code.reason).find(|reason| applies(*reason)).map_or(Ok(()), Err)
}

/// Rule 2.
fn identity_applies(code: Reason, item: &Item) -> bool {
    match item.identity {
        Identity::Open | Identity::NoRead => code == Reason::Nrd,
        Identity::Several => code == Reason::Mrd,
        Identity::Parcel(_) => code == Reason::Dup && item.duplicate,
        Identity::NoData => false,
    }
}
