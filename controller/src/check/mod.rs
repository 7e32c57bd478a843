//! `sortie check`: every problem of the configuration at once, and the proofs that the line can keep its rules.

mod devices;
mod files;
mod geometry;
mod past;
mod places;
mod report;
mod ring;
mod sound;
mod wires;
mod zones;

pub use files::{FilesReport, check_files};
pub use geometry::{ChuteFigures, Proof, chute_figures, prove};
pub(crate) use past::foreign_journal;

use crate::config::{LineConfig, Problem, line_keys, read_line};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `sortie check`.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// The line's configuration
    #[arg(long, default_value = "line.toml")]
    pub config: PathBuf,
    /// Print one JSON object on the last line
    #[arg(long)]
    pub json: bool,
    /// List every key of line.toml instead, with what may be written and what is taken if it is left out
    #[arg(long)]
    pub keys: bool,
}

/// The failed proofs of a line, as problems of its file; empty for a line that may run. A port too many harms nobody.
#[must_use]
pub fn refusals(config: &LineConfig) -> Vec<Problem> {
    let failed = prove(config).into_iter().filter(|proof| !proof.holds && proof.rule != "ports");
    failed.map(|proof| proof.into_problem(&config.file)).collect()
}

/// Checks and prints; exit code 1 if anything is wrong.
///
/// # Errors
/// When `out` cannot be written.
pub fn run(args: &CheckArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    if args.keys {
        return keys(args, out);
    }
    let report = match read_line(&args.config) {
        Ok(reading) if reading.problems.0.is_empty() => report::Report::of_line(&reading.config),
        Ok(reading) => report::Report::of_reading(&reading),
        Err(unreadable) => report::Report::of_problems(unreadable.0),
    };
    report.print(out)?;
    if args.json {
        report.print_json(out)?;
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn keys(args: &CheckArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let keys = line_keys();
    for key in &keys {
        let place = format!("{} {}", key.table, key.key);
        writeln!(out, "{place:<34} {:<34} {}", key.default, key.allowed)?;
    }
    if args.json {
        writeln!(out, "{}", serde_json::json!({ "ok": true, "keys": keys }))?;
    }
    Ok(ExitCode::SUCCESS)
}
