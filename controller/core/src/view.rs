//! What others may see of the core: screens, statistics, the link to the board. Nothing here changes anything.

use crate::flights::Flight;
use crate::output::{Alarm, ChuteStatus, LineState, Reason};
use crate::permits::Held;
use crate::records::{ContainerId, FlightKey};
use crate::state::{Core, Totals};

/// A chute, to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChuteView<'c> {
    /// Its number.
    pub number: u16,
    /// Its state.
    pub status: ChuteStatus,
    /// Pieces fired into it and not revoked since the journal began.
    pub pieces: u32,
    /// The container that is being filled there.
    pub container: Option<ContainerView<'c>>,
}

/// A container that is being filled, to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerView<'c> {
    /// Its number, unique for the life of the journal.
    pub number: u32,
    /// What stands on it; empty if nobody said.
    pub id: &'c ContainerId,
    /// Its change has begun.
    pub closing: bool,
    /// The flight that it is filled for.
    pub flight: Option<&'c FlightKey>,
    /// Pieces fired into it and not revoked.
    pub pieces: u32,
    /// Of them, those whose confirm stayed away.
    pub unconfirmed: u32,
    /// Their weight in grams, measured or declared.
    pub weight_g: u64,
    /// The sum of their lengths in millimetres.
    pub length_mm: u64,
}

impl Core {
    /// The board time to echo in a beat, or `None` while the board must not fire.
    #[must_use]
    #[inline]
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

    /// Chutes in the order of the line.
    pub fn chutes(&self) -> impl Iterator<Item = ChuteView<'_>> {
        self.geometry.chutes().iter().zip(&self.chutes).map(|(chute, state)| ChuteView {
            number: chute.number,
            status: state.told,
            pieces: state.load.pieces,
            container: state.place.container().map(|container| ContainerView {
                number: container.number,
                id: &container.id,
                closing: state.place.is_changing(),
                flight: container.flight.as_ref(),
                pieces: container.content.pieces,
                unconfirmed: container.unconfirmed,
                weight_g: container.content.weight_g,
                length_mm: container.content.length_mm,
            }),
        })
    }

    /// State of the line, as last told.
    #[must_use]
    pub fn line_state(&self) -> LineState {
        self.line_status.told
    }

    /// Why the inductions are held; `None`: they are not.
    #[must_use]
    pub fn inductions_held(&self) -> Option<Held> {
        self.permits.held
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

    /// UTC as it was told last, milliseconds since 1970; `None` before the first. Where the clock was set back, it is earlier
    /// than the one that cut-offs go by.
    #[must_use]
    pub fn told_utc_ms(&self) -> Option<i64> {
        self.told_utc_ms
    }

    /// The latest UTC that was heard, milliseconds since 1970; `None` before the first.
    #[must_use]
    pub fn utc_ms(&self) -> Option<i64> {
        (self.flights.utc_ms() != i64::MIN).then_some(self.flights.utc_ms())
    }
}
