//! The real controller in virtual time: its engine, its port drivers, its readers of files, and a journal that forgets
//! what was not synced when the process is killed.
//!
//! What `sortie run` does with threads and rings is done here in one thread, in the order in which things reach the
//! process; the pieces themselves are the very same.

use super::controller::{Booked, Controller, Decided, FeedFile, FeedLine, Hooks, Told, WireCount};
use super::ledger::LedgerBeside;
use super::witness::Witness;
use sortie_controller::config::{LineConfig, plan_from_str};
use sortie_controller::engine::{Engine, EngineSettings, Release};
use sortie_controller::feed::{FeedKind, Flights, parse_line};
use sortie_controller::journal::memory::{Keep, MemoryJournal};
use sortie_controller::port::{Driver, Order, OrderKind};
use sortie_core::input::Input;
use sortie_core::output::{Outlet, Output, Record};
use sortie_protocol::board::telegram::HostTelegram;
use sortie_protocol::identifier::Grammars;
use sortie_world::oracle::{Queue, Restart};
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
}

enum Process {
    Up(Engine<MemoryJournal>),
    Down(Option<MemoryJournal>),
}

impl RealController {
    /// A controller for a line; it runs from [`Controller::start`] on.
    #[must_use]
    pub fn new(config: Arc<LineConfig>, keep: Keep) -> Self {
        let journal = MemoryJournal::new(&config.line, keep);
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
        }
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

    /// One turn of the engine with all that waits.
    #[inline]
    fn turn(&mut self, at: u64, hooks: &mut impl Hooks) {
        let Process::Up(engine) = &mut self.process else { return };
        // Hosts write in bulk, and the bites that a process takes of that are not played here.
        let brought = self.waiting.iter().filter(|(_, input)| !is_host_record(input)).count();
        hooks.queue(at, Queue::Inputs, brought);
        hooks.queue(at, Queue::Fires, engine.held());
        hooks.queue(at, Queue::Commands, self.orders.len());
        if let Some(Some(driver)) = self.drivers.get(self.board) {
            hooks.queue(at, Queue::Window, driver.unacknowledged());
        }
        let Self { orders, fragile, watch, waiting, ledger, witness, .. } = self;
        let (ledger, witness) = (ledger.as_mut(), witness.as_mut());
        let mut voice = Voice { hooks, orders, fragile, watch: watch.as_mut(), ledger, witness };
        for (stamp, input) in &*waiting {
            engine.take(*stamp, input, &mut voice);
        }
        waiting.clear();
        engine.finish(at, &mut voice);
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
            let restored = journal.restore();
            let same_state = self.witness.as_ref().is_none_or(|witness| witness.agrees(restored.core.as_ref()));
            hooks.restarted(at, Restart { same_outputs: restored.counts.differing == 0, same_state });
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
        match (engine.next_timeout(), board) {
            (Some(engine), Some(board)) => Some(engine.min(board)),
            (engine, None) => engine,
            (None, board) => board,
        }
    }

    fn kill(&mut self, _at: u64) {
        let taken = std::mem::replace(&mut self.process, Process::Down(None));
        self.process = match taken {
            Process::Up(engine) => {
                let mut journal = engine.into_journal();
                journal.kill();
                Process::Down(Some(journal))
            }
            down @ Process::Down(_) => down,
        };
        self.fragile.extend(self.waiting.drain(..).filter(|(_, input)| is_host_record(input)));
        self.orders.clear();
        self.drivers.clear();
        if let Some(ledger) = &mut self.ledger {
            ledger.kill();
        }
        if let Some(witness) = &mut self.witness {
            witness.kill();
        }
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
            ledger.said(at, cause, output);
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
        | Record::PassBegun { .. } => {}
    }
}
