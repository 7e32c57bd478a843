//! The line of an operator's folder: geometry, records and plan as the files say, parcels from the scenario's traffic.

use super::play::PlayedLine;
use super::say::Progress;
use crate::drive::calm::Calm;
use crate::drive::controller::FeedLine;
use crate::drive::judge::Judge;
use crate::drive::line::{Heard, Line, LineSink};
use crate::drive::sim_line::{NoLine, Pass};
use sortie_world::World;
use sortie_world::events::{Strike, StrikeKind};
use sortie_world::feed::{Fact, Registry};
use sortie_world::files::{Files, HoldLine};
use sortie_world::scenario::Scenario;
use sortie_world::setup::{Faults, Setup};
use sortie_world::summary::{RunFacts, Summary};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Parcels never run out; the time does.
const PARCELS: u64 = 1 << 40;
/// A controller reads its files some time after they were written; until then the old state is allowed too.
const HOLD_GRACE_NS: u64 = 2_000_000_000;

/// A line whose files somebody else wrote.
pub struct FolderLine {
    world: World,
    board_port: usize,
    /// The board's port was opened, so that closing it means something.
    attended: bool,
    registry: Registry,
    judge: Judge,
    files: Files,
    /// What the files say; the judge gets it when time begins.
    facts: Vec<Fact>,
    faults: Faults,
    holds: Appended,
    start_utc_ms: Option<i64>,
    text: Vec<u8>,
}

impl FolderLine {
    /// Reads the folder of `config`; gives also role and path of each port.
    ///
    /// # Errors
    /// If a file cannot be read, or names a device that cannot be simulated.
    pub fn new(config: &Path, scenario: &Scenario, seed: u64) -> Result<(Self, Vec<(String, PathBuf)>), NoLine> {
        let files = Files::read(config)?;
        let mut scenario = scenario.clone();
        // Whoever started the controller can kill it; the devices cannot, nor have they its disk, its clock or its hosts.
        let of_others = |kind: StrikeKind| kind == StrikeKind::ControllerKilled || kind.is_beyond_the_line();
        scenario.faults.retain(|kind, _| !of_others(*kind));
        let mut facts = Vec::new();
        let registry = Registry::of_files(&files, &mut |fact| facts.push(fact));
        let world = World::new(Setup::of(&files.line, &scenario)?, seed, PARCELS, Box::new(registry.clone()));
        let folder = config.parent().unwrap_or(Path::new("."));
        let port = |role: &str, path: &str| (role.to_owned(), folder.join(path));
        let ports = files.line.ports.iter().map(|table| port(&table.role, &table.path)).collect();
        let holds = Appended { path: files.holds.clone(), read: 0 };
        let judge = Judge::new(&files.line, 0, registry.flights());
        let (faults, text) = (scenario.faults, Vec::new());
        let (board_port, attended, start_utc_ms) = (world.board_port(), false, None);
        let line =
            Self { world, board_port, attended, registry, judge, files, facts, faults, holds, start_utc_ms, text };
        Ok((line, ports))
    }

    /// A fault strikes at this time too. False if it is off or has no time of its own.
    pub fn strike_at(&mut self, at: u64, kind: StrikeKind) -> bool {
        self.world.strike_at(at, kind)
    }

    /// The verdict at the end, and how it went once the faults were off; `run` says what the oracle cannot know.
    #[must_use]
    pub fn finish(self, at: u64, run: RunFacts) -> (Summary, Calm) {
        let calm = self.judge.calm().clone();
        (self.judge.finish(at, &self.faults, run), calm)
    }
}

impl Line for FolderLine {
    fn next_event_at(&self) -> Option<u64> {
        self.world.next_event_at()
    }

    fn advance(&mut self, to: u64, sink: &mut impl LineSink) -> u64 {
        let Self { world, judge, text, .. } = self;
        // Whoever writes the holds does not know where the items are.
        let beyond = None;
        world.advance(to, &mut Pass { sink, judge, text, aims: &mut Vec::new(), collector: None, beyond })
    }

    fn host_wrote(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.world.from_host(at, port, bytes);
    }

    /// A device does not know whether anybody listens. The oracle may: whoever closes the board's port while it is
    /// plugged in has ended, by whatever hand, and what rides is disturbed by that.
    fn host_has(&mut self, at: u64, port: usize, open: bool) {
        if port == self.board_port {
            if self.attended && !open {
                let (kind, items) = (StrikeKind::ControllerKilled, [0; 4]);
                self.judge.strike(at, &Strike { id: 0, kind, count: self.world.count(), items, effective: true });
            }
            self.attended = open;
        }
    }

    fn ports(&self) -> usize {
        self.world.ports().len()
    }

    fn utc_ms(&self, at: u64) -> i64 {
        self.start_utc_ms.unwrap_or(0) + (at / 1_000_000).cast_signed()
    }

    /// The files are written by others.
    fn next_feed_at(&self) -> Option<u64> {
        None
    }

    fn feed(&mut self, _at: u64, _to: &mut dyn FnMut(FeedLine<'_>)) {}

    fn stop_faults(&mut self, at: u64) {
        self.judge.calm_begins(at);
        self.world.stop_faults();
    }

    fn stop_parcels(&mut self, _at: u64) {
        self.world.stop_parcels();
    }

    fn finished(&self) -> bool {
        self.world.finished()
    }

    fn heard(&mut self, at: u64, heard: Heard<'_>) {
        self.judge.heard(at, heard);
    }
}

impl PlayedLine for FolderLine {
    /// UTC is now, and the judge learns what the files say.
    fn begin(&mut self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let utc_ms = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        self.start_utc_ms = Some(utc_ms);
        self.judge = Judge::new(&self.files.line, utc_ms, self.registry.flights());
        self.judge.plan(0, &self.files.plan);
        for fact in std::mem::take(&mut self.facts) {
            self.judge.fact(0, &fact);
        }
    }

    fn progress(&self, _at: u64) -> Progress {
        Progress { inducted: self.world.fed(), riding: self.world.riding() as u64, ..self.judge.progress() }
    }

    fn look_at_files(&mut self, at: u64, note: &mut dyn FnMut(String)) {
        for line in self.holds.lines() {
            match serde_json::from_str::<HoldLine>(&line).map(|hold| self.registry.hold(&hold)) {
                Ok(Some(fact)) => self.judge.fact(at + HOLD_GRACE_NS, &fact),
                Ok(None) => note(format!("a hold names a parcel that is not on file: {line}")),
                Err(error) => note(format!("a hold cannot be read: {error}")),
            }
        }
    }
}

/// Whole lines that are appended to a file.
struct Appended {
    path: PathBuf,
    read: u64,
}

impl Appended {
    fn lines(&mut self) -> Vec<String> {
        let Ok(mut file) = File::open(&self.path) else { return Vec::new() };
        if file.seek(SeekFrom::Start(self.read)).is_err() {
            return Vec::new();
        }
        let mut lines = Vec::new();
        let mut reader = BufReader::new(file);
        let mut line = String::new();
        while matches!(reader.read_line(&mut line), Ok(1..)) && line.ends_with('\n') {
            self.read += line.len() as u64;
            lines.push(line.trim().to_owned());
            line.clear();
        }
        lines.retain(|line| !line.is_empty());
        lines
    }
}
