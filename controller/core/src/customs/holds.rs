//! A change of customs or security, and the answer to it: obeyed, tried, or too late and where the parcel is.

use crate::identification::Discharge;
use crate::items::{Divert, Item, Slot};
use crate::output::{HoldVerdict, Outlet, Record, Refusal};
use crate::outputs::Outputs;
use crate::parcels::{Link, Parcel};
use crate::records::{FlightKey, HoldRecord};
use crate::state::Core;

/// Where a parcel is, as far as a hold is concerned.
enum Place {
    /// Nowhere yet, away, or where a change of mind is certain to be obeyed.
    InReach,
    /// Past the commit count of a flight's chute.
    Committed(Slot, FlightKey),
    /// In a flight's chute, or perhaps there.
    Discharged(Discharge),
}

impl Core {
    /// Customs or security says something new of one parcel.
    #[inline(never)]
    pub(crate) fn take_hold(&mut self, record: &HoldRecord, out: &mut Outputs) {
        let Some(parcel) = self.parcels.by_key(&record.key) else {
            out.record(Record::Refused(Refusal::UnknownParcel { key: record.key.clone() }));
            return;
        };
        if let Some(parcel) = self.parcels.get_mut(parcel) {
            parcel.customs = record.customs.unwrap_or(parcel.customs);
            parcel.security = record.security.unwrap_or(parcel.security);
        }
        self.parcel_changed(parcel, out);
        self.answer_hold(parcel, out);
    }

    /// Answers a change of customs or security that bars a parcel; one that lets it go ends what an earlier one began.
    pub(crate) fn answer_hold(&mut self, number: u32, out: &mut Outputs) {
        let Some(parcel) = self.parcels.get(number) else { return };
        let place = self.place_of(parcel);
        let flight = match &place {
            Place::InReach => None,
            Place::Committed(_, flight) => Some(flight),
            Place::Discharged(discharge) => Some(&discharge.flight),
        };
        if !self.is_barred(parcel, flight) {
            self.withdraw_hold(number, out);
            return;
        }
        let key = parcel.key.clone();
        let verdict = match place {
            Place::InReach => HoldVerdict::Obeyed,
            Place::Committed(slot, _) => {
                if let Some(item) = self.items.get_mut(slot) {
                    item.hold_tried = true;
                }
                HoldVerdict::Tried
            }
            Place::Discharged(discharge) => self.pull(number, &discharge, out),
        };
        out.record(Record::HoldAnswered { key, verdict });
    }

    fn place_of(&self, parcel: &Parcel) -> Place {
        match parcel.link {
            Link::None | Link::Ended => Place::InReach,
            Link::Discharged(discharge) | Link::Perhaps(discharge) if self.is_outlived(&discharge) => Place::InReach,
            Link::Discharged(discharge) | Link::Perhaps(discharge) => Place::Discharged(discharge),
            Link::Riding(number) => {
                let slot = self.items.by_number(number);
                let committed = slot.and_then(|slot| Some((slot, self.items.get(slot)?)));
                let committed = committed.and_then(|(slot, item)| Some((slot, self.committed_flight(item)?)));
                committed.map_or(Place::InReach, |(slot, flight)| Place::Committed(slot, flight))
            }
        }
    }

    /// The flight into whose chute an item may still fall, because its commit count has passed and no cancel left
    /// before that.
    pub(crate) fn committed_flight(&self, item: &Item) -> Option<FlightKey> {
        let Divert::Queued { chute, .. } = item.divert else { return None };
        // A new decision is in force only where the cancel left in time; of an item in doubt nobody can say that.
        let stands = item.outlet == Outlet::Chute(chute) || item.doubt.is_some();
        item.aimed.filter(|_| stands && self.committed(item))
    }

    /// The state lets the parcel go: nobody has to answer for it or to look for it.
    fn withdraw_hold(&mut self, number: u32, out: &mut Outputs) {
        let Some(parcel) = self.parcels.get(number) else { return };
        if let Link::Riding(item) = parcel.link
            && let Some(item) = self.items.by_number(item).and_then(|slot| self.items.get_mut(slot))
        {
            item.hold_tried = false;
        }
        self.withdraw_pulls(number, out);
    }

    /// The board has told how the fire ended that a hold came too late to be sure of. Who is barred and was fired all the
    /// same is looked for in any case: where the link broke the count stood still for the core, and a hold that it took
    /// for early was not.
    pub(crate) fn settle_hold(&mut self, slot: Slot, fell: Option<Discharge>, out: &mut Outputs) {
        let Some(item) = self.items.get_mut(slot).filter(|item| item.hold_tried || fell.is_some()) else { return };
        let tried = core::mem::take(&mut item.hold_tried);
        let Some(number) = item.identity.parcel() else { return };
        let Some(parcel) = self.parcels.get(number) else { return };
        let key = parcel.key.clone();
        let verdict = match fell {
            Some(discharge) if tried || self.is_barred(parcel, Some(&discharge.flight)) => {
                self.pull(number, &discharge, out)
            }
            None => HoldVerdict::Obeyed,
            Some(_) => return,
        };
        out.record(Record::HoldAnswered { key, verdict });
    }
}
