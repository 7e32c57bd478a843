//! The last things that happened before something broke.

use crate::drive::trace::{Kind, each};
use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// So many lines are kept.
const LINES: usize = 30;

/// Takes a trace, and keeps the last lines up to a time.
#[derive(Clone, Debug)]
pub struct Tail {
    until: u64,
    lines: Arc<Mutex<VecDeque<String>>>,
}

impl Tail {
    /// Keeps what happened up to `until`, ns.
    #[must_use]
    pub fn new(until: u64) -> Self {
        Self { until, lines: Arc::default() }
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        each(bytes, |kind, at, number, content| {
            let what = match kind {
                Kind::Physical | Kind::Process => "",
                Kind::Strike => "fault: ",
                Kind::Decision => "decided: item, chute, code, parcel ",
                Kind::Port => "port ",
                Kind::ToHost | Kind::ToLine | Kind::Feed | Kind::Input | Kind::Output | Kind::Utc => return,
            };
            if at > self.until {
                return;
            }
            let number = if matches!(kind, Kind::Decision | Kind::Port) { format!("{number} ") } else { String::new() };
            if lines.len() == LINES {
                lines.pop_front();
            }
            let (seconds, rest) = (at / 1_000_000_000, at % 1_000_000_000);
            lines.push_back(format!("{seconds}.{rest:09} {what}{number}{}", String::from_utf8_lossy(content)));
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
