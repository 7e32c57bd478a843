//! `sortie-sim devices`

use super::args::Devices;
use super::out::{self, Failure, GOOD, WRONG};
use super::signals;
use crate::devices::folder::FolderLine;
use crate::devices::play::{PlaySettings, Player};
use crate::devices::pty::PortCounts;
use crate::devices::say::Said;
use crate::scenario;
use serde_json::json;
use sortie_world::summary::RunFacts;
use std::time::{Duration, Instant};

const SECOND: u64 = 1_000_000_000;

/// Plays the line until its time is over or a signal comes; the last line is the summary.
pub(super) fn run(args: &Devices) -> Result<u8, Failure> {
    let begin = Instant::now();
    let mut scenario = scenario::load(&args.scenario).map_err(|error| Failure::Usage(error.to_string()))?;
    scenario.traffic.parcels_per_hour = args.rate.unwrap_or(scenario.traffic.parcels_per_hour);
    let (mut line, ports) =
        FolderLine::new(&args.config, &scenario, args.seed).map_err(|error| Failure::File(error.to_string()))?;
    for (kind, seconds) in &args.strikes {
        if !line.strike_at(seconds.saturating_mul(SECOND), *kind) {
            let (name, scenario) = (kind.name(), &scenario.name);
            let why = "it is off there, or it strikes items and has no time of its own";
            return Err(Failure::Usage(format!("--strike {name}@{seconds}: not with scenario {scenario}: {why}")));
        }
    }
    let feed_ns = args.minutes.map(|minutes| nanoseconds(minutes * 60.0)).transpose()?;
    let faults_off_last_ns = Duration::from_secs(args.faults_off_last).as_nanos() as u64;
    let settings = PlaySettings { seed: args.seed, feed_ns, faults_off_last_ns };
    let stop = signals::stop_flag()?;
    let mut said = Ok(());
    let mut say = |line: &Said| {
        let told = if args.json { out::line(json!(line)) } else { out::line(line) };
        // Whether anybody listens does not matter to the line; the first failure is told at the end.
        if said.is_ok() {
            said = told;
        }
    };
    let played = Player::new(line, &ports, settings, stop, &mut say)?.play();
    let both_ways = |counts: &PortCounts| counts.to_host + counts.from_host;
    let facts = RunFacts {
        seed: args.seed,
        wall_seconds: begin.elapsed().as_secs_f64(),
        bytes: played.bytes.iter().map(|(role, counts)| (role.clone(), both_ways(counts))).collect(),
        ..RunFacts::default()
    };
    let (summary, calm) = played.line.finish(played.at, facts);
    let code = if summary.missorts > 0 || summary.invariant_violations > 0 { WRONG } else { GOOD };
    let mut all = json!(summary);
    all["lateness_ms_max"] = json!(played.lateness_ms_max);
    all["tty_bytes"] = json!(played.bytes);
    if let Some(from) = calm.from() {
        let fed_s = feed_ns.unwrap_or(played.at).saturating_sub(from) / SECOND;
        all["last_minutes"] = json!({ "seconds": fed_s, "parcels": calm.parcels, "sorted": calm.sorted });
    }
    said.and_then(|()| out::line(all))?;
    Ok(code)
}

fn nanoseconds(seconds: f64) -> Result<u64, Failure> {
    let length = Duration::try_from_secs_f64(seconds).ok().and_then(|length| u64::try_from(length.as_nanos()).ok());
    length.ok_or_else(|| Failure::Usage("--minutes is a number from 0 on".to_owned()))
}
