//! Which lines of a file belong to which table, and which tables have a problem: what is right in the others can be
//! looked at all the same.

use super::problem::Problem;

/// The tables of a TOML text, by the lines of their headers.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    headers: Vec<Header>,
}

#[derive(Clone, Debug)]
struct Header {
    line: u32,
    name: String,
    /// The header itself is no TOML.
    broken: bool,
    /// Something in the table is no TOML.
    torn: bool,
    spoilt: bool,
}

impl Tables {
    /// The tables of `text`.
    pub(super) fn of(text: &str) -> Self {
        let header = |(line, text): (u32, &str)| {
            let text = text.split('#').next().unwrap_or_default().trim();
            // One that lost its closing bracket was meant as a header all the same.
            let looks = text.starts_with('[') && text.len() > 1 && !text.contains(['=', '"', ',']);
            let name = text.trim_matches(['[', ']']).trim().to_owned();
            looks.then_some(Header { line, name, broken: false, torn: false, spoilt: false })
        };
        Self { headers: (1..).zip(text.lines()).filter_map(header).collect() }
    }

    /// A line of the text is no TOML.
    pub(super) fn tear(&mut self, line: u32) {
        if let Some(header) = self.owner(line) {
            header.torn = true;
            header.broken |= header.line == line;
        }
    }

    /// Whether something in the table around a line is no TOML, so that a key that seems to be missing may only be
    /// unreadable.
    pub(super) fn is_torn(&self, line: u32) -> bool {
        self.around(line).is_some_and(|header| header.torn)
    }

    /// Whether a line stands in a table whose header could not be read: its keys went to another table.
    pub(super) fn is_misplaced(&self, line: u32) -> bool {
        self.around(line).is_some_and(|header| header.broken)
    }

    /// Whether a table of a name may be there and be unreadable.
    pub(super) fn may_hide(&self, name: &str) -> bool {
        self.headers.iter().any(|header| header.torn && header.name == name)
    }

    /// Marks the tables in which the problems are.
    pub(super) fn spoil(&mut self, problems: &[Problem]) {
        for problem in problems {
            if let Some(header) = self.owner(problem.line) {
                header.spoilt = true;
            }
        }
    }

    /// Whether the table around a line is free of problems.
    #[must_use]
    pub fn sound_at(&self, line: u32) -> bool {
        self.around(line).is_some_and(|header| !header.spoilt)
    }

    /// Whether every table of a name is free of problems.
    #[must_use]
    pub fn sound(&self, name: &str) -> bool {
        self.headers.iter().all(|header| header.name != name || !header.spoilt)
    }

    fn around(&self, line: u32) -> Option<&Header> {
        let behind = self.headers.partition_point(|header| header.line <= line);
        self.headers.get(behind.checked_sub(1)?)
    }

    fn owner(&mut self, line: u32) -> Option<&mut Header> {
        let behind = self.headers.partition_point(|header| header.line <= line);
        self.headers.get_mut(behind.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::Tables;

    #[test]
    fn a_line_belongs_to_the_header_above_it() {
        let mut tables =
            Tables::of("[line] # the belt\nx = 1\n\n[[chute]]\nmasks = [\n  [\"a\"],\n]\n[[chute]\ny = 2\n");
        assert!(tables.sound("chute") && tables.sound_at(2) && !tables.is_torn(5));
        tables.tear(8);
        assert!(!tables.is_torn(7) && tables.is_torn(9) && tables.is_misplaced(9));
        tables.tear(6);
        assert!(tables.is_torn(4) && !tables.is_misplaced(4));
    }
}
