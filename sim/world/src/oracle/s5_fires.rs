//! S5: an item leaves only by a fire that is being made at that moment, at the count for which it was ordered; a fire
//! discharges no more than one item, and no tag is fired twice, whoever restarts.

use super::Oracle;
use super::items::Items;
use super::tally::Check;
use crate::events::{ItemId, StrikeKind};
use crate::files::LineFile;
use sortie_protocol::board::telegram::{BoardTelegram, FireOutcome, Tag};
use std::collections::{BTreeSet, VecDeque};

/// The end of a stroke is told so exactly, ns.
const EXACT_NS: u64 = 2_000_000;
/// A stroke ends so near to the count for which it was ordered, µm, for the board looks once a millisecond; and half of
/// its travel beside that, for the belt may come to a stop meanwhile.
const WINDOW_UM: i64 = 10_000;
/// Two items may be so much nearer than they are thought to be: each creeps between two PECs, µm.
const CREEP_UM: i64 = 30_000;
/// So many of the newest orders of an output are remembered, and so many tags: far more than wait at once.
const ORDERS: usize = 64;
const TAGS: usize = 4_096;

#[derive(Clone, Debug)]
struct Output {
    number: u16,
    stroke_ns: u64,
    /// How far from the count for which it was ordered a stroke may end, µm.
    window_um: i64,
    /// How far the belt goes during a stroke, µm.
    travel_um: i64,
    /// Strokes that may not have ended yet; small items can follow each other faster than a stroke.
    strokes: Vec<Stroke>,
    /// Counts for which it was ordered to fire, the newest last.
    ordered: VecDeque<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Stroke {
    ends_at: u64,
    /// Count at which it began.
    count: u32,
    took: Option<u32>,
    /// The board has started anew since: it was ordered for another count.
    of_another_boot: bool,
}

/// The running strokes, by chute number.
#[derive(Clone, Debug)]
pub(super) struct Fires {
    by_chute: Vec<Option<Output>>,
    by_output: Vec<u16>,
    um_per_count: i64,
    /// Tags that were fired, and the order in which.
    fired: BTreeSet<(u32, u8)>,
    newest: VecDeque<(u32, u8)>,
}

impl Fires {
    pub(super) fn new(line: &LineFile) -> Self {
        let um_per_count = i64::from(line.line.um_per_count.max(1));
        let (fired, newest) = (BTreeSet::new(), VecDeque::new());
        let mut fires = Self { by_chute: Vec::new(), by_output: Vec::new(), um_per_count, fired, newest };
        for chute in &line.chutes {
            let (number, output) = (usize::from(chute.number), usize::from(chute.output));
            fires.by_chute.resize(fires.by_chute.len().max(number + 1), None);
            fires.by_output.resize(fires.by_output.len().max(output + 1), 0);
            let stroke_ns = u64::from(chute.stroke_ms) * 1_000_000;
            let window_um = WINDOW_UM + i64::from(line.line.speed_mm_s) * i64::from(chute.stroke_ms) / 2;
            let travel_um = i64::from(line.line.speed_mm_s) * i64::from(chute.stroke_ms);
            let (strokes, ordered) = (Vec::new(), VecDeque::new());
            fires.by_chute[number] =
                Some(Output { number: chute.output, stroke_ns, window_um, travel_um, strokes, ordered });
            fires.by_output[output] = chute.number;
        }
        fires
    }

    pub(super) fn fired(&mut self, at: u64, output: u16, count: u32) {
        if let Some(found) = self.output(output) {
            found.strokes.retain(|stroke| stroke.ends_at + EXACT_NS >= at);
            found.strokes.push(Stroke { ends_at: at + found.stroke_ns, count, took: None, of_another_boot: false });
        }
    }

    /// Another boot: its counts are others, and it knows of no order.
    pub(super) fn restart(&mut self) {
        for output in self.by_chute.iter_mut().flatten() {
            output.ordered.clear();
            output.strokes.iter_mut().for_each(|stroke| stroke.of_another_boot = true);
        }
    }

    /// The counter leapt, µm, and the board does not know: what it was told before is meant for other counts.
    pub(super) fn leapt(&mut self, leap: i64) {
        let counts = (leap / self.um_per_count) as u32;
        let outputs = self.by_chute.iter_mut().flatten();
        outputs.flat_map(|output| &mut output.ordered).for_each(|count| *count = count.wrapping_add(counts));
    }

    fn output(&mut self, output: u16) -> Option<&mut Output> {
        let chute = self.by_output.get(usize::from(output)).copied()?;
        let found = self.by_chute.get_mut(usize::from(chute))?.as_mut();
        found.filter(|found| found.number == output)
    }

