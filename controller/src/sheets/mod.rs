//! `sortie reconcile`, `sortie manifest`, `sortie pulls`: the ledger on the command line, drawn up from the journal.

mod print;

use crate::config::load_line;
use crate::ledger::{Ledger, Manifest};
use crate::refusal::refusal;
use clap::Args;
use serde::Serialize;
use sortie_core::records::FlightKey;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Where the journal is.
#[derive(Args, Clone, Debug)]
pub struct Source {
    /// Folder of the journal
    #[arg(long, conflicts_with = "config")]
    journal: Option<PathBuf>,
    /// The line's configuration, which names the journal
    #[arg(long, default_value = "line.toml")]
    config: PathBuf,
}

impl Source {
    /// Folder of the journal.
    ///
    /// # Errors
    /// When the configuration that is to name it has a problem.
    pub fn folder(&self) -> Result<PathBuf, String> {
        match &self.journal {
            Some(folder) => Ok(folder.clone()),
            None => load_line(&self.config).map(|line| line.files.journal).map_err(|problems| problems.to_string()),
        }
    }

    fn ledger(&self) -> Result<(Ledger, u64), String> {
        Ledger::of_journal(&self.folder()?).map_err(|error| error.to_string())
    }
}

/// How a sheet is printed.
#[derive(Args, Clone, Copy, Debug)]
pub struct Form {
    /// Print one JSON object
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV, one line for each parcel
    #[arg(long)]
    csv: bool,
}

/// Arguments of `sortie reconcile`.
#[derive(Args, Clone, Debug)]
pub struct ReconcileArgs {
    /// The flight, like 3V4711/2026-11-23/LGG
    flight: String,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    form: Form,
}

/// Arguments of `sortie manifest`.
#[derive(Args, Clone, Debug)]
pub struct ManifestArgs {
    /// The container: its number, or what stands on it; without one, all are listed
    container: Option<String>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    form: Form,
}

/// Arguments of `sortie pulls`.
#[derive(Args, Clone, Debug)]
pub struct PullsArgs {
    /// Also those that are done with
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    source: Source,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `sortie reconcile`: exit code 1 if nothing is known of the flight, 2 if the name is none.
///
/// # Errors
/// When the result cannot be written.
pub fn reconcile(args: &ReconcileArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let Ok(flight) = args.flight.parse::<FlightKey>() else {
        return refused(2, "no flight; write carrier, number, date and board point, like 3V4711/2026-11-23/LGG");
    };
    let (ledger, at) = match args.source.ledger() {
        Ok(ledger) => ledger,
        Err(error) => return refused(1, &error),
    };
    let Some(sheet) = ledger.reconciliation(&flight, at) else {
        return refused(1, &format!("the journal knows nothing of flight {flight}"));
    };
    if args.form.json {
        json(&sheet, out)?;
    } else if args.form.csv {
        out.write_all(sheet.csv().as_bytes())?;
    } else {
        print::reconciliation(&sheet, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `sortie manifest`: exit code 1 if there is no such container.
///
/// # Errors
/// When the result cannot be written.
pub fn manifest(args: &ManifestArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let ledger = match args.source.ledger() {
        Ok((ledger, _)) => ledger,
        Err(error) => return refused(1, &error),
    };
    let Some(wanted) = &args.container else { return containers(&ledger, args.form, out) };
    let Some(manifest) = find(&ledger, wanted) else {
        return refused(1, "no such container; `sortie manifest` without one lists all");
    };
    if args.form.json {
        json(manifest, out)?;
    } else if args.form.csv {
        out.write_all(manifest.csv().as_bytes())?;
    } else {
        print::manifest(manifest, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The newest container of that number, or with that label.
fn find<'l>(ledger: &'l Ledger, wanted: &str) -> Option<&'l Manifest> {
    let number = wanted.parse().ok().and_then(|number| ledger.manifest(number));
    number.or_else(|| ledger.manifests().filter(|manifest| manifest.id == wanted).last())
}

fn containers(ledger: &Ledger, form: Form, out: &mut dyn Write) -> io::Result<ExitCode> {
    let manifests: Vec<&Manifest> = ledger.manifests().collect();
    if form.json {
        json(&serde_json::json!({ "containers": manifests }), out)?;
    } else if form.csv {
        // One head, then the lines of each.
        for (index, manifest) in manifests.iter().enumerate() {
            let csv = manifest.csv();
            let lines = if index == 0 { &csv[..] } else { csv.split_once("\r\n").map_or("", |(_, rest)| rest) };
            out.write_all(lines.as_bytes())?;
        }
    } else {
        manifests.iter().try_for_each(|manifest| print::container(manifest, out))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `sortie pulls`.
///
/// # Errors
/// When the result cannot be written.
pub fn pulls(args: &PullsArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let ledger = match args.source.ledger() {
        Ok((ledger, _)) => ledger,
        Err(error) => return refused(1, &error),
    };
    let entries: Vec<_> = ledger.pulls().filter(|entry| entry.open || args.all).collect();
    if args.json {
        json(&serde_json::json!({ "pulls": entries }), out)?;
    } else if entries.is_empty() {
        writeln!(out, "nothing to find")?;
    } else {
        entries.iter().try_for_each(|entry| print::pull(entry, out))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

fn refused(code: u8, text: &str) -> io::Result<ExitCode> {
    Err(refusal(code, text))
}
