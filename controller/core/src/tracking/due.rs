//! What the belt's travel brings due for an item.

use crate::items::{Identity, NEVER, Slot};
use crate::output::{DoubtCause, Record};
use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    /// Does what is due for an item at a count, and finds its next deadline.
    pub(crate) fn item_due(&mut self, slot: Slot, count: u64, out: &mut Outputs) {
        if self.body_deadline(slot) <= count
            && let Some(pec) = self.passes_at(slot)
        {
            self.close_body(pec, out);
        }
        if self.window_deadline(slot) <= count {
            self.window_closed(slot, out);
        }
        self.identify_if_due(slot, count, out);
        self.near_if_due(slot, count, out);
        self.fire_if_due(slot, count, out);
        if self.items.get(slot).is_some() {
            let due = self.next_deadline(slot).max(count + 1);
            self.items.set_due(slot, due);
        }
    }

    fn next_deadline(&self, slot: Slot) -> u64 {
        let Some(item) = self.items.get(slot) else { return NEVER };
        let identity = if item.identity == Identity::Open { self.identity_count(item) } else { NEVER };
        let deadlines = [self.window_deadline(slot), self.body_deadline(slot), self.fire_deadline(slot)];
        deadlines.into_iter().fold(identity, u64::min)
    }

    /// T3, last line: the outer window at the next PEC went by without an edge.
    #[inline(never)]
    fn window_closed(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get(slot) else { return };
        let stop = usize::from(item.next_pec);
        let pec = if stop < self.pecs.len() { stop } else { 0 };
        if item.fired() {
            // It left at its chute, as it should.
            self.items.remove(slot);
            return;
        }
        let believed = !self.pecs[pec].suspect;
        let unseen = item.unseen.saturating_add(u8::from(believed));
        // On a ring nothing is there that no PEC has seen for a whole turn.
        if self.geometry.is_end_of_line(pec) || usize::from(unseen) > self.pecs.len() {
            self.gone(slot, out);
            return;
        }
        let lost = item.doubt.is_none() && believed;
        if let Some(item) = self.items.get_mut(slot) {
            item.unseen = unseen;
            item.next_pec += 1;
        }
        if let Some(zone) = self.geometry.zone_of_entry(pec) {
            self.begin_zone(slot, zone, out);
        }
        if lost {
            self.doubt(slot, DoubtCause::Missing, out);
            self.note_outcome(pec, true, out);
            // It may have come by all the same.
            self.lose_step_behind(pec);
        }
    }

    /// Nobody saw it leave, but it is not on the belt any more.
    #[inline(never)]
    fn gone(&mut self, slot: Slot, out: &mut Outputs) {
        self.withdraw(slot, out);
        self.lose_riding(slot, out);
        if let Some(item) = self.items.remove(slot) {
            self.totals.gone += 1;
            out.record(Record::Gone { item: item.number });
        }
    }
}
