//! The teeth of the invariants: whether each of them would find what it is there for.
//!
//! A defect ([`defect`]) is a patch. A copy of the committed tree is broken with one after the other, built and run
//! ([`workshop`]); the copy's own simulator judges itself. A defect counts ([`trial`]) only if nothing shows without
//! faults, and if then, in the swarm, the first thing that is found wrong is the invariant that the defect is meant for.

pub mod defect;
pub mod trial;
pub mod workshop;

use std::path::PathBuf;

/// Why no defect can be tried.
#[derive(Debug, thiserror::Error)]
pub enum NoTeeth {
    /// The command was given something that does not exist.
    #[error("{0}")]
    Usage(String),
    /// A program is missing.
    #[error("{program} cannot be started: {error}; install it, or put it on the PATH")]
    Program {
        /// The program.
        program: String,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// A program that has to succeed did not.
    #[error("{what} failed:\n{said}")]
    Failed {
        /// What was done.
        what: String,
        /// The last of what it said.
        said: String,
    },
    /// A file or folder cannot be used.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
}
