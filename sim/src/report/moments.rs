//! What every item did around the one moment that is worth looking at: the first missort or violation; where there is
//! none, the first strike that had an effect; where there is none either, the busiest minute.

use sortie_world::events::{ItemId, Physical, StrikeKind};
use std::collections::{BTreeMap, VecDeque};

/// So long before the moment, ns.
const BEFORE_NS: u64 = 25_000_000_000;
/// And behind it.
const AFTER_NS: u64 = 15_000_000_000;
/// A minute of the busiest, ns.
const MINUTE_NS: u64 = 60_000_000_000;
/// Steps that are kept at most; a minute of a fast loop has some ten thousand.
const STEPS_MAX: usize = 12_000;

/// One step of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// When, ns.
    pub(super) at: u64,
    /// Whose.
    pub(super) item: ItemId,
    /// What.
    pub(super) what: What,
}

/// What an item did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Its leading edge was at a place, µm from the entry PEC.
    At(i64),
    /// It went off into a chute.
    Chute(u16),
    /// It rode off at the end of line.
    End,
    /// Somebody took it off.
    Taken,
    /// On a ring: it came round.
    Round,
    /// The belt began to run down, or up; no item's.
    Belt(bool),
    /// A fault struck and had an effect; no item's.
    Strike(StrikeKind),
}

/// How much a moment is worth looking at; the later of these the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    /// More parcels came in this minute than in any before.
    Busy,
    /// A fault struck.
    Strike,
    /// Something is wrong.
    Wrong,
}

/// A moment with what happened around it.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// Why it was chosen.
    pub(super) worth: Worth,
    /// When, ns.
    pub(super) at: u64,
    /// From when to when the steps reach, ns.
    pub(super) span: (u64, u64),
    /// What happened, in words.
    pub(super) text: String,
    /// The items that it is about.
    pub(super) items: Vec<ItemId>,
    /// The steps of all items.
    pub(super) steps: Vec<Step>,
}

/// Keeps the steps of late, and those around the best moment so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    late: VecDeque<Step>,
    best: Option<Moment>,
    /// The best moment is still going on.
    open: bool,
    /// By the minute that is going on: its number, and parcels that came in it.
    minute: (u64, u32),
    busiest: u32,
}

impl Moments {
    /// Something happened on the line. `places` are those of the PECs by sensor.
    pub(super) fn physical(&mut self, at: u64, event: &Physical, places: &BTreeMap<u16, i64>) {
        self.reach(at);
        let (item, what) = match *event {
            Physical::Entered { item, parcel, position, .. } => {
                self.minute.1 += u32::from(parcel.is_some());
                (item, What::At(position))
            }
            Physical::AtPec { item, sensor, .. } => match places.get(&sensor) {
                Some(place) => (item, What::At(*place)),
                None => return,
            },
            Physical::Discharged { item, chute, .. } => (item, What::Chute(chute)),
            Physical::CameRound { item } => (item, What::Round),
            Physical::EndOfLine { item } => (item, What::End),
            Physical::Removed { item } => (item, What::Taken),
            Physical::Belt { up, .. } => (0, What::Belt(up)),
            Physical::Scanned { .. }
            | Physical::Aimed { .. }
            | Physical::Fired { .. }
            | Physical::Turned { .. }
            | Physical::Full { .. }
            | Physical::Stuck { .. }
            | Physical::Change { .. }
            | Physical::BoardStarted { .. }
            | Physical::Weigher { .. }
            | Physical::Eye { .. }
            | Physical::CountsReset { .. } => return,
        };
        self.step(Step { at, item, what });
    }

    /// A fault struck and had an effect.
    pub(super) fn strike(&mut self, at: u64, kind: StrikeKind) {
        self.step(Step { at, item: 0, what: What::Strike(kind) });
    }

