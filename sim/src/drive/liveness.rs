//! After the storm: the faults stop, and the line has to come back by itself and with what its people are told to do.
//!
//! 1. *storm*: the parcels of the run come, with every fault that is on
//! 2. *clearing*: the faults are off and nothing comes. Once the belt runs and all is plugged in, it has to empty within
//!    two transits and ten seconds, with every port open at the controller. A ring whose reject outlet is full waits for
//!    whoever empties it, and the time is counted from then; on a line with a return conveyor, where all of an outlet's
//!    chutes may be full, from when the last item left; so it is on a ring while some lie against each other, since one
//!    stroke takes one of them and its next comes a turn later
//! 3. *good*: parcels come that any line can sort, until so many were to be sorted; 99 in a hundred have to be
//! 4. *settling*: whoever looks after the line has done what each alarm asks for, and none is left

use sortie_core::output::Alarm;
use sortie_world::World;
use sortie_world::files::LineFile;
use sortie_world::scenario::Scenario;
use sortie_world::setup::Operators;
use std::collections::BTreeSet;

const S: u64 = 1_000_000_000;
/// Beside two transits, ns.
const SPARE_NS: u64 = 10 * S;
/// What struck last has run its course after this, ns: an emergency stop with people at the belt, a stop that the controller
/// asked for. Where people take long, later: see [`course_ns`].
const COURSE_NS: u64 = 300 * S;
/// An alarm has to end within this after what it asks for was done, ns.
const SETTLE_NS: u64 = 5 * S;
/// Somebody comes for an alarm within this, ns.
const COMES_NS: u64 = 5 * S;
/// An item is off the belt when it is so far beyond the last PEC, µm; about.
const EXIT_UM: u64 = 1_500_000;
/// At most so many parcels come for each good one that is wanted: not every record lets its parcel be sorted.
const FED_FOR_EACH: u64 = 8;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Storm,
    Clearing(Clearing),
    Good { until: u64, left: u64 },
    Settling { since: u64, asked: bool },
    Over,
}

/// How far the line has come in emptying itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clearing {
    /// When the faults were switched off; with a reject outlet that is full, when it was seen last that items left.
    since: u64,
    riding: usize,
    /// From when on nothing stood in its way.
    sound_at: Option<u64>,
    /// Some lie against each other, and leave a ring one at each pass.
    together: bool,
}

/// What somebody has to do now, or what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Wait,
    /// Switch every fault off.
    StopFaults,
    /// Let good parcels come, as many as this at most, and count from now on.
    FeedGood(u64),
    /// No more parcels.
    StopParcels,
    /// Do what the alarms ask for.
    Act,
}

/// Watches over what has to happen when the faults are off.
#[derive(Clone, Debug)]
pub(super) struct Liveness {
    phase: Phase,
    /// Good parcels that have to be sorted; 0: the run ends with its parcels.
    wanted: u64,
    transit_ns: u64,
    course_ns: u64,
    returns: bool,
    reject_chute: Option<u16>,
    alarms: BTreeSet<Alarm>,
    /// When somebody last did what they ask for.
    acted_at: u64,
    open: Vec<bool>,
    /// What was found wrong: when, and in words.
    wrong: Vec<(u64, String)>,
    looked: u64,
}

/// What struck last has run its course after this at the latest, ns: a piece may be stuck while its people are on a break.
fn course_ns(people: &Operators) -> u64 {
    let break_s = if people.break_every_min > 0 { people.break_s } else { 0 };
    let slowest_s = u64::from(break_s) + u64::from(people.clear_max_s) + u64::from(people.end_clear_max_s);
    COURSE_NS.max(COURSE_NS / 2 + slowest_s * S)
}

impl Liveness {
    pub(super) fn new(line: &LineFile, scenario: &Scenario) -> Self {
        let last_um = line.pecs.iter().map(|pec| pec.position_mm).max().unwrap_or(0).unsigned_abs() * 1000;
        let travel_ns = |um: u64| um * 1_000_000 / u64::from(line.line.speed_mm_s.max(1));
        // Who may make several passes may make them all, and on a ring one more to the reject outlet.
        let all_passes_ns = if let Some(ring) = &line.ring {
            let turn_um = u64::from(ring.carriers) * ring.carrier_pitch_mm.unsigned_abs() * 1000;
            travel_ns(turn_um) * (u64::from(ring.passes_max) + 1)
        } else {
            let returns = u64::from(line.line.return_passes_max);
            travel_ns(last_um + EXIT_UM) * (returns + 2) + u64::from(scenario.line.return_s) * S * returns
        };
        Self {
            phase: Phase::Storm,
            wanted: scenario.run.calm_parcels.into(),
            transit_ns: all_passes_ns / 2,
            course_ns: course_ns(&scenario.operators),
            returns: line.line.return_passes_max > 0,
            reject_chute: line.ring.as_ref().map(|ring| ring.reject_chute),
            alarms: BTreeSet::new(),
            acted_at: 0,
            open: vec![false; line.ports.len()],
            wrong: Vec::new(),
            looked: 0,
        }
    }

    /// How long what struck last may be at work, ns.
    pub(super) fn course_ns(&self) -> u64 {
        self.course_ns
    }

