//! The body between an item's edges: its length is its signature.

use crate::items::{Divert, Item, Slot};
use crate::output::{DoubtCause, Reason, Record, Sighting};
use crate::outputs::Outputs;
use crate::state::Core;

/// A body that is longer than so many of the longest is none.
const PASSES_AT_MOST: u64 = 4;

impl Core {
    pub(crate) fn pec_clear(&mut self, pec: usize, count: u64, out: &mut Outputs) {
        let state = &mut self.pecs[pec];
        (state.blocked, state.clear_at) = (false, count);
        let Some((slot, lead)) = self.passing(pec) else { return self.measure_overrun(pec, out) };
        let Some(item) = self.items.get_mut(slot) else { return };
        let measured = count.saturating_sub(lead);
        if item.length == 0 {
            item.length = measured;
            self.pecs[pec].occupant = None;
            self.count_at_entry(pec, slot);
            self.measured_stranger(slot, pec, measured, count, out);
            return;
        }
        let tolerance = self.geometry.length_tolerance;
        if measured + tolerance >= item.length {
            // Shorter may be a hole with more body behind it; the deadline decides that.
            let right = measured <= item.length + tolerance;
            self.finish_body(pec, slot, lead, right, out);
        } else if item.fired() {
            self.left_under_beam(pec, slot);
        } else {
            item.body_open = true;
            self.withdraw_unless_rejected(slot, out);
        }
    }

    /// A body that may not be what it seemed gets no fire; but on a ring what is in doubt already only has to get off, and
    /// would be called back by each of its holes for ever.
    pub(super) fn withdraw_unless_rejected(&mut self, slot: Slot, out: &mut Outputs) {
        if !self.items.get(slot).is_some_and(|item| self.in_doubt_on_a_ring(item)) {
            self.withdraw(slot, out);
        }
    }

    /// The divert has taken an item from under a beam, before its chute or behind it, which clears too early.
    fn left_under_beam(&mut self, pec: usize, slot: Slot) {
        self.pecs[pec].occupant = None;
        if self.geometry.is_end_of_line(pec) {
            self.items.remove(slot);
        } else {
            self.items.set_due(slot, 0);
        }
    }

    /// True if an item was fired into a chute upstream of a PEC.
    fn is_behind_its_chute(&self, slot: Slot, pec: usize) -> bool {
        let Some(Divert::Fired { chute, .. }) = self.items.get(slot).map(|item| item.divert) else { return false };
        let chute = self.geometry.chute_of_number(chute).map(|chute| self.geometry.chutes()[chute].position_um);
        chute.is_some_and(|chute| chute < self.geometry.pecs()[pec].position_um)
    }

    fn measured_stranger(&mut self, slot: Slot, pec: usize, measured: u64, count: u64, out: &mut Outputs) {
        if measured < self.geometry.counts_up(self.geometry.line.item_min_um / 2) {
            self.drop_noise(slot, count, out);
            return;
        }
        let lead = count.saturating_sub(measured);
        self.doubt_who_may_be(pec, lead, measured, out);
        if self.geometry.is_end_of_line(pec) {
            self.end_of_line(slot, out);
        }
    }

    /// A body came for which nobody was expected. While the belt ran down and up again pulses may have been lost, and all
    /// that rides comes before its count: then this is one of those that are still expected here, and another one would
    /// be taken for it in a moment.
    fn doubt_who_may_be(&mut self, pec: usize, lead: u64, measured: u64, out: &mut Outputs) {
        let stop = self.geometry.stop_of(pec);
        let tolerance = self.geometry.length_tolerance;
        for rank in 0..self.items.len() {
            let slot = self.items.order()[rank];
            let Some(item) = self.items.get(slot) else { continue };
            // Who was seen since the belt ran up is where it was seen.
            let unseen = usize::from(item.next_pec) == stop && item.ramped && item.certain();
            if unseen && item.length.abs_diff(measured) <= tolerance && self.expectation(item, stop).0 > lead {
                self.doubt(slot, DoubtCause::Ambiguous, out);
            }
        }
    }

