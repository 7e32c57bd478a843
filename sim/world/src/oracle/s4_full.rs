//! S4: nothing is sent to a chute that was known to be full beyond its room, or disabled, at the commit.

use super::Oracle;
use super::belt::Commit;
use super::tally::Check;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Default)]
struct Chute {
    full_since: Option<u64>,
    free_since: u64,
    /// Pieces since the full sensor got blocked: those that were still on their way, and those sent afterwards.
    after_full: u32,
}

/// The full sensors.
#[derive(Clone, Debug, Default)]
pub(super) struct Chutes(BTreeMap<u16, Chute>);

impl Chutes {
    pub(super) fn full(&mut self, at: u64, chute: u16, full: bool) {
        let state = self.0.entry(chute).or_default();
        if full {
            state.full_since = state.full_since.or(Some(at));
        } else {
            *state = Chute { full_since: None, free_since: at, after_full: 0 };
        }
    }

    /// True if a chute has not been full since `from`.
    pub(super) fn free_since(&self, chute: u16, from: u64) -> bool {
        self.0.get(&chute).is_none_or(|state| state.full_since.is_none() && state.free_since <= from)
    }
}

impl Oracle {
    pub(super) fn s4_discharged(&mut self, at: u64, item: u32, chute: u16, commit: Commit) {
        let disabled = self.book.is_disabled(chute, commit);
        self.tally.judge(Check::S4, !disabled, at, Some(item), || format!("chute {chute} is disabled by the plan"));
        let (delay, room) = self.book.full_limits(commit);
        let Some(state) = self.chutes.0.get_mut(&chute) else { return };
        let Some(since) = state.full_since else { return };
        // Pieces in the delay are none of the controller's business: it does not know yet.
        if at < since + delay {
            return;
        }
        state.after_full += 1;
        let known = commit.from > since + delay;
        let too_many = known && state.after_full > room && self.items.get(item).is_none_or(|item| !item.touched);
        self.tally.judge(Check::S4, !too_many, at, Some(item), || {
            format!("chute {chute} was known full, and this is more than {room} pieces after that")
        });
    }
}
