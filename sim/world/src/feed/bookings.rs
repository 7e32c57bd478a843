//! The host books parcels of a cancelled flight on another one.

use super::draw::Draw;
use super::fact::{Fact, Fed, FedFile, FlightNo};
use super::schedule::BOOKING_STOPS_MS;
use super::{Feed, ParcelNo};
use crate::files::Order;

impl Feed {
    /// Tells the new booking of some of the parcels on file that are booked on a flight.
    pub(super) fn rebook(&mut self, flight: FlightNo, now_ms: i64, to: &mut dyn FnMut(Fed<'_>)) {
        let Some(other) = self.other_flight(flight, now_ms) else { return };
        let share = self.scenario.host.changes.rebooked_per_10000;
        for parcel in self.kept..self.announced {
            let booked = self.catalogue.record(parcel);
            let meant = booked.known && booked.says.flight == Some(flight);
            if meant && Draw::of(u64::from(flight), u64::from(parcel)).chance(share) {
                self.book(parcel, other, to);
            }
        }
    }

    /// The next flight to the same place that is open and takes bookings.
    fn other_flight(&self, flight: FlightNo, now_ms: i64) -> Option<FlightNo> {
        let destination = self.board.flights.get(usize::from(flight))?.says.destination;
        let takes = |number: &FlightNo| {
            let says = &self.board.flights[usize::from(*number)].says;
            let in_time = says.opens_ms <= now_ms && now_ms + BOOKING_STOPS_MS < says.cutoff_ms;
            *number != flight && says.order == Order::Planned && says.destination == destination && in_time
        };
        let all = 0..u16::try_from(self.board.flights.len()).unwrap_or(0);
        all.filter(takes).min_by_key(|number| self.board.flights[usize::from(*number)].says.cutoff_ms)
    }

    fn book(&mut self, parcel: ParcelNo, flight: FlightNo, to: &mut dyn FnMut(Fed<'_>)) {
        let mut says = self.catalogue.record(parcel).says;
        says.flight = Some(flight);
        if let Some((customs, security)) = self.states.get(&parcel) {
            (says.customs, says.security) = (*customs, *security);
        }
        self.text.clear();
        let says = self.catalogue.line(parcel, &says, &mut self.text);
        to(Fed { file: FedFile::Parcels, text: &self.text, fact: Some(Fact::Parcel { parcel, says }) });
    }
}
