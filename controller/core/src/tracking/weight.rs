//! Which item a weigher's reading belongs to: only one that is alone on the platform; and weighers that say nothing.

use crate::input::Weight;
use crate::items::{Item, Slot};
use crate::limits::{DISORDER_UM, GATES_AT_ONCE, LATEST_RESULT_MS};
use crate::line::{Weigher, WeigherKind};
use crate::output::{Alarm, DoubtCause, Record};
use crate::outputs::Outputs;
use crate::state::Core;

/// A stream without a reading for so many seconds is silent.
const SILENT_S: u8 = 3;

/// Verdicts in a row that have to tell the same before a checkweigher is believed of which nothing was known.
const LESSONS: u8 = 5;

/// What is known of a weigher itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WeigherState {
    /// Whole seconds since it said anything.
    quiet_s: u8,
    verdicts: Verdicts,
}

/// How a checkweigher's verdicts stand to the items that we count before it. It says something of each item, and so its
/// verdicts number them: one that comes late has a number too low for whoever is on the platform by then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Verdicts {
    said: u32,
    /// The verdict's number minus our order of birth, as it is believed.
    offset: Option<u32>,
    /// The same by the newest verdict that fitted an item.
    told: u32,
    /// Verdicts in a row that told the same.
    times: u8,
    /// The item that had the last verdict, and its pass.
    last_item: (u32, u8),
}

impl Verdicts {
    /// The newest verdict fits an item, by its order of birth; is it the item's? A platform is long, and a late verdict fits
    /// the next item nearly always: how often it does so proves nothing, and one too few is never believed before somebody
    /// comes alone, whose own it must be.
    fn fit(&mut self, ordinal: u32, comes_alone: bool) -> bool {
        let offset = self.said.wrapping_sub(ordinal);
        let lessons = if self.offset.is_none() { LESSONS } else { 1 };
        self.times = if offset == self.told { self.times.saturating_add(1) } else { 1 };
        self.told = offset;
        let fewer = self.offset.is_some_and(|believed| offset.wrapping_sub(believed).cast_signed() < 0);
        let believed = comes_alone || (self.times > lessons && !fewer);
        if believed {
            self.offset = Some(offset);
        }
        believed
    }

    /// The newest verdict fits nobody, and `next` is the first of our count that has not come to the platform yet. If it
    /// were the verdict of somebody who is still to come, another one was weighed whom we did not count.
    fn fit_nobody(&mut self, next: u32) {
        let Some(believed) = self.offset else { return };
        let ahead = self.said.wrapping_sub(believed).wrapping_sub(next).wrapping_add(1);
        if (1..=GATES_AT_ONCE).contains(&ahead) {
            self.offset = Some(believed.wrapping_add(ahead));
            self.times = 0;
        }
    }
}

impl WeigherState {
    /// Nobody knows how many came to it, or what it said.
    pub(crate) fn lose_step(&mut self) {
        self.verdicts = Verdicts::default();
    }
}

impl Core {
    /// UTC comes once a second: a weigher that speaks all the time has to have spoken since. A checkweigher may be silent for
    /// as long as nothing comes.
    pub(crate) fn watch_weighers(&mut self, out: &mut Outputs) {
        for number in 0..self.weighers.len() {
            let streams = self.geometry.line.weighers[number].kind == WeigherKind::Stream;
            let state = &mut self.weighers[number];
            state.quiet_s = if streams { state.quiet_s.saturating_add(1) } else { 0 };
            if state.quiet_s == SILENT_S {
                self.alarm(Alarm::WeigherSilent(number as u8), true, out);
            }
        }
    }

    fn hear_weigher(&mut self, number: u8, out: &mut Outputs) {
        let Some(state) = self.weighers.get_mut(usize::from(number)) else { return };
        let was_silent = state.quiet_s >= SILENT_S;
        state.quiet_s = 0;
        if was_silent {
            self.alarm(Alarm::WeigherSilent(number), false, out);
        }
    }

    /// Nobody has come past an entry for so long that a verdict on who comes now is no other one's.
    pub(super) fn comes_alone(&self, pec: usize, count: u64) -> bool {
        let platforms = self.geometry.line.weighers.iter().map(|weigher| weigher.end_um - weigher.start_um);
        let platform = self.geometry.counts_up(platforms.max().unwrap_or(0));
        count - self.pecs[pec].clear_at.min(count) > self.geometry.travel(LATEST_RESULT_MS) + platform
    }

