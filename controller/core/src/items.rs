//! The items on the belt, in belt order, front first.

use crate::coding::Keyed;
use crate::containers::Piece;
use crate::deadlines::{Deadlines, Due};
use crate::identification::Discharge;
use crate::limits::{CODES_PER_ITEM, ITEMS};
use crate::output::{DoubtCause, Outlet, Reason};
use crate::records::{CodeText, FlightKey};
use crate::room::Room;
use alloc::vec::Vec;

/// Where in the table an item stands.
pub(crate) type Slot = u16;

/// No deadline.
pub(crate) const NEVER: u64 = u64::MAX;

/// What the scanners found on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Its gates have not all closed.
    Open,
    /// Nothing was read.
    NoRead,
    /// Codes were read, but the host knows none of them.
    NoData,
    /// Two or more live parcels.
    Several,
    /// Exactly one live parcel.
    Parcel(u32),
}

impl Identity {
    /// The parcel, if there is exactly one.
    pub(crate) fn parcel(self) -> Option<u32> {
        match self {
            Self::Parcel(parcel) => Some(parcel),
            Self::Open | Self::NoRead | Self::NoData | Self::Several => None,
        }
    }
}

/// The item's way off the belt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Divert {
    /// No fire is with the board.
    None,
    /// A fire is with the board, or on its way to it.
    Queued { chute: u16, target: u64 },
    /// Fired; the item should be leaving.
    Fired { chute: u16, at: u64 },
}

/// One item. Its place is that of its leading edge: `ref_um` at count `ref_count`, moving with the belt.
///
/// Every edge and every result is held against all items that ride, and most of them have nothing to do with it. What
/// tells that stands first, in one line of the cache, and in the order in which it stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Item {
    pub(crate) ref_um: i64,
    pub(crate) ref_count: u64,
    /// Body in counts; 0 until the trailing edge has been seen at the entry.
    pub(crate) length: u64,
    /// How long it was when it passed a PEC together with what had slid against it, in counts; 0: it never did.
    pub(crate) passed: u64,
    /// Slip allowed for on top of distance, since the last sighting (stops).
    pub(crate) extra_um: i64,
    /// The belt ran down or up since the last sighting, when nobody can say how fast the counts have to come.
    pub(crate) ramped: bool,
    /// Chutes before this place cannot be reached any more.
    pub(crate) passed_um: i64,
    /// The discharge that one PEC has denied, until another one has seen the item, too.
    pub(crate) denied: Option<Discharge>,
    pub(crate) identity: Identity,
    pub(crate) number: u32,
    /// Index of the PEC at which it is expected next; on a ring, behind the last one, the entry PEC.
    pub(crate) next_pec: u8,
    /// Why it is in doubt; `None` while place and identity are certain.
    pub(crate) doubt: Option<DoubtCause>,
    /// Its leading edge fell into its outer window only: it is re-based when its length proves right.
    pub(crate) provisional: bool,
    /// It cleared a beam too early: a hole, or another, shorter item. No fire until the rest of it has come.
    pub(crate) body_open: bool,
    /// Set by an emergency stop, and by a hole in its body, until a later PEC has seen it whole and with its length.
    pub(crate) unproven: bool,
    /// It is a hole in its body that makes it so.
    pub(crate) holed: bool,
    pub(crate) decided: bool,
    /// It was decided anew when it came near to its chute.
    pub(crate) near: bool,
    /// A cancel is under way for the queued divert.
    pub(crate) cancelling: bool,
    /// And it was before its commit count that a cancel left.
    pub(crate) cancelled_in_time: bool,
    pub(crate) divert: Divert,
    pub(crate) outlet: Outlet,
    /// Count that the leading edge of the sighting which proves it must come after.
    pub(crate) proof_after: u64,
    pub(crate) revision: u16,
    pub(crate) pass: u8,
    /// The induction zone whose entry it has passed last: the scanners there read it.
    pub(crate) zone: u8,
    /// Its first pass is no whole one.
    pub(crate) pass_short: bool,
    pub(crate) code: Reason,
    /// Windows of PECs in a row that closed without it.
    pub(crate) unseen: u8,
    pub(crate) overlong: bool,
    /// More distinct codes were read than one parcel can carry.
    pub(crate) too_many_codes: bool,
    pub(crate) gap_short: bool,
    pub(crate) duplicate: bool,
    pub(crate) returned: bool,
    /// Its fire left before the board was asked what it holds, so that the answer has to name it.
    pub(crate) asked_about: bool,
    /// A hold came after the commit count: it is answered when the board has told how the fire ended.
    pub(crate) hold_tried: bool,
    /// Its divert was confirmed.
    pub(crate) confirmed: bool,
    /// Order of birth, for the scanners' trigger numbers.
    pub(crate) ordinal: u32,
    /// The parcel that an earlier pass found on it, until this pass has said the same.
    pub(crate) known: Option<u32>,
    pub(crate) weight_g: Option<i32>,
    /// Nobody came past the entry for so long before it that a checkweigher's verdict on it can be no other one's.
    pub(crate) comes_alone: bool,
    /// What it weighs for its flight, in grams: measured, or else declared, or else nothing.
    pub(crate) charge_g: u64,
    pub(crate) codes: heapless::Vec<CodeText, CODES_PER_ITEM>,
    /// Plates among the codes, as a bit mask.
    pub(crate) plates: u8,
    /// One of them was keyed in for whoever came next.
    pub(crate) keyed: Option<Keyed>,
    /// The board's clock by which its codes were given to it (`Belt::offset_ns`); `i64::MIN` before the first.
    pub(crate) read_by_ns: i64,
    pub(crate) flight: Option<FlightKey>,
    /// The flight that it was booked on and does not take, and why.
    pub(crate) moved_from: Option<(FlightKey, Reason)>,
    /// The flight whose chute the newest fire was for; `None`: an exception's.
    pub(crate) aimed: Option<FlightKey>,
    /// The code for which the newest fire was.
    pub(crate) aimed_code: Reason,
    /// What it counts in the container that it was fired into.
    pub(crate) piece: Option<Piece>,
}

