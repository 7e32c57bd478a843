//! What the controller says is in a container or in a flight's chutes, parcel by parcel against what is there.

use super::Oracle;
use super::tally::Check;
use crate::events::{ItemId, ParcelNo, StrikeKind};
use crate::feed::FlightNo;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What people say is in the controller's books within this, ns.
const HEARD_NS: u64 = 2_000_000_000;

/// An item that has left the belt would have passed the next PEC within this, ns.
const PASSES_NS: u64 = 5_000_000_000;
/// An edge may be so far from where an item is expected after a long stretch, and be taken for its own, µm.
const BESIDE_UM: i64 = 250_000;

/// More than leave the belt in that time.
const LAST: usize = 64;

/// A line of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The parcel.
    pub parcel: ParcelNo,
    /// True if the controller says that it could not confirm the piece.
    pub unconfirmed: bool,
}

/// What the controller says became of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It lies in a chute or a container of the flight.
    Sorted {
        /// True if the controller could not confirm the piece.
        unconfirmed: bool,
    },
    /// Customs or security keeps it back.
    Held,
    /// It was never identified, or got lost.
    Missing,
    /// Anything else.
    Other,
}

/// The controller's reconciliation of a flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Parcels booked on it or given to it.
    pub expected: u32,
    /// Sorted, held, missing, others.
    pub counts: [u32; 4],
    /// Every parcel.
    pub lines: Vec<(ParcelNo, Fate)>,
}

/// A parcel where it came to lie.
#[derive(Clone, Copy, Debug)]
struct Lying {
    parcel: ParcelNo,
    /// No controller could be sure whose item it was.
    blurred: bool,
}

/// Where things lie, and how the controller names the containers.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifests {
    /// By the controller's number of a container: chute, and which of the containers that stood there.
    named: BTreeMap<u32, (u16, u32)>,
    /// By chute and container.
    containers: BTreeMap<(u16, u32), Vec<Lying>>,
    flights: BTreeMap<FlightNo, Vec<Lying>>,
    /// By parcel: chute and container in which it lies for its flight; chute 0 for none.
    sorted: Vec<(u16, u32)>,
    /// Parcels whose item nobody could be sure of when it left the belt.
    blurred: BTreeSet<ParcelNo>,
    /// The parcels that left the belt last, and when.
    last: VecDeque<(u64, ParcelNo)>,
    /// Parcels that were taken out, and when.
    taken: BTreeMap<ParcelNo, u64>,
    /// The belt does not run since then.
    stands_since: Option<u64>,
    /// When an item left at the end of line last.
    ended_at: Option<u64>,
    /// Lines flagged as unconfirmed whose parcel lies elsewhere.
    pub(super) unconfirmed_elsewhere: u64,
}

impl Manifests {
    /// Where a container of the controller stands or stood, if people had put one there.
    pub(super) fn place_of(&self, container: u32) -> Option<(u16, u32)> {
        self.named.get(&container).copied()
    }

    /// Chute and container in which a parcel lies for its flight.
    pub(super) fn sorted_to(&self, parcel: ParcelNo) -> Option<(u16, u32)> {
        self.sorted.get(parcel as usize).copied().filter(|(chute, _)| *chute != 0)
    }

    /// A PEC has flickered, or something lies where it did not: whoever has just left may seem to have passed the next
    /// PEC, and so not to have left.
    pub(super) fn strike(&mut self, at: u64, kind: StrikeKind) {
        let seen = [
            StrikeKind::PecChatter,
            StrikeKind::PecStuckOn,
            StrikeKind::ItemAdded,
            StrikeKind::ItemExchanged,
            StrikeKind::Slip,
            StrikeKind::Touching,
            StrikeKind::Estop,
        ];
        if seen.contains(&kind) {
            self.blur_the_last(at);
        }
    }

    /// An item has left at the end of line.
    pub(super) fn ended(&mut self, at: u64) {
        self.ended_at = Some(at);
    }

    /// The belt stops. If an item ends at that very moment, it stays in the last beam, since there is no room for it.
    pub(super) fn stops(&mut self, at: u64) {
        self.stands_since.get_or_insert(at);
        if self.ended_at == Some(at) {
            self.blur_the_last(at);
        }
    }

    /// The belt runs again: meanwhile nobody came nearer to the next PEC.
    pub(super) fn starts(&mut self, at: u64) {
        let stood = self.stands_since.take().map_or(0, |since| at - since);
        self.last.iter_mut().for_each(|(left, _)| *left += stood);
    }

