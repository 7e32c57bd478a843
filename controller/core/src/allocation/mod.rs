//! One decision, one reason (design section 7): ordered rules, then the outlets that the plan lists for the result.
//!
//! The rules and their order are data (`reason.rs`); each is judged by one function here, and `case.rs` holds what they
//! have found so far.

mod boarding;
mod case;
mod flight_rule;
mod measures;
mod outlets;
mod plan_in_use;
mod plans;
mod rules;

pub(crate) use plan_in_use::PlanInUse;
pub(crate) use plans::OtherPlans;
pub(crate) use rules::{RuleOrder, TABLE_ORDER};

use crate::items::{Divert, Identity, Item, Slot};
use crate::output::{Decision, Outlet, Reason, Record};
use crate::outputs::Outputs;
use crate::state::Core;
use case::Finding;

impl Core {
    /// Decides an item, first or anew (late binding). One that gets another outlet or flight frees or takes a place: then
    /// all that come after it are decided anew.
    pub(crate) fn decide(&mut self, slot: Slot, out: &mut Outputs) {
        if self.decide_one(slot, out)
            && let Some(rank) = self.items.rank(slot)
        {
            let from = if self.is_committed(slot) { 0 } else { rank + 1 };
            self.decide_from(from, out);
        }
    }

    /// Anything but a parcel changed: every riding item is decided anew.
    pub(crate) fn decide_all(&mut self, out: &mut Outputs) {
        self.close_finished_containers(out);
        self.permits.share_due = true;
        self.decide_from(0, out);
    }

    /// Front first; but who is past its commit count comes before all others, wherever they ride: its place is the surer
    /// one.
    fn decide_from(&mut self, rank: usize, out: &mut Outputs) {
        let mut moved = false;
        for index in rank..self.items.len() {
            let slot = self.items.order()[index];
            moved |= self.is_committed(slot) && self.decide_one(slot, out);
        }
        for index in if moved { 0 } else { rank }..self.items.len() {
            let slot = self.items.order()[index];
            if !self.is_committed(slot) {
                self.decide_one(slot, out);
            }
        }
    }

    fn is_committed(&self, slot: Slot) -> bool {
        self.items.get(slot).is_some_and(|item| self.committed(item))
    }

    /// Decides an item; true if it got another outlet or flight. After the commit count a change is tried by a cancel,
    /// and the board's outcome tells whether it came in time.
    fn decide_one(&mut self, slot: Slot, out: &mut Outputs) -> bool {
        let Some(item) = self.items.get(slot) else { return false };
        if item.fired() || (item.identity == Identity::Open && item.doubt.is_none()) {
            return false;
        }
        let charge_g = self.charge_g(item);
        if let Some(item) = self.items.get_mut(slot) {
            item.charge_g = charge_g;
        }
        let Some(finding) = self.find(slot) else { return false };
        self.note_turned_away(slot, &finding.rejected);
        let Some(item) = self.items.get(slot) else { return false };
        if self.rejected_in_vain(item, &finding) {
            self.withdraw(slot, out);
        }
        let Some(item) = self.items.get(slot) else { return false };
        if finding.is_in_force(item) {
            return false;
        }
        if let Divert::Queued { chute, .. } = item.divert
            && !self.leads_to(finding.outlet, chute)
        {
            let committed = self.committed(item);
            if !(committed && self.still_falls(chute, &finding.rejected)) {
                self.withdraw(slot, out);
            }
            if committed && self.items.get(slot).is_some_and(|item| item.doubt.is_none()) {
                return false;
            }
        }
        self.put_in_force(slot, finding, out)
    }

    /// A fire for the reject outlet of a ring is under way, and that can take nothing any more.
    fn rejected_in_vain(&self, item: &Item, finding: &Finding) -> bool {
        let Divert::Queued { chute, .. } = item.divert else { return false };
        let reject = finding.outlet == Outlet::EndOfLine && self.geometry.reject_chute() == Some(chute);
        reject && self.reject_test(item.number, chute).is_some()
    }

    fn put_in_force(&mut self, slot: Slot, finding: Finding, out: &mut Outputs) -> bool {
        // Without the board nobody knows whether the fire has been made already.
        let aims = self.belt.link_up
            && self.items.get(slot).is_some_and(|item| {
                let leads = matches!(item.divert, Divert::Queued { chute, .. } if self.leads_to(finding.outlet, chute));
                leads && !item.cancelling
            });
        let Some(item) = self.items.get_mut(slot) else { return false };
        let seated = |code| code == Reason::Ok;
        let before = (item.outlet, item.flight, seated(item.code));
        let moved = before != (finding.outlet, finding.flight, seated(finding.code));
        item.near &= item.outlet == finding.outlet;
        item.code = finding.code;
        item.outlet = finding.outlet;
        item.flight = finding.flight;
        item.moved_from = finding.moved_from;
        item.decided = true;
        if aims {
            // The fire stays, and is from now on for what this decision says.
            item.aim();
        }
        self.items.set_due(slot, 0);
        if let Some(decision) = self.decision(slot, finding) {
            out.record(Record::Decided(decision));
        }
        moved
    }

    /// A fire was made after all that a later decision would have put to another use: what fell belongs to the flight, or
    /// counts for the reason, for which it was fired.
    pub(crate) fn back_to_its_aim(&mut self, slot: Slot, chute: u16, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        if item.code != Reason::Ok || (item.aimed_code, item.aimed) == (Reason::Ok, item.flight) {
            return;
        }
        (item.code, item.flight, item.moved_from) = (item.aimed_code, item.aimed, None);
        item.outlet =
            if self.geometry.reject_chute() == Some(chute) { Outlet::EndOfLine } else { Outlet::Chute(chute) };
        let (code, flight, moved_from, outlet) = (item.code, item.flight, item.moved_from, item.outlet);
        let finding = Finding { code, flight, moved_from, outlet, rejected: heapless::Vec::new() };
        if let Some(decision) = self.decision(slot, finding) {
            out.record(Record::Decided(decision));
        }
    }

    /// A finding with what people want to know of it.
    fn decision(&self, slot: Slot, finding: Finding) -> Option<Decision> {
        let item = self.items.get(slot)?;
        let parcel = item.identity.parcel().and_then(|parcel| self.parcels.get(parcel));
        Some(Decision {
            item: item.number,
            pass: item.pass,
            count: self.belt.count,
            parcel: parcel.map(|parcel| parcel.key.clone()),
            codes: item.codes.iter().take(4).cloned().collect(),
            weight_g: item.weight_g,
            code: finding.code,
            plan_version: self.plan.version,
            flight: finding.flight,
            moved_from: finding.moved_from,
            outlet: finding.outlet,
            rejected: finding.rejected,
            returned: item.returned,
        })
    }
}
