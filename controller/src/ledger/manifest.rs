//! A manifest as JSON.

use super::container::{Manifest, Piece};
use super::names::text;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use sortie_core::output::ContainerCause;

impl Manifest {
    /// `open`, `closing` or `closed`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match (self.closed, self.why) {
            (true, _) => "closed",
            (false, Some(_)) => "closing",
            (false, None) => "open",
        }
    }

    /// The weight of what lies in it, in grams, measured or declared.
    #[must_use]
    pub fn weight_g(&self) -> u64 {
        self.there().map(|piece| u64::from(piece.weight_g)).sum()
    }

    /// How many of the pieces that lie in it have no confirm.
    #[must_use]
    pub fn unconfirmed(&self) -> usize {
        self.there().filter(|piece| !piece.confirmed).count()
    }

    /// Why its change began, in words.
    #[must_use]
    pub fn cause(&self) -> Option<&'static str> {
        Some(match self.why? {
            ContainerCause::Button => "button",
            ContainerCause::Handheld => "handheld",
            ContainerCause::Order => "order",
            ContainerCause::FlightClosed => "flight closed",
            ContainerCause::PlanChanged => "plan changed",
        })
    }
}

impl Serialize for Manifest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_struct("Manifest", 11)?;
        object.serialize_field("container", &self.container)?;
        object.serialize_field("id", &self.id)?;
        object.serialize_field("chute", &self.chute)?;
        object.serialize_field("state", self.state())?;
        object.serialize_field("why", &self.cause())?;
        object.serialize_field("opened_utc_ms", &self.opened_utc_ms)?;
        object.serialize_field("closed_utc_ms", &self.closed_utc_ms)?;
        object.serialize_field("pieces", &self.there().count())?;
        object.serialize_field("unconfirmed", &self.unconfirmed())?;
        object.serialize_field("weight_g", &self.weight_g())?;
        object.serialize_field("parcels", &self.pieces)?;
        object.end()
    }
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let codes: Vec<_> = self.codes.iter().map(|code| text(code)).collect();
        let mut object = to.serialize_struct("Piece", 11)?;
        object.serialize_field("item", &self.item)?;
        object.serialize_field("parcel", &self.parcel.as_ref().map(|key| text(key)))?;
        object.serialize_field("codes", &codes)?;
        object.serialize_field("code", self.code.code())?;
        object.serialize_field("flight", &self.flight.map(|flight| flight.to_string()))?;
        object.serialize_field("weight_g", &self.weight_g)?;
        object.serialize_field("confirmed", &self.confirmed)?;
        object.serialize_field("utc_ms", &self.utc_ms)?;
        object.serialize_field("pull", &self.pull)?;
        object.serialize_field("there", &self.is_there())?;
        object.serialize_field("why_not", &self.taken.as_ref().map(ToString::to_string))?;
        object.end()
    }
}