    fn blur_the_last(&mut self, at: u64) {
        let at = self.stands_since.unwrap_or(at);
        let Self { last, blurred, .. } = self;
        blurred.extend(last.iter().filter(|(left, _)| at <= left + PASSES_NS).map(|(_, parcel)| *parcel));
    }

    /// No controller could be sure whose a parcel is, or for which flight it lies there.
    pub(super) fn blur(&mut self, parcel: ParcelNo) {
        self.blurred.insert(parcel);
    }

    /// True if nobody could be sure whose the parcel's item was when it left the belt.
    pub(super) fn is_blurred(&self, parcel: ParcelNo) -> bool {
        self.blurred.contains(&parcel)
    }
}

impl Oracle {
    /// The controller says that a container stands at a chute from now on.
    pub fn container_opened(&mut self, container: u32, chute: u16) {
        let standing = self.chutes.container(chute);
        if standing > 0 {
            self.manifests.named.insert(container, (chute, standing));
        } else {
            // A number that was lost with its process may be another container's now.
            self.manifests.named.remove(&container);
        }
    }

    /// The controller has closed a container: this is in it.
    pub fn container_closed(&mut self, at: u64, container: u32, manifest: &[Listed]) {
        let Some(place) = self.manifests.place_of(container) else { return };
        let there = self.manifests.containers.get(&place).cloned().unwrap_or_default();
        self.compare(at, &format!("container {container} at chute {}", place.0), manifest, &there);
    }

    /// The controller has settled a flight that accepts nothing any more: this is what it says of its parcels.
    pub fn flight_closed(&mut self, at: u64, flight: FlightNo, sheet: &Sheet) {
        self.balance(at, flight, sheet);
        let sorted = sheet.lines.iter().filter_map(|(parcel, fate)| match fate {
            Fate::Sorted { unconfirmed } => Some(Listed { parcel: *parcel, unconfirmed: *unconfirmed }),
            Fate::Held | Fate::Missing | Fate::Other => None,
        });
        let there = self.manifests.flights.get(&flight).cloned().unwrap_or_default();
        self.compare(at, &format!("flight {flight}"), &sorted.collect::<Vec<_>>(), &there);
    }

    /// Somebody has found a parcel in its chute or container, and has taken it out.
    pub(super) fn taken_out(&mut self, at: u64, parcel: ParcelNo) {
        let Manifests { containers, flights, sorted, taken, .. } = &mut self.manifests;
        taken.insert(parcel, at);
        for lying in containers.values_mut().chain(flights.values_mut()) {
            lying.retain(|lying| lying.parcel != parcel);
        }
        if let Some(place) = sorted.get_mut(parcel as usize) {
            *place = (0, 0);
        }
    }

    /// Expected = sorted + held + missing + others, every parcel once, and none of those that are booked is left out.
    fn balance(&mut self, at: u64, flight: FlightNo, sheet: &Sheet) {
        let sum: u32 = sheet.counts.iter().sum();
        let parcels: BTreeSet<ParcelNo> = sheet.lines.iter().map(|(parcel, _)| *parcel).collect();
        let adds_up = sheet.expected == sum && sum as usize == sheet.lines.len() && parcels.len() == sheet.lines.len();
        self.tally.judge(Check::Manifests, adds_up, at, None, || {
            format!("flight {flight}: {} expected are not {:?}, each once", sheet.expected, sheet.counts)
        });
        let left_out = self.book.booked_on(flight, at).find(|parcel| !parcels.contains(parcel));
        self.tally.judge(Check::Manifests, left_out.is_none(), at, None, || {
            format!("flight {flight}: {left_out:?} is booked on it, and its reconciliation does not say so")
        });
    }

    /// An item with a parcel has left the belt, perhaps to lie in a chute for a flight that takes it.
    pub(super) fn lies(&mut self, at: u64, item: ItemId, chute: Option<u16>, flight: Option<FlightNo>) {
        let Some(parcel) = self.items.parcel(item) else { return };
        let blurred = self.is_blurred(item) || self.has_a_stranger_beside(item);
        if blurred {
            self.manifests.blurred.insert(parcel);
        }
        if self.manifests.last.len() == LAST {
            self.manifests.last.pop_front();
        }
        self.manifests.last.push_back((at, parcel));
        let Some(chute) = chute else { return };
        let (container, lying) = (self.chutes.container(chute), Lying { parcel, blurred });
        if container > 0 {
            self.manifests.containers.entry((chute, container)).or_default().push(lying);
        }
        if let Some(flight) = flight {
            self.manifests.flights.entry(flight).or_default().push(lying);
            let (sorted, number) = (&mut self.manifests.sorted, parcel as usize);
            sorted.resize(sorted.len().max(number + 1), (0, 0));
            sorted[number] = (chute, container);
        }
    }

