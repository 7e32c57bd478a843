//! Holds, their answers, and the list of parcels that somebody has to find (design section 7).

mod holds;
mod pulls;

pub use pulls::Pull;
pub(crate) use pulls::Pulls;
