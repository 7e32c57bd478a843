//! The oracle: judges where every parcel ended, from the records that were fed, the plan, `line.toml` and physics.
//!
//! It shares nothing with the controller and never hears what the controller believes about a parcel. One file holds
//! one check; [`Oracle::physical`] hands every event to those that it concerns.

mod allowed;
mod belt;
mod book;
mod clock;
mod dated;
mod holds;
mod items;
mod manifests;
mod measures;
mod plans;
mod pulls;
mod s1_places;
mod s2_missort;
mod s3_held;
mod s4_full;
mod s5_fires;
mod s6_durable;
mod s7_restart;
mod s8_queues;
mod s9_frames;
mod tally;
mod touched;
mod undetectable;
mod unexplained;

pub use holds::Holds;
pub use manifests::{Fate, Listed, Sheet};
pub use measures::{Histogram, Measures};
pub use s7_restart::Restart;
pub use s8_queues::Queue;
pub use tally::{Check, Finding, Tally};

use crate::events::{ItemId, Physical, Strike, StrikeKind};
use crate::feed::{Fact, FlightNo};
use crate::files::{LineFile, PlanFile};
use belt::Belt;
use book::Book;
use items::{Items, Place};
use manifests::Manifests;
use pulls::Pulls;
use s4_full::Chutes;
use s5_fires::Fires;
use s9_frames::Telegrams;
use std::collections::BTreeMap;

/// A divert is committed at most so long before it is made, ns.
const COMMIT_NS: u64 = 1_000_000_000;

/// Whoever finds the disk full tries again after half a second; with what is under way then, ns.
const RETRY_NS: u64 = 600_000_000;

/// The judge of a run.
#[derive(Clone, Debug)]
pub struct Oracle {
    tally: Tally,
    belt: Belt,
    book: Book,
    items: Items,
    chutes: Chutes,
    fires: Fires,
    durable: u64,
    /// When that was heard of last.
    durable_at: u64,
    telegrams: Telegrams,
    measures: Measures,
    /// Pieces in the chutes of each flight.
    flight_pieces: Vec<u32>,
    counts: Counts,
    /// Passes that a ring allows; 0 on a line with two ends.
    passes_max: u8,
    holds: Holds,
    pulls: Pulls,
    manifests: Manifests,
    /// When the count of a delivery was last told; `u64::MAX` for never.
    moment: u64,
    strikes: BTreeMap<StrikeKind, (u64, u64)>,
    /// Items without a parcel that ended where they should not.
    foreign_ends: u64,
}

/// What became of the parcels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Distinct parcels that were inducted.
    pub parcels: u64,
    /// Of them, in a flight chute that allowed them.
    pub sorted: u64,
    /// In an exception chute, by the code that the plan gives it; at the end of line as `END`.
    pub exceptions: BTreeMap<String, u64>,
    /// In a chute that did not allow them, without excuse.
    pub missorts: u64,
    /// In a chute that did not allow them, by what excuses it.
    pub undetectable: BTreeMap<&'static str, u64>,
    /// Taken off by someone.
    pub removed: u64,
    /// Should have been sorted, and nothing explains why they were not.
    pub unexplained: u64,
    /// Of the unexplained, those that could have gone into any of their flight's chutes all the time.
    pub missed: u64,
    /// Should have been sorted, but a neighbour had crept nearer than the smallest legal gap.
    pub crowded: u64,
    /// On a ring: items that came round at least once.
    pub recirculated: u64,
    /// Of these, those that came to the last pass that the line allows.
    pub last_pass: u64,
}

impl Oracle {
    /// A judge for a line. `start_utc_ms` is UTC at time 0.
    #[must_use]
    pub fn new(line: &LineFile, start_utc_ms: i64) -> Self {
        Self::hurried(line, start_utc_ms, 1)
    }

    /// The same where UTC runs so many times as fast as the line.
    #[must_use]
    pub fn hurried(line: &LineFile, start_utc_ms: i64, utc_speed: u32) -> Self {
        Self {
            tally: Tally::default(),
            belt: Belt::new(line),
            book: Book::new(start_utc_ms, utc_speed),
            items: Items::new(line),
            chutes: Chutes::default(),
            fires: Fires::new(line),
            durable: 0,
            durable_at: 0,
            telegrams: Telegrams::default(),
            measures: Measures::new(line),
            flight_pieces: Vec::new(),
            counts: Counts::default(),
            passes_max: line.ring.as_ref().map_or(line.line.return_passes_max, |ring| ring.passes_max),
            holds: Holds::default(),
            pulls: Pulls::default(),
            manifests: Manifests::default(),
            moment: u64::MAX,
            strikes: BTreeMap::new(),
            foreign_ends: 0,
        }
    }

