//! Faults that strike an item: its labels, its body, its place on the belt.

use rand_chacha::ChaCha8Rng;

use super::agenda::{Timed, Travelled};
use super::on_the_line;
use super::strikes::Laid;
use super::{World, WorldSink};
use crate::devices::scanner::Skip;
use crate::events::{Physical, StrikeKind};
use crate::labels::{Label, Labels};
use crate::physics::lane::Slot;
use crate::physics::rider::Cargo;
use crate::random::{between, chance};

/// A scanner sees a neighbour's label when the neighbour is no farther off than this, µm.
const VIEW: i64 = 400_000;
/// Nearer than this to its neighbour an item is not pushed by people: nothing would change.
const PUSH_MIN: i64 = 20_000;
/// Sides of an item that differ by less are the same for every PEC.
const TURN_MIN: i64 = 60_000;

impl World {
    /// A fault's turn has come with this parcel, which has just been put on the belt.
    pub(super) fn strike_parcel(&mut self, kind: StrikeKind, slot: Slot, travel: i64, sink: &mut impl WorldSink) {
        let item = self.lane.rider(slot).cargo.item;
        match kind {
            StrikeKind::NoRead | StrikeKind::WrongCheckDigit | StrikeKind::WrongButValid => {
                let spoilt = self.spoil_label(kind, slot);
                self.strike_or_retry(spoilt, kind, &[item], sink);
            }
            StrikeKind::Flap => {
                let torn = self.tear(slot);
                self.strike_or_retry(torn, kind, &[item], sink);
            }
            StrikeKind::MissedDivert => {
                self.lane.cargo_mut(slot).sticks = true;
                self.lay(kind, item);
            }
            StrikeKind::CrossRead | StrikeKind::MultiRead | StrikeKind::SlowDivert | StrikeKind::ChuteJammed => {
                self.lay(kind, item);
            }
            StrikeKind::UnaskedDivert => self.aim_unasked(slot, travel),
            StrikeKind::DoubleFed => match self.feed_double(slot, travel, sink) {
                Some(other) => self.strike_on(kind, &[item, other], sink),
                None => self.retry(kind),
            },
            // The place of the wrap was settled when the counter was set.
            StrikeKind::CountWrap => {}
            StrikeKind::SkippedTrigger => self.skip_trigger(),
            StrikeKind::LateResult => self.delay_result(),
            StrikeKind::ItemRemoved
            | StrikeKind::ItemAdded
            | StrikeKind::ItemExchanged
            | StrikeKind::Touching
            | StrikeKind::Turned
            | StrikeKind::StrapLoose
            | StrikeKind::Slip => self.strike_on_its_way(kind, slot, travel),
            on_the_line!() => self.strike_soon(kind),
        }
    }

    fn strike_on_its_way(&mut self, kind: StrikeKind, slot: Slot, travel: i64) {
        let end = self.chutes.iter().map(|chute| chute.setup.position).max().unwrap_or(5_000_000);
        let position = between(self.strikes.random(kind), 300_000, end);
        let rider = self.lane.rider(slot);
        let (at, item) = (rider.travel_to(position).max(travel), rider.cargo.item);
        self.travels.note(at, Travelled::Strike { kind, item });
    }

    fn strike_soon(&mut self, kind: StrikeKind) {
        let wait_ms = between(self.strikes.random(kind), 0, 500).unsigned_abs();
        self.times.note(self.now + wait_ms * 1_000_000, Timed::Strike(kind));
    }

