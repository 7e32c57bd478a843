//! What is wrong with a file, where, and what to do about it.

use crate::terminal::plain;
use serde::Serialize;
use std::fmt;
use std::io::ErrorKind;

/// One problem in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file, as it was named to us.
    pub file: String,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: u32,
    /// Column in characters, from 1; 0 when the whole line or file is meant.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do: allowed names or range, or the next step.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&self.file))?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column.max(1))?;
        }
        write!(f, ": {}", plain(&self.message))?;
        if !self.remedy.is_empty() {
            write!(f, "\n    {}", plain(&self.remedy))?;
        }
        Ok(())
    }
}

/// What to do when a file cannot be read.
const REMEDIES: [(ErrorKind, &str); 4] = [
    (ErrorKind::NotFound, "write the file, or correct the path that names it"),
    (ErrorKind::PermissionDenied, "let the user that runs sortie read it"),
    (ErrorKind::IsADirectory, "name a file, not a folder"),
    (ErrorKind::InvalidInput, "name a plain file: nothing is read from pipes and devices"),
];

/// What to do about a file that cannot be read.
pub(crate) fn unreadable_remedy(error: &std::io::Error) -> &'static str {
    let known = REMEDIES.iter().find(|(kind, _)| *kind == error.kind());
    known.map_or("see that the disk and the path are in order", |(_, remedy)| remedy)
}

/// Every problem of a file, in the order of their places; never empty when it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A file that cannot be read at all.
    #[must_use]
    pub fn unreadable(file: &str, error: &std::io::Error) -> Self {
        let remedy = unreadable_remedy(error);
        Self(vec![Problem {
            file: file.to_owned(),
            line: 0,
            column: 0,
            message: format!("cannot be read: {error}"),
            remedy: remedy.to_owned(),
        }])
    }

    /// Puts the problems in the order of their places.
    #[must_use]
    pub(super) fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        self
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
