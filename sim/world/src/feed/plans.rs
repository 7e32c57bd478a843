//! The versions of the plan: which flight has which chutes, and how that changes through the run.

use super::draw::Draw;
use super::plan_toml::{Version, plan_toml};
use super::schedule::{MINUTE_MS, Schedule};
use crate::scenario::Scenario;

/// Most chutes that are dealt to one flight.
const CHUTES_DEALT: usize = 8;
/// Most chutes that a controller takes for one flight, however a plan is changed.
const CHUTES_TAKEN: usize = 16;
/// A flight is in the plan so long before it opens, so that who comes too early is told so.
const BEFORE_MS: i64 = 50 * MINUTE_MS;
/// It stays in the plan so long after its cut-off, for the same reason and until its chutes are empty.
const AFTER_MS: i64 = 40 * MINUTE_MS;
/// A version with a time of its own is written so long before it.
const AHEAD_MS: i64 = MINUTE_MS;

/// The plan in use, and when the next one is written.
#[derive(Clone, Debug)]
pub(super) struct Plans {
    version: Version,
    every_ms: i64,
    next_ms: i64,
    draw: Draw,
}

impl Plans {
    pub(super) fn new(scenario: &Scenario, seed: u64, schedule: &Schedule) -> Self {
        let every_ms = i64::from(scenario.host.changes.plan_every_min) * MINUTE_MS;
        let start_ms = scenario.start_utc_ms();
        let mut plans = Self {
            version: Version { number: 1, ..Version::default() },
            every_ms,
            next_ms: start_ms + every_ms,
            draw: Draw::of(seed, 0x0070_6c61_6e73),
        };
        if every_ms > 0 {
            plans.deal(scenario, schedule, start_ms);
        } else {
            plans.version.chutes = chutes_by_flight(scenario, schedule);
        }
        plans
    }

    /// The text of the newest version.
    pub(super) fn text(&self, scenario: &Scenario, schedule: &Schedule) -> String {
        plan_toml(scenario, schedule, &self.version)
    }

    /// Makes the next version if its time has come.
    pub(super) fn due(&mut self, at: u64, scenario: &Scenario, schedule: &Schedule) -> bool {
        let now_ms = scenario.utc_ms_at(at);
        if self.every_ms == 0 || now_ms < self.next_ms {
            return false;
        }
        self.next_ms += self.every_ms;
        self.version.number += 1;
        // Every third version is written ahead of its time.
        let ahead = self.version.number.is_multiple_of(3);
        self.version.active_from_ms = ahead.then(|| (now_ms + AHEAD_MS) / 1000 * 1000);
        self.deal(scenario, schedule, now_ms);
        true
    }

    /// A new version that takes a chute from a flight with several and gives it to another one. False if no flight can
    /// spare one.
    pub(super) fn move_chute(&mut self, draw: &mut Draw) -> bool {
        let chutes = &mut self.version.chutes;
        let from: Vec<usize> = (0..chutes.len()).filter(|flight| chutes[*flight].len() > 1).collect();
        let has_room = |flight: &usize| (1..CHUTES_TAKEN).contains(&chutes[*flight].len());
        let to: Vec<usize> = (0..chutes.len()).filter(has_room).collect();
        if from.is_empty() || to.len() < 2 {
            return false;
        }
        let giver = from[draw.below(from.len() as u64) as usize];
        let takers: Vec<usize> = to.into_iter().filter(|flight| *flight != giver).collect();
        let taker = takers[draw.below(takers.len() as u64) as usize];
        let moved = chutes[giver].pop();
        chutes[taker].extend(moved);
        self.version.number += 1;
        self.version.active_from_ms = None;
        true
    }

    /// Flights that are near or open keep their chutes, and get one if they have none; the others are shared out anew.
    fn deal(&mut self, scenario: &Scenario, schedule: &Schedule, now_ms: i64) {
        let until_ms = now_ms + self.every_ms;
        let listed: Vec<bool> = schedule
            .flights
            .iter()
            .map(|flight| flight.says.opens_ms - BEFORE_MS < until_ms && now_ms < flight.says.cutoff_ms + AFTER_MS)
            .collect();
        let chutes = &mut self.version.chutes;
        chutes.resize(schedule.flights.len(), Vec::new());
        for (chutes, listed) in chutes.iter_mut().zip(&listed) {
            if !listed {
                chutes.clear();
            }
            // The first chute is a flight's own; what it has beside that may go to another one.
            if chutes.len() > 1 && self.draw.chance(4_000) {
                chutes.pop();
            }
        }
        let mut free: Vec<u16> = (1..=scenario.host.flight_chutes)
            .filter(|chute| !chutes.iter().any(|chutes| chutes.contains(chute)))
            .collect();
        let mut take = |draw: &mut Draw| {
            let place = draw.below(free.len().max(1) as u64) as usize;
            (place < free.len()).then(|| free.remove(place))
        };
        for (chutes, _) in chutes.iter_mut().zip(&listed).filter(|(chutes, listed)| **listed && chutes.is_empty()) {
            chutes.extend(take(&mut self.draw));
        }
        let is_open = |index: usize| {
            let says = &schedule.flights[index].says;
            says.opens_ms < until_ms && now_ms < says.cutoff_ms
        };
        // One after the other gets what is left, those that are open alone.
        for round in 1..CHUTES_DEALT {
            for (index, chutes) in chutes.iter_mut().enumerate() {
                if listed[index] && is_open(index) && chutes.len() == round {
                    chutes.extend(take(&mut self.draw));
                }
            }
        }
    }
}

/// Every flight gets one chute, and the others go to whoever has the most parcels for each chute so far.
fn chutes_by_flight(scenario: &Scenario, schedule: &Schedule) -> Vec<Vec<u16>> {
    let flights = schedule.flights.len();
    let total = usize::from(scenario.host.flight_chutes);
    let mut wanted = vec![0_usize; flights];
    for _ in 0..total {
        let busiest =
            (0..flights).filter(|flight| wanted[*flight] < CHUTES_DEALT).max_by_key(|flight| match wanted[*flight] {
                0 => (1, schedule.share_ppm(*flight), *flight),
                chutes => (0, schedule.share_ppm(*flight) / chutes as u64, *flight),
            });
        let Some(busiest) = busiest else { break };
        wanted[busiest] += 1;
    }
    let mut chutes = vec![Vec::new(); flights];
    let mut flight = 0;
    for number in 1..=scenario.host.flight_chutes {
        // Dealt round by round, so that a flight's chutes are not neighbours.
        for _ in 0..flights {
            let takes = chutes[flight].len() < wanted[flight];
            let dealt = flight;
            flight = (flight + 1) % flights;
            if takes {
                chutes[dealt].push(number);
                break;
            }
        }
    }
    chutes
}
