//! `sortie replay DIR`: runs the journal again and compares every output with the one written down.

use crate::engine::{Replayer, Restored};
use crate::journal::file::FileJournal;
use crate::journal::reader::{End, Item};
use crate::journal::segment::Header;
use crate::journal::{Entry, JournalError};
use crate::refusal::refusal;
use serde_json::json;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the journal of a folder leads to.
#[derive(Debug)]
pub struct Replayed {
    /// The state and the counts.
    pub restored: Restored,
    /// The line of the last segment.
    pub header: Option<Header>,
    /// Where the journal ends.
    pub end: End,
}

/// What a journal says, as it is rerun.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'e> {
    /// Here the line was rebuilt, and the core started empty.
    OtherLine,
    /// An entry, and when it was taken, nanoseconds.
    Entry(u64, &'e Entry),
}

/// Reruns the journal of `folder`; `watch` sees all of it. `None` if there is no journal.
///
/// # Errors
/// When the journal is damaged or cannot be read.
pub fn replay(folder: &Path, mut watch: impl FnMut(Seen<'_>)) -> Result<Option<Replayed>, JournalError> {
    let mut replayer = Replayer::new();
    let mut header = None;
    let end = FileJournal::visit(folder, |item| match item {
        Item::Line(found) => {
            if header.as_ref().is_some_and(|before: &Header| before.line != found.line) {
                watch(Seen::OtherLine);
            }
            replayer.line(&found.line);
            header = Some(*found);
        }
        Item::Entry(numbered) => {
            watch(Seen::Entry(numbered.at, &numbered.entry));
            replayer.entry(numbered.number, numbered.at, &numbered.entry);
        }
    })?;
    Ok(end.map(|end| Replayed { restored: replayer.finish(), header, end }))
}

/// Arguments of `sortie replay`.
#[derive(Debug, clap::Args)]
pub struct ReplayArgs {
    /// Folder of the journal
    dir: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `sortie replay`.
///
/// # Errors
/// When the result cannot be written.
pub fn run(args: &ReplayArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let replayed = match replay(&args.dir, |_| {}) {
        Ok(Some(replayed)) => replayed,
        Ok(None) => return Err(refusal(1, JournalError::Empty { path: args.dir.clone() })),
        Err(error) => return Err(refusal(1, error)),
    };
    let counts = replayed.restored.counts;
    if args.json {
        let object = json!({
            "inputs": counts.inputs, "outputs": counts.outputs, "differing": counts.differing,
            "first_difference": counts.first_difference, "torn_bytes": replayed.end.torn,
        });
        writeln!(out, "{object}")?;
    } else {
        writeln!(out, "inputs {} outputs {} differing {}", counts.inputs, counts.outputs, counts.differing)?;
    }
    if let Some(number) = counts.first_difference {
        let _ = writeln!(io::stderr(), "sortie: the first difference is at entry {number}");
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}
