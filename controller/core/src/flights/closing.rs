//! The end of a flight: nothing more is accepted, and what was under way has come.

use super::Flight;
use crate::items::{Divert, Item};
use crate::output::Record;
use crate::outputs::Outputs;
use crate::records::FlightKey;
use crate::state::Core;

impl Flight {
    /// True if it accepts no product any more: closed, departed or cancelled, and past every product's own cut-off.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        self.shut
    }
}

impl Core {
    /// Tells of each flight that accepts nothing any more when the last that was under way to it has come.
    pub(crate) fn settle_flights(&mut self, out: &mut Outputs) {
        for place in 0..self.flights.list.len() {
            let flight = &self.flights.list[place];
            let key = flight.record.key;
            if flight.settled || !flight.shut || self.under_way(&key) {
                continue;
            }
            self.flights.list[place].settled = true;
            self.flights.unsettled -= 1;
            out.record(Record::FlightClosed { flight: key });
        }
    }

    /// True while a parcel may still fall into one of a flight's chutes, or is not yet known to have, or a manifest is
    /// not frozen.
    fn under_way(&self, flight: &FlightKey) -> bool {
        self.items.iter().any(|(_, item)| bound_for(item, flight))
            || self.confirm_due_for(flight)
            || self.closing_for(flight)
    }
}

/// True for an item that is to be fired into a flight's chute, or whose fire for one may still be made.
fn bound_for(item: &Item, flight: &FlightKey) -> bool {
    let queued = matches!(item.divert, Divert::Queued { .. }) && item.aimed.as_ref() == Some(flight);
    item.place_in() == Some(flight) || queued
}
