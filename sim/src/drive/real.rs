//! The real controller in virtual time: its engine, its port drivers, its readers of files, and a journal that forgets
//! what was not synced when the process is killed.
//!
//! What `sortie run` does with threads and rings is done here in one thread, in the order in which things reach the
//! process; the pieces themselves are the very same.

use super::controller::{Booked, Controller, Decided, FeedFile, FeedLine, Hooks, Told, WireCount};
use super::disk::{Disk, DiskJournal};
use super::ledger::LedgerBeside;
use super::witness::Witness;
use sortie_controller::clock::WallClock;
use sortie_controller::config::{LineConfig, plan_from_str};
use sortie_controller::engine::{Engine, EngineSettings, Release};
use sortie_controller::feed::{FeedKind, Flights, parse_line};
use sortie_controller::journal::Journal;
use sortie_controller::journal::memory::Keep;
use sortie_controller::port::{Driver, Order, OrderKind};
use sortie_core::Core;
use sortie_core::input::Input;
use sortie_core::output::{Alarm, Outlet, Output, Record};
use sortie_protocol::board::telegram::HostTelegram;
use sortie_protocol::identifier::Grammars;
use sortie_world::oracle::{Queue, Restart};
use sortie_world::upset::Upset;
use std::collections::VecDeque;
use std::sync::Arc;

/// Told before and after every step of the core, as a test needs it that judges steps from outside.
pub trait StepWatch {
    /// The core is about to step on `input` at `at` nanoseconds.
    fn stepping(&mut self, at: u64, input: &Input);

    /// The core has stepped on `input`.
    fn stepped(&mut self, at: u64, input: &Input);

    /// It has said this about it.
    fn said(&mut self, _output: &Output) {}
}

/// The real controller.
pub struct RealController {
    config: Arc<LineConfig>,
    /// The board's port.
    board: usize,
    process: Process,
    /// By port; a port that no device uses has none.
    drivers: Vec<Option<Driver>>,
    waiting: Vec<(u64, Input)>,
    orders: VecDeque<Order>,
    flights: Flights,
    /// Records of hosts and operators that a kill would take away; a restart reads them from the files again.
    fragile: VecDeque<(u64, Input)>,
    session: u32,
    notes: Vec<String>,
    watch: Option<Box<dyn StepWatch>>,
    ledger: Option<LedgerBeside>,
    /// Rides along where the process may be killed.
    witness: Option<Witness>,
    disk: Disk,
    wall: WallClock,
    /// How much faster than the line UTC runs.
    utc_speed: u32,
}

enum Process {
    Up(Engine<DiskJournal>),
    Down(Option<DiskJournal>),
}

impl RealController {
    /// A controller for a line; it runs from [`Controller::start`] on.
    #[must_use]
    pub fn new(config: Arc<LineConfig>, keep: Keep) -> Self {
        let disk = Disk::default();
        let journal = DiskJournal::new(&config.line, keep, &disk);
        Self {
            drivers: Vec::new(),
            process: Process::Down(Some(journal)),
            waiting: Vec::with_capacity(256),
            orders: VecDeque::with_capacity(256),
            flights: Flights::default(),
            fragile: VecDeque::new(),
            session: 0,
            notes: Vec::new(),
            watch: None,
            ledger: None,
            witness: (keep == Keep::Records).then(|| Witness::new(&config.line)),
            board: config.board.port,
            config,
            disk,
            wall: WallClock::default(),
            utc_speed: 1,
        }
    }

    /// The same where UTC runs so many times as fast as the line.
    #[must_use]
    pub fn with_utc_speed(self, utc_speed: u32) -> Self {
        Self { utc_speed, wall: WallClock::hurried(utc_speed), ..self }
    }

