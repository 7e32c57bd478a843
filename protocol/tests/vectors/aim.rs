//! Vectors of AIM identifiers.

use crate::harness::{Field, Outcome, Reason, Vector, utf8};
use sortie_protocol::identifier::{AimError, AimId};

pub(crate) const REASONS: &[Reason] = &[("too short", "too short"), ("no flag character ]", "no flag character")];

pub(crate) const FIELDS: &[Field<(AimId, Vec<u8>)>] = &[
    ("symbology", "AimId::symbology", |o| o.only().0.symbology().into()),
    ("modifier", "AimId.modifier", |o| o.only().0.modifier.into()),
    ("data", "bytes behind the identifier", |o| utf8(&o.only().1).into()),
    ("gs1", "AimId::is_gs1", |o| o.only().0.is_gs1().into()),
    ("note", "AimId::note", |o| o.only().0.note().into()),
];

pub(crate) fn split(_: &Vector, pieces: &[&[u8]]) -> Outcome<(AimId, Vec<u8>)> {
    let mut outcome = Outcome::default();
    let bytes = pieces.concat();
    outcome.take(AimId::split(&bytes).map(|(aim, data)| (aim, data.to_vec())), AimError::word);
    outcome
}
