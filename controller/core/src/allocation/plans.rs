//! Plans that are not in use: the one that waits for its time, and the one before the present one.

use super::PlanInUse;
use crate::output::{Alarm, Record, Refusal};
use crate::outputs::Outputs;
use crate::plan::Plan;
use crate::state::Core;
use core::mem;

/// The two other tables; plans change places with the one in use, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OtherPlans {
    earlier: PlanInUse,
    /// There is a plan before the present one.
    has_earlier: bool,
    waiting: PlanInUse,
    /// From when the waiting plan is in use, UTC milliseconds; `None`: none waits.
    from_utc_ms: Option<i64>,
}

impl OtherPlans {
    pub(crate) fn new(chutes: usize) -> Self {
        Self { earlier: PlanInUse::new(chutes), has_earlier: false, waiting: PlanInUse::new(chutes), from_utc_ms: None }
    }
}

impl Core {
    /// A plan goes into use at once, or waits for its time in the place of one that waited before.
    #[inline(never)]
    pub(crate) fn take_plan(&mut self, plan: &Plan, out: &mut Outputs) {
        if let Some(from_utc_ms) = plan.active_from_utc_ms.filter(|from| *from > self.flights.utc_ms()) {
            self.other_plans.waiting.take(plan, &self.geometry);
            self.other_plans.from_utc_ms = Some(from_utc_ms);
            out.record(Record::PlanPending { version: plan.version, from_utc_ms });
            return;
        }
        self.keep_earlier();
        self.plan.take(plan, &self.geometry);
        self.plan_changed(out);
        self.decide_all(out);
    }

    /// Puts the waiting plan into use if its time has come; true if it did. The caller decides the items anew.
    pub(crate) fn activate_plan(&mut self, out: &mut Outputs) -> bool {
        let now = self.flights.utc_ms();
        if self.other_plans.from_utc_ms.is_none_or(|from| from > now) {
            return false;
        }
        self.other_plans.from_utc_ms = None;
        self.keep_earlier();
        mem::swap(&mut self.plan, &mut self.other_plans.waiting);
        self.plan_changed(out);
        true
    }

    /// The plan before the present one comes back; the present one is then the one before it.
    pub(crate) fn take_roll_back(&mut self, out: &mut Outputs) {
        if !self.other_plans.has_earlier {
            out.record(Record::Refused(Refusal::NoEarlierPlan));
            return;
        }
        mem::swap(&mut self.plan, &mut self.other_plans.earlier);
        self.plan_changed(out);
        self.decide_all(out);
    }

    /// Lays the present plan aside; what stands in its table afterwards is to be written over.
    fn keep_earlier(&mut self) {
        self.other_plans.has_earlier = self.plan.in_use;
        mem::swap(&mut self.plan, &mut self.other_plans.earlier);
    }

    fn plan_changed(&mut self, out: &mut Outputs) {
        self.alarm(Alarm::NoPlan, false, out);
        out.record(Record::PlanInUse { version: self.plan.version });
        self.renew_chutes();
        self.renew_flights(out);
    }
}
