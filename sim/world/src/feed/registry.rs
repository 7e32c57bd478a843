//! Files that someone else wrote, as facts: for the devices on ttys, which read what the operator's folder holds.

use super::fact::{DestinationNo, Fact, FlightFact, FlightNo, Handling, ParcelFact, product};
use crate::events::ParcelNo;
use crate::files::{Files, FlightLine, HoldLine, ParcelLine, time};
use crate::setup::Parcels;
use std::collections::BTreeMap;

/// The records of a folder, numbered in the order of the files.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    flights: BTreeMap<String, FlightNo>,
    flight_keys: Vec<String>,
    destinations: BTreeMap<String, DestinationNo>,
    parcels: BTreeMap<String, ParcelNo>,
    handling: BTreeMap<String, u16>,
    plates: Vec<Vec<String>>,
}

impl Registry {
    /// Takes everything that the files say, and tells it as facts.
    pub fn of_files(files: &Files, to: &mut dyn FnMut(Fact)) -> Self {
        let mut registry = Self::default();
        files.flights.iter().for_each(|line| to(registry.flight(line)));
        files.parcels.iter().for_each(|line| to(registry.parcel(line)));
        registry
    }

    /// What a line of `flights.ndjson` says.
    pub fn flight(&mut self, line: &FlightLine) -> Fact {
        let destination = number(&mut self.destinations, &line.destination);
        if !self.flights.contains_key(&line.flight) {
            self.flight_keys.push(line.flight.clone());
        }
        let says = FlightFact {
            destination,
            opens_ms: time::utc_ms(&line.opens).unwrap_or(0),
            cutoff_ms: time::utc_ms(&line.cutoff).unwrap_or(0),
            order: line.order,
            traffic: line.traffic,
            handling: self.codes(&line.handling),
            capacity_pieces: line.capacity_pieces,
        };
        Fact::Flight { flight: number(&mut self.flights, &line.flight), says }
    }

    /// What a line of `parcels.ndjson` says.
    pub fn parcel(&mut self, line: &ParcelLine) -> Fact {
        let next = u32::try_from(self.plates.len()).unwrap_or(u32::MAX);
        let parcel = *self.parcels.entry(line.parcel.clone()).or_insert(next);
        if line.departed && parcel < next {
            return Fact::Departed { parcel };
        }
        match self.plates.get_mut(parcel as usize) {
            Some(plates) => plates.clone_from(&line.plates),
            None => self.plates.push(line.plates.clone()),
        }
        let says = ParcelFact {
            destination: number(&mut self.destinations, &line.destination),
            flight: line.flight.as_ref().map(|flight| self.flights.get(flight).copied().unwrap_or(FlightNo::MAX)),
            may_move: line.may_move,
            customs: line.customs,
            security: line.security,
            product: product(&line.product),
            handling: self.codes(&line.handling),
            declared_g: line.declared_g.unwrap_or(0),
            declared_mm: line.declared_mm.unwrap_or_default(),
            plates: u8::try_from(line.plates.len()).unwrap_or(u8::MAX),
        };
        Fact::Parcel { parcel, says }
    }

    /// What a line of `holds.ndjson` says; `None` if its parcel is not on file.
    #[must_use]
    pub fn hold(&self, line: &HoldLine) -> Option<Fact> {
        let parcel = *self.parcels.get(&line.parcel)?;
        Some(Fact::Hold { parcel, customs: line.customs, security: line.security })
    }

    /// A set of special handling codes; those beyond the 32nd of a folder are passed over.
    fn codes(&mut self, names: &[String]) -> Handling {
        names
            .iter()
            .map(|name| number(&mut self.handling, name))
            .filter(|bit| *bit < 32)
            .fold(0, |set, bit| set | 1 << bit)
    }

    /// Keys of the flights, by number.
    pub fn flights(&self) -> impl Iterator<Item = &str> {
        self.flight_keys.iter().map(String::as_str)
    }
}

fn number(names: &mut BTreeMap<String, u16>, name: &str) -> u16 {
    if let Some(number) = names.get(name) {
        return *number;
    }
    let next = u16::try_from(names.len()).unwrap_or(u16::MAX);
    names.insert(name.to_owned(), next);
    next
}

impl Parcels for Registry {
    fn count(&self) -> u32 {
        u32::try_from(self.plates.len()).unwrap_or(u32::MAX)
    }

    fn nth(&self, nth: u64) -> ParcelNo {
        let count = u64::from(self.count().max(1));
        u32::try_from(nth % count).unwrap_or(0)
    }

    fn plates(&self, parcel: ParcelNo, plate: &mut dyn FnMut(&str)) {
        if let Some(plates) = self.plates.get(parcel as usize) {
            plates.iter().for_each(|text| plate(text));
        }
    }
}
