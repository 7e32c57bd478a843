//! The oracle as the drives use it, with what only the controller's books can say beside it.

use super::calm::Calm;
use super::controller::{Booked, Told};
use super::line::Heard;
use super::sheets::{self, parcel_of};
use crate::devices::say::Progress;
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_world::events::{Physical, Strike};
use sortie_world::feed::{Fact, FlightNo};
use sortie_world::files::{LineFile, PlanFile};
use sortie_world::oracle::{Counts, Oracle, Tally};
use sortie_world::setup::Faults;
use sortie_world::summary::{RunFacts, Summary};
use std::collections::BTreeMap;

/// Judges a run. What the controller believes goes into the summary's codes, never into the verdict.
pub struct Judge {
    oracle: Oracle,
    flights: BTreeMap<String, FlightNo>,
    unconfirmed: u64,
    end_codes: BTreeMap<&'static str, u64>,
    codes: BTreeMap<&'static str, u64>,
    calm: Calm,
}

impl Judge {
    /// A judge of a line; `flights` are the keys of the flights by number, `start_utc_ms` is UTC at time 0.
    #[must_use]
    pub fn new<'k>(line: &LineFile, start_utc_ms: i64, flights: impl Iterator<Item = &'k str>) -> Self {
        Self::hurried(line, start_utc_ms, 1, flights)
    }

    /// The same where UTC runs so many times as fast as the line.
    #[must_use]
    pub fn hurried<'k>(
        line: &LineFile,
        start_utc_ms: i64,
        utc_speed: u32,
        flights: impl Iterator<Item = &'k str>,
    ) -> Self {
        let numbers = flights.zip(0..).map(|(key, number)| (key.to_owned(), number)).collect();
        Self {
            oracle: Oracle::hurried(line, start_utc_ms, utc_speed),
            flights: numbers,
            unconfirmed: 0,
            end_codes: BTreeMap::new(),
            codes: BTreeMap::new(),
            calm: Calm::default(),
        }
    }

    /// A plan was delivered to the controller.
    pub fn plan(&mut self, at: u64, plan: &PlanFile) {
        let flights = &self.flights;
        self.oracle.plan(at, plan, &|key| flights.get(key).copied());
    }

    /// The encoder's count at `at`: what is delivered then is judged by it.
    pub fn moment(&mut self, at: u64, count: u32) {
        self.oracle.moment(at, count);
    }

    /// A record was delivered to the controller.
    pub fn fact(&mut self, at: u64, fact: &Fact) {
        self.oracle.fact(at, fact);
    }

    /// Something truly happened.
    #[inline]
    pub fn physical(&mut self, at: u64, event: &Physical) {
        let before = (self.oracle.counts().sorted, self.oracle.counts().missed);
        self.oracle.physical(at, event);
        let counts = self.oracle.counts();
        self.calm.physical(event, counts.sorted > before.0, counts.missed > before.1);
    }

    /// The controller has the board's port open from now on, or has it no more.
    pub fn board_heard(&mut self, at: u64, heard: bool) {
        self.oracle.board_heard(at, heard);
    }

    /// From `at` on the computer's clock is off by so much.
    pub fn clock_set(&mut self, at: u64, off_ms: i64) {
        self.oracle.clock_set(at, off_ms);
    }

    /// The controller's disk takes nothing, or takes its time, until `until`.
    pub fn disk(&mut self, at: u64, until: u64, full: bool) {
        if full {
            self.oracle.disk_full(at, until);
        } else {
            self.oracle.disk_stalled(at, until);
        }
    }

    /// A fault struck.
    pub fn strike(&mut self, at: u64, strike: &Strike) {
        self.oracle.strike(at, strike);
    }

    /// The controller did something. Whoever calls this knows what, and it comes several times with every turn.
    #[inline(always)]
    pub fn heard(&mut self, at: u64, heard: Heard<'_>) {
        match heard {
            Heard::Durable(number) => self.oracle.durable(at, number),
            Heard::Released(cause) => self.oracle.released(at, cause),
            Heard::Restarted(restart) => self.oracle.restarted(at, restart),
            Heard::Telegram(input, number, telegram) => self.oracle.taken(at, input, number, &telegram),
            Heard::StreamBegins => self.oracle.stream_begins(),
            Heard::Commanded(telegram) => self.oracle.commanded(telegram),
            Heard::Queue(queue, depth) => self.oracle.queue(at, queue, depth),
            Heard::Booked(Booked::Unconfirmed { .. }) => self.unconfirmed += 1,
            Heard::Booked(Booked::EndOfLine { code, .. }) => *self.end_codes.entry(code).or_default() += 1,
            Heard::Booked(
                Booked::Confirmed { .. } | Booked::Revoked { .. } | Booked::Gone { .. } | Booked::Flushed,
            ) => {}
            Heard::Decided(decided) => *self.codes.entry(decided.code).or_default() += 1,
            Heard::Told(told) => self.told(at, told),
        }
    }

    fn told(&mut self, at: u64, told: Told<'_>) {
        match told {
            Told::PullOpened { pull, parcel, chute, container } => {
                if let Some(parcel) = parcel_of(parcel) {
                    self.oracle.pull_opened(pull, parcel, chute, container);
                }
            }
            Told::PullClosed { pull } => self.oracle.pull_closed(pull),
            Told::ContainerOpened { container, chute } => self.oracle.container_opened(container, chute),
            Told::ContainerClosed { manifest } => {
                self.oracle.container_closed(at, manifest.container, &sheets::manifest(manifest));
            }
            Told::FlightClosed { sheet } => {
                if let Some(number) = self.flights.get(&sheet.flight.to_string()) {
                    self.oracle.flight_closed(at, *number, &sheets::sheet(sheet));
                }
            }
            Told::Answered { .. } | Told::Alarm { .. } => {}
        }
    }

    /// The faults are off from now on.
    pub fn calm_begins(&mut self, at: u64) {
        self.calm.begin(at);
    }

    /// What came since the faults are off.
    #[must_use]
    pub fn calm(&self) -> &Calm {
        &self.calm
    }

    /// What has to happen once the faults are off was looked at so often; what was found wrong, and when.
    pub fn liveness(&mut self, looked: u64, wrong: Vec<(u64, String)>) {
        self.oracle.liveness(looked, wrong);
    }

    /// The board put a telegram into its numbered stream.
    #[inline]
    pub fn numbered(&mut self, at: u64, number: u32, telegram: BoardTelegram) {
        self.oracle.told(at, number, telegram);
    }

    /// The board took a telegram of the host.
    #[inline]
    pub fn obeyed(&mut self, at: u64, telegram: &HostTelegram) {
        self.oracle.obeyed(at, telegram);
    }

    /// The board took an order to fire an output at a count.
    pub fn ordered(&mut self, output: u16, count: u32) {
        self.oracle.ordered(output, count);
    }

    /// So many items lie on the belt.
    #[inline]
    pub fn on_belt(&mut self, at: u64, items: usize) {
        self.oracle.on_belt(at, items);
    }

    /// The host has acknowledged every telegram of the board up to this number.
    #[inline]
    pub fn acknowledged(&mut self, at: u64, number: u32) {
        self.oracle.acknowledged(at, number);
    }

    /// What became of the parcels so far, and what was found wrong.
    #[must_use]
    pub fn so_far(&self) -> (&Counts, &Tally) {
        (self.oracle.counts(), self.oracle.tally())
    }

    /// Where the line stands.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let counts = self.oracle.counts();
        Progress {
            inducted: counts.parcels,
            sorted: counts.sorted,
            exceptions: counts.exceptions.values().sum(),
            missorts: counts.missorts,
            violations: self.oracle.tally().violations(),
            ..Progress::default()
        }
    }

    /// The verdict at the end; `run` says what the oracle cannot know.
    #[must_use]
    pub fn finish(mut self, at: u64, faults: &Faults, run: RunFacts) -> Summary {
        self.oracle.finish(at);
        let named = |counts: &BTreeMap<&'static str, u64>| {
            counts.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect()
        };
        let (end_codes, codes) = (named(&self.end_codes), named(&self.codes));
        let unconfirmed = self.unconfirmed;
        Summary::new(&self.oracle, faults, RunFacts { sim_ns: at, unconfirmed, end_codes, codes, ..run })
    }
}
