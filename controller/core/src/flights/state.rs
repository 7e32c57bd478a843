//! The life of a flight: what the host's order and the time make of it.

use super::{Flight, Flights};
use crate::limits::FLIGHTS;
use crate::output::{Reason, Record, Refusal};
use crate::outputs::Outputs;
use crate::plan::{PRODUCTS_MAX, ProductRule};
use crate::records::{FlightOrder, FlightRecord, FlightState, Product};
use crate::state::Core;

/// What the plan says of every flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) last_call_ms: i64,
    pub(crate) products: heapless::Vec<ProductRule, PRODUCTS_MAX>,
}

impl Terms {
    pub(crate) fn product(&self, product: Product) -> Option<&ProductRule> {
        self.products.iter().find(|rule| rule.product == product)
    }

    /// How much earlier than the flight's the cut-off of a product is, in milliseconds.
    fn earlier_ms(&self, product: Product) -> i64 {
        self.product(product).map_or(0, |rule| i64::from(rule.cutoff_earlier_s) * 1000)
    }

    /// The same for the product that is accepted longest.
    fn least_earlier_ms(&self) -> i64 {
        self.products.iter().map(|rule| i64::from(rule.cutoff_earlier_s) * 1000).fold(0, i64::min)
    }
}

impl Flights {
    /// Why a flight does not accept a product now, if it does not.
    pub(crate) fn accepts(&self, flight: &Flight, product: Product, terms: &Terms) -> Result<(), Reason> {
        let cutoff = flight.record.cutoff_utc_ms.saturating_sub(terms.earlier_ms(product));
        match state_at(&flight.record, self.utc_ms, cutoff, terms.last_call_ms) {
            FlightState::Open | FlightState::LastCall => Ok(()),
            FlightState::Scheduled => Err(Reason::Erl),
            FlightState::Closed | FlightState::Departed => Err(Reason::Lat),
            FlightState::Cancelled => Err(Reason::Cnx),
        }
    }

    /// Takes the time; true if that changes anything.
    pub(super) fn take_utc(&mut self, utc_ms: i64) -> bool {
        if utc_ms <= self.utc_ms {
            return false;
        }
        self.utc_ms = utc_ms;
        utc_ms >= self.next_change
    }

    /// Finds each flight's state, and tells which have changed.
    fn renew(&mut self, terms: &Terms, out: &mut Outputs) {
        self.next_change = i64::MAX;
        self.unsettled = 0;
        for flight in self.list.iter_mut() {
            let record = &flight.record;
            let state = state_at(record, self.utc_ms, record.cutoff_utc_ms, terms.last_call_ms);
            if state != flight.state {
                flight.state = state;
                out.record(Record::FlightChanged { flight: record.key, state });
            }
            let last = record.cutoff_utc_ms.saturating_sub(terms.least_earlier_ms());
            let accepted_last = state_at(record, self.utc_ms, last, 0);
            flight.shut = !matches!(accepted_last, FlightState::Scheduled | FlightState::Open);
            flight.settled &= flight.shut;
            self.unsettled += u32::from(flight.shut && !flight.settled);
            for instant in instants(record, terms).filter(|instant| *instant > self.utc_ms) {
                self.next_change = self.next_change.min(instant);
            }
        }
    }
}

/// Every UTC at which the time can change what a flight accepts.
fn instants<'t>(record: &FlightRecord, terms: &'t Terms) -> impl Iterator<Item = i64> + use<'t> {
    let cutoff = record.cutoff_utc_ms;
    let fixed = [record.opens_utc_ms, cutoff, cutoff.saturating_sub(terms.last_call_ms), record.departs_utc_ms];
    let products =
        terms.products.iter().map(move |rule| cutoff.saturating_sub(i64::from(rule.cutoff_earlier_s) * 1000));
    fixed.into_iter().chain(products)
}

fn state_at(record: &FlightRecord, utc_ms: i64, cutoff: i64, last_call_ms: i64) -> FlightState {
    match record.order {
        FlightOrder::Cancelled => FlightState::Cancelled,
        _ if utc_ms >= record.departs_utc_ms => FlightState::Departed,
        FlightOrder::Closed => FlightState::Closed,
        FlightOrder::Planned if utc_ms >= cutoff => FlightState::Closed,
        FlightOrder::Planned if utc_ms < record.opens_utc_ms => FlightState::Scheduled,
        FlightOrder::Planned if utc_ms >= cutoff.saturating_sub(last_call_ms) => FlightState::LastCall,
        FlightOrder::Planned => FlightState::Open,
    }
}

impl Core {
    #[inline(never)]
    pub(crate) fn take_flight(&mut self, record: &FlightRecord, out: &mut Outputs) {
        if self.flights.put(record) {
            self.renew_flights(out);
            self.decide_all(out);
        } else {
            debug_assert_eq!(self.flights.list.len(), FLIGHTS);
            out.record(Record::Refused(Refusal::FlightsFull { key: record.key }));
        }
    }

    #[inline(never)]
    pub(crate) fn take_utc(&mut self, utc_ms: i64, out: &mut Outputs) {
        let flights_change = self.flights.take_utc(utc_ms);
        let plan_changes = self.activate_plan(out);
        if flights_change && !plan_changes {
            self.renew_flights(out);
        }
        if flights_change || plan_changes {
            self.decide_all(out);
        }
    }

    /// A flight, the plan or the time has changed.
    pub(crate) fn renew_flights(&mut self, out: &mut Outputs) {
        self.flights.renew(&self.plan.terms, out);
    }
}
