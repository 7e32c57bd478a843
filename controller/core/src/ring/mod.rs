//! What a ring adds to a line (T13): passes, carriers, and the permits for them.
//!
//! The tracking is that of any line: `pass.rs` says how a ring is one. A carrier is count ÷ pitch, and nothing but
//! permits and births asks for it.

mod index;
mod load;
mod pass;

pub(crate) use index::Carriers;
