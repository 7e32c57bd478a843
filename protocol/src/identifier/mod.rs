//! Codes on parcels: what kind of number a bar code holds, whether its check digit fits, and its normal form.
//!
//! Formats after UPU S10, GS1 General Specifications (SSCC-18, element strings), IATA Resolution 606 (air waybill and
//! piece codes), ISO/IEC 15424 (AIM identifiers). Check digits are weak; the parcel record is the real proof.

mod aim;
mod check;
mod grammar;
pub mod gs1;
mod gs1_table;
mod kind;

pub use aim::{AimError, AimId};
pub use grammar::{Grammars, Role, WrongCheckDigit, normalise};
pub use kind::{Check, Identified, IdentifierKind, PLATE_MAX, Plate, identify};
