//! A line board on a pseudo-terminal, in a thread of its own, for tests of real ports.
#![allow(dead_code, reason = "each test file uses its own part of the board")]

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_protocol::board::{BoardEnd, BoardEvent, Identity, LinkSettings};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

/// A board that sends clocks and answers queue queries; dropped, it pulls its plug.
pub(crate) struct Board {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<BoardEnd>>,
    path: PathBuf,
}

impl Board {
    /// A board with boot number `boot` on a new terminal under the name `path`.
    pub(crate) fn start(path: &Path, boot: u32) -> Self {
        let identity = Identity { firmware: 1, sensors: 3, outputs: 1 };
        Self::plug(path, BoardEnd::new(boot, identity, LinkSettings::default()))
    }

    /// The same board on another terminal under the name `path`.
    pub(crate) fn plug(path: &Path, end: BoardEnd) -> Self {
        let (master, name) = terminal();
        let _ = std::fs::remove_file(path);
        std::os::unix::fs::symlink(name, path).expect("a name for the terminal");
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let thread = std::thread::spawn(move || serve(File::from(master), end, &flag));
        Self { stop, thread: Some(thread), path: path.to_owned() }
    }

    /// Pulls the plug; the board itself lives on.
    pub(crate) fn unplug(mut self) -> BoardEnd {
        std::fs::remove_file(&self.path).expect("the terminal's name");
        self.stop.store(true, Ordering::Release);
        self.thread.take().expect("a thread").join().expect("a board")
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut port: File, mut end: BoardEnd, stop: &AtomicBool) -> BoardEnd {
    let start = Instant::now();
    let mut bytes = [0; 4096];
    let mut clock_ms = 0;
    end.reopened();
    while !stop.load(Ordering::Acquire) {
        let now = u64::try_from(start.elapsed().as_nanos()).expect("a short test");
        let time_ms = u32::try_from(now / 1_000_000).expect("a short test");
        end.set_clock(time_ms, time_ms * 2);
        if end.session() != 0 && time_ms >= clock_ms {
            clock_ms = time_ms + 20;
            end.send(BoardTelegram::Clock { count: time_ms * 2, time_ms, speed_cps: 2000 });
        }
        end.transmit(now, &mut |frame| drop(port.write(frame)));
        let wait = Timespec { tv_sec: 0, tv_nsec: 5_000_000 };
        let ready = poll(&mut [PollFd::new(&port, PollFlags::IN)], Some(&wait)).unwrap_or(0);
        // A terminal that nobody has open gives an error; somebody will open it.
        let length = if ready > 0 { port.read(&mut bytes).unwrap_or(0) } else { 0 };
        let mut queries = Vec::new();
        end.receive(now, &bytes[..length], &mut |event| {
            if let BoardEvent::Telegram { telegram: HostTelegram::QueueQuery { query }, .. } = event {
                queries.push(query);
            }
        });
        for query in queries {
            end.send(BoardTelegram::QueueEnd { query, entries: 0 });
        }
    }
    end
}

fn terminal() -> (OwnedFd, PathBuf) {
    // A controller must not inherit the board's end: it would never see the port go.
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags).expect("a pseudo-terminal");
    grantpt(&master).expect("a grant");
    unlockpt(&master).expect("an unlock");
    let name = ptsname(&master, Vec::new()).expect("a name").into_string().expect("plain text");
    let far = rustix::fs::open(name.as_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("a terminal");
    let mut modes = tcgetattr(&far).expect("modes");
    modes.make_raw();
    tcsetattr(&far, OptionalActions::Now, &modes).expect("raw modes");
    (master, name.into())
}