    /// A fault strikes an item on its way.
    #[inline(never)]
    pub(super) fn strike_item(&mut self, kind: StrikeKind, item: u32, travel: i64, sink: &mut impl WorldSink) {
        if self.strikes_are_off() {
            return;
        }
        if kind == StrikeKind::CountWrap {
            return self.wrapped(travel, sink);
        }
        let Some(slot) = self.lane.find(item) else { return self.retry(kind) };
        if kind == StrikeKind::UnaskedDivert {
            // What it takes is known when the stroke is complete.
            if !self.fire_unasked(slot, travel, sink) {
                self.retry(kind);
            }
            return;
        }
        let touched = if kind == StrikeKind::ItemRemoved {
            Some(self.carry_off(slot, travel, sink))
        } else if kind == StrikeKind::ItemAdded {
            self.add_behind(slot, travel, sink)
        } else if kind == StrikeKind::ItemExchanged {
            self.exchange(slot, travel, sink)
        } else if kind == StrikeKind::StrapLoose {
            self.loosen(slot, item)
        } else if kind == StrikeKind::Touching {
            self.touch(slot, travel, sink)
        } else if kind == StrikeKind::Turned {
            self.turn(slot, travel, sink)
        } else {
            self.slip(slot, travel, sink)
        };
        match touched {
            Some(items) => self.strike_on(kind, &items, sink),
            None => self.retry(kind),
        }
    }

