//! The simulated line: physics, devices, faults and the oracle. It knows nothing of the controller: both sides meet on
//! the wires, and in the files that an operator would write.

pub mod board;
pub mod devices;
pub mod events;
pub mod feed;
pub mod files;
pub mod host;
pub mod labels;
pub mod oracle;
pub mod physics;
pub mod random;
pub mod scenario;
pub mod setup;
pub mod summary;
pub mod upset;
pub mod world;

pub use world::{World, WorldSink};
