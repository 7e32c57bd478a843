//! What the records and the plan allowed, and when: flights, parcels and chutes with a little of their past.

use super::belt::Commit;
use crate::events::ParcelNo;
use crate::feed::{DestinationNo, Fact, FlightNo};
use crate::files::{Customs, Order, PlanFile};

/// The controller hears the time once a second, and a record at once; this much more is granted to both, ns.
const HEARING_NS: u64 = 1_200_000_000;

/// A value with the one before it. Two changes within one commit interval do not happen.
#[derive(Clone, Copy, Debug)]
struct Dated<T> {
    value: T,
    since: u64,
    before: Option<T>,
}

impl<T: Copy> Dated<T> {
    fn new(at: u64, value: T) -> Self {
        Self { value, since: at, before: None }
    }

    fn set(&mut self, at: u64, value: T) {
        // Several changes at once are one.
        let before = if at > self.since { Some(self.value) } else { self.before };
        *self = Self { value, since: at, before };
    }

    /// True if `test` held at any time from `from` to `to`.
    fn any(&self, from: u64, to: u64, test: impl Fn(&T) -> bool) -> bool {
        (self.since <= to && test(&self.value)) || (self.since >= from && self.before.as_ref().is_some_and(&test))
    }
}

/// What a record says of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ParcelState {
    pub(super) known: bool,
    pub(super) destination: DestinationNo,
    pub(super) flight: Option<FlightNo>,
    pub(super) customs: Customs,
    pub(super) plates: u8,
}

#[derive(Clone, Copy, Debug)]
struct FlightState {
    destination: DestinationNo,
    opens_ms: i64,
    cutoff_ms: i64,
    order: Order,
}

/// What a chute is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Serves these flights.
    Flights(Vec<FlightNo>),
    /// Takes exceptions; the first code that names it.
    Exception(String),
    /// Named nowhere.
    Unused,
}

#[derive(Clone, Debug)]
struct Plan {
    since: u64,
    roles: Vec<Role>,
    disabled: Vec<u16>,
    full_delay_ns: u64,
    after_full: u32,
}

/// Everything that was told.
#[derive(Clone, Debug)]
pub(super) struct Book {
    start_utc_ms: i64,
    parcels: Vec<Option<Dated<ParcelState>>>,
    flights: Vec<Option<Dated<FlightState>>>,
    plans: Vec<Plan>,
}

impl Book {
    pub(super) fn new(start_utc_ms: i64) -> Self {
        Self { start_utc_ms, parcels: Vec::new(), flights: Vec::new(), plans: Vec::new() }
    }

    pub(super) fn plan(&mut self, at: u64, plan: &PlanFile, flight: &dyn Fn(&str) -> Option<FlightNo>) {
        let named = plan.flights.iter().flat_map(|flight| &flight.chutes);
        let named = named.chain(plan.exceptions.iter().flat_map(|exception| &exception.outlets));
        let last = named.copied().max().unwrap_or(0);
        let role = |chute: u16| {
            let flights: Vec<FlightNo> = plan.flights_at(chute).filter_map(flight).collect();
            if plan.flights_at(chute).next().is_some() {
                return Role::Flights(flights);
            }
            plan.exception_at(chute).map_or(Role::Unused, |code| Role::Exception(code.to_owned()))
        };
        self.plans.push(Plan {
            since: at,
            roles: (0..=last).map(role).collect(),
            disabled: plan.disabled.clone(),
            full_delay_ns: u64::from(plan.full_delay_ms) * 1_000_000,
            after_full: plan.after_full_pieces,
        });
    }

    pub(super) fn fact(&mut self, at: u64, fact: &Fact) {
        match *fact {
            Fact::Flight { flight, destination, opens_ms, cutoff_ms, order } => {
                let state = FlightState { destination, opens_ms, cutoff_ms, order };
                put(&mut self.flights, usize::from(flight), at, state);
            }
            Fact::Parcel { parcel, destination, flight, customs, plates } => {
                let state = ParcelState { known: true, destination, flight, customs, plates };
                put(&mut self.parcels, parcel as usize, at, state);
            }
            Fact::Hold { parcel, customs } => self.change(at, parcel, |state| state.customs = customs),
            Fact::Departed { parcel } => self.change(at, parcel, |state| state.known = false),
        }
    }

    /// What is on record of a parcel now.
    pub(super) fn parcel_now(&self, parcel: ParcelNo) -> Option<ParcelState> {
        self.dated(parcel).map(|dated| dated.value)
    }

    /// True if a chute was, at some time within the commit, allowed to take a parcel.
    pub(super) fn allows(&self, chute: u16, parcel: Option<ParcelNo>, commit: Commit) -> bool {
        self.plans_within(commit).any(|plan| match role(plan, chute) {
            Role::Exception(_) => true,
            Role::Unused => false,
            Role::Flights(flights) => parcel.is_some_and(|parcel| self.flight_allows(flights, parcel, commit)),
        })
    }

    /// True if a chute served a flight during the whole commit.
    pub(super) fn is_flight_chute(&self, chute: u16, commit: Commit) -> bool {
        self.plans_within(commit).all(|plan| matches!(role(plan, chute), Role::Flights(_)))
    }

