//! S4: nothing is sent to a chute that was known to be full beyond its room, jammed, locked, disabled or without its
//! container at the commit, and nothing at all falls into one while somebody changes its container.

use super::belt::Commit;
use super::tally::Check;
use super::touched::SETTLES_NS;
use super::{Oracle, RETRY_NS};
use crate::events::ChangeStep;
use std::collections::BTreeMap;

/// The host hears a sensor or a button within this, ns, unless the line is disturbed.
const HEARS_NS: u64 = 150_000_000;

#[derive(Clone, Copy, Debug, Default)]
struct Chute {
    full_since: Option<u64>,
    /// Pieces since the full sensor got blocked: those that were still on their way, and those sent afterwards.
    after_full: u32,
    /// So many lie before its confirm eye.
    stuck: u32,
    /// And the eye has told of it since then.
    stuck_since: Option<u64>,
    /// The button was pressed for a container change, and the new container is not reported yet.
    pressed: Option<u64>,
    /// The lamp has told that nothing comes any more, and the new container is not reported yet.
    handed: Option<u64>,
    /// Containers that were reported so far.
    containers: u32,
    /// Since then nothing of the above has changed.
    quiet_since: u64,
}

/// The chutes as their sensors and their people have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Chutes {
    of: BTreeMap<u16, Chute>,
    /// Who controls the line listens to the board since then.
    heard_since: u64,
    /// The controller's disk takes nothing until then, so that nobody can change a container.
    without_disk_until: u64,
}

impl Chutes {
    pub(super) fn full(&mut self, at: u64, chute: u16, full: bool) {
        let state = self.at(at, chute);
        if full {
            state.full_since = state.full_since.or(Some(at));
        } else {
            (state.full_since, state.after_full) = (None, 0);
        }
    }

    /// Somebody listens to the board from now on, and first hears what it kept: how long anything has stood before, nobody can
    /// tell.
    pub(super) fn heard(&mut self, at: u64) {
        self.heard_since = at + SETTLES_NS;
    }

    /// Nothing that is said from `at` up to `until` can be written down; nor what was said just before that, if it is heard
    /// late.
    pub(super) fn without_disk(&mut self, at: u64, until: u64) {
        self.without_disk_until = until + RETRY_NS;
        for state in self.of.values_mut() {
            state.pressed = state.pressed.filter(|since| since + SETTLES_NS < at);
        }
    }

    pub(super) fn stuck(&mut self, at: u64, chute: u16, stuck: bool) {
        let state = self.at(at, chute);
        // Whoever gets stuck behind another one turns no eye.
        let first = stuck && state.stuck == 0;
        state.stuck = if stuck { state.stuck + 1 } else { state.stuck.saturating_sub(1) };
        if first || !stuck {
            state.stuck_since = stuck.then_some(at);
        }
    }

    pub(super) fn change(&mut self, at: u64, chute: u16, step: ChangeStep) {
        let refused = at < self.without_disk_until;
        let state = self.at(at, chute);
        match step {
            // Whoever wants it asks again.
            ChangeStep::Wanted if refused => {}
            ChangeStep::Wanted => state.pressed = state.pressed.or(Some(at)),
            ChangeStep::Free => state.handed = state.handed.or(Some(at)),
            ChangeStep::Placed => state.containers += 1,
            ChangeStep::Done => (state.pressed, state.handed) = (None, None),
        }
    }

    /// The board has started anew, or what it told is lost: what buttons and confirm eyes had to say before is not told again.
    pub(super) fn restart(&mut self) {
        self.of.values_mut().for_each(|state| (state.stuck_since, state.pressed) = (None, None));
    }

    /// How many containers have been placed at a chute: the last of them stands there.
    pub(super) fn container(&self, chute: u16) -> u32 {
        self.of.get(&chute).map_or(0, |state| state.containers)
    }

