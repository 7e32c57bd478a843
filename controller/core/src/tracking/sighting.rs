//! A leading edge at a later belt PEC: whose is it (T3)?

use crate::items::{Divert, Item, Slot};
use crate::output::{DoubtCause, FlushCause, Record, Sighting};
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::BeltMotion;

/// Items whose outer window an edge fell into.
type Candidates = heapless::Vec<Candidate, 8>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Candidate {
    slot: Slot,
    /// The edge fell into its inner window, too.
    inner: bool,
    /// How far from where it was expected, in counts.
    error: u64,
}

/// The candidate that was expected nearest to the edge. There is one.
fn nearest(several: &[Candidate]) -> Candidate {
    several.iter().fold(several[0], |best, other| if other.error < best.error { *other } else { best })
}

impl Core {
    pub(crate) fn pec_blocked(&mut self, pec: usize, count: u64, out: &mut Outputs) {
        let state = &mut self.pecs[pec];
        (state.blocked, state.blocked_at, state.overrun) = (true, count, None);
        self.expect_jam(count);
        let candidates = self.candidates(pec, count);
        if self.pecs[pec].suspect {
            // A suspect sensor moves nothing; it only earns its trust back.
            let permitted = self.take_permit(pec, count);
            self.lose_step_behind(pec);
            self.note_outcome(pec, candidates.len() != 1 && !permitted, out);
            return;
        }
        match (self.inside_body(pec, count), candidates.as_slice()) {
            (Some(slot), []) => {
                self.hole(slot, count, out);
            }
            (None, []) => {
                self.close_body(pec, out);
                if self.take_permit(pec, count) {
                    self.entry_blocked(pec, count, out);
                } else {
                    self.stranger(pec, count, out);
                }
            }
            (None, [only]) => {
                self.close_body(pec, out);
                self.recognised(*only, pec, count, out);
            }
            (None, several) if self.all_in_doubt(several) => {
                self.close_body(pec, out);
                self.recognised(nearest(several), pec, count, out);
            }
            (None, several) => {
                self.close_body(pec, out);
                self.count_one_of(pec, several.iter().map(|candidate| candidate.slot));
                self.all_doubted(several, pec, out);
            }
            (Some(slot), several) => {
                self.lose_step_behind(pec);
                self.doubt(slot, DoubtCause::Ambiguous, out);
                self.all_doubted(several, pec, out);
            }
        }
    }

    /// An edge may be any of these, and nobody can say whose it is.
    fn all_doubted(&mut self, several: &[Candidate], pec: usize, out: &mut Outputs) {
        for candidate in several {
            self.doubt(candidate.slot, DoubtCause::Ambiguous, out);
        }
        self.note_outcome(pec, true, out);
    }

    /// On a ring, whether an edge fits only items that are in doubt already. No identity is at stake between them, and the
    /// nearest is taken: what is there must be known to be somewhere, or it would ride on for ever.
    fn all_in_doubt(&self, several: &[Candidate]) -> bool {
        let in_doubt = |found: &Candidate| self.items.get(found.slot).is_some_and(|item| !item.certain());
        self.geometry.is_ring() && several.iter().all(in_doubt)
    }

    /// The beam is blocked again inside one body: a hole, and no second item. But one item that is exchanged for another
    /// under the beam looks the same, so only a later PEC proves it.
    #[inline(never)]
    fn hole(&mut self, slot: Slot, count: u64, out: &mut Outputs) {
        self.withdraw_unless_rejected(slot, out);
        let Some(item) = self.items.get_mut(slot) else { return };
        item.body_open = false;
        (item.unproven, item.holed) = (true, true);
        item.proof_after = count;
        self.decide(slot, out);
        self.items.set_due(slot, 0);
    }

    fn candidates(&self, pec: usize, count: u64) -> Candidates {
        let mut found = Candidates::new();
        let stop = self.geometry.stop_of(pec);
        for (slot, item) in self.items.iter().filter(|(_, item)| usize::from(item.next_pec) == stop) {
            let (expected, inner, outer) = self.expectation(item, stop);
            let error = expected.abs_diff(count);
            if error <= outer {
                // Beyond the eighth the answer is the same: several.
                let _ = found.push(Candidate { slot, inner: error <= inner, error });
            }
        }
        found
    }

    /// The item whose body surely covers the beam at `count`, if any.
    fn inside_body(&self, pec: usize, count: u64) -> Option<Slot> {
        let (slot, lead) = self.passing(pec)?;
        let item = self.items.get(slot)?;
        let tolerance = self.geometry.length_tolerance;
        (count + tolerance < lead + item.length).then_some(slot)
    }

