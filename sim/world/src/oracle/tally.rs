//! How often each invariant was looked at, and what was found.

use std::collections::BTreeMap;

/// Findings that are kept word by word.
const FINDINGS_MAX: usize = 20;

/// The invariants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Every item is in exactly one place.
    S1,
    /// No parcel in a chute that does not allow it.
    S2,
    /// No parcel that was held in time in a flight chute.
    S3,
    /// Nothing into a chute that was known full or disabled.
    S4,
    /// At most one discharge for each fire, and none unasked.
    S5,
    /// No fire before its causes are durable.
    S6,
    /// A restart is a replay.
    S7,
    /// Queues stay within their bounds.
    S8,
    /// No corrupt frame is taken from a checked link.
    S9,
    /// A hold that came too late is on the pull list, with the place in which the parcel lies.
    Pulls,
    /// A manifest lists what is there, and nothing else.
    Manifests,
    /// When the faults stop, the line comes back.
    Liveness,
}

impl Check {
    /// Every check, in order.
    pub const ALL: [Self; 12] = [
        Self::S1,
        Self::S2,
        Self::S3,
        Self::S4,
        Self::S5,
        Self::S6,
        Self::S7,
        Self::S8,
        Self::S9,
        Self::Pulls,
        Self::Manifests,
        Self::Liveness,
    ];

    /// `S1` to `S9`, `pulls`, `manifests`, `liveness`.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "pulls", "manifests", "liveness"][self as usize]
    }
}

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check; `None` for a parcel that nothing explains.
    pub check: Option<Check>,
    /// Virtual time, nanoseconds.
    pub at: u64,
    /// The item it is about.
    pub item: Option<u32>,
    /// What is wrong.
    pub text: String,
}

/// The count of all checks.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    looked: [u64; Check::ALL.len()],
    violations: BTreeMap<Check, u64>,
    findings: Vec<Finding>,
    unexplained: Vec<Finding>,
}

impl Tally {
    /// Counts a look at an invariant; if it does not hold, that is a finding.
    #[inline]
    pub(super) fn judge(&mut self, check: Check, holds: bool, at: u64, item: Option<u32>, text: impl Fn() -> String) {
        self.looked[check as usize] += 1;
        if !holds {
            self.found(check, at, item, &text);
        }
    }

    #[cold]
    fn found(&mut self, check: Check, at: u64, item: Option<u32>, text: &dyn Fn() -> String) {
        *self.violations.entry(check).or_default() += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { check: Some(check), at, item, text: text() });
        }
    }

    /// Keeps the first parcels that nothing explains, for people to look at.
    pub(super) fn unexplained(&mut self, at: u64, item: u32, text: impl Fn() -> String) {
        if self.unexplained.len() < FINDINGS_MAX {
            self.unexplained.push(Finding { check: None, at, item: Some(item), text: text() });
        }
    }

    /// How often an invariant was looked at.
    #[must_use]
    pub fn looked(&self, check: Check) -> u64 {
        self.looked[check as usize]
    }

    /// Violations of one invariant.
    #[must_use]
    pub fn violations_of(&self, check: Check) -> u64 {
        self.violations.get(&check).copied().unwrap_or(0)
    }

    /// Violations of all invariants; missorts (S2) are counted on their own.
    #[must_use]
    pub fn violations(&self) -> u64 {
        self.violations.iter().filter(|(check, _)| **check != Check::S2).map(|(_, count)| count).sum()
    }

    /// The first findings.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The first parcels that should have been sorted.
    #[must_use]
    pub fn unexplained_findings(&self) -> &[Finding] {
        &self.unexplained
    }
}