    /// Whatever passes a PEC has not ended where it should: another body comes, or its time is up.
    pub(super) fn close_body(&mut self, pec: usize, out: &mut Outputs) {
        if let Some((slot, lead)) = self.passing(pec) {
            self.finish_body(pec, slot, lead, false, out);
        }
    }

    fn finish_body(&mut self, pec: usize, slot: Slot, lead: u64, right: bool, out: &mut Outputs) {
        self.pecs[pec].occupant = None;
        self.count_at_entry(pec, slot);
        if self.is_behind_its_chute(slot, pec) {
            // All of it has passed the beam.
            self.stayed_on(slot, out);
        }
        if right {
            self.body_right(pec, slot, lead, out);
        } else {
            self.measure_anew(pec, slot, lead);
            self.doubt(slot, DoubtCause::Length, out);
            let measured = self.pecs[pec].clear_at.saturating_sub(lead);
            // What goes on still is not measured yet.
            if measured > 0 {
                self.doubt_who_may_be(pec, lead, measured, out);
            }
            self.note_outcome(pec, true, out);
        }
        if self.geometry.is_end_of_line(pec) {
            self.end_of_line(slot, out);
        }
    }

    /// On a ring the reject outlet has to hit what is there, and not what once was. What goes on still is measured when it
    /// has passed.
    fn measure_anew(&mut self, pec: usize, slot: Slot, lead: u64) {
        let clear_at = self.pecs[pec].clear_at;
        let Some(item) = self.items.get_mut(slot) else { return };
        if clear_at <= lead {
            self.pecs[pec].overrun = Some((slot, item.number, lead));
        } else if self.geometry.is_ring() {
            item.length = clear_at - lead;
            item.body_open = false;
        }
    }

    /// A body has passed that went on beyond what was expected there: where it begins stands an item, and what slid against
    /// it is behind; or it is another one.
    fn measure_overrun(&mut self, pec: usize, out: &mut Outputs) {
        let Some((slot, number, lead)) = self.pecs[pec].overrun.take() else { return };
        let passed = self.pecs[pec].clear_at.saturating_sub(lead);
        if self.geometry.is_ring()
            && let Some(item) = self.items.get_mut(slot).filter(|item| item.number == number)
        {
            item.passed = passed.min(self.geometry.jam_after * PASSES_AT_MOST);
        }
        self.doubt_who_may_be(pec, lead, passed, out);
    }

    fn body_right(&mut self, pec: usize, slot: Slot, lead: u64, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        item.body_open = false;
        // Nothing lies against it any more.
        item.passed = 0;
        if item.provisional {
            let place = self.geometry.pecs()[pec].position_um;
            let early = lead < item.count_at(place, self.geometry.um_per_count);
            self.rebase(slot, pec, lead, if early { Sighting::Early } else { Sighting::Late }, out);
            self.note_outcome(pec, true, out);
        }
        // A body that the stop caught in the beam may have been exchanged under it: only a whole body proves an item.
        let whole = !self.belt.estop && lead > self.belt.released_at;
        let proves = |item: &&mut Item| item.unproven && whole && lead > item.proof_after;
        if let Some(item) = self.items.get_mut(slot).filter(proves) {
            (item.unproven, item.holed) = (false, false);
            self.decide(slot, out);
        }
        // A provisional item could not be aimed before; and a renewed aim needs the deadline anew.
        self.items.set_due(slot, 0);
    }

    /// The item leaves at the end of the line.
    pub(super) fn end_of_line(&mut self, slot: Slot, out: &mut Outputs) {
        self.withdraw(slot, out);
        self.leave_riding(slot, out);
        self.count_return(slot);
        let Some(item) = self.items.remove(slot) else { return };
        // Its fire was not made, or the board has not told yet; either way its chute lies behind it.
        let code = if item.code == Reason::Ok { Reason::Rcx } else { item.code };
        self.totals.end_of_line += 1;
        self.by_code[code as usize] += 1;
        out.record(Record::EndOfLine { item: item.number, code });
    }
}
