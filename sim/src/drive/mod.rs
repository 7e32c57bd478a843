//! Drives: one world and one controller, brought together in virtual time.

pub mod calm;
pub mod controller;
mod disk;
pub mod judge;
mod ledger;
pub mod line;
mod liveness;
pub mod real;
pub mod run;
pub mod sheets;
pub mod sim_line;
pub mod trace;
pub mod virtual_time;
mod wall;
mod witness;
