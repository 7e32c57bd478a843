//! The pull list: parcels that somebody has to find.

use super::names::key;
use serde::Serialize;
use sortie_core::output::PullEnd;
use sortie_core::records::ParcelKey;

/// One entry of the pull list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PullEntry {
    /// Its number.
    pub pull: u32,
    /// The parcel.
    #[serde(serialize_with = "key")]
    pub parcel: ParcelKey,
    /// Its plates.
    pub plates: Vec<String>,
    /// The chute.
    pub chute: u16,
    /// The container; 0: none was open.
    pub container: u32,
    /// What stands on the container.
    pub id: String,
    /// When it was opened, UTC milliseconds.
    pub opened_utc_ms: Option<i64>,
    /// Whether it is still open.
    pub open: bool,
    /// How it ended: `found`, `withdrawn` or `revoked`.
    pub ended: Option<&'static str>,
    /// Who found the parcel.
    pub by: String,
}

impl PullEntry {
    /// True if it ended because its parcel may go after all.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.ended == Some("withdrawn")
    }

    pub(super) fn end(&mut self, how: PullEnd, by: &str) {
        (self.open, self.by) = (false, by.to_owned());
        self.ended = Some(match how {
            PullEnd::Found => "found",
            PullEnd::Withdrawn => "withdrawn",
            PullEnd::Revoked => "revoked",
        });
    }
}
