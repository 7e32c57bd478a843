//! `sortie-sim teeth`

use super::args::Teeth;
use super::out::{self, Failure, GOOD, WRONG};
use crate::teeth::NoTeeth;
use crate::teeth::defect::{EACH, INVARIANTS, all, chosen};
use crate::teeth::trial::{Trial, head};
use crate::teeth::workshop::Workshop;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::time::Instant;

/// Of all defects at least one in so many needs more than [`SOON`] seeds: invariants have to find rare things too.
const RARE: usize = 3;
const SOON: u64 = 10;

/// Tries the defects, one after the other.
pub(super) fn run(args: &Teeth) -> Result<u8, Failure> {
    let begin = Instant::now();
    let tell = |text: &str| {
        let _ = writeln!(io::stderr(), "{:5.0} s  {text}", begin.elapsed().as_secs_f64());
    };
    let workshop = Workshop::find()?;
    let defects = chosen(all(workshop.root())?, &args.defects)?;
    if workshop.has_changes()? {
        tell("what was not committed is left out; the patches are taken as they lie here");
    }
    tell("building the tree as it is");
    workshop.open()?;
    out::line(head())?;
    let mut table = Table { trials: Vec::new(), whole: args.defects.is_empty() };
    for defect in &defects {
        let trial = Trial::of(defect, &workshop, args.threads, |what| tell(&format!("{}: {what}", defect.name)))?;
        out::line(trial.text())?;
        table.trials.push(trial);
    }
    for wrong in table.wrong() {
        out::line(format_args!("WRONG  {wrong}"))?;
    }
    out::line(if args.json { table.json().to_string() } else { table.last_line() })?;
    Ok(if table.is_good() { GOOD } else { WRONG })
}

impl From<NoTeeth> for Failure {
    fn from(error: NoTeeth) -> Self {
        match error {
            NoTeeth::Usage(text) => Self::Usage(text),
            NoTeeth::Program { .. } | NoTeeth::Failed { .. } | NoTeeth::File { .. } => Self::File(error.to_string()),
        }
    }
}

/// All trials, and whether they are all that there are.
struct Table {
    trials: Vec<Trial>,
    whole: bool,
}

impl Table {
    fn count(&self, is: impl Fn(&Trial) -> bool) -> usize {
        self.trials.iter().filter(|trial| is(trial)).count()
    }

    fn rare(&self) -> usize {
        self.count(|trial| trial.median().is_some_and(|median| median > SOON))
    }

    /// What the defects as a whole lack.
    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        if !self.whole {
            return wrong;
        }
        for name in INVARIANTS {
            let count = self.count(|trial| trial.intended == name);
            if count < EACH {
                wrong.push(format!("{name} has {count} defects, wanted {EACH}"));
            }
        }
        let (rare, all) = (self.rare(), self.trials.len());
        if rare * RARE < all {
            wrong.push(format!("{rare} of {all} defects need more than {SOON} seeds, wanted a third"));
        }
        wrong
    }

    fn is_good(&self) -> bool {
        self.trials.iter().all(Trial::is_intended) && self.wrong().is_empty()
    }

    fn last_line(&self) -> String {
        let (found, intended) = (self.count(Trial::is_found), self.count(Trial::is_intended));
        format!("defects {} found {found} intended {intended}", self.trials.len())
    }

    fn json(&self) -> Value {
        json!({
            "defects": self.trials.len(),
            "found": self.count(Trial::is_found),
            "intended": self.count(Trial::is_intended),
            "rare": self.rare(),
            "wrong": self.wrong(),
            "trials": self.trials.iter().map(Trial::json).collect::<Vec<_>>(),
        })
    }
}