    /// What a scanner sees of other items while this one is in its gate, and whether it sees that instead.
    pub(super) fn cross_read(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> (Option<Labels>, bool) {
        if self.strikes.laid.is_empty() {
            return (None, false);
        }
        let item = self.lane.rider(slot).cargo.item;
        let Some(laid) = self.strikes.take_laid(StrikeKind::CrossRead, item) else { return (None, false) };
        if laid.foreign.is_some() {
            self.strikes.laid.push(laid);
            return (laid.foreign, true);
        }
        let Some(neighbour) = self.neighbour_in_view(slot, travel) else {
            self.retry(StrikeKind::CrossRead);
            return (None, false);
        };
        let other = self.lane.rider(neighbour).cargo;
        let mut foreign = Labels::default();
        other.labels.as_slice().iter().filter(|label| label.quality > 0).for_each(|label| foreign.push(*label));
        let instead = chance(self.strikes.random(StrikeKind::CrossRead), 5_000);
        let mut strike = laid.strike;
        strike.items[1] = other.item;
        self.struck(&strike, sink);
        if instead {
            self.strikes.laid.push(Laid { foreign: Some(foreign), ..laid });
        }
        (Some(foreign), instead)
    }

    /// A divert was made under an item that sticks.
    pub(super) fn strike_missed(&mut self, item: u32, sink: &mut impl WorldSink) {
        if let Some(laid) = self.strikes.take_laid(StrikeKind::MissedDivert, item) {
            self.struck(&laid.strike, sink);
        }
    }

    /// A scanner has missed the trigger of an item, or counted it twice.
    pub(super) fn strike_skipped(&mut self, item: u32, sink: &mut impl WorldSink) {
        self.strike_on(StrikeKind::SkippedTrigger, &[item], sink);
    }

    /// Takes an item away; what it touched is the item.
    pub(super) fn carry_off(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> [u32; 4] {
        let item = self.lane.rider(slot).cargo.item;
        self.take_off(slot, travel, sink);
        sink.physical(self.now, &Physical::Removed { item });
        [item, 0, 0, 0]
    }

    /// Lets an item change places with the one behind it.
    pub(super) fn exchange(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> Option<[u32; 4]> {
        let mut changed = std::mem::take(&mut self.changed);
        let front = self.lane.rider(slot).cargo;
        let back = self.lane.exchange(slot, travel, &mut changed);
        self.changed = changed;
        let back = self.lane.rider(back?).cargo;
        // `back` is what lies in the rear place now: the front item of before.
        let other = self.lane.rider(slot).cargo;
        debug_assert_eq!(back.item, front.item, "cargoes have changed places");
        for weigher in &mut self.weighers {
            weigher.device.exchange((front.item, front.weight_g), (other.item, other.weight_g));
        }
        self.crossed_all(travel, sink);
        Some([front.item, other.item, 0, 0])
    }

    /// Turns an item to another length.
    pub(super) fn turn_item(&mut self, slot: Slot, length: i64, travel: i64, sink: &mut impl WorldSink) -> [u32; 4] {
        let mut changed = std::mem::take(&mut self.changed);
        self.lane.resize(slot, length, travel, &mut changed);
        self.changed = changed;
        let cargo = self.lane.rider(slot).cargo;
        sink.physical(self.now, &Physical::Turned { item: cargo.item, length: cargo.length });
        self.crossed_all(travel, sink);
        [cargo.item, 0, 0, 0]
    }

    fn strike_or_retry(&mut self, struck: bool, kind: StrikeKind, items: &[u32], sink: &mut impl WorldSink) {
        if struck {
            self.strike_on(kind, items, sink);
        } else {
            self.retry(kind);
        }
    }

    fn lay(&mut self, kind: StrikeKind, item: u32) {
        let strike = self.strikes.new_strike(kind, &[item]);
        self.strikes.laid.push(Laid { item, strike, foreign: None });
    }

    fn spoil_label(&mut self, kind: StrikeKind, slot: Slot) -> bool {
        let cargo = self.lane.rider(slot).cargo;
        let neighbour = cargo.parcel.and_then(|parcel| self.feeding.neighbour_label(parcel));
        let labels = self.lane.cargo_mut(slot).labels.as_mut_slice();
        let Some(place) = labels
            .iter()
            .position(|label| label.quality > 0 && (kind != StrikeKind::WrongCheckDigit || label.is_checked()))
        else {
            return false;
        };
        if kind == StrikeKind::NoRead {
            labels.iter_mut().for_each(|label| label.quality = 0);
        } else if kind == StrikeKind::WrongCheckDigit {
            labels[place] = with_wrong_check(&labels[place]);
        } else {
            let Some(mut other) = neighbour else { return false };
            other.quality = labels[place].quality;
            labels[place] = other;
        }
        true
    }

    fn tear(&mut self, slot: Slot) -> bool {
        let length = self.lane.rider(slot).cargo.length;
        if length < 250_000 {
            return false;
        }
        let long = self.strikes.size(StrikeKind::Flap, (25, 60)) * 1000;
        let random = self.strikes.random(StrikeKind::Flap);
        // Some hang at the rear, where a sliver behind the hole can be taken for something else.
        let rear = chance(random, 2_500);
        let sliver = between(random, 18_000, 42_000);
        let anywhere = between(random, length / 4, length * 3 / 4 - long);
        let from = if rear { length - sliver - long } else { anywhere };
        self.lane.cargo_mut(slot).hole = Some((from, from + long));
        true
    }

    /// A strap comes loose at the rear; what the entry PEC has measured was whole.
    fn loosen(&mut self, slot: Slot, item: u32) -> Option<[u32; 4]> {
        let Cargo { length, hole, .. } = self.lane.rider(slot).cargo;
        if length < 250_000 || hole.is_some() {
            return None;
        }
        let long = self.strikes.size(StrikeKind::StrapLoose, (21, 30)) * 1000;
        let sliver = between(self.strikes.random(StrikeKind::StrapLoose), 20_000, 42_000);
        self.lane.cargo_mut(slot).hole = Some((length - sliver - long, length - sliver));
        Some([item, 0, 0, 0])
    }

    fn skip_trigger(&mut self) {
        let last = i64::try_from(self.scanners.len()).unwrap_or(0) - 1;
        if last < 0 {
            return;
        }
        let random = self.strikes.random(StrikeKind::SkippedTrigger);
        let scanner = usize::try_from(between(random, 0, last)).unwrap_or(0);
        let skip = if chance(random, 5_000) { Skip::Missed } else { Skip::Twice };
        self.scanners[scanner].device.skip(skip);
    }

    pub(super) fn neighbour_in_view(&self, slot: Slot, travel: i64) -> Option<Slot> {
        let behind = self.lane.behind(slot).filter(|_| self.lane.gap_behind(slot, travel) < VIEW);
        let ahead = self.lane.ahead(slot).filter(|_| self.lane.gap_ahead(slot, travel) < VIEW);
        let readable =
            |slot: &Slot| self.lane.rider(*slot).cargo.labels.as_slice().iter().any(|label| label.quality > 0);
        behind.filter(readable).or(ahead.filter(readable))
    }

    fn add_behind(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> Option<[u32; 4]> {
        let gap = self.lane.gap_behind(slot, travel);
        let trail = self.lane.rider(slot).trail(travel);
        let on_carriers = self.ring.is_some();
        let random = self.strikes.random(StrikeKind::ItemAdded);
        let length = between(random, 100_000, 350_000);
        let room = gap.min(trail) - length;
        if room < 0 || self.lane.behind(slot).is_none() {
            return None;
        }
        let lead = trail - between(random, 0, room);
        let (weight, labelled) = (between(random, 50, 5_000), chance(random, 5_000));
        // What lies on a carrier stays there.
        let creep = super::feeding::creep(random, if on_carriers { 0 } else { 5_000 });
        let mut labels = Labels::default();
        if labelled {
            labels.push(unknown_label(random));
        }
        let item = self.feeding.number();
        let weight_g = u32::try_from(weight).unwrap_or(50);
        let cargo = Cargo { item, parcel: None, labels, weight_g, length, hole: None, sticks: false };
        self.put_on(cargo, travel, lead, creep, sink);
        Some([item, 0, 0, 0])
    }

    fn touch(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> Option<[u32; 4]> {
        let behind = self.lane.behind(slot)?;
        let gap = self.lane.gap_behind(slot, travel);
        if !(PUSH_MIN..600_000).contains(&gap) {
            return None;
        }
        self.push(slot, -gap, travel, sink);
        let items = [slot, behind].map(|slot| self.lane.rider(slot).cargo.item);
        Some([items[0], items[1], 0, 0])
    }

    /// Turns an item by itself, so that another side of it lies along the belt.
    fn turn(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> Option<[u32; 4]> {
        let before = self.lane.rider(slot).cargo.length;
        let length = between(self.strikes.random(StrikeKind::Turned), 100, 700) * 1000;
        if (length - before).abs() < TURN_MIN || self.lane.rider(slot).trail(travel) <= 0 {
            return None;
        }
        self.lane.cargo_mut(slot).hole = None;
        let touched = self.turn_item(slot, length, travel, sink);
        let after = self.lane.rider(slot).cargo.length;
        ((after - before).abs() >= PUSH_MIN).then_some(touched)
    }

    fn slip(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) -> Option<[u32; 4]> {
        let far = self.strikes.size(StrikeKind::Slip, (50, 400)) * 1000;
        // Things lag behind a belt more often than they run ahead of it.
        let shift = if chance(self.strikes.random(StrikeKind::Slip), 7_500) { -far } else { far };
        let moved = self.push(slot, shift, travel, sink);
        (moved.abs() >= PUSH_MIN).then(|| [self.lane.rider(slot).cargo.item, 0, 0, 0])
    }

    fn push(&mut self, slot: Slot, shift: i64, travel: i64, sink: &mut impl WorldSink) -> i64 {
        let mut changed = std::mem::take(&mut self.changed);
        let moved = self.lane.shift(slot, shift, travel, &mut changed);
        self.changed = changed;
        self.crossed_all(travel, sink);
        moved
    }
}

/// A plate of the usual form that no host has ever written.
pub(super) fn unknown_label(random: &mut ChaCha8Rng) -> Label {
    let serial = between(random, 0, 999_999_999);
    let mut text = *b"LP999000000000000";
    for (place, digit) in (8..17).rev().zip(std::iter::successors(Some(serial), |rest| Some(rest / 10))) {
        text[place] = b'0' + u8::try_from(digit % 10).unwrap_or(0);
    }
    Label::of_plate(std::str::from_utf8(&text).unwrap_or(""), 900)
}

/// The label with a check digit that cannot be right.
fn with_wrong_check(label: &Label) -> Label {
    let text = label.text();
    // S10 has its check digit before the country, all others have it last.
    let place = if text.len() == 13 { 10 } else { text.len().saturating_sub(1) };
    let digit = text.get(place).copied().unwrap_or(b'0');
    label.with(place, if digit == b'9' { b'0' } else { digit + 1 })
}
