//! The simulated devices in real time, on ttys that any process can open.

pub mod pty;
