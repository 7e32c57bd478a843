//! The simulated line of `sortie-world` as a drive sees it: world, host systems and oracle in one.

use super::controller::{FeedFile, FeedLine, Told};
use super::judge::Judge;
use super::line::{Heard, Line, LineSink};
use super::liveness::{Liveness, Step};
use super::sheets::parcel_of;
use super::trace::Kind;
use super::wall::{self, Beyond, WallClock};
use crate::report::Collector;
use sortie_core::output::Alarm;
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_world::events::{ParcelNo, Physical, Strike, StrikeKind};
use sortie_world::feed::{Fed, FedFile, Feed};
use sortie_world::files::{LineFile, PlanFile};
use sortie_world::scenario::Scenario;
use sortie_world::setup::Setup;
use sortie_world::upset::Upset;
use sortie_world::{World, WorldSink};
use std::io::Write;

const HOUR_NS: u64 = 3_600_000_000_000;
/// However bad the faults, no run takes more than so many times its planned time and this much on top.
const SLOWEST: u64 = 4;
const SPARE_NS: u64 = HOUR_NS / 4;
/// A run that goes on without its faults has them for no longer than so many times its planned time, and this on top.
const STORM_LONGEST: u64 = 2;
const STORM_SPARE_NS: u64 = HOUR_NS / 60;

/// Why a line cannot be built.
pub type NoLine = Box<dyn std::error::Error + Send + Sync>;

/// World, host systems and oracle.
pub struct SimLine {
    world: World,
    feed: Feed,
    judge: Judge,
    began: bool,
    now: u64,
    latest: u64,
    wall: WallClock,
    liveness: Liveness,
    board_port: Option<usize>,
    lead_um: i64,
    um_per_count: i64,
    /// Diverts that were ordered since the host systems last heard of any.
    aims: Vec<Aim>,
    /// However bad the faults, they stop then.
    storm_ends: u64,
    /// When the faults stopped, and how many parcels had come by then.
    stormed: (u64, u64),
    text: Vec<u8>,
    /// Collects for a report, if one was asked for.
    collector: Option<Box<Collector>>,
}

/// A divert that waits with the board for a parcel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aim {
    parcel: ParcelNo,
    count: u32,
}

impl SimLine {
    /// The line of a scenario, and the text of its `line.toml`.
    ///
    /// # Errors
    /// If the scenario names a device that does not exist.
    pub fn new(scenario: &Scenario, seed: u64, parcels: u64) -> Result<(Self, String), NoLine> {
        let (scenario, clocks_moved) = &wall::at_a_change(scenario, seed, parcels);
        let feed = Feed::new(scenario, seed, parcels);
        let text = feed.line_toml(&|role| format!("/dev/serial/by-id/{role}"));
        let file: LineFile = toml::from_str(&text)?;
        let setup = Setup::of(&file, scenario)?;
        let judge = Judge::hurried(&file, scenario.start_utc_ms(), scenario.run.utc_speed, feed.flights());
        let mut world = World::new(setup, seed, parcels, Box::new(feed.catalogue().clone()));
        if let Some(at) = *clocks_moved {
            world.strike_at(at, StrikeKind::DaylightSaving);
        }
        let planned = parcels * HOUR_NS / u64::from(scenario.traffic.parcels_per_hour.max(1));
        let liveness = Liveness::new(&file, scenario);
        let line = Self {
            world,
            feed,
            judge,
            began: false,
            now: 0,
            latest: SLOWEST * planned + SPARE_NS + 2 * liveness.course_ns(),
            wall: WallClock::new(scenario),
            liveness,
            lead_um: file.lead_um(),
            um_per_count: file.line.um_per_count.into(),
            board_port: file.ports.iter().position(|port| port.role == file.board.port),
            aims: Vec::new(),
            storm_ends: STORM_LONGEST * planned + STORM_SPARE_NS,
            stormed: (0, 0),
            text: Vec::with_capacity(256),
            collector: None,
        };
        Ok((line, text))
    }

    /// Collects for a report from now on.
    pub(crate) fn collect(&mut self, collector: Collector) {
        self.collector = Some(Box::new(collector));
    }

    /// What was collected, if anybody asked for it.
    pub(crate) fn take_collected(&mut self) -> Option<Box<Collector>> {
        self.collector.take()
    }

    /// Lets the host systems know how far committed diverts are off.
    fn tell_aims(&mut self) {
        let Self { world, feed, now, lead_um, um_per_count, aims, .. } = self;
        for Aim { parcel, count } in aims.drain(..) {
            let left = i64::from(count.wrapping_sub(world.count()).cast_signed()) * *um_per_count - *lead_um;
            feed.aimed(*now, parcel, left, world.speed());
        }
    }

