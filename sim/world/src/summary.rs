//! The summary of a run: one JSON object for scripts, a few lines for people.

use crate::events::StrikeKind;
use crate::oracle::{Check, Holds, Oracle};
use crate::setup::Faults;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the oracle cannot know of a run.
#[derive(Clone, Debug, Default)]
pub struct RunFacts {
    /// The seed.
    pub seed: u64,
    /// Virtual time at the end, nanoseconds.
    pub sim_ns: u64,
    /// Time from process start to now, seconds.
    pub wall_seconds: f64,
    /// Bytes of each port, both ways together, by role.
    pub bytes: BTreeMap<String, u64>,
    /// Hash over the trace; 0 where there is none.
    pub trace_hash: u64,
    /// Discharges that the controller could not confirm.
    pub unconfirmed: u64,
    /// Items at the end of line in the controller's books, by code.
    pub end_codes: BTreeMap<String, u64>,
    /// Decisions of the controller, by code.
    pub codes: BTreeMap<String, u64>,
}

/// Strikes of one fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StrikeCounts {
    /// All strikes.
    pub strikes: u64,
    /// Those that changed something physical or a byte on a wire.
    pub effective: u64,
}

/// The measured traffic. Lengths and gaps to 10 mm, shares in thousandths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Length: 1st percentile, median, 99th percentile.
    pub length_mm: [u64; 3],
    /// Gap at the entry: 1st percentile, median, 99th percentile.
    pub gap_mm: [u64; 3],
    /// Lightest and heaviest.
    pub weight_g: [u32; 2],
    /// Slowest and fastest belt, stops and ramps left out.
    pub speed_mm_s: [u64; 2],
    /// Read rate by scanner.
    pub read_permille: Vec<u64>,
    /// Parcels with two plates or more.
    pub several_plates_permille: u64,
    /// Share of the busiest flight.
    pub top_flight_permille: u64,
}

/// One thing that should not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingLine {
    /// `S1` to `S9`, or `unexplained`.
    pub check: &'static str,
    /// Seed of the run.
    pub seed: u64,
    /// Virtual time, seconds.
    pub at_s: String,
    /// The item.
    pub item: Option<u32>,
    /// What is wrong.
    pub text: String,
}

/// A run in figures. Every parcel is in exactly one of `sorted`, `exceptions`, `missorts`, `undetectable` and `lost`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// The seed.
    pub seed: u64,
    /// Distinct parcels that were inducted.
    pub parcels: u64,
    /// In an allowed flight chute at the end.
    pub sorted: u64,
    /// In other outlets, by code.
    pub exceptions: BTreeMap<String, u64>,
    /// Decisions of the controller, first and renewed ones, by code: also of items that ended elsewhere.
    pub codes: BTreeMap<String, u64>,
    /// Items that passed again; none on a linear line.
    pub recirculated: u64,
    /// Of these, those that came to the last pass that a loop allows.
    pub last_pass: u64,
    /// Items in a chute that did not allow them, without excuse.
    pub missorts: u64,
    /// Items in a chute that did not allow them, which no controller could know; by kind.
    pub undetectable: BTreeMap<&'static str, u64>,
    /// Discharges that the controller could not confirm.
    pub unconfirmed: u64,
    /// In no outlet: taken off by someone, or still riding.
    pub lost: u64,
    /// Holds on parcels that had been inducted, by when they came.
    pub holds: Holds,
    /// Should have been sorted, and nothing explains why they were not.
    pub unexplained: u64,
    /// Should have been sorted, but a neighbour had crept nearer than the smallest legal gap.
    pub crowded: u64,
    /// Violations of all invariants but S2, which are the missorts.
    pub invariant_violations: u64,
    /// Strikes by fault, for faults that are on or that struck.
    pub faults: BTreeMap<&'static str, StrikeCounts>,
    /// How often each invariant was looked at.
    pub checks: BTreeMap<&'static str, u64>,
    /// Bytes of each port, both ways together.
    pub bytes: BTreeMap<String, u64>,
    /// Parcels per hour of virtual time.
    pub parcels_per_hour: u64,
    /// Virtual time.
    pub sim_seconds: f64,
    /// Time from process start to the summary.
    pub wall_seconds: f64,
    /// Hash over the trace, 16 hexadecimal digits.
    pub trace_hash: String,
    /// What the traffic was like.
    pub traffic: Traffic,
    /// The first things that should not be.
    pub findings: Vec<FindingLine>,
}

impl Summary {
    /// The figures of a run that the oracle has judged.
    #[must_use]
    pub fn new(oracle: &Oracle, faults: &Faults, run: RunFacts) -> Self {
        let counts = oracle.counts();
        let sim_seconds = run.sim_ns as f64 / 1e9;
        let per_hour = u128::from(counts.parcels) * 3_600_000_000_000 / u128::from(run.sim_ns.max(1));
        Self {
            seed: run.seed,
            parcels: counts.parcels,
            sorted: counts.sorted,
            exceptions: exceptions(&counts.exceptions, &run.end_codes),
            recirculated: counts.recirculated,
            last_pass: counts.last_pass,
            codes: run.codes.clone(),
            missorts: counts.missorts,
            undetectable: counts.undetectable.clone(),
            unconfirmed: run.unconfirmed,
            lost: counts.removed + oracle.riding(),
            holds: oracle.holds(),
            unexplained: counts.unexplained,
            crowded: counts.crowded,
            invariant_violations: oracle.tally().violations(),
            faults: strikes(oracle, faults),
            checks: Check::ALL.into_iter().map(|check| (check.name(), oracle.tally().looked(check))).collect(),
            bytes: run.bytes,
            parcels_per_hour: u64::try_from(per_hour).unwrap_or(u64::MAX),
            sim_seconds,
            wall_seconds: run.wall_seconds,
            trace_hash: format!("{:016x}", run.trace_hash),
            traffic: traffic(oracle),
            findings: findings(oracle, run.seed),
        }
    }

