//! What faults make of the host systems: silent for a while, slow, or of another mind.

use super::draw::Draw;
use super::fact::{Fed, FlightNo};
use super::holds::Held;
use super::{Feed, ParcelNo};
use crate::files::{Customs, Order};

const STATES: [Customs; 4] = [Customs::Hold, Customs::DoNotLoad, Customs::Inspection, Customs::ScreeningWanted];

/// What is to be done, and when the hosts write.
#[derive(Clone, Debug, Default)]
pub(super) struct Upsets {
    silent_until: u64,
    /// Until when they are slow, and how often they write then.
    slow: (u64, u64),
    /// Every flight is to be told again.
    tell_all: bool,
    /// Draws for changes of the plan that are to be written.
    plans: Vec<u64>,
    /// Flights that are to be cancelled.
    cancel: Vec<(FlightNo, u64)>,
    /// Flights that were cancelled, and when they are reinstated.
    cancelled: Vec<(FlightNo, u64)>,
}

impl Upsets {
    /// When the hosts write what they would have written at `at`.
    #[inline]
    pub(super) fn writes_at(&self, at: u64) -> u64 {
        let (slow_until, every) = self.slow;
        let at = at.max(self.silent_until);
        if at < slow_until && every > 0 { at.next_multiple_of(every).min(slow_until) } else { at }
    }
}

impl Feed {
    /// The hosts write nothing until `until`.
    pub fn be_silent(&mut self, until: u64) {
        self.upsets.silent_until = self.upsets.silent_until.max(until);
    }

    /// The hosts write only so often until `until`.
    pub fn be_slow(&mut self, until: u64, every_ns: u64) {
        self.upsets.slow = (until, every_ns);
    }

    /// A parcel on the belt is put on hold. False if the hosts hold it already.
    pub fn hold_now(&mut self, at: u64, parcel: ParcelNo, draw: u64) -> bool {
        let says = self.catalogue.record(parcel).says;
        let now = self.states.get(&parcel).map_or(says.customs, |(customs, _)| *customs);
        let free = now == Customs::Released && self.is_on_file(parcel);
        if free {
            let customs = STATES[(draw % STATES.len() as u64) as usize];
            self.holds.at(at, Held { parcel, customs: Some(customs), security: None });
        }
        free
    }

    /// Every flight is told again with the next that the hosts write.
    pub fn tell_all_flights(&mut self) {
        self.upsets.tell_all = true;
    }

    /// The plan is changed with the next that the hosts write.
    pub fn change_plan_now(&mut self, draw: u64) {
        self.upsets.plans.push(draw);
    }

    /// The flight on which a parcel is booked is cancelled, until `until`. False if it is on none that takes parcels now.
    pub fn cancel_flight_of(&mut self, at: u64, parcel: ParcelNo, until: u64) -> bool {
        let now_ms = self.scenario.utc_ms_at(at);
        let Some(flight) = self.catalogue.record(parcel).says.flight.filter(|_| self.is_on_file(parcel)) else {
            return false;
        };
        let open = self.board.flights.get(usize::from(flight)).is_some_and(|flight| {
            let says = &flight.says;
            says.order == Order::Planned && says.opens_ms <= now_ms && now_ms < says.cutoff_ms
        });
        let waits = self.upsets.cancel.iter().any(|(other, _)| *other == flight);
        if open && !waits {
            self.upsets.cancel.push((flight, until));
        }
        open && !waits
    }

    /// Everything that was upset is as it was, with the next that the hosts write.
    pub fn calm_down(&mut self, at: u64) {
        self.upsets.silent_until = 0;
        self.upsets.slow = (0, 0);
        self.upsets.cancel.clear();
        self.upsets.cancelled.iter_mut().for_each(|(_, until)| *until = at);
    }

    fn is_on_file(&self, parcel: ParcelNo) -> bool {
        (self.kept..self.announced).contains(&parcel) && self.catalogue.record(parcel).known
    }

    /// Cancels flights by a fault, and reinstates them.
    pub(super) fn reinstate(&mut self, at: u64, to: &mut dyn FnMut(Fed<'_>)) {
        if std::mem::take(&mut self.upsets.tell_all) {
            (0..self.board.flights.len()).for_each(|index| self.tell_flight(index, to));
        }
        let due = |(_, until): &mut (FlightNo, u64)| *until <= at;
        let again: Vec<_> = self.upsets.cancelled.extract_if(.., due).collect();
        for (flight, _) in again {
            self.give_order(flight, Order::Cancelled, Order::Planned, to);
        }
        for (flight, until) in std::mem::take(&mut self.upsets.cancel) {
            if self.give_order(flight, Order::Planned, Order::Cancelled, to) {
                self.rebook(flight, self.scenario.utc_ms_at(at), to);
                // A change that comes with another one is none.
                self.upsets.cancelled.push((flight, until.max(at + LEAST_NS)));
            }
        }
    }

    fn give_order(&mut self, flight: FlightNo, from: Order, order: Order, to: &mut dyn FnMut(Fed<'_>)) -> bool {
        let index = usize::from(flight);
        let meant = self.board.flights[index].says.order == from;
        if meant {
            self.board.flights[index].says.order = order;
            self.tell_flight(index, to);
        }
        meant
    }

    /// Makes the changes of the plan that faults want. True if there is one.
    pub(super) fn change_plan(&mut self) -> bool {
        let draws = std::mem::take(&mut self.upsets.plans);
        let moved = draws.iter().filter(|draw| self.plans.move_chute(&mut Draw::of(**draw, 1))).count();
        moved > 0
    }
}

/// A flight stays cancelled for at least so long.
const LEAST_NS: u64 = 4_000_000_000;
