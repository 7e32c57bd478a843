//! Reads `plan.toml`, and checks it against the line and the flights that are known.
//!
//! What cannot work is an error; what may be meant so is a note, or an error too where the plan says
//! `complete = true`.

mod checks;
mod codes;
mod parts;
mod reader;

pub use codes::exception_codes;

use super::line::LineConfig;
use super::problem::{Problem, Problems};
use super::section::Section;
use super::source::{Source, read_text};
use crate::feed::Flights;
use reader::PlanReader;
use sortie_core::plan::Plan;
use std::path::Path;
use toml::de::DeTable;

/// A plan without an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedPlan {
    /// The plan.
    pub plan: Plan,
    /// What may be meant so, and should be known.
    pub notes: Vec<Problem>,
}

/// Reads and checks a `plan.toml` for a line; `flights` are the flights on file.
///
/// # Errors
/// Every problem of the file, by place.
pub fn load_plan(path: &Path, line: &LineConfig, flights: &Flights) -> Result<CheckedPlan, Problems> {
    let text = read_text(path)?;
    plan_from_str(&path.display().to_string(), &text, line, flights)
}

/// Reads and checks the text of a `plan.toml`; `file` names it in messages.
///
/// # Errors
/// Every problem of the text, by place.
pub fn plan_from_str(file: &str, text: &str, line: &LineConfig, flights: &Flights) -> Result<CheckedPlan, Problems> {
    read(file, text, line, Some(flights))
}

/// Reads a `plan.toml` for a line whatever flights are on file: an old plan, or one for another night.
///
/// # Errors
/// Every problem of the file that has nothing to do with flights, by place.
pub fn load_plan_alone(path: &Path, line: &LineConfig) -> Result<Plan, Problems> {
    let text = read_text(path)?;
    read(&path.display().to_string(), &text, line, None).map(|checked| checked.plan)
}

fn read(file: &str, text: &str, line: &LineConfig, flights: Option<&Flights>) -> Result<CheckedPlan, Problems> {
    let mut source = Source::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    errors.iter().for_each(|error| source.syntax_error(error));
    let mut root = Section::root(table.get_ref());
    let read = PlanReader::new(line, flights).read(&mut source, &mut root);
    root.finish(&mut source);
    let mut remarks = Source::new(file, text);
    checks::check(&read, line, flights, &mut source, &mut remarks);
    let notes = remarks.into_problems().0;
    if source.is_clean() { Ok(CheckedPlan { plan: read.plan, notes }) } else { Err(source.into_problems()) }
}
