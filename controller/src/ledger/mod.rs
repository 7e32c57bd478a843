//! The ledger: what lies in which container, and what became of each parcel of a flight.
//!
//! It is kept from inputs and records alone, in their order, by whoever has them: `sortie run` beside the core, the
//! command line from a journal, the simulator in virtual time. It decides nothing, and nothing reads it back.
//!
//! **Manifest** of a container: the pieces that were confirmed into it, and those whose confirm stayed away, which are
//! flagged. Taken off are pieces that were seen downstream, found by somebody of the pull list, returned by hand, and
//! those whose parcel was identified on the belt again.
//!
//! **Reconciliation** of a flight: every parcel that is booked on it or was given it, once:
//! expected = sorted + held + missing + other exceptions. Pieces without a confirm count as sorted and are flagged.

mod books;
mod container;
mod csv;
mod item;
mod journaled;
mod manifest;
mod names;
mod parcel;
mod pull;
mod reconciliation;

pub use container::{Manifest, Piece, Taken};
pub use csv::field;
pub use parcel::Place;
pub use pull::PullEntry;
pub use reconciliation::{ContainerPart, Outcome, ParcelLine, Reconciliation};

use container::Containers;
use item::ItemBook;
use parcel::ParcelBook;
use sortie_core::records::{FlightKey, FlightRecord, FlightState, ParcelKey};
use std::collections::{BTreeMap, VecDeque};

/// Items whose last words are remembered; the belt carries about a thousand at most.
const ITEMS_KEPT: usize = 8192;

/// Everything that the ledger knows.
#[derive(Clone, Debug)]
pub struct Ledger {
    parcels: BTreeMap<ParcelKey, ParcelBook>,
    items: BTreeMap<u32, ItemBook>,
    containers: Containers,
    flights: BTreeMap<FlightKey, FlightRecord>,
    states: BTreeMap<FlightKey, FlightState>,
    pulls: BTreeMap<u32, PullEntry>,
    /// The newest UTC, and when it was heard.
    utc: Option<(u64, i64)>,
    /// Parcels that the host is done with, oldest first, and how many of them are kept.
    departed: VecDeque<ParcelKey>,
    departed_kept: usize,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::new()
    }
}

impl Ledger {
    /// A ledger that forgets nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::keeping(usize::MAX)
    }

    /// A ledger that forgets closed containers, and parcels that have departed, beyond the newest `kept` of each: for a
    /// process that runs for weeks.
    #[must_use]
    pub fn keeping(kept: usize) -> Self {
        Self {
            parcels: BTreeMap::new(),
            items: BTreeMap::new(),
            containers: Containers::keeping(kept),
            flights: BTreeMap::new(),
            states: BTreeMap::new(),
            pulls: BTreeMap::new(),
            utc: None,
            departed: VecDeque::new(),
            departed_kept: kept,
        }
    }

    /// The manifest of a container by its number; of several lives of the journal, the newest.
    #[must_use]
    pub fn manifest(&self, container: u32) -> Option<&Manifest> {
        self.containers.numbered(container)
    }

    /// The manifests of all containers that are remembered, in the order in which they were opened.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.containers.iter()
    }

    /// Every entry of the pull list, open or done with, by number.
    pub fn pulls(&self) -> impl Iterator<Item = &PullEntry> {
        self.pulls.values()
    }

    /// The flights on file.
    pub fn flights(&self) -> impl Iterator<Item = &FlightRecord> {
        self.flights.values()
    }

    /// UTC at a time of the journal's clock, milliseconds; `None` before UTC was known.
    fn utc_at(&self, at: u64) -> Option<i64> {
        let (heard, utc_ms) = self.utc?;
        Some(utc_ms + i64::try_from(at.saturating_sub(heard) / 1_000_000).unwrap_or(0))
    }
}
