//! Scenarios by name or path, and what the command line changes in them.

use sortie_world::events::StrikeKind;
use sortie_world::scenario::{Scenario, ScenarioError};
use sortie_world::setup::FaultRate;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Scenarios that are found by their name alone.
pub const NAMES: [&str; 15] = [
    "linear",
    "loop",
    "loop-faults",
    "double-rate",
    "return",
    "faults",
    "upsets",
    "brownout",
    "opening-day",
    "generous",
    "demo",
    "night-shift",
    "customs-surge",
    "bulk-release",
    "every-fault",
];

/// Strikes per 10,000 parcels of a fault that was asked for but has no rate in any scenario.
const USUAL_RATE: u32 = 50;

/// Why there is no such scenario.
#[derive(Debug, thiserror::Error)]
pub enum NoScenario {
    /// Neither a file nor a name.
    #[error("there is no scenario {name:?}: give the path of a file, or one of {}", NAMES.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file is no scenario.
    #[error("{path}: {error}")]
    Wrong {
        /// The file, or the name.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<ScenarioError>,
    },
    /// No fault has this name.
    #[error("there is no fault {name:?}: {}", all_faults())]
    Fault {
        /// What was asked for.
        name: String,
    },
}

/// Loads a scenario.
///
/// # Errors
/// If there is none by that name or path, or it is wrong.
pub fn load(name: &str) -> Result<Scenario, NoScenario> {
    let path = Path::new(name);
    let text = match built_in(name) {
        Some(text) if !path.is_file() => text.to_owned(),
        _ if !path.exists() => return Err(NoScenario::Unknown { name: name.to_owned() }),
        _ => fs::read_to_string(path).map_err(|error| NoScenario::Unreadable { path: path.to_owned(), error })?,
    };
    Scenario::parse(&text).map_err(|error| NoScenario::Wrong { path: path.to_owned(), error: Box::new(error) })
}

/// Which faults of a scenario are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultChoice {
    /// Those of the scenario.
    AsWritten,
    /// None.
    Off,
    /// These alone, with the scenario's rates; a fault that it lacks has the rate of the faults scenario.
    Only(Vec<StrikeKind>),
}

impl FaultChoice {
    /// From the command line: names of faults, or `none`.
    ///
    /// # Errors
    /// If a name is no fault's.
    pub fn of(no_faults: bool, only: &[String]) -> Result<Self, NoScenario> {
        if no_faults || only == ["none"] {
            return Ok(Self::Off);
        }
        if only.is_empty() {
            return Ok(Self::AsWritten);
        }
        only.iter().map(|name| fault(name)).collect::<Result<_, _>>().map(Self::Only)
    }

    /// Changes a scenario accordingly.
    pub fn apply(&self, scenario: &mut Scenario) {
        match self {
            Self::AsWritten => {}
            Self::Off => scenario.faults.clear(),
            Self::Only(kinds) => {
                scenario.faults.retain(|kind, _| kinds.contains(kind));
                let rates = load("faults").map(|usual| usual.faults).unwrap_or_default();
                for kind in kinds {
                    let rate = FaultRate { per_10000: USUAL_RATE, ..FaultRate::default() };
                    scenario.faults.entry(*kind).or_insert(rates.get(kind).copied().unwrap_or(rate));
                }
            }
        }
    }
}

/// The fault with this name.
///
/// # Errors
/// If there is none.
pub fn fault(name: &str) -> Result<StrikeKind, NoScenario> {
    let wanted = name.replace('-', "_");
    let found = StrikeKind::ALL.iter().find(|kind| kind.name() == wanted);
    found.copied().ok_or_else(|| NoScenario::Fault { name: name.to_owned() })
}

fn all_faults() -> String {
    let names: Vec<&str> = StrikeKind::ALL.iter().map(|kind| kind.name()).collect();
    format!("the faults are {}", names.join(", "))
}

fn built_in(name: &str) -> Option<&'static str> {
    match name {
        "linear" => Some(include_str!("../scenarios/linear.toml")),
        "loop" => Some(include_str!("../scenarios/loop.toml")),
        "loop-faults" => Some(include_str!("../scenarios/loop-faults.toml")),
        "return" => Some(include_str!("../scenarios/return.toml")),
        "double-rate" => Some(include_str!("../scenarios/double-rate.toml")),
        "faults" => Some(include_str!("../scenarios/faults.toml")),
        "generous" => Some(include_str!("../scenarios/generous.toml")),
        "demo" => Some(include_str!("../scenarios/demo.toml")),
        "upsets" => Some(include_str!("../scenarios/upsets.toml")),
        "brownout" => Some(include_str!("../scenarios/brownout.toml")),
        "opening-day" => Some(include_str!("../scenarios/opening-day.toml")),
        "night-shift" => Some(include_str!("../scenarios/night-shift.toml")),
        "customs-surge" => Some(include_str!("../scenarios/customs-surge.toml")),
        "bulk-release" => Some(include_str!("../scenarios/bulk-release.toml")),
        "every-fault" => Some(include_str!("../scenarios/every-fault.toml")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_has_a_name_or_a_path() {
        for name in NAMES {
            assert_eq!(load(name).unwrap().name, name);
        }
        let unknown = load("no-such-scenario").unwrap_err().to_string();
        assert!(unknown.contains("linear, loop, loop-faults, double-rate, return, faults, upsets"), "{unknown}");
        assert!(load("/").is_err());
    }

    #[test]
    fn faults_are_chosen_by_name() {
        let mut scenario = load("demo").unwrap();
        let names = ["slip".to_owned(), "item-removed".to_owned()];
        FaultChoice::of(false, &names).unwrap().apply(&mut scenario);
        assert_eq!(scenario.faults.keys().map(|kind| kind.name()).collect::<Vec<_>>(), ["item_removed", "slip"]);
        FaultChoice::of(true, &[]).unwrap().apply(&mut scenario);
        assert!(scenario.faults.is_empty());
        FaultChoice::of(false, &["estop".to_owned()]).unwrap().apply(&mut scenario);
        assert!(scenario.faults.values().all(|rate| rate.per_10000 > 0) && scenario.faults.len() == 1);
        let wrong = FaultChoice::of(false, &["slipp".to_owned()]).unwrap_err().to_string();
        assert!(wrong.contains("slip,"), "{wrong}");
    }
}
