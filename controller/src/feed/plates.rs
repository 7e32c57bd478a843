//! Plates as the host writes them, made equal to plates as scanners read them.

use sortie_core::records::CodeText;
use sortie_protocol::identifier::{Grammars, Role, normalise};

/// Why a text of a parcels file is no plate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlateFault {
    /// Too short, too long, or with characters that no plate has.
    Unfit,
    /// The check digit does not fit the other digits.
    CheckDigit,
    /// A number that stands on every parcel of a shipment.
    Shared,
}

impl PlateFault {
    /// What is wrong, to follow the plate in a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unfit => "cannot stand on a label",
            Self::CheckDigit => "has a wrong check digit",
            Self::Shared => "is a number shared by several parcels",
        }
    }
}

/// The normalised form of a plate, by the very rules that a scanner's codes go through; `grammars` says which codes are
/// plates on this line.
///
/// # Errors
/// Why the text cannot be a plate.
pub fn normalised_plate(text: &str, grammars: &Grammars) -> Result<CodeText, PlateFault> {
    match normalise(text.as_bytes(), None, grammars) {
        Err(_) => Err(PlateFault::CheckDigit),
        Ok(Some((Role::Plate, plate))) => CodeText::from_slice(plate.as_bytes()).map_err(|_| PlateFault::Unfit),
        Ok(Some((Role::Shared, _))) => Err(PlateFault::Shared),
        Ok(Some((Role::Ignore, _)) | None) => Err(PlateFault::Unfit),
    }
}