    fn recognised(&mut self, found: Candidate, pec: usize, count: u64, out: &mut Outputs) {
        let Some(item) = self.items.get(found.slot) else { return };
        let number = item.number;
        self.pecs[pec].occupant = Some((found.slot, number, count));
        let nose = self.is_nose(item, pec);
        if let Some(item) = self.items.get_mut(found.slot) {
            item.unseen = 0;
            item.denied = None;
        }
        if self.items.get(found.slot).is_some_and(Item::fired) && !nose {
            self.stayed_on(found.slot, out);
        }
        if !nose && let Some(zone) = self.geometry.zone_of_entry(pec) {
            self.begin_zone(found.slot, zone, out);
        }
        if found.inner {
            self.rebase(found.slot, pec, count, Sighting::Seen, out);
            self.note_outcome(pec, false, out);
        } else if let Some(item) = self.items.get_mut(found.slot) {
            item.provisional = true;
            item.next_pec = pec as u8 + 1;
            self.withdraw(found.slot, out);
            self.items.set_due(found.slot, 0);
        }
    }

    /// True if a fired item shows its leading edge at a PEC before its divert has taken it: a long one reaches beyond its
    /// chute. Whether it stayed on is seen when the rest of it passes the beam, or does not.
    fn is_nose(&self, item: &Item, pec: usize) -> bool {
        let Divert::Fired { chute, .. } = item.divert else { return false };
        let Some(chute) = self.geometry.chute_of_number(chute) else { return false };
        // The entry of a ring is where it ends, too.
        let place = self.geometry.stop_um(self.geometry.stop_of(pec));
        let half = item.length_um(self.geometry.um_per_count) / 2;
        place <= self.geometry.chutes()[chute].position_um + half + self.inner_um(item, place)
    }

    /// Takes an edge as the item's true place.
    pub(super) fn rebase(&mut self, slot: Slot, pec: usize, count: u64, how: Sighting, out: &mut Outputs) {
        let place = self.geometry.pecs()[pec];
        let ramping = self.belt.motion != BeltMotion::Running;
        let Some(item) = self.items.get_mut(slot) else { return };
        let expected = item.count_at(place.position_um, self.geometry.um_per_count);
        item.ref_um = place.position_um;
        item.ref_count = count;
        item.extra_um = 0;
        item.ramped = ramping;
        item.next_pec = pec as u8 + 1;
        item.provisional = false;
        let error = (count as i64 - expected as i64) as i32;
        out.record(Record::Sighted { item: item.number, sensor: place.sensor, count, how, error });
        self.items.set_due(slot, 0);
        self.aim_again(slot, out);
    }

    /// An edge that belongs to nobody: something came onto the belt, or lost its history.
    #[inline(never)]
    fn stranger(&mut self, pec: usize, count: u64, out: &mut Outputs) {
        let place = self.geometry.pecs()[pec].position_um;
        let upc = self.geometry.um_per_count;
        self.overlapped(pec, count, out);
        let number = self.next_item;
        let mut item = Item::born(number, pec as u8, place, count);
        item.zone = self.geometry.zone_at(place);
        let flushed = count < self.flushed_until;
        let rank = self.items.iter().take_while(|(_, other)| other.lead_um(count, upc) > place).count();
        let Some(slot) = self.items.insert(rank, item) else {
            self.flush(FlushCause::Overflow, out);
            return;
        };
        self.next_item = self.next_item.wrapping_add(1).max(1);
        self.pecs[pec].occupant = Some((slot, number, count));
        self.doubt(slot, if flushed { DoubtCause::Flushed } else { DoubtCause::Stranger }, out);
        self.doubt_keyed(slot, out);
        self.note_outcome(pec, !flushed, out);
    }

    /// Items that have passed this PEC and whose body a stranger's edge cuts.
    fn overlapped(&mut self, pec: usize, count: u64, out: &mut Outputs) {
        let place = self.geometry.pecs()[pec].position_um;
        let upc = self.geometry.um_per_count;
        let cut = self.items.iter().find(|(_, item)| {
            let lead = item.lead_um(count, upc);
            lead > place && lead - item.length_um(upc) < place && usize::from(item.next_pec) > pec
        });
        if let Some((slot, _)) = cut {
            self.doubt(slot, DoubtCause::Overlapped, out);
        }
    }

    /// Puts an item in doubt, once: its command is withdrawn, and it rides on.
    pub(crate) fn doubt(&mut self, slot: Slot, why: DoubtCause, out: &mut Outputs) {
        let count = self.belt.count;
        let Some(item) = self.items.get_mut(slot) else { return };
        if item.doubt.is_some() {
            return;
        }
        item.doubt = Some(why);
        out.record(Record::Doubt { item: item.number, count, why });
        self.withdraw(slot, out);
        self.decide(slot, out);
    }
}
