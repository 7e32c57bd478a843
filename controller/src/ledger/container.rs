//! Containers and the pieces in them.

use super::names::text;
use serde::Serialize;
use sortie_core::output::{ContainerCause, Reason};
use sortie_core::records::{CodeText, FlightKey, ParcelKey};
use std::collections::{BTreeMap, VecDeque};

/// Why a piece is not in its container any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    /// Its item was seen downstream: it never fell.
    Revoked,
    /// It stood on the pull list, and somebody found it.
    Found {
        /// Who.
        by: String,
    },
    /// Somebody took it back by hand.
    Returned {
        /// Who.
        by: String,
    },
    /// Its parcel was identified on the belt again.
    CameAgain {
        /// The item that it came as.
        item: u32,
    },
}

/// One piece that fell into a container, or seemed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The item.
    pub item: u32,
    /// Its parcel, if it had one.
    pub parcel: Option<ParcelKey>,
    /// What was read on it.
    pub codes: heapless::Vec<CodeText, 4>,
    /// The code by which it was sent there.
    pub code: Reason,
    /// Its flight.
    pub flight: Option<FlightKey>,
    /// Measured weight, or else the declared one, in grams; 0 where neither is known.
    pub weight_g: u32,
    /// Whether the confirm sensor saw it fall.
    pub confirmed: bool,
    /// When, UTC milliseconds.
    pub utc_ms: Option<i64>,
    /// The entry of the pull list that it stands on.
    pub pull: Option<u32>,
    /// Why it is not there any more.
    pub taken: Option<Taken>,
}

impl Piece {
    /// Whether it lies in its container, so far as anybody knows.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.taken.is_none()
    }
}

/// A container and its pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its number; 0 gathers what fell into a chute at which no container was open.
    pub container: u32,
    /// What stands on it; empty if nobody said.
    pub id: String,
    /// The chute.
    pub chute: u16,
    /// When it was opened, UTC milliseconds.
    pub opened_utc_ms: Option<i64>,
    /// Why it is closing or closed.
    pub why: Option<ContainerCause>,
    /// When its manifest was frozen, UTC milliseconds; `None` while it is open or closing.
    pub closed_utc_ms: Option<i64>,
    /// Whether its manifest is frozen. What is taken out later is still noted.
    pub closed: bool,
    /// Its pieces in the order in which they fell.
    pub pieces: Vec<Piece>,
}

impl Manifest {
    /// The pieces that lie in it.
    pub fn there(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| piece.is_there())
    }
}

/// Where a piece stands: place of its container, place in its manifest.
pub(super) type PieceAt = (u64, usize);

/// All containers that are remembered.
#[derive(Clone, Debug)]
pub(super) struct Containers {
    all: BTreeMap<u64, Manifest>,
    /// By number, of the present life of the core; 0 by chute.
    present: BTreeMap<(u32, u16), u64>,
    next: u64,
    closed: VecDeque<u64>,
    kept: usize,
}

impl Containers {
    pub(super) fn keeping(kept: usize) -> Self {
        Self { all: BTreeMap::new(), present: BTreeMap::new(), next: 0, closed: VecDeque::new(), kept }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Manifest> {
        self.all.values()
    }

    pub(super) fn numbered(&self, container: u32) -> Option<&Manifest> {
        self.all.values().rev().find(|manifest| manifest.container == container && container > 0)
    }

    /// The core starts empty, and counts its containers anew.
    pub(super) fn begin_again(&mut self) {
        self.present.clear();
    }

    /// A container stands at a chute.
    pub(super) fn open(&mut self, container: u32, chute: u16, id: &[u8], utc_ms: Option<i64>) -> u64 {
        let place = self.next;
        self.next += 1;
        let manifest = Manifest {
            container,
            id: text(id),
            chute,
            opened_utc_ms: utc_ms,
            why: None,
            closed_utc_ms: None,
            closed: false,
            pieces: Vec::new(),
        };
        self.all.insert(place, manifest);
        self.present.insert(key(container, chute), place);
        place
    }

    pub(super) fn closing(&mut self, container: u32, chute: u16, why: ContainerCause) {
        if let Some(manifest) = self.present.get(&key(container, chute)).and_then(|place| self.all.get_mut(place)) {
            manifest.why = Some(why);
        }
    }

    pub(super) fn close(&mut self, container: u32, chute: u16, utc_ms: Option<i64>) {
        let Some(place) = self.present.get(&key(container, chute)).copied() else { return };
        let Some(manifest) = self.all.get_mut(&place) else { return };
        (manifest.closed, manifest.closed_utc_ms) = (true, utc_ms);
        self.closed.push_back(place);
        if self.closed.len() > self.kept
            && let Some(oldest) = self.closed.pop_front()
        {
            self.all.remove(&oldest);
        }
    }

    /// A piece fell into a container.
    pub(super) fn put(&mut self, container: u32, chute: u16, piece: Piece) -> PieceAt {
        let known = self.present.get(&key(container, chute)).copied();
        let place = known.unwrap_or_else(|| self.open(container, chute, b"", piece.utc_ms));
        let pieces = self.all.get_mut(&place).map(|manifest| {
            manifest.pieces.push(piece);
            manifest.pieces.len()
        });
        (place, pieces.unwrap_or(1) - 1)
    }

    pub(super) fn piece(&self, at: PieceAt) -> Option<(&Manifest, &Piece)> {
        let manifest = self.all.get(&at.0)?;
        Some((manifest, manifest.pieces.get(at.1)?))
    }

    pub(super) fn piece_mut(&mut self, at: PieceAt) -> Option<&mut Piece> {
        self.all.get_mut(&at.0)?.pieces.get_mut(at.1)
    }
}

/// Containers have a number of their own; what fell beside one is gathered by chute.
fn key(container: u32, chute: u16) -> (u32, u16) {
    if container == 0 { (0, chute) } else { (container, 0) }
}
