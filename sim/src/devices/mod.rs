//! The simulated devices in real time, on ttys that any process can open.

pub mod folder;
pub mod pace;
pub mod play;
pub mod pty;
pub mod say;
pub mod wait;
pub mod words;
