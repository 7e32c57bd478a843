//! The state file: results of the seeds that are done, so that a swarm that was cut off goes on where it stood.
//!
//! One JSON object a line. The first says what was ordered; a file with another order is refused. Then one line for
//! each seed, in the order of the seeds. A last line that was cut off is dropped, and its seed run again.

use super::one::SeedResult;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What a state file belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Version of this program.
    pub version: String,
    /// `--hours`.
    pub hours: f64,
    /// `--scenario`, with a hash of its text; empty if lines are drawn.
    pub scenario: String,
}

/// An open state file.
#[derive(Debug)]
pub struct StateFile {
    file: File,
}

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoState {
    /// The operating system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It was begun with something else.
    #[error("{path}: it belongs to another swarm ({found}); give another --state, or delete it")]
    Other {
        /// The file.
        path: PathBuf,
        /// What its first line says.
        found: String,
    },
}

impl StateFile {
    /// Opens or begins a state file; gives the results that stand in it.
    ///
    /// # Errors
    /// If the file cannot be read and written, or belongs to another swarm.
    pub fn open(path: &Path, head: &Head) -> Result<(Self, BTreeMap<u64, SeedResult>), NoState> {
        let no = |error| NoState::Io { path: path.to_owned(), error };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(no)?;
        let text = io::read_to_string(&file).map_err(no)?;
        // What stands behind the last line's end was cut off.
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        let mut lines = whole.lines();
        let mut done = BTreeMap::new();
        if let Some(first) = lines.next() {
            if serde_json::from_str::<Head>(first).ok().as_ref() != Some(head) {
                return Err(NoState::Other { path: path.to_owned(), found: first.to_owned() });
            }
            let results = lines.filter_map(|line| serde_json::from_str::<SeedResult>(line).ok());
            done.extend(results.map(|result| (result.seed, result)));
        }
        file.set_len(whole.len() as u64).map_err(no)?;
        file.seek(SeekFrom::End(0)).map_err(no)?;
        let mut state = Self { file };
        if whole.is_empty() {
            state.line(head).map_err(no)?;
        }
        Ok((state, done))
    }

    /// Notes that a seed is done.
    ///
    /// # Errors
    /// Those of the file.
    pub fn note(&mut self, result: &SeedResult) -> io::Result<()> {
        self.line(result)
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_string(value)?;
        text.push('\n');
        self.file.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(hours: f64) -> Head {
        Head { version: "1".to_owned(), hours, scenario: String::new() }
    }

    #[test]
    fn a_swarm_that_was_cut_off_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let (mut state, done) = StateFile::open(&path, &head(0.1)).unwrap();
        assert!(done.is_empty());
        for seed in [3, 4] {
            state.note(&SeedResult { seed, sorted: 7, ..SeedResult::default() }).unwrap();
        }
        drop(state);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 5]).unwrap();
        let (mut state, done) = StateFile::open(&path, &head(0.1)).unwrap();
        assert_eq!(done.keys().copied().collect::<Vec<_>>(), [3]);
        state.note(&SeedResult { seed: 4, sorted: 7, ..SeedResult::default() }).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), whole);
        let other = StateFile::open(&path, &head(0.2)).unwrap_err().to_string();
        assert!(other.contains("another swarm") && other.contains("0.1"), "{other}");
    }
}
