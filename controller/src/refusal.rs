//! What a command refuses, and how that is told: on stderr for people, and as an object for whoever asked for one.

use crate::terminal::plain;
use serde_json::json;
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::process::ExitCode;

/// Why a command ends without a result; 1: something is wrong, 2: it was used in a wrong way.
#[derive(Debug)]
struct Refusal {
    code: u8,
    text: String,
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Refusal {}

/// The error with which a command ends that found something wrong, or was used in a wrong way.
pub(crate) fn refusal(code: u8, text: impl Display) -> io::Error {
    io::Error::other(Refusal { code, text: text.to_string() })
}

/// Tells why a command ended without a result; with `json` as the last line of stdout, too.
pub(crate) fn tell(error: io::Error, json: bool) -> ExitCode {
    let Refusal { code, text } = error.downcast().unwrap_or_else(|error| Refusal { code: 1, text: error.to_string() });
    let mut lead = "sortie: ";
    for line in text.lines() {
        let _ = writeln!(io::stderr(), "{lead}{}", plain(line));
        lead = "";
    }
    if json {
        let _ = writeln!(io::stdout(), "{}", json!({ "ok": false, "error": text }));
    }
    ExitCode::from(code)
}
