//! The truth about the belt: how far it has travelled, and what rides where on it.
//!
//! Everything an item does depends on belt travel only, so its crossings are computed once, as travel. A change of
//! speed moves nothing but the moment at which the next travel is reached.

pub mod belt;
pub mod lane;
pub mod rider;
