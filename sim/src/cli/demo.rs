//! `sortie-sim demo`

use super::args::{Demo, Files};
use super::out::{self, Failure, GOOD, WRONG};
use super::{files, signals};
use crate::demo::show::{self, Show};
use std::path::Path;

/// Of the demo's time, the last part in which the faults are off.
const CALM_PART: f64 = 0.2;

/// Writes the operator's files, runs both processes, shows them, and says how it ended.
pub(super) fn run(args: &Demo) -> Result<u8, Failure> {
    if !(0.1..=24.0 * 60.0).contains(&args.minutes) {
        return Err(Failure::Usage("--minutes is a number from 0.1 to 1440".to_owned()));
    }
    let dir = args.dir.clone().unwrap_or_else(|| show::free_folder(Path::new("."), "demo"));
    let wanted = Files { scenario: args.scenario.clone(), seed: args.seed, dir: dir.clone(), parcels: None, now: true };
    files::write(&wanted, args.rate, Some(args.minutes))?;
    let stop = signals::stop_flag()?;
    let show = Show {
        dir,
        scenario: args.scenario.clone(),
        seed: args.seed,
        minutes: args.minutes,
        rate: args.rate,
        faults_off_last_s: (args.minutes * 60.0 * CALM_PART) as u64,
        plain: args.plain || args.json,
    };
    let shown = show::run(&show, &stop)?;
    if args.json {
        out::line(&shown.summary)?;
    } else {
        verdict(&shown)?;
    }
    Ok(if shown.good { GOOD } else { WRONG })
}

/// The oracle's verdict, in words.
fn verdict(shown: &show::Shown) -> Result<(), Failure> {
    let Ok(serde_json::Value::Object(summary)) = serde_json::from_str(&shown.summary) else {
        out::line("the devices gave no summary; see devices.log")?;
        return Ok(());
    };
    out::line("")?;
    out::line("the oracle's verdict, from physics alone")?;
    let keys = ["parcels", "sorted", "exceptions", "missorts", "undetectable", "unconfirmed", "lost", "unexplained"];
    for key in keys.into_iter().chain(["invariant_violations", "lateness_ms_max"]) {
        if let Some(value) = summary.get(key) {
            out::line(format_args!("  {key:<22} {value}"))?;
        }
    }
    let code = if shown.good { GOOD } else { WRONG };
    let word = if shown.good { "nothing was sorted wrongly" } else { "SOMETHING WENT WRONG" };
    out::line(format_args!("{word}; exit code {code}"))?;
    Ok(())
}
