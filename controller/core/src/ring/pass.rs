//! Passes: where one ends and the next begins.
//!
//! Every item counts its places from the seam at which its pass began, so that its stations lie before it as on a line.
//! At the end of a pass its place is one turn less, and it goes to the back of the belt order: it comes as it came first.

use crate::items::{Divert, Identity, Slot};
use crate::output::{DoubtCause, Outlet, Record};
use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    /// An edge of the entry PEC of a ring: of an item that comes round, or of one that is born.
    pub(crate) fn ring_entry(&mut self, blocked: bool, count: u64, out: &mut Outputs) {
        if blocked {
            self.pec_blocked(0, count, out);
            return;
        }
        let passing = self.passing(0).and_then(|(slot, _)| self.items.get(slot));
        if passing.is_some_and(|item| item.length == 0 && item.certain()) {
            self.entry_clear(count, out);
        } else {
            self.pec_clear(0, count, out);
        }
    }

    /// The scanners behind the entry of a ring count every body that comes past it.
    pub(crate) fn count_at_entry(&mut self, pec: usize, slot: Slot) {
        if pec > 0 {
            return;
        }
        let ordinal = self.next_ordinal;
        self.next_ordinal = ordinal.wrapping_add(1);
        if let Some(item) = self.items.get_mut(slot) {
            item.ordinal = ordinal;
        }
    }

    /// An item has come round, or should have: its next pass begins. The scanners have to find its identity anew.
    pub(crate) fn begin_pass(&mut self, slot: Slot, out: &mut Outputs) {
        let queued = self.items.get(slot).is_some_and(|item| matches!(item.divert, Divert::Queued { .. }));
        if queued {
            // `sortie check` proves that no divert is so near to the seam; whatever this one did, nobody knows.
            self.withdraw(slot, out);
            self.doubt(slot, DoubtCause::CommandLost, out);
            self.settle_hold(slot, None, out);
        }
        let Some(item) = self.items.get_mut(slot) else { return };
        item.divert = Divert::None;
        item.cancelling = false;
        item.ref_um -= self.geometry.ring_um;
        item.pass = item.pass.saturating_add(1);
        item.next_pec = 1;
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
        item.passed_um = 0;
        out.record(Record::PassBegun { item: item.number, pass: item.pass, count: self.belt.count });
        self.items.put_behind(slot, self.belt.count, self.geometry.um_per_count);
        if self.items.get(slot).is_some_and(|item| !item.certain()) {
            self.decide(slot, out);
        }
        self.items.set_due(slot, 0);
    }

    /// What this pass found, in the light of what an earlier one knew: the same plate confirms, nothing read leaves it as
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
