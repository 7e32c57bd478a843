//! Where an item can be: inner and outer windows, and the gaps between bodies (T3, T4).

use crate::items::{Item, NEVER, Slot};
use crate::line::Chute;
use crate::output::Outlet;
use crate::state::Core;

impl Core {
    /// Uncertainty of an item's place at `um`, in micrometres, with the given share of slip.
    pub(crate) fn uncertainty_um(&self, item: &Item, um: i64, permille: u32) -> i64 {
        let distance = (um - item.ref_um).abs();
        self.geometry.line.window_base_um + distance * i64::from(permille) / 1000 + item.extra_um
    }

    pub(crate) fn inner_um(&self, item: &Item, um: i64) -> i64 {
        self.uncertainty_um(item, um, self.geometry.line.inner_permille)
    }

    pub(crate) fn outer_um(&self, item: &Item, um: i64) -> i64 {
        self.uncertainty_um(item, um, self.geometry.line.outer_permille)
    }

    /// Count at which the item's leading edge is expected at a stop, and the half widths of its windows in counts.
    pub(crate) fn expectation(&self, item: &Item, stop: usize) -> (u64, u64, u64) {
        let um = self.geometry.stop_um(stop);
        let expected = item.count_at(um, self.geometry.um_per_count);
        let inner = self.geometry.counts_up(self.inner_um(item, um));
        let outer = self.geometry.counts_up(self.outer_um(item, um));
        (expected, inner, outer)
    }

    /// Count from which on no edge can fall into the item's outer window at its next PEC.
    pub(crate) fn window_deadline(&self, slot: Slot) -> u64 {
        let riding = self.items.get(slot).filter(|item| self.geometry.has_stop(usize::from(item.next_pec)));
        let Some(item) = riding else { return NEVER };
        let um = self.geometry.stop_um(usize::from(item.next_pec));
        let expected = item.count_at(um, self.geometry.um_per_count);
        expected + self.geometry.counts_up(self.outer_um(item, um)) + self.geometry.edge_late + 1
    }

    /// Count at which the item's middle is at a chute. On a ring a body in doubt may be two things with a gap between
    /// them, which a divert in the middle misses for ever: on later passes it is aimed at its ends in turn, where at
    /// least the smallest item has to be.
    pub(crate) fn target(&self, item: &Item, chute: &Chute) -> u64 {
        let end = item.length.min(self.geometry.counts_up(self.geometry.line.item_min_um)) / 2;
        let from_nose = match item.pass % 3 {
            2 if self.in_doubt_on_a_ring(item) => end,
            0 if self.in_doubt_on_a_ring(item) => item.length - end,
            _ => item.length / 2,
        };
        item.count_at(chute.position_um, self.geometry.um_per_count) + from_nose
    }

    /// On a ring what is in doubt only has to get off, at the reject outlet; so has a body with a hole in it that every
    /// PEC sees, which none will ever prove.
    pub(crate) fn in_doubt_on_a_ring(&self, item: &Item) -> bool {
        self.geometry.is_ring() && (!item.certain() || item.holed)
    }

    /// Largest error that the item's place can have at a chute, micrometres: since the last sighting that it will have
    /// had by then.
    pub(crate) fn error_at_um(&self, item: &Item, chute: &Chute) -> i64 {
        let upstream = self.geometry.last_pec_before(chute.position_um);
        let last_good = (0..=upstream).rev().find(|pec| !self.pecs[*pec].suspect).unwrap_or(0);
        let line = &self.geometry.line;
        if usize::from(item.next_pec) > last_good {
            return self.inner_um(item, chute.position_um);
        }
        let distance = chute.position_um - self.geometry.pecs()[last_good].position_um;
        line.window_base_um + distance * i64::from(line.inner_permille) / 1000
    }

    /// T4: whether the gaps around an item leave room for a divert at a chute.
    pub(crate) fn gaps_fit(&self, slot: Slot, chute: &Chute) -> bool {
        let (Some(item), Some(rank)) = (self.items.get(slot), self.items.rank(slot)) else { return false };
        let upc = self.geometry.um_per_count;
        let count = self.belt.count;
        let own = self.error_at_um(item, chute);
        let (lead, tail) = (item.lead_um(count, upc), item.lead_um(count, upc) - item.length_um(upc));
        let order = self.items.order();
        let fits = |other: Option<(&Item, i64)>, ahead: bool| {
            let Some((other, shift_um)) = other else { return true };
            let other_lead = other.lead_um(count, upc) + shift_um;
            let other_tail = other_lead - other.length_um(upc);
            let gap = if ahead { other_tail - lead } else { tail - other_lead };
            let error = self.neighbour_error_um(other, chute, shift_um);
            gap >= self.geometry.line.clearance_um + own + own.max(error)
        };
        let ahead = rank.checked_sub(1).and_then(|rank| self.items.get(order[rank]));
        if !self.divert_is_back(ahead, item, chute) {
            return false;
        }
        let behind = order.get(rank + 1).and_then(|slot| self.items.get(*slot));
        let across = |slot: Option<&Slot>, shift_um| self.across_seam(slot, item, shift_um);
        fits(ahead.map(|ahead| (ahead, 0)).or_else(|| across(order.last(), self.geometry.ring_um)), true)
            && fits(behind.map(|behind| (behind, 0)).or_else(|| across(order.first(), -self.geometry.ring_um)), false)
    }

    /// On a ring the first item has the last one ahead of it, and that the first one behind it: in another pass, whose
    /// places are shifted by a turn.
    fn across_seam(&self, slot: Option<&Slot>, item: &Item, shift_um: i64) -> Option<(&Item, i64)> {
        let other = self.items.get(*slot?).filter(|other| shift_um != 0 && other.number != item.number)?;
        Some((other, shift_um))
    }

    /// Whether a divert that takes the item ahead, or took another, is back at rest in time for this one: half a stroke
    /// after it. What left there may be off the list by now; the chute remembers its count.
    fn divert_is_back(&self, ahead: Option<&Item>, item: &Item, chute: &Chute) -> bool {
        let needed = self.geometry.travel(u32::from(chute.stroke_ms) * 3 / 2);
        let target = self.target(item, chute);
        let from = target.saturating_sub(needed);
        let ahead = ahead.filter(|ahead| ahead.outlet == Outlet::Chute(chute.number));
        let index = self.geometry.chute_of_number(chute.number);
        ahead.is_none_or(|ahead| self.target(ahead, chute) <= from)
            && !index.is_some_and(|index| self.chutes[index].recent.any_between(from, target))
    }

    /// How far a neighbour can be from where it is thought to be. One in doubt can have slipped.
    fn neighbour_error_um(&self, other: &Item, chute: &Chute, shift_um: i64) -> i64 {
        if other.certain() && shift_um == 0 {
            self.error_at_um(other, chute)
        } else {
            self.outer_um(other, chute.position_um - shift_um)
        }
    }
}
