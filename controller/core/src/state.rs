//! The core as a whole: its state, and the one place where an input is handed to its owner.

use crate::allocation::{OtherPlans, PlanInUse, RuleOrder, TABLE_ORDER};
use crate::belt::Belt;
use crate::chutes::ChuteState;
use crate::coding::Announcement;
use crate::containers::{Handhelds, Labels};
use crate::customs::Pulls;
use crate::flights::Flights;
use crate::geometry::Geometry;
use crate::identification::{PendingRead, ScannerState};
use crate::input::Input;
use crate::items::Items;
use crate::limits::{ALARMS, PENDING_READS};
use crate::line::Line;
use crate::line_state::LineStatus;
use crate::output::{Alarm, FlushCause, Reason, Record};
use crate::outputs::Outputs;
use crate::parcels::Parcels;
use crate::permits::PermitState;
use crate::reconcile::Reconciliation;
use crate::ring::Carriers;
use crate::room::{QueueRoom, Room};
use crate::tracking::{PecState, WeigherState};
use alloc::vec::Vec;
use sortie_protocol::board::telegram::BoardTelegram;

/// Totals since the journal began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Items born at the entry PEC.
    pub born: u64,
    /// Items confirmed into a chute of their flight.
    pub sorted: u64,
    /// Items confirmed into an exception chute.
    pub exceptions: u64,
    /// Items whose discharge was not confirmed.
    pub unconfirmed: u64,
    /// Items that rode off at the end of the line.
    pub end_of_line: u64,
    /// Items that were not on the belt any more at the end of the line.
    pub gone: u64,
    /// Reads that were given to no item.
    pub reads_ignored: u64,
    /// Smallest distance, in counts, between sending a fire and its commit count; negative never.
    pub margin_counts_min: Option<u64>,
}

/// The deterministic core of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core {
    pub(crate) geometry: Geometry,
    pub(crate) belt: Belt,
    pub(crate) items: Items,
    pub(crate) next_item: u32,
    /// By induction zone: bodies that its scanners were shown.
    pub(crate) next_ordinals: Vec<u32>,
    pub(crate) pecs: Vec<PecState>,
    pub(crate) scanners: Vec<ScannerState>,
    pub(crate) weighers: Vec<WeigherState>,
    pub(crate) pending: QueueRoom<PendingRead>,
    /// The latest clock by which any item that rides was read.
    pub(crate) read_by_ns: i64,
    pub(crate) chutes: Vec<ChuteState>,
    pub(crate) parcels: Parcels,
    pub(crate) flights: Flights,
    pub(crate) pulls: Pulls,
    pub(crate) plan: PlanInUse,
    pub(crate) other_plans: OtherPlans,
    pub(crate) rule_order: RuleOrder,
    pub(crate) announcement: Option<Announcement>,
    pub(crate) reconciliation: Reconciliation,
    /// Strangers seen before this count rode on the belt when it was flushed.
    pub(crate) flushed_until: u64,
    /// The belt was flushed, and the first count of the new domain has not come yet.
    pub(crate) flush_pending_domain: bool,
    /// UTC as it was told last; where the clock was set back, earlier than the UTC that counts.
    pub(crate) told_utc_ms: Option<i64>,
    /// Something at a chute has changed that people see.
    pub(crate) chutes_touched: bool,
    /// A lamp may have to be told.
    pub(crate) lamps_due: bool,
    pub(crate) line_status: LineStatus,
    pub(crate) permits: PermitState,
    pub(crate) carriers: Carriers,
    /// Host time at which a chute may be full or jammed.
    pub(crate) next_chute_check: u64,
    pub(crate) next_container: u32,
    /// Containers whose change has begun and that are not closed yet.
    pub(crate) closing: u16,
    pub(crate) labels: Labels,
    pub(crate) handhelds: Handhelds,
    /// Count after which a jam may have begun or ended.
    pub(crate) next_jam: u64,
    /// Count at which a joint confirm window may close.
    pub(crate) next_confirm: u64,
    pub(crate) journal_failed: bool,
    pub(crate) alarms: Room<Alarm>,
    pub(crate) totals: Totals,
    pub(crate) by_code: [u64; Reason::ALL.len()],
    /// Host time of the input being taken.
    pub(crate) now: u64,
}

