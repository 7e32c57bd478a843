//! Every item that was ever on the belt: what it carries, and which strikes touched it.

use super::belt::Belt;
use super::touched::SETTLES_NS;
use crate::events::{ItemId, ParcelNo, StrikeKind};
use crate::files::LineFile;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A leap of the counts that is shorter than this can be taken for travel, µm.
const SHORT_LEAP: i64 = 3_000_000;

/// A length is measured to about this, from a beam's width and two counts at either PEC.
fn measured(line: &LineFile) -> i64 {
    MEASURED_UM.max(3 * i64::from(line.line.um_per_count))
}

/// The widest hole, and what is too short behind it to be a body.
const RAGGED_UM: i64 = 150_000;
/// An item that was taken off may have lain so far from where it is thought to have been: creep, and a stop's slip.
const VACATED_UM: i64 = 150_000;
/// So many of those are remembered.
const VACATED: usize = 16;

/// A beam's width.
const MEASURED_UM: i64 = 5_000;

/// Where an item can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On the belt.
    Belt,
    /// In a chute, by its number.
    Chute(u16),
    /// Left at the end of line.
    EndOfLine,
    /// Taken off the belt by someone.
    Removed,
}

/// A set of faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u64);

impl Kinds {
    pub(super) fn add(&mut self, kind: StrikeKind) {
        self.0 |= 1 << kind as u64;
    }

    pub(super) fn has(self, kind: StrikeKind) -> bool {
        self.0 & (1 << kind as u64) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) parcel: Option<ParcelNo>,
    pub(super) place: Place,
    pub(super) entered_at: u64,
    pub(super) length: i64,
    /// How long it was along the belt when a PEC saw it last: as before it was turned, if it has been turned since.
    pub(super) seen_length: i64,
    /// Its leading edge at the newest PEC: has all of it passed there, that is what was seen of it.
    pub(super) seen_at: Option<u32>,
    pub(super) weight_g: u32,
    /// Strikes that named it.
    pub(super) named: Kinds,
    /// Count at which a belt PEC first saw it after the last of these.
    pub(super) seen_after: Option<u32>,
    /// Touched in any way: named, next to one that was, or riding while the line as a whole was disturbed.
    pub(super) touched: bool,
    /// Entered with less space than a PEC can tell from none, ahead or behind.
    pub(super) merged: bool,
    /// A strap hangs from its neighbour.
    pub(super) beside_strap: bool,
    /// The entry's PEC flickered while it came, and may have seen any part of it as all of it; no PEC has seen it since.
    pub(super) cut_short: bool,
    /// At some PEC its neighbour was nearer than the smallest legal gap: creep had closed it.
    pub(super) crowded: bool,
    /// The chute whose divert took the one ahead of it so shortly before that it may not be back at rest.
    pub(super) behind_stroke: Option<u16>,
    /// Changed places with an item of about its own length, which no PEC can tell from itself.
    pub(super) alike: bool,
    /// It rode while a weigher or a scanner failed: what they say of it may be wrong, or missing.
    pub(super) amiss: bool,
    pub(super) readable: bool,
    pub(super) read: bool,
    pub(super) scanned_at: u64,
    /// The newest divert that the board was given for it: chute and target count.
    pub(super) aim: Option<(u16, u32)>,
    /// When that was.
    pub(super) aimed_at: u64,
    /// Count at which it was last told to stay off its flight while it rode; `None` if it may go.
    pub(super) held_count: Option<u32>,
    /// The pass that it is on, from 1. What was inducted further round a ring has before that the way to the seam, 0.
    pass: u8,
    /// Count at which it was at `position`.
    place_count: Option<u32>,
    position: i64,
}

impl Item {
    /// By how much less than its length a PEC may see of it: behind a hole near its end hardly a sliver is left.
    pub(super) fn ragged(&self) -> i64 {
        if self.is_holed() { RAGGED_UM } else { 0 }
    }

    /// Up to `count` all of it may have passed the PEC at which its front was seen last: then that is its length for whoever
    /// looked there.
    pub(super) fn settle(&mut self, belt: &Belt, count: u32) {
        if self.seen_at.is_some_and(|lead| belt.has_passed(lead, self.length, count)) {
            (self.seen_length, self.seen_at) = (self.length, None);
        }
    }

    /// True if the beam may come through it somewhere.
    pub(super) fn is_holed(&self) -> bool {
        self.named.has(StrikeKind::Flap) || self.named.has(StrikeKind::StrapLoose)
    }
}

/// An item as it enters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newcomer {
    pub(super) parcel: Option<ParcelNo>,
    pub(super) position: i64,
    pub(super) length: i64,
    pub(super) gap: i64,
    pub(super) weight_g: u32,
    pub(super) readable: bool,
}

