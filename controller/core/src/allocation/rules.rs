//! The walk through the rules, and rules 1 to 3.

use super::case::{Case, Finding};
use crate::items::{Identity, Item, Slot};
use crate::output::{DoubtCause, Reason};
use crate::reason::{Judge, RULES, Rule};
use crate::state::Core;

/// Places in the table of the rules, in the order in which they are tried.
pub(crate) type RuleOrder = [u8; RULES.len()];

/// The order of the table.
pub(crate) const TABLE_ORDER: RuleOrder = {
    let mut order = [0; RULES.len()];
    let mut place = 0;
    while place < RULES.len() {
        order[place] = place as u8;
        place += 1;
    }
    order
};

impl Core {
    /// What the rules say of an item now: the first that applies decides, and the outlets of its code are tried.
    pub(super) fn find(&self, slot: Slot) -> Option<Finding> {
        let mut case = self.case(slot)?;
        let mut rules = self.rule_order.iter().map(|place| &RULES[usize::from(*place)]);
        if let Err(code) = rules.try_for_each(|rule| self.judge(rule, &mut case)) {
            self.exception_outlet(&mut case, code);
        }
        Some(case.finding)
    }

    /// Exchanges a rule with the next one. No line is run like that: tests of the order show by it what the order is
    /// good for.
    #[doc(hidden)]
    pub fn exchange_rules(&mut self, first: u8) {
        let place = usize::from(first);
        if (1..RULES.len()).contains(&place) {
            self.rule_order.swap(place - 1, place);
        }
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