    /// A plan was delivered at `at`; `flight` numbers a flight's key.
    pub fn plan(&mut self, at: u64, plan: &PlanFile, flight: &dyn Fn(&str) -> Option<FlightNo>) {
        self.book.plan(at, plan, flight);
    }

    /// The encoder's count at `at`, when records are about to be delivered. Where nobody knows the moment of delivery
    /// so exactly, this is not told, and holds are judged by what the windows leave open.
    pub fn moment(&mut self, at: u64, count: u32) {
        self.look_at_pulls(at);
        self.belt.sample(at, count);
        self.moment = at;
    }

    /// A record was delivered at `at`.
    pub fn fact(&mut self, at: u64, fact: &Fact) {
        // A parcel of which a host says so while it still rides is here all the same.
        if !matches!(*fact, Fact::Departed { parcel } if self.items.rides(parcel)) {
            self.book.fact(at, fact);
        }
        match *fact {
            Fact::Hold { parcel, .. } => self.hold_came(at, parcel),
            Fact::Found { parcel } => self.taken_out(at, parcel),
            Fact::Flight { .. } | Fact::Parcel { .. } | Fact::Departed { .. } | Fact::Chute { .. } => {}
        }
    }

    /// From `at` on the computer's clock is off by `off_ms`.
    pub fn clock_set(&mut self, at: u64, off_ms: i64) {
        self.book.clock_set(at, off_ms);
    }

    /// The journal's disk takes nothing from `at` to `until`.
    pub fn disk_full(&mut self, at: u64, until: u64) {
        self.telegrams.disk_full(at, until);
        self.chutes.without_disk(at, until);
        self.items.without_disk(at, until);
    }

    /// A sync that is under way at `at` takes until `until`.
    pub fn disk_stalled(&mut self, at: u64, until: u64) {
        self.items.without_disk(at, until);
    }

    /// Something truly happened.
    pub fn physical(&mut self, at: u64, event: &Physical) {
        match *event {
            Physical::Entered { item, parcel, position, length, gap, weight_g, readable } => {
                self.entered(at, item, items::Newcomer { parcel, position, length, gap, weight_g, readable });
            }
            Physical::AtPec { item, sensor, count } => {
                self.belt.sample(at, count);
                self.items.seen(item, sensor, count, &self.belt);
                self.measures.pace(at, count);
            }
            Physical::Scanned { item, scanner, read } => {
                self.items.scanned(at, item, read);
                self.measures.scan(scanner, read);
            }
            Physical::Aimed { item, chute, count, .. } => {
                if let Some(item) = self.items.get_mut(item) {
                    (item.aim, item.aimed_at) = (Some((chute, count)), at);
                }
            }
            Physical::Fired { output, count } => {
                self.belt.sample(at, count);
                self.fires.fired(at, output, count);
            }
            Physical::Turned { item, length } => self.items.turned(item, length),
            Physical::Discharged { item, chute, count, .. } => self.discharged(at, item, chute, count),
            Physical::CameRound { item } => {
                let pass = self.items.came_round(item, &self.belt);
                self.counts.recirculated += u64::from(pass == 2);
                self.counts.last_pass += u64::from(pass == self.passes_max);
            }
            Physical::EndOfLine { item } => {
                self.ended(at, item, Place::EndOfLine);
                self.manifests.ended(at);
            }
            Physical::Removed { item } => self.ended(at, item, Place::Removed),
            Physical::Full { chute, full, .. } => self.chutes.full(at, chute, full),
            Physical::Stuck { chute, stuck } => self.chutes.stuck(at, chute, stuck),
            Physical::Change { chute, step } => self.chutes.change(at, chute, step),
            Physical::Belt { up, .. } => {
                self.items.belt(at, up);
                if up {
                    self.manifests.starts(at);
                } else {
                    self.manifests.stops(at);
                }
                self.measures.belt(at);
            }
            Physical::Weigher { sound } => self.items.weigher(sound),
            Physical::Eye { sensor, sound } => self.items.eye(sensor, sound),
            Physical::BoardStarted { .. } => self.board_started(at),
            Physical::CountsReset { leap } => {
                self.items.restart(&self.belt);
                self.belt.restart();
                self.items.leapt(leap);
                self.fires.leapt(leap);
                self.measures.belt(at);
            }
        }
    }

