//! What becomes of the tie between a parcel and its item when the item leaves the belt.

use crate::items::{Divert, Identity, Slot};
use crate::output::Reason;
use crate::outputs::Outputs;
use crate::parcels::{Discharge, Link};
use crate::records::FlightState;
use crate::state::Core;

impl Core {
    /// A divert was made. In a flight's chute the parcel is discharged; of an item in doubt nobody knows whether it was
    /// the one that fell.
    pub(crate) fn begin_discharge(&mut self, slot: Slot, chute: u16) {
        let Some(item) = self.items.get(slot) else { return };
        let Identity::Parcel(parcel) = item.identity else { return };
        let (own, aimed, certain) = (item.number, item.aimed, item.code == Reason::Ok);
        let container = self.geometry.chute_of_number(chute).map_or(0, |chute| self.container_at(chute));
        let utc_s = self.utc_ms().map_or(0, |utc_ms| u32::try_from(utc_ms / 1000).unwrap_or(0));
        let Some(parcel) = self.parcels.get_mut(parcel).filter(|parcel| parcel.link == Link::Riding(own)) else {
            return;
        };
        let discharge = |flight| Discharge { item: own, flight, chute, container, utc_s };
        parcel.link = match aimed {
            Some(flight) if certain => Link::Discharged(discharge(flight)),
            Some(flight) => Link::Perhaps(discharge(flight)),
            None => Link::Ended,
        };
    }

    /// Whether a discharge still speaks against the same plate on another item: not when its flight is cancelled.
    pub(crate) fn stands(&self, discharge: &Discharge) -> bool {
        let flight = self.flights.get(&discharge.flight);
        flight.is_none_or(|flight| flight.state != FlightState::Cancelled)
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

    /// The item was seen downstream: it never left, and its parcel may come again.
    pub(crate) fn discharge_revoked(&mut self, parcel: Option<u32>, item: u32, _out: &mut Outputs) {
        if let Some(parcel) = parcel.and_then(|parcel| self.parcels.get_mut(parcel))
            && let Link::Discharged(discharge) | Link::Perhaps(discharge) = parcel.link
            && discharge.item == item
        {
            parcel.link = Link::Ended;
        }
    }

    /// The item leaves the table without an outcome of its fire. If that was committed to a flight's chute, the parcel
    /// may lie there; else it just may come again.
    pub(crate) fn unlink_riding(&mut self, slot: Slot) {
        let Some(item) = self.items.get(slot) else { return };
        let committed = match item.divert {
            Divert::Queued { chute, target } if self.belt.count >= target.saturating_sub(self.geometry.lead) => {
                Some(chute)
            }
            Divert::Queued { .. } | Divert::None | Divert::Fired { .. } => None,
        };
        let (own, parcel) = (item.number, item.identity.parcel());
        if let Some(chute) = committed {
            self.begin_discharge(slot, chute);
            self.discharge_unconfirmed(parcel, own);
        } else {
            self.end_riding(slot);
        }
    }

    /// The item was seen to leave the belt elsewhere than at a chute: its parcel may come again.
    pub(crate) fn end_riding(&mut self, slot: Slot) {
        let Some(item) = self.items.get(slot) else { return };
        if let Identity::Parcel(parcel) = item.identity
            && let Some(parcel) = self.parcels.get_mut(parcel)
            && parcel.link == Link::Riding(item.number)
        {
            parcel.link = Link::Ended;
        }
    }
}
