//! The newest plan that was taken.

use sortie_core::plan::Plan;

/// What a plan read from its file is, seen from the newest one that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlanVerdict {
    /// The very one.
    Taken,
    /// A newer one.
    New,
    /// One of the same version, but with another content.
    Edited,
    /// One of a lower version; the newest one has this.
    Older(u32),
}

/// The newest plan that was taken.
#[derive(Clone, Debug, Default)]
pub(super) struct PlanTaken {
    plan: Option<Box<Plan>>,
}

impl PlanTaken {
    /// The journal has taken this plan.
    pub(super) fn taken(&mut self, plan: &Plan) {
        self.plan = Some(Box::new(plan.clone()));
    }

    /// What a plan read from its file is; a new one counts as taken.
    pub(super) fn plan(&mut self, plan: &Plan) -> PlanVerdict {
        match &self.plan {
            Some(taken) if **taken == *plan => return PlanVerdict::Taken,
            Some(taken) if taken.version == plan.version => return PlanVerdict::Edited,
            Some(taken) if taken.version > plan.version => return PlanVerdict::Older(taken.version),
            Some(_) | None => {}
        }
        self.plan = Some(Box::new(plan.clone()));
        PlanVerdict::New
    }

    /// Whether any plan was taken.
    pub(super) fn has_plan(&self) -> bool {
        self.plan.is_some()
    }

    /// The core starts empty: none is taken any more.
    pub(super) fn clear(&mut self) {
        self.plan = None;
    }
}

#[cfg(test)]
mod tests {
    use super::{PlanTaken, PlanVerdict};
    use sortie_core::plan::Plan;

    #[test]
    fn a_plan_that_was_taken_is_never_edited() {
        let mut taken = PlanTaken::default();
        let edited = Plan { full_delay_ms: 501, ..Plan::empty(2) };
        assert_eq!(taken.plan(&Plan::empty(2)), PlanVerdict::New);
        assert_eq!(taken.plan(&Plan::empty(2)), PlanVerdict::Taken);
        assert_eq!(taken.plan(&edited), PlanVerdict::Edited);
        assert_eq!(taken.plan(&Plan::empty(1)), PlanVerdict::Older(2));
        assert_eq!(taken.plan(&Plan { version: 3, ..edited }), PlanVerdict::New);
        taken.clear();
        assert_eq!(taken.plan(&Plan::empty(1)), PlanVerdict::New);
    }
}
