//! `sortie-sim demo`

use super::args::{Demo, Files};
use super::out::{self, Failure, GOOD, WRONG};
use super::{files, signals};
use crate::demo::show::{self, Show};
use serde_json::Value;
use sortie_core::output::Reason;
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
    out::line("")?;
    match serde_json::from_str::<Value>(&shown.summary) {
        Ok(summary) if summary.is_object() => judgement(&summary).iter().try_for_each(out::line)?,
        _ => out::line("the devices gave no summary; see devices.log in the folder")?,
    }
    let code = if shown.good { GOOD } else { WRONG };
    let word = if shown.good { "nothing was sorted wrongly" } else { "SOMETHING WENT WRONG" };
    out::line(format_args!("verdict: {word}; exit code {code}"))?;
    out::line("")?;
    shown.next.iter().try_for_each(out::line)?;
    Ok(())
}

/// What the summary says, for people.
fn judgement(summary: &Value) -> Vec<String> {
    let count = |key: &str| summary[key].as_u64().unwrap_or(0);
    let (parcels, sorted) = (count("parcels"), count("sorted"));
    let share = sorted * 100 / parcels.max(1);
    let mut lines = vec![
        "the oracle's verdict, from physics and the operator's files alone".to_owned(),
        format!("  {parcels:>6} parcels were put on the belt"),
        format!("  {sorted:>6} lie in a chute of a flight that may take them ({share} %)"),
    ];
    for (code, count) in summary["exceptions"].as_object().into_iter().flatten() {
        let why = Reason::from_code(code).map_or("rode to the end of line", Reason::sentence);
        lines.push(format!("  {:>6} {code:<4} {why}", count.as_u64().unwrap_or(0)));
    }
    lines.push(format!("  {:>6} were taken off by somebody, or still ride", count("lost")));
    for (kind, count) in summary["undetectable"].as_object().into_iter().flatten() {
        let count = count.as_u64().unwrap_or(0);
        lines.push(format!("  {count:>6} went wrong as nobody could have known: {kind}"));
    }
    lines.push(format!("  {:>6} MISSORTS: in a chute that was not allowed", count("missorts")));
    lines.push(format!("  {:>6} other invariants violated", count("invariant_violations")));
    for finding in summary["findings"].as_array().into_iter().flatten() {
        let text = |key: &str| finding[key].as_str().unwrap_or("").to_owned();
        lines.push(format!("         {} at {} s: {}", text("check"), text("at_s"), text("text")));
    }
    lines
}