    /// True if a chute serves flights by the newest plan.
    pub(super) fn serves_flights(&self, chute: u16) -> bool {
        self.plans.last().is_some_and(|plan| matches!(role(plan, chute), Role::Flights(_)))
    }

    /// Code of an exception chute by the newest plan.
    pub(super) fn code(&self, chute: u16) -> &str {
        match self.plans.last().map(|plan| role(plan, chute)) {
            Some(Role::Exception(code)) => code,
            Some(Role::Flights(_) | Role::Unused) | None => "END",
        }
    }

    /// True if customs let a parcel go at some time within the commit.
    pub(super) fn was_released(&self, parcel: ParcelNo, commit: Commit) -> bool {
        let released = |state: &ParcelState| state.customs == Customs::Released;
        self.dated(parcel).is_some_and(|dated| dated.any(commit.from, commit.to, released))
    }

    /// True if a chute was disabled during the whole commit.
    pub(super) fn is_disabled(&self, chute: u16, commit: Commit) -> bool {
        let mut plans = self.plans_within(commit).peekable();
        plans.peek().is_some() && plans.all(|plan| plan.disabled.contains(&chute))
    }

    /// The most lenient limits that held within the commit: delay until full, pieces after that.
    pub(super) fn full_limits(&self, commit: Commit) -> (u64, u32) {
        self.plans_within(commit)
            .fold((0, 0), |(delay, pieces), plan| (delay.max(plan.full_delay_ns), pieces.max(plan.after_full)))
    }

    /// The chutes that a parcel should have been sorted to, all the time from `from` to `to`; empty if there are none.
    pub(super) fn chutes_due(&self, parcel: ParcelNo, from: u64, to: u64) -> Vec<u16> {
        let Some(dated) = self.dated(parcel).filter(|dated| dated.since <= from && dated.value.known) else {
            return Vec::new();
        };
        let state = dated.value;
        let Some(plan) = self.plans.last().filter(|plan| plan.since <= from) else { return Vec::new() };
        if state.customs != Customs::Released {
            return Vec::new();
        }
        let (first, last) = (self.utc_ms(from) - 1_500, self.utc_ms(to) + 1_500);
        let open = |flight: &FlightNo| {
            let due = self.flights.get(usize::from(*flight)).and_then(Option::as_ref).filter(|f| f.since <= from);
            due.is_some_and(|flight| {
                let flight = flight.value;
                flight.order == Order::Planned && flight.opens_ms <= first && last < flight.cutoff_ms
            })
        };
        let booked = state.flight.filter(open);
        let serves = |number: &u16| match role(plan, *number) {
            Role::Flights(flights) => booked.is_some_and(|flight| flights.contains(&flight)),
            Role::Exception(_) | Role::Unused => false,
        };
        (0..u16::try_from(plan.roles.len()).unwrap_or(0)).filter(serves).collect()
    }

    fn flight_allows(&self, flights: &[FlightNo], parcel: ParcelNo, commit: Commit) -> bool {
        let Some(dated) = self.dated(parcel) else { return false };
        dated.any(commit.from, commit.to, |state| {
            state.known && state.customs == Customs::Released && flights.iter().any(|f| self.takes(*f, state, commit))
        })
    }

    fn takes(&self, flight: FlightNo, state: &ParcelState, commit: Commit) -> bool {
        if state.flight.is_some_and(|booked| booked != flight) {
            return false;
        }
        let Some(dated) = self.flights.get(usize::from(flight)).and_then(Option::as_ref) else { return false };
        let (early, late) = (self.utc_ms(commit.from.saturating_sub(HEARING_NS)), self.utc_ms(commit.to));
        dated.any(commit.from, commit.to, |flight| {
            let goes_there = state.flight.is_some() || flight.destination == state.destination;
            goes_there && flight.order == Order::Planned && flight.opens_ms <= late && early < flight.cutoff_ms
        })
    }

    fn change(&mut self, at: u64, parcel: ParcelNo, change: impl Fn(&mut ParcelState)) {
        if let Some(Some(dated)) = self.parcels.get_mut(parcel as usize) {
            let mut state = dated.value;
            change(&mut state);
            dated.set(at, state);
        }
    }

    fn dated(&self, parcel: ParcelNo) -> Option<&Dated<ParcelState>> {
        self.parcels.get(parcel as usize)?.as_ref()
    }

    fn plans_within(&self, commit: Commit) -> impl Iterator<Item = &Plan> {
        let first = self.plans.iter().rposition(|plan| plan.since <= commit.from).unwrap_or(0);
        self.plans.iter().skip(first).take_while(move |plan| plan.since <= commit.to)
    }

    fn utc_ms(&self, at: u64) -> i64 {
        self.start_utc_ms + i64::try_from(at / 1_000_000).unwrap_or(0)
    }
}

fn role(plan: &Plan, chute: u16) -> &Role {
    plan.roles.get(usize::from(chute)).unwrap_or(&Role::Unused)
}

fn put<T: Copy>(table: &mut Vec<Option<Dated<T>>>, number: usize, at: u64, value: T) {
    if table.len() <= number {
        table.resize(number + 1, None);
    }
    match &mut table[number] {
        Some(dated) => dated.set(at, value),
        empty => *empty = Some(Dated::new(at, value)),
    }
}
