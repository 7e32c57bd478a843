//! What stands beyond the line in virtual time: the computer's wall clock and the host systems, and what upsets them.

use super::judge::Judge;
use super::line::LineSink;
use sortie_world::events::StrikeKind;
use sortie_world::feed::Feed;
use sortie_world::files::time::{CLOCKS_MOVED_MS, rfc3339};
use sortie_world::random::{between, chance, stream};
use sortie_world::scenario::Scenario;
use sortie_world::upset::Upset;

const HOUR_NS: u64 = 3_600_000_000_000;
const MINUTE_NS: u64 = HOUR_NS / 60;

/// The wall clock of the controller's computer. The hosts live by one that is always right.
#[derive(Clone, Debug)]
pub(super) struct WallClock {
    scenario: Scenario,
    /// How far it is off for good, ms.
    off_ms: i64,
    /// It is off by so much more until somebody puts it right.
    wrong: Option<(u64, i64)>,
}

impl WallClock {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Self { scenario: scenario.clone(), off_ms: 0, wrong: None }
    }

    /// What it shows, milliseconds since 1970.
    pub(super) fn utc_ms(&self, at: u64) -> i64 {
        let wrong = self.wrong.filter(|(until, _)| at < *until).map_or(0, |(_, by_ms)| by_ms);
        self.scenario.utc_ms_at(at) + self.off_ms + wrong
    }

    /// Somebody sets it. False while somebody else still has to put it right.
    fn set(&mut self, at: u64, by_ms: i64, for_ns: Option<u64>, judge: &mut Judge) -> bool {
        if self.wrong.is_some_and(|(until, _)| at < until) {
            return false;
        }
        judge.clock_set(at, self.off_ms + by_ms);
        if let Some(for_ns) = for_ns {
            self.wrong = Some((at + for_ns, by_ms));
            judge.clock_set(at + for_ns, self.off_ms);
        } else {
            self.off_ms += by_ms;
        }
        true
    }
}

/// The scenario as it is run, and when the clocks of the hub are moved in it: where that is on, the run starts so long
/// before one of the two changes of the year that it has them in its first half.
pub(super) fn at_a_change(scenario: &Scenario, seed: u64, parcels: u64) -> (Scenario, Option<u64>) {
    let Some(rate) = scenario.faults.get(&StrikeKind::DaylightSaving).filter(|rate| rate.per_10000 > 0) else {
        return (scenario.clone(), None);
    };
    let mut random = stream(seed, "daylight_saving");
    let (low, high) = rate.size.unwrap_or((1, 8));
    let minutes = between(&mut random, low.into(), high.into()).unsigned_abs();
    let planned_ns = parcels * HOUR_NS / u64::from(scenario.traffic.parcels_per_hour.max(1));
    let at = (minutes * MINUTE_NS).min(planned_ns / 2);
    let change_ms = CLOCKS_MOVED_MS[usize::from(chance(&mut random, 5_000))];
    let mut moved = scenario.clone();
    // Whole seconds, as the files have them.
    let start_ms = (change_ms - moved.utc_passed_ms(at)) / 1000 * 1000;
    moved.run.start_utc = rfc3339(start_ms);
    (moved, Some(at))
}

/// Hosts and clock.
pub(crate) struct Beyond<'a> {
    pub(super) feed: &'a mut Feed,
    pub(super) wall: &'a mut WallClock,
}

impl Beyond<'_> {
    /// Something happens beyond the line. Says whether there was anything that it could happen to.
    #[inline(never)]
    pub(super) fn upset(&mut self, at: u64, upset: &Upset, judge: &mut Judge, sink: &mut impl LineSink) -> bool {
        match *upset {
            Upset::Torn { .. } | Upset::DiskSound => sink.upset(at, upset),
            Upset::DiskFull { for_ns } | Upset::DiskStalled { for_ns } => {
                let done = sink.upset(at, upset);
                if done {
                    judge.disk(at, at + for_ns, matches!(upset, Upset::DiskFull { .. }));
                }
                done
            }
            Upset::ClockSet { by_ms, for_ns } => self.wall.set(at, by_ms, for_ns, judge),
            Upset::ClocksMoved => {
                self.feed.tell_all_flights();
                true
            }
            Upset::HostSilent { for_ns } => {
                self.feed.be_silent(at + for_ns);
                true
            }
            Upset::HostSlow { for_ns, every_ns } => {
                self.feed.be_slow(at + for_ns, every_ns);
                true
            }
            Upset::LateHold { parcel, draw } => self.feed.hold_now(at, parcel, draw),
            Upset::PlanChanged { draw } => {
                self.feed.change_plan_now(draw);
                true
            }
            Upset::FlightCancelled { parcel, for_ns } => self.feed.cancel_flight_of(at, parcel, at + for_ns),
        }
    }
}
