//! `sortie plan`: a plan is checked, compared and tried before it is put in place, and one in use is never edited.

mod activate;
mod diff;
mod ideal_board;
mod rollback;
mod tally;
mod trial;

pub use diff::{Change, differences};
pub use tally::{Decided, Fate};
pub use trial::{Trial, try_plan};

use crate::config::{LineConfig, Problems, load_line, load_plan, load_plan_alone};
use crate::feed::{FeedKind, FileFollower, Flights};
use crate::local_time;
use crate::refusal::refusal;
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `sortie plan`.
#[derive(Args, Clone, Debug)]
pub struct PlanArgs {
    #[command(subcommand)]
    command: PlanCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum PlanCommand {
    /// Check a plan against the line and the flights on file
    Check(CheckArgs),
    /// Tell what changes from one plan to another
    Diff(DiffArgs),
    /// Tell what would have gone where, had a journal's shift been run with another plan
    Try(TryArgs),
    /// Check a plan and put it in place, to be in use at once or from a time on
    Activate(ActivateArgs),
    /// Order that the plan before the present one comes into use again
    Rollback(RollbackArgs),
}

/// The line that a plan is for.
#[derive(Args, Clone, Debug)]
struct OfLine {
    /// The line's configuration
    #[arg(long, default_value = "line.toml")]
    config: PathBuf,
    /// Print one JSON object on the last line
    #[arg(long)]
    json: bool,
}

#[derive(Args, Clone, Debug)]
struct CheckArgs {
    /// The plan; without one, the one that the configuration names
    plan: Option<PathBuf>,
    #[command(flatten)]
    line: OfLine,
}

#[derive(Args, Clone, Debug)]
struct DiffArgs {
    /// The plan as it is
    before: PathBuf,
    /// The plan as it would be
    after: PathBuf,
    #[command(flatten)]
    line: OfLine,
}

#[derive(Args, Clone, Debug)]
struct TryArgs {
    /// The plan to be tried
    plan: PathBuf,
    /// Folder of the journal of a shift, recorded or simulated; without one, the line's own
    #[arg(long)]
    journal: Option<PathBuf>,
    /// When the plan comes in, like 2026-11-23T22:00:00Z; without a time, at the start
    #[arg(long)]
    at: Option<String>,
    /// List every parcel whose outlet changes, not only the first ones
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    line: OfLine,
}

#[derive(Args, Clone, Debug)]
struct ActivateArgs {
    /// The plan
    plan: PathBuf,
    /// From when it is in use, like 2026-11-23T22:00:00Z, or a local time with --zone; without a time, as the plan says
    #[arg(long)]
    at: Option<String>,
    /// The zone of a local time, like Europe/Brussels
    #[arg(long, requires = "at")]
    zone: Option<String>,
    #[command(flatten)]
    line: OfLine,
}

#[derive(Args, Clone, Debug)]
struct RollbackArgs {
    /// Who orders it, 1 to 24 printable ASCII characters
    #[arg(long)]
    by: String,
    #[command(flatten)]
    line: OfLine,
}

/// Runs `sortie plan`.
///
/// # Errors
/// When the result cannot be written.
pub fn run(args: &PlanArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    match &args.command {
        PlanCommand::Check(args) => with_line(&args.line, |line| check(args, line, out)),
        PlanCommand::Diff(args) => with_line(&args.line, |line| diff(args, line, out)),
        PlanCommand::Try(args) => with_line(&args.line, |line| try_it(args, line, out)),
        PlanCommand::Activate(args) => with_line(&args.line, |line| activate(args, line, out)),
        PlanCommand::Rollback(args) => with_line(&args.line, |line| rollback(args, line, out)),
    }
}

fn with_line(args: &OfLine, run: impl FnOnce(&LineConfig) -> io::Result<ExitCode>) -> io::Result<ExitCode> {
    match load_line(&args.config) {
        Ok(line) => run(&line),
        Err(problems) => refused(&problems.to_string()),
    }
}

fn check(args: &CheckArgs, line: &LineConfig, out: &mut dyn Write) -> io::Result<ExitCode> {
    let path = args.plan.as_ref().unwrap_or(&line.files.plan);
    let (version, problems, notes) = match load_plan(path, line, &flights(line)) {
        Ok(checked) => (Some(checked.plan.version), Vec::new(), checked.notes),
        Err(Problems(problems)) => (None, problems, Vec::new()),
    };
    let ok = version.is_some();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    for note in &notes {
        writeln!(out, "note: {note}")?;
    }
    if let Some(version) = version {
        writeln!(out, "plan version {version} is good")?;
    }
    if args.line.json {
        writeln!(out, "{}", json!({ "ok": ok, "version": version, "problems": problems, "notes": notes }))?;
    }
    Ok(ExitCode::from(u8::from(!ok)))
}

fn diff(args: &DiffArgs, line: &LineConfig, out: &mut dyn Write) -> io::Result<ExitCode> {
    let (before, after) = match (load_plan_alone(&args.before, line), load_plan_alone(&args.after, line)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(problems), _) | (_, Err(problems)) => return refused(&problems.to_string()),
    };
    let changes = differences(&before, &after);
    writeln!(out, "from plan version {} to {}:", before.version, after.version)?;
    for change in &changes {
        writeln!(out, "{}", change.text)?;
    }
    if changes.is_empty() {
        writeln!(out, "nothing changes")?;
    }
    if args.line.json {
        let object = json!({ "from": before.version, "to": after.version, "changes": changes });
        writeln!(out, "{object}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn try_it(args: &TryArgs, line: &LineConfig, out: &mut dyn Write) -> io::Result<ExitCode> {
    let at = match args.at.as_ref().map(|time| utc_ms(time, None)).transpose() {
        Ok(at) => at,
        Err(error) => return usage(&error),
    };
    let plan = match load_plan_alone(&args.plan, line) {
        Ok(plan) => plan,
        Err(problems) => return refused(&problems.to_string()),
    };
    let journal = args.journal.as_ref().unwrap_or(&line.files.journal);
    match try_plan(journal, plan, at) {
        Ok(trial) => {
            trial.print(args.all, out)?;
            if args.line.json {
                writeln!(out, "{}", trial.json())?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => refused(&error.to_string()),
    }
}

fn activate(args: &ActivateArgs, line: &LineConfig, out: &mut dyn Write) -> io::Result<ExitCode> {
    let at = match args.at.as_ref().map(|time| utc_ms(time, args.zone.as_deref())).transpose() {
        Ok(at) => at,
        Err(error) => return usage(&error),
    };
    match activate::activate(&args.plan, at, line, &flights(line)) {
        Ok(put) => {
            for note in &put.notes {
                writeln!(out, "note: {note}")?;
            }
            let from =
                put.active_from_utc_ms.map_or("at once".to_owned(), |utc_ms| format!("from {} on", time(utc_ms)));
            let file = line.files.plan.display();
            writeln!(out, "plan version {} is in place in {file}; it is in use {from}", put.version)?;
            if args.line.json {
                let object = json!({ "version": put.version, "active_from_utc_ms": put.active_from_utc_ms });
                writeln!(out, "{object}")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => refused(&error),
    }
}

fn rollback(args: &RollbackArgs, line: &LineConfig, out: &mut dyn Write) -> io::Result<ExitCode> {
    let order = match rollback::order(&args.by) {
        Ok(order) => order,
        Err(error) => return usage(&error),
    };
    match rollback::give(&order, line) {
        Ok(()) => {
            let file = line.files.orders.display();
            writeln!(out, "ordered in {file}: the plan before the present one comes into use again")?;
            if args.line.json {
                writeln!(out, "{}", json!({ "ordered": "rollback-plan" }))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => refused(&error),
    }
}

/// The flights of the line's file; what cannot be read there is the business of `sortie check`.
fn flights(line: &LineConfig) -> Flights {
    let mut flights = Flights::default();
    let mut follower = FileFollower::new(FeedKind::Flights, &line.files.flights);
    while follower.poll(&mut |input| flights.take(&input), &mut |_| {}).more {}
    flights
}

fn utc_ms(text: &str, zone: Option<&str>) -> Result<i64, String> {
    let told = |why: local_time::TimeFault| format!("--at: \"{text}\" {why}; {}", why.remedy());
    let zone = zone.map(local_time::zone).transpose().map_err(|why| format!("--zone {why}; {}", why.remedy()))?;
    local_time::utc_ms(text, zone.as_ref()).map_err(told)
}

/// An instant for people.
fn time(utc_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(utc_ms).map_or_else(|_| utc_ms.to_string(), |time| format!("{time:.0}"))
}

/// Writes a file so that whoever reads it finds the old one or the new one, whole.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.new"));
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    std::fs::File::open(folder)?.sync_all()
}

fn refused(text: &str) -> io::Result<ExitCode> {
    Err(refusal(1, text))
}

fn usage(text: &str) -> io::Result<ExitCode> {
    Err(refusal(2, text))
}
