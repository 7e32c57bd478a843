//! Giving a scanner's result to the item that was in its gate.
//!
//! A result says when its gate closed only by when it arrived. It is believed if exactly one item's gate can have
//! closed then, and if the number says the same: the scanner's own, or the count of its results.

use crate::input::{Read, ReadCode};
use crate::items::{Identity, Item, NEVER, Slot};
use crate::limits::{GATES_AT_ONCE, LATEST_RESULT_MS, PENDING_READS};
use crate::output::{Alarm, DoubtCause, IgnoredRead, Record};
use crate::outputs::Outputs;
use crate::state::Core;

/// A result that waits until the belt has passed its window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PendingRead {
    scanner: u8,
    trigger: Option<u32>,
    /// The gate closed at this count or later.
    from: u64,
    /// The gate closed at this count or earlier.
    until: u64,
    /// It had closed when the board's clock showed this.
    closed_ms: u32,
    /// The board's clock by which that was found.
    by_ns: i64,
    codes: heapless::Vec<ReadCode, 6>,
    incomplete: bool,
}

/// How a scanner stands to the items that we count at its eye.
///
/// Results come in the order of their gates, and none before its gate has closed. So a gate more than we counted is proved
/// as soon as a result would come before its own, while a gate less may be a late result that fits the next item by chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScannerState {
    /// Results that came, for a scanner that does not number its gates: it says something at each, and so they number
    /// them.
    results: u32,
    /// The result's number minus our order of birth, as it is believed.
    offset: Option<u32>,
    /// The same by the newest result that fitted an item.
    told: u32,
    /// Results in a row that told the same.
    times: u8,
    /// The item that had the last result, and its pass: a gate gives one result only.
    last_item: (u32, u8),
    /// That item was given the codes of that result.
    gave: bool,
}

/// Results in a row that have to tell the same before a scanner is believed that it left out a gate, or that an item was
/// taken off before it: a scanner that has become slow hardly ever fits the next item by chance so often.
const LESSONS_FOR_FEWER: u8 = 5;
/// The same where several scanners tell at once that there was a gate less: an item was taken off before it came to them.
const LESSONS_TOGETHER: u8 = 2;
/// So many scanners are several.
const TOGETHER: usize = 3;

impl ScannerState {
    pub(crate) fn new() -> Self {
        Self { results: 0, offset: None, told: 0, times: 0, last_item: (0, 0), gave: false }
    }

    /// True if by this result there were fewer gates than we believed.
    fn counts_fewer(&self, offset: u32) -> bool {
        self.offset.is_some_and(|believed| offset.wrapping_sub(believed).cast_signed() < 0)
    }

    /// Out of step: the next result teaches, the one after it is believed.
    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }

    /// A result fits an item, which makes its number so much more than our count; is it the item's? `fewer`: the results in
    /// a row that have to tell it if there were fewer gates than we counted; none if we know why there were.
    fn fits(&mut self, offset: u32, numbered: bool, fewer: u8) -> Result<(), IgnoredRead> {
        let same = offset == self.told;
        self.times = if same { self.times.saturating_add(1) } else { 1 };
        self.told = offset;
        let counts_fewer = self.counts_fewer(offset);
        if counts_fewer && fewer == 0 {
            self.times = self.times.max(LESSONS_FOR_FEWER);
        }
        let lessons = if counts_fewer {
            // Why there were fewer is worth all lessons but the present one.
            if fewer == 0 { LESSONS_FOR_FEWER } else { fewer }
        } else {
            // After a jump or an opened port the first result teaches only.
            u8::from(!numbered || self.offset != Some(offset))
        };
        if self.times > lessons {
            self.offset = Some(offset);
            return Ok(());
        }
        Err(if same || self.offset.is_none() { IgnoredRead::NotInStep } else { IgnoredRead::NumberJump })
    }

    /// A result fits nobody, and `next` is the first of our count whose gate cannot have closed yet.
    fn fits_nobody(&mut self, number: u32, next: u32) {
        let Some(believed) = self.offset.or((self.times > 0).then_some(self.told)) else { return };
        let ahead = number.wrapping_sub(believed).wrapping_sub(next).wrapping_add(1);
        if (1..=GATES_AT_ONCE).contains(&ahead) {
            // It would be a result before its gate: somebody else had a gate whom we did not count.
            self.offset = Some(believed.wrapping_add(ahead));
            self.times = 0;
        } else if self.offset != Some(self.told) {
            self.times = 0;
        }
    }
}