impl Item {
    pub(crate) fn born(number: u32, pec: u8, ref_um: i64, count: u64) -> Self {
        Self {
            number,
            pass: 1,
            zone: 0,
            pass_short: false,
            ref_um,
            ref_count: count,
            length: 0,
            passed: 0,
            extra_um: 0,
            ramped: false,
            unseen: 0,
            next_pec: pec + 1,
            provisional: false,
            body_open: false,
            doubt: None,
            unproven: false,
            holed: false,
            proof_after: 0,
            overlong: false,
            too_many_codes: false,
            gap_short: false,
            duplicate: false,
            returned: false,
            identity: Identity::Open,
            known: None,
            codes: heapless::Vec::new(),
            plates: 0,
            keyed: None,
            read_by_ns: i64::MIN,
            weight_g: None,
            comes_alone: false,
            ordinal: 0,
            code: Reason::Trk,
            outlet: Outlet::EndOfLine,
            flight: None,
            moved_from: None,
            charge_g: 0,
            decided: false,
            divert: Divert::None,
            aimed: None,
            aimed_code: Reason::Trk,
            revision: 0,
            asked_about: false,
            hold_tried: false,
            cancelling: false,
            cancelled_in_time: false,
            confirmed: false,
            piece: None,
            near: false,
            passed_um: 0,
            denied: None,
        }
    }

    /// Place of the leading edge at a count, in micrometres.
    pub(crate) fn lead_um(&self, count: u64, um_per_count: i64) -> i64 {
        self.ref_um + (count as i64 - self.ref_count as i64) * um_per_count
    }

    /// Length of the body in micrometres.
    pub(crate) fn length_um(&self, um_per_count: i64) -> i64 {
        self.length as i64 * um_per_count
    }

    /// Count at which the leading edge is expected at a place.
    pub(crate) fn count_at(&self, um: i64, um_per_count: i64) -> u64 {
        (self.ref_count as i64 + (um - self.ref_um) / um_per_count).max(0) as u64
    }

    /// First count at which the leading edge is at a place or past it.
    pub(crate) fn count_past(&self, um: i64, um_per_count: i64) -> u64 {
        let way = um - self.ref_um;
        let counts = way / um_per_count + i64::from(way > 0 && way % um_per_count != 0);
        (self.ref_count as i64 + counts).max(0) as u64
    }

    /// True while its place and identity are; a ghost or a stranger never is.
    pub(crate) fn certain(&self) -> bool {
        self.doubt.is_none()
    }

    /// Whole passes that it has begun.
    pub(crate) fn whole_passes(&self) -> u8 {
        self.pass - u8::from(self.pass_short)
    }

    /// Its fire is for the decision in force.
    pub(crate) fn aim(&mut self) {
        self.aimed = if self.code == Reason::Ok { self.flight } else { None };
        self.aimed_code = self.code;
    }

