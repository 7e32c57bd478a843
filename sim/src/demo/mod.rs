//! The demo: the shipped controller and the simulated line as two processes, and a board for a person to watch.

pub mod binary;
pub mod board;
pub mod bulk;
pub mod children;
mod controller;
pub mod flights;
mod hints;
pub mod listen;
pub mod noise;
pub mod screen;
pub mod show;
pub mod soak;
