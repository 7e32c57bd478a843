//! Real serial ports: one runtime thread for all of them, one task for each.
//!
//! A port that is missing or vanishes is opened again for ever. No task ever flushes (that would block the runtime
//! until the wire is idle), and none drops an input: when a ring is full its task waits.

mod link;
mod open;
mod parity;
mod task;

pub use link::{Link, OrderReceiver, OrderSender, orders};
pub use open::{OpenError, open};
pub use task::{PortTask, serve};
