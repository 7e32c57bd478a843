//! Rule 8: which flight takes a parcel.

use super::case::Case;
use crate::flights::Flight;
use crate::items::Item;
use crate::output::Reason;
use crate::parcels::Parcel;
use crate::records::FlightKey;
use crate::state::Core;

/// Of several flights that do not take a parcel, the best news is told.
const NEWS: [Reason; 5] = [Reason::Ful, Reason::Erl, Reason::Lat, Reason::Cnx, Reason::Nfl];

impl Core {
    pub(super) fn flight_rule(&self, case: &mut Case<'_>) -> Result<(), Reason> {
        let Some(parcel) = case.parcel else { return Ok(()) };
        case.finding.flight = match self.first_departure(case, parcel, case.candidates.iter().copied()) {
            Ok(flight) => Some(flight),
            Err(why) => {
                let (booked, flight) = self.other_flight(case, parcel, why).ok_or(why)?;
                case.finding.moved_from = Some((booked, why));
                Some(flight)
            }
        };
        Ok(())
    }

    /// Another flight for a booked parcel whose service lets it move; with the booked one.
    fn other_flight(&self, case: &Case<'_>, parcel: &Parcel, why: Reason) -> Option<(FlightKey, FlightKey)> {
        let booked = parcel.flight?;
        if !parcel.may_move || !matches!(why, Reason::Lat | Reason::Cnx | Reason::Ful) {
            return None;
        }
        let others = self
            .flights
            .to(parcel.destination)
            .filter(|place| self.flights.at(*place).record.key != booked && self.may_board(*place, parcel));
        let flight = self.first_departure(case, parcel, others).ok()?;
        Some((booked, flight))
    }

    /// The flight that takes the parcel and departs first; the one that it has, and then the lowest key, is preferred
    /// among equals.
    fn first_departure(
        &self,
        case: &Case<'_>,
        parcel: &Parcel,
        candidates: impl Iterator<Item = u16>,
    ) -> Result<FlightKey, Reason> {
        let mut best: Option<(i64, bool, FlightKey)> = None;
        let mut news = NEWS.len() - 1;
        for flight in candidates.map(|place| self.flights.at(place)) {
            let key = flight.record.key;
            match self.takes(case, parcel, flight) {
                Ok(()) => {
                    let kept = case.item.flight == Some(key);
                    let rank = (flight.record.departs_utc_ms, !kept, key);
                    best = Some(best.map_or(rank, |other| other.min(rank)));
                }
                Err(why) => news = news.min(NEWS.iter().position(|reason| *reason == why).unwrap_or(news)),
            }
        }
        best.map(|(_, _, key)| key).ok_or(NEWS[news])
    }

    /// Whether a flight takes a parcel now, or why not.
    fn takes(&self, case: &Case<'_>, parcel: &Parcel, flight: &Flight) -> Result<(), Reason> {
        if self.plan.chutes_of(&flight.record.key).is_empty() {
            return Err(Reason::Nfl);
        }
        self.flights.accepts(flight, parcel.product, &self.plan.terms)?;
        if self.fits(case, flight) { Ok(()) } else { Err(Reason::Ful) }
    }

    /// The flight of whose capacity a riding item takes a place: the decided one; but one that came into doubt past its
    /// commit count may fall all the same.
    fn place_of_item<'a>(&self, item: &'a Item) -> Option<&'a FlightKey> {
        let may_fall = item.doubt.is_some() && !item.cancelled_in_time && self.committed(item);
        if may_fall { item.aimed.as_ref() } else { item.place_in() }
    }

    /// Whether a flight's capacity has room for an item: counted anew, with what comes before it. Who is past its commit
    /// count comes before all who can still go elsewhere; among the others who rides ahead does.
    fn fits(&self, case: &Case<'_>, flight: &Flight) -> bool {
        let record = &flight.record;
        let (pieces_max, grams_max) = (record.capacity_pieces, record.capacity_g);
        if pieces_max == 0 && grams_max == 0 {
            return true;
        }
        let own = self.committed(case.item);
        let mut ahead = true;
        let seated = self.items.iter().filter(|(slot, item)| {
            ahead &= *slot != case.slot;
            let seated = *slot != case.slot && self.place_of_item(item) == Some(&record.key);
            seated && if self.committed(item) == own { ahead } else { !own }
        });
        let (pieces, grams) = seated.fold((flight.pieces, flight.weight_g), |(pieces, grams), (_, item)| {
            (pieces.saturating_add(1), grams.saturating_add(item.charge_g))
        });
        let grams = grams.saturating_add(case.item.charge_g);
        (pieces_max == 0 || pieces < pieces_max) && (grams_max == 0 || grams <= grams_max)
    }
}
