//! Lines for whoever listens on a stream. A reader that stops reading, such as a paused terminal or a pager, stops whoever
//! writes to it; so each stream has a thread of its own, and what the reader leaves is dropped and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, sleep};
use std::time::{Duration, Instant};

/// Lines that wait for a slow reader: more than a burst of problems in all files at once.
const LINES: usize = 1024;
/// How long a reader gets at the end for what still waits.
const FAREWELL: Duration = Duration::from_secs(1);
/// Time between two looks whether all is read.
const LOOK: Duration = Duration::from_millis(2);

/// A stream that somebody may listen to.
#[derive(Debug)]
pub(super) struct Listener {
    lines: SyncSender<String>,
    /// Lines that are not written yet; those that no one will write count as written.
    pending: Arc<AtomicUsize>,
    dropped: AtomicUsize,
    /// Whether a line may say how many were dropped before it.
    tells_gaps: bool,
}

impl Listener {
    /// Writes to `stream` from now on; with `tells_gaps` a line says how many were dropped before it.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn on(name: &str, stream: impl Write + Send + 'static, tells_gaps: bool) -> io::Result<Self> {
        let (lines, said) = sync_channel(LINES);
        let pending = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&pending);
        Builder::new().name(name.to_owned()).spawn(move || write(stream, &said, &left))?;
        Ok(Self { lines, pending, dropped: AtomicUsize::new(0), tells_gaps })
    }

    /// Says a line; one that finds no room is dropped.
    ///
    /// # Errors
    /// When nobody listens any more.
    pub(super) fn say(&self, line: String) -> io::Result<()> {
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        let gap = self.tells_gaps && dropped > 0;
        let line = if gap { format!("{line} ({dropped} lines before it were not read in time)") } else { line };
        self.pending.fetch_add(1, Ordering::AcqRel);
        let refused = self.lines.try_send(line).err();
        if refused.is_some() {
            self.pending.fetch_sub(1, Ordering::AcqRel);
        }
        match refused {
            None => Ok(()),
            Some(TrySendError::Full(_)) => {
                self.dropped.store(dropped + 1, Ordering::Relaxed);
                Ok(())
            }
            Some(TrySendError::Disconnected(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Waits until all is written, but not for a reader that does not read.
    pub(super) fn finish(&self) {
        let start = Instant::now();
        while self.pending.load(Ordering::Acquire) > 0 && start.elapsed() < FAREWELL {
            sleep(LOOK);
        }
    }
}

fn write(mut stream: impl Write, said: &Receiver<String>, left: &AtomicUsize) {
    while let Ok(line) = said.recv() {
        let written = writeln!(stream, "{line}").and_then(|()| stream.flush());
        left.fetch_sub(1, Ordering::AcqRel);
        if written.is_err() {
            left.store(0, Ordering::Release);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINES, Listener};
    use std::io::{self, Read, Write};

    #[test]
    fn a_reader_that_does_not_read_holds_nobody_up() {
        let (mut reader, writer) = io::pipe().unwrap();
        let listener = Listener::on("listener", writer, true).unwrap();
        let long = "x".repeat(1000);
        for _ in 0..LINES + 200 {
            listener.say(long.clone()).unwrap();
        }
        listener.finish();
        let mut some = vec![0; 1001 * (LINES / 2)];
        reader.read_exact(&mut some).unwrap();
        assert!(some.chunks(1001).all(|line| line == format!("{long}\n").as_bytes()), "whole lines, in order");
        while listener.say("again".to_owned()).is_ok() {
            let mut more = [0; 50_000];
            let length = reader.read(&mut more).unwrap();
            if String::from_utf8_lossy(&more[..length]).contains("lines before it were not read in time)\n") {
                return;
            }
        }
        panic!("the pipe is open");
    }

    #[test]
    fn a_stream_that_was_closed_is_told() {
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(b"").unwrap();
        drop(reader);
        let listener = Listener::on("listener", writer, true).unwrap();
        while listener.say("anybody?".to_owned()).is_ok() {
            listener.finish();
        }
    }
}
