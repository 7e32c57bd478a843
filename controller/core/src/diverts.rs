//! Fires: when one is sent, aimed anew, withdrawn, and how it ended.

use crate::items::{Divert, Identity, Item, NEVER, Slot};
use crate::line::Chute;
use crate::output::{DoubtCause, Outlet, Record};
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::{Fire, FireOutcome, HostTelegram, Tag};

/// How much belt travel passes, in counts, until a fire that had to wait for its follower is looked at again.
const RETRY_COUNTS: u64 = 16;

impl Core {
    fn assigned_chute(&self, item: &Item) -> Option<Chute> {
        let number = match item.outlet {
            Outlet::Chute(number) => number,
            Outlet::EndOfLine => self.geometry.reject_chute()?,
            Outlet::AnotherPass => return None,
        };
        let chute = self.geometry.chutes().get(self.geometry.chute_of_number(number)?).copied()?;
        // What has passed the reject outlet comes by it again.
        (item.outlet != Outlet::EndOfLine || chute.position_um > item.passed_um).then_some(chute)
    }

    /// Whether an outlet is a chute, by its number: the end of a ring is one, too.
    pub(crate) fn leads_to(&self, outlet: Outlet, number: u16) -> bool {
        outlet == Outlet::Chute(number) || (outlet == Outlet::EndOfLine && self.geometry.reject_chute() == Some(number))
    }

    /// Whether an item may be given a fire at all now. What is certain and decided has been measured, too: its gates
    /// close only behind its tail. The reject outlet may be commanded for whatever was seen where it should be (T6).
    fn may_fire(&self, item: &Item) -> bool {
        let known = item.certain() && !item.unproven && !item.provisional && !item.body_open;
        let rejected = self.in_doubt_on_a_ring(item) && item.length > 0 && item.unseen == 0;
        item.decided && item.divert == Divert::None && (known || rejected)
    }

    /// Between an item and its chute there is no further zone, whose scanners would have to say what it is.
    fn is_in_zone(&self, item: &Item, chute: &Chute) -> bool {
        self.geometry.zone_at(chute.position_um) == item.zone
    }

    /// The next count at which an item's chute has to be thought of: when it comes near, and when its fire could leave.
    pub(crate) fn fire_deadline(&self, slot: Slot) -> u64 {
        let Some(item) = self.items.get(slot) else { return NEVER };
        let Some(chute) = self.assigned_chute(item) else { return NEVER };
        let near = if item.near || item.divert != Divert::None { NEVER } else { self.near_at(item, &chute) };
        let send = self.commit(item, &chute).saturating_sub(self.geometry.send_ahead);
        match (self.may_fire(item) && self.is_in_zone(item, &chute), send > self.belt.count) {
            (false, _) => near,
            (true, true) => near.min(send),
            (true, false) => near.min(self.belt.count + RETRY_COUNTS),
        }
    }

    /// T7: up to this count a change of mind is certain to be obeyed.
    pub(crate) fn commit(&self, item: &Item, chute: &Chute) -> u64 {
        self.target(item, chute).saturating_sub(self.geometry.lead)
    }

    /// Its fire is with the board, and its commit count has passed.
    pub(crate) fn committed(&self, item: &Item) -> bool {
        let lead = self.geometry.lead;
        matches!(item.divert, Divert::Queued { target, .. } if self.belt.count >= target.saturating_sub(lead))
    }

    /// Its fire is with the board, and may begin before the lease that goes with the last known count has run out, whether or
    /// not a cancel was sent since. Of a stroke, which begins before its count, the lead allows for as much as a cancel
    /// needs that arrives, and not for the lease.
    pub(crate) fn may_be_fired(&self, item: &Item) -> bool {
        let Divert::Queued { chute, target } = item.divert else { return false };
        let chute = self.geometry.chute_of_number(chute).map(|chute| self.geometry.chutes()[chute]);
        let stroke = chute.map_or(0, |chute| self.geometry.travel(chute.stroke_ms.into()));
        self.belt.count + self.geometry.lead + stroke >= target
    }

