//! From codes to a parcel, and which item a parcel is tied to.

use crate::items::{Identity, Item, Slot};
use crate::output::{Alarm, Record, Refusal};
use crate::outputs::Outputs;
use crate::parcels::Link;
use crate::records::{ParcelKey, ParcelRecord};
use crate::state::Core;

impl Core {
    pub(super) fn close_identity(&mut self, slot: Slot, out: &mut Outputs) {
        let identity = self.resolve(slot);
        if self.read_again(slot, identity, out) {
            self.decide(slot, out);
            return;
        }
        if let Some(item) = self.items.get_mut(slot) {
            item.identity = identity;
        }
        // An item in doubt carries no parcel: its label may be another's.
        if let Identity::Parcel(parcel) = identity
            && self.items.get(slot).is_some_and(|item| item.certain())
        {
            self.link(slot, parcel, out);
        }
        self.decide(slot, out);
    }

    /// Exactly one live parcel, or why not.
    fn resolve(&self, slot: Slot) -> Identity {
        let Some(item) = self.items.get(slot) else { return Identity::NoRead };
        if item.too_many_codes {
            return Identity::Several;
        }
        let mut found = None;
        for (index, code) in item.codes.iter().enumerate() {
            let parcel = if item.plates >> index & 1 == 1 { self.parcels.by_plate(code) } else { None };
            match (found, parcel) {
                (None, Some(parcel)) => found = Some(parcel),
                (Some(known), Some(parcel)) if known != parcel => return Identity::Several,
                _ => {}
            }
        }
        match found {
            Some(parcel) => Identity::Parcel(parcel),
            None if item.codes.is_empty() => Identity::NoRead,
            None => Identity::NoData,
        }
    }

    /// Ties a parcel to an item, unless it is tied to another one that counts.
    fn link(&mut self, slot: Slot, parcel: u32, out: &mut Outputs) {
        let Some(number) = self.items.get(slot).map(|item| item.number) else { return };
        let Some((link, returns)) = self.parcels.get(parcel).map(|parcel| (parcel.link, parcel.returns)) else {
            return;
        };
        if self.mark_duplicates(slot, parcel, out) {
            return;
        }
        let duplicate = matches!(link, Link::Discharged(discharge) if self.stands(&discharge));
        if let Some(item) = self.items.get_mut(slot) {
            item.duplicate = duplicate;
            item.returned = !duplicate && link != Link::None;
            item.pass = item.pass.saturating_add(returns);
        }
        if duplicate {
            return;
        }
        if let Some(parcel) = self.parcels.get_mut(parcel) {
            parcel.link = Link::Riding(number);
        }
    }

    /// Every certain item that rides with a parcel is a duplicate when another one comes; true if there is one.
    fn mark_duplicates(&mut self, slot: Slot, parcel: u32, out: &mut Outputs) -> bool {
        let rival = |item: &Item| item.rides_with(parcel) && item.certain();
        if !self.items.iter().any(|(other, item)| other != slot && rival(item)) {
            return false;
        }
        for index in 0..self.items.len() {
            let other = self.items.order()[index];
            if let Some(item) = self.items.get_mut(other).filter(|item| other == slot || rival(item)) {
                item.duplicate = true;
            }
        }
        for index in 0..self.items.len() {
            let other = self.items.order()[index];
            if other != slot && self.items.get(other).is_some_and(rival) {
                self.decide(other, out);
            }
        }
        true
    }

    /// A parcel record: new or changed. Items that carry one of its plates are decided anew.
    #[inline(never)]
    pub(crate) fn take_parcel(&mut self, record: &ParcelRecord, out: &mut Outputs) {
        let known = self.parcels.by_key(&record.key).and_then(|parcel| self.parcels.get(parcel));
        let states = known.map(|parcel| (parcel.customs, parcel.security));
        match self.parcels.put(record) {
            Ok(parcel) => {
                self.parcel_changed(parcel, out);
                if states.is_some_and(|states| states != (record.customs, record.security)) {
                    self.answer_hold(parcel, out);
                }
            }
            Err(refusal) => {
                if matches!(refusal, Refusal::ParcelsFull { .. }) {
                    self.alarm(Alarm::ParcelsFull, true, out);
                }
                out.record(Record::Refused(refusal));
            }
        }
    }

    pub(crate) fn parcel_changed(&mut self, parcel: u32, out: &mut Outputs) {
        for index in 0..self.items.len() {
            let slot = self.items.order()[index];
            let Some(identity) = self.items.get(slot).map(|item| item.identity) else { continue };
            if identity == Identity::NoData && self.resolve(slot) != Identity::NoData {
                self.close_identity(slot, out);
            } else if identity == Identity::Parcel(parcel) {
                self.decide(slot, out);
            }
        }
    }

    /// The host is done with a parcel. One that rides is kept: the word can come again.
    #[inline(never)]
    pub(crate) fn take_departed(&mut self, key: &ParcelKey) {
        let Some(parcel) = self.parcels.by_key(key) else { return };
        if self.items.iter().any(|(_, item)| item.rides_with(parcel)) {
            return;
        }
        self.parcels.remove(parcel);
        // What was fired stays on the list until the next PEC: its place on file may soon be another parcel's.
        for index in 0..self.items.len() {
            let slot = self.items.order()[index];
            if let Some(item) = self.items.get_mut(slot).filter(|item| item.parcel() == Some(parcel)) {
                (item.identity, item.known) = (Identity::NoData, None);
            }
        }
    }
}
