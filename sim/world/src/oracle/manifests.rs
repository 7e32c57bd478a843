//! What the controller says is in a container or in a flight's chutes, parcel by parcel against what is there.

use super::Oracle;
use super::tally::Check;
use crate::events::{ItemId, ParcelNo, StrikeKind};
use crate::feed::FlightNo;
use std::collections::BTreeMap;

/// A line of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The parcel.
    pub parcel: ParcelNo,
    /// True if the controller says that it could not confirm the piece.
    pub unconfirmed: bool,
}

/// Where things lie, and how the controller names the containers.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifests {
    /// By the controller's number of a container: chute, and which of the containers that stood there.
    named: BTreeMap<u32, (u16, u32)>,
    /// By chute and container.
    containers: BTreeMap<(u16, u32), Vec<ItemId>>,
    flights: BTreeMap<FlightNo, Vec<ItemId>>,
    /// Lines flagged as unconfirmed whose parcel lies elsewhere.
    pub(super) unconfirmed_elsewhere: u64,
}

impl Manifests {
    /// Where a container of the controller stands or stood, if people had put one there.
    pub(super) fn place_of(&self, container: u32) -> Option<(u16, u32)> {
        self.named.get(&container).copied()
    }
}

impl Oracle {
    /// The controller says that a container stands at a chute from now on.
    pub fn container_opened(&mut self, container: u32, chute: u16) {
        let standing = self.chutes.container(chute);
        if standing > 0 {
            self.manifests.named.insert(container, (chute, standing));
        }
    }

    /// The controller has closed a container: this is in it.
    pub fn container_closed(&mut self, at: u64, container: u32, manifest: &[Listed]) {
        let Some(place) = self.manifests.place_of(container) else { return };
        let there = self.manifests.containers.get(&place).cloned().unwrap_or_default();
        self.compare(at, &format!("container {container} at chute {}", place.0), manifest, &there);
    }

    /// The controller has settled a flight that accepts nothing any more: this is in its chutes.
    pub fn flight_closed(&mut self, at: u64, flight: FlightNo, manifest: &[Listed]) {
        let there = self.manifests.flights.get(&flight).cloned().unwrap_or_default();
        self.compare(at, &format!("flight {flight}"), manifest, &there);
    }

    /// An item came to lie in a chute, perhaps for a flight that takes it.
    pub(super) fn lies(&mut self, item: ItemId, chute: u16, flight: Option<FlightNo>) {
        let container = self.chutes.container(chute);
        if let Some(item) = self.items.get_mut(item) {
            item.container = container;
        }
        if container > 0 {
            self.manifests.containers.entry((chute, container)).or_default().push(item);
        }
        if let Some(flight) = flight {
            self.manifests.flights.entry(flight).or_default().push(item);
        }
    }

    fn compare(&mut self, at: u64, what: &str, manifest: &[Listed], there: &[ItemId]) {
        let lying: BTreeMap<ParcelNo, ItemId> =
            there.iter().filter_map(|item| Some((self.items.parcel(*item)?, *item))).collect();
        let mut listed = BTreeMap::new();
        for line in manifest {
            // Who could not be confirmed may have come again.
            let twice = listed.insert(line.parcel, line.unconfirmed) == Some(false) && !line.unconfirmed;
            self.tally.judge(Check::Manifests, !twice, at, None, || {
                format!("parcel {} is listed twice for {what}", line.parcel)
            });
            if lying.contains_key(&line.parcel) {
                continue;
            }
            self.manifests.unconfirmed_elsewhere += u64::from(line.unconfirmed);
            let carrier = self.items.carrier(line.parcel);
            let blurred = self.items.is_impersonated(line.parcel) || carrier.is_some_and(|item| self.is_blurred(item));
            self.tally.judge(Check::Manifests, line.unconfirmed || blurred, at, carrier, || {
                format!("parcel {} is listed for {what}, and is not there", line.parcel)
            });
        }
        for (parcel, item) in lying {
            let known = listed.contains_key(&parcel) || self.is_blurred(item) || self.items.is_impersonated(parcel);
            self.tally.judge(Check::Manifests, known, at, Some(item), || {
                format!("parcel {parcel} lies there for {what}, and is not listed")
            });
        }
    }

    /// True if a strike touched an item so that no controller could be sure whose it is.
    pub(super) fn is_blurred(&self, item: ItemId) -> bool {
        let kinds = [
            StrikeKind::WrongButValid,
            StrikeKind::CrossRead,
            StrikeKind::BitFlip,
            StrikeKind::LostBytes,
            StrikeKind::ItemAdded,
            StrikeKind::ItemRemoved,
            StrikeKind::ItemExchanged,
            StrikeKind::Slip,
            StrikeKind::Touching,
            StrikeKind::Estop,
        ];
        self.items.get(item).is_some_and(|item| {
            kinds.into_iter().any(|kind| item.named.has(kind)) || item.alike || (item.merged && item.touched)
        })
    }
}