/// So many of the newest items are remembered, wherever they are: far more than a belt carries.
const REMEMBERED: usize = 16_384;

/// A PEC that was stuck counts as suspect while so many more pass: its last twelve outcomes have to look right again.
const DISBELIEVED: u32 = 24;

/// All items, by number from 1.
#[derive(Clone, Debug)]
pub(super) struct Items {
    list: VecDeque<Option<Item>>,
    /// Number of the first item of the list; all before it have left, and nothing more can be said of them.
    first: ItemId,
    /// From the most downstream one on.
    pub(super) riding: Vec<ItemId>,
    /// By parcel: the item that last carried it; 0 for none.
    carriers: Vec<ItemId>,
    /// Parcels whose plate was read from another item.
    pub(super) impersonated: BTreeSet<ParcelNo>,
    resolution: i64,
    /// Two lengths that differ by no more may be one for every PEC.
    pub(super) length_tolerance: i64,
    gap_min: i64,
    /// By sensor: who was seen there last, and at which count.
    at_pecs: Vec<Option<(ItemId, u32)>>,
    /// Where each PEC looks, by sensor, µm.
    pec_places: BTreeMap<usize, i64>,
    /// Sensors that were stuck, and how many more items have to pass before what they see counts.
    disbelieved: BTreeMap<usize, u32>,
    last_entered: ItemId,
    pub(super) disturbed_until: u64,
    pub(super) wire_until: u64,
    pub(super) weighers_failing: u32,
    pub(super) results_late_until: u64,
    /// Places from which items were taken: count and position then, and their lengths.
    vacated: VecDeque<(u32, i64, i64)>,
    pub(super) entered: u64,
    pub(super) left: u64,
}

impl Items {
    pub(super) fn new(line: &LineFile) -> Self {
        let resolution = line.pecs.first().map_or(0, |entry| entry.debounce_mm * 1000);
        Self {
            list: VecDeque::new(),
            first: 0,
            riding: Vec::new(),
            carriers: Vec::new(),
            impersonated: BTreeSet::new(),
            resolution,
            gap_min: i64::from(line.line.gap_min_mm) * 1000,
            at_pecs: Vec::new(),
            disbelieved: BTreeMap::new(),
            pec_places: line.pecs.iter().map(|pec| (usize::from(pec.sensor), pec.position_mm * 1000)).collect(),
            length_tolerance: i64::from(line.line.length_tolerance_mm) * 1000 + measured(line),
            last_entered: 0,
            disturbed_until: 0,
            wire_until: 0,
            weighers_failing: 0,
            results_late_until: 0,
            vacated: VecDeque::new(),
            entered: 0,
            left: 0,
        }
    }

