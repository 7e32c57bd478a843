//! Chutes: full or not, and the confirms that are due at each (T8).

use crate::items::Slot;
use crate::limits::CONFIRMS_DUE;
use crate::output::{Alarm, Outlet, Reason, Record};
use crate::outputs::Outputs;
use crate::records::{ContainerId, FlightKey};
use crate::state::Core;
use sortie_protocol::board::telegram::ChuteSensor;

/// Unconfirmed discharges in a row that make a chute suspect.
const SUSPECT_AFTER: u8 = 3;

/// A discharge whose confirm is awaited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConfirmDue {
    item: u32,
    from: u64,
    until: u64,
    code: Reason,
    flight: Option<FlightKey>,
    parcel: Option<u32>,
}

/// State of one chute.
#[derive(Clone, Debug)]
pub(crate) struct ChuteState {
    /// Host time at which the full sensor became active.
    full_since: Option<u64>,
    /// Full for longer than the plan's delay.
    pub(crate) blocked: bool,
    /// Pieces fired into it since the full sensor became active.
    after_full: u16,
    /// Pieces fired into it since the journal began.
    pub(crate) pieces: u32,
    due: heapless::Vec<ConfirmDue, CONFIRMS_DUE>,
    edges: u16,
    unconfirmed_in_row: u8,
}

impl ChuteState {
    pub(crate) fn new() -> Self {
        Self {
            full_since: None,
            blocked: false,
            after_full: 0,
            pieces: 0,
            due: heapless::Vec::new(),
            edges: 0,
            unconfirmed_in_row: 0,
        }
    }
}

impl Core {
    /// A sensor at a chute changed.
    pub(crate) fn take_chute(&mut self, number: u16, sensor: ChuteSensor, active: bool, count: u64, out: &mut Outputs) {
        let Some(chute) = self.geometry.chute_of_number(number) else { return };
        match sensor {
            ChuteSensor::Confirm if active => self.confirm_edge(chute, count),
            ChuteSensor::Confirm | ChuteSensor::HalfFull => {}
            ChuteSensor::Full => {
                let since = active.then_some(self.now);
                let state = &mut self.chutes[chute];
                if active && state.full_since.is_some() {
                    return;
                }
                (state.full_since, state.blocked, state.after_full) = (since, false, 0);
                self.next_full_check = self.next_full_check.min(self.full_deadline(chute));
                self.decide_all(out);
            }
        }
    }

    fn full_deadline(&self, chute: usize) -> u64 {
        let state = &self.chutes[chute];
        match state.full_since {
            Some(since) if !state.blocked => since + u64::from(self.plan.full_delay_ms) * 1_000_000,
            _ => u64::MAX,
        }
    }

    /// Blocks the chutes whose full sensor has been active for the plan's delay.
    pub(crate) fn check_full_chutes(&mut self, out: &mut Outputs) {
        if self.now < self.next_full_check {
            return;
        }
        self.next_full_check = u64::MAX;
        let mut changed = false;
        for chute in 0..self.chutes.len() {
            let deadline = self.full_deadline(chute);
            if deadline <= self.now {
                self.chutes[chute].blocked = true;
                changed = true;
            } else {
                self.next_full_check = self.next_full_check.min(deadline);
            }
        }
        if changed {
            self.decide_all(out);
        }
    }

    /// Whether a chute has room for an item: `false` once it is blocked, or when its rest is spoken for.
    pub(crate) fn has_room(&self, slot: Slot, chute: usize) -> bool {
        let state = &self.chutes[chute];
        if state.blocked {
            return false;
        }
        if state.full_since.is_none() {
            return true;
        }
        // The rest of the room goes to the items that reach the chute first. Counted anew each time: a reservation
        // that is never stored cannot leak.
        let number = self.geometry.chutes()[chute].number;
        let ahead = self.items.iter().take_while(|(other, _)| *other != slot);
        let reserved = ahead.filter(|(_, item)| item.outlet == Outlet::Chute(number) && !item.fired()).count();
        usize::from(state.after_full) + reserved < usize::from(self.plan.after_full_pieces)
    }

    /// Pieces that went into a chute or are on their way to it.
    pub(crate) fn load(&self, slot: Slot, chute: usize) -> u32 {
        let number = self.geometry.chutes()[chute].number;
        let riding = self
            .items
            .iter()
            .filter(|(other, item)| *other != slot && item.outlet == Outlet::Chute(number) && !item.fired());
        self.chutes[chute].pieces + riding.count() as u32
    }

