//! Puts a plan in place: whole, checked, with a higher version, and from its time on.

use super::{replace, time};
use crate::config::{LineConfig, Problem, load_plan, load_plan_alone, plan_from_str};
use crate::feed::Flights;
use sortie_core::plan::Plan;
use std::ops::Range;
use std::path::Path;
use toml::de::DeTable;

/// A plan that was put in place.
pub(super) struct Put {
    pub(super) version: u32,
    pub(super) active_from_utc_ms: Option<i64>,
    pub(super) notes: Vec<Problem>,
}

/// Checks the plan at `path` and writes it where the line reads its plan, to be in use from `at` on.
pub(super) fn activate(path: &Path, at: Option<i64>, line: &LineConfig, flights: &Flights) -> Result<Put, String> {
    load_plan(path, line, flights).map_err(|problems| problems.to_string())?;
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let text = at.map_or_else(|| text.clone(), |at| with_time(&text, at));
    let checked = plan_from_str(&path.display().to_string(), &text, line, flights);
    let checked = checked.map_err(|problems| problems.to_string())?;
    above_the_present(&checked.plan, line)?;
    let place = &line.files.plan;
    replace(place, &text)
        .map_err(|error| format!("cannot write {}: {error}; see to room and rights", place.display()))?;
    let Plan { version, active_from_utc_ms, .. } = checked.plan;
    Ok(Put { version, active_from_utc_ms, notes: checked.notes })
}

/// A plan in use is never edited: the new one has a higher version than the one in place.
fn above_the_present(plan: &Plan, line: &LineConfig) -> Result<(), String> {
    let place = &line.files.plan;
    if !place.exists() {
        return Ok(());
    }
    let present = load_plan_alone(place, line).map_err(|problems| {
        format!(
            "{problems}\nthe plan in place cannot be read, so that nobody can say whether this one is newer: correct it"
        )
    })?;
    if plan.version > present.version {
        return Ok(());
    }
    let (version, present) = (plan.version, present.version);
    Err(format!("plan version {version} is not above version {present}, which is in place; write a higher version"))
}

/// The plan's text with another time from which it is in use.
fn with_time(text: &str, at: i64) -> String {
    let line = format!("active_from = \"{}\"\n", time(at));
    let mut text = text.to_owned();
    // The last one first, so that the place of the other stays right.
    let mut old: Vec<Range<usize>> = ["active_from", "zone"].iter().filter_map(|key| place_of(&text, key)).collect();
    old.sort_by_key(|place| std::cmp::Reverse(place.start));
    old.into_iter().for_each(|place| text.replace_range(place, ""));
    let version = place_of(&text, "version").map_or(0, |place| place.end);
    if version > 0 && !text[..version].ends_with('\n') {
        text.insert(version, '\n');
        text.insert_str(version + 1, &line);
    } else {
        text.insert_str(version, &line);
    }
    text
}

/// The lines in which a key of the plan itself stands, their end included.
fn place_of(text: &str, key: &str) -> Option<Range<usize>> {
    let (table, _) = DeTable::parse_recoverable(text);
    let (name, value) = table.get_ref().iter().find(|(name, _)| name.get_ref() == key)?;
    let start = text[..name.span().start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[value.span().end..].find('\n').map_or(text.len(), |end| value.span().end + end + 1);
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::with_time;

    const AT: i64 = 1_795_456_800_000;
    const LINE: &str = "active_from = \"2026-11-23T18:00:00Z\"\n";

    #[test]
    fn the_time_stands_behind_the_version_and_once() {
        let given = "# night\nversion = 3 # the third\nactive_from = \"2026-11-23T19:00\"\nzone = \"Europe/Brussels\"\n\
                     complete = true\n\n[[chute]]\nchute = 1\n";
        let wanted = format!("# night\nversion = 3 # the third\n{LINE}complete = true\n\n[[chute]]\nchute = 1\n");
        assert_eq!(with_time(given, AT), wanted);
    }

    #[test]
    fn a_plan_of_one_line_gets_a_second_one() {
        assert_eq!(with_time("version = 3", AT), format!("version = 3\n{LINE}"));
        assert_eq!(with_time("version = 3\n", AT), format!("version = 3\n{LINE}"));
    }
}