    fn compare(&mut self, at: u64, what: &str, manifest: &[Listed], there: &[Lying]) {
        let lying: BTreeMap<ParcelNo, bool> = there.iter().map(|lying| (lying.parcel, lying.blurred)).collect();
        let names: BTreeSet<ParcelNo> = manifest.iter().map(|line| line.parcel).collect();
        let is_stranger = |parcel: &ParcelNo, blurred: bool| {
            (blurred || self.manifests.is_blurred(*parcel)) && !names.contains(parcel)
        };
        let mut strangers = lying.iter().filter(|&(parcel, blurred)| is_stranger(parcel, *blurred)).count();
        let mut listed = BTreeMap::new();
        for line in manifest {
            let parcel = line.parcel;
            // Who could not be confirmed may have come again.
            let twice = listed.insert(parcel, line.unconfirmed) == Some(false) && !line.unconfirmed;
            self.tally
                .judge(Check::Manifests, !twice, at, None, || format!("parcel {parcel} is listed twice for {what}"));
            if lying.contains_key(&parcel) {
                continue;
            }
            // Who takes a parcel out says so a moment later.
            if self.manifests.taken.get(&parcel).is_some_and(|taken| at <= taken + HEARD_NS) {
                continue;
            }
            self.manifests.unconfirmed_elsewhere += u64::from(line.unconfirmed);
            // Another one may have lain in its place when the divert was made, or have shown its label, though it rides.
            let touched = self.items.carrier(parcel).is_some_and(|item| self.is_blurred(item));
            let blurred = touched || self.items.is_impersonated(parcel) || self.manifests.is_blurred(parcel);
            // Or one lies there whom nobody could know, as where damaged bytes made this one's plate of its own.
            let as_another = !line.unconfirmed && !blurred && strangers > 0;
            strangers -= usize::from(as_another);
            self.tally.judge(Check::Manifests, line.unconfirmed || blurred || as_another, at, None, || {
                format!("parcel {parcel} is listed for {what}, and is not there")
            });
        }
        for (parcel, blurred) in lying {
            let blurred = blurred || self.manifests.is_blurred(parcel);
            let known = listed.contains_key(&parcel) || blurred || self.items.is_impersonated(parcel);
            self.tally.judge(Check::Manifests, known, at, None, || {
                format!("parcel {parcel} lies there for {what}, and is not listed")
            });
        }
    }

    /// True if something that a strike has put or moved lies so near that it may be taken for the item when that has left.
    fn has_a_stranger_beside(&self, item: ItemId) -> bool {
        let place = self.items.estimate(item, &self.belt);
        let riding = &self.items.riding;
        let Some(rank) = riding.iter().position(|riding| *riding == item) else { return false };
        let beside = [rank.checked_sub(1), Some(rank + 1)].into_iter().flatten().filter_map(|rank| riding.get(rank));
        let mut near = beside.filter(|other| (self.items.estimate(**other, &self.belt) - place).abs() < BESIDE_UM);
        near.any(|other| self.is_blurred(*other))
    }

    /// True if a strike touched an item so that no controller could be sure whose it is.
    fn is_blurred(&self, item: ItemId) -> bool {
        let kinds = [
            StrikeKind::WrongButValid,
            StrikeKind::CrossRead,
            StrikeKind::MultiRead,
            StrikeKind::BitFlip,
            StrikeKind::LostBytes,
            StrikeKind::InsertedBytes,
            StrikeKind::ItemAdded,
            StrikeKind::ItemRemoved,
            StrikeKind::ItemExchanged,
            StrikeKind::Slip,
            StrikeKind::Touching,
            StrikeKind::Estop,
            StrikeKind::UnaskedDivert,
            StrikeKind::SlowDivert,
            StrikeKind::MissedPulses,
            StrikeKind::EncoderReset,
        ];
        self.items.get(item).is_some_and(|item| {
            kinds.into_iter().any(|kind| item.named.has(kind))
                || item.alike
                || item.beside_strap
                || (item.merged && item.touched)
        })
    }
}
