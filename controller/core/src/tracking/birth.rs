//! Birth at an entry PEC (T1): a leading edge makes an item, its trailing edge gives the length.

use crate::items::{Item, Slot};
use crate::output::{DoubtCause, FlushCause, Record};
use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    pub(crate) fn entry_blocked(&mut self, pec: usize, count: u64, out: &mut Outputs) {
        let gap_short =
            count.saturating_sub(self.pecs[pec].clear_at) < self.geometry.counts_up(self.geometry.line.gap_min_um);
        let entry = &mut self.pecs[pec];
        (entry.blocked, entry.blocked_at) = (true, count);
        self.expect_jam(count);
        let rank = self.rank_at_entry(pec, count);
        if gap_short {
            self.mark_gap_short(pec, rank, out);
        }
        let (number, place_um) = (self.next_item, self.geometry.pecs()[pec].position_um);
        let mut item = Item::born(number, pec as u8, place_um, count);
        item.gap_short = gap_short;
        item.comes_alone = self.comes_alone(pec, count);
        item.zone = self.geometry.zone_at(place_um);
        // What comes on further round has a first pass that is no whole one.
        item.pass_short = pec > 0;
        let Some(slot) = self.items.insert(rank, item) else {
            self.flush(FlushCause::Overflow, out);
            return;
        };
        self.next_item = self.next_item.wrapping_add(1).max(1);
        self.pecs[pec].occupant = Some((slot, number, count));
        self.totals.born += 1;
        out.record(Record::Born { item: number, count });
        if pec == 0 {
            self.key_in(slot, out);
        }
        if self.pecs[pec].suspect {
            self.doubt(slot, DoubtCause::Malformed, out);
        }
    }

    /// Where in the belt order an item comes that is at an entry PEC. Behind the first one nothing rides.
    fn rank_at_entry(&self, pec: usize, count: u64) -> usize {
        if pec == 0 {
            return self.items.len();
        }
        let (place_um, upc) = (self.geometry.pecs()[pec].position_um, self.geometry.um_per_count);
        self.items.iter().take_while(|(_, item)| item.lead_um(count, upc) > place_um).count()
    }

    /// The item in front was born with too small a gap behind it.
    fn mark_gap_short(&mut self, pec: usize, rank: usize, out: &mut Outputs) {
        let in_front = |rank: usize| -> Option<Slot> { self.items.order().get(rank.checked_sub(1)?).copied() };
        let Some(slot) = in_front(rank) else { return };
        if let Some(item) = self.items.get_mut(slot).filter(|item| usize::from(item.next_pec) == pec + 1) {
            item.gap_short = true;
            self.decide(slot, out);
        }
    }

    pub(crate) fn entry_clear(&mut self, pec: usize, count: u64, out: &mut Outputs) {
        let entry = &mut self.pecs[pec];
        (entry.blocked, entry.clear_at) = (false, count);
        let Some((slot, number, lead)) = entry.occupant.take() else { return };
        let line = &self.geometry.line;
        let (noise, shortest, longest) = (
            self.geometry.counts_up(line.item_min_um / 2),
            self.geometry.counts_up(line.item_min_um - line.length_tolerance_um),
            self.geometry.counts_up(line.item_max_um + line.length_tolerance_um),
        );
        let length = count.saturating_sub(lead);
        let Some(item) = self.items.get_mut(slot).filter(|item| item.number == number) else { return };
        item.length = length;
        if length < noise {
            // Nothing that short is an item, and no scanner's eye saw it: it takes no part in anything.
            self.drop_noise(slot, count, out);
            self.note_outcome(pec, true, out);
            return;
        }
        item.overlong = length > longest;
        self.count_at_entry(pec, slot);
        self.items.set_due(slot, 0);
        let malformed = length < shortest;
        if malformed {
            self.doubt(slot, DoubtCause::Malformed, out);
        }
        self.note_outcome(pec, malformed, out);
    }

    /// Takes back an item that proved to be a flicker of the beam.
    pub(super) fn drop_noise(&mut self, slot: u16, count: u64, out: &mut Outputs) {
        if let Some(item) = self.items.remove(slot) {
            out.record(Record::Doubt { item: item.number, count, why: DoubtCause::Malformed });
            out.record(Record::Gone { item: item.number });
            self.totals.gone += 1;
            self.take_back_key(item.number);
        }
    }
}
