//! One driver for each kind of device.

use super::{BoardPort, HandheldPort, Order, PortCounters, ScannerPort, WeigherPort};
use crate::config::LineConfig;
use sortie_core::input::Input;
use sortie_protocol::board::LinkSettings;

/// The board cannot take an order now: too many telegrams wait for their acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// The host's acknowledgement rides in the next beat, at most 20 ms away, and goes alone only if none comes. With the
/// time to the disk and over the wire that is well within the board's retry timer of 50 ms.
const ACK_DELAY_NS: u64 = 20_000_000;
/// Streams that stand still for so many retry times do not go on by themselves: the longest wait between two repeats is
/// eight of them.
const STUCK_RETRIES: u64 = 20;

/// What speaks on a port.
#[derive(Debug)]
pub enum Driver {
    /// The line board.
    Board(BoardPort),
    /// A scanner.
    Scanner(ScannerPort),
    /// A weigher.
    Weigher(WeigherPort),
    /// A handheld scanner.
    Handheld(HandheldPort),
}

impl Driver {
    /// A driver for each port that a device of the line uses, with the port's index; the board's comes first.
    /// `session` differs for each start; `resume` is the board's boot number and the telegram needed next.
    #[must_use]
    pub fn all(config: &LineConfig, session: u32, resume: Option<(u32, u32)>) -> Vec<(Self, usize)> {
        let board = BoardPort::new(session, resume, link_settings(config));
        let scanners = (0u8..).zip(&config.scanners);
        let weighers = (0u8..).zip(&config.weighers);
        let handhelds = (0u8..).zip(&config.handhelds);
        std::iter::once((Self::Board(board), config.board.port))
            .chain(
                scanners
                    .map(|(number, each)| (Self::Scanner(ScannerPort::new(number, each, config.grammars)), each.port)),
            )
            .chain(weighers.map(|(number, each)| (Self::Weigher(WeigherPort::new(number, each)), each.port)))
            .chain(handhelds.map(|(number, each)| (Self::Handheld(HandheldPort::new(number, each)), each.port)))
            .collect()
    }

    /// Whether it takes orders.
    #[must_use]
    pub fn is_board(&self) -> bool {
        matches!(self, Self::Board(_))
    }

    /// The port was opened.
    pub fn opened(&mut self, sink: impl FnMut(Input)) {
        match self {
            Self::Board(board) => board.opened(),
            Self::Scanner(scanner) => scanner.opened(sink),
            Self::Weigher(weigher) => weigher.opened(),
            Self::Handheld(handheld) => handheld.opened(),
        }
    }

    /// The port is gone.
    pub fn closed(&mut self, sink: impl FnMut(Input)) {
        if let Self::Scanner(scanner) = self {
            scanner.closed(sink);
        }
    }

    /// Takes bytes that were read at `now`, nanoseconds.
    pub fn receive(&mut self, now: u64, bytes: &[u8], sink: impl FnMut(Input)) {
        match self {
            Self::Board(board) => board.receive(now, bytes, sink),
            Self::Scanner(scanner) => scanner.receive(bytes, sink),
            Self::Weigher(weigher) => weigher.receive(now, bytes, sink),
            Self::Handheld(handheld) => handheld.receive(bytes, sink),
        }
    }

    /// Takes an order, if it is the board's.
    ///
    /// # Errors
    /// When the order has to be given again later.
    #[inline]
    pub fn order(&mut self, order: &Order) -> Result<(), Busy> {
        match self {
            Self::Board(board) => board.order(order),
            Self::Scanner(_) | Self::Weigher(_) | Self::Handheld(_) => Ok(()),
        }
    }

    /// Gives everything to `sink` that is due on the wire at `now`, nanoseconds.
    pub fn transmit(&mut self, now: u64, sink: impl FnMut(&[u8])) {
        match self {
            Self::Board(board) => board.transmit(now, sink),
            Self::Weigher(weigher) => weigher.transmit(now, sink),
            Self::Scanner(_) | Self::Handheld(_) => {}
        }
    }

    /// When [`Driver::transmit`] has something to do next.
    #[must_use]
    #[inline]
    pub fn next_timeout(&self) -> Option<u64> {
        match self {
            Self::Board(board) => board.next_timeout(),
            Self::Weigher(weigher) => weigher.next_timeout(),
            Self::Scanner(_) | Self::Handheld(_) => None,
        }
    }

    /// Telegrams that the board has not acknowledged, if it is the board's port.
    #[must_use]
    #[inline]
    pub fn unacknowledged(&self) -> usize {
        match self {
            Self::Board(board) => board.unacknowledged(),
            Self::Scanner(_) | Self::Weigher(_) | Self::Handheld(_) => 0,
        }
    }

    /// What the port has counted.
    #[must_use]
    pub fn counters(&self) -> PortCounters {
        match self {
            Self::Board(board) => board.counters(),
            Self::Scanner(scanner) => scanner.counters(),
            Self::Weigher(weigher) => weigher.counters(),
            Self::Handheld(handheld) => handheld.counters(),
        }
    }
}

fn link_settings(config: &LineConfig) -> LinkSettings {
    let usual = LinkSettings::default();
    let host_retry_ns = u64::from(config.board.retry_ms) * 1_000_000;
    LinkSettings {
        host_retry_ns,
        stuck_ns: usual.stuck_ns.max(STUCK_RETRIES * host_retry_ns),
        lease_ms: config.board.lease_ms,
        ack_delay_ns: ACK_DELAY_NS,
        ..usual
    }
}