    /// What has to happen once the faults are off. Says whether they go off just now.
    fn look_after_faults(&mut self) -> bool {
        if !self.liveness.is_wanted() {
            return false;
        }
        // Faults may hold the line up as long as they like; the parcels that have not come by then do not come.
        if self.now >= self.storm_ends && self.liveness.is_storm() {
            self.world.stop_parcels();
        }
        let (sorted, missed) = (self.judge.calm().sorted, self.judge.calm().missed);
        let step = self.liveness.step(self.now, &self.world, sorted, missed);
        let stops = step == Step::StopFaults;
        match step {
            Step::Wait => {}
            Step::StopFaults => {
                self.feed.calm_down(self.now);
                self.stormed = (self.now, self.world.fed());
                self.world.stop_faults();
            }
            Step::StopParcels => self.world.stop_parcels(),
            Step::FeedGood(parcels) => {
                self.act();
                self.judge.calm_begins(self.now);
                self.world.feed_good(parcels);
            }
            Step::Act => self.act(),
        }
        stops
    }

    /// Whoever looks after the line does what the alarms ask for.
    fn act(&mut self) {
        for alarm in self.liveness.alarms() {
            match alarm {
                // Whoever finds something stuck waits until it has been taken away.
                Alarm::ChuteJammed(chute) if self.world.is_stuck(chute) => {}
                Alarm::ChuteJammed(chute) => self.feed.clear_jam(chute),
                Alarm::SensorSuspect(_)
                | Alarm::IndexLost(_)
                | Alarm::EncoderFault
                | Alarm::WeigherSilent(_)
                | Alarm::BoardSilent
                | Alarm::Jam(_)
                | Alarm::EmergencyStop
                | Alarm::JournalFailed
                | Alarm::NoPlan
                | Alarm::ScannerOutOfStep(_)
                | Alarm::ParcelsFull
                | Alarm::PullsFull => {}
            }
        }
        if self.liveness.alarms().next().is_some() {
            self.world.acknowledge_alarms();
        }
    }

    /// Parcels of the run, and the time that they took to come, ns; all so far if they still come.
    #[must_use]
    pub fn storm(&self) -> (u64, u64) {
        if self.liveness.is_storm() { (self.world.fed(), self.now) } else { (self.stormed.1, self.stormed.0) }
    }

    /// World and judge, for the summary.
    #[must_use]
    pub fn into_parts(mut self) -> (World, Judge) {
        let (looked, mut wrong) = self.liveness.findings();
        if self.liveness.is_wanted() && !self.liveness.is_over() {
            wrong.push((self.now, "the run took too long to come to its end".to_owned()));
        }
        self.judge.liveness(looked, wrong);
        (self.world, self.judge)
    }
}

impl Line for SimLine {
    fn next_event_at(&self) -> Option<u64> {
        self.world.next_event_at()
    }

    fn advance(&mut self, to: u64, sink: &mut impl LineSink) -> u64 {
        let Self { world, judge, text, aims, collector, feed, wall, .. } = self;
        let (collector, beyond) = (collector.as_deref_mut(), Some(Beyond { feed, wall }));
        self.now = world.advance(to, &mut Pass { sink, judge, text, aims, collector, beyond });
        judge.on_belt(self.now, world.on_belt());
        if !self.aims.is_empty() {
            self.tell_aims();
        }
        if self.look_after_faults() {
            sink.upset(self.now, &Upset::DiskSound);
        }
        self.now
    }

    fn host_wrote(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.world.from_host(at, port, bytes);
    }

    /// A device does not know whether anybody listens; whoever looks after the line does.
    fn host_has(&mut self, at: u64, port: usize, open: bool) {
        if self.board_port == Some(port) {
            self.judge.board_heard(at, open);
        }
        self.liveness.port(port, open);
    }

    fn ports(&self) -> usize {
        self.world.ports().len()
    }

    fn utc_ms(&self, at: u64) -> i64 {
        self.wall.utc_ms(at)
    }

    fn next_feed_at(&self) -> Option<u64> {
        Some(if self.began { self.feed.next_at() } else { 0 })
    }

    fn feed(&mut self, at: u64, to: &mut dyn FnMut(FeedLine<'_>)) {
        let Self { world, feed, judge, began, .. } = self;
        judge.moment(at, world.count());
        let mut pass = |fed: Fed<'_>| {
            match &fed.fact {
                Some(fact) => judge.fact(at, fact),
                // A plan that cannot be read is the controller's to refuse; the old one stays in force.
                None if fed.file == FedFile::Plan => {
                    drop(toml::from_str(fed.text).map(|plan: PlanFile| judge.plan(at, &plan)));
                }
                None => {}
            }
            to(FeedLine { file: file(fed.file), text: fed.text });
        };
        if !std::mem::replace(began, true) {
            feed.begin(&mut pass);
        }
        feed.due(at, world.due(), &mut pass);
    }