    /// The same with somebody who watches every step of its core.
    #[must_use]
    pub fn with_watch(self, watch: Box<dyn StepWatch>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    /// The same with a ledger beside it, which tells manifests and reconciliations.
    #[must_use]
    pub fn with_ledger(self) -> Self {
        Self { ledger: Some(LedgerBeside::new()), ..self }
    }

    fn record(&mut self, at: u64, line: FeedLine<'_>) {
        let grammars = &self.config.grammars;
        let parsed = match line.file {
            FeedFile::Plan => plan_from_str("plan.toml", line.text, &self.config, &self.flights)
                .map(|checked| Input::Plan(Box::new(checked.plan)))
                .map_err(|problems| problems.to_string()),
            FeedFile::Flights => parse(FeedKind::Flights, line.text, grammars),
            FeedFile::Parcels => parse(FeedKind::Parcels, line.text, grammars),
            FeedFile::Holds => parse(FeedKind::Holds, line.text, grammars),
            FeedFile::Orders => parse(FeedKind::Orders, line.text, grammars),
        };
        match parsed {
            Ok(input) => {
                self.flights.take(&input);
                self.waiting.push((at, input));
            }
            Err(note) => self.notes.push(note),
        }
    }

    /// Hands the engine's orders to the board's driver, which gives to the wire what is due; orders that find no room
    /// wait.
    #[inline]
    fn pass_orders(&mut self, at: u64, hooks: &mut impl Hooks) {
        let Self { drivers, orders, board, .. } = self;
        let Some(Some(driver)) = drivers.get_mut(*board) else { return };
        while let Some(order) = orders.front()
            && driver.order(order).is_ok()
        {
            if let OrderKind::Command(telegram) = &order.what {
                hooks.commanded(at, telegram);
            }
            orders.pop_front();
        }
        driver.transmit(at, |bytes: &[u8]| hooks.to_line(at, *board, bytes));
    }

    #[cold]
    fn tell_notes(&mut self, at: u64, hooks: &mut impl Hooks) {
        for note in self.notes.drain(..) {
            hooks.note(at, &note);
        }
    }

    /// The process is gone; `storage` does to the journal what that does to it. What the journal still holds was taken.
    fn end(&mut self, storage: impl FnOnce(&mut DiskJournal)) {
        if let Process::Up(engine) = std::mem::replace(&mut self.process, Process::Down(None)) {
            let mut journal = engine.into_journal();
            storage(&mut journal);
            let kept = journal.durable();
            self.process = Process::Down(Some(journal));
            self.forget_behind(kept);
        }
        self.disk.leave();
        self.fragile.extend(self.waiting.drain(..).filter(|(_, input)| is_host_record(input)));
        self.orders.clear();
        self.drivers.clear();
    }

    fn forget_behind(&mut self, kept: u64) {
        self.fragile.retain(|(number, _)| *number > kept);
        if let Some(ledger) = &mut self.ledger {
            ledger.kill(kept);
        }
        if let Some(witness) = &mut self.witness {
            witness.durable(kept);
            witness.kill();
        }
    }

    /// Killed in the middle of a sync. False if nothing waits to be written: then nothing can be torn.
    fn tear(&mut self, draw: u64) -> bool {
        let Process::Up(engine) = &self.process else { return false };
        if engine.journal().memory().unsynced() == 0 {
            return false;
        }
        let mut damaged = None;
        self.end(|journal| damaged = journal.memory_mut().tear(draw).err());
        self.notes.extend(damaged.map(|what| format!("a torn journal was taken for a damaged one: {what}")));
        true
    }

    /// One turn of the engine with all that waits.
    #[inline]
    fn turn(&mut self, at: u64, hooks: &mut impl Hooks) {
        let Process::Up(engine) = &mut self.process else { return };
        // The thread that turns the engine waits for the disk; ports and link go on without it.
        if self.disk.is_busy(at) {
            return;
        }
        let ended = self.disk.take_ended();
        // Hosts write in bulk, and the bites that a process takes of that are not played here.
        let brought = self.waiting.iter().filter(|(_, input)| !is_host_record(input)).count();
        hooks.queue(at, Queue::Inputs, brought);
        hooks.queue(at, Queue::Fires, engine.held());
        hooks.queue(at, Queue::Commands, self.orders.len());
        if let Some(Some(driver)) = self.drivers.get(self.board) {
            hooks.queue(at, Queue::Window, driver.unacknowledged());
        }
        let Self { orders, fragile, watch, waiting, ledger, witness, disk, .. } = self;
        let (ledger, witness) = (ledger.as_mut(), witness.as_mut());
        let mut voice = Voice { hooks, orders, fragile, watch: watch.as_mut(), ledger, witness };
        // A sync that took long ends the turn that asked for it; what came meanwhile is of the next one.
        if ended {
            engine.finish(at, &mut voice);
        }
        for (stamp, input) in &*waiting {
            engine.take(*stamp, input, &mut voice);
        }
        waiting.clear();
        if !engine.sync_due(at) || !disk.asked(at) {
            engine.finish(at, &mut voice);
        }
    }
}

impl Controller for RealController {
    fn start(&mut self, at: u64, hooks: &mut impl Hooks) {
        let Process::Down(journal) = &mut self.process else { return };
        let Some(journal) = journal.take() else { return };
        let settings = EngineSettings::default();
        let engine = if self.session == 0 {
            Engine::new(&self.config.line, journal, settings)
        } else {
            let restored = journal.memory().restore();
            let kept = journal.durable();
            hooks.durable(at, kept);
            if let Some(ledger) = &mut self.ledger {
                ledger.durable(kept, hooks);
            }
            let same_state = self.witness.as_ref().is_none_or(|witness| witness.agrees(restored.core.as_ref()));
            hooks.restarted(at, Restart { same_outputs: restored.counts.differing == 0, same_state });
            // What was said and not durable is lost with the process; the disk is found as it is then.
            let alarms = restored.core.as_ref().map_or(&[][..], Core::alarms).iter();
            for alarm in alarms.filter(|alarm| **alarm != Alarm::JournalFailed) {
                hooks.told(at, Told::Alarm { alarm: *alarm, raised: true });
            }
            if let Some(ledger) = &mut self.ledger {
                ledger.restored(at, &restored.missing, hooks);
            }
            Engine::restored(&self.config.line, restored, journal, settings)
        };
        self.session += 1;
        self.drivers.clear();
        self.drivers.resize_with(self.config.ports.len(), || None);
        for (driver, port) in Driver::all(&self.config, self.session, engine.core().resume_point()) {
            self.drivers[port] = Some(driver);
        }
        self.wall = WallClock::hurried(self.utc_speed).going_on(engine.core().told_utc_ms());
        self.process = Process::Up(engine);
        self.waiting.push((at, Input::Started));
        // The files still hold what the journal has lost.
        self.waiting.extend(self.fragile.drain(..).map(|(_, input)| (at, input)));
    }

