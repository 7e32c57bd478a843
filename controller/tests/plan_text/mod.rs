//! A plan with everything in it, and the flights and the line that it is for.
#![allow(dead_code, reason = "each test file uses its own part")]

use sortie_controller::config::{self, CheckedPlan, LineConfig, Problems};
use sortie_controller::feed::{FeedKind, Flights, parse_line};
use sortie_protocol::identifier::Grammars;

pub(crate) const LINE: &str = include_str!("../cases/plan-everything/line.toml");
pub(crate) const PLAN: &str = include_str!("../cases/plan-everything/plan.toml");
pub(crate) const FLIGHTS: &str = include_str!("../cases/plan-everything/flights.ndjson");

pub(crate) fn line() -> LineConfig {
    config::line_from_str("line.toml", LINE).expect("a good line")
}

pub(crate) fn flights(text: &str) -> Flights {
    let mut flights = Flights::default();
    for line in text.lines().filter(|line| !line.is_empty()) {
        flights.take(&parse_line(FeedKind::Flights, line.as_bytes(), &Grammars::default()).expect("a flight"));
    }
    flights
}

pub(crate) fn read(plan: &str) -> Result<CheckedPlan, Problems> {
    config::plan_from_str("plan.toml", plan, &line(), &flights(FLIGHTS))
}

/// The plan with a change, which must be one.
pub(crate) fn changed(old: &str, new: &str) -> String {
    assert!(PLAN.contains(old), "{old}");
    PLAN.replacen(old, new, 1)
}
