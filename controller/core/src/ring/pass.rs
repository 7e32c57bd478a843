//! Passes: where one ends and the next begins; and the induction zones of a pass.
//!
//! Every item counts its places from the seam at which its pass began, so that its stations lie before it as on a line.
//! At the end of a pass its place is one turn less, and it goes to the back of the belt order: it comes as it came first.
//! At the entry of a further zone it keeps its place; what the scanners of a zone have found is looked at anew in the next.

use crate::items::{Divert, Identity, Slot};
use crate::output::{DoubtCause, Outlet, Record};
use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    /// An edge of an entry PEC of a ring: of an item that comes by, or of one that is born.
    pub(crate) fn ring_entry(&mut self, pec: usize, blocked: bool, count: u64, out: &mut Outputs) {
        if blocked {
            self.pec_blocked(pec, count, out);
            return;
        }
        let passing = self.passing(pec).and_then(|(slot, _)| self.items.get(slot));
        if passing.is_some_and(|item| item.length == 0 && item.certain()) {
            self.entry_clear(pec, count, out);
        } else {
            self.pec_clear(pec, count, out);
        }
    }

    /// The scanners behind an entry count every body that comes past it.
    pub(crate) fn count_at_entry(&mut self, pec: usize, slot: Slot) {
        self.count_one_of(pec, core::iter::once(slot));
    }

    /// A body that may be any of several is one body for the scanners behind an entry.
    pub(crate) fn count_one_of(&mut self, pec: usize, several: impl Iterator<Item = Slot>) {
        let Some(zone) = self.geometry.zone_of_entry(pec) else { return };
        let ordinal = self.next_ordinals[zone];
        self.next_ordinals[zone] = ordinal.wrapping_add(1);
        for slot in several {
            if let Some(item) = self.items.get_mut(slot) {
                item.ordinal = ordinal;
            }
        }
    }

    /// Nobody can say how many bodies came past an entry: a late result could be taken for that of the next one.
    pub(crate) fn lose_step_behind(&mut self, pec: usize) {
        let Some(zone) = self.geometry.zone_of_entry(pec) else { return };
        for (scanner, state) in self.scanners.iter_mut().enumerate() {
            if usize::from(self.geometry.zone_of_scanner(scanner)) == zone {
                state.reset();
            }
        }
        for (weigher, state) in self.weighers.iter_mut().enumerate() {
            if usize::from(self.geometry.zone_at(self.geometry.line.weighers[weigher].start_um)) == zone {
                state.lose_step();
            }
        }
    }

    /// An item has come to the entry of a zone, or should have: the scanners there have to find its identity anew. At the
    /// seam its next pass begins.
    pub(crate) fn begin_zone(&mut self, slot: Slot, zone: usize, out: &mut Outputs) {
        let queued = self.items.get(slot).is_some_and(|item| matches!(item.divert, Divert::Queued { .. }));
        if queued {
            // `sortie check` proves that no divert is so near to an entry; whatever this one did, nobody knows.
            self.withdraw(slot, out);
            self.doubt(slot, DoubtCause::CommandLost, out);
            self.settle_hold(slot, None, out);
        }
        let Some(item) = self.items.get_mut(slot) else { return };
        item.divert = Divert::None;
        item.cancelling = false;
        item.zone = zone as u8;
        item.comes_alone = false;
        item.known = item.parcel();
        item.identity = Identity::Open;
        item.codes.clear();
        item.plates = 0;
        item.too_many_codes = false;
        item.outlet = Outlet::AnotherPass;
        item.flight = None;
        item.moved_from = None;
        item.decided = false;
        item.near = false;
        if zone == 0 {
            self.begin_pass(slot, out);
        }
        if self.items.get(slot).is_some_and(|item| !item.certain()) {
            self.decide(slot, out);
        }
        self.items.set_due(slot, 0);
    }

    fn begin_pass(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        item.ref_um -= self.geometry.ring_um;
        item.pass = item.pass.saturating_add(1);
        item.next_pec = 1;
        item.passed_um = 0;
        out.record(Record::PassBegun { item: item.number, pass: item.pass, count: self.belt.count });
        self.items.put_behind(slot, self.belt.count, self.geometry.um_per_count);
    }

    /// What these scanners found, in the light of what an earlier one knew: the same plate confirms, nothing read leaves it as
    /// it was, and anything else puts the item in doubt. True if the item is tied to its parcel already.
    pub(crate) fn read_again(&mut self, slot: Slot, found: Identity, out: &mut Outputs) -> bool {
        let Some(item) = self.items.get_mut(slot) else { return false };
        let Some(known) = item.known.take() else { return false };
        if found == Identity::NoRead || found == Identity::Parcel(known) {
            item.identity = Identity::Parcel(known);
            return true;
        }
        item.identity = found;
        self.leave_riding_as(slot, known);
        self.doubt(slot, DoubtCause::OtherPlate, out);
        true
    }
}
