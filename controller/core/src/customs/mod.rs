//! Holds, their answers, and the list of parcels that somebody has to find (design section 7).

mod pulls;
