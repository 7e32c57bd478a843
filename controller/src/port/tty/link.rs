//! The way from the core thread to the board's port.

use crate::port::doorbell::{Doorbell, Doorway};
use crate::port::{Order, OrderKind};
use rtrb::{Consumer, Producer, RingBuffer};
use sortie_protocol::board::telegram::HostTelegram;
use std::collections::VecDeque;

/// Orders in the ring: every item that can ride can be cancelled and fired anew at once.
const RING_ORDERS: usize = 4 * sortie_core::limits::ITEMS;
/// Orders kept behind a full ring, while the board's port is gone.
const BACKLOG_ORDERS: usize = 4 * RING_ORDERS;

/// The core thread's end.
#[derive(Debug)]
pub struct OrderSender {
    ring: Producer<Order>,
    backlog: VecDeque<Order>,
    bell: Doorbell,
    /// Orders of this epoch were lost, so nothing of it may leave any more.
    broken: Option<u32>,
    lost: u64,
}

/// The port task's end.
pub type OrderReceiver = Consumer<Order>;

/// What a port task needs to take orders.
#[derive(Debug)]
pub struct Link {
    /// Where the orders come from.
    pub orders: OrderReceiver,
    /// What rings when there are some.
    pub doorway: Doorway,
}

/// A way for orders.
#[must_use]
pub fn orders((bell, doorway): (Doorbell, Doorway)) -> (OrderSender, Link) {
    let (ring, receiver) = RingBuffer::new(RING_ORDERS);
    let sender = OrderSender { ring, backlog: VecDeque::with_capacity(64), bell, broken: None, lost: 0 };
    (sender, Link { orders: receiver, doorway })
}

impl OrderSender {
    /// Hands an order over. It never blocks: behind a full ring orders queue up, and beats are left out, for a later
    /// one says the same. When even that is full the rest of the epoch is lost: no beat leaves any more, so that the
    /// board fires nothing on orders that were not corrected, until the link comes up anew.
    pub fn push(&mut self, order: Order) {
        if self.broken == Some(order.epoch) {
            self.lost += 1;
            return;
        }
        self.drain();
        if self.backlog.is_empty() && self.ring.push(order).is_ok() {
            return;
        }
        if matches!(order.what, OrderKind::Command(HostTelegram::Beat { .. })) {
            return;
        }
        if self.backlog.len() < BACKLOG_ORDERS {
            self.backlog.push_back(order);
        } else {
            self.broken = Some(order.epoch);
            self.lost += 1;
        }
    }

    /// Ends a turn: whatever was pushed is on its way.
    pub fn ring(&mut self) {
        self.drain();
        self.bell.ring();
    }

    /// Orders that wait.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.backlog.len() + RING_ORDERS - self.ring.slots()
    }

    /// Orders that were lost because the board could not be reached for too long.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    fn drain(&mut self) {
        while let Some(order) = self.backlog.front() {
            if self.ring.push(*order).is_err() {
                return;
            }
            self.backlog.pop_front();
        }
    }
}
