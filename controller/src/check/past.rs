//! What the line's journal says to its files: a start would refuse some of them.

use crate::config::{LineConfig, Problem};
use crate::journal::file::FileJournal;
use crate::journal::reader::Item;
use crate::journal::segment::Header;
use crate::journal::{Entry, JournalError};
use sortie_core::input::Input;
use sortie_core::plan::Plan;

/// What the journal ends with.
#[derive(Default)]
struct Past {
    header: Option<Header>,
    plan: Option<Box<Plan>>,
}

/// The problems of a line that would go on with its journal; `plan` is the one in its file. Without a journal there are
/// none.
pub(super) fn problems_of_the_past(config: &LineConfig, plan: Option<&Plan>) -> Vec<Problem> {
    let past = match past(config) {
        Ok(past) => past,
        Err(error) => return vec![problem(&config.files.journal, format!("the line cannot start: {error}"), "")],
    };
    if let Some(foreign) = past.header.as_ref().and_then(|header| foreign_journal(config, header)) {
        return vec![foreign];
    }
    // A line that was rebuilt starts empty, and takes its plan anew.
    let same = past.header.is_some_and(|header| header.line == config.line);
    match (past.plan, plan) {
        (Some(taken), Some(plan)) if same => refused_plan(config, &taken, plan).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A journal that was written by another line than this one. What was taken there of parcels, holds and orders would
/// count here; and where the line was rebuilt from a line to a loop, none of its reports would be of one line.
pub(crate) fn foreign_journal(config: &LineConfig, header: &Header) -> Option<Problem> {
    let topology = |ring: bool| if ring { "loop" } else { "linear" };
    let (theirs, ours) = (topology(header.line.ring.is_some()), topology(config.line.ring.is_some()));
    let (name, own) = (&header.name, &config.name);
    let message = if name != own {
        format!("is the journal of line \"{name}\", and {} is line \"{own}\"", config.file)
    } else if theirs != ours {
        format!("is the journal of a line with topology = \"{theirs}\", and {} says \"{ours}\"", config.file)
    } else {
        return None;
    };
    let remedy = "name another folder as journal in [files], or move this one away if its line is no more";
    Some(problem(&config.files.journal, message, remedy))
}

fn past(config: &LineConfig) -> Result<Past, JournalError> {
    let mut past = Past::default();
    FileJournal::visit(&config.files.journal, |item| match item {
        Item::Line(header) => past.header = Some(*header),
        Item::Entry(numbered) => match numbered.entry {
            Entry::Input(Input::Plan(plan)) => past.plan = Some(plan),
            Entry::Gap { .. } => past.plan = None,
            Entry::Input(_) | Entry::Output(_) => {}
        },
    })?;
    Ok(past)
}

/// The rules of the running line: a plan that was taken is never edited, and only a newer one follows it.
fn refused_plan(config: &LineConfig, taken: &Plan, plan: &Plan) -> Option<Problem> {
    let (version, newest) = (plan.version, taken.version);
    if plan == taken || version > newest {
        return None;
    }
    let message = if version == newest {
        format!("plan version {version} has another content than the plan of that version that the line has taken")
    } else {
        format!("plan version {version} is older than version {newest}, which the line has taken")
    };
    Some(problem(&config.files.plan, message, "a plan that was taken is never edited: write it with a higher version"))
}

fn problem(path: &std::path::Path, message: String, remedy: &str) -> Problem {
    Problem { file: path.display().to_string(), line: 0, column: 0, message, remedy: remedy.to_owned() }
}