    pub(super) fn get(&self, item: ItemId) -> Option<&Item> {
        self.list.get(item.checked_sub(self.first)? as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, item: ItemId) -> Option<&mut Item> {
        self.list.get_mut(item.checked_sub(self.first)? as usize)?.as_mut()
    }

    /// True if no item has had this number.
    pub(super) fn is_new(&self, item: ItemId) -> bool {
        item >= self.first && self.get(item).is_none()
    }

    pub(super) fn parcel(&self, item: ItemId) -> Option<ParcelNo> {
        self.get(item)?.parcel
    }

    /// The item that last carried a parcel.
    pub(super) fn carrier(&self, parcel: ParcelNo) -> Option<ItemId> {
        self.carriers.get(parcel as usize).copied().filter(|item| *item != 0)
    }

    /// True while a parcel's item is on the belt, or on its way back to it.
    pub(super) fn rides(&self, parcel: ParcelNo) -> bool {
        self.carrier(parcel).and_then(|item| self.get(item)).is_some_and(|item| item.place == Place::Belt)
    }

    pub(super) fn entered_at(&self, item: ItemId) -> u64 {
        self.get(item).map_or(0, |item| item.entered_at)
    }

    pub(super) fn riding(&self) -> usize {
        self.riding.len()
    }

    pub(super) fn parcels_riding(&self) -> u64 {
        self.riding.iter().filter(|item| self.parcel(**item).is_some()).count() as u64
    }

    /// Who lies nearest to a place ahead of it, and behind it: by where they are, since two that were exchanged have kept
    /// their ranks.
    fn beside(&self, position: i64, belt: &Belt) -> [Option<ItemId>; 2] {
        let place = |item: &ItemId| self.estimate(*item, belt);
        let (ahead, behind): (Vec<ItemId>, Vec<ItemId>) = self.riding.iter().partition(|item| place(item) >= position);
        [ahead.into_iter().min_by_key(place), behind.into_iter().max_by_key(place)]
    }

    /// True if one of two items lies upon the other, as where a carrier was loaded that was not empty.
    pub(super) fn overlap(&self, one: ItemId, other: ItemId, belt: &Belt) -> bool {
        let (from, to) = (self.estimate(one, belt), self.estimate(other, belt));
        let ahead = if from > to { one } else { other };
        self.get(ahead).is_some_and(|item| (from - to).abs() < item.length)
    }

    pub(super) fn enter(&mut self, at: u64, number: ItemId, new: Newcomer, belt: &Belt) {
        let behind = |other: &&ItemId| self.estimate(**other, belt) < new.position;
        let place = self.riding.iter().position(|other| new.position > 0 && behind(&other));
        let place = place.unwrap_or(self.riding.len());
        // Whatever carries a parcel comes from an induction, at the beginning of the line or further round a ring.
        let inducted = new.position <= 0 || new.parcel.is_some();
        let close = new.gap < self.resolution && inducted;
        let beside = if new.position <= 0 { [Some(self.last_entered), None] } else { self.beside(new.position, belt) };
        let mut touched = at < self.disturbed_until;
        for beside in beside.into_iter().flatten().filter(|_| close) {
            if let Some(beside) = self.get_mut(beside) {
                beside.merged = true;
                // What a strike has brought there.
                touched |= new.position > 0 && beside.touched;
            }
        }
        let item = Item {
            parcel: new.parcel,
            place: Place::Belt,
            entered_at: at,
            length: new.length,
            seen_length: new.length,
            seen_at: None,
            weight_g: new.weight_g,
            named: Kinds::default(),
            seen_after: None,
            touched,
            merged: close,
            beside_strap: false,
            cut_short: false,
            alike: new.parcel.is_none() && self.is_like_one_before(&new, belt),
            crowded: false,
            behind_stroke: None,
            amiss: self.weighers_failing > 0 || at < self.results_late_until,
            readable: new.readable,
            read: false,
            scanned_at: 0,
            aim: None,
            aimed_at: 0,
            held_count: None,
            pass: u8::from(new.position <= 0 || new.parcel.is_none()),
            place_count: belt.now(),
            position: new.position,
        };
        let Some(index) = number.checked_sub(self.first).map(|index| index as usize) else { return };
        if self.list.len() <= index {
            self.list.resize(index + 1, None);
        }
        self.list[index] = Some(item);
        if let Some(parcel) = new.parcel.map(|parcel| parcel as usize) {
            self.carriers.resize(self.carriers.len().max(parcel + 1), 0);
            self.carriers[parcel] = number;
        }
        self.forget_oldest();
        if new.position <= 0 {
            self.last_entered = number;
        }
        self.riding.insert(place, number);
    }

    /// An item is taken off the belt.
    pub(super) fn vacate(&mut self, item: ItemId, belt: &Belt) {
        let place = self.estimate(item, belt);
        if let Some((count, length)) = belt.now().zip(self.get(item).map(|item| item.length)) {
            self.vacated.truncate(VACATED - 1);
            self.vacated.push_front((count, place, length));
        }
    }

    /// True if what is put on the belt lies where another one of its length was taken off: no PEC can tell them apart.
    fn is_like_one_before(&self, new: &Newcomer, belt: &Belt) -> bool {
        let Some(now) = belt.now() else { return false };
        self.vacated.iter().any(|&(count, place, length)| {
            let off = place + belt.travel(count, now) - new.position;
            off.abs() <= VACATED_UM && (length - new.length).abs() <= self.length_tolerance
        })
    }

    /// An item has come round to the beginning of a ring: it is the last of all that ride. Gives the pass that it begins.
    pub(super) fn came_round(&mut self, number: ItemId, belt: &Belt) -> u8 {
        self.leave(number);
        self.riding.push(number);
        let Some(item) = self.get_mut(number) else { return 0 };
        (item.position, item.place_count) = (0, belt.now());
        // A newcomer was loaded onto its carrier, which was thought to be empty: the entry has seen one body.
        let newcomer = self.last_entered;
        if newcomer != number && self.overlap(number, newcomer, belt) {
            let touched = self.get(number).is_some_and(|item| item.touched);
            for one in [number, newcomer] {
                if let Some(item) = self.get_mut(one) {
                    item.merged = true;
                    item.touched |= touched;
                }
            }
        }
        let Some(item) = self.get_mut(number) else { return 0 };
        item.pass = item.pass.saturating_add(1);
        item.pass
    }

    fn forget_oldest(&mut self) {
        let has_left = |item: &Option<Item>| item.is_none_or(|item| item.place != Place::Belt);
        while self.list.len() > REMEMBERED && self.list.front().is_some_and(has_left) {
            self.list.pop_front();
            self.first += 1;
        }
    }

    /// An item's leading edge is at a PEC.
    pub(super) fn seen(&mut self, number: ItemId, sensor: u16, count: u32, belt: &Belt) {
        let sensor = usize::from(sensor);
        if self.at_pecs.len() <= sensor {
            self.at_pecs.resize(sensor + 1, None);
        }
        let ahead = self.at_pecs[sensor].replace((number, count));
        let place = self.pec_places.get(&sensor).copied();
        if let Some((item, place)) = self.get_mut(number).zip(place) {
            (item.position, item.place_count) = (place, Some(count));
        }
        let gap = ahead
            .map_or(i64::MAX, |(ahead, at)| belt.travel(at, count) - self.get(ahead).map_or(0, |item| item.length));
        // Without a gap before it, its edge is none, and all that the beam sees is one body.
        let believed = self.is_believed(sensor);
        if gap >= self.resolution
            && believed
            && let Some(item) = self.get_mut(number)
        {
            item.seen_after.get_or_insert(count);
            item.settle(belt, count);
            item.seen_at = Some(count);
            item.cut_short = false;
        }
        let Some((ahead, _)) = ahead else { return };
        if gap < self.gap_min {
            for number in [ahead, number] {
                if let Some(item) = self.get_mut(number) {
                    item.crowded = true;
                }
            }
        }
    }

    /// The eye of a PEC is stuck, or turns again: for a while it is not believed either way; nor are the others, since what
    /// an entry did not see is nobody for the PECs behind it.
    pub(super) fn eye(&mut self, sensor: u16, sound: bool) {
        let left = if sound { DISBELIEVED } else { u32::MAX };
        self.disbelieved.insert(sensor.into(), left);
        for sensor in self.pec_places.keys() {
            let others = self.disbelieved.entry(*sensor).or_default();
            *others = (*others).max(DISBELIEVED);
        }
    }

    /// True if nobody has reason not to believe what a PEC sees; another item passes it.
    fn is_believed(&mut self, sensor: usize) -> bool {
        match self.disbelieved.get_mut(&sensor) {
            None | Some(0) => true,
            Some(left) => {
                *left -= u32::from(*left < u32::MAX);
                false
            }
        }
    }

    /// From now on every PEC sees another length.
    pub(super) fn turned(&mut self, number: ItemId, length: i64) {
        if let Some(item) = self.get_mut(number) {
            item.seen_length = std::mem::replace(&mut item.length, length);
            item.seen_at = None;
        }
    }

    /// Another boot: counts begin anew. Where everything is becomes exact again with the next PEC that it passes.
    pub(super) fn restart(&mut self, belt: &Belt) {
        self.at_pecs.clear();
        // What was seen then cannot be compared with counts of now; nothing that rides keeps its identity anyway.
        for place in 0..self.riding.len() {
            let number = self.riding[place];
            let position = self.estimate(number, belt);
            if let Some(item) = self.get_mut(number) {
                (item.position, item.place_count) = (position, None);
                item.seen_after = None;
                item.seen_at = None;
                item.aim = None;
                item.held_count = None;
            }
        }
    }

    /// The counts leapt within a boot. A short leap moves all that rides against them, as lost pulses do; after a long one
    /// no count of before means anything.
    pub(super) fn leapt(&mut self, leap: i64) {
        if leap.abs() < SHORT_LEAP {
            for place in 0..self.riding.len() {
                self.name(self.riding[place], StrikeKind::EncoderReset);
            }
        }
    }

    pub(super) fn scanned(&mut self, at: u64, item: ItemId, read: bool) {
        let struck = at < self.wire_until;
        if let Some(item) = self.get_mut(item) {
            item.read |= read;
            item.scanned_at = at;
            if struck {
                item.named.add(StrikeKind::BitFlip);
                item.touched = true;
            }
        }
    }

    /// The belt runs down or up: the line is disturbed until it has run for a while.
    pub(super) fn belt(&mut self, at: u64, up: bool) {
        let settles = if up { SETTLES_NS } else { 10 * SETTLES_NS };
        self.disturb(at, at + settles);
        self.disturbed_until = at + settles;
    }

    /// The item has left the belt.
    pub(super) fn leave(&mut self, item: ItemId) {
        if let Some(place) = self.riding.iter().position(|riding| *riding == item) {
            self.riding.remove(place);
        }
    }

    /// About where an item is, µm; creep is left out.
    pub(super) fn estimate(&self, item: ItemId, belt: &Belt) -> i64 {
        let Some(item) = self.get(item) else { return 0 };
        match (item.place_count, belt.now()) {
            (Some(from), Some(to)) => item.position + belt.travel(from, to),
            (None, _) | (_, None) => item.position,
        }
    }
}
