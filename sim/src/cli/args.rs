//! What can be asked on the command line.

use crate::scenario;
use clap::{Args, Parser, Subcommand, ValueEnum};
use sortie_world::events::StrikeKind;
use std::path::PathBuf;

/// The simulated line: in virtual time, on ttys, or shown to a person.
#[derive(Debug, Parser)]
#[command(name = "sortie-sim", version, max_term_width = 120)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows a real controller process sorting on a simulated line.
    Demo(Demo),
    /// Runs line and controller in virtual time, repeatable from one seed.
    Run(Run),
    /// Draws a line with its faults from each seed, runs it, and demands that it comes back when the faults stop.
    Swarm(Swarm),
    /// Breaks a copy of the committed tree with one defect at a time, and demands that the invariant it is meant for is
    /// the first to find it.
    Teeth(Teeth),
    /// Plays the line's devices on ttys that any controller can open.
    Devices(Devices),
    /// Runs both processes on ttys for minutes with every fault, kills the controller meanwhile, and judges.
    Soak(Soak),
    /// Runs both processes on ttys while customs releases 100,000 parcels, and compares the margins of the fires.
    BulkRelease(BulkRelease),
    /// Writes the files that an operator and a host would write for a scenario.
    Files(Files),
    /// Prints a trace that `run --trace` wrote, one line a record.
    Trace(TraceArgs),
}

/// Which controller drives the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ControllerChoice {
    /// The engine of `sortie run`.
    Real,
    /// The negative control: identity by order. It must fail when faults are on.
    Naive,
}

/// `sortie-sim run`
#[derive(Clone, Debug, Args)]
pub struct Run {
    /// Scenario: a file, or one of linear, loop, loop-faults, double-rate, return, faults, every-fault, upsets, brownout,
    /// opening-day, generous, demo, night-shift, customs-surge, bulk-release.
    #[arg(long)]
    pub scenario: String,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1, conflicts_with = "seeds")]
    pub seed: u64,
    /// Many runs, seeds A to B-1, written A..B: one line each and a table.
    #[arg(long, value_name = "A..B", value_parser = seed_range)]
    pub seeds: Option<(u64, u64)>,
    /// Parcels to feed; the scenario's own number if not given.
    #[arg(long)]
    pub parcels: Option<u64>,
    /// Writes everything that the trace hash covers to a file.
    #[arg(long, value_name = "FILE", conflicts_with = "seeds")]
    pub trace: Option<PathBuf>,
    /// Writes a page that shows what happened to this file: HTML, complete in itself. One run's, so not with --seeds.
    #[arg(long, value_name = "FILE.html", conflicts_with = "seeds")]
    pub report: Option<PathBuf>,
    /// Which controller drives the line.
    #[arg(long, value_enum, default_value = "real")]
    pub controller: ControllerChoice,
    /// Switches all faults off.
    #[arg(long, conflicts_with = "only")]
    pub no_faults: bool,
    /// Leaves only these faults on; one that the scenario does not have gets the rate of the faults scenario.
    #[arg(long, visible_alias = "faults", value_name = "KIND,..", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Threads for --seeds; the results do not depend on it.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// One JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

