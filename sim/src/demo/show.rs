//! Runs the two processes and shows what they do.

use super::board::Board;
use super::children::{ChildProcess, Ears, Said as Heard, Who};
use super::controller::{Controller, PATIENCE, Stopping};
use super::hints::Hints;
use super::screen::Screen;
use super::{binary, flights, listen};
use crate::devices::say::Said;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Longest wait for a line, so that a signal and the clock are seen.
const LOOK: Duration = Duration::from_millis(100);
/// Between two pictures.
const REDRAW: Duration = Duration::from_millis(500);
/// Between two sets of counters in a plain log.
const PLAIN: Duration = Duration::from_secs(10);
/// Sets of counters from one table of flights to the next, in a plain log.
const PLAIN_FLIGHTS: u32 = 3;

/// What the demo is to do.
#[derive(Clone, Debug)]
pub struct Show {
    /// Folder with the operator's files.
    pub dir: PathBuf,
    /// Scenario, as given on the command line.
    pub scenario: String,
    /// Seed.
    pub seed: u64,
    /// How long parcels are fed.
    pub minutes: f64,
    /// Parcels per hour, if not the scenario's own.
    pub rate: Option<u32>,
    /// The faults go off this many seconds before the feeding ends.
    pub faults_off_last_s: u64,
    /// Never redraw.
    pub plain: bool,
}

/// How the demo ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The devices' summary, one JSON object; empty if there was none.
    pub summary: String,
    /// True if the oracle found nothing wrong and the controller ended cleanly.
    pub good: bool,
    /// What can be looked at now.
    pub next: Vec<String>,
}

/// Runs the demo in a folder that holds the operator's files.
///
/// # Errors
/// If a child cannot be started or standard output is gone.
pub fn run(show: &Show, stop: &Arc<AtomicBool>) -> io::Result<Shown> {
    let mut screen = Screen::new(show.plain);
    let program = binary::controller(|text| {
        // The build that follows takes a while; whether this can be shown does not matter to it.
        let _ = Screen::new(true).line(text);
    })?;
    let hints = Hints::new(show, &program);
    hints.greeting().iter().try_for_each(|line| screen.line(line))?;
    let ears = Ears::default();
    let config = show.dir.join("line.toml");
    let mut devices = ChildProcess::start(devices_command(show)?, Who::Devices, &ears, &show.dir.join("devices.log"))?;
    let line = Controller::new(&program, &show.dir);
    let board = Board {
        flights: flights::rows(&config),
        length_s: (show.minutes * 60.0) as u64,
        footer: hints.footer(),
        ..Board::default()
    };
    let mut watch = Watch { board, last: None, line, plain_turns: 0 };
    watch.follow(&ears, &mut screen, stop, &mut devices)?;
    let ended = devices.end(PATIENCE);
    watch.line.end()?;
    watch.rest(&ears);
    if screen.is_terminal() {
        watch.show(&mut screen)?;
    }
    if watch.line.failed {
        screen.line(&format!("the controller ended by itself; see {}", watch.line.log().display()))?;
    }
    let good = ended.is_some_and(|status| status.success()) && !watch.line.failed;
    Ok(Shown { summary: watch.last.unwrap_or_default(), good, next: hints.afterwards() })
}

/// The devices of a show, not started yet.
pub(super) fn devices_command(show: &Show) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("devices").arg("--config").arg(show.dir.join("line.toml"));
    command.arg("--scenario").arg(&show.scenario).arg("--json");
    command.args(["--seed", &show.seed.to_string(), "--minutes", &show.minutes.to_string()]);
    command.args(["--faults-off-last", &show.faults_off_last_s.to_string()]);
    if let Some(rate) = show.rate {
        command.args(["--rate", &rate.to_string()]);
    }
    Ok(command)
}

/// Listens to both children and keeps the board.
struct Watch {
    board: Board,
    /// The devices' latest line that is no event: in the end, the summary.
    last: Option<String>,
    line: Controller,
    /// Sets of counters shown since the flights were.
    plain_turns: u32,
}

impl Watch {
    fn follow(
        &mut self,
        ears: &Ears,
        screen: &mut Screen,
        stop: &Arc<AtomicBool>,
        devices: &mut ChildProcess,
    ) -> io::Result<()> {
        let mut shown = Instant::now();
        let mut stopping = Stopping::default();
        loop {
            stopping.turn(stop, &mut self.line, devices);
            match ears.said.recv_timeout(LOOK) {
                Ok((Who::Devices, None)) => return Ok(()),
                Ok(heard) => {
                    if let Some(said) = self.take(heard) {
                        self.obey(&said, ears)?;
                        if !screen.is_terminal() {
                            screen.line(&said.to_string())?;
                        }
                    }
                }
                Err(_) => {}
            }
            let pause = if screen.is_terminal() { REDRAW } else { PLAIN };
            if shown.elapsed() >= pause {
                shown = Instant::now();
                self.show(screen)?;
            }
        }
    }

    /// What was said before the end and not heard yet.
    fn rest(&mut self, ears: &Ears) {
        while let Ok(heard) = ears.said.try_recv() {
            self.take(heard);
        }
    }

    /// Takes one line; gives what the devices said if a plain log shows it at once.
    fn take(&mut self, heard: Heard) -> Option<Said> {
        let (who, line) = heard;
        let line = line?;
        if who == Who::Controller {
            listen::stats(&mut self.board, &line);
            return None;
        }
        let Ok(said) = serde_json::from_str::<Said>(&line) else {
            self.last = Some(line);
            return None;
        };
        listen::devices(&mut self.board, &said).then_some(said)
    }

    /// The controller lives as long as the ttys are there.
    fn obey(&mut self, said: &Said, ears: &Ears) -> io::Result<()> {
        match said {
            Said::Ready { .. } => self.line.start(ears),
            Said::Over { .. } => self.line.ask_to_end(),
            Said::Begun
            | Said::Strike { .. }
            | Said::Port { .. }
            | Said::FaultsOff { .. }
            | Said::FedUp { .. }
            | Said::Progress(_)
            | Said::Note { .. } => Ok(()),
        }
    }

    /// The whole picture on a terminal; in a plain log counters, and the flights now and then.
    fn show(&mut self, screen: &mut Screen) -> io::Result<()> {
        if screen.is_terminal() {
            let (rows, _) = screen.size();
            return screen.draw(&self.board.draw(utc_ms(), rows));
        }
        self.plain_turns += 1;
        let lines = if self.plain_turns.is_multiple_of(PLAIN_FLIGHTS) {
            self.board.table(utc_ms(), usize::MAX)
        } else {
            vec![self.board.title()]
        };
        lines.iter().chain(&self.board.counters()).try_for_each(|line| screen.line(line))
    }
}

fn utc_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

/// A folder for a show that was given none: `demo-1` for a `demo`, or the next number that is free.
#[must_use]
pub fn free_folder(parent: &Path, name: &str) -> PathBuf {
    (1u32..).map(|number| parent.join(format!("{name}-{number}"))).find(|path| !path.exists()).unwrap_or_default()
}
