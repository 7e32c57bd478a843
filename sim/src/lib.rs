//! Drives of the simulated line: virtual time, ttys, and the demo that shows both ends to a person.
//!
//! The physics and the oracle live in `sortie-world` and know no controller; the controller lives in
//! `sortie-controller` and knows no physics. Only this crate sees both.

pub mod cli;
pub mod demo;
pub mod devices;
pub mod drive;
pub mod naive;
pub mod report;
pub mod scenario;
pub mod swarm;
pub mod teeth;