    /// True if nothing has spoken against a chute since `from`.
    pub(super) fn free_since(&self, chute: u16, from: u64) -> bool {
        let hindered = |state: &Chute| {
            let marks = [state.full_since, state.stuck_since, state.pressed, state.handed];
            marks.iter().any(Option::is_some) || state.quiet_since > from
        };
        !self.of.get(&chute).is_some_and(hindered)
    }

    fn at(&mut self, at: u64, chute: u16) -> &mut Chute {
        let state = self.of.entry(chute).or_default();
        state.quiet_since = at;
        state
    }
}

impl Oracle {
    pub(super) fn s4_discharged(&mut self, at: u64, item: u32, chute: u16, commit: Commit) {
        let closed = self.closed_at_commit(chute, commit);
        let touched = self.items.get(item).is_some_and(|item| item.touched);
        let astray = self.went_astray(item);
        let hindered = closed.filter(|why| !touched || (*why == "disabled" && !astray));
        self.tally.judge(Check::S4, hindered.is_none(), at, Some(item), || {
            format!("chute {chute} was {} at the commit, {commit:?}", hindered.unwrap_or_default())
        });
        let state = self.chutes.of.get(&chute).copied().unwrap_or_default();
        let in_hand = state.handed.is_some_and(|since| since < at) && !touched;
        self.tally.judge(Check::S4, !in_hand, at, Some(item), || {
            format!("it fell into chute {chute} while its container was being changed")
        });
        self.s4_full(at, item, chute, commit);
    }

    /// Why a chute takes nothing, as far as that was known for the whole commit.
    fn closed_at_commit(&self, chute: u16, commit: Commit) -> Option<&'static str> {
        let state = self.chutes.of.get(&chute).copied().unwrap_or_default();
        let heard = self.chutes.heard_since;
        let known = |since: Option<u64>, delay: u64| {
            since.is_some_and(|since| since.max(heard) + delay + HEARS_NS < commit.from)
        };
        let mut plans = self.book.plans.within(commit).peekable();
        let planned = plans.peek().is_some();
        let mut jam_ns = 0;
        let needs = planned
            && plans.all(|plan| {
                jam_ns = jam_ns.max(plan.jam_blocked_ns);
                plan.needs_container(chute)
            });
        if self.book.is_disabled(chute, commit) {
            Some("disabled")
        } else if jam_ns > 0 && known(state.stuck_since, jam_ns) {
            Some("jammed")
        } else if self.book.is_locked(chute, commit) || known(state.pressed, 0) {
            Some("locked")
        } else if needs && state.containers == 0 {
            Some("without a container")
        } else {
            None
        }
    }

    fn s4_full(&mut self, at: u64, item: u32, chute: u16, commit: Commit) {
        let (delay, room) = self.book.full_limits(commit);
        let Some(state) = self.chutes.of.get_mut(&chute) else { return };
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

    /// A flight takes no more pieces than its record allows. Some are none of them: a piece that a stroke took astray into
    /// one of its chutes, though no divert was meant for it there, since no controller knows who that was; one of two
    /// that came as one, which are one piece for a controller; and one of which nobody can say by which plan it went, and
    /// so to which flight.
    pub(super) fn s4_capacity(&mut self, at: u64, item: u32, chute: u16, flight: u16) {
        let state = self.items.get(item);
        let aim = state.and_then(|item| item.aim);
        let merged = state.is_some_and(|item| item.merged && item.touched);
        if merged || (self.went_astray(item) && aim.is_none_or(|(aimed, _)| aimed != chute)) {
            return;
        }
        let number = usize::from(flight);
        self.flight_pieces.resize(self.flight_pieces.len().max(number + 1), 0);
        self.flight_pieces[number] += 1;
        let pieces = self.flight_pieces[number];
        let Some(dated) = self.book.flight(flight) else { return };
        let fits = |most: u32| most == 0 || pieces <= most;
        let room = dated.any(at.saturating_sub(super::COMMIT_NS), at, |says| fits(says.capacity_pieces));
        self.tally.judge(Check::S4, room, at, Some(item), || format!("it is piece {pieces} of flight {flight}"));
    }
}
