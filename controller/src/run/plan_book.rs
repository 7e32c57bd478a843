//! The plans that the journal has taken, and which of them is in use.
//!
//! A line whose configuration has changed starts with an empty core and reads its files again. The plan's file holds the
//! newest plan; after a roll-back, or while that one waits for its time, another one is in use and has to stay so.

use sortie_core::line::Line;
use sortie_core::plan::Plan;

/// Plans taken, as far as one of them can be in use again.
#[derive(Debug, Default)]
pub(super) struct PlanBook {
    kept: Vec<Plan>,
    newest: Option<u32>,
    newest_was_in_use: bool,
    in_use: Option<u32>,
    earlier: Option<u32>,
}

/// What becomes of the plan in use when the line's configuration has changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// The plan's file holds it, or there is none.
    InFile,
    /// It is not the one in the file, and goes on being in use.
    Plan(Box<Plan>),
    /// It was made for other chutes, and the one in the file was rolled back.
    Nothing {
        /// Version of the one that was rolled back.
        rolled_back: u32,
    },
}

impl PlanBook {
    /// The journal has taken this plan. `false` if it took the very same before: then it is no newer for that.
    pub(super) fn taken(&mut self, plan: &Plan) -> bool {
        if self.kept.iter().any(|kept| kept == plan) {
            return false;
        }
        self.kept.push(plan.clone());
        (self.newest, self.newest_was_in_use) = (Some(plan.version), false);
        self.forget_the_others();
        true
    }

    /// A plan is in use from here on.
    pub(super) fn put_into_use(&mut self, version: u32) {
        if self.in_use != Some(version) {
            (self.earlier, self.in_use) = (self.in_use, Some(version));
        }
        self.newest_was_in_use |= self.newest == Some(version);
        self.forget_the_others();
    }

    /// The core starts empty.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What becomes of the plan in use on a line that was `old` before and is `new` now.
    pub(super) fn on_another_line(&self, old: &Line, new: &Line) -> Kept {
        let Some(newest) = self.newest.filter(|newest| self.in_use.is_some_and(|in_use| in_use != *newest)) else {
            return Kept::InFile;
        };
        match self.of_version(self.in_use).filter(|_| has_the_same_outlets(old, new)) {
            Some(plan) => Kept::Plan(Box::new(plan.clone())),
            None if self.newest_was_in_use => Kept::Nothing { rolled_back: newest },
            None => Kept::InFile,
        }
    }

    /// The newest plan, if it was in use once: it was rolled back if it is not so now, and does not come again by itself.
    pub(super) fn newest_that_was_in_use(&self) -> Option<&Plan> {
        self.of_version(self.newest).filter(|_| self.newest_was_in_use)
    }

    fn of_version(&self, version: Option<u32>) -> Option<&Plan> {
        self.kept.iter().rev().find(|plan| Some(plan.version) == version)
    }

    fn forget_the_others(&mut self) {
        let needed = [self.newest, self.in_use, self.earlier];
        self.kept.retain(|plan| needed.contains(&Some(plan.version)));
    }
}

/// A plan names chutes by their numbers, and says what goes round again.
fn has_the_same_outlets(old: &Line, new: &Line) -> bool {
    let outlets = |line: &Line| {
        let mut chutes: Vec<u16> = line.chutes.iter().map(|chute| chute.number).collect();
        chutes.sort_unstable();
        let round = line.ring.as_ref().map(|ring| (ring.reject_chute, ring.passes_max));
        (chutes, round, line.return_passes_max)
    };
    outlets(old) == outlets(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::line_from_str;

    fn plan(version: u32) -> Plan {
        Plan::empty(version)
    }

    fn line() -> Line {
        let text = include_str!("../../tests/cases/check-good-line/line.toml");
        line_from_str("line.toml", text).expect("a good line").line
    }

    /// Plans 12 and 13 were in use, one after the other.
    fn book() -> PlanBook {
        let mut book = PlanBook::default();
        for version in [12, 13] {
            assert!(book.taken(&plan(version)));
            book.put_into_use(version);
        }
        book
    }

    #[test]
    fn the_plan_in_the_file_is_read_from_there() {
        assert_eq!(PlanBook::default().on_another_line(&line(), &line()), Kept::InFile);
        assert_eq!(book().on_another_line(&line(), &line()), Kept::InFile);
    }

    #[test]
    fn the_plan_before_one_that_was_rolled_back_is_kept_where_the_chutes_are_the_same() {
        let mut book = book();
        book.put_into_use(12);
        let tuned = Line { announce_ms: 1, ..line() };
        assert_eq!(book.on_another_line(&line(), &tuned), Kept::Plan(Box::new(plan(12))));
        assert_eq!(book.newest_that_was_in_use(), Some(&plan(13)));
        let mut rebuilt = line();
        rebuilt.chutes.pop();
        assert_eq!(book.on_another_line(&line(), &rebuilt), Kept::Nothing { rolled_back: 13 });
        // It is given to the line that was tuned, which makes it no newer.
        assert!(!book.taken(&plan(12)));
        book.put_into_use(12);
        assert_eq!(book.on_another_line(&line(), &tuned), Kept::Plan(Box::new(plan(12))));
        assert!(book.taken(&plan(14)));
        book.put_into_use(14);
        assert_eq!(book.on_another_line(&line(), &tuned), Kept::InFile);
    }

    #[test]
    fn the_plan_in_use_is_kept_while_others_wait() {
        let mut book = book();
        for version in 14..20 {
            assert!(book.taken(&plan(version)));
        }
        assert_eq!(book.on_another_line(&line(), &line()), Kept::Plan(Box::new(plan(13))));
        assert_eq!(book.newest_that_was_in_use(), None, "the file is to be read for it");
        let mut rebuilt = line();
        rebuilt.chutes.pop();
        assert_eq!(book.on_another_line(&line(), &rebuilt), Kept::InFile);
        book.put_into_use(19);
        book.put_into_use(13);
        assert_eq!(book.on_another_line(&line(), &line()), Kept::Plan(Box::new(plan(13))));
        book.clear();
        assert_eq!(book.on_another_line(&line(), &line()), Kept::InFile);
    }
}
