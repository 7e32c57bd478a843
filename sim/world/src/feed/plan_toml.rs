//! `plan.toml` for a scenario: busy flights get more chutes, spread along the line; the rest take the exceptions.

use super::schedule::Schedule;
use crate::scenario::Scenario;
use std::fmt::Write;

/// Groups of codes that share outlets; each group gets its share of the exception chutes.
const GROUPS: [&[&str]; 8] = [
    &["NRD"],
    &["NDT", "MRD"],
    &["DUP"],
    &["HLD", "CUS"],
    &["DNL", "RFS", "INS", "SEC"],
    &["NFL", "ERL", "CNX"],
    &["LAT"],
    &["FUL", "JAM", "LCK", "DIS", "NCT", "RAT"],
];
/// Most chutes of one flight.
const CHUTES_PER_FLIGHT: usize = 8;

/// The text of `plan.toml`.
pub(super) fn plan_toml(scenario: &Scenario, schedule: &Schedule) -> String {
    let mut text = String::from(
        "version = 1\nfull_delay_ms = 500\nafter_full_pieces = 3\nreserve_ahead_mm = 3000\ndisabled = []\n",
    );
    for (flight, chutes) in schedule.flights.iter().zip(chutes_by_flight(scenario, schedule)) {
        if !chutes.is_empty() {
            let _ = write!(text, "\n[[flight]]\nflight = \"{}\"\nchutes = {chutes:?}\n", flight.key);
        }
    }
    let first = scenario.host.flight_chutes + 1;
    let others: Vec<u16> = (first..=scenario.line.chutes).collect();
    for (index, codes) in GROUPS.iter().enumerate() {
        // Too few chutes: groups share them. More than groups: the first groups get a second one.
        let outlets: Vec<u16> = if others.len() <= GROUPS.len() {
            vec![others[index % others.len()]]
        } else {
            others.iter().skip(index).step_by(GROUPS.len()).copied().collect()
        };
        for code in *codes {
            let _ = write!(text, "\n[[exception]]\ncode = \"{code}\"\noutlets = {outlets:?}\n");
        }
    }
    text
}

/// Every flight gets one chute, and the others go to whoever has the most parcels for each chute so far.
fn chutes_by_flight(scenario: &Scenario, schedule: &Schedule) -> Vec<Vec<u16>> {
    let flights = schedule.flights.len();
    let total = usize::from(scenario.host.flight_chutes);
    let mut wanted = vec![0_usize; flights];
    for _ in 0..total {
        let busiest =
            (0..flights).filter(|flight| wanted[*flight] < CHUTES_PER_FLIGHT).max_by_key(|flight| {
                match wanted[*flight] {
                    0 => (1, schedule.share_ppm(*flight), *flight),
                    chutes => (0, schedule.share_ppm(*flight) / chutes as u64, *flight),
                }
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
