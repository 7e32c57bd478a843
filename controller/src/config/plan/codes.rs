//! The exception codes that a plan may give outlets.

use crate::config::nearest::nearest;
use crate::config::section::Field;
use crate::config::source::Source;
use sortie_core::output::Reason;
use std::collections::BTreeMap;

/// The codes that a plan may give outlets, in the order of the rules: all but those of items that nobody may divert,
/// because where they are, or whose they are, is in doubt.
pub(super) fn reasons() -> impl Iterator<Item = Reason> {
    Reason::ALL.into_iter().filter(|reason| *reason != Reason::Ok && !reason.rides_on())
}

/// The exception codes that a plan may list, in the order of the rules.
pub fn exception_codes() -> impl Iterator<Item = &'static str> {
    reasons().map(Reason::code)
}

/// The code of an `[[exception]]`; `seen` holds those before it with their lines.
pub(super) fn exception(
    source: &mut Source<'_>,
    name: &Field<String>,
    seen: &mut BTreeMap<Reason, u32>,
) -> Option<Reason> {
    if !name.sound {
        return None;
    }
    let code = Reason::from_code(&name.value);
    if code.is_some_and(Reason::rides_on) {
        let message = format!("{} can have no outlet", name.value);
        source.problem(name.at, message, "such items are in doubt and ride to the end of line; take this table out");
        return None;
    }
    let Some(code) = code.filter(|code| *code != Reason::Ok) else {
        let codes: Vec<&str> = exception_codes().collect();
        let upper = name.value.to_ascii_uppercase();
        let hint = nearest(&upper, &codes).map_or(String::new(), |code| format!("did you mean {code}? "));
        let message = format!("exception code \"{}\" is unknown", name.value);
        source.problem(name.at, message, format!("{hint}write one of: {}", codes.join(", ")));
        return None;
    };
    let (line, _) = source.place(name.at);
    if let Some(first) = seen.insert(code, line) {
        let message = format!("exception {} stands already in line {first}", name.value);
        source.problem(name.at, message, "list all outlets of a code in one [[exception]]");
    }
    Some(code)
}
