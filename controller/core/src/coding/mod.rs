//! Manual coding: parcels taken back by hand, new labels, and plates keyed in at the entry (design section 6).
//!
//! Nothing here names an item that rides: a person on the floor cannot point at one, and order proves nothing.

mod announcement;
mod labels;

pub(crate) use announcement::{Announcement, Keyed};