    /// Notes a tag that was fired; false if it was before.
    fn first_time(&mut self, tag: Tag) -> bool {
        let tag = (tag.item, tag.pass);
        if self.newest.len() == TAGS
            && let Some(oldest) = self.newest.pop_front()
        {
            self.fired.remove(&oldest);
        }
        self.newest.push_back(tag);
        self.fired.insert(tag)
    }
}

impl Oracle {
    /// True if a stroke took the item that came late, or that nobody had asked for.
    pub(super) fn went_astray(&self, item: u32) -> bool {
        let kinds = [StrikeKind::SlowDivert, StrikeKind::UnaskedDivert];
        self.items.get(item).is_some_and(|item| kinds.into_iter().any(|kind| item.named.has(kind)))
    }

    /// True if the counts have moved under the item.
    fn counts_moved(&self, item: u32) -> bool {
        let kinds = [StrikeKind::MissedPulses, StrikeKind::EncoderReset];
        self.items.get(item).is_some_and(|item| kinds.into_iter().any(|kind| item.named.has(kind)))
    }

    /// The board took an order to fire an output at a count.
    pub fn ordered(&mut self, output: u16, count: u32) {
        if let Some(found) = self.fires.output(output) {
            if found.ordered.len() == ORDERS {
                found.ordered.pop_front();
            }
            found.ordered.push_back(count);
        }
    }

    /// The board told how a fire ended.
    pub(super) fn s5_told(&mut self, at: u64, telegram: &BoardTelegram) {
        if let BoardTelegram::Outcome { tag, outcome: FireOutcome::Fired, .. } = *telegram {
            let first = self.fires.first_time(tag);
            self.tally
                .judge(Check::S5, first, at, None, || format!("{tag:?} was fired a second time: it has left already"));
        }
    }

    /// The stroke that took an item was ordered for that very count.
    fn s5_in_window(&mut self, at: u64, item: u32, chute: u16, count: u32, begun: u32) {
        let um = self.fires.um_per_count;
        let Some(Some(output)) = self.fires.by_chute.get(usize::from(chute)) else { return };
        let off = |ordered: &u32| i64::from(count.wrapping_sub(*ordered).cast_signed()).abs() * um;
        let nearest = output.ordered.iter().map(off).min();
        // Where pulses are lost during the stroke, its count stays behind.
        let went_um = i64::from(count.wrapping_sub(begun).cast_signed()) * um;
        let window_um = output.window_um.max(WINDOW_UM + output.travel_um - went_um);
        self.tally.judge(Check::S5, nearest.is_some_and(|off| off <= window_um), at, Some(item), || {
            format!("it fell into chute {chute} at count {count}; the nearest order was {nearest:?} µm from that")
        });
    }

    pub(super) fn s5_discharged(&mut self, at: u64, item: u32, chute: u16, count: u32) {
        let Some(Some(output)) = self.fires.by_chute.get_mut(usize::from(chute)) else {
            self.tally.judge(Check::S5, false, at, Some(item), || format!("line.toml knows no chute {chute}"));
            return;
        };
        let ending = output.strokes.iter_mut().find(|stroke| at.abs_diff(stroke.ends_at) <= EXACT_NS);
        let in_stroke = ending.is_some() || self.items.get(item).is_some_and(|it| it.named.has(StrikeKind::SlowDivert));
        let begun = ending.as_ref().map_or(count, |stroke| stroke.count);
        let comparable = !ending.as_ref().is_some_and(|stroke| stroke.of_another_boot);
        let other = ending.and_then(|stroke| stroke.took.replace(item));
        self.tally.judge(Check::S5, in_stroke, at, Some(item), || format!("no fire of chute {chute} ends now"));
        if in_stroke && comparable && !self.went_astray(item) && !self.counts_moved(item) {
            self.s5_in_window(at, item, chute, count, begun);
        }
        self.shares_the_stroke(item, chute);
        // Two that lie against each other leave together; whether the second was allowed to is S2's question.
        let touched =
            [Some(item), other].into_iter().flatten().any(|it| self.items.get(it).is_some_and(|it| it.touched));
        let one_body = other.is_none_or(|other| self.items.overlap(item, other, &self.belt));
        self.tally.judge(Check::S5, one_body || touched, at, Some(item), || {
            format!("the fire of chute {chute} had already taken item {other:?}")
        });
    }

    /// The divert that takes an item is back at rest half a stroke later. Whose middle comes before that is not for this
    /// chute.
    fn shares_the_stroke(&mut self, item: ItemId, chute: u16) {
        let Some(Some(output)) = self.fires.by_chute.get(usize::from(chute)) else { return };
        let busy_um = output.travel_um * 3 / 2 + CREEP_UM;
        let middle = |items: &Items, item: ItemId| {
            items.estimate(item, &self.belt) - items.get(item).map_or(0, |item| item.length) / 2
        };
        let rank = self.items.riding.iter().position(|riding| *riding == item);
        let next = rank.and_then(|rank| self.items.riding.get(rank + 1)).copied();
        let Some(next) = next.filter(|next| middle(&self.items, item) - middle(&self.items, *next) < busy_um) else {
            return;
        };
        if let Some(next) = self.items.get_mut(next) {
            next.behind_stroke = Some(chute);
        }
    }
}
