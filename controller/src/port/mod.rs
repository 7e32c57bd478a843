//! Ports: from the bytes of a device to inputs, and from orders to bytes.
//!
//! The drivers here are sans-IO and are used by `sortie run` and by the simulator alike; `tty` opens real ports for
//! them. A driver never decides what a message means for a parcel.

mod board;
mod counters;
pub mod doorbell;
mod driver;
mod filter;
mod handheld;
mod order;
pub mod ring;
mod scanner;
pub mod tty;
mod weigher;

pub use board::BoardPort;
pub use counters::{PortCounters, PortMeter};
pub use driver::{Busy, Driver};
pub use handheld::HandheldPort;
pub use order::{Order, OrderKind};
pub use scanner::ScannerPort;
pub use weigher::WeigherPort;