    #[inline(never)]
    pub(crate) fn take_weight(&mut self, at: u64, weight: &Weight, out: &mut Outputs) {
        self.hear_weigher(weight.weigher, out);
        let index = usize::from(weight.weigher);
        let Some(weigher) = self.geometry.line.weighers.get(index).copied() else { return };
        let counts = self.belt.count_between(at, &self.geometry);
        let weighed = counts.and_then(|counts| self.weighed(&weigher, counts));
        let own = match weigher.kind {
            WeigherKind::Stream => weighed,
            WeigherKind::Checkweigher => self.take_verdict(index, weighed, counts, weight.grams, out),
        };
        if let (Some(slot), Some(grams)) = (own, weight.grams)
            && let Some(item) = self.items.get_mut(slot)
        {
            if item.weight_g.replace(grams) != Some(grams) {
                out.record(Record::Weighed { item: item.number, weigher: weight.weigher, grams });
            }
            self.decide(slot, out);
        }
    }

    /// The item that is alone on the platform for certain.
    fn weighed(&self, weigher: &Weigher, (from, until): (u64, u64)) -> Option<Slot> {
        let from = from.saturating_sub(self.geometry.travel(weigher.read_jitter_ms));
        let upc = self.geometry.um_per_count;
        // From the back of the belt up to what is past the platform for certain, and with it all that rides ahead.
        let past = |item: &Item| item.lead_um(from, upc) - item.length_um(upc) > weigher.end_um + DISORDER_UM;
        let near = self.items.iter().rev().take_while(|(_, item)| !past(item));
        let mut on_platform = near.filter(|(_, item)| {
            let first_tail = item.lead_um(from, upc) - item.length_um(upc);
            item.lead_um(until, upc) >= weigher.start_um && first_tail <= weigher.end_um
        });
        let (Some((slot, item)), None) = (on_platform.next(), on_platform.next()) else { return None };
        let tail = item.lead_um(from, upc) - item.length_um(upc);
        let inside = tail >= weigher.start_um && item.lead_um(until, upc) <= weigher.end_um;
        (item.certain() && inside).then_some(slot)
    }

    /// A checkweigher's verdict, on whom it can be; gives the item if it is its own.
    fn take_verdict(
        &mut self,
        index: usize,
        weighed: Option<Slot>,
        counts: Option<(u64, u64)>,
        grams: Option<i32>,
        out: &mut Outputs,
    ) -> Option<Slot> {
        let verdicts = &mut self.weighers[index].verdicts;
        verdicts.said = verdicts.said.wrapping_add(1);
        let (_, until) = counts?;
        let Some((slot, item)) = weighed.and_then(|slot| Some((slot, self.items.get(slot)?))) else {
            let next = self.next_to_weigh(index, until);
            self.weighers[index].verdicts.fit_nobody(next);
            return None;
        };
        let passing = (item.number, item.pass);
        if verdicts.last_item != passing {
            verdicts.last_item = passing;
            let (ordinal, alone) = (item.ordinal, item.comes_alone);
            return verdicts.fit(ordinal, alone).then_some(slot);
        }
        // Two verdicts on one: one of them is another one's, and nobody can tell which.
        (verdicts.told, verdicts.times) = (verdicts.said.wrapping_sub(item.ordinal), 0);
        if item.weight_g.is_some() && item.weight_g != grams {
            self.items.get_mut(slot)?.weight_g = None;
            self.decide(slot, out);
        }
        None
    }

    /// The order of birth of the first one that has not come to a weigher yet.
    fn next_to_weigh(&self, index: usize, until: u64) -> u32 {
        let (start_um, upc) = (self.geometry.line.weighers[index].start_um, self.geometry.um_per_count);
        let zone = self.geometry.zone_at(start_um);
        let born = self.next_ordinals[usize::from(zone)];
        let counted = |item: &Item| {
            let came_unseen = matches!(item.doubt, Some(DoubtCause::Stranger | DoubtCause::Flushed));
            item.zone == zone && item.length > 0 && !came_unseen
        };
        let to_come = |item: &Item| counted(item) && item.lead_um(until, upc) < start_um;
        // How far back in our count of births it is.
        let back = self.items.iter().filter(|(_, item)| to_come(item)).map(|(_, item)| born.wrapping_sub(item.ordinal));
        born.wrapping_sub(back.max().unwrap_or(0))
    }
}
