//! Discharges and the confirms that are due for them (T8): counted in joint windows, not identified.

use crate::items::Slot;
use crate::limits::CONFIRMS_DUE;
use crate::output::{Reason, Record};
use crate::outputs::Outputs;
use crate::records::FlightKey;
use crate::state::Core;

/// A discharge whose confirm is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ConfirmDue {
    item: u32,
    from: u64,
    until: u64,
    code: Reason,
    flight: Option<FlightKey>,
    parcel: Option<u32>,
    container: u32,
    /// On a ring, whether the item was certain: of one in doubt nobody knows that it was there at all.
    telling: bool,
}

/// What is due at a chute, and the edges that came for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Confirms {
    due: heapless::Vec<ConfirmDue, CONFIRMS_DUE>,
    edges: u16,
}

impl Confirms {
    pub(crate) fn any_due(&self) -> bool {
        !self.due.is_empty()
    }
}

impl Core {
    /// A divert was made: the piece belongs to the chute and its container, and its confirm is due from now on. Gives
    /// the container's number; 0 where none was open.
    pub(crate) fn discharged(&mut self, slot: Slot, chute: usize, count: u64, out: &mut Outputs) -> u32 {
        if self.chutes[chute].confirms.due.is_full() {
            self.close_confirms(chute, false, out);
        }
        let place = self.geometry.chutes()[chute];
        let container = self.fired_into(slot, chute, out);
        let Some(item) = self.items.get(slot) else { return container };
        let due = ConfirmDue {
            item: item.number,
            from: count.saturating_add(self.geometry.counts_up(place.confirm_min_um)),
            until: count + self.geometry.counts_up(place.confirm_max_um),
            code: item.code,
            flight: item.flight,
            parcel: item.identity.parcel(),
            container,
            telling: item.certain() || !self.geometry.is_ring(),
        };
        let state = &mut self.chutes[chute];
        state.load.add(item);
        state.recent.add(count);
        let full = state.sensors.full_since.is_some();
        state.sensors.after_full = state.sensors.after_full.saturating_add(u16::from(full));
        // Room was made above.
        let _ = state.confirms.due.push(due);
        self.chutes_touched |= full || self.plan.limits_container(chute);
        self.next_confirm = self.next_confirm.min(due.until + self.geometry.edge_late);
        container
    }

    /// True while a discharge for a flight waits for its confirm.
    pub(crate) fn confirm_due_for(&self, flight: &FlightKey) -> bool {
        self.chutes.iter().any(|chute| chute.confirms.due.iter().any(|due| due.flight.as_ref() == Some(flight)))
    }

    pub(super) fn confirm_edge(&mut self, chute: usize, count: u64) {
        let confirms = &mut self.chutes[chute].confirms;
        if confirms.due.iter().any(|due| due.from <= count && count <= due.until) {
            confirms.edges = confirms.edges.saturating_add(1);
        }
    }

    /// Closes the joint confirm windows whose time has come.
    pub(crate) fn settle_confirms(&mut self, count: u64, out: &mut Outputs) {
        if count <= self.next_confirm {
            return;
        }
        self.next_confirm = u64::MAX;
        let mut jam = false;
        for chute in 0..self.chutes.len() {
            let confirms = &self.chutes[chute].confirms;
            let Some(end) = confirms.due.iter().map(|due| due.until).max() else { continue };
            let end = end + self.geometry.edge_late;
            if count > end {
                let (due, edges) = (confirms.due.len(), usize::from(confirms.edges));
                let telling = confirms.due.iter().filter(|due| due.telling).count();
                self.close_confirms(chute, edges >= due, out);
                jam |= self.count_missing(chute, telling as u8, edges > 0);
            } else {
                self.next_confirm = self.next_confirm.min(end);
            }
        }
        if jam {
            self.decide_all(out);
        }
    }

    /// Confirms all that is due at a chute, or nothing of it.
    fn close_confirms(&mut self, chute: usize, all: bool, out: &mut Outputs) {
        let number = self.geometry.chutes()[chute].number;
        let confirms = core::mem::take(&mut self.chutes[chute].confirms);
        for due in &confirms.due {
            self.chutes[chute].place.confirm(due.container, all);
            if all {
                self.confirmed(due, number, out);
            } else {
                self.unconfirmed(due, number, out);
            }
        }
    }

    fn confirmed(&mut self, due: &ConfirmDue, chute: u16, out: &mut Outputs) {
        if let Some(item) = self.items.by_number(due.item).and_then(|slot| self.items.get_mut(slot)) {
            item.confirmed = true;
        }
        self.by_code[due.code as usize] += 1;
        match due.flight {
            Some(flight) if due.code == Reason::Ok => {
                self.totals.sorted += 1;
                self.flights.count_sorted(&flight, 1);
            }
            _ => self.totals.exceptions += 1,
        }
        out.record(Record::Confirmed { item: due.item, chute, container: due.container });
    }

    fn unconfirmed(&mut self, due: &ConfirmDue, chute: u16, out: &mut Outputs) {
        self.totals.unconfirmed += 1;
        self.discharge_unconfirmed(due.parcel, due.item);
        out.record(Record::Unconfirmed { item: due.item, chute, container: due.container });
    }

    /// Every open confirm ends unconfirmed: the belt became unknown.
    pub(crate) fn drop_confirms(&mut self, out: &mut Outputs) {
        for chute in 0..self.chutes.len() {
            let confirms = &self.chutes[chute].confirms;
            if confirms.any_due() {
                // An edge that came for one of them shows all the same that the way is free.
                let edges = confirms.edges > 0;
                self.close_confirms(chute, false, out);
                self.count_missing(chute, 0, edges);
            }
        }
        self.next_confirm = u64::MAX;
    }

    /// An item that was fired at a count is seen downstream: whatever was confirmed was not this one.
    pub(crate) fn revoke(&mut self, slot: Slot, chute: u16, fired_at: u64, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        let confirmed = core::mem::take(&mut item.confirmed);
        let piece = item.piece.take().unwrap_or_default();
        let Some(item) = self.items.get(slot) else { return };
        let (number, code, flight, parcel) = (item.number, item.code, item.flight, item.identity.parcel());
        if let Some(chute) = self.geometry.chute_of_number(chute) {
            let state = &mut self.chutes[chute];
            let due = state.confirms.due.len();
            state.confirms.due.retain(|due| due.item != number);
            let settled = due == state.confirms.due.len();
            state.load.take_off(item);
            state.recent.take_off(fired_at);
            state.sensors.after_full = state.sensors.after_full.saturating_sub(1);
            state.place.take_off(&piece, settled.then_some(confirmed));
            self.chutes_touched = true;
        }
        if confirmed {
            self.take_off_sorted(code, flight);
        }
        self.discharge_revoked(parcel, number, confirmed, out);
        out.record(Record::Revoked { item: number, chute, container: piece.container });
    }

    fn take_off_sorted(&mut self, code: Reason, flight: Option<FlightKey>) {
        self.by_code[code as usize] = self.by_code[code as usize].saturating_sub(1);
        match flight {
            Some(flight) if code == Reason::Ok => {
                self.totals.sorted = self.totals.sorted.saturating_sub(1);
                self.flights.count_sorted(&flight, -1);
            }
            _ => self.totals.exceptions = self.totals.exceptions.saturating_sub(1),
        }
    }
}
