//! `sortie-sim bulk-release`

use super::args::{BulkRelease, Files};
use super::out::{self, Failure, GOOD, WRONG};
use super::{files, signals};
use crate::demo::bulk::{self, Measured};
use crate::demo::show::{self, Show};
use std::path::Path;

/// The worst margin meanwhile is at least this share of that before, per cent.
const KEPT_MIN: u64 = 80;
/// Of the lines that customs writes, the controller has to take nearly all: a few parcels are known to no host.
const TAKEN_MIN_PER_CENT: u64 = 99;
/// Hardware that is later than this is no hardware: nothing was shown.
const LATENESS_MAX_MS: f64 = 20.0;

/// Writes the operator's files, runs both processes, and compares.
pub(super) fn run(args: &BulkRelease) -> Result<u8, Failure> {
    if !(2.5..=60.0).contains(&args.minutes) {
        return Err(Failure::Usage("--minutes is a number from 2.5 to 60: the bulk ends after two".to_owned()));
    }
    let scenario = "bulk-release".to_owned();
    let dir = args.dir.clone().unwrap_or_else(|| show::free_folder(Path::new("."), "bulk"));
    let wanted = Files { scenario: scenario.clone(), seed: args.seed, dir: dir.clone(), parcels: None, now: true };
    files::write(&wanted, None, None)?;
    out::line(format_args!("seed {}; files, journal and logs lie in {}", args.seed, dir.display()))?;
    let show =
        Show { dir, scenario, seed: args.seed, minutes: args.minutes, rate: None, faults_off_last_s: 0, plain: true };
    let stop = signals::stop_flag()?;
    let measured = bulk::run(&show, &stop, &mut |text| out::line(text))?;
    let good = verdict(&measured)?;
    if args.json {
        out::line(serde_json::to_string(&measured).unwrap_or_default())?;
    }
    Ok(if good { GOOD } else { WRONG })
}

fn verdict(measured: &Measured) -> Result<bool, Failure> {
    let Measured { before, during, devices, .. } = measured;
    let lateness = devices["lateness_ms_max"].as_f64();
    let mm = |worst: Option<u64>| worst.map_or_else(|| "none".to_owned(), |mm| format!("{mm} mm"));
    let rows = [
        ("worst margin before", format!("{} in {} s", mm(before.worst_mm), before.seconds), before.worst_mm.is_some()),
        (
            "meanwhile at least 80 %",
            format!("{} in {} s = {} %", mm(during.worst_mm), during.seconds, measured.per_cent),
            measured.per_cent >= KEPT_MIN,
        ),
        ("lines of bulk taken", during.lines.to_string(), during.lines >= 2_000 * TAKEN_MIN_PER_CENT),
        ("fires too late 0", measured.late.to_string(), measured.late == 0),
        ("missorts 0", devices["missorts"].to_string(), devices["missorts"] == 0),
        ("violations 0", devices["invariant_violations"].to_string(), devices["invariant_violations"] == 0),
        ("lateness at most 20 ms", format!("{lateness:?}"), lateness.is_some_and(|late| late <= LATENESS_MAX_MS)),
    ];
    for (wanted, found, good) in &rows {
        out::line(format_args!("{:<4} {wanted:<24} {found}", if *good { "ok" } else { "NOT" }))?;
    }
    out::line(format_args!(
        "     the machine itself woke an idle thread up to {:.1} ms late meanwhile",
        measured.noise_ms
    ))?;
    Ok(measured.good && rows.iter().all(|(_, _, good)| *good))
}
