//! What the book allows: which flight may take a parcel, and which chutes it should have come to.

use super::belt::Commit;
use super::book::{Book, ParcelState};
use super::dated::Dated;
use super::items::Item;
use super::plans::{Plan, Role};
use crate::events::ParcelNo;
use crate::feed::{FlightFact, FlightNo, ParcelFact};
use crate::files::Order;

/// A length is measured to about this, mm.
const MEASURED_MM: i64 = 10;

/// Why a chute may take a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// It takes exceptions.
    Exception,
    /// It serves this flight, which accepts the parcel.
    Flight(FlightNo),
}

impl Book {
    /// Why a chute was, at some time within the commit, allowed to take a parcel; `None` if it was not.
    pub(super) fn allows(&self, chute: u16, parcel: Option<ParcelNo>, commit: Commit) -> Option<Allowed> {
        self.plans.within(commit).find_map(|plan| match plan.role(chute) {
            Role::Exception(_) => Some(Allowed::Exception),
            Role::Unused => None,
            Role::Flights(_) => self.taker(plan, chute, parcel?, commit).map(Allowed::Flight),
        })
    }

    /// Which flight of a chute takes a parcel by a plan: of several the one that it is booked on, and then the one that
    /// goes first.
    fn taker(&self, plan: &Plan, chute: u16, parcel: ParcelNo, commit: Commit) -> Option<FlightNo> {
        let Role::Flights(flights) = plan.role(chute) else { return None };
        let dated = self.parcel(parcel)?;
        let takes = |flight: &FlightNo| {
            dated.any(commit.from, commit.to, |state| state.known && self.takes(*flight, state, plan, commit))
        };
        let goes = |number: &FlightNo| {
            let other = dated.value.says.flight != Some(*number);
            (other, self.flight(*number).map(|flight| flight.value.cutoff_ms), *number)
        };
        flights.iter().copied().filter(takes).min_by_key(goes)
    }

    /// True if of two plans, of which nobody can say which one was in force, each gives a chute to another flight that
    /// takes the parcel.
    pub(super) fn may_be_for_another(&self, chute: u16, parcel: ParcelNo, commit: Commit) -> bool {
        let mut takers = self.plans.within(commit).filter_map(|plan| self.taker(plan, chute, parcel, commit));
        let first = takers.next();
        takers.any(|taker| Some(taker) != first)
    }

    /// True if customs and security let a parcel board one of a chute's flights at some time within the commit.
    pub(super) fn may_board(&self, chute: u16, parcel: ParcelNo, commit: Commit) -> bool {
        let Some(dated) = self.parcel(parcel) else { return false };
        self.plans.within(commit).any(|plan| {
            let Role::Flights(flights) = plan.role(chute) else { return false };
            flights
                .iter()
                .filter_map(|flight| self.flight(*flight))
                .any(|flight| dated.any(commit.from, commit.to, |state| boards(plan, &flight.value, &state.says)))
        })
    }

    /// True if customs or security keep a parcel off every flight that comes into question for it now.
    pub(super) fn is_held(&self, at: u64, parcel: ParcelNo) -> bool {
        let (Some(state), Some(plan)) = (self.parcel_now(parcel), self.plans.at(at)) else { return false };
        let in_question = |number: FlightNo, flight: &FlightFact| {
            state.says.flight == Some(number)
                || ((state.says.flight.is_none() || state.says.may_move)
                    && flight.destination == state.says.destination)
        };
        !self
            .flights()
            .any(|(number, flight)| in_question(number, &flight.value) && boards(plan, &flight.value, &state.says))
    }

