//! `plan.toml`: which chutes serve which flights, and which outlets take which exception.

use serde::Deserialize;

/// `plan.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct PlanFile {
    /// Version.
    pub version: u32,
    /// A chute counts as full when its sensor has been blocked for so long, ms.
    #[serde(default)]
    pub full_delay_ms: u32,
    /// Pieces for which a chute has room after that.
    #[serde(default)]
    pub after_full_pieces: u32,
    /// Chutes that are out of use.
    #[serde(default)]
    pub disabled: Vec<u16>,
    /// Chutes by flight.
    #[serde(rename = "flight", default)]
    pub flights: Vec<PlanFlight>,
    /// Outlets by exception.
    #[serde(rename = "exception", default)]
    pub exceptions: Vec<PlanException>,
}

/// One `[[flight]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PlanFlight {
    /// The flight's key.
    pub flight: String,
    /// Its chutes.
    pub chutes: Vec<u16>,
}

/// One `[[exception]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PlanException {
    /// Code of the reason.
    pub code: String,
    /// Its outlets.
    pub outlets: Vec<u16>,
}

impl PlanFile {
    /// Flights that a chute serves.
    pub fn flights_at(&self, chute: u16) -> impl Iterator<Item = &str> {
        self.flights.iter().filter(move |flight| flight.chutes.contains(&chute)).map(|flight| flight.flight.as_str())
    }

    /// The exception for which a chute is meant: the first one in the plan that lists it.
    #[must_use]
    pub fn exception_at(&self, chute: u16) -> Option<&str> {
        self.exceptions.iter().find(|exception| exception.outlets.contains(&chute)).map(|found| found.code.as_str())
    }
}
