//! Both processes on ttys for minutes, with every fault on, and the controller killed in the midst of it.
//!
//! A port is pulled out and the board starts anew at least once each, at fixed shares of the time, besides what the
//! scenario's own rates bring. The last part has no faults, and is counted on its own.

use super::children::{ChildProcess, Ears, Said as Heard, Who};
use super::controller::{Controller, PATIENCE, Stopping};
use super::noise::Noise;
use super::show::devices_command;
use super::{binary, show::Show};
use crate::devices::say::Said;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Longest wait for a line, so that a signal and the clock are seen.
const LOOK: Duration = Duration::from_millis(50);
/// Seconds between two lines of progress.
const TELL_S: f64 = 10.0;

/// What is left of a soak.
#[derive(Clone, Debug, PartialEq)]
pub struct Soaked {
    /// The devices' summary, one JSON object; empty if there was none.
    pub summary: String,
    /// True if the devices ended with their verdict that nothing was wrong.
    pub devices_good: bool,
    /// How often the controller was killed and started again.
    pub kills: u32,
    /// True if a controller ended otherwise than by our hand, or not cleanly when it was asked to.
    pub controller_failed: bool,
    /// What `sortie replay` printed of the journal.
    pub replay: String,
    /// True if the replay differs nowhere.
    pub replay_good: bool,
    /// How late the machine woke a thread that did nothing, at worst, milliseconds.
    pub noise_ms: f64,
}

/// Runs it in a folder that holds the operator's files; `tell` gets a line now and then.
///
/// # Errors
/// If a child cannot be started, or `tell` fails.
pub fn run(show: &Show, stop: &AtomicBool, tell: &mut dyn FnMut(&str) -> io::Result<()>) -> io::Result<Soaked> {
    let mut built = Ok(());
    let program = binary::controller(|text| built = tell(text))?;
    built?;
    let faults_s = (show.minutes * 60.0) as u64 - show.faults_off_last_s.min((show.minutes * 60.0) as u64);
    let mut command = devices_command(show)?;
    for (kind, share) in [("port_unplugged", 0.2), ("board_reboot", 0.75)] {
        command.args(["--strike", &format!("{kind}@{}", (faults_s as f64 * share) as u64)]);
    }
    let noise = Noise::measure();
    let ears = Ears::default();
    let mut devices = ChildProcess::start(command, Who::Devices, &ears, &show.dir.join("devices.log"))?;
    let controller = Controller::new(&program, &show.dir);
    let kill_at_s = (show.minutes * 20.0).min(faults_s as f64);
    let mut watch = Watch { controller, kill_at_s, told_s: 0.0, stopping: Stopping::default(), summary: String::new() };
    while watch.turn(&ears, &mut devices, stop, tell)? {}
    let devices_good = devices.end(PATIENCE).is_some_and(|status| status.success());
    watch.controller.end()?;
    let (replay, replay_good) = replay(&program, &show.dir)?;
    let (kills, controller_failed) = (watch.controller.kills, watch.controller.failed);
    let (summary, noise_ms) = (watch.summary, noise.worst_ms());
    Ok(Soaked { summary, devices_good, kills, controller_failed, replay, replay_good, noise_ms })
}

/// What the journal says when it is run again.
fn replay(program: &Path, dir: &Path) -> io::Result<(String, bool)> {
    let output = Command::new(program)
        .arg("replay")
        .arg(dir.join("journal"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    Ok((String::from_utf8_lossy(&output.stdout).trim().to_owned(), output.status.success()))
}

struct Watch {
    controller: Controller,
    kill_at_s: f64,
    told_s: f64,
    stopping: Stopping,
    /// The devices' latest line that is no event: in the end, the summary.
    summary: String,
}

impl Watch {
    /// Listens for a while. False once the devices have said everything.
    fn turn(
        &mut self,
        ears: &Ears,
        devices: &mut ChildProcess,
        stop: &AtomicBool,
        tell: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> io::Result<bool> {
        self.stopping.turn(stop, &mut self.controller, devices);
        if self.controller.turn(ears)? {
            tell("the controller is started again")?;
        }
        match ears.said.recv_timeout(LOOK) {
            Ok((Who::Devices, None)) => return Ok(false),
            Ok(heard) => self.take(heard, ears, tell)?,
            Err(_) => {}
        }
        Ok(true)
    }

    fn take(
        &mut self,
        (who, line): Heard,
        ears: &Ears,
        tell: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(line) = line.filter(|_| who == Who::Devices) else { return Ok(()) };
        let Ok(said) = serde_json::from_str::<Said>(&line) else {
            self.summary = line;
            return Ok(());
        };
        match &said {
            Said::Progress(at) => {
                if self.controller.kills == 0 && at.at_s >= self.kill_at_s {
                    self.controller.kill()?;
                    tell(&format!("{:>8.1} s  the controller is killed (SIGKILL)", at.at_s))?;
                }
                if at.at_s < self.told_s + TELL_S {
                    return Ok(());
                }
                self.told_s = at.at_s;
            }
            Said::Strike { kind, .. } if kind != "board_reboot" => return Ok(()),
            Said::Ready { .. } => return self.controller.start(ears),
            Said::Over { .. } => self.controller.ask_to_end()?,
            Said::Strike { .. }
            | Said::Begun
            | Said::Port { .. }
            | Said::FaultsOff { .. }
            | Said::FedUp { .. }
            | Said::Note { .. } => {}
        }
        tell(&said.to_string())
    }
}