impl Core {
    #[inline(never)]
    pub(crate) fn take_scanner_port(&mut self, scanner: usize, open: bool, out: &mut Outputs) {
        if let Some(state) = self.scanners.get_mut(scanner) {
            state.reset();
            self.alarm(Alarm::ScannerOutOfStep(scanner as u8), !open, out);
        }
    }

    /// A scanner's result came; it waits until the belt has passed the latest count at which its gate can have closed.
    #[inline(never)]
    pub(crate) fn take_read(&mut self, at: u64, read: &Read, out: &mut Outputs) {
        let Some(scanner) = self.geometry.scanners().get(usize::from(read.scanner)).copied() else { return };
        let state = &mut self.scanners[usize::from(read.scanner)];
        state.results = state.results.wrapping_add(1);
        let trigger = if scanner.numbered { read.trigger } else { Some(state.results) };
        let counts = self.belt.count_between(at, &self.geometry);
        let Some(((from, until), closed_ms)) = counts.zip(self.belt.board_ms_at_most(at, &self.geometry)) else {
            self.ignore_read(read.scanner, IgnoredRead::NoItem, out);
            return;
        };
        if self.pending.len() >= PENDING_READS {
            self.ignore_read(read.scanner, IgnoredRead::Overflow, out);
            return;
        }
        self.pending.push_back(PendingRead {
            scanner: read.scanner,
            trigger,
            from: from.saturating_sub(self.geometry.travel(scanner.read_jitter_ms)),
            until,
            closed_ms,
            by_ns: self.belt.offset_ns().unwrap_or(i64::MIN),
            codes: read.codes.clone(),
            incomplete: read.incomplete,
        });
    }

    /// The board told its time. No gate closed later than at the count of a telegram whose time is later than the result's
    /// arrival. While the board was silent we had to allow for full speed; a belt that stood would keep that result waiting
    /// for metres, and all behind it.
    pub(crate) fn bound_reads(&mut self, time_ms: u32) {
        let count = self.belt.count;
        for read in self.pending.iter_mut() {
            if time_ms.wrapping_sub(read.closed_ms).cast_signed() >= 0 {
                read.until = read.until.min(count);
            }
        }
    }

    /// Gives out the results whose window the belt has passed, in the order in which they came.
    pub(crate) fn settle_reads(&mut self, count: u64, out: &mut Outputs) {
        while self.pending.front().is_some_and(|read| read.until <= count) {
            let Some(read) = self.pending.pop_front() else { return };
            match self.owner(&read) {
                Ok(slot) => {
                    self.scanners[usize::from(read.scanner)].gave = !read.codes.is_empty();
                    self.attribute(slot, &read, out);
                }
                Err(why) => self.ignore_read(read.scanner, why, out),
            }
        }
    }

    fn ignore_read(&mut self, scanner: u8, why: IgnoredRead, out: &mut Outputs) {
        self.totals.reads_ignored += 1;
        out.record(Record::ReadIgnored { scanner, why });
    }

    /// Counts between which an item's gate at a scanner closes.
    fn gate(&self, item: &Item, scanner: usize) -> (u64, u64) {
        let trigger = self.geometry.scanners()[scanner].trigger_um;
        let close = item.count_at(trigger, self.geometry.um_per_count) + item.length;
        let slack = self.geometry.counts_up(self.inner_um(item, trigger) + self.geometry.line.length_tolerance_um);
        (close.saturating_sub(slack), close + slack)
    }

