//! One driver for each kind of device.

use super::{BoardPort, Order, PortCounters};
use crate::config::LineConfig;
use sortie_core::input::Input;
use sortie_protocol::board::LinkSettings;

/// The board cannot take an order now: too many telegrams wait for their acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// What speaks on a port.
#[derive(Debug)]
pub enum Driver {
    /// The line board.
    Board(BoardPort),
}

impl Driver {
    /// A driver for each port that a device of the line uses, with the port's index; the board's comes first.
    /// `session` differs for each start; `resume` is the board's boot number and the telegram needed next.
    #[must_use]
    pub fn all(config: &LineConfig, session: u32, resume: Option<(u32, u32)>) -> Vec<(Self, usize)> {
        let board = BoardPort::new(session, resume, link_settings(config));
        vec![(Self::Board(board), config.board.port)]
    }

    /// Whether it takes orders.
    #[must_use]
    pub fn is_board(&self) -> bool {
        matches!(self, Self::Board(_))
    }

    /// The port was opened.
    pub fn opened(&mut self, _sink: impl FnMut(Input)) {
        match self {
            Self::Board(board) => board.opened(),
        }
    }

    /// The port is gone.
    pub fn closed(&mut self, _sink: impl FnMut(Input)) {
        match self {
            Self::Board(_) => {}
        }
    }

    /// Takes bytes that were read at `now`, nanoseconds.
    pub fn receive(&mut self, now: u64, bytes: &[u8], sink: impl FnMut(Input)) {
        match self {
            Self::Board(board) => board.receive(now, bytes, sink),
        }
    }

    /// Takes an order, if it is the board's.
    ///
    /// # Errors
    /// When the order has to be given again later.
    pub fn order(&mut self, order: &Order) -> Result<(), Busy> {
        match self {
            Self::Board(board) => board.order(order),
        }
    }

    /// Gives everything to `sink` that is due on the wire at `now`, nanoseconds.
    pub fn transmit(&mut self, now: u64, sink: impl FnMut(&[u8])) {
        match self {
            Self::Board(board) => board.transmit(now, sink),
        }
    }

    /// When [`Driver::transmit`] has something to do next.
    #[must_use]
    pub fn next_timeout(&self) -> Option<u64> {
        match self {
            Self::Board(board) => board.next_timeout(),
        }
    }

    /// What the port has counted.
    #[must_use]
    pub fn counters(&self) -> PortCounters {
        match self {
            Self::Board(board) => board.counters(),
        }
    }
}

fn link_settings(config: &LineConfig) -> LinkSettings {
    LinkSettings {
        host_retry_ns: u64::from(config.board.retry_ms) * 1_000_000,
        lease_ms: config.board.lease_ms,
        ..LinkSettings::default()
    }
}