    fn stop_faults(&mut self, _at: u64) {
        self.world.stop_faults();
    }

    fn stop_parcels(&mut self, _at: u64) {
        self.world.stop_parcels();
    }

    fn finished(&self) -> bool {
        let all_done = if self.liveness.is_wanted() { self.liveness.is_over() } else { self.world.finished() };
        all_done || self.now >= self.latest
    }

    #[inline(always)]
    fn heard(&mut self, at: u64, heard: Heard<'_>) {
        match heard {
            Heard::Told(Told::PullOpened { pull, parcel, .. }) => {
                if let Some(parcel) = parcel_of(parcel) {
                    self.feed.pull_opened(at, pull, parcel);
                }
            }
            Heard::Told(Told::PullClosed { pull }) => self.feed.pull_closed(pull),
            Heard::Told(Told::Alarm { alarm, raised }) => self.liveness.alarm(alarm, raised),
            // It tells anew which alarms it has.
            Heard::Restarted(_) => self.liveness.restarted(),
            Heard::Told(_)
            | Heard::Durable(_)
            | Heard::Released(_)
            | Heard::Decided(_)
            | Heard::Booked(_)
            | Heard::Telegram(..)
            | Heard::StreamBegins
            | Heard::Commanded(_)
            | Heard::Queue(..) => {}
        }
        self.judge.heard(at, heard);
    }
}

/// Hears the world; passes on what the judge and a drive have to know.
pub(crate) struct Pass<'a, S> {
    pub(crate) sink: &'a mut S,
    pub(crate) judge: &'a mut Judge,
    pub(crate) text: &'a mut Vec<u8>,
    pub(crate) aims: &'a mut Vec<Aim>,
    pub(crate) collector: Option<&'a mut Collector>,
    /// Hosts and clock, where they are simulated too.
    pub(crate) beyond: Option<Beyond<'a>>,
}

impl<S: LineSink> WorldSink for Pass<'_, S> {
    fn to_host(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.sink.to_host(at, port, bytes);
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        self.sink.port(at, port, present);
    }

    fn kill_controller(&mut self, at: u64, down_ns: u64) {
        self.sink.kill(at, down_ns);
    }

    fn upset(&mut self, at: u64, upset: &Upset) -> bool {
        let Some(beyond) = &mut self.beyond else { return false };
        beyond.upset(at, upset, self.judge, self.sink)
    }

    fn physical(&mut self, at: u64, event: &Physical) {
        self.judge.physical(at, event);
        if let Some(collector) = &mut self.collector {
            let (counts, tally) = self.judge.so_far();
            collector.physical(at, event, counts, tally);
        }
        if let Physical::Aimed { parcel: Some(parcel), count, .. } = *event {
            self.aims.push(Aim { parcel, count });
        }
        self.text.clear();
        event.say(self.text);
        self.sink.happened(at, Kind::Physical, 0, self.text);
    }

    fn filled(&mut self, at: u64, chute: u16, pieces: u32) {
        if let Some(collector) = &mut self.collector {
            collector.filled(at, chute, pieces);
        }
    }

    fn told(&mut self, at: u64, number: u32, telegram: BoardTelegram) {
        self.judge.numbered(at, number, telegram);
    }

    fn obeyed(&mut self, at: u64, telegram: &HostTelegram) {
        self.judge.obeyed(at, telegram);
    }

    fn ordered(&mut self, output: u16, count: u32) {
        self.judge.ordered(output, count);
    }

    fn acknowledged(&mut self, at: u64, number: u32) {
        self.judge.acknowledged(at, number);
    }

    fn strike(&mut self, at: u64, strike: &Strike) {
        self.judge.strike(at, strike);
        if let Some(collector) = &mut self.collector {
            collector.strike(at, strike);
        }
        self.text.clear();
        // Writing to memory does not fail.
        let _ = write!(self.text, "{strike}");
        self.sink.happened(at, Kind::Strike, u64::from(strike.id), self.text);
    }

    fn pauses(&self) -> bool {
        self.sink.pauses()
    }
}

fn file(file: FedFile) -> FeedFile {
    match file {
        FedFile::Plan => FeedFile::Plan,
        FedFile::Flights => FeedFile::Flights,
        FedFile::Parcels => FeedFile::Parcels,
        FedFile::Holds => FeedFile::Holds,
        FedFile::Orders => FeedFile::Orders,
    }
}
