//! The command line of `sortie-sim`.

pub mod args;
pub mod campaign;

use std::process::ExitCode;

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(2)
}
