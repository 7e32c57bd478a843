//! What a report needs and a summary does not hold, collected while a run goes on, in bounded room.

use super::margins::Margins;
use super::moments::{Moments, Worth};
use super::timeline::{Sums, Timeline};
use sortie_world::events::{Physical, Strike};
use sortie_world::files::LineFile;
use sortie_world::oracle::{Counts, Tally};
use sortie_world::summary::FindingLine;
use std::collections::BTreeMap;

/// Items that went off at one outlet, by what they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    /// Parcels in a chute of their flight.
    pub(super) sorted: u64,
    /// Parcels in an exception outlet.
    pub(super) exceptions: u64,
    /// Without excuse in a chute that did not allow them.
    pub(super) missorts: u64,
    /// The same, where no controller could know.
    pub(super) undetectable: u64,
    /// Items that no host knows of, where they may be.
    pub(super) unknown: u64,
}

/// Hears what happens on the line.
#[derive(Clone, Debug)]
pub struct Collector {
    /// Places of the PECs by sensor, µm.
    places: BTreeMap<u16, i64>,
    /// A fire is committed so many counts before its target.
    lead: i64,
    known: Flow,
    sums: Sums,
    /// The run over time.
    pub(super) timeline: Timeline,
    /// Items by chute.
    pub(super) flows: BTreeMap<u16, Flow>,
    /// Items at the end of line.
    pub(super) end: Flow,
    /// How early the board had the fires.
    pub(super) margins: Margins,
    /// What to look at closely.
    pub(super) moments: Moments,
}

impl Collector {
    /// Nothing has happened on this line yet.
    #[must_use]
    pub fn new(line: &LineFile) -> Self {
        let chutes = line.chutes.iter().map(|chute| chute.number);
        Self {
            places: line.pecs.iter().map(|pec| (pec.sensor, pec.position_mm * 1000)).collect(),
            lead: line.lead_um() / i64::from(line.line.um_per_count.max(1)),
            known: Flow::default(),
            sums: Sums::default(),
            timeline: Timeline::new(chutes.clone()),
            flows: chutes.map(|chute| (chute, Flow::default())).collect(),
            end: Flow::default(),
            margins: Margins::default(),
            moments: Moments::default(),
        }
    }

    /// Something happened, and the oracle has judged it.
    pub fn physical(&mut self, at: u64, event: &Physical, counts: &Counts, tally: &Tally) {
        self.timeline.reach(at);
        self.moments.physical(at, event, &self.places);
        match *event {
            Physical::Entered { .. } | Physical::CameRound { .. } => drop(self.count(counts)),
            Physical::Discharged { chute, .. } => {
                let came = self.count(counts);
                if let Some(flow) = self.flows.get_mut(&chute) {
                    add(flow, came);
                }
            }
            Physical::EndOfLine { .. } => {
                let came = self.count(counts);
                add(&mut self.end, came);
            }
            Physical::Aimed { ahead, .. } => self.margins.add(i64::from(ahead) - self.lead),
            Physical::Full { chute, full, .. } => self.timeline.full(chute, full),
            Physical::AtPec { .. }
            | Physical::Scanned { .. }
            | Physical::Fired { .. }
            | Physical::Turned { .. }
            | Physical::Removed { .. }
            | Physical::Stuck { .. }
            | Physical::Change { .. }
            | Physical::Belt { .. }
            | Physical::BoardStarted { .. }
            | Physical::Weigher { .. }
            | Physical::Eye { .. }
            | Physical::CountsReset { .. } => {}
        }
        self.look_for_wrong(at, tally);
    }

    /// A fault struck.
    pub fn strike(&mut self, at: u64, strike: &Strike) {
        if !strike.effective {
            return;
        }
        self.moments.strike(at, strike.kind);
        if self.moments.wants(Worth::Strike) {
            let items: Vec<u32> = strike.items.into_iter().filter(|item| *item != 0).collect();
            let text = format!("the first strike of a fault that had an effect: {}", strike.kind.name());
            self.moments.remark(Worth::Strike, at, items, text);
        }
    }

    /// So many pieces lie in a chute now.
    pub fn filled(&mut self, at: u64, chute: u16, pieces: u32) {
        self.timeline.reach(at);
        self.timeline.filled(chute, pieces);
    }

    /// The run is over, at `at`.
    pub fn finish(&mut self, at: u64, findings: &[FindingLine]) {
        self.timeline.reach(at);
        self.moments.finish();
        // What only the last balance has shown.
        if let Some(wrong) = findings.iter().find(|finding| finding.check != "unexplained") {
            let text = format!("found wrong at the end, {}: {}", wrong.check, wrong.text);
            self.moments.remark(Worth::Wrong, at, wrong.item.into_iter().collect(), text);
        }
    }

    fn look_for_wrong(&mut self, at: u64, tally: &Tally) {
        if tally.findings().is_empty() || !self.moments.wants(Worth::Wrong) {
            return;
        }
        if let Some(first) = tally.findings().first() {
            let check = first.check.map_or("", |check| check.name());
            let text = format!("the first thing that is wrong, {check}: {}", first.text);
            self.moments.remark(Worth::Wrong, at, first.item.into_iter().collect(), text);
        }
    }

    /// Takes the oracle's counts; says what has come since it was last asked, as the flow of one outlet.
    fn count(&mut self, counts: &Counts) -> Flow {
        let exceptions: u64 = counts.exceptions.values().sum();
        let undetectable: u64 = counts.undetectable.values().sum();
        let now = Flow { sorted: counts.sorted, exceptions, missorts: counts.missorts, undetectable, unknown: 0 };
        let before = std::mem::replace(&mut self.known, now);
        self.sums = Sums {
            parcels: counts.parcels,
            sorted: counts.sorted,
            exceptions,
            recirculated: counts.recirculated,
            wrong: counts.missorts + undetectable,
        };
        self.timeline.count(self.sums);
        let came = Flow {
            sorted: now.sorted - before.sorted,
            exceptions: now.exceptions - before.exceptions,
            missorts: now.missorts - before.missorts,
            undetectable: now.undetectable - before.undetectable,
            unknown: 0,
        };
        Flow { unknown: u64::from(came == Flow::default()), ..came }
    }

    /// The sums at the end.
    #[must_use]
    pub(super) fn sums(&self) -> Sums {
        self.sums
    }
}

fn add(flow: &mut Flow, came: Flow) {
    flow.sorted += came.sorted;
    flow.exceptions += came.exceptions;
    flow.missorts += came.missorts;
    flow.undetectable += came.undetectable;
    flow.unknown += came.unknown;
}
