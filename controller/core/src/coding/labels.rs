//! What a person at a table does with a parcel that is not on the belt.

use crate::output::{Record, Refusal};
use crate::outputs::Outputs;
use crate::parcels::Link;
use crate::records::{CodeText, ParcelKey};
use crate::state::Core;

impl Core {
    /// The parcel was taken back by hand: an old discharge stands no more.
    pub(crate) fn take_return(&mut self, key: &ParcelKey, out: &mut Outputs) {
        let Some(parcel) = self.known_parcel(key, out) else { return };
        if let Some(parcel) = self.parcels.get_mut(parcel)
            && matches!(parcel.link, Link::Discharged(_) | Link::Perhaps(_))
        {
            parcel.link = Link::Ended;
        }
    }

    /// A new label was put on a parcel. An item that was read on that label before anybody knew it is identified now.
    pub(crate) fn take_relabel(&mut self, key: &ParcelKey, plate: &CodeText, out: &mut Outputs) {
        let Some(parcel) = self.known_parcel(key, out) else { return };
        match self.parcels.relabel(parcel, plate) {
            Ok(()) => {
                out.record(Record::Relabelled { key: key.clone(), plate: plate.clone() });
                self.parcel_changed(parcel, out);
            }
            Err(refusal) => out.record(Record::Refused(refusal)),
        }
    }

    fn known_parcel(&self, key: &ParcelKey, out: &mut Outputs) -> Option<u32> {
        let parcel = self.parcels.by_key(key);
        if parcel.is_none() {
            out.record(Record::Refused(Refusal::OrderOfUnknownParcel { key: key.clone() }));
        }
        parcel
    }
}
