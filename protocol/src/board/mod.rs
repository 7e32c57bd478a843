//! The board link: telegrams between the line board and the host, and the two ends that carry them.
//!
//! Bytes become frames in [`decoder`], frames are laid out in [`frame`] and [`layout`], the ends make two in-order,
//! acknowledged, repeated streams of them, and [`fire_queue`] is the board's side of a divert. No end opens a port or
//! reads a clock.

mod board_end;
pub mod check;
pub mod cobs;
mod counters;
pub mod decoder;
pub mod fire_queue;
pub mod frame;
mod host_end;
mod inbox;
pub mod layout;
mod outbox;
pub mod sequence;
mod settings;
pub mod telegram;

pub use board_end::{BoardEnd, BoardEvent, Identity};
pub use counters::LinkCounters;
pub use fire_queue::{FireAction, FireQueue, Moment};
pub use host_end::{HostEnd, HostEvent, Resume, WindowFull};
pub use settings::{BOARD_WINDOW, HOST_WINDOW, LinkSettings};