    /// True if a moment of such worth would be the best so far.
    pub(super) fn wants(&self, worth: Worth) -> bool {
        self.best.as_ref().is_none_or(|best| best.worth < worth)
    }

    /// This moment is worth looking at.
    pub(super) fn remark(&mut self, worth: Worth, at: u64, items: Vec<ItemId>, text: String) {
        if !self.wants(worth) {
            return;
        }
        let span = (at.saturating_sub(BEFORE_NS), at + AFTER_NS);
        let steps = self.late.iter().filter(|step| step.at >= span.0).copied().collect();
        self.best = Some(Moment { worth, at, span, text, items, steps });
        self.open = true;
    }

    /// The best moment; nothing happens any more.
    pub(super) fn best(&self) -> Option<&Moment> {
        self.best.as_ref()
    }

    fn step(&mut self, step: Step) {
        if let Some(best) = self.best.as_mut().filter(|best| self.open && best.steps.len() < STEPS_MAX) {
            best.steps.push(step);
        }
        if self.late.len() == STEPS_MAX {
            self.late.pop_front();
        }
        self.late.push_back(step);
    }

    fn reach(&mut self, at: u64) {
        if self.best.as_ref().is_some_and(|best| at > best.span.1) {
            self.open = false;
        }
        if at / MINUTE_NS == self.minute.0 {
            return;
        }
        let (minute, parcels) = std::mem::replace(&mut self.minute, (at / MINUTE_NS, 0));
        let better = self.best.as_ref().is_none_or(|best| best.worth == Worth::Busy);
        if parcels > self.busiest && better {
            self.busiest = parcels;
            let span = (minute * MINUTE_NS, (minute + 1) * MINUTE_NS);
            let steps = self.late.iter().filter(|step| step.at >= span.0).copied().collect();
            let text = format!("the busiest minute: {parcels} parcels came");
            self.best = Some(Moment { worth: Worth::Busy, at: span.0, span, text, items: Vec::new(), steps });
            self.open = false;
        }
    }

    /// The run is over.
    pub(super) fn finish(&mut self) {
        self.reach(self.minute.0 * MINUTE_NS + MINUTE_NS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    fn enter(moments: &mut Moments, at: u64, item: ItemId) {
        let event =
            Physical::Entered { item, parcel: Some(item), position: 0, length: 1, gap: 1, weight_g: 1, readable: true };
        moments.physical(at, &event, &BTreeMap::new());
    }

    #[test]
    fn what_is_wrong_counts_more_than_a_strike_and_a_strike_more_than_a_busy_minute() {
        let mut moments = Moments::default();
        (0..5).for_each(|n| enter(&mut moments, n * S, 1));
        enter(&mut moments, 61 * S, 2);
        assert_eq!(moments.best().map(|best| (best.worth, best.steps.len())), Some((Worth::Busy, 5)));
        moments.remark(Worth::Strike, 62 * S, vec![2], "slip".to_owned());
        enter(&mut moments, 70 * S, 3);
        enter(&mut moments, 90 * S, 4);
        let best = moments.best().unwrap();
        assert_eq!((best.worth, best.steps.len(), best.span), (Worth::Strike, 2, (37 * S, 77 * S)));
        moments.remark(Worth::Strike, 95 * S, vec![], "another".to_owned());
        assert_eq!(moments.best().unwrap().text, "slip", "the first strike stays");
        moments.remark(Worth::Wrong, 96 * S, vec![4], "missort".to_owned());
        assert_eq!(moments.best().unwrap().text, "missort");
        assert!(!moments.wants(Worth::Wrong));
    }

    #[test]
    fn steps_are_bounded() {
        let mut moments = Moments::default();
        moments.remark(Worth::Wrong, 0, vec![], "at once".to_owned());
        (0..100_000).for_each(|n| enter(&mut moments, n, 1));
        assert_eq!((moments.late.len(), moments.best().unwrap().steps.len()), (STEPS_MAX, STEPS_MAX));
    }
}
