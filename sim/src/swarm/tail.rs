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
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<String>,
    /// The beginning of a record whose end has not been written yet.
    begun: Vec<u8>,
}

impl Tail {
    /// Keeps what happened up to `until`, ns.
    #[must_use]
    pub fn new(until: u64) -> Self {
        Self { until, kept: Arc::default() }
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).lines.iter().cloned().collect()
    }
}

impl Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Kept { lines, begun } = &mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        begun.extend_from_slice(bytes);
        let rest = each(begun, |kind, at, number, content| {
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
        let whole = begun.len() - rest.len();
        begun.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::trace::{Shared, Trace};

    #[test]
    fn a_record_that_is_written_in_parts_is_one() {
        let written = Shared::default();
        let mut trace = Trace::new(Some(Box::new(written.clone())));
        trace.record(Kind::Physical, 1_500_000_000, 0, 1, b"pec 1 2 3");
        trace.record(Kind::Decision, 2_000_000_000, 0, 7, b"00005 OK P1");
        trace.finish().unwrap();
        let bytes = written.0.lock().unwrap().clone();
        for part in [1, 5, 30, bytes.len()] {
            let mut tail = Tail::new(u64::MAX);
            bytes.chunks(part).for_each(|part| tail.write_all(part).unwrap());
            let lines = ["1.500000000 pec 1 2 3", "2.000000000 decided: item, chute, code, parcel 7 00005 OK P1"];
            assert_eq!(tail.lines(), lines, "{part} bytes at once");
        }
    }
}
