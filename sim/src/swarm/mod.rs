//! The swarm: thousands of lines, each drawn from a seed, each with faults of its own, and each judged.
//!
//! A seed is a scenario that was drawn ([`draw`]) and then run like any other ([`one`]): first with its faults, then
//! without them, when the line has to come back. What all runs together have reached ([`coverage`]) is printed, because
//! a swarm that never gets to a rule says nothing of it.

pub mod coverage;
pub mod draw;
pub mod faults;
pub mod one;
pub mod report;
pub mod state;
pub mod tail;
