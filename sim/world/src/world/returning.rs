//! The return conveyor of a line with two ends: what reaches the end of line is brought back to the induction, in the
//! order in which it came, and goes onto the belt before anything new. People look at it there: they tie a loose strap, and
//! take out what is too long for the line, since no pass would ever bring either to a chute.

use std::collections::VecDeque;

use super::agenda::Travelled;
use super::feeding::LONGEST;
use super::{World, WorldSink};
use crate::events::Physical;
use crate::physics::lane::Slot;
use crate::physics::rider::{Cargo, Rider};

/// An induction that waits looks again after so much travel, µm.
const AGAIN: i64 = 50_000;
/// Free belt that is left behind what came back, µm.
const GAP: i64 = 300_000;

/// What is on the conveyor.
pub(super) struct Returning {
    takes_ns: u64,
    /// When each is at the induction, and what it is.
    items: VecDeque<(u64, Cargo)>,
}

impl Returning {
    pub(super) fn new(takes_ns: u64) -> Self {
        Self { takes_ns, items: VecDeque::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }
}

impl World {
    /// Items on the return conveyor.
    pub(super) fn returning(&self) -> usize {
        self.returning.as_ref().map_or(0, Returning::len)
    }

    /// An item has ridden off at the end of line, onto the return conveyor.
    pub(super) fn send_back(&mut self, slot: Slot, travel: i64, sink: &mut impl WorldSink) {
        let cargo = Cargo { hole: None, ..self.lane.rider(slot).cargo };
        let idle = self.feeding.left == 0 && self.returning() == 0;
        if cargo.length > LONGEST {
            self.carry_off(slot, travel, sink);
            return;
        }
        self.take_off(slot, travel, sink);
        if let Some(returning) = &mut self.returning {
            returning.items.push_back((self.now + returning.takes_ns, cargo));
        }
        if idle {
            self.travels.note(travel + AGAIN, Travelled::Feed(0));
        }
    }

    /// Puts the first item that has come back onto the belt; false if none has.
    pub(super) fn bring_back(&mut self, travel: i64, sink: &mut impl WorldSink) -> bool {
        let now = self.now;
        let due = self.returning.as_mut().and_then(|returning| {
            let due = returning.items.front().is_some_and(|(at, _)| *at <= now);
            if due { returning.items.pop_front() } else { None }
        });
        let Some((_, cargo)) = due else { return false };
        let mut changed = std::mem::take(&mut self.changed);
        self.lane.insert(Rider::new(cargo, travel, -1_000, 0), travel, &mut changed);
        self.changed = changed;
        sink.physical(self.now, &Physical::CameRound { item: cargo.item });
        self.crossed_all(travel, sink);
        self.travels.note(travel + cargo.length + GAP, Travelled::Feed(0));
        true
    }
}
