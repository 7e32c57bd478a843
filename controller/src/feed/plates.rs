//! Plates as the host writes them, made equal to plates as scanners read them.

use sortie_core::records::CodeText;

/// Why a text of a parcels file is no plate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlateFault {
    /// Nothing is left once blanks and hyphens are taken out.
    Empty,
    /// More than 32 characters.
    TooLong,
    /// A character that no plate has.
    Character,
    /// The check digit does not fit the other digits.
    CheckDigit,
    /// A number that stands on several parcels, or a code that the line ignores.
    NotUnique,
}

impl PlateFault {
    /// What is wrong, to follow the plate in a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::TooLong => "is longer than 32 characters",
            Self::Character => "has a character that is no letter or digit",
            Self::CheckDigit => "has a wrong check digit",
            Self::NotUnique => "is not unique to one parcel",
        }
    }
}

/// The normalised form of a plate.
///
/// # Errors
/// Why the text cannot be a plate.
pub fn normalised_plate(text: &str) -> Result<CodeText, PlateFault> {
    let mut plate = CodeText::new();
    for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
        if !byte.is_ascii_alphanumeric() {
            return Err(PlateFault::Character);
        }
        plate.push(byte.to_ascii_uppercase()).map_err(|_| PlateFault::TooLong)?;
    }
    if plate.is_empty() { Err(PlateFault::Empty) } else { Ok(plate) }
}
