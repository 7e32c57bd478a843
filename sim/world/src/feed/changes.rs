//! What supervisors change of the flights while the line runs.

use super::draw::Draw;
use super::fact::FlightNo;
use super::schedule::{LAST_OPEN, MINUTE_MS, Schedule};
use crate::files::Order;
use crate::scenario::Scenario;
use std::collections::VecDeque;

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Its cut-off is put off, or brought forward, ms.
    Shift(i64),
    /// Its order is another one.
    Order(Order),
    /// It takes no more than so many pieces.
    Capacity(u32),
}

/// The changes of a run, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes(VecDeque<(i64, FlightNo, Change)>);

impl Changes {
    pub(super) fn new(scenario: &Scenario, seed: u64, schedule: &Schedule, run_ms: i64) -> Self {
        let wanted = &scenario.host.changes;
        let mut deal = Deal::new(scenario, seed, schedule, run_ms);
        let mut all = Vec::new();
        for _ in 0..wanted.delayed {
            all.extend(deal.some(|draw| Change::Shift(draw.below(25) as i64 * MINUTE_MS + 10 * MINUTE_MS)));
        }
        for _ in 0..wanted.advanced {
            all.extend(deal.some(|draw| Change::Shift(-(draw.below(15) as i64 * MINUTE_MS + 10 * MINUTE_MS))));
        }
        for _ in 0..wanted.closed_by_hand {
            all.extend(deal.some(|_| Change::Order(Order::Closed)));
        }
        for nth in 0..wanted.cancelled {
            let cancelled = deal.some(|_| Change::Order(Order::Cancelled));
            all.extend(cancelled);
            if nth < wanted.reopened {
                let again = |(at, flight, _)| (at + 12 * MINUTE_MS, flight, Change::Order(Order::Planned));
                all.extend(cancelled.map(again));
            }
        }
        for _ in 0..wanted.small_flights {
            let small = deal.some(|_| Change::Capacity(0));
            all.extend(small.map(|(at, flight, _)| (at, flight, Change::Capacity(most_of(schedule, flight)))));
        }
        all.sort_by_key(|(at, flight, _)| (*at, *flight));
        Self(all.into())
    }

    /// The next change that is due.
    pub(super) fn take(&mut self, now_ms: i64) -> Option<(FlightNo, Change)> {
        let (_, flight, change) = self.0.pop_front_if(|(at, ..)| *at <= now_ms)?;
        Some((flight, change))
    }
}

/// A little less than what is expected.
fn most_of(schedule: &Schedule, flight: FlightNo) -> u32 {
    let expected = schedule.flights.get(usize::from(flight)).map_or(0, |flight| flight.expected);
    u32::try_from(expected * 8 / 10).unwrap_or(0).max(1)
}

/// Deals changes out to flights, none to a flight that has one.
struct Deal<'s> {
    schedule: &'s Schedule,
    draw: Draw,
    free: Vec<FlightNo>,
    from_ms: i64,
    to_ms: i64,
}

impl<'s> Deal<'s> {
    fn new(scenario: &Scenario, seed: u64, schedule: &'s Schedule, run_ms: i64) -> Self {
        let last = u16::try_from(schedule.flights.len()).unwrap_or(0).saturating_sub(LAST_OPEN);
        let from_ms = scenario.start_utc_ms() + run_ms / 20;
        let draw = Draw::of(seed, 0x6368_616e_6765);
        // The first ones are the busiest on a plain day; something has to be left to sort.
        Self { schedule, draw, free: (3..last).collect(), from_ms, to_ms: from_ms + run_ms * 8 / 10 }
    }

    /// A change of some flight in the later half of the time in which it is open.
    fn some(&mut self, change: impl Fn(&mut Draw) -> Change) -> Option<(i64, FlightNo, Change)> {
        while !self.free.is_empty() {
            let place = self.draw.below(self.free.len() as u64) as usize;
            let flight = self.free.remove(place);
            let says = &self.schedule.flights[usize::from(flight)].says;
            let (from, to) = (says.opens_ms.max(self.from_ms), (says.cutoff_ms - 25 * MINUTE_MS).min(self.to_ms));
            if from < to {
                let at = from + (self.draw.below(500) as i64 + 450) * (to - from) / 1000;
                return Some((at, flight, change(&mut self.draw)));
            }
        }
        None
    }
}
