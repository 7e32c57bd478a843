//! What becomes of the tie between a parcel and its item when the item leaves the belt.

use crate::items::{Divert, Slot};
use crate::output::{Reason, Record};
use crate::outputs::Outputs;
use crate::parcels::Link;
use crate::records::{FlightKey, FlightState};
use crate::state::Core;

/// A discharge into a flight's chute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Discharge {
    pub(crate) item: u32,
    pub(crate) flight: FlightKey,
    pub(crate) chute: u16,
    /// The container that stood there; 0: none.
    pub(crate) container: u32,
    /// UTC in seconds since 1970; 0 while the time was not known.
    pub(crate) utc_s: u32,
}

impl Core {
    /// A divert was made. In a flight's chute the parcel is discharged; of an item in doubt nobody knows whether it was
    /// the one that fell. Gives the container that stood there; 0 if none.
    pub(crate) fn begin_discharge(&mut self, slot: Slot, chute: u16, out: &mut Outputs) -> u32 {
        let Some(item) = self.items.get(slot) else { return 0 };
        let (own, parcel, certain) = (item.number, item.parcel(), item.code == Reason::Ok);
        let container = self.geometry.chute_of_number(chute).map_or(0, |chute| self.container_at(chute));
        let utc_s = self.utc_ms().map_or(0, |utc_ms| u32::try_from(utc_ms / 1000).unwrap_or(0));
        let discharge = item.aimed.map(|flight| Discharge { item: own, flight, chute, container, utc_s });
        let link = match discharge {
            Some(discharge) if certain => Link::Discharged(discharge),
            Some(discharge) => Link::Perhaps(discharge),
            None => Link::Ended,
        };
        self.end_riding(parcel, own, link);
        if let Some(parcel) = parcel.and_then(|parcel| self.parcels.get_mut(parcel)) {
            parcel.returns = 0;
        }
        self.settle_hold(slot, discharge, out);
        container
    }

    /// Whether a discharge still speaks against the same plate on another item: not when its flight is cancelled, and not
    /// when the plate has outlived it.
    pub(crate) fn stands(&self, discharge: &Discharge) -> bool {
        let flight = self.flights.get(&discharge.flight);
        flight.is_none_or(|flight| flight.state != FlightState::Cancelled) && !self.is_outlived(discharge)
    }

    /// Whether a discharge is so old that the plate may be another parcel's by now.
    pub(crate) fn is_outlived(&self, discharge: &Discharge) -> bool {
        let (life_s, then) = (self.plan.plate_life_s, discharge.utc_s);
        let now = self.utc_ms().map_or(0, |utc_ms| utc_ms / 1000);
        life_s > 0 && then > 0 && now - i64::from(then) > i64::from(life_s)
    }

    /// No confirm came: the parcel may lie in the chute, and may come again.
    pub(crate) fn discharge_unconfirmed(&mut self, parcel: Option<u32>, item: u32) {
        if let Some(parcel) = parcel.and_then(|parcel| self.parcels.get_mut(parcel))
            && let Link::Discharged(discharge) = parcel.link
            && discharge.item == item
        {
            parcel.link = Link::Perhaps(discharge);
        }
    }

    /// The item was seen downstream: it never left, and its parcel may come again. If the chute had seen it, too, one of
    /// both is wrong: then the parcel may lie there, and who was sent to look for it still has to.
    pub(crate) fn discharge_revoked(&mut self, parcel: Option<u32>, item: u32, confirmed: bool, out: &mut Outputs) {
        if let Some(parcel) = parcel.and_then(|parcel| self.parcels.get_mut(parcel))
            && let Link::Discharged(discharge) | Link::Perhaps(discharge) = parcel.link
            && discharge.item == item
        {
            parcel.link = if confirmed { Link::Perhaps(discharge) } else { Link::Ended };
            if let Some(item) = self.items.by_number(item).and_then(|slot| self.items.get_mut(slot)) {
                item.denied = Some(discharge).filter(|_| !confirmed);
            }
        }
        if !confirmed {
            self.revoke_pull(item, out);
        }
    }

    /// One PEC has seen the item behind its chute and no other: that one may have seen anything. The parcel may lie in
    /// the chute, and if it must not, somebody has to look.
    fn believe_the_fire(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot) else { return };
        let (denied, number, grams) = (item.denied.take(), item.identity.parcel(), item.charge_g);
        let (Some(discharge), Some(number)) = (denied, number) else { return };
        let Some(parcel) = self.parcels.get_mut(number).filter(|parcel| parcel.link == Link::Ended) else { return };
        parcel.link = Link::Perhaps(discharge);
        self.flights.load(&discharge.flight, grams);
        let barred = self.parcels.get(number).is_some_and(|parcel| self.is_barred(parcel, Some(&discharge.flight)));
        if barred {
            self.pull(number, &discharge, out);
        }
    }

    /// The item leaves the table without an outcome of its fire. If the board may have made it, into a flight's chute, the
    /// parcel may lie there, whatever was decided since; else it just may come again.
    pub(crate) fn lose_riding(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get(slot) else { return };
        let (own, parcel) = (item.number, item.parcel());
        if let (Divert::Queued { chute, .. }, Some(_)) = (item.divert, item.aimed.filter(|_| self.may_be_fired(item))) {
            let container = self.begin_discharge(slot, chute, out);
            self.discharge_unconfirmed(parcel, own);
            self.totals.unconfirmed += 1;
            out.record(Record::Unconfirmed { item: own, chute, container });
        } else {
            self.leave_riding(slot, out);
            self.believe_the_fire(slot, out);
        }
    }

    /// The item was seen to leave the belt elsewhere than at a chute: its parcel may come again.
    pub(crate) fn leave_riding(&mut self, slot: Slot, out: &mut Outputs) {
        let Some(item) = self.items.get(slot) else { return };
        self.end_riding(item.parcel(), item.number, Link::Ended);
        self.settle_hold(slot, None, out);
    }

    /// A return conveyor brings the item's parcel back to the induction: it will be another item then.
    pub(crate) fn count_return(&mut self, slot: Slot) {
        if self.geometry.line.return_passes_max == 0 {
            return;
        }
        let parcel = self.items.get(slot).and_then(crate::items::Item::parcel);
        if let Some(parcel) = parcel.and_then(|parcel| self.parcels.get_mut(parcel)) {
            parcel.returns = parcel.returns.saturating_add(1);
        }
    }

    /// A later pass says that the item carries another parcel than an earlier one found.
    pub(crate) fn leave_riding_as(&mut self, slot: Slot, parcel: u32) {
        let Some(number) = self.items.get(slot).map(|item| item.number) else { return };
        self.end_riding(Some(parcel), number, Link::Ended);
    }

    fn end_riding(&mut self, parcel: Option<u32>, item: u32, link: Link) {
        if let Some(parcel) = parcel.and_then(|parcel| self.parcels.get_mut(parcel))
            && parcel.link == Link::Riding(item)
        {
            parcel.link = link;
        }
    }
}
