//! Plays a line in real time on ttys.
//!
//! Nothing happens before a controller has spoken; then the world's time is the wall's. What is due is done first and
//! how late it was is noted, then the host is read, then the process waits for whichever comes first.

use super::pace::Pace;
use super::pty::{PortCounts, PtyPort};
use super::say::{Progress, Said};
use super::wait::wait;
use super::words;
use crate::drive::line::{Line, LineSink};
use crate::drive::trace::Kind;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SECOND: u64 = 1_000_000_000;
/// What rides when the feeding ends has this long to arrive; a full line takes about half a minute.
const EMPTYING_NS: u64 = 120 * SECOND;
/// Longest wait: a signal that comes between two looks is seen this late at worst.
const WAIT: Duration = Duration::from_millis(50);
/// At the end the adapters stay plugged until the host has closed them all, or for this long, so that what is in the
/// ttys is read by both sides.
const LINGER: Duration = Duration::from_secs(1);

/// A line that can also say where it stands, for people.
pub trait PlayedLine: Line {
    /// Time is about to begin. Whatever takes long is done here, before anything can be late.
    fn begin(&mut self);

    /// Where the line stands; bytes and lateness are filled in by the player.
    fn progress(&self, at: u64) -> Progress;

    /// Looks at the operator's files for lines that were appended; complaints go to `note`.
    fn look_at_files(&mut self, at: u64, note: &mut dyn FnMut(String));
}

/// How long to play.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaySettings {
    /// Seed, to be told.
    pub seed: u64,
    /// Feeding ends after this many nanoseconds; never, if `None`.
    pub feed_ns: Option<u64>,
    /// The faults go off this many nanoseconds before the feeding ends.
    pub faults_off_last_ns: u64,
}

/// What is left when the play has ended.
pub struct Played<L> {
    /// The line with its oracle.
    pub line: L,
    /// World time at the end, nanoseconds.
    pub at: u64,
    /// How late the simulator itself was at worst, milliseconds.
    pub lateness_ms_max: f64,
    /// Bytes of each port by its role.
    pub bytes: BTreeMap<String, PortCounts>,
}

/// A line on its ttys.
pub struct Player<'s, L> {
    line: L,
    ports: Vec<PtyPort>,
    open: Vec<bool>,
    roles: Vec<String>,
    settings: PlaySettings,
    pace: Pace,
    stop: Arc<AtomicBool>,
    say: &'s mut dyn FnMut(&Said),
    progress_at: u64,
    faults_off_at: Option<u64>,
    fed_up_at: Option<u64>,
    end_at: Option<u64>,
}

impl<'s, L: PlayedLine> Player<'s, L> {
    /// Plugs every port in under its path.
    ///
    /// # Errors
    /// If a tty cannot be made or its name is taken by something else.
    pub fn new(
        line: L,
        ports: &[(String, PathBuf)],
        settings: PlaySettings,
        stop: Arc<AtomicBool>,
        say: &'s mut dyn FnMut(&Said),
    ) -> io::Result<Self> {
        let ttys: Vec<PtyPort> = ports.iter().map(|(_, path)| PtyPort::new(path.clone())).collect::<io::Result<_>>()?;
        let fed_up_at = settings.feed_ns;
        let faults_off = fed_up_at.map(|end| end.saturating_sub(settings.faults_off_last_ns));
        Ok(Self {
            line,
            open: vec![false; ttys.len()],
            ports: ttys,
            roles: ports.iter().map(|(role, _)| role.clone()).collect(),
            settings,
            pace: Pace::start(),
            stop,
            say,
            progress_at: SECOND,
            faults_off_at: faults_off.filter(|_| settings.faults_off_last_ns > 0),
            fed_up_at,
            end_at: None,
        })
    }

