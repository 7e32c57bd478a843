//! Bytes to meaning and back, for everything that is wired to a sorter line.
//!
//! This crate does not open ports, keep parcels, read a clock or allocate. Every decoder has three outcomes:
//! an error, "need more", or a message; a damaged frame is counted and dropped, never a reason to stop.
#![no_std]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

pub mod board;
pub mod cobs_dialect;
pub mod dialect;
pub mod identifier;
pub mod scanner;
pub mod tty;
pub mod weigher;
