//! The controller's process: started when the ttys are there, asked to end before they go, and killed if need be.

use super::children::{ChildProcess, Ears, Who};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A child that is asked to end gets this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Ctrl-C reaches the children as well, and a second request would cut them short: only who has not ended by himself
/// after this time is asked.
const HEARD: Duration = Duration::from_secs(2);
/// From the kill to the next start, about what a supervisor takes.
const DOWN: Duration = Duration::from_secs(1);

/// One process after the other, on the same files.
pub(super) struct Controller {
    program: PathBuf,
    dir: PathBuf,
    /// `None` before the first start, and from a kill to the next start.
    process: Option<ChildProcess>,
    killed_at: Option<Instant>,
    /// How often it was killed.
    pub(super) kills: u32,
    /// It ended by itself, or not cleanly when it was asked to.
    pub(super) failed: bool,
    /// Everybody was asked to end, as Ctrl-C does: whoever has ended already did as he was told.
    asked: bool,
}

impl Controller {
    /// A controller that is not started yet, for the `line.toml` in `dir`.
    pub(super) fn new(program: &Path, dir: &Path) -> Self {
        let (program, dir) = (program.to_owned(), dir.to_owned());
        Self { program, dir, process: None, killed_at: None, kills: 0, failed: false, asked: false }
    }

    /// What it says to people, now.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join(match self.kills {
            0 => "sortie.log".to_owned(),
            kills => format!("sortie-{}.log", kills + 1),
        })
    }

    /// Starts it.
    pub(super) fn start(&mut self, ears: &Ears) -> io::Result<()> {
        let mut command = Command::new(&self.program);
        command.arg("run").arg("--config").arg(self.dir.join("line.toml"));
        self.process = Some(ChildProcess::start(command, Who::Controller, ears, &self.log())?);
        Ok(())
    }

    /// Kills it; [`Controller::turn`] will start it again.
    pub(super) fn kill(&mut self) -> io::Result<()> {
        if let Some(mut process) = self.process.take() {
            self.failed |= process.ended()?.is_some();
            process.kill();
        }
        self.kills += 1;
        self.killed_at = Some(Instant::now());
        Ok(())
    }

    /// Starts it again when it is time; true if it did.
    pub(super) fn turn(&mut self, ears: &Ears) -> io::Result<bool> {
        let due = self.killed_at.take_if(|at| at.elapsed() >= DOWN).is_some();
        if due {
            self.start(ears)?;
        }
        Ok(due)
    }

    /// Asks it to end; it must not have done so by itself.
    pub(super) fn ask_to_end(&mut self) -> io::Result<()> {
        if let Some(process) = &mut self.process {
            self.failed |= !self.asked && process.ended()?.is_some();
            process.ask_to_end();
        }
        Ok(())
    }

    /// Sees it end.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if let Some(mut process) = self.process.take() {
            self.failed |= !process.end(PATIENCE).is_some_and(|status| status.success());
        }
        Ok(())
    }
}

/// How everybody is stopped before the time is over.
#[derive(Debug, Default)]
pub(super) struct Stopping {
    since: Option<Instant>,
    asked: bool,
}

impl Stopping {
    /// Sees whether a stop is wanted, and has the devices end if they have not heard it themselves.
    pub(super) fn turn(&mut self, stop: &AtomicBool, controller: &mut Controller, devices: &mut ChildProcess) {
        if !stop.load(Ordering::Relaxed) || self.asked {
            return;
        }
        controller.asked = true;
        if self.since.get_or_insert_with(Instant::now).elapsed() >= HEARD {
            self.asked = true;
            devices.ask_to_end();
        }
    }
}
