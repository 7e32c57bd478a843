//! What the devices process says while it runs: one line each, for people or as JSON for the demo.

use super::pty::PortCounts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One line of the devices process, before its last, which is the summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Said {
    /// The ttys are there; a controller may open them.
    Ready {
        /// Seed of the run.
        seed: u64,
        /// Path of each port by its role.
        ports: BTreeMap<String, String>,
    },
    /// The controller spoke for the first time: time begins.
    Begun,
    /// A fault struck.
    Strike {
        /// Seconds since time began.
        at_s: f64,
        /// Which fault.
        kind: String,
        /// What it did.
        text: String,
    },
    /// An adapter was pulled out or plugged in again.
    Port {
        /// Seconds since time began.
        at_s: f64,
        /// Its role.
        role: String,
        /// True: it is there.
        present: bool,
    },
    /// The faults were switched off.
    FaultsOff {
        /// Seconds since time began.
        at_s: f64,
    },
    /// No further parcel is fed; what rides may still arrive.
    FedUp {
        /// Seconds since time began.
        at_s: f64,
    },
    /// All is over; the adapters stay plugged for a moment, so that the controller may end before they are gone.
    Over {
        /// Seconds since time began.
        at_s: f64,
    },
    /// Once a second: where the line stands.
    Progress(Progress),
    /// Something for people, such as a bad line in a file.
    Note {
        /// What.
        text: String,
    },
}

/// Where the line stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Seconds since time began.
    pub at_s: f64,
    /// Items that crossed the entry PEC.
    pub inducted: u64,
    /// Items on the belt.
    pub riding: u64,
    /// Parcels that lie in a chute of a flight that they are allowed on.
    pub sorted: u64,
    /// Items in exception chutes and at the end of line.
    pub exceptions: u64,
    /// Parcels in a wrong chute.
    pub missorts: u64,
    /// Invariants violated.
    pub violations: u64,
    /// How late the simulator itself was at worst, in milliseconds.
    pub lateness_ms_max: f64,
    /// Bytes of each port by its role.
    pub bytes: BTreeMap<String, PortCounts>,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { seed, ports } => {
                write!(f, "seed {seed}; ttys are ready")?;
                ports.iter().try_for_each(|(role, path)| write!(f, "\n  {role:<16} {path}"))
            }
            Self::Begun => write!(f, "the controller spoke; the belt starts"),
            Self::Strike { at_s, text, .. } => write!(f, "{at_s:>8.1} s  {text}"),
            Self::Port { at_s, role, present: false } => write!(f, "{at_s:>8.1} s  port {role} pulled out"),
            Self::Port { at_s, role, present: true } => write!(f, "{at_s:>8.1} s  port {role} plugged in again"),
            Self::FaultsOff { at_s } => write!(f, "{at_s:>8.1} s  faults are off from now on"),
            Self::FedUp { at_s } => write!(f, "{at_s:>8.1} s  no further parcels; the belt runs empty"),
            Self::Over { at_s } => write!(f, "{at_s:>8.1} s  over"),
            Self::Progress(at) => write!(
                f,
                "{:>8.1} s  inducted {}  riding {}  sorted {}  exceptions {}  missorts {}  latest {:.1} ms",
                at.at_s, at.inducted, at.riding, at.sorted, at.exceptions, at.missorts, at.lateness_ms_max
            ),
            Self::Note { text } => write!(f, "{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_comes_back_from_its_json() {
        let bytes = BTreeMap::from([("board".to_owned(), PortCounts { to_host: 3, from_host: 4, dropped: 5 })]);
        let all = [
            Said::Ready { seed: 7, ports: BTreeMap::from([("board".to_owned(), "/tmp/board".to_owned())]) },
            Said::Begun,
            Said::Strike { at_s: 1.5, kind: "slip".to_owned(), text: "item 9 by 200 mm".to_owned() },
            Said::Port { at_s: 2.0, role: "board".to_owned(), present: false },
            Said::FaultsOff { at_s: 3.0 },
            Said::FedUp { at_s: 4.0 },
            Said::Over { at_s: 5.0 },
            Said::Progress(Progress { bytes, inducted: 8, ..Progress::default() }),
            Said::Note { text: "hold line 3 is no JSON".to_owned() },
        ];
        for said in all {
            let line = serde_json::to_string(&said).unwrap();
            assert!(!line.contains('\n'));
            assert_eq!(serde_json::from_str::<Said>(&line).unwrap(), said);
            assert!(!said.to_string().is_empty());
        }
    }
}
