//! Drives: one world and one controller, brought together in virtual time.

pub mod books;
pub mod calm;
pub mod controller;
pub mod judge;
pub mod line;
pub mod real;
pub mod run;
pub mod sim_line;
pub mod trace;
pub mod virtual_time;
