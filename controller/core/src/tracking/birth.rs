//! Birth at the entry PEC (T1): a leading edge makes an item, its trailing edge gives the length.

use crate::items::Item;
use crate::output::{DoubtCause, FlushCause, Record};
use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    pub(crate) fn entry_blocked(&mut self, count: u64, out: &mut Outputs) {
        let gap_short =
            count.saturating_sub(self.pecs[0].clear_at) < self.geometry.counts_up(self.geometry.line.gap_min_um);
        let entry = &mut self.pecs[0];
        (entry.blocked, entry.blocked_at) = (true, count);
        self.expect_jam(count);
        if gap_short {
            self.mark_gap_short(out);
        }
        let number = self.next_item;
        let mut item = Item::born(number, 0, self.geometry.pecs()[0].position_um, count);
        item.gap_short = gap_short;
        let Some(slot) = self.items.push_back(item) else {
            self.flush(FlushCause::Overflow, out);
            return;
        };
        self.next_item = self.next_item.wrapping_add(1).max(1);
        self.pecs[0].occupant = Some((slot, number, count));
        self.totals.born += 1;
        out.record(Record::Born { item: number, count });
        self.key_in(slot, out);
        if self.pecs[0].suspect {
            self.doubt(slot, DoubtCause::Malformed, out);
        }
    }

    /// The item in front was born with too small a gap behind it.
    fn mark_gap_short(&mut self, out: &mut Outputs) {
        let Some(slot) = self.items.order().last().copied() else { return };
        if let Some(item) = self.items.get_mut(slot).filter(|item| item.next_pec == 1) {
            item.gap_short = true;
            self.decide(slot, out);
        }
    }

    pub(crate) fn entry_clear(&mut self, count: u64, out: &mut Outputs) {
        let entry = &mut self.pecs[0];
        (entry.blocked, entry.clear_at) = (false, count);
        let Some((slot, number, lead)) = entry.occupant.take() else { return };
        let line = &self.geometry.line;
        let (noise, shortest, longest) = (
            self.geometry.counts_up(line.item_min_um / 2),
            self.geometry.counts_up(line.item_min_um - line.length_tolerance_um),
            self.geometry.counts_up(line.item_max_um + line.length_tolerance_um),
        );
        let length = count.saturating_sub(lead);
        let ordinal = self.next_ordinal;
        let Some(item) = self.items.get_mut(slot).filter(|item| item.number == number) else { return };
        item.length = length;
        if length < noise {
            // Nothing that short is an item, and no scanner's eye saw it: it takes no part in anything.
            self.drop_noise(slot, count, out);
            self.note_outcome(0, true, out);
            return;
        }
        item.overlong = length > longest;
        item.ordinal = ordinal;
        self.next_ordinal = self.next_ordinal.wrapping_add(1);
        self.items.set_due(slot, 0);
        let malformed = length < shortest;
        if malformed {
            self.doubt(slot, DoubtCause::Malformed, out);
        }
        self.note_outcome(0, malformed, out);
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
