//! Starts a line: configuration, journal, threads.

use super::RunArgs;
use super::core_thread::CoreThread;
use super::files::{FilesMeter, FilesThread};
use super::past::{Past, past};
use super::port_watch::PortWatch;
use super::ports::{PortSet, spawn as spawn_ports};
use super::published::{CoreMeter, Outlet, PUBLISHED, Published};
use super::publisher::Publisher;
use super::results::ResultsThread;
use crate::check;
use crate::clock::{Clock, WallClock};
use crate::config::{LineConfig, Names, load_line};
use crate::port::doorbell::doorbell;
use crate::port::ring::Bell;
use crate::port::tty::orders;
use crate::recorder::Recorder;
use crate::stats::{Spread, Tally};
use crossbeam_queue::ArrayQueue;
use rtrb::{Consumer, RingBuffer};
use sortie_core::input::Input;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Inputs of files and operators that may wait for the core thread.
const QUEUE: usize = 1024;

/// A running line.
pub(super) struct Running {
    pub(super) core: JoinHandle<()>,
    pub(super) files: JoinHandle<()>,
    pub(super) results: JoinHandle<()>,
    /// To be raised once the core has ended, for the results.
    pub(super) last_look: Arc<AtomicBool>,
    pub(super) publisher: Publisher,
    pub(super) stop: Arc<AtomicBool>,
}

/// What the threads share.
struct Shared {
    config: Arc<LineConfig>,
    queue: Arc<ArrayQueue<Input>>,
    stop: Arc<AtomicBool>,
    core: Arc<CoreMeter>,
    files: Arc<FilesMeter>,
    log: Sender<String>,
    clock: Clock,
}

/// Starts everything, or says why it cannot be started.
pub(super) fn start(args: &RunArgs) -> Result<Running, String> {
    let config = checked(args)?;
    let past = past(&config)?;
    threads(args, config, past).map_err(|error| format!("cannot start the line's threads: {error}"))
}

fn checked(args: &RunArgs) -> Result<Arc<LineConfig>, String> {
    let config = load_line(&args.config).map_err(|problems| problems.to_string())?;
    let refusals = check::refusals(&config);
    if refusals.is_empty() {
        return Ok(Arc::new(config));
    }
    let texts: Vec<_> = refusals.iter().map(ToString::to_string).collect();
    Err(format!("{}\nthe line may not run like this; see `sortie check`", texts.join("\n")))
}

fn threads(args: &RunArgs, config: Arc<LineConfig>, past: Past) -> io::Result<Running> {
    let (log, messages) = channel();
    let shared = Shared {
        config,
        queue: Arc::new(ArrayQueue::new(QUEUE)),
        stop: Arc::new(AtomicBool::new(false)),
        core: Arc::new(CoreMeter::default()),
        files: Arc::new(FilesMeter::default()),
        log,
        clock: Clock::starting_at(past.downtime.now(past.engine.at(), Clock::utc_ms())),
    };
    let (parts, core) = core_handle()?;
    let bell = Bell::of(core.thread().clone());
    let (orders, link) = orders(doorbell()?);
    let resume = past.engine.core().resume_point();
    let wall = WallClock::default().going_on(past.engine.core().told_utc_ms());
    let ports = PortSet::new(&shared.config, &bell, shared.clock, link, resume, &shared.log);
    let (sender, published) = RingBuffer::new(PUBLISHED);
    let outlet = Outlet::new(orders, sender, Arc::clone(&shared.core), shared.config.line.um_per_count);
    let thread = CoreThread {
        engine: past.engine,
        plan: past.plan,
        outlet,
        rings: ports.rings,
        queue: Arc::clone(&shared.queue),
        clock: shared.clock,
        bell: bell.clone(),
        stop: Arc::clone(&shared.stop),
        spin: Duration::from_micros(args.spin_us),
        utc_at: 0,
        wall,
    };
    parts.send(thread).map_err(|_| io::Error::other("the core thread ended at once"))?;
    let recorder = Recorder::new(&shared.config.files.journal, ports.frames);
    let publisher = publisher(&shared, published, messages, past.tally, recorder, ports.watches);
    let stop = Arc::clone(&shared.stop);
    let last_look = Arc::new(AtomicBool::new(false));
    let results = results(&shared, &last_look)?;
    let files = FilesThread {
        config: shared.config,
        queue: shared.queue,
        bell,
        log: shared.log,
        stop: shared.stop,
        core: shared.core,
        meter: shared.files,
        told: past.told,
        plan_taken: past.plan_taken,
        orders: past.orders,
        flights: past.flights,
    };
    let files = Builder::new().name("files".to_owned()).spawn(move || files.run())?;
    spawn_ports(ports.tasks)?;
    Ok(Running { core, files, results, last_look, publisher, stop })
}

fn results(shared: &Shared, last_look: &Arc<AtomicBool>) -> io::Result<JoinHandle<()>> {
    let files = &shared.config.files;
    let results = ResultsThread {
        journal: files.journal.clone(),
        folder: files.results.clone(),
        log: shared.log.clone(),
        last_look: Arc::clone(last_look),
    };
    Builder::new().name("results".to_owned()).spawn(move || results.run())
}

/// The core thread's handle comes first, because its bell is needed to make the parts that it then receives.
fn core_handle() -> io::Result<(Sender<CoreThread>, JoinHandle<()>)> {
    let (sender, parts) = channel::<CoreThread>();
    let handle = Builder::new().name("core".to_owned()).spawn(move || {
        if let Ok(thread) = parts.recv() {
            thread.run();
        }
    })?;
    Ok((sender, handle))
}

fn publisher(
    shared: &Shared,
    published: Consumer<Published>,
    messages: Receiver<String>,
    tally: Tally,
    recorder: Recorder,
    ports: Vec<PortWatch>,
) -> Publisher {
    Publisher {
        published,
        messages,
        tally,
        recorder,
        core: Arc::clone(&shared.core),
        files: Arc::clone(&shared.files),
        ports,
        queue: Arc::clone(&shared.queue),
        um_per_count: shared.config.line.um_per_count,
        name: shared.config.name.clone(),
        names: Names::of(&shared.config),
        start: Instant::now(),
        sync: Spread::default(),
        margin: Spread::default(),
        margin_late: 0,
        margin_newest: None,
        dumped: None,
        dumps: 0,
    }
}
