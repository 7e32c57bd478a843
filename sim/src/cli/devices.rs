//! `sortie-sim devices`

use super::args::Devices;
use super::out::{self, Failure, GOOD, WRONG};
use super::signals;
use crate::devices::folder::FolderLine;
use crate::devices::play::{PlaySettings, Player};
use crate::devices::say::Said;
use crate::scenario;
use std::time::Duration;

/// Plays the line until its time is over or a signal comes; the last line is the summary.
pub(super) fn run(args: &Devices) -> Result<u8, Failure> {
    let mut scenario = scenario::load(&args.scenario).map_err(|error| Failure::Usage(error.to_string()))?;
    scenario.traffic.parcels_per_hour = args.rate.unwrap_or(scenario.traffic.parcels_per_hour);
    let (line, ports) =
        FolderLine::new(&args.config, &scenario, args.seed).map_err(|error| Failure::File(error.to_string()))?;
    let feed_ns = args.minutes.map(|minutes| nanoseconds(minutes * 60.0)).transpose()?;
    let faults_off_last_ns = Duration::from_secs(args.faults_off_last).as_nanos() as u64;
    let settings = PlaySettings { seed: args.seed, feed_ns, faults_off_last_ns };
    let stop = signals::stop_flag()?;
    let mut said = Ok(());
    let mut say = |line: &Said| {
        let told = if args.json { out::line(serde_json::json!(line)) } else { out::line(line) };
        // Whether anybody listens does not matter to the line; the first failure is told at the end.
        if said.is_ok() {
            said = told;
        }
    };
    let played = Player::new(line, &ports, settings, stop, &mut say)?.play();
    let (world, judge) = played.line.into_parts();
    let mut summary = judge.summary(&world);
    summary.insert("seed".to_owned(), args.seed.into());
    summary.insert("sim_seconds".to_owned(), Duration::from_nanos(played.at).as_secs_f64().into());
    summary.insert("lateness_ms_max".to_owned(), played.lateness_ms_max.into());
    summary.insert("tty_bytes".to_owned(), serde_json::json!(played.bytes));
    let bad = |key: &str| summary.get(key).and_then(serde_json::Value::as_u64).is_none_or(|count| count > 0);
    let code = if bad("missorts") || bad("invariant_violations") { WRONG } else { GOOD };
    said.and_then(|()| out::line(serde_json::Value::Object(summary)))?;
    Ok(code)
}

fn nanoseconds(seconds: f64) -> Result<u64, Failure> {
    let length = Duration::try_from_secs_f64(seconds).ok().and_then(|length| u64::try_from(length.as_nanos()).ok());
    length.ok_or_else(|| Failure::Usage("--minutes is a number from 0 on".to_owned()))
}