    /// Decides an item anew when it has come near to its chute: from here on it counts there.
    pub(crate) fn near_if_due(&mut self, slot: Slot, count: u64, out: &mut Outputs) {
        let Some(item) = self.items.get(slot).filter(|item| !item.near && item.divert == Divert::None) else { return };
        let Some(chute) = self.assigned_chute(item) else { return };
        if count >= self.near_at(item, &chute) {
            if let Some(item) = self.items.get_mut(slot) {
                item.near = true;
            }
            self.decide(slot, out);
        }
    }

    /// Sends an item's fire when its count has come and nothing speaks against it.
    pub(crate) fn fire_if_due(&mut self, slot: Slot, count: u64, out: &mut Outputs) {
        let Some(item) = self.items.get(slot).filter(|item| self.may_fire(item)) else { return };
        let Some(chute) = self.assigned_chute(item).filter(|chute| self.is_in_zone(item, chute)) else { return };
        let commit = self.commit(item, &chute);
        if count >= commit {
            self.pass_by(slot, &chute, out);
        } else if count + self.geometry.send_ahead >= commit && self.follower_read(slot) {
            // Its gaps, and all else that travel alone has changed, are looked at once more.
            self.decide(slot, out);
            if self.items.get(slot).is_some_and(|item| self.takes_now(item, chute.number)) {
                self.send_fire(slot, &chute, out);
                let margin = commit - count;
                self.totals.margin_counts_min =
                    Some(self.totals.margin_counts_min.map_or(margin, |least| least.min(margin)));
            }
        }
    }

    /// Whether an item still goes to a chute. The rules have tested it, but for the end of a ring.
    fn takes_now(&self, item: &Item, number: u16) -> bool {
        item.outlet == Outlet::Chute(number)
            || (self.leads_to(item.outlet, number) && self.reject_test(item.number, number).is_none())
    }

    /// Section 6: no fire before the gate of the item behind has closed, or none follows within view.
    fn follower_read(&self, slot: Slot) -> bool {
        let (Some(item), Some(behind)) = (self.items.get(slot), self.items.behind(slot)) else { return true };
        let (count, upc) = (self.belt.count, self.geometry.um_per_count);
        let gap = item.lead_um(count, upc) - item.length_um(upc) - behind.lead_um(count, upc);
        gap > self.geometry.line.view_um || (behind.identity != Identity::Open && behind.zone == item.zone)
    }

    fn send_fire(&mut self, slot: Slot, chute: &Chute, out: &mut Outputs) {
        let Some(item) = self.items.get(slot) else { return };
        let target = self.target(item, chute);
        let (speed_min_cps, speed_max_cps) = self.geometry.band_cps;
        let Some(item) = self.items.get_mut(slot) else { return };
        item.revision = item.revision.wrapping_add(1).max(1);
        item.divert = Divert::Queued { chute: chute.number, target };
        item.aim();
        item.cancelling = false;
        item.cancelled_in_time = false;
        item.asked_about = false;
        out.command(HostTelegram::Fire(Fire {
            tag: Tag { item: item.number, pass: item.pass },
            revision: item.revision,
            output: chute.output,
            count: target as u32,
            stroke_ms: chute.stroke_ms,
            speed_min_cps,
            speed_max_cps,
        }));
    }

    /// The item was seen again: its queued fire gets the better target, up to the commit count.
    pub(crate) fn aim_again(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get(slot) else { return };
        let Divert::Queued { chute: number, target } = item.divert else { return };
        let Some(chute) = self.geometry.chute_of_number(number).map(|chute| self.geometry.chutes()[chute]) else {
            return;
        };
        if item.cancelling {
            return;
        }
        if item.outlet != Outlet::EndOfLine && !self.gaps_fit(slot, &chute) {
            self.withdraw(slot, out);
            self.decide(slot, out);
        } else if self.target(item, &chute) != target && self.belt.count < self.commit(item, &chute) {
            self.send_fire(slot, &chute, out);
        }
    }

    /// Takes a queued fire back, once. After the commit count it is tried all the same; the outcome tells the truth.
    pub(crate) fn withdraw(&mut self, slot: Slot, out: &mut Outputs) {
        self.cancel_queued(slot, out);
    }