    fn bytes(&mut self, at: u64, port: usize, bytes: &[u8]) {
        let waiting = &mut self.waiting;
        if let Some(Some(driver)) = self.drivers.get_mut(port) {
            driver.receive(at, bytes, |input| waiting.push((at, input)));
        }
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        let waiting = &mut self.waiting;
        let Some(Some(driver)) = self.drivers.get_mut(port) else { return };
        let take = |input| waiting.push((at, input));
        if present { driver.opened(take) } else { driver.closed(take) }
    }

    fn feed(&mut self, at: u64, line: FeedLine<'_>) {
        self.record(at, line);
    }

    fn utc(&mut self, at: u64, utc_ms: i64) {
        let utc_ms = self.wall.read(at, utc_ms).utc_ms;
        self.waiting.push((at, Input::Utc { utc_ms }));
    }

    fn poll(&mut self, at: u64, hooks: &mut impl Hooks) {
        if !self.notes.is_empty() {
            self.tell_notes(at, hooks);
        }
        self.turn(at, hooks);
        self.pass_orders(at, hooks);
    }

    fn next_timeout(&self) -> Option<u64> {
        let Process::Up(engine) = &self.process else { return None };
        let board = self.drivers.get(self.board)?.as_ref().and_then(Driver::next_timeout);
        let engine = self.disk.busy_until().or_else(|| engine.next_timeout());
        match (engine, board) {
            (Some(engine), Some(board)) => Some(engine.min(board)),
            (engine, None) => engine,
            (None, board) => board,
        }
    }

    fn kill(&mut self, _at: u64) {
        self.end(|journal| {
            journal.memory_mut().kill();
        });
    }

    fn upset(&mut self, at: u64, upset: &Upset) -> bool {
        match *upset {
            Upset::DiskFull { for_ns } => self.disk.fill(at + for_ns),
            Upset::DiskStalled { for_ns } => self.disk.stall(for_ns),
            Upset::DiskSound => self.disk.mend(),
            Upset::Torn { draw, .. } => return self.tear(draw),
            Upset::ClockSet { .. }
            | Upset::ClocksMoved
            | Upset::HostSilent { .. }
            | Upset::HostSlow { .. }
            | Upset::LateHold { .. }
            | Upset::PlanChanged { .. }
            | Upset::FlightCancelled { .. } => return false,
        }
        true
    }

    fn wire(&self, port: usize) -> WireCount {
        let counters = self.drivers.get(port).and_then(Option::as_ref).map(Driver::counters).unwrap_or_default();
        WireCount { frames: counters.frames, errors: counters.errors }
    }
}

fn parse(kind: FeedKind, text: &str, grammars: &Grammars) -> Result<Input, String> {
    parse_line(kind, text.as_bytes(), grammars)
        .map_err(|fault| format!("{} {}: {}", kind.noun(), fault.column, fault.message))
}

fn is_host_record(input: &Input) -> bool {
    matches!(
        input,
        Input::Parcel(_) | Input::Hold(_) | Input::Flight(_) | Input::Plan(_) | Input::Departed(_) | Input::Order(_)
    )
}

/// What the engine says, passed on to the drive.
struct Voice<'a, H> {
    hooks: &'a mut H,
    orders: &'a mut VecDeque<Order>,
    fragile: &'a mut VecDeque<(u64, Input)>,
    watch: Option<&'a mut Box<dyn StepWatch>>,
    ledger: Option<&'a mut LedgerBeside>,
    witness: Option<&'a mut Witness>,
}

