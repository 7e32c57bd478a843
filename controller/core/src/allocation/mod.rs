//! One decision, one reason (design section 7): ordered rules, then the outlets that the plan lists for the result.
//!
//! Room is left for the rules that are not built yet: each is one function in `rules.rs`, in the order of the table.

mod outlets;
mod plan_in_use;
mod rules;

pub(crate) use plan_in_use::PlanInUse;

use crate::items::{Divert, Identity, Slot};
use crate::output::{Decision, Outlet, Reason, Record, Refusal};
use crate::outputs::Outputs;
use crate::plan::Plan;
use crate::records::FlightRecord;
use crate::state::Core;

impl Core {
    /// Decides an item, first or anew (late binding). After the commit count a change is tried by a cancel, and the
    /// board's outcome tells whether it came in time.
    pub(crate) fn decide(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get(slot) else { return };
        if item.fired() || (item.identity == Identity::Open && item.doubt.is_none()) {
            return;
        }
        let decision = self.decision(slot);
        let Some(item) = self.items.get(slot) else { return };
        if item.agrees(&decision) {
            return;
        }
        let queued = match item.divert {
            Divert::Queued { chute, target } => Some((chute, target)),
            Divert::None | Divert::Fired { .. } => None,
        };
        if let Some((chute, target)) = queued
            && decision.outlet != Outlet::Chute(chute)
        {
            let committed = self.belt.count >= target.saturating_sub(self.geometry.lead);
            self.withdraw(slot, out);
            if committed && self.items.get(slot).is_some_and(|item| item.doubt.is_none()) {
                return;
            }
        }
        let Some(item) = self.items.get_mut(slot) else { return };
        item.code = decision.code;
        item.outlet = decision.outlet;
        item.flight = decision.flight;
        item.decided = true;
        self.items.set_due(slot, 0);
        out.record(Record::Decided(decision));
    }

    /// Anything but a parcel changed: every riding item is decided anew, front first.
    pub(crate) fn decide_all(&mut self, out: &mut Outputs) {
        for index in 0..self.items.len() {
            let slot = self.items.order()[index];
            self.decide(slot, out);
        }
    }

    /// What the rules say of an item now.
    fn decision(&self, slot: Slot) -> Decision {
        let mut decision = Decision {
            item: 0,
            pass: 1,
            count: self.belt.count,
            parcel: None,
            codes: heapless::Vec::new(),
            weight_g: None,
            code: Reason::Trk,
            plan_version: self.plan.version,
            flight: None,
            moved_from: None,
            outlet: Outlet::EndOfLine,
            rejected: heapless::Vec::new(),
            returned: false,
        };
        let Some(item) = self.items.get(slot) else { return decision };
        decision.item = item.number;
        decision.pass = item.pass;
        decision.codes.extend(item.codes.iter().take(4).cloned());
        decision.weight_g = item.weight_g;
        decision.returned = item.returned;
        if let Identity::Parcel(parcel) = item.identity {
            decision.parcel = self.parcels.get(parcel).map(|parcel| parcel.key.clone());
        }
        match self.rule(item) {
            Ok(flight) => {
                decision.flight = Some(flight);
                self.flight_outlet(slot, item, &flight, &mut decision);
            }
            Err(code) => self.exception_outlet(slot, code, &mut decision),
        }
        decision
    }

    pub(crate) fn take_flight(&mut self, record: &FlightRecord, out: &mut Outputs) {
        if self.flights.put(record) {
            self.decide_all(out);
        } else {
            out.record(Record::Refused(Refusal::FlightsFull { key: record.key }));
        }
    }

    pub(crate) fn take_plan(&mut self, plan: &Plan, out: &mut Outputs) {
        self.plan.take(plan, &self.geometry);
        out.record(Record::PlanInUse { version: plan.version });
        self.decide_all(out);
    }

    /// The plan before the present one comes back.
    pub(crate) fn take_roll_back(&mut self, out: &mut Outputs) {
        out.record(Record::Refused(Refusal::NoEarlierPlan));
    }
}
