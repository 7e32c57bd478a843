//! The files that operators and hosts write, read with code of our own: what the controller makes of them is not ours
//! to know.

pub mod line;
pub mod plan;
pub mod records;
pub mod setup;
pub mod time;

pub use line::LineFile;
pub use plan::PlanFile;
pub use records::{Customs, FlightLine, HoldLine, Order, ParcelLine, Security, Traffic};

use std::path::{Path, PathBuf};

/// Everything that `line.toml` names.
#[derive(Clone, Debug)]
pub struct Files {
    /// The line.
    pub line: LineFile,
    /// The sort plan.
    pub plan: PlanFile,
    /// Flights, in the order of the file.
    pub flights: Vec<FlightLine>,
    /// Parcels, in the order of the file.
    pub parcels: Vec<ParcelLine>,
    /// Where the holds are appended.
    pub holds: PathBuf,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The file is not there, or not to be read.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Not what should stand in that file.
    #[error("{path}: {error}")]
    Toml {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: Box<toml::de::Error>,
    },
    /// A line that is no record.
    #[error("{path}:{line}: {error}")]
    Json {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        error: serde_json::Error,
    },
}

impl Files {
    /// Reads `line.toml` and the files it names.
    ///
    /// # Errors
    /// The first file that cannot be read, and why.
    pub fn read(path: &Path) -> Result<Self, FilesError> {
        let line: LineFile = toml_at(path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let at = |name: &str| folder.join(name);
        Ok(Self {
            plan: toml_at(&at(&line.files.plan))?,
            flights: lines_at(&at(&line.files.flights))?,
            parcels: lines_at(&at(&line.files.parcels))?,
            holds: at(&line.files.holds),
            line,
        })
    }
}

fn text_at(path: &Path) -> Result<String, FilesError> {
    std::fs::read_to_string(path).map_err(|error| FilesError::Io { path: path.to_owned(), error })
}

fn toml_at<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, FilesError> {
    toml::from_str(&text_at(path)?).map_err(|error| FilesError::Toml { path: path.to_owned(), error: Box::new(error) })
}

fn lines_at<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, FilesError> {
    let text = text_at(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|error| FilesError::Json {
                path: path.to_owned(),
                line: index + 1,
                error,
            })
        })
        .collect()
}
