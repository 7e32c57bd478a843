//! Which grammar a code follows.

use super::aim::AimId;
use super::check::{awb_fits, gs1_fits, s10_fits};
use super::gs1;
use heapless::Vec;

/// Longest plate, characters.
pub const PLATE_MAX: usize = 32;

/// A normalised identifier: upper case, no blanks, and no hyphens where the grammar has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Plate(
    /// ASCII letters, digits and, in codes of no known grammar, hyphens.
    pub Vec<u8, PLATE_MAX>,
);

impl Plate {
    /// Its characters.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its characters as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn of(bytes: &[u8]) -> Self {
        Self(Vec::from_slice(bytes).unwrap_or_default())
    }
}

/// Grammars, most specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierKind {
    /// Serial shipping container code, 18 digits.
    Sscc,
    /// UPU S10, 13 characters.
    S10,
    /// IATA air waybill, 11 digits: stands on every piece of a shipment.
    Awb,
    /// IATA piece code, 16 digits: air waybill and piece number.
    AwbPiece,
    /// `LP` and 12 to 14 digits; no check digit.
    Lp,
    /// `YT` and 16 digits; no check digit.
    Yt,
    /// GS1 element strings without an SSCC, or damaged ones.
    Gs1,
    /// Letters, digits and hyphens, 6 to 32 of them, of no known grammar.
    Other,
    /// Anything else: no plate can look like this.
    Unfit,
}

impl IdentifierKind {
    /// A stable word for configuration and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sscc => "sscc",
            Self::S10 => "s10",
            Self::Awb => "awb",
            Self::AwbPiece => "awb-piece",
            Self::Lp => "lp",
            Self::Yt => "yt",
            Self::Gs1 => "gs1",
            Self::Other => "other",
            Self::Unfit => "unfit",
        }
    }
}

/// Verdict of the check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It fits.
    Fits,
    /// It does not, or the element strings break a rule: this is no code.
    Wrong,
    /// The grammar has none.
    None,
}

/// What a code is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified {
    /// Its grammar.
    pub kind: IdentifierKind,
    /// Normal form; empty for [`IdentifierKind::Gs1`] and [`IdentifierKind::Unfit`].
    pub plate: Plate,
    /// Verdict of the check digit.
    pub check: Check,
}

impl Identified {
    fn new(kind: IdentifierKind, plate: &[u8], check: Check) -> Self {
        Self { kind, plate: Plate::of(plate), check }
    }

    fn checked(kind: IdentifierKind, plate: &[u8], fits: bool) -> Self {
        Self::new(kind, plate, if fits { Check::Fits } else { Check::Wrong })
    }
}

/// Finds the grammar of a code: the data behind the AIM identifier, which must be given if the reader sent one.
///
/// Without one that says GS1, 20 digits that begin with 00 are an SSCC with its application identifier all the same: many
/// readers send no identifiers, and many printers set the number in plain Code 128.
#[must_use]
pub fn identify(code: &[u8], aim: Option<AimId>) -> Identified {
    if aim.is_some_and(AimId::is_gs1) {
        return element_strings(code);
    }
    let Some(bare) = folded::<PLATE_MAX>(code, b"- ") else { return free_code(code) };
    match bare.as_slice() {
        [b'0', b'0', sscc @ ..] if sscc.len() == 18 && digits(sscc) => {
            Identified::checked(IdentifierKind::Sscc, sscc, gs1_fits(sscc))
        }
        sscc if sscc.len() == 18 && digits(sscc) => Identified::checked(IdentifierKind::Sscc, sscc, gs1_fits(sscc)),
        awb if matches!(awb.len(), 11 | 16) && digits(awb) => air_waybill(awb),
        [b'L', b'P', rest @ ..] if (12..=14).contains(&rest.len()) && digits(rest) => {
            Identified::new(IdentifierKind::Lp, &bare, Check::None)
        }
        [b'Y', b'T', rest @ ..] if rest.len() == 16 && digits(rest) => {
            Identified::new(IdentifierKind::Yt, &bare, Check::None)
        }
        postal => s10(postal).unwrap_or_else(|| free_code(code)),
    }
}

fn air_waybill(digits: &[u8]) -> Identified {
    let kind = if digits.len() == 11 { IdentifierKind::Awb } else { IdentifierKind::AwbPiece };
    let fits = digits.get(3..).and_then(<[u8]>::first_chunk::<8>).is_some_and(awb_fits);
    Identified::checked(kind, digits, fits)
}

fn s10(code: &[u8]) -> Option<Identified> {
    let code: &[u8; 13] = code.try_into().ok()?;
    let [a, b, number @ .., c, d] = code;
    let shaped = [a, b, c, d].into_iter().all(u8::is_ascii_uppercase) && digits(number);
    shaped.then(|| Identified::checked(IdentifierKind::S10, code, s10_fits(number)))
}

fn element_strings(code: &[u8]) -> Identified {
    match gs1::sscc(code) {
        Ok(Some(sscc)) => Identified::new(IdentifierKind::Sscc, sscc, Check::Fits),
        Ok(None) => Identified::new(IdentifierKind::Gs1, b"", Check::None),
        Err(_) => Identified::new(IdentifierKind::Gs1, b"", Check::Wrong),
    }
}

fn free_code(code: &[u8]) -> Identified {
    match folded::<PLATE_MAX>(code, b" ") {
        Some(plate) if plate.len() >= 6 => Identified::new(IdentifierKind::Other, &plate, Check::None),
        _ => Identified::new(IdentifierKind::Unfit, b"", Check::None),
    }
}

/// Upper case without the bytes of `without`; `None` if it is too long or has anything but letters, digits, hyphens.
fn folded<const N: usize>(code: &[u8], without: &[u8]) -> Option<Vec<u8, N>> {
    let mut plate = Vec::new();
    for byte in code.iter().filter(|byte| !without.contains(byte)) {
        if !byte.is_ascii_alphanumeric() && *byte != b'-' {
            return None;
        }
        plate.push(byte.to_ascii_uppercase()).ok()?;
    }
    Some(plate)
}

fn digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}
