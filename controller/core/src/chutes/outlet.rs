//! The outlet test of rule 9: one question for every chute, in one order.

use crate::items::{Divert, Slot};
use crate::output::Reason;
use crate::state::Core;

impl Core {
    /// Why a chute cannot take the item, if it cannot.
    pub(crate) fn outlet_test(&self, slot: Slot, number: u16) -> Option<Reason> {
        let Some(chute) = self.geometry.chute_of_number(number) else { return Some(Reason::Dis) };
        let state = self.chute_test(chute);
        if state.is_some() {
            return state;
        }
        let place = self.geometry.chutes()[chute];
        let Some(item) = self.items.get(slot) else { return Some(Reason::Rcx) };
        let queued_here = matches!(item.divert, Divert::Queued { chute, .. } if chute == number) && !item.cancelling;
        if !self.has_room(slot, chute) {
            Some(Reason::Ful)
        } else if !self.rate_allows(slot, chute) {
            Some(Reason::Rat)
        } else if !self.gaps_fit(slot, &place) {
            Some(Reason::Shg)
        } else if !queued_here && (place.position_um <= item.passed_um || self.belt.count >= self.commit(item, &place))
        {
            Some(Reason::Rcx)
        } else {
            None
        }
    }

    /// Why the reject outlet of a ring cannot take an item, if it cannot. Neighbours and doubts do not matter there:
    /// whatever else falls into it does no harm.
    pub(crate) fn reject_test(&self, item: u32, number: u16) -> Option<Reason> {
        let Some(chute) = self.geometry.chute_of_number(number) else { return Some(Reason::Dis) };
        let full = || {
            let room = self.items.by_number(item).is_some_and(|slot| self.has_room(slot, chute));
            (!room).then_some(Reason::Ful)
        };
        self.chute_test(chute).or_else(full)
    }

    /// Why a chute can take nothing at all, whatever the item.
    fn chute_test(&self, chute: usize) -> Option<Reason> {
        if self.disabled(chute) {
            Some(Reason::Dis)
        } else if self.jammed(chute) {
            Some(Reason::Jam)
        } else if self.locked(chute) {
            Some(Reason::Lck)
        } else if self.without_container(chute) {
            Some(Reason::Nct)
        } else {
            None
        }
    }
}