/// `sortie-sim swarm`
#[derive(Clone, Debug, Args)]
pub struct Swarm {
    /// Seeds A to B-1, written A..B.
    #[arg(long, value_name = "A..B", value_parser = seed_range)]
    pub seeds: (u64, u64),
    /// Hours of parcels in each seed, at the rate that was drawn; then the faults stop, and 200 good parcels come.
    #[arg(long, default_value_t = 1.0, value_parser = hours)]
    pub hours: f64,
    /// Takes line, traffic and hosts from this scenario, and draws the faults alone.
    #[arg(long)]
    pub scenario: Option<String>,
    /// Threads; the results do not depend on it. All cores if not given.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Keeps the result of each seed in this file, and goes on from there when it is started again.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Ends with the first seed that breaks something.
    #[arg(long)]
    pub first: bool,
    /// Runs nothing: writes each seed as a scenario for `sortie-sim run`.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["state", "json", "threads", "first"])]
    pub write: Option<PathBuf>,
    /// One JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

/// `sortie-sim teeth`
#[derive(Clone, Debug, Args)]
pub struct Teeth {
    /// Defects of sim/teeth/invariants, by name or by invariant like s3; all of them if none is named.
    #[arg(value_name = "DEFECT")]
    pub defects: Vec<String>,
    /// Threads for the seeds; the results do not depend on it. All cores if not given.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// One JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

/// `sortie-sim files`
#[derive(Clone, Debug, Args)]
pub struct Files {
    /// Scenario: a file, or one of linear, loop, loop-faults, double-rate, return, faults, every-fault, upsets, brownout,
    /// opening-day, generous, demo, night-shift, customs-surge, bulk-release.
    #[arg(long)]
    pub scenario: String,
    /// Seed of the parcels.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder to write to; made if missing.
    #[arg(long)]
    pub dir: PathBuf,
    /// Parcels on file, 1000 and more, and as many to be fed; the scenario's own numbers if not given.
    #[arg(long)]
    pub parcels: Option<u64>,
    /// Flight times begin now, as a line on ttys needs it, and not at the scenario's own time.
    #[arg(long)]
    pub now: bool,
}

/// `sortie-sim devices`
#[derive(Clone, Debug, Args)]
pub struct Devices {
    /// The line to play; ttys appear at the paths of its ports.
    #[arg(long, value_name = "line.toml")]
    pub config: PathBuf,
    /// Scenario: a file, or one of linear, loop, loop-faults, double-rate, return, faults, every-fault, upsets, brownout,
    /// opening-day, generous, demo, night-shift, customs-surge, bulk-release.
    #[arg(long)]
    pub scenario: String,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long parcels are fed, counted from the controller's first word; without it, until a signal.
    #[arg(long)]
    pub minutes: Option<f64>,
    /// Parcels per hour; the scenario's own rate if not given.
    #[arg(long)]
    pub rate: Option<u32>,
    /// Switches the faults off for the last seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub faults_off_last: u64,
    /// A fault of the scenario strikes at this second too, for example board_reboot@30; may be given again.
    #[arg(long = "strike", value_name = "KIND@SECONDS", value_parser = strike_at)]
    pub strikes: Vec<(StrikeKind, u64)>,
    /// Happenings and progress as JSON lines. The summary on the last line is always JSON.
    #[arg(long)]
    pub json: bool,
}

/// `sortie-sim demo`
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Scenario: a file, or one of linear, loop, loop-faults, double-rate, return, faults, every-fault, upsets, brownout,
    /// opening-day, generous, demo, night-shift, customs-surge, bulk-release.
    #[arg(long, default_value = "demo")]
    pub scenario: String,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long parcels are fed.
    #[arg(long, default_value_t = 3.0)]
    pub minutes: f64,
    /// Parcels per hour; the scenario's own rate if not given.
    #[arg(long)]
    pub rate: Option<u32>,
    /// Folder for the operator's files and the logs; demo-1, demo-2, … if not given.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// No redrawing, and the summary as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
    /// Lines instead of a redrawn board, also on a terminal.
    #[arg(long)]
    pub plain: bool,
}

/// `sortie-sim soak`
#[derive(Clone, Debug, Args)]
pub struct Soak {
    /// Scenario: a file, or one of linear, loop, loop-faults, double-rate, return, faults, every-fault, upsets, brownout,
    /// opening-day, generous, demo, night-shift, customs-surge, bulk-release.
    #[arg(long, default_value = "faults")]
    pub scenario: String,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long parcels are fed.
    #[arg(long, default_value_t = 10.0)]
    pub minutes: f64,
    /// Parcels per hour; the scenario's own rate if not given.
    #[arg(long)]
    pub rate: Option<u32>,
    /// The faults are off for the last seconds; three tenths of the time if not given.
    #[arg(long, value_name = "SECONDS")]
    pub faults_off_last: Option<u64>,
    /// Folder for the operator's files and the logs; soak-1, soak-2, … if not given.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// The devices' summary as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

/// `sortie-sim bulk-release`
#[derive(Clone, Debug, Args)]
pub struct BulkRelease {
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long parcels are fed.
    #[arg(long, default_value_t = 3.0)]
    pub minutes: f64,
    /// Folder for the operator's files and the logs; bulk-1, bulk-2, … if not given.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// What was measured as one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
}

/// `sortie-sim trace`
#[derive(Clone, Debug, Args)]
pub struct TraceArgs {
    /// File that `run --trace` wrote.
    pub file: PathBuf,
}

fn strike_at(text: &str) -> Result<(StrikeKind, u64), String> {
    let (name, seconds) = text.split_once('@').ok_or("write a fault and a second like board_reboot@30")?;
    let seconds = seconds.parse().map_err(|_| format!("{seconds:?} is no number of seconds"))?;
    Ok((scenario::fault(name).map_err(|error| error.to_string())?, seconds))
}

fn hours(text: &str) -> Result<f64, String> {
    let hours: f64 = text.parse().map_err(|_| format!("{text:?} is no number of hours"))?;
    if (0.001..=1_000.0).contains(&hours) { Ok(hours) } else { Err("write 0.001 to 1000 hours".to_owned()) }
}

fn seed_range(text: &str) -> Result<(u64, u64), String> {
    let range = text.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    match range {
        Some((first, end)) if first < end => Ok((first, end)),
        _ => Err("write two numbers like 0..200, the second larger; the second is not run".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_strike_has_a_fault_and_a_second() {
        assert_eq!(strike_at("board_reboot@30"), Ok((StrikeKind::BoardReboot, 30)));
        for wrong in ["", "board_reboot", "board_reboot@", "30@board_reboot", "no_such_fault@3"] {
            assert!(strike_at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_range_of_seeds_has_an_end() {
        assert_eq!(seed_range("3..8"), Ok((3, 8)));
        for wrong in ["", "3", "8..3", "3..3", "a..b", "-1..3"] {
            assert!(seed_range(wrong).is_err(), "{wrong}");
        }
    }
}