    fn owner(&mut self, read: &PendingRead) -> Result<Slot, IgnoredRead> {
        let index = usize::from(read.scanner);
        let zone = self.geometry.zone_of_scanner(index);
        let mut fitting = self.items.iter().filter(|(_, item)| {
            // An identity stays open as long as a result can be the item's own; and no gate closes before the tail.
            if item.identity != Identity::Open || item.length == 0 || item.zone != zone {
                return false;
            }
            let (first, last) = self.gate(item, index);
            last >= read.from && first <= read.until
        });
        let (only, more) = (fitting.next(), fitting.next().is_some());
        drop(fitting);
        let Some((slot, item)) = only else {
            self.fits_nobody(read);
            return Err(IgnoredRead::NoItem);
        };
        if more {
            return Err(IgnoredRead::Ambiguous);
        }
        let passing = (item.number, item.pass);
        let offset = read.trigger.map(|trigger| trigger.wrapping_sub(item.ordinal));
        let told_again = !read.codes.is_empty() && read.codes.iter().all(|code| item.codes.contains(&code.text));
        let numbered = self.geometry.scanners()[index].numbered;
        let Some(offset) = offset else { return Err(IgnoredRead::NumberJump) };
        let fewer = self.lessons_for_fewer(slot, index, offset);
        let state = &mut self.scanners[index];
        if state.last_item != passing {
            state.last_item = passing;
            state.gave = false;
            return state.fits(offset, numbered, fewer).map(|()| slot);
        }
        let doubled = told_again || (numbered && offset == state.told);
        let jumped = offset != state.told;
        (state.told, state.times) = (offset, 0);
        // Two gates closed where we know of one item: somebody whom the entry did not see came just before or behind it,
        // and which result is whose nobody can tell. The same result a second time is no second gate.
        if state.gave
            && !doubled
            && let Some(item) = self.items.get_mut(slot)
        {
            item.too_many_codes = true;
        }
        Err(if jumped { IgnoredRead::NumberJump } else { IgnoredRead::NotInStep })
    }

    /// Results in a row that have to tell that there were fewer gates than we counted; none if we know why.
    fn lessons_for_fewer(&self, slot: Slot, scanner: usize, offset: u32) -> u8 {
        if !self.scanners[scanner].counts_fewer(offset) {
            return 0;
        }
        if self.one_gate_for_two(slot, scanner) || self.alone(slot, scanner) {
            return 0;
        }
        let missing = |state: &ScannerState, told: u32| state.offset.map(|believed| believed.wrapping_sub(told));
        let zone = self.geometry.zone_of_scanner(scanner);
        let others = self.scanners.iter().enumerate().filter(|(other, state)| {
            let as_many = missing(state, state.told) == missing(&self.scanners[scanner], offset);
            *other != scanner && self.geometry.zone_of_scanner(*other) == zone && state.times > 0 && as_many
        });
        if others.count() + 1 >= TOGETHER { LESSONS_TOGETHER } else { LESSONS_FOR_FEWER }
    }

    /// True if since the last result some item came so near to another one that they had one gate, or was none at all.
    fn one_gate_for_two(&self, slot: Slot, scanner: usize) -> bool {
        let last = self.scanners[scanner].last_item;
        let ordinal = |(_, item): (Slot, &Item)| ((item.number, item.pass) == last).then_some(item.ordinal);
        let (Some(after), Some(to)) = (self.items.iter().find_map(ordinal), self.items.get(slot)) else { return false };
        let many = to.ordinal.wrapping_sub(after);
        self.items.iter().any(|(_, item)| {
            let since = item.ordinal.wrapping_sub(after);
            item.zone == to.zone && (1..=many).contains(&since) && (item.gap_short || item.doubt.is_some())
        })
    }

