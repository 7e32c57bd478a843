//! The demo's two child processes: started, listened to, and ended together with the demo.

use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Lines that may wait to be shown; a child that talks faster waits at its pipe.
const LINES: usize = 256;
/// Between two looks at a child that is asked to end.
const LOOK: Duration = Duration::from_millis(20);

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The controller, `sortie run`.
    Controller,
    /// The simulated line, `sortie-sim devices`.
    Devices,
}

/// A line of a child's standard output, or `None` when it has closed it.
pub type Said = (Who, Option<String>);

/// Where the children's lines come together.
pub struct Ears {
    sender: SyncSender<Said>,
    /// What was said, in order of arrival.
    pub said: Receiver<Said>,
}

impl Default for Ears {
    fn default() -> Self {
        let (sender, said) = sync_channel(LINES);
        Self { sender, said }
    }
}

/// A child process; it is killed if it is still alive when this is dropped.
pub struct ChildProcess {
    child: Child,
}

impl ChildProcess {
    /// Starts `command`; its standard error goes to the file `log`, its standard output to `ears` and to a file beside
    /// the log that ends in `.ndjson`.
    ///
    /// # Errors
    /// If the program or a file cannot be opened.
    pub fn start(mut command: Command, who: Who, ears: &Ears, log: &Path) -> io::Result<Self> {
        let mut kept = File::create(log.with_extension("ndjson"))?;
        let log = File::create(log)?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?;
        if let Some(stdout) = child.stdout.take() {
            let sender = ears.sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // A full disk must not keep anybody from hearing it.
                    let _ = writeln!(kept, "{line}");
                    if sender.send((who, Some(line))).is_err() {
                        return;
                    }
                }
                // Nobody listens any more if this fails.
                let _ = sender.send((who, None));
            });
        }
        Ok(Self { child })
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// If the system cannot say.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Process number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end cleanly.
    pub fn ask_to_end(&mut self) {
        // A child that has been waited for has no number of its own any more.
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) {
        // Neither can fail for a child that has not been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end and waits; after `patience` it is killed. Lines that come meanwhile stay in the ears.
    pub fn end(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.ask_to_end();
        let begin = Instant::now();
        while begin.elapsed() < patience {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(LOOK),
                Err(_) => return None,
            }
        }
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