    /// True if the run goes on after its parcels.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted > 0
    }

    pub(super) fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// True while the parcels of the run come.
    pub(super) fn is_storm(&self) -> bool {
        self.phase == Phase::Storm
    }

    pub(super) fn alarm(&mut self, alarm: Alarm, raised: bool) {
        if raised {
            self.alarms.insert(alarm);
        } else {
            self.alarms.remove(&alarm);
        }
    }

    /// Another process runs, and knows of no alarm yet.
    pub(super) fn restarted(&mut self) {
        self.alarms.clear();
    }

    pub(super) fn port(&mut self, port: usize, open: bool) {
        if let Some(known) = self.open.get_mut(port) {
            *known = open;
        }
    }

    /// Alarms that are raised.
    pub(super) fn alarms(&self) -> impl Iterator<Item = Alarm> {
        self.alarms.iter().copied()
    }

    /// What was looked at, and what was found wrong.
    pub(super) fn findings(&mut self) -> (u64, Vec<(u64, String)>) {
        (std::mem::take(&mut self.looked), std::mem::take(&mut self.wrong))
    }

    /// Time has come on to `at`; of the good parcels `sorted` were sorted and `missed` were not.
    pub(super) fn step(&mut self, at: u64, world: &World, sorted: u64, missed: u64) -> Step {
        match self.phase {
            Phase::Storm if self.wanted > 0 && world.left() == 0 => {
                self.phase =
                    Phase::Clearing(Clearing { since: at, riding: world.riding(), sound_at: None, together: false });
                Step::StopFaults
            }
            Phase::Clearing(clearing) => self.clear(at, world, clearing),
            Phase::Good { until, left } => self.sort(at, world, until, left, (sorted, missed)),
            Phase::Settling { since, asked } => self.settle(at, world, since, asked),
            Phase::Storm | Phase::Over => Step::Wait,
        }
    }

    fn clear(&mut self, at: u64, world: &World, mut clearing: Clearing) -> Step {
        let shut = self.open.iter().filter(|open| !**open).count();
        let riding = world.riding();
        let is_full = self.reject_chute.is_some_and(|chute| world.is_full(chute));
        clearing.sound_at = if world.is_sound() && !is_full { clearing.sound_at.or(Some(at)) } else { None };
        let one_left = riding < clearing.riding;
        clearing.riding = clearing.riding.min(riding);
        if one_left && is_full {
            clearing.since = at;
        }
        if one_left && (self.returns || clearing.together) {
            clearing.sound_at = clearing.sound_at.map(|_| at);
        }
        clearing.together = self.reject_chute.is_some() && world.has_body_of_several();
        self.phase = Phase::Clearing(clearing);
        if clearing.sound_at.is_some_and(|since| at > since + 2 * self.transit_ns + SPARE_NS) {
            self.looked += 1;
            if riding > 0 || shut > 0 {
                self.wrong
                    .push((at, format!("the faults are off, and {riding} items still ride; {shut} ports are shut")));
            }
            return self.go_good(at);
        }
        if clearing.sound_at.is_none() && at > clearing.since + self.course_ns {
            self.looked += 1;
            let what = if is_full { "nobody empties the reject outlet" } else { "the belt does not come to run" };
            self.wrong.push((at, format!("the faults are off, and {what}")));
            self.phase = Phase::Over;
        }
        // What is to leave at an outlet that counts as jammed comes round until somebody has seen to it.
        if self.returns { self.answer_alarms(at) } else { Step::Wait }
    }

    /// Somebody comes for what is raised.
    fn answer_alarms(&mut self, at: u64) -> Step {
        if self.alarms.is_empty() || at < self.acted_at + COMES_NS {
            return Step::Wait;
        }
        self.acted_at = at;
        Step::Act
    }

    fn go_good(&mut self, at: u64) -> Step {
        let left = self.wanted * FED_FOR_EACH;
        // At the slowest rate a parcel a second, and most of them good.
        self.phase = Phase::Good { until: at + left * S + 2 * self.transit_ns + SPARE_NS, left };
        Step::FeedGood(left)
    }

    fn sort(&mut self, at: u64, world: &World, until: u64, left: u64, (sorted, missed): (u64, u64)) -> Step {
        let enough = sorted + missed >= self.wanted;
        if enough && world.left() > 0 {
            return Step::StopParcels;
        }
        let ended = world.left() == 0 && world.riding() == 0;
        if !ended && at < until {
            return self.answer_alarms(at);
        }
        self.looked += 2;
        if !enough {
            let fed = left - world.left();
            self.wrong.push((
                at,
                format!("of {fed} parcels after the faults, only {sorted} were sorted, and nothing says why"),
            ));
        } else if sorted * 100 < (sorted + missed) * 99 {
            let good = sorted + missed;
            self.wrong
                .push((at, format!("of {good} good parcels after the faults, {missed} did not reach their chute")));
        }
        self.phase = Phase::Settling { since: at, asked: false };
        Step::Wait
    }

    fn settle(&mut self, at: u64, world: &World, since: u64, asked: bool) -> Step {
        if self.alarms.is_empty() {
            self.looked += 1;
            self.phase = Phase::Over;
        } else if at >= since + if world.is_sound() { SETTLE_NS } else { self.course_ns } {
            if !asked {
                self.phase = Phase::Settling { since: at, asked: true };
                return Step::Act;
            }
            self.looked += 1;
            let left: Vec<String> = self.alarms.iter().map(|alarm| format!("{alarm:?}")).collect();
            self.wrong
                .push((at, format!("what they ask for was done, and these alarms are left: {}", left.join(", "))));
            self.phase = Phase::Over;
        }
        Step::Wait
    }
}
