//! `sortie-sim soak`

use super::args::{Files, Soak};
use super::out::{self, Failure, GOOD, WRONG};
use super::{files, signals};
use crate::demo::show::{self, Show};
use crate::demo::soak::{self, Soaked};
use serde_json::Value;
use std::path::Path;

/// Of the time, the last part in which the faults are off, unless the command line says otherwise.
const CALM_PART: f64 = 0.3;
/// Sorted of all parcels, per cent; two flushes weigh too much in a run that is shorter than [`LONG_MINUTES`].
const SORTED_MIN: u64 = 75;
/// Sorted of the parcels that came after the faults were off, per cent.
const CALM_SORTED_MIN: u64 = 90;
const LONG_MINUTES: f64 = 5.0;
/// Hardware that is later than this is no hardware: nothing was shown.
const LATENESS_MAX_MS: f64 = 20.0;

/// Writes the operator's files, runs both processes, and judges.
pub(super) fn run(args: &Soak) -> Result<u8, Failure> {
    if !(0.5..=24.0 * 60.0).contains(&args.minutes) {
        return Err(Failure::Usage("--minutes is a number from 0.5 to 1440".to_owned()));
    }
    let dir = args.dir.clone().unwrap_or_else(|| show::free_folder(Path::new("."), "soak"));
    let wanted = Files { scenario: args.scenario.clone(), seed: args.seed, dir: dir.clone(), parcels: None, now: true };
    files::write(&wanted, args.rate, None)?;
    out::line(format_args!("seed {}; files, journal and logs lie in {}", args.seed, dir.display()))?;
    let show = Show {
        dir,
        scenario: args.scenario.clone(),
        seed: args.seed,
        minutes: args.minutes,
        rate: args.rate,
        faults_off_last_s: args.faults_off_last.unwrap_or((args.minutes * 60.0 * CALM_PART) as u64),
        plain: true,
    };
    let stop = signals::stop_flag()?;
    let soaked = soak::run(&show, &stop, &mut |text| out::line(text))?;
    let good = verdict(&soaked, args.minutes >= LONG_MINUTES)?;
    if args.json {
        out::line(&soaked.summary)?;
    }
    Ok(if good { GOOD } else { WRONG })
}

/// Says what was wanted and what came; true if all is as wanted.
fn verdict(soaked: &Soaked, long: bool) -> Result<bool, Failure> {
    let summary: Value = serde_json::from_str(&soaked.summary).unwrap_or_default();
    let count = |key: &str| summary[key].as_u64();
    let share = |of: &Value| {
        let (sorted, parcels) = (of["sorted"].as_u64()?, of["parcels"].as_u64()?);
        (parcels > 0).then(|| sorted * 100 / parcels)
    };
    let (sorted, calm) = (share(&summary), share(&summary["last_minutes"]));
    let lateness = summary["lateness_ms_max"].as_f64();
    let rows = [
        ("missorts 0", text(count("missorts")), count("missorts") == Some(0)),
        ("violations 0", text(count("invariant_violations")), count("invariant_violations") == Some(0)),
        ("sorted at least 75 %", text(sorted), !long || sorted.is_some_and(|share| share >= SORTED_MIN)),
        ("and 90 % without faults", text(calm), !long || calm.is_some_and(|share| share >= CALM_SORTED_MIN)),
        ("controller killed once", soaked.kills.to_string(), soaked.kills == 1 && !soaked.controller_failed),
        ("replay equals journal", soaked.replay.clone(), soaked.replay_good),
        ("lateness at most 20 ms", text(lateness), lateness.is_some_and(|late| late <= LATENESS_MAX_MS)),
    ];
    for (wanted, found, good) in &rows {
        out::line(format_args!("{:<4} {wanted:<24} {found}", if *good { "ok" } else { "NOT" }))?;
    }
    let noise = soaked.noise_ms;
    out::line(format_args!("     the machine itself woke an idle thread up to {noise:.1} ms late meanwhile"))?;
    if !long {
        out::line("the shares are not judged in a run of less than 5 minutes: each flush costs a belt of parcels")?;
    }
    if !rows[rows.len() - 1].2 {
        out::line("void: the simulator itself was late, so nothing is shown; run it again on a quieter machine")?;
    }
    Ok(soaked.devices_good && rows.iter().all(|(_, _, good)| *good))
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
