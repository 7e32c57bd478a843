//! `plan.toml`: which chutes serve which flights, which outlet takes which exception, and the limits.

use super::records::{Customs, Security, Traffic};
use super::time::utc_ms;
use crate::feed::{Product, product};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `plan.toml`, as far as the oracle judges by it. Keys that only the controller needs are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PlanFile {
    /// Version.
    pub version: u32,
    /// From when it is in use; empty for at once.
    pub active_from: String,
    /// A chute counts as full when its sensor has been blocked for so long, ms.
    pub full_delay_ms: u32,
    /// Pieces for which a chute has room after that.
    pub after_full_pieces: u32,
    /// A confirm sensor that is blocked so long means a jam, ms; 0: never.
    pub jam_blocked_ms: u32,
    /// Chutes that are out of use.
    pub disabled: Vec<u16>,
    /// Limits for every parcel.
    pub limits: PlanLimits,
    /// Rules for products.
    #[serde(rename = "product")]
    pub products: Vec<PlanProduct>,
    /// Which states may board flights, by traffic.
    pub boarding: BTreeMap<String, PlanBoarding>,
    /// Chutes by flight.
    #[serde(rename = "flight")]
    pub flights: Vec<PlanFlight>,
    /// Outlets by exception.
    #[serde(rename = "exception")]
    pub exceptions: Vec<PlanException>,
    /// Rules for chutes.
    #[serde(rename = "chute")]
    pub chutes: Vec<PlanChute>,
}

/// `[limits]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PlanLimits {
    /// Heaviest parcel, g.
    pub weight_max_g: u32,
    /// Largest parcel, longest side first, mm.
    pub size_max_mm: [u16; 3],
    /// Difference that a measured weight may have from the declared one, g, or ...
    pub weight_tolerance_g: Option<u32>,
    /// ... in thousandths of it; the larger counts.
    pub weight_tolerance_permille: Option<u32>,
}

impl Default for PlanLimits {
    fn default() -> Self {
        Self {
            weight_max_g: 31_500,
            size_max_mm: [1_200, 800, 800],
            weight_tolerance_g: None,
            weight_tolerance_permille: None,
        }
    }
}

/// One `[[product]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PlanProduct {
    /// The product.
    pub product: String,
    /// Its cut-off is so much earlier than the flight's, s.
    pub cutoff_earlier_s: i64,
    /// True if it is not sorted without a good measured weight.
    pub weight_required: bool,
}

/// One `[boarding.…]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PlanBoarding {
    /// Customs states that may board.
    pub customs: Vec<Customs>,
    /// Security states that may board.
    pub security: Vec<Security>,
}

impl Default for PlanBoarding {
    fn default() -> Self {
        Self { customs: vec![Customs::Released], security: vec![Security::Screened] }
    }
}

/// One `[[flight]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PlanFlight {
    /// The flight's key.
    pub flight: String,
    /// Its chutes.
    pub chutes: Vec<u16>,
    /// Chutes that take over where none of them can.
    #[serde(default)]
    pub overflow: Vec<u16>,
}

/// One `[[exception]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PlanException {
    /// Code of the reason.
    pub code: String,
    /// Its outlets.
    pub outlets: Vec<u16>,
}

/// One `[[chute]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PlanChute {
    /// The chute.
    pub chute: u16,
    /// The kind of container that has to stand there.
    pub container: Option<String>,
    /// Most pieces in its container.
    pub pieces_max: u32,
    /// Heaviest container, g.
    pub weight_max_g: u32,
    /// Longest sum of lengths in it, mm.
    pub length_max_mm: u32,
    /// Most pieces a minute.
    pub rate_per_min: u32,
}

impl PlanFile {
    /// Flights that a chute serves, also as overflow.
    pub fn flights_at(&self, chute: u16) -> impl Iterator<Item = &str> {
        let serves = move |flight: &&PlanFlight| flight.chutes.contains(&chute) || flight.overflow.contains(&chute);
        self.flights.iter().filter(serves).map(|flight| flight.flight.as_str())
    }

    /// The exception for which a chute is meant: the first one in the plan that lists it.
    #[must_use]
    pub fn exception_at(&self, chute: u16) -> Option<&str> {
        self.exceptions.iter().find(|exception| exception.outlets.contains(&chute)).map(|found| found.code.as_str())
    }

    /// From when it is in use, UTC milliseconds; `None` for at once.
    #[must_use]
    pub fn active_from_ms(&self) -> Option<i64> {
        utc_ms(&self.active_from)
    }

    /// How much earlier than the flight's the cut-off of each product is, ms.
    pub fn cutoffs(&self) -> impl Iterator<Item = (Product, i64)> {
        self.products.iter().map(|rule| (product(&rule.product), rule.cutoff_earlier_s * 1000))
    }

    /// Products that are not sorted without a good measured weight.
    pub fn weighed(&self) -> impl Iterator<Item = Product> {
        self.products.iter().filter(|rule| rule.weight_required).map(|rule| product(&rule.product))
    }

    /// Customs and security states that may board flights of a traffic, one bit each. What never boards anything is left
    /// out, whatever the plan says.
    #[must_use]
    pub fn boarding(&self, traffic: Traffic) -> (u8, u8) {
        let rule = self.boarding.get(traffic.word()).cloned().unwrap_or_default();
        let customs = rule.customs.into_iter().filter(|s| !matches!(s, Customs::NotLodged | Customs::DoNotLoad));
        let security = rule.security.into_iter().filter(|state| *state != Security::Alarm);
        (
            customs.fold(0, |bits, state| bits | 1 << state as u8),
            security.fold(0, |bits, state| bits | 1 << state as u8),
        )
    }

    /// Chutes at which a container has to stand.
    pub fn containers(&self) -> impl Iterator<Item = u16> {
        self.chutes.iter().filter(|rule| rule.container.is_some()).map(|rule| rule.chute)
    }

    /// Chutes with a limit of pieces, weight, length or rate.
    pub fn limited(&self) -> impl Iterator<Item = u16> {
        let limits = |rule: &PlanChute| rule.pieces_max + rule.weight_max_g + rule.length_max_mm + rule.rate_per_min;
        self.chutes.iter().filter(move |rule| limits(rule) > 0).map(|rule| rule.chute)
    }
}

impl PlanLimits {
    /// How far a measured weight may be off: grams, and thousandths of the declared one.
    #[must_use]
    pub fn tolerance(&self) -> (u32, u32) {
        match (self.weight_tolerance_g, self.weight_tolerance_permille) {
            (None, None) => (10_000_000, 1_000),
            (grams, permille) => (grams.unwrap_or(0), permille.unwrap_or(0)),
        }
    }
}
