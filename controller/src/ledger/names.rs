//! Keys, flights and codes as text, for files and for JSON.

use serde::Serializer;
use sortie_core::output::Reason;
use sortie_core::records::{FlightKey, ParcelKey};

/// Bytes of a file or a label as text.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn key<S: Serializer>(key: &ParcelKey, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(key))
}

pub(super) fn flight<S: Serializer>(flight: &FlightKey, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(flight)
}

pub(super) fn maybe_code<S: Serializer>(code: &Option<Reason>, to: S) -> Result<S::Ok, S::Error> {
    match code {
        Some(code) => to.serialize_str(code.code()),
        None => to.serialize_none(),
    }
}