    /// True if no other item's result can come as late as this one's.
    fn alone(&self, slot: Slot, scanner: usize) -> bool {
        let Some(item) = self.items.get(slot) else { return false };
        let (first, _) = self.gate(item, scanner);
        let before = first.saturating_sub(self.geometry.travel(LATEST_RESULT_MS));
        !self.items.iter().any(|(other, item)| {
            other != slot && item.length > 0 && (before..=first).contains(&self.gate(item, scanner).1)
        })
    }

    /// A result came while no item was in the gate.
    #[inline(never)]
    fn fits_nobody(&mut self, read: &PendingRead) {
        let index = usize::from(read.scanner);
        let (Some(number), zone) = (read.trigger, self.geometry.zone_of_scanner(index)) else { return };
        let to_come = |item: &Item| item.zone == zone && (item.length == 0 || self.gate(item, index).0 > read.until);
        let born = self.next_ordinals[usize::from(zone)];
        // How far back in our count of births the first one to come is.
        let back =
            self.items.iter().filter(|(_, item)| to_come(item)).map(|(_, item)| born.wrapping_sub(item.ordinal)).max();
        self.scanners[index].fits_nobody(number, born.wrapping_sub(back.unwrap_or(0)));
    }

    fn attribute(&mut self, slot: Slot, read: &PendingRead, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        item.too_many_codes |= read.incomplete;
        for code in &read.codes {
            if item.codes.contains(&code.text) {
                continue;
            }
            let bit = 1u8 << item.codes.len();
            if item.codes.push(code.text.clone()).is_err() {
                item.too_many_codes = true;
            } else if code.plate {
                item.plates |= bit;
            }
        }
        if !read.codes.is_empty() {
            item.read_by_ns = item.read_by_ns.max(read.by_ns);
            self.read_by_ns = self.read_by_ns.max(read.by_ns);
        }
        let number = item.number;
        out.record(Record::Scanned { item: number, scanner: read.scanner, codes: read.codes.len() as u8 });
    }

    /// A quicker telegram than any before shows that the board's clock was taken for too late, as happens while a board
    /// tells what it has kept: results were given to items that were in the gate before. Whoever was read by such a
    /// clock is in doubt.
    pub(crate) fn doubt_late_reads(&mut self, out: &mut Outputs) {
        // The board tells its time in whole milliseconds.
        let allowed_ns = (i64::from(self.geometry.line.link_latency_ms) + 1) * 1_000_000;
        let Some(latest) = self.belt.offset_ns().map(|offset| offset.saturating_add(allowed_ns)) else { return };
        if self.read_by_ns <= latest {
            return;
        }
        self.read_by_ns = i64::MIN;
        for rank in 0..self.items.len() {
            let slot = self.items.order()[rank];
            let Some(item) = self.items.get(slot) else { continue };
            if item.fired() || item.doubt.is_some() {
                continue;
            }
            if item.read_by_ns > latest {
                self.doubt(slot, DoubtCause::LateClock, out);
            } else {
                self.read_by_ns = self.read_by_ns.max(item.read_by_ns);
            }
        }
    }

    /// Count after which no result can be given to an item any more.
    pub(crate) fn identity_count(&self, item: &Item) -> u64 {
        if item.length == 0 {
            return NEVER;
        }
        let scanners = self.geometry.scanners();
        let last = |scanner: usize| self.gate(item, scanner).1 + self.geometry.travel(scanners[scanner].read_jitter_ms);
        let own = |scanner: &usize| self.geometry.zone_of_scanner(*scanner) == item.zone;
        (0..scanners.len()).filter(own).map(last).max().unwrap_or(item.ref_count) + 1
    }

    /// Closes an item's identification when its last gate has closed and every result that can be its own is given out.
    pub(crate) fn identify_if_due(&mut self, slot: Slot, count: u64, out: &mut Outputs) {
        let Some(item) = self.items.get(slot) else { return };
        if item.identity != Identity::Open {
            return;
        }
        let last = self.identity_count(item);
        if last <= count && !self.pending.iter().any(|read| read.from <= last) {
            self.close_identity(slot, out);
        }
    }
}
