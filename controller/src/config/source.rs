//! A file's text, with the way from a byte offset to the line and column that an editor shows.

use super::problem::{Problem, Problems};
use super::tables::Tables;
use crate::plain_file;
use serde::Serialize;
use std::path::Path;

/// Largest configuration file that is read.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// The text of one file and the problems found in it so far.
pub(super) struct Source<'t> {
    file: &'t str,
    text: &'t str,
    line_starts: Vec<usize>,
    problems: Vec<Problem>,
    /// Lines that are no TOML.
    torn: Vec<u32>,
    tables: Tables,
    /// The keys asked for, if they are to be listed.
    asked: Option<Vec<Key>>,
}

/// A key of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// Its table.
    pub table: String,
    /// The key.
    pub key: &'static str,
    /// What may be written.
    pub allowed: String,
    /// What is taken if it is left out; `must be there` if it may not be.
    pub default: String,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file, text, line_starts, problems: Vec::new(), torn: Vec::new(), tables: Tables::of(text), asked: None }
    }

    /// Line and column, both from 1, of a byte offset; the column counts characters.
    pub(super) fn place(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset) - 1;
        let start = self.line_starts[line];
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        (count(line + 1), count(column + 1))
    }

    pub(super) fn problem(&mut self, offset: usize, message: String, remedy: impl Into<String>) {
        let (line, column) = self.place(offset);
        self.problems.push(Problem { file: self.file.to_owned(), line, column, message, remedy: remedy.into() });
    }

    /// From now on keys are listed.
    pub(super) fn list_keys(&mut self) {
        self.asked = Some(Vec::new());
    }

    /// The keys that were asked for, in the order of asking.
    pub(super) fn into_keys(self) -> Vec<Key> {
        self.asked.unwrap_or_default()
    }

    /// A key is asked for; who asks twice is heard the first time.
    pub(super) fn asked(&mut self, key: impl FnOnce() -> Key) {
        let Some(asked) = &mut self.asked else { return };
        let key = key();
        if !asked.iter().any(|other| (&other.table, other.key) == (&key.table, key.key)) {
            asked.push(key);
        }
    }

    /// A problem that is only one if the syntax of the table at `offset` is whole; at 0, that of the whole file.
    pub(super) fn missing(&mut self, offset: usize, message: String, remedy: impl Into<String>) {
        let (line, _) = self.place(offset);
        let unreadable = if offset == 0 { !self.torn.is_empty() } else { self.tables.is_torn(line) };
        if !unreadable {
            self.problem(offset, message, remedy);
        }
    }

    /// A table that the file lacks. It may be there under a header, or with a key, that could not be read.
    pub(super) fn lacking(&mut self, offset: usize, table: &str, message: String, remedy: impl Into<String>) {
        if !self.tables.may_hide(table) {
            self.problem(offset, message, remedy);
        }
    }

    pub(super) fn syntax_error(&mut self, error: &toml::de::Error) {
        let offset = error.span().map_or(0, |span| span.start);
        let (line, _) = self.place(offset);
        if self.torn.contains(&line) {
            // One slip of the pen makes several errors.
            return;
        }
        self.torn.push(line);
        self.tables.tear(line);
        let what = error.message().lines().collect::<Vec<_>>().join("; ");
        let remedy = "correct the TOML syntax; texts stand in double quotes, each key once in its table";
        self.problem(offset, format!("not TOML: {what}"), remedy);
    }

    pub(super) fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn into_problems(self) -> Problems {
        self.finish().0
    }

    /// The problems, and the tables that have none.
    pub(super) fn finish(self) -> (Problems, Tables) {
        let Self { mut problems, torn, mut tables, .. } = self;
        problems.retain(|problem| torn.contains(&problem.line) || !tables.is_misplaced(problem.line));
        tables.spoil(&problems);
        (Problems(problems).sorted(), tables)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Reads a whole configuration file.
pub(super) fn read_text(path: &Path) -> Result<String, Problems> {
    let file = path.display().to_string();
    let bytes = plain_file::read(path, FILE_BYTES_MAX).map_err(|error| Problems::unreadable(&file, &error))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let whole = Problem {
            file,
            line: 0,
            column: 0,
            message: format!("has more than {FILE_BYTES_MAX} bytes, more than any such file needs"),
            remedy: "name the right file".to_owned(),
        };
        return Err(Problems(vec![whole]));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(&file, &error))
}

fn not_utf8(file: &str, error: &std::string::FromUtf8Error) -> Problems {
    let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let text = String::from_utf8_lossy(good);
    let mut source = Source::new(file, &text);
    source.problem(good.len(), "a byte that is not UTF-8".to_owned(), "save the file as UTF-8 text");
    source.into_problems()
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn places_count_characters_from_one() {
        let source = Source::new("f", "a\nbß c\n\nd");
        assert_eq!(source.place(0), (1, 1));
        assert_eq!(source.place(2), (2, 1));
        assert_eq!(source.place(6), (2, 4));
        assert_eq!(source.place(8), (3, 1));
        assert_eq!(source.place(99), (4, 2));
    }
}
