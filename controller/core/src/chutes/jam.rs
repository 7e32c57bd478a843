//! A jammed chute: its confirm sensor stays blocked, or its confirms stay away.

use crate::outputs::Outputs;
use crate::state::Core;

/// What speaks for a jam.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Jam {
    /// Host time from which the blocked confirm sensor is timed.
    blocked_since: Option<u64>,
    /// Discharges in a row in whose confirm window no edge came.
    missing: u8,
    /// Jammed until a whole pulse or somebody says otherwise: so many of them, or a sensor that was blocked for long when its
    /// word was lost.
    until_pulse: bool,
    /// The confirm sensor became active after that.
    pulse: bool,
    /// The alarm stands.
    pub(super) alarmed: bool,
}

impl Jam {
    /// What the sensor showed is not known any more. What stood before it may stand there still.
    fn sensor_unknown(&mut self, jammed: bool) {
        self.until_pulse |= jammed;
        self.blocked_since = None;
        self.pulse = false;
    }

    fn end_missing(&mut self) {
        (self.missing, self.until_pulse, self.pulse) = (0, false, false);
    }
}

impl Core {
    /// True while a chute is jammed.
    pub(crate) fn jammed(&self, chute: usize) -> bool {
        self.chutes[chute].jam.until_pulse || self.jam_deadline(chute).is_some_and(|deadline| self.now >= deadline)
    }

    /// Telegrams are missing: the board does not tell anew whether something stands in a confirm sensor.
    pub(super) fn forget_what_blocks(&mut self, chute: usize) {
        let jammed = self.jammed(chute);
        self.chutes[chute].jam.sensor_unknown(jammed);
    }

    /// Host time at which a confirm sensor that is active now makes a jam.
    pub(super) fn jam_deadline(&self, chute: usize) -> Option<u64> {
        let since = self.chutes[chute].jam.blocked_since?;
        (self.plan.jam_blocked_ms > 0).then(|| since + u64::from(self.plan.jam_blocked_ms) * 1_000_000)
    }

    /// The confirm sensor turned. A whole pulse shows that it works and that the way past it is free.
    pub(super) fn jam_pulse(&mut self, chute: usize, active: bool, out: &mut Outputs) {
        let jammed = self.jammed(chute);
        let now = self.now;
        let jam = &mut self.chutes[chute].jam;
        jam.blocked_since = active.then_some(now);
        if active {
            jam.pulse = jam.until_pulse;
            self.expect_chute_check(chute);
        } else if jam.pulse {
            jam.end_missing();
        }
        if jammed && !active {
            self.chutes_touched = true;
            self.decide_all(out);
        }
    }

    /// A confirm window was closed over so many discharges. True if that makes a jam.
    pub(super) fn count_missing(&mut self, chute: usize, discharges: u8, edges: bool) -> bool {
        let limit = self.plan.jam_unconfirmed;
        let jam = &mut self.chutes[chute].jam;
        jam.missing = if edges { 0 } else { jam.missing.saturating_add(discharges) };
        let begins = !jam.until_pulse && limit > 0 && jam.missing >= limit;
        jam.until_pulse |= begins;
        self.chutes_touched |= begins;
        begins
    }

    /// Somebody cleared a jam, and both counts start anew.
    pub(super) fn clear_jam(&mut self, chute: usize, out: &mut Outputs) {
        let now = self.now;
        let jam = &mut self.chutes[chute].jam;
        jam.end_missing();
        jam.blocked_since = jam.blocked_since.map(|_| now);
        self.expect_chute_check(chute);
        self.chutes_touched = true;
        self.decide_all(out);
    }

    /// Somebody saw to all chutes whose confirms stayed away.
    pub(crate) fn acknowledge_jams(&mut self, out: &mut Outputs) {
        let mut ended = false;
        for state in &mut self.chutes {
            ended |= state.jam.until_pulse;
            state.jam.end_missing();
        }
        if ended {
            self.chutes_touched = true;
            self.decide_all(out);
        }
    }
}
