//! What others may see of the core: screens, statistics, the link to the board. Nothing here changes anything.

use crate::flights::Flight;
use crate::output::{Alarm, Reason};
use crate::records::FlightKey;
use crate::state::{Core, Totals};

impl Core {
    /// The board time to echo in a beat, or `None` while the board must not fire.
    #[must_use]
    pub fn may_beat(&self) -> Option<u32> {
        if !self.belt.link_up || self.reconciliation.open() { None } else { self.belt.echo_ms() }
    }

    /// Boot number of the board and the sequence number of the next telegram that is needed from it.
    #[must_use]
    pub fn resume_point(&self) -> Option<(u32, u32)> {
        Some((self.belt.boot?, self.belt.next_seq))
    }

    /// Flights on file, by key.
    #[must_use]
    pub fn flights(&self) -> &[Flight] {
        self.flights.list()
    }

    /// Chutes that the plan in use gives a flight.
    #[must_use]
    pub fn chutes_of(&self, flight: &FlightKey) -> &[u16] {
        self.plan.chutes_of(flight)
    }

    /// Chutes in the order of the line: number, pieces fired into it, blocked because full.
    pub fn chute_states(&self) -> impl Iterator<Item = (u16, u32, bool)> {
        self.geometry
            .chutes()
            .iter()
            .zip(&self.chutes)
            .map(|(chute, state)| (chute.number, state.pieces, state.blocked))
    }

    /// Items on the belt.
    #[must_use]
    pub fn riding(&self) -> usize {
        self.items.len()
    }

    /// Parcels on file.
    #[must_use]
    pub fn parcels_on_file(&self) -> usize {
        self.parcels.len()
    }

    /// Alarms that stand.
    #[must_use]
    pub fn alarms(&self) -> &[Alarm] {
        &self.alarms
    }

    /// Totals.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Items that ended with each code, in the order of the rules.
    pub fn ended_by_code(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL.into_iter().zip(self.by_code)
    }

    /// Version of the plan in use; 0 before the first.
    #[must_use]
    pub fn plan_version(&self) -> u32 {
        self.plan.version
    }

    /// Encoder count, extended to 64 bits.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.belt.count
    }

    /// UTC as last heard, milliseconds since 1970; `None` before the first.
    #[must_use]
    pub fn utc_ms(&self) -> Option<i64> {
        (self.flights.utc_ms() != i64::MIN).then_some(self.flights.utc_ms())
    }
}
