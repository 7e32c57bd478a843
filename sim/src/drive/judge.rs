//! The oracle as the drives use it: it hears the world and the host systems, and gives the verdict.

use super::line::Heard;
use crate::devices::say::Progress;
use sortie_world::World;
use sortie_world::events::{ItemId, ParcelNo, Physical, Strike, StrikeKind};
use sortie_world::feed::{Fact, FlightNo};
use sortie_world::files::{LineFile, PlanFile};
use sortie_world::scenario::Scenario;
use std::collections::BTreeMap;

/// Judges a run from physics and from the records alone.
pub struct Judge {
    plan: PlanFile,
    flight_numbers: BTreeMap<u16, Vec<FlightNo>>,
    booked: BTreeMap<ParcelNo, (u16, Option<FlightNo>)>,
    destinations: BTreeMap<FlightNo, u16>,
    riding: BTreeMap<ItemId, Option<ParcelNo>>,
    faults: Vec<StrikeKind>,
    struck: BTreeMap<StrikeKind, (u64, u64)>,
    sorted: u64,
    exceptions: BTreeMap<String, u64>,
    missorts: u64,
}

impl Judge {
    /// A judge of a line that runs by this plan.
    #[must_use]
    pub fn new(_line: &LineFile, plan: &PlanFile, scenario: &Scenario) -> Self {
        Self {
            plan: plan.clone(),
            flight_numbers: BTreeMap::new(),
            booked: BTreeMap::new(),
            destinations: BTreeMap::new(),
            riding: BTreeMap::new(),
            faults: scenario.faults.iter().filter(|(_, rate)| rate.per_10000 > 0).map(|(kind, _)| *kind).collect(),
            struck: BTreeMap::new(),
            sorted: 0,
            exceptions: BTreeMap::new(),
            missorts: 0,
        }
    }

    /// UTC at time 0.
    pub fn begin(&mut self, _utc_ms: i64) {}

    /// Keys of the flights, by number.
    pub fn flights<'a>(&mut self, keys: impl Iterator<Item = &'a str>) {
        let keys: Vec<&str> = keys.collect();
        for flight in &self.plan.flights {
            let number = keys.iter().position(|key| *key == flight.flight);
            for chute in &flight.chutes {
                let numbers = self.flight_numbers.entry(*chute).or_default();
                numbers.extend(number.and_then(|number| FlightNo::try_from(number).ok()));
            }
        }
    }

    /// A record was delivered to the controller.
    pub fn fact(&mut self, _at: u64, fact: &Fact) {
        match *fact {
            Fact::Parcel { parcel, destination, flight, .. } => {
                self.booked.insert(parcel, (destination, flight));
            }
            Fact::Flight { flight, destination, .. } => {
                self.destinations.insert(flight, destination);
            }
            Fact::Hold { .. } | Fact::Departed { .. } => {}
        }
    }

    /// Something truly happened.
    pub fn physical(&mut self, _at: u64, event: &Physical) {
        match *event {
            Physical::Entered { item, parcel, .. } => {
                self.riding.insert(item, parcel);
            }
            Physical::Discharged { item, chute, .. } => self.discharged(item, chute),
            Physical::EndOfLine { item } => {
                self.riding.remove(&item);
                *self.exceptions.entry("end-of-line".to_owned()).or_default() += 1;
            }
            Physical::Removed { item } => {
                self.riding.remove(&item);
            }
            Physical::AtPec { .. }
            | Physical::Scanned { .. }
            | Physical::Fired { .. }
            | Physical::Full { .. }
            | Physical::Belt { .. }
            | Physical::BoardStarted { .. } => {}
        }
    }

    /// A fault struck.
    pub fn strike(&mut self, _at: u64, strike: &Strike) {
        let counts = self.struck.entry(strike.kind).or_default();
        counts.0 += 1;
        counts.1 += u64::from(strike.effective);
    }

    /// The controller did something.
    pub fn heard(&mut self, _at: u64, _heard: Heard<'_>) {}

    /// How often a fault struck with an effect.
    #[must_use]
    pub fn effective(&self, kind: StrikeKind) -> u64 {
        self.struck.get(&kind).map_or(0, |(_, effective)| *effective)
    }

    /// Violations, in words.
    #[must_use]
    pub fn findings(&self) -> Vec<String> {
        Vec::new()
    }

    /// Where the line stands.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            sorted: self.sorted,
            exceptions: self.exceptions.values().sum(),
            missorts: self.missorts,
            ..Progress::default()
        }
    }

    /// The summary's keys.
    #[must_use]
    pub fn summary(&self, world: &World) -> serde_json::Map<String, serde_json::Value> {
        let struck: BTreeMap<&str, serde_json::Value> = self
            .faults
            .iter()
            .map(|kind| {
                let (strikes, effective) = self.struck.get(kind).copied().unwrap_or_default();
                (kind.name(), serde_json::json!({ "strikes": strikes, "effective": effective }))
            })
            .collect();
        let mut summary = serde_json::Map::new();
        summary.insert("parcels".to_owned(), world.fed().into());
        summary.insert("sorted".to_owned(), self.sorted.into());
        summary.insert("exceptions".to_owned(), serde_json::json!(self.exceptions));
        summary.insert("missorts".to_owned(), self.missorts.into());
        summary.insert("invariant_violations".to_owned(), 0.into());
        summary.insert("faults".to_owned(), serde_json::json!(struck));
        summary
    }

    fn discharged(&mut self, item: ItemId, chute: u16) {
        let parcel = self.riding.remove(&item).flatten();
        let Some(flights) = self.flight_numbers.get(&chute) else {
            let code = self.plan.exception_at(chute).unwrap_or("none").to_owned();
            *self.exceptions.entry(code).or_default() += 1;
            return;
        };
        let (destination, booked) = parcel.and_then(|parcel| self.booked.get(&parcel)).copied().unzip();
        let allowed = match booked.flatten() {
            Some(flight) => flights.contains(&flight),
            None => flights.iter().any(|flight| self.destinations.get(flight) == destination.as_ref()),
        };
        self.sorted += u64::from(allowed);
        self.missorts += u64::from(!allowed);
    }
}