    /// A divert was made: its confirm is due from now on.
    pub(crate) fn discharged(&mut self, slot: Slot, chute: usize, count: u64, out: &mut Outputs) {
        let place = self.geometry.chutes()[chute];
        let Some(item) = self.items.get(slot) else { return };
        let parcel = item.identity.parcel();
        let due = ConfirmDue {
            item: item.number,
            from: count.saturating_add(self.geometry.counts_up(place.confirm_min_um)),
            until: count + self.geometry.counts_up(place.confirm_max_um),
            code: item.code,
            flight: item.flight,
            parcel,
        };
        if self.chutes[chute].due.is_full() {
            self.close_confirms(chute, false, out);
        }
        let state = &mut self.chutes[chute];
        state.pieces += 1;
        state.after_full = state.after_full.saturating_add(u16::from(state.full_since.is_some()));
        let until = due.until;
        // Room was made above.
        let _ = state.due.push(due);
        self.next_confirm = self.next_confirm.min(until + self.geometry.edge_late);
    }

    fn confirm_edge(&mut self, chute: usize, count: u64) {
        let state = &mut self.chutes[chute];
        if state.due.iter().any(|due| due.from <= count && count <= due.until) {
            state.edges = state.edges.saturating_add(1);
        }
    }

    /// Closes the joint confirm windows whose time has come.
    pub(crate) fn settle_confirms(&mut self, count: u64, out: &mut Outputs) {
        if count <= self.next_confirm {
            return;
        }
        self.next_confirm = u64::MAX;
        for chute in 0..self.chutes.len() {
            let state = &self.chutes[chute];
            let Some(end) = state.due.iter().map(|due| due.until).max() else { continue };
            let end = end + self.geometry.edge_late;
            if count > end {
                let all = usize::from(state.edges) >= state.due.len();
                self.close_confirms(chute, all, out);
            } else {
                self.next_confirm = self.next_confirm.min(end);
            }
        }
    }

    /// Confirms all that is due at a chute, or nothing of it.
    fn close_confirms(&mut self, chute: usize, all: bool, out: &mut Outputs) {
        let number = self.geometry.chutes()[chute].number;
        let due = core::mem::take(&mut self.chutes[chute].due);
        let state = &mut self.chutes[chute];
        state.edges = 0;
        state.unconfirmed_in_row = if all { 0 } else { state.unconfirmed_in_row.saturating_add(1) };
        let suspect = state.unconfirmed_in_row >= SUSPECT_AFTER;
        for due in &due {
            if all {
                self.confirmed(due, number, out);
            } else {
                self.unconfirmed(due, number, out);
            }
        }
        if suspect {
            self.alarm(Alarm::ChuteJammed(number), true, out);
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
        out.record(Record::Confirmed { item: due.item, chute, container: 0 });
    }

    fn unconfirmed(&mut self, due: &ConfirmDue, chute: u16, out: &mut Outputs) {
        self.totals.unconfirmed += 1;
        self.discharge_unconfirmed(due.parcel, due.item);
        out.record(Record::Unconfirmed { item: due.item, chute, container: 0 });
    }

    /// Every open confirm ends unconfirmed: the belt became unknown.
    pub(crate) fn drop_confirms(&mut self, out: &mut Outputs) {
        for chute in 0..self.chutes.len() {
            if !self.chutes[chute].due.is_empty() {
                self.close_confirms(chute, false, out);
            }
        }
        self.next_confirm = u64::MAX;
    }

    /// A fired item is seen downstream: whatever was confirmed was not this one.
    pub(crate) fn revoke(&mut self, slot: Slot, chute: u16, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        let (number, code, flight, confirmed) = (item.number, item.code, item.flight, item.confirmed);
        item.confirmed = false;
        let parcel = item.identity.parcel();
        if let Some(chute) = self.geometry.chute_of_number(chute) {
            let state = &mut self.chutes[chute];
            state.due.retain(|due| due.item != number);
            state.pieces = state.pieces.saturating_sub(1);
        }
        if confirmed {
            self.by_code[code as usize] = self.by_code[code as usize].saturating_sub(1);
            match flight {
                Some(flight) if code == Reason::Ok => {
                    self.totals.sorted = self.totals.sorted.saturating_sub(1);
                    self.flights.count_sorted(&flight, -1);
                }
                _ => self.totals.exceptions = self.totals.exceptions.saturating_sub(1),
            }
        }
        self.discharge_revoked(parcel, number, out);
        out.record(Record::Revoked { item: number, chute, container: 0 });
    }

    /// What stands on a container; empty if nobody said.
    pub(crate) fn container_label(&self, _container: u32) -> ContainerId {
        ContainerId::new()
    }

    /// True while a discharge for a flight waits for its confirm.
    pub(crate) fn confirm_due_for(&self, flight: &FlightKey) -> bool {
        self.chutes.iter().any(|chute| chute.due.iter().any(|due| due.flight.as_ref() == Some(flight)))
    }

    /// Number of the container into which a discharge falls now; 0: none.
    pub(crate) fn container_at(&self, _chute: usize) -> u32 {
        0
    }
}