    /// True if it carries a parcel and has not been fired.
    pub(crate) fn rides_with(&self, parcel: u32) -> bool {
        self.parcel() == Some(parcel) && !self.fired()
    }

    /// The parcel that it carries, as far as this pass or, until its gates have closed, the one before knows.
    pub(crate) fn parcel(&self) -> Option<u32> {
        if self.identity == Identity::Open { self.known } else { self.identity.parcel() }
    }

    pub(crate) fn fired(&self) -> bool {
        matches!(self.divert, Divert::Fired { .. })
    }

    /// The flight in which it takes a place, though it has not been fired yet.
    pub(crate) fn place_in(&self) -> Option<&FlightKey> {
        self.flight.as_ref().filter(|_| self.code == Reason::Ok && !self.fired())
    }
}

/// The table of items: slots that never move, and their belt order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Items {
    slots: Vec<Option<Item>>,
    free: Room<Slot>,
    order: Room<Slot>,
    /// When each slot next has something to do.
    deadlines: Deadlines,
}

impl Items {
    pub(crate) fn new() -> Self {
        let mut slots = Vec::with_capacity(ITEMS);
        slots.resize_with(ITEMS, || None);
        let mut free = Room::new(ITEMS);
        free.extend((0..ITEMS as Slot).rev());
        Self { slots, free, order: Room::new(ITEMS), deadlines: Deadlines::new(ITEMS) }
    }

    /// Puts an item at a rank of the belt order; `None` if the table is full.
    pub(crate) fn insert(&mut self, rank: usize, item: Item) -> Option<Slot> {
        let slot = self.free.pop()?;
        self.slots[usize::from(slot)] = Some(item);
        let rank = rank.min(self.order.len());
        self.order.insert(rank, slot);
        self.set_due(slot, 0);
        Some(slot)
    }

    pub(crate) fn remove(&mut self, slot: Slot) -> Option<Item> {
        let item = self.slots[usize::from(slot)].take()?;
        self.order.retain(|other| *other != slot);
        self.free.push(slot);
        self.deadlines.set(slot, NEVER);
        Some(item)
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Item> {
        self.slots.get(usize::from(slot))?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, slot: Slot) -> Option<&mut Item> {
        self.slots.get_mut(usize::from(slot))?.as_mut()
    }

    /// Puts an item behind all that is not behind `lead_um`, where it is now.
    pub(crate) fn put_behind(&mut self, slot: Slot, count: u64, um_per_count: i64) {
        let Some(lead_um) = self.get(slot).map(|item| item.lead_um(count, um_per_count)) else { return };
        self.order.retain(|other| *other != slot);
        let upstream =
            |other: &&Slot| self.get(**other).is_some_and(|item| item.lead_um(count, um_per_count) < lead_um);
        let rank = self.order.len() - self.order.iter().rev().take_while(upstream).count();
        self.order.insert(rank, slot);
    }

    /// Slots in belt order, front first.
    pub(crate) fn order(&self) -> &[Slot] {
        &self.order
    }

    pub(crate) fn rank(&self, slot: Slot) -> Option<usize> {
        self.order.iter().position(|other| *other == slot)
    }

    /// Items in belt order, front first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Slot, &Item)> {
        self.order.iter().filter_map(|slot| self.get(*slot).map(|item| (*slot, item)))
    }

    /// The neighbour behind a slot.
    pub(crate) fn behind(&self, slot: Slot) -> Option<&Item> {
        self.get(*self.order.get(self.rank(slot)? + 1)?)
    }

    pub(crate) fn by_number(&self, number: u32) -> Option<Slot> {
        self.iter().find(|(_, item)| item.number == number).map(|(slot, _)| slot)
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn set_due(&mut self, slot: Slot, count: u64) {
        self.deadlines.set(slot, count);
    }

    /// The frontmost slot that has something to do at `count`.
    pub(crate) fn first_due(&self, count: u64) -> Option<Slot> {
        match self.deadlines.at(count) {
            Due::None => None,
            Due::One(slot) => Some(slot),
            Due::Several => self.order.iter().copied().find(|slot| self.deadlines.get(*slot) <= count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Item;

    #[test]
    fn the_first_count_past_a_place_is_the_first_at_which_the_leading_edge_has_come_so_far() {
        let um_per_count = 700;
        let item = Item::born(1, 0, 10_000, 1_000);
        for um in (5_000..15_000).step_by(50) {
            let count = item.count_past(um, um_per_count);
            assert!(item.lead_um(count, um_per_count) >= um, "{um}");
            assert!(item.lead_um(count - 1, um_per_count) < um, "{um}");
        }
    }
}
