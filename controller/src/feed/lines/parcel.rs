//! A line of the parcels file.

use super::field::{airport, flight_key, handling, in_range, maybe, needed, parcel_key, plate};
use super::{LineFault, fault, shortened};
use crate::feed::FeedKind;
use serde::Deserialize;
use sortie_core::input::Input;
use sortie_core::records::{CodeText, Customs, NO_PRODUCT, ParcelRecord, Product, Security};
use sortie_protocol::identifier::Grammars;

/// Heaviest declared weight, in grams.
const DECLARED_G_MAX: i64 = 10_000_000;
/// Longest declared side, in millimetres.
const DECLARED_MM_MAX: i64 = 20_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParcelLine {
    parcel: String,
    plates: Option<Vec<String>>,
    destination: Option<String>,
    flight: Option<String>,
    may_move: Option<bool>,
    customs: Option<String>,
    security: Option<String>,
    product: Option<String>,
    handling: Option<Vec<String>>,
    declared_g: Option<i64>,
    declared_mm: Option<Vec<i64>>,
    departed: Option<bool>,
}

pub(super) fn parcel(text: &str, line: &ParcelLine, grammars: &Grammars) -> Result<Input, LineFault> {
    let key = parcel_key(text, &line.parcel)?;
    if line.departed == Some(true) {
        return Ok(Input::Departed(key));
    }
    let example = FeedKind::Parcels.example();
    let wanted = needed(text, "plates", line.plates.as_ref(), example)?;
    let place = needed(text, "destination", line.destination.as_ref(), example)?;
    Ok(Input::Parcel(ParcelRecord {
        key,
        plates: plates(text, wanted, grammars)?,
        destination: airport(text, place)?,
        flight: line.flight.as_ref().map(|flight| flight_key(text, flight)).transpose()?,
        may_move: line.may_move.unwrap_or(false),
        customs: maybe(text, "customs", line.customs.as_ref())?.unwrap_or(Customs::NotLodged),
        security: maybe(text, "security", line.security.as_ref())?.unwrap_or(Security::NotScreened),
        product: line.product.as_ref().map_or(Ok(NO_PRODUCT), |name| product(text, name))?,
        handling: handling(text, line.handling.as_ref())?,
        declared_g: in_range(text, "declared_g", line.declared_g, DECLARED_G_MAX)?,
        declared_mm: line.declared_mm.as_ref().map_or(Ok([0; 3]), |sides| size(text, sides))?,
    }))
}

fn plates(text: &str, wanted: &[String], grammars: &Grammars) -> Result<heapless::Vec<CodeText, 4>, LineFault> {
    let mut plates: heapless::Vec<CodeText, 4> = heapless::Vec::new();
    for word in wanted {
        let code = plate(text, "plates", word, grammars)?;
        if !plates.contains(&code) && plates.push(code).is_err() {
            let message = format!("{} plates", wanted.len());
            return Err(fault(text, "plates", message, "list at most 4"));
        }
    }
    if plates.is_empty() {
        return Err(fault(text, "plates", "no plate".to_owned(), "list at least one code that stands on the label"));
    }
    Ok(plates)
}

fn product(text: &str, name: &str) -> Result<Product, LineFault> {
    crate::feed::product(name).ok_or_else(|| {
        let message = format!("\"{}\" is no product", shortened(name));
        fault(text, "product", message, "write one to four upper-case letters or digits, like ECOM")
    })
}

fn size(text: &str, sides: &[i64]) -> Result<[u16; 3], LineFault> {
    let [length, width, height] = sides[..] else {
        let message = format!("declared_mm lists {} sides", sides.len());
        return Err(fault(text, "declared_mm", message, "write length, width and height, like [400, 300, 120]"));
    };
    let side = |mm| in_range(text, "declared_mm", Some(mm), DECLARED_MM_MAX);
    Ok([side(length)?, side(width)?, side(height)?])
}
