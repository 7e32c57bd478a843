//! What the records and the plan allowed, and when: flights, parcels and chutes with a little of their past.

use super::belt::Commit;
use super::clock::Clock;
use super::dated::{Dated, put};
use super::plans::{Plan, Plans, Role};
use crate::events::ParcelNo;
use crate::feed::{ChuteOrder, Fact, FlightFact, FlightNo, ParcelFact};
use crate::files::PlanFile;

/// What a record says of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ParcelState {
    pub(super) known: bool,
    pub(super) says: ParcelFact,
}

/// What was ordered of a chute.
#[derive(Clone, Copy, Debug, Default)]
struct Orders {
    locked: bool,
    disabled: bool,
}

/// Everything that was told.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) clock: Clock,
    parcels: Vec<Option<Dated<ParcelState>>>,
    flights: Vec<Option<Dated<FlightFact>>>,
    orders: Vec<Option<Dated<Orders>>>,
    pub(super) plans: Plans,
}

impl Book {
    pub(super) fn new(start_utc_ms: i64, utc_speed: u32) -> Self {
        let (parcels, flights, orders) = (Vec::new(), Vec::new(), Vec::new());
        Self { clock: Clock::new(start_utc_ms, utc_speed), parcels, flights, orders, plans: Plans::default() }
    }

    pub(super) fn plan(&mut self, at: u64, plan: &PlanFile, flight: &dyn Fn(&str) -> Option<FlightNo>) {
        self.plans.push(at, Plan::new(at, &|utc_ms| self.clock.when(utc_ms), plan, flight));
    }

    /// From `at` on the computer's clock is off by so much.
    pub(super) fn clock_set(&mut self, at: u64, off_ms: i64) {
        self.clock.set(at, off_ms);
        self.plans.clock_set(at, &|utc_ms| self.clock.when(utc_ms));
    }

    /// The controller came back, and hears the computer's clock as if for the first time since it wrote something down.
    pub(super) fn restarted(&mut self, at: u64, written_at: u64) {
        self.clock.looked_at_anew(at, written_at);
        self.plans.clock_set(at, &|utc_ms| self.clock.when(utc_ms));
    }

    pub(super) fn fact(&mut self, at: u64, fact: &Fact) {
        match *fact {
            Fact::Flight { flight, says } => put(&mut self.flights, usize::from(flight), at, says),
            Fact::Parcel { parcel, says } => {
                put(&mut self.parcels, parcel as usize, at, ParcelState { known: true, says });
            }
            Fact::Hold { parcel, customs, security } => self.change(at, parcel, |state| {
                state.says.customs = customs.unwrap_or(state.says.customs);
                state.says.security = security.unwrap_or(state.says.security);
            }),
            Fact::Departed { parcel } => self.change(at, parcel, |state| state.known = false),
            Fact::Chute { chute, order } => self.order(at, chute, order),
            Fact::Found { .. } => {}
        }
    }

    /// What is on record of a parcel now.
    pub(super) fn parcel_now(&self, parcel: ParcelNo) -> Option<ParcelState> {
        self.parcel(parcel).map(|dated| dated.value)
    }

    pub(super) fn parcel(&self, parcel: ParcelNo) -> Option<&Dated<ParcelState>> {
        self.parcels.get(parcel as usize)?.as_ref()
    }

    /// Parcels on record before `at` that are booked on a flight.
    pub(super) fn booked_on(&self, flight: FlightNo, at: u64) -> impl Iterator<Item = ParcelNo> {
        let booked = move |dated: &Dated<ParcelState>| {
            dated.since < at && dated.value.known && dated.value.says.flight == Some(flight)
        };
        let parcels = (0..).zip(&self.parcels);
        parcels.filter(move |(_, dated)| dated.as_ref().is_some_and(booked)).map(|(parcel, _)| parcel)
    }

    pub(super) fn flight(&self, flight: FlightNo) -> Option<&Dated<FlightFact>> {
        self.flights.get(usize::from(flight))?.as_ref()
    }

    pub(super) fn flights(&self) -> impl Iterator<Item = (FlightNo, &Dated<FlightFact>)> {
        (0..).zip(&self.flights).filter_map(|(number, flight)| Some((number, flight.as_ref()?)))
    }

    /// True if a chute served a flight during the whole commit.
    pub(super) fn is_flight_chute(&self, chute: u16, commit: Commit) -> bool {
        self.plans.within(commit).all(|plan| matches!(plan.role(chute), Role::Flights(_)))
    }

    /// Code of an exception chute by the plan in force.
    pub(super) fn code(&self, at: u64, chute: u16) -> &str {
        match self.plans.at(at).map(|plan| plan.role(chute)) {
            Some(Role::Exception(code)) => code,
            Some(Role::Flights(_) | Role::Unused) | None => "END",
        }
    }

    /// True if a chute was disabled, by the plan or by order, during the whole commit.
    pub(super) fn is_disabled(&self, chute: u16, commit: Commit) -> bool {
        let mut plans = self.plans.within(commit).peekable();
        let planned = plans.peek().is_some() && plans.all(|plan| plan.disabled.contains(&chute));
        planned || self.ordered(chute, commit, |orders| orders.disabled)
    }

    /// True if a chute was locked by order during the whole commit.
    pub(super) fn is_locked(&self, chute: u16, commit: Commit) -> bool {
        self.ordered(chute, commit, |orders| orders.locked)
    }

    /// When something was last ordered of a chute, and whether it may take parcels now.
    pub(super) fn last_order(&self, chute: u16) -> (u64, bool) {
        let orders = self.orders.get(usize::from(chute)).and_then(Option::as_ref);
        orders.map_or((0, true), |dated| (dated.since, !dated.value.locked && !dated.value.disabled))
    }

    /// The most lenient limits that held within the commit: delay until full, pieces after that.
    pub(super) fn full_limits(&self, commit: Commit) -> (u64, u32) {
        self.plans
            .within(commit)
            .fold((0, 0), |(delay, pieces), plan| (delay.max(plan.full_delay_ns), pieces.max(plan.after_full)))
    }

    /// UTC from which and until which something within a commit may have been judged.
    pub(super) fn utc_within(&self, commit: Commit) -> (i64, i64) {
        (self.clock.surely_ms(commit.from), self.clock.latest_ms(commit.to))
    }

    fn ordered(&self, chute: u16, commit: Commit, test: impl Fn(&Orders) -> bool) -> bool {
        let orders = self.orders.get(usize::from(chute)).and_then(Option::as_ref);
        orders.is_some_and(|dated| !dated.any(commit.from, commit.to, |orders| !test(orders)) && test(&dated.value))
    }

    fn order(&mut self, at: u64, chute: u16, order: ChuteOrder) {
        let mut orders =
            self.orders.get(usize::from(chute)).and_then(Option::as_ref).map(|d| d.value).unwrap_or_default();
        match order {
            ChuteOrder::Lock => orders.locked = true,
            ChuteOrder::Unlock => orders.locked = false,
            ChuteOrder::Disable => orders.disabled = true,
            ChuteOrder::Enable => orders.disabled = false,
        }
        if self.orders.get(usize::from(chute)).is_none_or(Option::is_none) {
            put(&mut self.orders, usize::from(chute), 0, Orders::default());
        }
        put(&mut self.orders, usize::from(chute), at, orders);
    }

    fn change(&mut self, at: u64, parcel: ParcelNo, change: impl Fn(&mut ParcelState)) {
        if let Some(Some(dated)) = self.parcels.get_mut(parcel as usize) {
            let mut state = dated.value;
            change(&mut state);
            dated.set(at, state);
        }
    }
}
