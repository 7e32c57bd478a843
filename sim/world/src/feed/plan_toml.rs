//! `plan.toml` for a scenario, as text.

use super::schedule::Schedule;
use crate::files::time::rfc3339;
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
/// The same where goods are weighed and handled too.
const MORE_GROUPS: [&[&str]; 10] = [
    &["NRD"],
    &["HLD", "CUS"],
    &["NDT", "MRD"],
    &["DUP"],
    &["DNL", "RFS", "INS", "SEC"],
    &["NFL", "ERL", "CNX"],
    &["LAT"],
    &["FUL", "JAM", "LCK", "DIS", "NCT", "RAT"],
    &["OVW", "OVS", "WMM", "NWT"],
    &["SHC"],
];

/// Codes of chutes that may be able to take an item when it comes round again.
const AGAIN: [&str; 5] = ["FUL", "JAM", "LCK", "NCT", "RAT"];

/// What a version of the plan says beside what every version does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) number: u32,
    /// From when it is in use, UTC ms; `None` for at once.
    pub(super) active_from_ms: Option<i64>,
    /// By flight.
    pub(super) chutes: Vec<Vec<u16>>,
    pub(super) overflow: Vec<Vec<u16>>,
    pub(super) disabled: Vec<u16>,
}

/// The text of `plan.toml`.
pub(super) fn plan_toml(scenario: &Scenario, schedule: &Schedule, version: &Version) -> String {
    let mut text = format!("version = {}\nfull_delay_ms = 500\nafter_full_pieces = 3\n", version.number);
    let _ = write!(text, "reserve_ahead_mm = 3000\ndisabled = {:?}\n", version.disabled);
    if let Some(from) = version.active_from_ms {
        let _ = writeln!(text, "active_from = \"{}\"", rfc3339(from));
    }
    limits(scenario, &mut text);
    for (index, flight) in schedule.flights.iter().enumerate() {
        let Some(chutes) = version.chutes.get(index).filter(|chutes| !chutes.is_empty()) else { continue };
        let _ = write!(text, "\n[[flight]]\nflight = \"{}\"\nchutes = {chutes:?}\n", flight.key);
        if let Some(overflow) = version.overflow.get(index).filter(|overflow| !overflow.is_empty()) {
            let _ = writeln!(text, "overflow = {overflow:?}");
        }
    }
    exceptions(scenario, &mut text);
    rules(scenario, &mut text);
    text
}

/// Limits of goods, products, and boarding rules, where the scenario knows of any.
fn limits(scenario: &Scenario, text: &mut String) {
    let (goods, changes) = (&scenario.host.goods, &scenario.host.changes);
    if scenario.operators.stuck_per_10000 > 0 {
        text.push_str("jam_blocked_ms = 8000\n");
    }
    if goods.declared {
        text.push_str("\n[limits]\nweight_max_g = 31500\nsize_max_mm = [1250, 800, 800]\n");
        text.push_str("weight_tolerance_g = 250\nweight_tolerance_permille = 120\n");
    }
    for share in &goods.products {
        let _ = write!(
            text,
            "\n[[product]]\nproduct = \"{}\"\ncutoff_earlier_s = {}\nweight_required = {}\n",
            share.name, share.cutoff_earlier_s, share.weight_required
        );
    }
    if changes.traffics {
        text.push_str(
            "\n[boarding.export]\ncustoms = [\"released\"]\nsecurity = [\"screened\"]\n\
             \n[boarding.import]\ncustoms = [\"released\"]\nsecurity = [\"screened\", \"not-screened\"]\n\
             \n[boarding.transit]\ncustoms = [\"released\", \"assessing\"]\nsecurity = [\"screened\"]\n",
        );
    }
}

fn exceptions(scenario: &Scenario, text: &mut String) {
    let first = scenario.host.flight_chutes + 1;
    // The last chute of a loop takes what may not ride on; where a return conveyor brings things again, what has made all
    // its passes.
    let last = scenario.line.chutes - u16::from(scenario.line.comes_again());
    let others: Vec<u16> = (first..=last).collect();
    let groups: &[&[&str]] = if scenario.host.goods.declared { &MORE_GROUPS } else { &GROUPS };
    for (index, codes) in groups.iter().enumerate() {
        // Too few chutes: groups share them. More than groups: the first groups get a second one.
        let outlets: Vec<u16> = if others.len() <= groups.len() {
            vec![others[index % others.len()]]
        } else {
            others.iter().skip(index).step_by(groups.len()).copied().collect()
        };
        for code in *codes {
            let _ = write!(text, "\n[[exception]]\ncode = \"{code}\"\noutlets = {outlets:?}\n");
            if scenario.line.comes_again() && (AGAIN.contains(code) || *code == "NRD") {
                let passes = if *code == "NRD" { 1 } else { scenario.line.passes_max - 1 };
                let _ = writeln!(text, "recirculate = {passes}");
            }
        }
    }
    if scenario.line.comes_again() {
        let _ = write!(text, "\n[[exception]]\ncode = \"SHG\"\noutlets = []\nrecirculate = 1\n");
        let _ = write!(text, "\n[[exception]]\ncode = \"RCX\"\noutlets = [{}]\n", scenario.line.chutes);
    }
    // What has no other outlet comes round on a return conveyor until somebody takes it out.
    if scenario.line.return_s > 0 && !scenario.host.goods.declared {
        for code in ["OVW", "OVS", "WMM", "NWT", "SHC"] {
            let _ = write!(text, "\n[[exception]]\ncode = \"{code}\"\noutlets = [{}]\n", scenario.line.chutes);
        }
    }
}

/// Rules of single chutes: containers and rates.
fn rules(scenario: &Scenario, text: &mut String) {
    for chute in 1..=scenario.host.flight_chutes {
        let container = scenario.operators.has_container(chute);
        let rate = scenario.host.changes.rate_per_min(chute);
        if container || rate > 0 {
            let _ = write!(text, "\n[[chute]]\nchute = {chute}\n");
        }
        if container {
            text.push_str("container = \"uld\"\n");
        }
        if rate > 0 {
            let _ = writeln!(text, "rate_per_min = {rate}");
        }
    }
}
