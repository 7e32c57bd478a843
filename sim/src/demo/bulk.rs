//! Both processes on ttys while customs releases an aircraft: what that costs the margins of the fires.

use super::children::{ChildProcess, Ears, Said as Heard, Who};
use super::controller::{Controller, PATIENCE, Stopping};
use super::show::{Show, devices_command};
use super::{binary, noise::Noise};
use crate::devices::say::Said;
use crate::scenario;
use serde::Serialize;
use serde_json::Value;
use sortie_world::feed::{Fed, FedFile, Feed};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Longest wait for a line, so that a signal is seen.
const LOOK: Duration = Duration::from_millis(50);
/// The first seconds are not counted: the controller takes the files in, and the belt fills.
const WARM_S: f64 = 20.0;
/// A stats line tells of the second before it, and comes a little later than its time.
const SETTLE_S: f64 = 2.0;

/// Margins of the fires in one part of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The worst, mm of travel between a fire's release and its actuation; `None`: nothing was fired.
    pub worst_mm: Option<u64>,
    /// Stats lines that it was taken from, one a second.
    pub seconds: u64,
    /// Lines of the host's files that the controller took meanwhile.
    pub lines: u64,
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Measured {
    /// Before the first line of bulk.
    pub before: Part,
    /// While the bulk came.
    pub during: Part,
    /// Worst margin meanwhile of that before, per cent; 0 if either is missing.
    pub per_cent: u64,
    /// Fires that were released too late for their count, in the whole run.
    pub late: u64,
    /// The devices' own summary, with the oracle's verdict.
    pub devices: Value,
    /// True if the devices found nothing wrong and the controller ended when it was asked to.
    pub good: bool,
    /// How late the machine woke a thread that did nothing, at worst, milliseconds.
    pub noise_ms: f64,
}

/// Runs it in a folder that holds the operator's files; `tell` gets a line now and then.
///
/// # Errors
/// If a child cannot be started, the scenario has no surge, or `tell` fails.
pub fn run(show: &Show, stop: &AtomicBool, tell: &mut dyn FnMut(&str) -> io::Result<()>) -> io::Result<Measured> {
    let mut built = Ok(());
    let program = binary::controller(|text| built = tell(text))?;
    built?;
    let scenario = scenario::load(&show.scenario).map_err(io::Error::other)?;
    let surge = scenario.host.surge.clone();
    if surge.parcels == 0 {
        return Err(io::Error::other(format!("the scenario {:?} has no [host.surge]", show.scenario)));
    }
    let mut customs = Customs::new(Feed::new(&scenario, show.seed, scenario.run.parcels), &show.dir)?;
    let noise = Noise::measure();
    let ears = Ears::default();
    let mut devices = ChildProcess::start(devices_command(show)?, Who::Devices, &ears, &show.dir.join("devices.log"))?;
    let mut watch = Watch {
        line: Controller::new(&program, &show.dir),
        bulk_at_s: surge.assessed_s.into(),
        // A few parcels are known to no host.
        wanted: 2 * u64::from(surge.parcels) * 99 / 100,
        at_s: 0.0,
        taken: 0,
        before_bulk: None,
        done_at_s: None,
        measured: Measured::default(),
    };
    let mut stopping = Stopping::default();
    loop {
        stopping.turn(stop, &mut watch.line, &mut devices);
        match ears.said.recv_timeout(LOOK) {
            Ok((Who::Devices, None)) => break,
            Ok(heard) => {
                if watch.take(heard, &ears, tell)? {
                    customs.begun = Some(Instant::now());
                }
            }
            Err(_) => {}
        }
        customs.write()?;
    }
    let devices_good = devices.end(PATIENCE).is_some_and(|status| status.success());
    watch.line.end()?;
    let mut measured = watch.measured;
    measured.good = devices_good && !watch.line.failed;
    if let (Some(before), Some(during)) = (measured.before.worst_mm, measured.during.worst_mm) {
        measured.per_cent = during * 100 / before.max(1);
    }
    measured.noise_ms = noise.worst_ms();
    Ok(measured)
}

