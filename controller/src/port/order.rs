//! What the engine tells the board's port.

use sortie_protocol::board::telegram::HostTelegram;

/// One order of the engine to the board's port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// How many times the link had come up otherwise than resumed, when the order was given. A command for a board
    /// that has rebooted since names counts of another life: the port drops it.
    pub epoch: u32,
    /// What to do.
    pub what: OrderKind,
}

/// What the board's port is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// Send a command.
    Command(HostTelegram),
    /// The inputs of all board telegrams up to and including this one are durable: acknowledge them.
    Acknowledge(u32),
}