    fn board_started(&mut self, at: u64) {
        self.items.restart(&self.belt);
        self.belt.restart();
        self.telegrams.restart();
        self.fires.restart();
        self.chutes.restart();
        self.measures.belt(at);
    }

    fn entered(&mut self, at: u64, item: ItemId, newcomer: items::Newcomer) {
        let items::Newcomer { parcel, length, gap, weight_g, .. } = newcomer;
        self.s1_enter(at, item);
        self.items.enter(at, item, newcomer, &self.belt);
        if let Some(parcel) = parcel {
            self.counts.parcels += 1;
            let booked = self.book.parcel_now(parcel).map(|state| state.says);
            self.measures.enter(length, gap, weight_g, booked);
        }
    }

    /// A fault struck.
    pub fn strike(&mut self, at: u64, strike: &Strike) {
        let counts = self.strikes.entry(strike.kind).or_default();
        counts.0 += 1;
        counts.1 += u64::from(strike.effective);
        if strike.effective {
            self.items.strike(at, strike, &self.belt);
            self.manifests.strike(at, strike.kind);
        }
    }

    /// Every input of the controller up to `number` is durable.
    #[inline]
    pub fn durable(&mut self, at: u64, number: u64) {
        // Whoever comes back says once more what he has found.
        if number > self.durable {
            self.durable_at = at;
        }
        self.durable = self.durable.max(number);
        self.telegrams.durable(number);
    }

    /// A fire that input `cause` led to was given to the wire.
    #[inline]
    pub fn released(&mut self, at: u64, cause: u64) {
        self.s6_released(at, cause);
    }

    /// What has to happen once the faults are off was looked at so often; what was found wrong, and when.
    pub fn liveness(&mut self, looked: u64, wrong: Vec<(u64, String)>) {
        for _ in 0..looked.saturating_sub(wrong.len() as u64) {
            self.tally.judge(Check::Liveness, true, 0, None, String::new);
        }
        for (at, text) in wrong {
            self.tally.judge(Check::Liveness, false, at, None, || text.clone());
        }
    }

    /// The run is over. Balances the items once more.
    pub fn finish(&mut self, at: u64) {
        self.look_at_pulls(u64::MAX);
        self.s1_balance(at);
    }

    /// The checks, violations and findings.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What became of the parcels.
    #[must_use]
    #[inline]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Items with a parcel that still ride.
    #[must_use]
    pub fn riding(&self) -> u64 {
        self.items.parcels_riding()
    }

    /// Parcels inducted so far.
    #[must_use]
    pub fn inducted(&self) -> u64 {
        self.counts.parcels
    }

    /// When the holds came.
    #[must_use]
    pub fn holds(&self) -> Holds {
        let Pulls { pulled, .. } = self.pulls;
        Holds { pulled, unconfirmed_elsewhere: self.manifests.unconfirmed_elsewhere, ..self.holds }
    }

    /// Strikes and effective strikes by fault.
    #[must_use]
    pub fn strikes(&self) -> &BTreeMap<StrikeKind, (u64, u64)> {
        &self.strikes
    }

    /// What was measured of the traffic.
    #[must_use]
    pub fn measures(&self) -> &Measures {
        &self.measures
    }

    #[inline(never)]
    fn discharged(&mut self, at: u64, item: u32, chute: u16, count: u32) {
        self.belt.sample(at, count);
        if !self.s1_leave(at, item, Place::Chute(chute)) {
            return;
        }
        self.s5_discharged(at, item, chute, count);
        let mut commit = self.belt.commit(at, chute, count, self.items.entered_at(item));
        // While telegrams come late, a fire may be ordered after that and still be made: what was known by then counts.
        let aimed_at = self.items.get(item).filter(|item| item.aim.is_some_and(|(aimed, _)| aimed == chute));
        commit.to = aimed_at.map_or(commit.to, |item| commit.to.max(item.aimed_at.min(at)));
        self.s4_discharged(at, item, chute, commit);
        self.s3_discharged(at, item, chute, commit);
        self.s2_discharged(at, item, chute, commit);
        self.items.leave(item);
    }

    #[inline(never)]
    fn ended(&mut self, at: u64, item: u32, place: Place) {
        if !self.s1_leave(at, item, place) {
            return;
        }
        if self.items.parcel(item).is_some() {
            self.lies(at, item, None, None);
            if place == Place::EndOfLine {
                *self.counts.exceptions.entry("END".to_owned()).or_default() += 1;
                self.not_sorted(at, item);
            } else {
                self.counts.removed += 1;
            }
        }
        if place == Place::Removed {
            self.items.vacate(item, &self.belt);
        }
        self.items.leave(item);
    }
}
