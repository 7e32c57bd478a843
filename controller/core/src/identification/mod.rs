//! Which codes belong to which item, and which parcel that makes (design section 6).

mod discharge;
mod gates;
mod link;

pub(crate) use discharge::Discharge;
pub(crate) use gates::{PendingRead, ScannerState};
