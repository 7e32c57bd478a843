//! What each grammar is good for on this line.

use super::aim::AimId;
use super::kind::{Check, IdentifierKind, Plate, identify};

/// What a code of some grammar tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It keys one parcel.
    Plate,
    /// It stands on several parcels: recorded only.
    Shared,
    /// It tells nothing.
    Ignore,
}

/// The role of each grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grammars {
    /// Serial shipping container codes (default plate).
    pub sscc: Role,
    /// UPU S10 (default plate).
    pub s10: Role,
    /// IATA air waybill numbers (default shared).
    pub awb: Role,
    /// IATA piece codes (default plate).
    pub awb_piece: Role,
    /// LP numbers (default plate).
    pub lp: Role,
    /// YT numbers (default plate).
    pub yt: Role,
    /// Codes of no known grammar: 6 to 32 letters, digits and hyphens (default plate, since the parcel record decides
    /// whether such a code means anything).
    pub other: Role,
}

impl Default for Grammars {
    fn default() -> Self {
        Self {
            sscc: Role::Plate,
            s10: Role::Plate,
            awb: Role::Shared,
            awb_piece: Role::Plate,
            lp: Role::Plate,
            yt: Role::Plate,
            other: Role::Plate,
        }
    }
}

impl Grammars {
    /// The role of one grammar. GS1 element strings without an SSCC and unfit codes are always ignored.
    #[must_use]
    pub const fn role(&self, kind: IdentifierKind) -> Role {
        match kind {
            IdentifierKind::Sscc => self.sscc,
            IdentifierKind::S10 => self.s10,
            IdentifierKind::Awb => self.awb,
            IdentifierKind::AwbPiece => self.awb_piece,
            IdentifierKind::Lp => self.lp,
            IdentifierKind::Yt => self.yt,
            IdentifierKind::Other => self.other,
            IdentifierKind::Gs1 | IdentifierKind::Unfit => Role::Ignore,
        }
    }
}

/// The code has the shape of a grammar and a check digit that does not fit, or breaks a rule of GS1 element strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongCheckDigit;

/// The normal form of a code with its role, the same for a scanner's code and for a text that the host wrote.
/// `None`: ignored.
///
/// # Errors
/// [`WrongCheckDigit`]: this is no code.
pub fn normalise(
    code: &[u8],
    aim: Option<AimId>,
    grammars: &Grammars,
) -> Result<Option<(Role, Plate)>, WrongCheckDigit> {
    let found = identify(code, aim);
    if found.check == Check::Wrong {
        return Err(WrongCheckDigit);
    }
    let role = grammars.role(found.kind);
    Ok((role != Role::Ignore).then_some((role, found.plate)))
}
