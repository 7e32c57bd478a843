//! The deterministic heart of the line: tracking, identification and allocation.
//!
//! This crate does not open ports or files, read a clock, start a thread, draw a random number or allocate once it
//! is running. `Core::step` is a pure function of the state and of one input: the same inputs give the same outputs,
//! byte for byte, on any machine.
#![no_std]

extern crate alloc;

pub mod input;
pub mod limits;
pub mod line;
pub mod output;
pub mod plan;
pub mod records;

mod allocation;
mod belt;
mod buttons;
mod chutes;
mod coding;
mod containers;
mod customs;
mod deadlines;
mod diverts;
mod flights;
mod geometry;
mod identification;
mod items;
mod lamps;
mod line_state;
mod orders;
mod outputs;
mod parcels;
mod permits;
mod reason;
mod reconcile;
mod ring;
mod room;
mod state;
mod table;
mod tracking;
mod view;

pub use customs::Pull;
pub use flights::Flight;
pub use outputs::Outputs;
pub use permits::Held;
pub use reason::{Code, RULES, Rule};
pub use state::{Core, Totals};
pub use view::{ChuteView, ContainerView};
