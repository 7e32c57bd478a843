//! One item before the rules: what they look at, and what they have found so far.

use crate::flights::Candidates;
use crate::items::{Item, Slot};
use crate::limits::ALTERNATIVES;
use crate::output::{Outlet, Reason, Rejected};
use crate::parcels::Parcel;
use crate::records::FlightKey;
use crate::state::Core;

/// What the rules look at.
pub(super) struct Case<'c> {
    pub(super) slot: Slot,
    pub(super) item: &'c Item,
    /// Its parcel, if it is tied to exactly one.
    pub(super) parcel: Option<&'c Parcel>,
    /// Flights that all rules up to here have let through.
    pub(super) candidates: Candidates,
    /// There was no flight to begin with.
    pub(super) without_flight: bool,
    pub(super) finding: Finding,
}

/// What the rules have found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) code: Reason,
    pub(super) flight: Option<FlightKey>,
    pub(super) moved_from: Option<(FlightKey, Reason)>,
    pub(super) outlet: Outlet,
    pub(super) rejected: heapless::Vec<Rejected, ALTERNATIVES>,
}

impl Finding {
    /// True if it says exactly what is in force already.
    pub(super) fn is_in_force(&self, item: &Item) -> bool {
        item.decided
            && (self.code, self.outlet) == (item.code, item.outlet)
            && (self.flight, self.moved_from) == (item.flight, item.moved_from)
    }

    /// There is no further pass for a code.
    pub(super) fn pass_on(&mut self, code: Reason) {
        // There is room for all that one decision can look at.
        let _ = self.rejected.push(Rejected { outlet: Outlet::AnotherPass, why: code });
    }

    /// An outlet was looked at and not taken.
    pub(super) fn reject(&mut self, chute: u16, why: Reason) {
        // There is room for all that one decision can look at.
        let _ = self.rejected.push(Rejected { outlet: Outlet::Chute(chute), why });
    }
}

impl Core {
    /// The case of an item.
    pub(super) fn case(&self, slot: Slot) -> Option<Case<'_>> {
        let item = self.items.get(slot)?;
        let parcel = item.identity.parcel().and_then(|parcel| self.parcels.get(parcel));
        let candidates = parcel.map_or_else(Candidates::new, |parcel| self.candidates_of(parcel));
        let without_flight = candidates.is_empty();
        let finding = Finding {
            code: Reason::Trk,
            flight: None,
            moved_from: None,
            outlet: Outlet::EndOfLine,
            rejected: heapless::Vec::new(),
        };
        Some(Case { slot, item, parcel, candidates, without_flight, finding })
    }

    /// The flights that come into question for a parcel.
    pub(super) fn candidates_of(&self, parcel: &Parcel) -> Candidates {
        self.flights.candidates(parcel.flight.as_ref(), parcel.destination)
    }
}
