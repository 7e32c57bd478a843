//! A line of the holds file.

use super::LineFault;
use super::field::{maybe, needed, parcel_key};
use crate::feed::FeedKind;
use serde::Deserialize;
use sortie_core::input::Input;
use sortie_core::records::HoldRecord;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldLine {
    parcel: String,
    customs: Option<String>,
    security: Option<String>,
    departed: Option<bool>,
}

pub(super) fn hold(text: &str, line: &HoldLine) -> Result<Input, LineFault> {
    let key = parcel_key(text, &line.parcel)?;
    if line.departed == Some(true) {
        return Ok(Input::Departed(key));
    }
    let either = line.customs.as_ref().or(line.security.as_ref());
    needed(text, "customs", either, FeedKind::Holds.example())?;
    let customs = maybe(text, "customs", line.customs.as_ref())?;
    let security = maybe(text, "security", line.security.as_ref())?;
    Ok(Input::Hold(HoldRecord { key, customs, security }))
}