    /// The chutes that a parcel should have been sorted to, all the time from its item's entry to `to`; empty if there are
    /// none.
    pub(super) fn chutes_due(&self, parcel: ParcelNo, item: &Item, to: u64) -> Vec<u16> {
        let from = item.entered_at;
        let Some(dated) = self.parcel(parcel).filter(|dated| dated.since <= from && dated.value.known) else {
            return Vec::new();
        };
        let state = dated.value;
        if self.plans.is_open(from) || self.plans.is_open(to) {
            return Vec::new();
        }
        let Some(plan) =
            self.plans.at(from).filter(|plan| self.plans.at(to).is_some_and(|last| std::ptr::eq(*plan, last)))
        else {
            return Vec::new();
        };
        if exceeds(plan, &state.says, item) {
            return Vec::new();
        }
        let hearing_ms = self.clock.hearing_ms();
        let earlier_ms = plan.earlier_ms(state.says.product);
        let (first, last) =
            (self.clock.surely_ms(from) - hearing_ms, self.clock.latest_ms(to) + hearing_ms + earlier_ms);
        let open = |flight: &Dated<FlightFact>| {
            let FlightFact { order, opens_ms, cutoff_ms, handling, capacity_pieces, .. } = flight.value;
            let accepted = state.says.handling & !handling == 0 && boards(plan, &flight.value, &state.says);
            let is_open = order == Order::Planned && opens_ms <= first && last < cutoff_ms;
            flight.since <= from && accepted && is_open && capacity_pieces == 0
        };
        let booked = state.says.flight.filter(|flight| self.flight(*flight).is_some_and(open));
        let chutes = booked.into_iter().flat_map(|flight| plan.chutes_of(flight));
        chutes.filter(|chute| !plan.limited.contains(chute)).collect()
    }

    fn takes(&self, number: FlightNo, state: &ParcelState, plan: &Plan, commit: Commit) -> bool {
        let Some(dated) = self.flight(number) else { return false };
        let says = &state.says;
        let (early, late) = self.utc_within(commit);
        let early = early + plan.earlier_ms(says.product);
        dated.any(commit.from, commit.to, |flight| {
            let goes_there = flight.destination == says.destination;
            let meant = match says.flight {
                None => goes_there,
                Some(booked) if booked == number => true,
                Some(booked) => goes_there && says.may_move && self.is_lost(booked, says, plan, commit),
            };
            let is_open = flight.order == Order::Planned && flight.opens_ms <= late && early < flight.cutoff_ms;
            meant && is_open && says.handling & !flight.handling == 0 && boards(plan, flight, says)
        })
    }

    /// True if a booked flight may have been past its cut-off, cancelled or full: then a parcel may move to another.
    fn is_lost(&self, number: FlightNo, says: &ParcelFact, plan: &Plan, commit: Commit) -> bool {
        let Some(dated) = self.flight(number) else { return false };
        let (_, late) = self.utc_within(commit);
        dated.any(commit.from, commit.to, |flight| {
            let past = late + plan.earlier_ms(says.product) >= flight.cutoff_ms;
            flight.order != Order::Planned || past || flight.capacity_pieces > 0
        })
    }
}

fn boards(plan: &Plan, flight: &FlightFact, says: &ParcelFact) -> bool {
    plan.boards(flight.traffic, says.customs, says.security)
}

/// True if weight or size may speak against a parcel: what the scale says is known only to about a tenth, and to
/// nobody if it was not alone on it.
fn exceeds(plan: &Plan, says: &ParcelFact, item: &Item) -> bool {
    let (weight_g, length_mm) = (item.weight_g, item.length / 1000);
    let mut sides = says.declared_mm;
    sides.sort_unstable_by(|a, b| b.cmp(a));
    let (tolerance_g, permille) = plan.weight_tolerance;
    let share = u64::from(says.declared_g) * u64::from(permille) / 1000;
    let tolerance = u64::from(tolerance_g).max(share);
    let far = says.declared_g > 0 && u64::from(weight_g.abs_diff(says.declared_g)) * 10 > tolerance * 9;
    let heavy = u64::from(weight_g.max(says.declared_g)) * 10 > u64::from(plan.weight_max_g) * 9;
    let large = sides.iter().zip(plan.size_max_mm).any(|(side, most)| *side > most);
    let long = length_mm + MEASURED_MM > i64::from(plan.size_max_mm[0]);
    heavy || large || long || far || plan.is_weighed(says.product)
}
