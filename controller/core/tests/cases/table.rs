//! The table's form.

use sortie_core::output::Reason;

/// What a case must come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) code: Reason,
    /// `None`: the end of the line.
    pub(crate) outlet: Option<u16>,
    pub(crate) flight: Option<String>,
    pub(crate) moved_from: Option<(String, Reason)>,
    pub(crate) rejected: Vec<(u16, Reason)>,
}

/// A line of the table.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What holds for all groups.
    common: Vec<&'static str>,
    /// What, alone, leads to each code.
    pub(crate) groups: Vec<(Reason, Vec<&'static str>)>,
    pub(crate) expected: Expected,
}

impl Case {
    pub(crate) fn all(&self) -> Vec<&'static str> {
        self.common.iter().chain(self.groups.iter().flat_map(|(_, group)| group)).copied().collect()
    }

    pub(crate) fn alone(&self, code: Reason) -> Vec<&'static str> {
        let group = self.groups.iter().filter(|(of, _)| *of == code).flat_map(|(_, group)| group);
        self.common.iter().chain(group).copied().collect()
    }
}

/// The whole table.
pub(crate) fn cases() -> Vec<Case> {
    let lines = include_str!("decisions.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(case).collect()
}

fn case(line: &'static str) -> Case {
    let mut columns = line.split('|').map(str::trim);
    let (Some(name), Some(given), Some(expected), None) =
        (columns.next(), columns.next(), columns.next(), columns.next())
    else {
        panic!("three columns: {line}")
    };
    let mut parts = given.split('[');
    let common = things(parts.next().unwrap_or(""));
    let group = |part: &'static str| {
        let (code, rest) = part.split_once(']').unwrap_or_else(|| panic!("[CODE]: {line}"));
        (reason(code), things(rest))
    };
    Case { name, common, groups: parts.map(group).collect(), expected: expectation(expected) }
}

fn things(text: &'static str) -> Vec<&'static str> {
    text.split(';').map(str::trim).filter(|thing| !thing.is_empty()).collect()
}

fn reason(code: &str) -> Reason {
    Reason::from_code(code).unwrap_or_else(|| panic!("no code {code}"))
}

fn outlet(text: &str) -> Option<u16> {
    (text != "end").then(|| text.parse().unwrap_or_else(|_| panic!("no outlet {text}")))
}

fn expectation(text: &str) -> Expected {
    let (decision, rejected) = text.split_once(" not ").unwrap_or((text, ""));
    let words: Vec<&str> = decision.split_whitespace().collect();
    let (code, chute, flight, moved) = match words.as_slice() {
        [code, chute] => (code, chute, None, None),
        [code, chute, flight] => (code, chute, Some(flight), None),
        [code, chute, flight, "from", booked, why] => {
            (code, chute, Some(flight), Some(((*booked).into(), reason(why))))
        }
        _ => panic!("no expectation: {text}"),
    };
    let alternative = |entry: &str| {
        let (chute, why) = entry.trim().split_once(' ').unwrap_or_else(|| panic!("chute and reason: {entry}"));
        (outlet(chute).unwrap_or(0), reason(why))
    };
    Expected {
        code: reason(code),
        outlet: outlet(chute),
        flight: flight.map(|flight| (*flight).into()),
        moved_from: moved,
        rejected: rejected.split(',').filter(|entry| !entry.is_empty()).map(alternative).collect(),
    }
}
