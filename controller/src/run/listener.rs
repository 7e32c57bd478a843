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
    dropped: Arc<AtomicUsize>,
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
        let dropped = Arc::new(AtomicUsize::new(0));
        let (left, unwritten) = (Arc::clone(&pending), Arc::clone(&dropped));
        Builder::new().name(name.to_owned()).spawn(move || write(stream, &said, &left, &unwritten))?;
        Ok(Self { lines, pending, dropped, tells_gaps })
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
                self.dropped.fetch_add(dropped + 1, Ordering::Relaxed);
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

/// Writes what is said until nobody listens any more. A file on a full disk takes nothing now and may again later.
fn write(mut stream: impl Write, said: &Receiver<String>, left: &AtomicUsize, unwritten: &AtomicUsize) {
    let mut broken = false;
    while let Ok(line) = said.recv() {
        let start = if broken { "\n" } else { "" };
        let written = writeln!(stream, "{start}{line}").and_then(|()| stream.flush());
        left.fetch_sub(1, Ordering::AcqRel);
        broken = written.is_err();
        if written.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            left.store(0, Ordering::Release);
            return;
        }
        if broken {
            unwritten.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINES, Listener};
    use std::io::{self, BufRead, BufReader, Read, Write};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Sender, channel};

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
        // Line by line: a piece as the pipe gives it may end in the middle of the words that are looked for.
        let mut lines = BufReader::new(reader).lines();
        while listener.say("again".to_owned()).is_ok() {
            if lines.next().unwrap().unwrap().ends_with("lines before it were not read in time)") {
                return;
            }
        }
        panic!("the pipe is open");
    }

    #[test]
    fn a_file_on_a_full_disk_is_written_again_when_there_is_room() {
        struct Disk(Arc<AtomicUsize>, Sender<Vec<u8>>);
        impl Write for Disk {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                if self.0.load(Ordering::Acquire) == 0 {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                self.1.send(bytes.to_vec()).unwrap();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (room, (disk, file)) = (Arc::new(AtomicUsize::new(0)), channel());
        let listener = Listener::on("listener", Disk(Arc::clone(&room), disk), true).unwrap();
        (0..3).for_each(|_| listener.say("lost".to_owned()).unwrap());
        while listener.dropped.load(Ordering::Relaxed) < 3 {
            listener.finish();
        }
        room.store(1, Ordering::Release);
        listener.say("here again".to_owned()).unwrap();
        listener.finish();
        let text = String::from_utf8(file.try_iter().flatten().collect()).unwrap();
        assert_eq!(text, "\nhere again (3 lines before it were not read in time)\n");
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