impl<H: Hooks> Release for Voice<'_, H> {
    fn order(&mut self, at: u64, cause: u64, order: Order) {
        if let OrderKind::Command(HostTelegram::Fire(_)) = order.what {
            self.hooks.released(at, cause);
        }
        self.orders.push_back(order);
    }

    fn taken(&mut self, at: u64, number: u64, input: &Input, encoded: &[u8]) {
        self.hooks.input(at, number, encoded);
        if let Input::Board { seq, telegram } = input {
            self.hooks.telegram(at, number, *seq, telegram);
        } else if matches!(input, Input::LinkUp { resumed: false, .. } | Input::EventsLost) {
            self.hooks.stream_begins(at);
        }
        if let Some(witness) = &mut self.witness {
            witness.taken(number, at, input);
        }
        if is_host_record(input) {
            self.fragile.push_back((number, input.clone()));
        }
        if let Some(ledger) = &mut self.ledger {
            ledger.taken(at, number, input);
        }
    }

    fn stepping(&mut self, at: u64, input: &Input) {
        if let Some(watch) = &mut self.watch {
            watch.stepping(at, input);
        }
    }

    fn stepped(&mut self, at: u64, input: &Input) {
        if let Some(watch) = &mut self.watch {
            watch.stepped(at, input);
        }
    }

    fn said(&mut self, at: u64, cause: u64, output: &Output, encoded: &[u8]) {
        self.hooks.output(at, cause, encoded);
        if let Some(watch) = &mut self.watch {
            watch.said(output);
        }
        if let Output::Record(record) = output {
            tell(at, record, self.hooks);
        }
        if let Some(ledger) = &mut self.ledger {
            ledger.said(at, output);
        }
    }

    fn durable(&mut self, at: u64, number: u64) {
        while self.fragile.front().is_some_and(|(fragile, _)| *fragile <= number) {
            self.fragile.pop_front();
        }
        self.hooks.durable(at, number);
        if let Some(witness) = &mut self.witness {
            witness.durable(number);
        }
        if let Some(ledger) = &mut self.ledger {
            ledger.durable(number, self.hooks);
        }
    }
}

/// The records that the drive's listeners know a use for.
#[inline(never)]
fn tell(at: u64, record: &Record, hooks: &mut impl Hooks) {
    match record {
        Record::Decided(decision) => hooks.decided(
            at,
            &Decided {
                item: decision.item,
                parcel: decision.parcel.as_deref().unwrap_or_default(),
                chute: match decision.outlet {
                    Outlet::Chute(chute) => Some(chute),
                    Outlet::EndOfLine | Outlet::AnotherPass => None,
                },
                code: decision.code.code(),
            },
        ),
        Record::Confirmed { item, chute, .. } => hooks.booked(at, Booked::Confirmed { item: *item, chute: *chute }),
        Record::Unconfirmed { item, chute, .. } => hooks.booked(at, Booked::Unconfirmed { item: *item, chute: *chute }),
        Record::Revoked { item, chute, .. } => hooks.booked(at, Booked::Revoked { item: *item, chute: *chute }),
        Record::EndOfLine { item, code } => hooks.booked(at, Booked::EndOfLine { item: *item, code: code.code() }),
        Record::Gone { item } => hooks.booked(at, Booked::Gone { item: *item }),
        Record::Flushed { .. } => hooks.booked(at, Booked::Flushed),
        Record::HoldAnswered { key, verdict } => hooks.told(at, Told::Answered { parcel: key, verdict: *verdict }),
        Record::PullOpened { pull, key, chute, container, .. } => {
            hooks.told(at, Told::PullOpened { pull: *pull, parcel: key, chute: *chute, container: *container });
        }
        Record::Alarm { alarm, raised } => hooks.told(at, Told::Alarm { alarm: *alarm, raised: *raised }),
        Record::PullClosed { pull, .. } => hooks.told(at, Told::PullClosed { pull: *pull }),
        Record::ContainerOpened { container, chute, .. } => {
            hooks.told(at, Told::ContainerOpened { container: *container, chute: *chute });
        }
        Record::Born { .. }
        | Record::Sighted { .. }
        | Record::Doubt { .. }
        | Record::Scanned { .. }
        | Record::ReadIgnored { .. }
        | Record::FireEnded { .. }
        | Record::Refused(_)
        | Record::PlanInUse { .. }
        | Record::PlanPending { .. }
        | Record::FlightChanged { .. }
        | Record::ChuteChanged { .. }
        | Record::ContainerClosing { .. }
        | Record::ContainerClosed { .. }
        | Record::FlightClosed { .. }
        | Record::Relabelled { .. }
        | Record::Announced { .. }
        | Record::Keyed { .. }
        | Record::LineChanged { .. }
        | Record::PassBegun { .. }
        | Record::Weighed { .. } => {}
    }
}
