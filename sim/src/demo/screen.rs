//! Where the demo draws: redrawn in place on a terminal, plain lines everywhere else.

use rustix::termios::{isatty, tcgetwinsize};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Rows and columns of a terminal that does not say.
const FALLBACK: (usize, usize) = (24, 80);

/// Standard output, as a person sees it.
pub struct Screen {
    terminal: bool,
    drawn: bool,
}

impl Screen {
    /// Looks at standard output; `plain` forbids redrawing.
    #[must_use]
    pub fn new(plain: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|name| name == "dumb");
        Self { terminal: !plain && !dumb && isatty(io::stdout()), drawn: false }
    }

    /// True if the picture is redrawn in place.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Rows and columns that a picture may have.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        match tcgetwinsize(io::stdout()) {
            Ok(size) if self.terminal && size.ws_row > 0 && size.ws_col > 0 => {
                (usize::from(size.ws_row), usize::from(size.ws_col))
            }
            _ => FALLBACK,
        }
    }

    /// Draws a picture over the last one.
    ///
    /// # Errors
    /// Those of standard output.
    pub fn draw(&mut self, lines: &[String]) -> io::Result<()> {
        let (rows, columns) = self.size();
        // Home, then each line cleared to its end, then the rest of the screen: no flicker and no raw mode.
        let mut picture = String::from(if self.drawn { "\x1b[H" } else { "\x1b[2J\x1b[H" });
        for line in lines.iter().take(rows.saturating_sub(1)) {
            let cut: String = line.chars().take(columns).collect();
            let _ = writeln!(picture, "{cut}\x1b[K");
        }
        picture.push_str("\x1b[J");
        self.drawn = true;
        say(&picture)
    }

    /// Writes a line below the picture, or the next line.
    ///
    /// # Errors
    /// Those of standard output.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        say(&format!("{text}\n"))
    }
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
