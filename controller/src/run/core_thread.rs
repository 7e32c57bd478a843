//! The core thread: takes from the rings, turns the engine, sleeps when there is nothing to do.

use super::published::{Outlet, Published, Timed};
use crate::clock::{Clock, WallClock};
use crate::engine::Engine;
use crate::port::ring::{Bell, InputReceiver, oldest};
use crossbeam_queue::ArrayQueue;
use sortie_core::input::Input;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Inputs taken from all ports in one turn.
const PORTS_BITE: usize = 256;
/// Inputs taken from everybody else in one turn: a million parcels must not hold up a scan.
const QUEUE_BITE: usize = 16;
/// UTC comes in once a second.
const UTC_NS: u64 = 1_000_000_000;
/// The longest sleep, so that a stop is seen.
const SLEEP_MAX: Duration = Duration::from_millis(100);

/// Everything that the core thread owns.
#[derive(Debug)]
pub(super) struct CoreThread {
    pub(super) engine: Engine<Timed>,
    /// What has to be taken before all else.
    pub(super) plan: Option<Input>,
    pub(super) outlet: Outlet,
    pub(super) rings: Vec<InputReceiver>,
    pub(super) queue: Arc<ArrayQueue<Input>>,
    pub(super) clock: Clock,
    pub(super) bell: Bell,
    pub(super) stop: Arc<AtomicBool>,
    /// How long it looks for work before it sleeps.
    pub(super) spin: Duration,
    pub(super) utc_at: u64,
    pub(super) wall: WallClock,
}

impl CoreThread {
    /// Runs until it is told to stop; then everything taken is made durable.
    pub(super) fn run(mut self) {
        if let Some(plan) = self.plan.take() {
            self.engine.take(self.clock.now(), &plan, &mut self.outlet);
        }
        self.engine.take(self.clock.now(), &Input::Started, &mut self.outlet);
        while !self.stop.load(Ordering::Acquire) {
            if !self.turn() {
                self.wait();
            }
        }
        self.turn();
        self.engine.flush(self.clock.now(), &mut self.outlet);
        self.outlet.end_turn();
    }

    /// One turn of the engine; says whether there was anything to take.
    fn turn(&mut self) -> bool {
        let (ports, all) = self.take_ports();
        // What has no time of its own comes last and must not make anything look late that still waits behind a disk
        // that took its time.
        let now = if all { self.clock.now() } else { self.engine.at() };
        let mut took = ports > 0;
        if all {
            self.utc(now);
        }
        for _ in 0..QUEUE_BITE {
            let Some(input) = self.queue.pop() else { break };
            self.engine.take(now, &input, &mut self.outlet);
            took = true;
        }
        self.engine.finish(self.clock.now(), &mut self.outlet);
        self.outlet.end_turn();
        if let Some(took_ns) = self.engine.journal().took_ns() {
            self.outlet.publish(Published::Synced { took_ns });
        }
        took
    }

    /// Takes what the ports brought, the oldest first: after a wait for the disk each ring holds some seconds, and one ring
    /// after the other would give what was read then to items that came later. Says how many, and whether that was all.
    fn take_ports(&mut self) -> (usize, bool) {
        for took in 0..PORTS_BITE {
            let Some(place) = oldest(&self.rings) else { return (took, true) };
            let Ok(stamped) = self.rings[place].pop() else { return (took, true) };
            self.engine.take(stamped.at, &stamped.input, &mut self.outlet);
        }
        (PORTS_BITE, false)
    }

    fn utc(&mut self, now: u64) {
        if now >= self.utc_at {
            self.utc_at = now + UTC_NS;
            let reading = self.wall.read(now, Clock::utc_ms());
            self.outlet.clock_off(reading.off_ms);
            if let Some(news) = reading.news {
                self.outlet.publish(Published::Said(news.to_string()));
            }
            self.engine.take(now, &Input::Utc { utc_ms: reading.utc_ms }, &mut self.outlet);
        }
    }

    fn wait(&self) {
        let timeout = self.engine.next_timeout().map_or(self.utc_at, |at| at.min(self.utc_at));
        let start = Instant::now();
        while start.elapsed() < self.spin {
            if self.work() || self.clock.until(timeout).is_zero() {
                return;
            }
            std::hint::spin_loop();
        }
        self.bell.going_to_sleep();
        if !self.work() && !self.stop.load(Ordering::Acquire) {
            std::thread::park_timeout(self.clock.until(timeout).min(SLEEP_MAX));
        }
        self.bell.awake();
    }

    fn work(&self) -> bool {
        self.rings.iter().any(|ring| !ring.is_empty()) || !self.queue.is_empty()
    }
}
