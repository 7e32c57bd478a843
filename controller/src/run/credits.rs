//! Which lines of the files the journal has taken already.
//!
//! After a restart the files are read from their start. A record that is in the journal must not be fed again: the
//! parcel record of this morning would undo the hold of noon. So each record taken earns a credit, and each line read
//! again spends one; what is read beyond its credits is new.

use sortie_core::input::Input;
use sortie_core::plan::Plan;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

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

/// Counts the records taken, by their content.
#[derive(Clone, Debug, Default)]
pub(super) struct Credits {
    taken: BTreeMap<u64, u32>,
    left: BTreeMap<u64, u32>,
    plan: Option<Box<Plan>>,
}

impl Credits {
    /// The journal has taken this record.
    pub(super) fn taken(&mut self, input: &Input) {
        if let Input::Plan(plan) = input {
            self.plan = Some(plan.clone());
        } else if let Some(mark) = mark(input) {
            *self.taken.entry(mark).or_default() += 1;
        }
    }

    /// The files are about to be read from their start.
    pub(super) fn restart(&mut self) {
        self.left = self.taken.clone();
    }

    /// Whether a record read from a file is new; if so it counts as taken.
    pub(super) fn is_new(&mut self, input: &Input) -> bool {
        let Some(mark) = mark(input) else { return true };
        if let Some(left) = self.left.get_mut(&mark).filter(|left| **left > 0) {
            *left -= 1;
            return false;
        }
        *self.taken.entry(mark).or_default() += 1;
        true
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

    /// The core starts empty: nothing is taken any more.
    pub(super) fn clear(&mut self) {
        self.taken.clear();
        self.left.clear();
        self.plan = None;
    }
}

/// What a record of the files is recognised by; `None` for everything else.
fn mark(input: &Input) -> Option<u64> {
    if matches!(input, Input::Parcel(_) | Input::Hold(_) | Input::Flight(_) | Input::Departed(_)) {
        let mut buffer = Vec::with_capacity(256);
        crate::journal::encode(&mut buffer, input);
        return Some(xxh3_64(&buffer));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Credits, PlanVerdict};
    use sortie_core::input::Input;
    use sortie_core::plan::Plan;
    use sortie_core::records::{Customs, HoldRecord, ParcelKey};

    fn hold(key: &str, customs: Customs) -> Input {
        Input::Hold(HoldRecord {
            key: ParcelKey::from_slice(key.as_bytes()).unwrap(),
            customs: Some(customs),
            security: None,
        })
    }

    #[test]
    fn lines_in_the_journal_are_not_fed_again() {
        let (held, free) = (hold("P1", Customs::Hold), hold("P1", Customs::Released));
        let mut credits = Credits::default();
        credits.taken(&held);
        credits.taken(&free);
        credits.restart();
        assert!(!credits.is_new(&held));
        assert!(!credits.is_new(&free));
        assert!(credits.is_new(&held), "a third line says it again, and it counts");
    }

    #[test]
    fn a_second_reading_feeds_nothing_twice() {
        let held = hold("P1", Customs::Hold);
        let mut credits = Credits::default();
        assert!(credits.is_new(&held));
        credits.restart();
        assert!(!credits.is_new(&held));
        credits.clear();
        credits.restart();
        assert!(credits.is_new(&held));
    }

    #[test]
    fn a_plan_that_was_taken_is_never_edited() {
        let mut credits = Credits::default();
        let edited = Plan { full_delay_ms: 501, ..Plan::empty(2) };
        assert_eq!(credits.plan(&Plan::empty(2)), PlanVerdict::New);
        assert_eq!(credits.plan(&Plan::empty(2)), PlanVerdict::Taken);
        assert_eq!(credits.plan(&edited), PlanVerdict::Edited);
        assert_eq!(credits.plan(&Plan::empty(1)), PlanVerdict::Older(2));
        assert_eq!(credits.plan(&Plan { version: 3, ..edited }), PlanVerdict::New);
        credits.clear();
        assert_eq!(credits.plan(&Plan::empty(1)), PlanVerdict::New);
    }
}