    /// Plays until the feeding is over and the belt is empty, or until a signal.
    #[must_use]
    pub fn play(mut self) -> Played<L> {
        self.say_ready();
        self.wait_for_controller();
        while !self.stopped() && !self.is_over() {
            self.act();
            self.listen();
            self.milestones();
            wait(&self.ports, self.idle());
        }
        self.linger();
        Played { at: self.pace.now(), lateness_ms_max: self.pace.worst_ms(), bytes: self.bytes(), line: self.line }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn is_over(&self) -> bool {
        self.end_at.is_some_and(|end| self.line.finished() || self.pace.now() >= end)
    }

    fn say_ready(&mut self) {
        let ports = self.roles.iter().cloned().zip(self.ports.iter().map(|port| port.link().display().to_string()));
        (self.say)(&Said::Ready { seed: self.settings.seed, ports: ports.collect() });
    }

    /// Time stands still until the controller speaks; its first bytes reach the line at time 0.
    fn wait_for_controller(&mut self) {
        let mut buffer = [0; 4096];
        while !self.stopped() {
            wait(&self.ports, WAIT);
            for index in 0..self.ports.len() {
                let length = self.ports[index].read(&mut buffer);
                if length > 0 {
                    self.line.begin();
                    self.pace = Pace::start();
                    (self.say)(&Said::Begun);
                    self.notice_opening(0);
                    self.line.host_wrote(0, index, &buffer[..length]);
                    return;
                }
            }
        }
    }

    /// Does everything that is due, one instant after the other.
    fn act(&mut self) {
        while let Some(due) = self.line.next_event_at()
            && due <= self.pace.now()
        {
            let mut sink = TtySink { ports: &mut self.ports, roles: &self.roles, say: &mut *self.say };
            self.line.advance(due, &mut sink);
            self.pace.done(due);
        }
    }

    /// Takes what the host wrote, and sees which ports it has open.
    fn listen(&mut self) {
        let now = self.pace.now();
        self.notice_opening(now);
        let mut buffer = [0; 4096];
        for (index, port) in self.ports.iter_mut().enumerate() {
            port.flush();
            let length = port.read(&mut buffer);
            if length > 0 {
                self.line.host_wrote(now, index, &buffer[..length]);
            }
        }
    }

    fn notice_opening(&mut self, now: u64) {
        for (index, port) in self.ports.iter().enumerate() {
            // That a port which was pulled out is not open any more is nobody's deed.
            let (plugged, open) = (port.fd().is_some(), port.is_open());
            if open != self.open[index] {
                self.open[index] = open;
                if plugged {
                    self.line.host_has(now, index, open);
                }
            }
        }
    }

    fn milestones(&mut self) {
        let now = self.pace.now();
        let at_s = seconds(now);
        if self.faults_off_at.take_if(|at| *at <= now).is_some() {
            self.line.stop_faults(now);
            (self.say)(&Said::FaultsOff { at_s });
        }
        if self.fed_up_at.take_if(|at| *at <= now).is_some() {
            self.line.stop_parcels(now);
            self.end_at = Some(now + EMPTYING_NS);
            (self.say)(&Said::FedUp { at_s });
        }
        if now >= self.progress_at {
            self.progress_at = now - now % SECOND + SECOND;
            let say = &mut *self.say;
            self.line.look_at_files(now, &mut |text| say(&Said::Note { text }));
            self.say_progress(now);
        }
    }

    fn say_progress(&mut self, now: u64) {
        let bytes = self.bytes();
        let lateness_ms_max = self.pace.worst_ms();
        let progress = Progress { at_s: seconds(now), bytes, lateness_ms_max, ..self.line.progress(now) };
        (self.say)(&Said::Progress(progress));
    }

    fn idle(&self) -> Duration {
        let due = self.line.next_event_at().unwrap_or(u64::MAX);
        Duration::from_nanos(due.saturating_sub(self.pace.now())).min(WAIT)
    }

    fn linger(&mut self) {
        (self.say)(&Said::Over { at_s: seconds(self.pace.now()) });
        let begin = Instant::now();
        while begin.elapsed() < LINGER && self.open.contains(&true) {
            wait(&self.ports, Duration::from_millis(10));
            self.listen();
        }
    }

    fn bytes(&self) -> BTreeMap<String, PortCounts> {
        self.roles.iter().cloned().zip(self.ports.iter().map(PtyPort::counts)).collect()
    }
}

/// The world's voice on the ttys.
struct TtySink<'a> {
    ports: &'a mut [PtyPort],
    roles: &'a [String],
    say: &'a mut dyn FnMut(&Said),
}

impl LineSink for TtySink<'_> {
    fn to_host(&mut self, _at: u64, port: usize, bytes: &[u8]) {
        if let Some(port) = self.ports.get_mut(port) {
            port.send(bytes);
        }
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        let (Some(tty), Some(role)) = (self.ports.get_mut(port), self.roles.get(port)) else { return };
        if !present {
            tty.unplug();
        } else if let Err(error) = tty.plug() {
            (self.say)(&Said::Note { text: format!("port {role} cannot be plugged in again: {error}") });
        }
        (self.say)(&Said::Port { at_s: seconds(at), role: role.clone(), present });
    }

    /// Another process is nothing that the devices could kill; whoever started it can.
    fn kill(&mut self, _at: u64, _down_ns: u64) {}

    fn happened(&mut self, at: u64, kind: Kind, _number: u64, content: &[u8]) {
        if kind == Kind::Strike {
            let text = String::from_utf8_lossy(content);
            let (kind, text) = words::strike(&text).unwrap_or_else(|| ("strike".to_owned(), text.into_owned()));
            (self.say)(&Said::Strike { at_s: seconds(at), kind, text });
        }
    }
}

fn seconds(at: u64) -> f64 {
    Duration::from_nanos(at).as_secs_f64()
}
