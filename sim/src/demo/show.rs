//! Runs the two processes and shows what they do.

use super::board::Board;
use super::children::{ChildProcess, Ears, Said as Heard, Who};
use super::screen::Screen;
use super::{binary, flights, listen};
use crate::devices::say::Said;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Longest wait for a line, so that a signal and the clock are seen.
const LOOK: Duration = Duration::from_millis(100);
/// Between two pictures.
const REDRAW: Duration = Duration::from_millis(500);
/// Between two sets of counters in a plain log.
const PLAIN: Duration = Duration::from_secs(10);
/// A child that is asked to end gets this long.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

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
    /// True if the oracle found nothing wrong.
    pub good: bool,
}

/// Runs the demo in a folder that holds the operator's files.
///
/// # Errors
/// If a child cannot be started or standard output is gone.
pub fn run(show: &Show, stop: &Arc<AtomicBool>) -> io::Result<Shown> {
    let mut screen = Screen::new(show.plain);
    let controller = binary::controller(|text| {
        // The build that follows takes a while; whether this can be shown does not matter to it.
        let _ = Screen::new(true).line(text);
    })?;
    greet(show, &mut screen)?;
    let ears = Ears::default();
    let config = show.dir.join("line.toml");
    let mut devices = ChildProcess::start(devices_command(show)?, Who::Devices, &ears, &show.dir.join("devices.log"))?;
    let mut command = Command::new(controller);
    command.arg("run").arg("--config").arg(&config);
    let mut line = ChildProcess::start(command, Who::Controller, &ears, &show.dir.join("sortie.log"))?;
    let length_s = (show.minutes * 60.0) as u64;
    let mut watch =
        Watch { board: Board { flights: flights::rows(&config), length_s, ..Board::default() }, last: None };
    watch.follow(&ears, &mut screen, stop, &mut devices)?;
    let ended = devices.end(PATIENCE);
    // The controller must not have ended by itself before it is asked to.
    let controller_died = line.ended()?.is_some();
    line.end(PATIENCE);
    watch.rest(&ears);
    if controller_died {
        screen.line(&format!("the controller ended by itself; see {}", show.dir.join("sortie.log").display()))?;
    }
    let good = ended.is_some_and(|status| status.success()) && !controller_died;
    Ok(Shown { summary: watch.last.unwrap_or_default(), good })
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

fn greet(show: &Show, screen: &mut Screen) -> io::Result<()> {
    let dir = show.dir.display();
    let text = [
        format!("the operator's files lie in {dir}: line.toml plan.toml flights.ndjson parcels.ndjson holds.ndjson"),
        "try, from another terminal, while it runs or afterwards:".to_owned(),
        format!("  edit {dir}/plan.toml                              the plan changes without stopping the line"),
        format!("  echo '{{\"parcel\":\"P0000042\",\"customs\":\"hold\"}}' >> {dir}/holds.ndjson"),
        format!("  sortie check --config {dir}/line.toml             proves the geometry"),
        format!("  sortie replay {dir}/journal                       runs the night again, and compares"),
        format!("  sortie trace PLATE --config {dir}/line.toml       tells why a parcel went where it went"),
        format!("logs: {dir}/sortie.log {dir}/devices.log; Ctrl-C ends both processes cleanly"),
    ];
    text.iter().try_for_each(|line| screen.line(line))
}

/// Listens to both children and keeps the board.
struct Watch {
    board: Board,
    /// The devices' latest line that is no event: in the end, the summary.
    last: Option<String>,
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
        let mut asked = false;
        loop {
            if stop.load(Ordering::Relaxed) && !asked {
                asked = true;
                devices.ask_to_end();
            }
            match ears.said.recv_timeout(LOOK) {
                Ok((Who::Devices, None)) => return Ok(()),
                Ok(heard) => {
                    if let Some(text) = self.take(heard)
                        && !screen.is_terminal()
                    {
                        screen.line(&text)?;
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

    /// Takes one line; gives a text that a plain log shows at once.
    fn take(&mut self, heard: Heard) -> Option<String> {
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
        listen::devices(&mut self.board, &said).then(|| said.to_string())
    }

    fn show(&self, screen: &mut Screen) -> io::Result<()> {
        if screen.is_terminal() {
            let (rows, _) = screen.size();
            return screen.draw(&self.board.draw(utc_ms(), rows));
        }
        self.board.draw(utc_ms(), 24).iter().try_for_each(|line| screen.line(line))
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
