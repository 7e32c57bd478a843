//! Records and plan, taken as they come.

use sortie_world::files::{Customs, FlightLine, HoldLine, ParcelLine, PlanFile};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
struct Parcel {
    plates: Vec<String>,
    flight: Option<String>,
    destination: String,
    customs: Customs,
}

/// Everything on file.
#[derive(Debug, Default)]
pub(super) struct Books {
    last: u32,
    numbers: BTreeMap<String, u32>,
    parcels: BTreeMap<u32, Parcel>,
    plates: BTreeMap<Vec<u8>, u32>,
    /// Flight by destination.
    flights: BTreeMap<String, String>,
    chutes: BTreeMap<String, Vec<u16>>,
    full: BTreeSet<u16>,
    turn: usize,
}

impl Books {
    /// The parcel whose plate a code is.
    pub(super) fn parcel(&self, code: &[u8]) -> Option<u32> {
        let sscc = code.len() == 20 && code.starts_with(b"00");
        self.plates.get(if sscc { &code[2..] } else { code }).copied()
    }

    /// One of the chutes of the parcel's flight, in turn.
    pub(super) fn decide(&mut self, number: u32) -> Option<u16> {
        let parcel = self.parcels.get(&number).filter(|parcel| parcel.customs == Customs::Released)?;
        let flight = parcel.flight.as_ref().or_else(|| self.flights.get(&parcel.destination))?;
        let chutes = self.chutes.get(flight)?;
        self.turn += 1;
        let open = chutes.iter().filter(|chute| !self.full.contains(chute));
        open.clone().nth(self.turn % open.count().max(1)).copied()
    }

    pub(super) fn full(&mut self, chute: u16, full: bool) {
        if full {
            self.full.insert(chute);
        } else {
            self.full.remove(&chute);
        }
    }

    pub(super) fn plan(&mut self, text: &str) {
        if let Ok(plan) = toml::from_str::<PlanFile>(text) {
            self.chutes = plan.flights.into_iter().map(|flight| (flight.flight, flight.chutes)).collect();
        }
    }

    pub(super) fn flight(&mut self, text: &str) {
        if let Ok(line) = serde_json::from_str::<FlightLine>(text) {
            self.flights.entry(line.destination).or_insert(line.flight);
        }
    }

    pub(super) fn record(&mut self, text: &str) {
        let Ok(line) = serde_json::from_str::<ParcelLine>(text) else { return };
        if line.departed {
            self.forget(&line.parcel);
            return;
        }
        self.last += 1;
        let number = *self.numbers.entry(line.parcel).or_insert(self.last);
        for plate in &line.plates {
            self.plates.insert(plate.clone().into_bytes(), number);
        }
        let ParcelLine { plates, flight, destination, customs, .. } = line;
        self.parcels.insert(number, Parcel { plates, flight, destination, customs });
    }

    pub(super) fn hold(&mut self, text: &str) {
        let Ok(line) = serde_json::from_str::<HoldLine>(text) else { return };
        if let Some(parcel) = self.numbers.get(&line.parcel).and_then(|number| self.parcels.get_mut(number)) {
            parcel.customs = line.customs.unwrap_or(parcel.customs);
        }
    }

    fn forget(&mut self, key: &str) {
        let gone = self.numbers.remove(key).and_then(|number| self.parcels.remove(&number));
        for plate in gone.into_iter().flat_map(|parcel| parcel.plates) {
            self.plates.remove(plate.as_bytes());
        }
    }
}