impl Core {
    /// Takes all storage that the line will ever need.
    #[must_use]
    pub fn new(line: &Line) -> Self {
        let geometry = Geometry::new(line);
        let mut scanners = Vec::with_capacity(line.scanners.len());
        scanners.resize_with(line.scanners.len(), ScannerState::new);
        let mut pecs = Vec::with_capacity(line.pecs.len());
        pecs.resize_with(line.pecs.len(), PecState::new);
        let mut chutes = Vec::with_capacity(line.chutes.len());
        chutes.resize_with(line.chutes.len(), ChuteState::new);
        Self {
            plan: PlanInUse::new(line.chutes.len()),
            other_plans: OtherPlans::new(line.chutes.len()),
            rule_order: TABLE_ORDER,
            announcement: None,
            next_ordinals: alloc::vec![0; geometry.zones()],
            carriers: Carriers::new(geometry.zones()),
            geometry,
            belt: Belt::new(),
            items: Items::new(),
            next_item: 1,
            pecs,
            scanners,
            weighers: line.weighers.iter().map(|_| WeigherState::default()).collect(),
            pending: QueueRoom::new(PENDING_READS),
            read_by_ns: i64::MIN,
            chutes,
            parcels: Parcels::new(line.parcels_max as usize),
            flights: Flights::new(),
            pulls: Pulls::new(),
            reconciliation: Reconciliation::new(),
            flushed_until: 0,
            flush_pending_domain: true,
            told_utc_ms: None,
            chutes_touched: false,
            lamps_due: false,
            line_status: LineStatus::default(),
            permits: PermitState::new(line.chutes.len()),
            next_chute_check: u64::MAX,
            next_container: 1,
            closing: 0,
            labels: Labels::new(),
            handhelds: Handhelds::new(),
            next_jam: u64::MAX,
            next_confirm: u64::MAX,
            journal_failed: false,
            alarms: Room::new(ALARMS),
            totals: Totals::default(),
            by_code: [0; Reason::ALL.len()],
            now: 0,
        }
    }

    /// Takes one input, stamped `at` nanoseconds, and says what follows from it. `out` is cleared first.
    ///
    /// What does not come with every tick is marked `inline(never)`, here and in what this calls: the way of a tick
    /// stays short, and most of it in the processor's cache.
    pub fn step(&mut self, at: u64, input: &Input, out: &mut Outputs) {
        out.clear();
        self.now = self.now.max(at);
        match input {
            Input::Utc { utc_ms } => {
                self.told_utc_ms = Some(*utc_ms);
                self.take_utc(*utc_ms, out);
                self.watch_weighers(out);
            }
            Input::Started => self.take_started(out),
            Input::LinkUp { boot, resumed, new_session, time_ms } => {
                self.compare_clocks(*boot, *resumed && *new_session, *time_ms);
                self.take_link_up(*boot, *resumed, *new_session, out);
                if let Some(time_ms) = time_ms {
                    self.belt.learn_clock(self.now, *time_ms);
                }
            }
            Input::EventsLost => self.flush(FlushCause::EventsLost, out),
            Input::Board { seq, telegram } => self.take_board(at, *seq, telegram, out),
            Input::ScannerPort { scanner, open } => self.take_scanner_port(usize::from(*scanner), *open, out),
            Input::Read(read) => self.take_read(at, read, out),
            Input::Weight(weight) => self.take_weight(at, weight, out),
            Input::Parcel(record) => self.take_parcel(record, out),
            Input::Hold(record) => self.take_hold(record, out),
            Input::Departed(key) => self.take_departed(key),
            Input::Flight(record) => self.take_flight(record, out),
            Input::Plan(plan) => self.take_plan(plan, out),
            Input::JournalFailed(failed) => self.take_journal_failed(*failed, out),
            Input::Order(order) => self.take_order(order, out),
            Input::Handheld { station, text } => self.take_handheld(*station, text, out),
        }
        self.settle(out);
    }

    /// What may follow from any input. Nearly always nothing does.
    fn settle(&mut self, out: &mut Outputs) {
        if self.now >= self.next_chute_check {
            self.check_chutes(out);
        }
        if self.closing > 0 {
            self.settle_changes(out);
        }
        if self.flights.unsettled > 0 {
            self.settle_flights(out);
        }
        if core::mem::take(&mut self.chutes_touched) {
            self.tell_chutes(out);
        }
        self.tell_line(out);
        self.tell_permits(out);
        self.tell_loads(out);
    }