    pub(crate) fn cancel_queued(&mut self, slot: Slot, out: &mut Outputs) {
        let committed = self.items.get(slot).is_some_and(|item| self.committed(item));
        let Some(item) = self.items.get_mut(slot) else { return };
        if matches!(item.divert, Divert::Queued { .. }) && !item.cancelling {
            item.cancelling = true;
            item.cancelled_in_time = !committed;
            let tag = Tag { item: item.number, pass: item.pass };
            out.command(HostTelegram::Cancel { tag, revision: item.revision });
        }
    }

    /// The chute's commit count went by without a fire: it cannot be reached any more.
    fn pass_by(&mut self, slot: Slot, chute: &Chute, out: &mut Outputs) {
        if let Some(item) = self.items.get_mut(slot) {
            item.passed_um = item.passed_um.max(chute.position_um);
        }
        self.decide(slot, out);
    }

    /// The board says how a fire ended.
    #[inline(never)]
    pub(crate) fn take_outcome(
        &mut self,
        tag: Tag,
        revision: u16,
        outcome: FireOutcome,
        count: u64,
        out: &mut Outputs,
    ) {
        let Some(slot) = self.items.by_number(tag.item) else { return };
        let Some(item) = self.items.get(slot) else { return };
        let Divert::Queued { chute: number, .. } = item.divert else { return };
        let stale = revision != item.revision;
        if tag.pass != item.pass || (stale && outcome != FireOutcome::Fired) {
            return;
        }
        if outcome == FireOutcome::Fired {
            self.back_to_its_aim(slot, number, out);
        }
        let ended = Record::FireEnded { item: tag.item, pass: tag.pass, chute: number, outcome, count };
        out.record(ended);
        if outcome == FireOutcome::Fired {
            self.fired(slot, number, count, out);
        } else {
            self.not_fired(slot, number, outcome, out);
        }
    }

    fn fired(&mut self, slot: Slot, number: u16, count: u64, out: &mut Outputs) {
        if let Some(chute) = self.geometry.chute_of_number(number) {
            self.discharged(slot, chute, count, out);
        }
        let Some(item) = self.items.get_mut(slot) else { return };
        item.divert = Divert::Fired { chute: number, at: count };
        if let Some(flight) = item.aimed {
            let grams = item.charge_g;
            self.flights.load(&flight, grams);
        }
        self.begin_discharge(slot, number, out);
        self.items.set_due(slot, 0);
    }

    fn not_fired(&mut self, slot: Slot, number: u16, outcome: FireOutcome, out: &mut Outputs) {
        let position = self.geometry.chute_of_number(number).map(|chute| self.geometry.chutes()[chute].position_um);
        let in_doubt = self.items.get(slot).is_some_and(|item| item.doubt.is_some());
        if let Some(item) = self.items.get_mut(slot) {
            item.divert = Divert::None;
            item.cancelling = false;
            if outcome != FireOutcome::Cancelled {
                item.passed_um = item.passed_um.max(position.unwrap_or(0));
            }
        }
        // This may have been all that a closing container waited for.
        self.settle_changes(out);
        self.decide(slot, out);
        if in_doubt {
            // Its decision is an old one, but only now its place is free.
            self.decide_all(out);
        }
        self.settle_hold(slot, None, out);
        self.items.set_due(slot, 0);
    }

    /// A fired item is seen downstream: it stayed on. Nobody can say which one left instead.
    pub(crate) fn stayed_on(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        let Divert::Fired { chute, at } = item.divert else { return };
        item.divert = Divert::None;
        // S5: its tag was fired. No outlet can be reached before it has another, with its next pass.
        item.passed_um = i64::MAX;
        // A place is not given twice on the word of one edge against another.
        if let Some(flight) = item.aimed.filter(|_| !item.confirmed) {
            let grams = item.charge_g;
            self.flights.unload(&flight, grams);
        }
        self.revoke(slot, chute, at, out);
        self.doubt(slot, DoubtCause::Missed, out);
    }
}
