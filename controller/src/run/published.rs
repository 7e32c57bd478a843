//! Step 6 of the engine: what the core thread tells the counters, and how.

use crate::engine::Release;
use crate::journal::file::FileJournal;
use crate::journal::{EntryRef, Journal, JournalError};
use crate::port::tty::OrderSender;
use crate::port::{Order, OrderKind};
use rtrb::Producer;
use sortie_core::Core;
use sortie_core::input::Input;
use sortie_core::output::{Output, Record};
use sortie_core::records::Person;
use sortie_protocol::board::telegram::{BoardTelegram, Fire, HostTelegram};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

/// Entries on their way to the counters: a flush of a full belt says three things of a thousand items.
pub(super) const PUBLISHED: usize = 8192;

/// Something for the counters, the recorder and the log.
#[derive(Debug)]
pub(super) enum Published {
    /// The core said this; `by` is who gave the order that it took, if it was one.
    Record { at: u64, record: Record, by: Option<Person> },
    /// A group was synced, which took so many nanoseconds.
    Synced { took_ns: u64 },
    /// A fire was released with so much travel left, in micrometres; negative: too late.
    Margin { um: i64 },
    /// The core thread has to say something to people.
    Said(String),
}

/// Plain numbers that the core thread counts and the stats line reads.
#[derive(Debug, Default)]
pub(super) struct CoreMeter {
    pub(super) inputs: AtomicU64,
    pub(super) records: AtomicU64,
    pub(super) link_ups: AtomicU64,
    pub(super) speed_cps: AtomicU64,
    pub(super) orders: AtomicU64,
    pub(super) orders_lost: AtomicU64,
    pub(super) lost: AtomicU64,
    /// How far the computer's wall clock is off the UTC that is gone by, ms.
    pub(super) clock_off_ms: AtomicI64,
    /// Rises whenever the files have to be fed again from their start.
    pub(super) emptied: AtomicU64,
    /// The newest sync of the journal failed.
    pub(super) failing: AtomicBool,
}

/// Hands on what the engine lets out.
#[derive(Debug)]
pub(super) struct Outlet {
    pub(super) orders: OrderSender,
    published: Producer<Published>,
    meter: Arc<CoreMeter>,
    um_per_count: u32,
    count: u32,
    speed_cps: u16,
    /// Who gave the order that is being taken.
    by: Option<Person>,
    /// Something was pushed since the last bell.
    waiting: bool,
    /// Syncs in a row that failed.
    failures: u64,
}

impl Outlet {
    pub(super) fn new(
        orders: OrderSender,
        published: Producer<Published>,
        meter: Arc<CoreMeter>,
        um_per_count: u32,
    ) -> Self {
        Self { orders, published, meter, um_per_count, count: 0, speed_cps: 0, by: None, waiting: false, failures: 0 }
    }

    /// Never waits: the counters may miss something, and then say how much; the journal has it all.
    pub(super) fn publish(&mut self, published: Published) {
        if self.published.push(published).is_err() {
            self.meter.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How far the wall clock is off.
    pub(super) fn clock_off(&self, off_ms: i64) {
        self.meter.clock_off_ms.store(off_ms, Ordering::Relaxed);
    }

    /// Ends a turn.
    pub(super) fn end_turn(&mut self) {
        if std::mem::take(&mut self.waiting) || self.orders.depth() > 0 {
            self.orders.ring();
            self.meter.orders.store(self.orders.depth() as u64, Ordering::Relaxed);
            self.meter.orders_lost.store(self.orders.lost(), Ordering::Relaxed);
        }
    }

    fn margin(&mut self, fire: &Fire) {
        let ahead = i64::from(fire.count.wrapping_sub(self.count).cast_signed());
        let stroke = i64::from(fire.stroke_ms) * i64::from(self.speed_cps) / 1000;
        self.publish(Published::Margin { um: (ahead - stroke) * i64::from(self.um_per_count) });
    }
}

impl Release for Outlet {
    fn order(&mut self, _at: u64, _cause: u64, order: Order) {
        self.waiting = true;
        self.orders.push(order);
        if let OrderKind::Command(HostTelegram::Fire(fire)) = order.what {
            self.margin(&fire);
        }
    }

    fn taken(&mut self, _at: u64, _number: u64, input: &Input, _encoded: &[u8]) {
        self.meter.inputs.fetch_add(1, Ordering::Relaxed);
        self.by = if let Input::Order(order) = input { Some(order.by.clone()) } else { None };
        if let Input::Board { telegram: BoardTelegram::Clock { count, speed_cps, .. }, .. } = input {
            (self.count, self.speed_cps) = (*count, *speed_cps);
            self.meter.speed_cps.store(u64::from(*speed_cps), Ordering::Relaxed);
        } else if let Input::LinkUp { .. } = input {
            self.meter.link_ups.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn said(&mut self, at: u64, _cause: u64, output: &Output, _encoded: &[u8]) {
        if let Output::Record(record) = output {
            self.meter.records.fetch_add(1, Ordering::Relaxed);
            self.publish(Published::Record { at, record: record.clone(), by: self.by.clone() });
        }
    }

    fn durable(&mut self, _at: u64, _number: u64) {
        self.failures = 0;
        self.meter.failing.store(false, Ordering::Relaxed);
    }

    fn journal_failed(&mut self, _at: u64, error: &JournalError) {
        self.failures += 1;
        self.meter.failing.store(true, Ordering::Relaxed);
        // It is tried twice a second, perhaps all night: told ever more rarely.
        if self.failures.is_power_of_two() {
            let tries = self.failures;
            let text = format!("{error}; nothing is assigned until it can be written again (try {tries})");
            self.publish(Published::Said(text));
        }
    }

    fn emptied(&mut self, _at: u64) {
        self.meter.emptied.fetch_add(1, Ordering::Release);
        self.publish(Published::Said("the journal has a gap; the files are fed again from their start".to_owned()));
    }
}

/// A file journal whose syncs are timed.
#[derive(Debug)]
pub(super) struct Timed {
    journal: FileJournal,
    took_ns: Cell<Option<u64>>,
}

impl Timed {
    pub(super) fn new(journal: FileJournal) -> Self {
        Self { journal, took_ns: Cell::new(None) }
    }

    /// How long the newest sync took, if there was one since the last call.
    pub(super) fn took_ns(&self) -> Option<u64> {
        self.took_ns.take()
    }
}

impl Journal for Timed {
    fn append(&mut self, at: u64, entry: EntryRef<'_>) -> u64 {
        self.journal.append(at, entry)
    }

    fn sync(&mut self) -> Result<(), JournalError> {
        let start = Instant::now();
        let done = self.journal.sync();
        self.took_ns.set(u64::try_from(start.elapsed().as_nanos()).ok());
        done
    }

    fn durable(&self) -> u64 {
        self.journal.durable()
    }

    fn newest(&self) -> &[u8] {
        self.journal.newest()
    }

    fn checkpoint(&mut self, core: &Core) {
        self.journal.checkpoint(core);
    }

    fn dropped(&self) -> u64 {
        self.journal.dropped()
    }
}