    /// Faults that are on and never had an effect.
    #[must_use]
    pub fn idle_faults(&self, faults: &Faults) -> Vec<&'static str> {
        let on = faults.iter().filter(|(_, rate)| rate.per_10000 > 0).map(|(kind, _)| kind.name());
        on.filter(|name| self.faults.get(name).is_none_or(|counts| counts.effective == 0)).collect()
    }

    /// True if nothing was missorted, no invariant was violated, and every fault that is on had an effect.
    #[must_use]
    pub fn is_good(&self, faults: &Faults) -> bool {
        self.missorts == 0 && self.invariant_violations == 0 && self.idle_faults(faults).is_empty()
    }

    /// The same for people.
    #[must_use]
    pub fn text(&self) -> String {
        let permille = self.sorted * 1000 / self.parcels.max(1);
        let mut lines = vec![
            format!("parcels        {} in {:.0} s, {} an hour", self.parcels, self.sim_seconds, self.parcels_per_hour),
            format!("sorted         {} ({}.{} %)", self.sorted, permille / 10, permille % 10),
            format!("exceptions     {}", pairs(self.exceptions.iter())),
            format!("recirculated   {}, {} to the last pass", self.recirculated, self.last_pass),
            format!("missorts       {}", self.missorts),
            format!("undetectable   {}", pairs(self.undetectable.iter())),
            format!("lost           {}", self.lost),
            format!("unexplained    {}", self.unexplained),
            format!("crowded        {}", self.crowded),
            format!("violations     {}", self.invariant_violations),
            format!("checks         {}", pairs(self.checks.iter())),
        ];
        let effect = |counts: &StrikeCounts| format!("{}/{}", counts.effective, counts.strikes);
        let faults: Vec<String> =
            self.faults.iter().map(|(name, counts)| format!("{name} {}", effect(counts))).collect();
        if !faults.is_empty() {
            lines.push(format!("faults         {}", faults.join("  ")));
        }
        lines.push(format!("trace          {}", self.trace_hash));
        for finding in self.findings.iter().filter(|finding| finding.check != "unexplained") {
            let item = finding.item.map_or_else(String::new, |item| format!(", item {item}"));
            lines.push(format!(
                "{} at {} s{item}: {} (seed {})",
                finding.check, finding.at_s, finding.text, finding.seed
            ));
        }
        lines.join("\n")
    }
}

/// The end of line's own codes are the controller's; what its books do not cover stays `END`.
fn exceptions(counts: &BTreeMap<String, u64>, end_codes: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut all = counts.clone();
    let mut left = all.remove("END").unwrap_or(0);
    for (code, count) in end_codes {
        let count = (*count).min(left);
        if count > 0 {
            *all.entry(code.clone()).or_default() += count;
            left -= count;
        }
    }
    if left > 0 {
        all.insert("END".to_owned(), left);
    }
    all
}

fn strikes(oracle: &Oracle, faults: &Faults) -> BTreeMap<&'static str, StrikeCounts> {
    let on = |kind: &StrikeKind| faults.get(kind).is_some_and(|rate| rate.per_10000 > 0);
    let struck = |kind: &StrikeKind| oracle.strikes().get(kind).copied();
    let listed = StrikeKind::ALL.iter().filter(|kind| on(kind) || struck(kind).is_some());
    listed
        .map(|kind| {
            let (strikes, effective) = struck(kind).unwrap_or((0, 0));
            (kind.name(), StrikeCounts { strikes, effective })
        })
        .collect()
}

fn traffic(oracle: &Oracle) -> Traffic {
    let measures = oracle.measures();
    let spread = |histogram: &crate::oracle::Histogram| [10, 500, 990].map(|permille| histogram.quantile_mm(permille));
    let or_zero = |(low, high): (u64, u64)| if low > high { [0, 0] } else { [low, high] };
    let weight = measures.weight_g;
    Traffic {
        length_mm: spread(&measures.length),
        gap_mm: spread(&measures.gap),
        weight_g: if weight.0 > weight.1 { [0, 0] } else { [weight.0, weight.1] },
        speed_mm_s: or_zero(measures.speed_mm_s),
        read_permille: measures.read_permille().collect(),
        several_plates_permille: measures.several_plates_permille(),
        top_flight_permille: measures.top_flight_permille(),
    }
}

fn findings(oracle: &Oracle, seed: u64) -> Vec<FindingLine> {
    let tally = oracle.tally();
    let all = tally.findings().iter().chain(tally.unexplained_findings());
    all.map(|finding| FindingLine {
        check: finding.check.map_or("unexplained", Check::name),
        seed,
        at_s: format!("{}.{:09}", finding.at / 1_000_000_000, finding.at % 1_000_000_000),
        item: finding.item,
        text: finding.text.clone(),
    })
    .collect()
}

fn pairs<'a, K: std::fmt::Display + 'a>(counts: impl Iterator<Item = (K, &'a u64)>) -> String {
    let texts: Vec<String> = counts.map(|(name, count)| format!("{name} {count}")).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join("  ") }
}
