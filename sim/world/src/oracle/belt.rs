//! When the belt was where: counts with their times, and commit counts computed from `line.toml` alone.

use crate::files::LineFile;
use std::collections::VecDeque;

/// Enough for a lead and its slack at the densest traffic.
const SAMPLES: usize = 1_024;

/// Between these two times a discharge was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    /// Whatever came before this had to be obeyed.
    pub(super) from: u64,
    /// Whatever came after this came too late.
    pub(super) to: u64,
    /// Count at `from`.
    pub(super) count: u32,
}

/// Counts of the running board with their times.
#[derive(Clone, Debug)]
pub(super) struct Belt {
    samples: VecDeque<(u64, u32)>,
    um_per_count: i64,
    lead: i64,
    /// By chute number: how far a controller may be off in an item's position, counts.
    slack: Vec<i64>,
}

impl Belt {
    pub(super) fn new(line: &LineFile) -> Self {
        let um_per_count = i64::from(line.line.um_per_count.max(1));
        let mut slack = Vec::new();
        for chute in &line.chutes {
            let seen = line.pecs.iter().map(|pec| pec.position_mm).filter(|at| *at <= chute.position_mm);
            // A lead before the chute the last PEC may be one earlier; the whole lead is counted as distance.
            let distance = (chute.position_mm - seen.max().unwrap_or(0)) * 1000 + line.lead_um();
            let creep = distance * i64::from(line.line.outer_permille) / 1000;
            let base = i64::from(line.line.window_base_mm + line.line.stop_slip_mm) * 1000;
            let number = usize::from(chute.number);
            slack.resize(slack.len().max(number + 1), 0);
            slack[number] = (base + creep) / um_per_count + 1;
        }
        let lead = line.lead_um() / um_per_count + 1;
        Self { samples: VecDeque::with_capacity(SAMPLES), um_per_count, lead, slack }
    }

    pub(super) fn sample(&mut self, at: u64, count: u32) {
        let moved = self.samples.back().is_none_or(|(_, last)| ahead(count, *last) > 0);
        if moved {
            if self.samples.len() == SAMPLES {
                self.samples.pop_front();
            }
            self.samples.push_back((at, count));
        }
    }

    /// Another boot: counts before and after have nothing to do with each other.
    pub(super) fn restart(&mut self) {
        self.samples.clear();
    }

    /// When a discharge at `count` was committed; it cannot have been before `since`.
    pub(super) fn commit(&self, at: u64, chute: u16, count: u32, since: u64) -> Commit {
        let slack = self.slack.get(usize::from(chute)).copied().unwrap_or(0);
        let before = |from: i64| {
            let found = self.samples.iter().rev().find(|(_, sample)| ahead(count, *sample) >= from);
            found.map_or(since, |(time, _)| (*time).max(since))
        };
        let after = |to: i64| {
            let found = self.samples.iter().rev().take_while(|(_, sample)| ahead(count, *sample) <= to);
            found.last().map_or(at, |(time, _)| *time)
        };
        let early = u32::try_from(self.lead + slack).unwrap_or(0);
        Commit {
            from: before(self.lead + slack),
            to: after(self.lead - slack).min(at),
            count: count.wrapping_sub(early),
        }
    }

    /// Travel from a count to the commit count of a divert at `target`, µm; negative behind it.
    pub(super) fn to_commit(&self, count: u32, target: u32) -> i64 {
        (ahead(target, count) - self.lead) * self.um_per_count
    }

    /// The newest count, if the board's counts are known.
    pub(super) fn now(&self) -> Option<u32> {
        self.samples.back().map(|(_, count)| *count)
    }

    /// True if a body whose leading edge was somewhere at `lead` had left there wholly by `until`.
    pub(super) fn has_passed(&self, lead: u32, length: i64, until: u32) -> bool {
        self.travel(lead, until) >= length
    }

    /// Travel from one count to another, µm.
    pub(super) fn travel(&self, from: u32, to: u32) -> i64 {
        ahead(to, from) * self.um_per_count
    }
}

/// How far `count` is ahead of `other`, over the wrap.
fn ahead(count: u32, other: u32) -> i64 {
    i64::from(count.wrapping_sub(other).cast_signed())
}
