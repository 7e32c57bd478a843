//! The files thread: follows the files of hosts and operators, and feeds what is new in them.

use super::half_lines::HalfLines;
use super::orders::OrderBook;
use super::plan_taken::PlanTaken;
use super::plans::PlanFile;
use super::published::CoreMeter;
use super::told::{Reading, Told};
use crate::config::{LineConfig, Problem};
use crate::feed::{FeedKind, FileFollower, Flights, Polled};
use crate::port::ring::Bell;
use crossbeam_queue::ArrayQueue;
use sortie_core::input::Input;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

/// Time between two looks at the files. A hold is obeyed at most this much later than it was written.
const LOOK: Duration = Duration::from_millis(50);
/// Wait between two tries at a full queue.
const QUEUE_WAIT: Duration = Duration::from_millis(1);

/// Lines of the files so far, for the stats line.
#[derive(Debug, Default)]
pub(super) struct FilesMeter {
    pub(super) taken: AtomicU64,
    pub(super) skipped: AtomicU64,
    /// The plan's file holds what was refused.
    pub(super) plan_refused: AtomicBool,
}

/// Everything that the files thread owns.
#[derive(Debug)]
pub(super) struct FilesThread {
    pub(super) config: Arc<LineConfig>,
    pub(super) queue: Arc<ArrayQueue<Input>>,
    pub(super) bell: Bell,
    pub(super) log: Sender<String>,
    pub(super) stop: Arc<AtomicBool>,
    pub(super) core: Arc<CoreMeter>,
    pub(super) meter: Arc<FilesMeter>,
    pub(super) told: Told,
    pub(super) plan_taken: PlanTaken,
    pub(super) orders: OrderBook,
    /// Flights on file, from the journal and from the files.
    pub(super) flights: Flights,
}

impl FilesThread {
    /// Follows the files until told to stop.
    pub(super) fn run(mut self) {
        while !self.stop.load(Ordering::Acquire) {
            let emptied = self.core.emptied.load(Ordering::Acquire);
            self.orders.restart();
            self.follow(emptied);
            if self.core.emptied.load(Ordering::Acquire) != emptied {
                self.told.clear();
                self.plan_taken.clear();
                self.orders.clear();
            }
        }
    }

    /// Reads the files from their start and follows them, until the core has been emptied.
    fn follow(&mut self, emptied: u64) {
        let files = &self.config.files;
        let follower = |kind, path: &Path| FileFollower::new(kind, path).with_grammars(self.config.grammars);
        let mut followers = [
            (follower(FeedKind::Flights, &files.flights), self.told.reading()),
            (follower(FeedKind::Holds, &files.holds), self.told.reading()),
            (follower(FeedKind::Parcels, &files.parcels), self.told.reading()),
        ];
        let mut orders = follower(FeedKind::Orders, &files.orders);
        let mut plan = PlanFile::default();
        let mut half_lines = HalfLines::new();
        let mut loaded = false;
        while !self.stop.load(Ordering::Acquire) && self.core.emptied.load(Ordering::Acquire) == emptied {
            let [flights, holds, parcels] = &mut followers;
            let mut more = self.poll(flights);
            if !more {
                self.plan(&mut plan);
            }
            more |= self.poll(parcels);
            // At first the parcels have to be there; later no hold and no order waits for a long file of parcels.
            if loaded || !more {
                loaded = true;
                more |= self.poll(holds);
                // What is ordered while nothing can be written down would be refused now and, after a kill, obeyed.
                if !self.core.failing.load(Ordering::Relaxed) {
                    more |= self.poll_orders(&mut orders);
                }
            }
            if !more {
                let half = half_lines.look(followers.iter().map(|(follower, _)| follower).chain([&orders]));
                half.into_iter().for_each(|problem| drop(self.log.send(problem.to_string())));
                std::thread::sleep(LOOK);
            }
        }
    }

    /// Reads one bite of a file; says whether there is more to read at once.
    fn poll(&mut self, (follower, reading): &mut (FileFollower, Reading)) -> bool {
        let (lines, polled) = self.bite(follower);
        if polled.restarted || polled.unreadable {
            reading.restart();
        }
        if polled.unreadable {
            return false;
        }
        for input in self.told.read(reading, lines, polled.more) {
            self.flights.take(&input);
            self.feed(input);
        }
        polled.more
    }

    /// The same of the orders file.
    fn poll_orders(&mut self, follower: &mut FileFollower) -> bool {
        let (inputs, polled) = self.bite(follower);
        if polled.missing {
            self.orders.missing();
        } else if polled.restarted || polled.unreadable {
            self.orders.restart();
        }
        if polled.unreadable {
            return false;
        }
        let new = self.orders.read(inputs, polled.more);
        new.notes.into_iter().for_each(|note| drop(self.log.send(note)));
        new.feed.into_iter().for_each(|order| self.feed(order));
        polled.more
    }

    fn bite(&self, follower: &mut FileFollower) -> (Vec<Input>, Polled) {
        let mut inputs = Vec::new();
        let mut report = |problem: Problem| drop(self.log.send(problem.to_string()));
        let polled = follower.poll(&mut |input| inputs.push(input), &mut report);
        self.meter.taken.fetch_add(u64::from(polled.taken), Ordering::Relaxed);
        self.meter.skipped.fetch_add(u64::from(polled.skipped), Ordering::Relaxed);
        (inputs, polled)
    }

    /// Looks at the plan's file.
    fn plan(&mut self, file: &mut PlanFile) {
        let looked = file.look(&self.config, &self.flights, &mut self.plan_taken);
        self.meter.plan_refused.store(file.is_refused(), Ordering::Relaxed);
        if let Some(plan) = looked.feed {
            self.feed(Input::Plan(Box::new(plan)));
        }
        looked.said.into_iter().for_each(|text| drop(self.log.send(text)));
    }

    /// Hands an input to the core thread; waits while the queue is full.
    fn feed(&self, input: Input) {
        let mut input = input;
        while let Err(back) = self.queue.push(input) {
            if self.stop.load(Ordering::Acquire) {
                return;
            }
            input = back;
            self.bell.ring();
            std::thread::sleep(QUEUE_WAIT);
        }
        self.bell.ring();
    }
}