/// Customs' own system: it appends to the file of holds when its time has come.
struct Customs {
    feed: Feed,
    holds: File,
    /// When the line's time began.
    begun: Option<Instant>,
    text: String,
}

impl Customs {
    fn new(feed: Feed, dir: &Path) -> io::Result<Self> {
        let holds = OpenOptions::new().append(true).open(dir.join("holds.ndjson"))?;
        Ok(Self { feed, holds, begun: None, text: String::new() })
    }

    /// Writes the lines that are due, in one piece.
    fn write(&mut self) -> io::Result<()> {
        let Some(begun) = self.begun else { return Ok(()) };
        let at = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if at < self.feed.next_at() {
            return Ok(());
        }
        let (feed, text) = (&mut self.feed, &mut self.text);
        feed.due(at, 0, &mut |fed: Fed<'_>| {
            if fed.file == FedFile::Holds {
                text.push_str(fed.text);
                text.push('\n');
            }
        });
        self.holds.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

struct Watch {
    line: Controller,
    /// When customs begins, seconds of the devices' time, and how many lines it will write.
    bulk_at_s: f64,
    wanted: u64,
    at_s: f64,
    /// Lines of files that the controller had taken at its latest stats line.
    taken: u64,
    /// The same just before the bulk.
    before_bulk: Option<u64>,
    /// When the last line of the bulk was taken.
    done_at_s: Option<f64>,
    measured: Measured,
}

impl Watch {
    /// True if the line's time has just begun.
    fn take(
        &mut self,
        (who, line): Heard,
        ears: &Ears,
        tell: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> io::Result<bool> {
        let Some(line) = line else { return Ok(false) };
        if who == Who::Controller {
            return self.stats(&line, tell).map(|()| false);
        }
        let Ok(said) = serde_json::from_str::<Said>(&line) else {
            self.measured.devices = serde_json::from_str(&line).unwrap_or_default();
            return Ok(false);
        };
        let begun = said == Said::Begun;
        match said {
            Said::Progress(at) => self.at_s = at.at_s,
            Said::Ready { .. } => self.line.start(ears)?,
            Said::Over { .. } => self.line.ask_to_end()?,
            Said::Begun | Said::FedUp { .. } | Said::Note { .. } => tell(&said.to_string())?,
            Said::Strike { .. } | Said::Port { .. } | Said::FaultsOff { .. } => {}
        }
        Ok(begun)
    }

    /// One second of the controller, as it counts it itself.
    fn stats(&mut self, line: &str, tell: &mut dyn FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        let Ok(stats) = serde_json::from_str::<Value>(line) else { return Ok(()) };
        let (margin, Some(taken)) = (&stats["command_margin_mm"], stats["files"]["taken"].as_u64()) else {
            return Ok(());
        };
        let came = taken - self.taken.min(taken);
        self.taken = taken;
        self.measured.late = margin["late"].as_u64().unwrap_or(0);
        let part = if self.at_s < WARM_S || self.done_at_s.is_some_and(|at_s| self.at_s > at_s + SETTLE_S) {
            return Ok(());
        } else if self.at_s < self.bulk_at_s {
            self.before_bulk = Some(taken);
            &mut self.measured.before
        } else {
            if self.done_at_s.is_none() && self.before_bulk.is_some_and(|before| taken >= before + self.wanted) {
                self.done_at_s = Some(self.at_s);
                tell(&format!("{:>8.1} s  the controller has taken {} lines of bulk", self.at_s, self.wanted))?;
            }
            &mut self.measured.during
        };
        part.seconds += 1;
        part.lines += came;
        part.worst_mm = [part.worst_mm, margin["min_since_last"].as_u64()].into_iter().flatten().min();
        Ok(())
    }
}
