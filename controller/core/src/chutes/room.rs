//! Room in a chute: behind its full sensor, and in its container, with what is on its way there ahead of an item.

use crate::containers::Content;
use crate::items::{Item, Slot};
use crate::line::Chute;
use crate::output::{Outlet, Reason, Rejected};
use crate::state::Core;

impl Core {
    /// Items ahead of one that are decided for a chute and not fired. Counted anew each time: a reservation that is
    /// never stored cannot leak.
    pub(super) fn reserved(&self, slot: Slot, number: u16) -> impl Iterator<Item = &Item> {
        let ahead = self.items.iter().take_while(move |(other, _)| *other != slot);
        ahead.map(|(_, item)| item).filter(move |item| self.leads_to(item.outlet, number) && !item.fired())
    }

    /// Whether a chute has room for an item.
    pub(super) fn has_room(&self, slot: Slot, chute: usize) -> bool {
        self.room_behind_sensor(slot, chute) && self.room_in_container(slot, chute)
    }

    fn room_behind_sensor(&self, slot: Slot, chute: usize) -> bool {
        let sensors = &self.chutes[chute].sensors;
        if sensors.full_since.is_none() {
            return true;
        }
        let place = &self.geometry.chutes()[chute];
        let near = self.reserved(slot, place.number).filter(|item| self.is_near(item, place));
        !self.full_too_long(chute)
            && usize::from(sensors.after_full) + near.count() < usize::from(self.plan.after_full_pieces)
    }

    /// Whether an item is so near to its chute that it counts against the room behind the full sensor.
    fn is_near(&self, item: &Item, chute: &Chute) -> bool {
        self.belt.count >= self.near_at(item, chute)
    }

    /// Count from which on an item is near to a chute: so far before it as the plan says, and at the latest when its
    /// fire could leave.
    pub(crate) fn near_at(&self, item: &Item, chute: &Chute) -> u64 {
        let ahead = chute.position_um - self.plan.reserve_ahead_um;
        let near = item.count_past(ahead, self.geometry.um_per_count);
        near.min(self.commit(item, chute).saturating_sub(self.geometry.send_ahead))
    }

    fn room_in_container(&self, slot: Slot, chute: usize) -> bool {
        if !self.plan.limits_container(chute) {
            return true;
        }
        let Some(item) = self.items.get(slot) else { return false };
        let number = self.geometry.chutes()[chute].number;
        let content = self.chutes[chute].place.content();
        let content = self.reserved(slot, number).fold(content, |sum, other| sum.with(&self.piece(other)));
        self.container_takes(chute, &content.with(&self.piece(item)))
    }

    /// Whether a container may hold so much.
    fn container_takes(&self, chute: usize, content: &Content) -> bool {
        let rule = self.plan.rule(chute);
        let within = |held: u64, limit: u32| limit == 0 || held <= u64::from(limit);
        within(u64::from(content.pieces), rule.pieces_max)
            && within(content.weight_g, rule.weight_max_g)
            && within(content.length_mm, rule.length_max_mm)
    }

    /// True if a chute is full for everybody: behind its sensor, or in its container as far as that has shown.
    pub(super) fn full(&self, chute: usize) -> bool {
        let sensors = &self.chutes[chute].sensors;
        let spent = sensors.full_since.is_some() && sensors.after_full >= self.plan.after_full_pieces;
        spent || self.full_too_long(chute) || self.container_full(chute)
    }

    fn container_full(&self, chute: usize) -> bool {
        let (place, rule) = (&self.chutes[chute].place, self.plan.rule(chute));
        let content = place.content();
        let reached = |held: u64, limit: u32| limit > 0 && held >= u64::from(limit);
        place.turned_away()
            || reached(u64::from(content.pieces), rule.pieces_max)
            || reached(content.weight_g, rule.weight_max_g)
            || reached(content.length_mm, rule.length_max_mm)
    }

    /// An item was turned away because a container is full. If it would not have fitted alone either, the container
    /// has to be changed: a limit of weight or length is hardly ever met exactly, and nobody would be called.
    pub(crate) fn note_turned_away(&mut self, slot: Slot, rejected: &[Rejected]) {
        for rejected in rejected.iter().filter(|rejected| rejected.why == Reason::Ful) {
            let Outlet::Chute(number) = rejected.outlet else { continue };
            let Some(chute) = self.geometry.chute_of_number(number) else { continue };
            let Some(item) = self.items.get(slot) else { return };
            let content = self.chutes[chute].place.content().with(&self.piece(item));
            if !self.container_takes(chute, &content) && self.chutes[chute].place.turn_away() {
                self.chutes_touched = true;
            }
        }
    }
}
