//! Standard output, without a panic when its reader has gone.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

/// Everything is good.
pub const GOOD: u8 = 0;
/// Something was found wrong.
pub const WRONG: u8 = 1;
/// The command was used wrongly.
pub const USAGE: u8 = 2;

/// Writes one line and sees it out.
///
/// # Errors
/// Those of standard output.
pub fn line(text: impl fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Turns the result of a command into the exit code; an error goes to standard error as one sentence.
#[must_use]
pub fn exit(result: Result<u8, Failure>) -> ExitCode {
    match result {
        Ok(code) => ExitCode::from(code),
        // Whoever closed the pipe has seen enough.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(GOOD),
        Err(failure) => {
            let _ = writeln!(io::stderr(), "sortie-sim: {failure}");
            ExitCode::from(if matches!(failure, Failure::Usage(_)) { USAGE } else { WRONG })
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was asked for something that does not exist.
    #[error("{0}")]
    Usage(String),
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A file cannot be used.
    #[error("{0}")]
    File(String),
}