    fn take_board(&mut self, at: u64, seq: u32, telegram: &BoardTelegram, out: &mut Outputs) {
        self.hear_board(out);
        self.belt.next_seq = seq.wrapping_add(1);
        if self.belt.next_seq == 0 {
            // Sequence number 0 stands for "unnumbered".
            self.belt.next_seq = 1;
        }
        let Some(count) = self.telegram_count(telegram, out) else { return };
        match *telegram {
            BoardTelegram::Clock { time_ms, .. } => {
                self.belt.clock(at, count, time_ms);
                self.bound_reads(time_ms);
                self.watch_pace(count, time_ms, out);
                self.doubt_late_reads(out);
                self.tell_lamp(out);
            }
            BoardTelegram::Edge { sensor, blocked, .. } => self.take_edge(sensor, blocked, count, out),
            BoardTelegram::Chute { chute, sensor, active, .. } => self.take_chute(chute, sensor, active, count, out),
            BoardTelegram::Button { button, pressed, .. } => {
                if pressed {
                    self.take_button(button, out);
                }
            }
            BoardTelegram::Belt { motion, estop, guard_open, .. } => {
                self.take_motion(motion, estop || guard_open, out);
            }
            BoardTelegram::Outcome { tag, revision, outcome, .. } => {
                self.take_outcome(tag, revision, outcome, count, out);
            }
            BoardTelegram::QueueEntry { query, tag, revision, outcome } => {
                self.take_queue_entry(query, tag, revision, outcome, out);
            }
            BoardTelegram::QueueEnd { query, .. } => self.take_queue_end(query, out),
        }
        // A count that has leapt is judged by the next clock telegram before anything falls due by it.
        if self.belt.keeps_to_clock(&self.geometry) {
            self.advance(out);
        }
    }

    /// Extends the count that a telegram carries; flushes on one that is impossible.
    fn telegram_count(&mut self, telegram: &BoardTelegram, out: &mut Outputs) -> Option<u64> {
        let wire = match *telegram {
            BoardTelegram::Clock { count, .. }
            | BoardTelegram::Edge { count, .. }
            | BoardTelegram::Chute { count, .. }
            | BoardTelegram::Button { count, .. }
            | BoardTelegram::Belt { count, .. }
            | BoardTelegram::Outcome { count, .. } => count,
            BoardTelegram::QueueEntry { .. } | BoardTelegram::QueueEnd { .. } => return Some(self.belt.count),
        };
        let mut extended = self.belt.extend(wire, &self.geometry);
        if extended.is_none() && self.belt.may_leap {
            if !self.belt.leap(wire) {
                self.forget_carriers(true);
            }
            self.open_domain();
            extended = Some(self.belt.count);
        }
        if extended.is_none() {
            self.flush(FlushCause::EncoderReset, out);
            self.alarm(Alarm::EncoderFault, true, out);
        }
        let extended = extended.or_else(|| self.belt.extend(wire, &self.geometry));
        if self.flush_pending_domain {
            self.open_domain();
        }
        extended
    }

    /// Does everything whose count has come.
    pub(crate) fn advance(&mut self, out: &mut Outputs) {
        let count = self.belt.count;
        self.settle_reads(count, out);
        self.settle_confirms(count, out);
        self.watch_jams(count, out);
        // Each pass moves the item's deadline beyond `count`; the bound is against a defect that does not.
        let (mut passes, bound) = (0, 4 * crate::limits::ITEMS);
        while passes < bound
            && let Some(slot) = self.items.first_due(count)
        {
            self.item_due(slot, count, out);
            passes += 1;
        }
        debug_assert!(passes < bound, "an item is due again and again at {count}");
    }

    #[inline(never)]
    fn take_started(&mut self, out: &mut Outputs) {
        self.belt.link_up = false;
        self.line_status.heard_at = self.now;
        // What failed was the last process's journal. Whoever starts has opened one, and says it when that fails.
        if self.journal_failed {
            self.take_journal_failed(false, out);
        }
        if !self.plan.in_use {
            self.alarm(Alarm::NoPlan, true, out);
        }
        self.scanners.iter_mut().for_each(ScannerState::reset);
        self.weighers.iter_mut().for_each(WeigherState::lose_step);
    }

    #[inline(never)]
    fn take_journal_failed(&mut self, failed: bool, out: &mut Outputs) {
        self.journal_failed = failed;
        self.alarm(Alarm::JournalFailed, failed, out);
        // Those that were on their way did not leave.
        self.forget_lamps();
        self.decide_all(out);
    }

    /// Raises or clears an alarm, once.
    pub(crate) fn alarm(&mut self, alarm: Alarm, raised: bool, out: &mut Outputs) {
        let standing = self.alarms.iter().position(|other| *other == alarm);
        match (standing, raised) {
            (None, true) if self.alarms.len() < ALARMS => self.alarms.push(alarm),
            (Some(index), false) => {
                self.alarms.remove(index);
            }
            _ => return,
        }
        out.record(Record::Alarm { alarm, raised });
    }
}
