//! What all seeds of a swarm have in common, and whether that is enough.

use super::coverage::{Group, Reached};
use super::draw::Topology;
use super::one::SeedResult;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// From so many seeds on a swarm without coverage fails.
const COVERED_FROM: u64 = 2_000;
/// Everything has to be reached so often.
const REACHED_MIN: u64 = 200;
/// Median traffic, parcels an hour.
const TRAFFIC_MIN: u64 = 8_000;
/// Faults on in a seed, on average, in tenths.
const FAULTS_MIN_TENTHS: u64 = 50;
/// Seeds with a fault at an extreme, per cent.
const EXTREME_MIN: u64 = 10;
/// Parcels sorted over all, per cent.
const SORTED_MIN: u64 = 60;
/// Seeds of each topology, per cent, where there are two.
const TOPOLOGY: (u64, u64) = (40, 60);

/// The sums of a swarm.
#[derive(Clone, Debug, Default)]
pub struct Report {
    seeds: u64,
    parcels: u64,
    sorted: u64,
    unexplained: u64,
    traffic: Vec<u64>,
    faults_on: u64,
    extreme: u64,
    refused: u64,
    topologies: BTreeMap<String, u64>,
    undetectable: BTreeMap<String, u64>,
    checks: BTreeMap<String, u64>,
    reached: Reached,
    failed: Vec<(u64, String)>,
}

impl Report {
    /// Takes a seed.
    pub fn take(&mut self, result: &SeedResult) {
        self.seeds += 1;
        self.parcels += result.parcels;
        self.sorted += result.sorted;
        self.unexplained += result.unexplained;
        self.traffic.push(result.traffic_per_hour);
        self.faults_on += result.faults_on;
        self.extreme += u64::from(result.extreme);
        self.refused += u64::from(result.refused);
        *self.topologies.entry(result.topology.clone()).or_default() += 1;
        for (sums, counts) in [(&mut self.undetectable, &result.undetectable), (&mut self.checks, &result.checks)] {
            counts.iter().for_each(|(name, count)| *sums.entry(name.clone()).or_default() += count);
        }
        self.reached.merge(&result.reached);
        if let Some(broken) = &result.failure {
            self.failed.push((result.seed, broken.check.clone()));
        }
    }

    /// Seeds that broke something.
    #[must_use]
    pub fn failed(&self) -> &[(u64, String)] {
        &self.failed
    }

    /// Seeds so far.
    #[must_use]
    pub fn seeds(&self) -> u64 {
        self.seeds
    }

    /// Parcels so far.
    #[must_use]
    pub fn parcels(&self) -> u64 {
        self.parcels
    }

    /// True if the swarm may be called good: no seed failed, and, if it is large enough, it reached everything.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.failed.is_empty() && (self.seeds < COVERED_FROM || self.missing().is_empty())
    }

    /// What was not reached, in words.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut demand = |holds: bool, text: String| {
            if !holds {
                missing.push(text);
            }
        };
        let (median, sorted) = (self.median_traffic(), self.sorted_percent());
        demand(median >= TRAFFIC_MIN, format!("median traffic {median}/h, wanted {TRAFFIC_MIN}"));
        demand(sorted >= SORTED_MIN, format!("{sorted} % sorted, wanted {SORTED_MIN}"));
        let tenths = self.faults_on * 10 / self.seeds.max(1);
        demand(tenths >= FAULTS_MIN_TENTHS, format!("{}.{} faults on per seed, wanted 5", tenths / 10, tenths % 10));
        let extreme = self.extreme * 100 / self.seeds.max(1);
        demand(extreme >= EXTREME_MIN, format!("{extreme} % of seeds with an extreme fault, wanted {EXTREME_MIN}"));
        for topology in Topology::ALL.iter().filter(|_| Topology::ALL.len() > 1) {
            let share = self.topologies.get(topology.name()).copied().unwrap_or(0) * 100 / self.seeds.max(1);
            let (low, high) = TOPOLOGY;
            demand(
                (low..=high).contains(&share),
                format!("{share} % of seeds {}, wanted {low} to {high}", topology.name()),
            );
        }
        for group in Group::ALL {
            for name in group.all() {
                let count = self.reached.of(group, name);
                demand(
                    count >= REACHED_MIN,
                    format!("{} {name} reached {count} times, wanted {REACHED_MIN}", group.name()),
                );
            }
        }
        missing
    }

    fn median_traffic(&self) -> u64 {
        let mut traffic = self.traffic.clone();
        traffic.sort_unstable();
        traffic.get(traffic.len() / 2).copied().unwrap_or(0)
    }

    fn sorted_percent(&self) -> u64 {
        self.sorted * 100 / self.parcels.max(1)
    }

    fn groups(&self) -> impl Iterator<Item = (&'static str, BTreeMap<&'static str, u64>)> {
        let counts =
            move |group: Group| group.all().into_iter().map(move |name| (name, self.reached.of(group, name))).collect();
        Group::ALL.into_iter().map(move |group| (group.name(), counts(group)))
    }

    /// All figures.
    #[must_use]
    pub fn json(&self) -> Value {
        let failed: Vec<Value> =
            self.failed.iter().map(|(seed, check)| json!({ "seed": seed, "check": check })).collect();
        json!({
            "seeds": self.seeds,
            "parcels": self.parcels,
            "sorted": self.sorted,
            "unexplained": self.unexplained,
            "median_traffic_per_hour": self.median_traffic(),
            "faults_on": self.faults_on,
            "extreme_seeds": self.extreme,
            "refused_geometries": self.refused,
            "topologies": self.topologies,
            "undetectable": self.undetectable,
            "checks": self.checks,
            "reached": self.groups().collect::<BTreeMap<_, _>>(),
            "missing": self.missing(),
            "coverage_demanded": self.seeds >= COVERED_FROM,
            "failed": failed,
        })
    }

    /// The same for people.
    #[must_use]
    pub fn text(&self) -> String {
        let pairs = |counts: &BTreeMap<String, u64>| {
            let words: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
            if words.is_empty() { "none".to_owned() } else { words.join("  ") }
        };
        let seeds = self.seeds.max(1);
        let mut lines = vec![
            format!("seeds          {}  ({})", self.seeds, pairs(&self.topologies)),
            format!("parcels        {}, median traffic {}/h", self.parcels, self.median_traffic()),
            format!("sorted         {} ({} %)", self.sorted, self.sorted_percent()),
            format!("unexplained    {}", self.unexplained),
            format!("undetectable   {}", pairs(&self.undetectable)),
            format!("checks         {}", pairs(&self.checks)),
            format!(
                "faults on      {:.1} per seed, {} % of seeds with an extreme",
                self.faults_on as f64 / seeds as f64,
                self.extreme * 100 / seeds
            ),
            format!("geometries     {} refused by sortie check and drawn again", self.refused),
        ];
        for (group, counts) in self.groups() {
            let words: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
            lines.push(format!("{group:<14} {}", words.join("  ")));
        }
        let missing = self.missing();
        lines.push(match missing.as_slice() {
            [] => "coverage       met".to_owned(),
            missing if self.seeds < COVERED_FROM => {
                format!("coverage       {} figures not reached yet, demanded from 2,000 seeds on", missing.len())
            }
            missing => format!("coverage       MISSING: {}", missing.join("; ")),
        });
        lines.push(format!("failed         {}", self.failed.len()));
        lines.join("\n")
    }
}
