//! What the controller's ledger says, as plain values for the oracle.

use sortie_controller::ledger::{Manifest, Outcome, Reconciliation};
use sortie_world::events::ParcelNo;
use sortie_world::oracle::{Fate, Listed, Sheet};

/// The pieces of a container that have a parcel, and are there.
#[must_use]
pub fn manifest(manifest: &Manifest) -> Vec<Listed> {
    let listed = |piece: &sortie_controller::ledger::Piece| {
        Some(Listed { parcel: parcel_of(piece.parcel.as_ref()?)?, unconfirmed: !piece.confirmed })
    };
    manifest.there().filter_map(listed).collect()
}

/// What became of a flight's parcels.
#[must_use]
pub fn sheet(from: &Reconciliation) -> Sheet {
    let fate = |outcome, confirmed: Option<bool>| match outcome {
        Outcome::Sorted => Fate::Sorted { unconfirmed: confirmed == Some(false) },
        Outcome::Held => Fate::Held,
        Outcome::Missing => Fate::Missing,
        Outcome::Other => Fate::Other,
    };
    let lines =
        from.parcels.iter().filter_map(|line| Some((parcel_of(&line.parcel)?, fate(line.outcome, line.confirmed))));
    Sheet {
        expected: from.expected,
        counts: [from.sorted, from.held, from.missing, from.other],
        lines: lines.collect(),
    }
}

/// The number of a parcel, which stands in the key that the simulated host gives it.
#[must_use]
pub fn parcel_of(key: &[u8]) -> Option<ParcelNo> {
    std::str::from_utf8(key.strip_prefix(b"P")?).ok()?.parse().ok()
}
