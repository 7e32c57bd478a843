//! `sortie run`: a line, from its configuration to a clean stop.
//!
//! Threads: `core` turns the engine; `ports` is the runtime of all serial ports; `files` follows what hosts and
//! operators write; `results` follows the journal and writes what became of closed flights; the main thread keeps the
//! counters, the log and the flight recorder. Between them are rings and
//! one bounded queue, and no lock.

mod core_thread;
mod downtime;
mod files;
mod half_lines;
mod listener;
mod orders;
mod past;
mod plan_book;
mod plan_taken;
mod plans;
mod port_watch;
mod ports;
mod published;
mod publisher;
mod results;
mod start;
mod told;

use crate::refusal::refusal;
use clap::Args;
use listener::Listener;
use publisher::log;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
use sortie_core::input::Input;
use sortie_core::records::{Order, OrderRecord, Person};
use start::Running;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Time between two looks of the counters.
const LOOK: Duration = Duration::from_millis(20);
/// Time between two stats lines.
const STATS: Duration = Duration::from_secs(1);

/// Arguments of `sortie run`.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// The line's configuration
    #[arg(long, default_value = "line.toml")]
    pub config: PathBuf,
    /// How long the core thread looks for work before it sleeps, in microseconds; more needs a core of its own
    #[arg(long, default_value_t = 20)]
    pub spin_us: u64,
    /// Print one JSON object on the last line (the stats lines are JSON in any case)
    #[arg(long)]
    pub json: bool,
}

/// Runs the line until SIGINT, SIGTERM or SIGHUP, which a closed terminal sends. SIGUSR1 writes the flight recorder down, SIGUSR2 acknowledges all alarms.
///
/// # Errors
/// When the stats cannot be written; a closed pipe only ends them, not the line.
pub fn run(args: &RunArgs) -> io::Result<ExitCode> {
    let out = Listener::on("stats", io::stdout(), false)?;
    publisher::open_log()?;
    let ended = until_told(args, &out);
    publisher::close_log();
    out.finish();
    ended
}

fn until_told(args: &RunArgs, out: &Listener) -> io::Result<ExitCode> {
    let signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => return Err(refusal(1, format!("cannot listen for signals: {error}"))),
    };
    match start::start(args) {
        Ok(running) => watch(running, &signals, out),
        Err(error) => Err(refusal(1, error)),
    }
}

/// The order of whoever can signal the process.
fn acknowledge() -> Input {
    let by = Person::from_slice(orders::SIGNAL).unwrap_or_default();
    Input::Order(OrderRecord { by, what: Order::Acknowledge })
}

/// Keeps the counters while the line runs, and stops it.
fn watch(mut running: Running, signals: &Signals, out: &Listener) -> io::Result<ExitCode> {
    let mut due = Instant::now();
    let mut listening = true;
    while !signals.stop.load(Ordering::Acquire) && !running.core.is_finished() {
        running.publisher.collect();
        if due.elapsed() >= STATS {
            due += STATS;
            running.publisher.look_at_ports();
            listening = listening && running.publisher.write(out, false).is_ok();
        }
        if signals.dump.swap(false, Ordering::AcqRel) {
            running.publisher.dump("asked for by SIGUSR1");
        }
        if signals.acknowledge.swap(false, Ordering::AcqRel) {
            let _ = running.publisher.queue.push(acknowledge());
        }
        std::thread::sleep(LOOK);
    }
    stop(running, out, listening)
}

fn stop(running: Running, out: &Listener, listening: bool) -> io::Result<ExitCode> {
    let Running { stop, core, files, results, last_look, mut publisher } = running;
    stop.store(true, Ordering::Release);
    core.thread().unpark();
    let sound = core.join().is_ok();
    last_look.store(true, Ordering::Release);
    let _ = files.join();
    let _ = results.join();
    publisher.collect();
    if !sound {
        publisher.dump("the core thread ended by itself");
        log("the core thread ended by itself; the journal is sound: start again to go on");
    }
    if listening {
        publisher.write(out, true)?;
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Flags that signals raise.
struct Signals {
    stop: Arc<AtomicBool>,
    dump: Arc<AtomicBool>,
    acknowledge: Arc<AtomicBool>,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let flag = |signals: &[i32]| -> io::Result<Arc<AtomicBool>> {
            let flag = Arc::new(AtomicBool::new(false));
            for signal in signals {
                signal_hook::flag::register(*signal, Arc::clone(&flag))?;
            }
            Ok(flag)
        };
        let stops: &[i32] = if ignores_hangup() { &[SIGINT, SIGTERM] } else { &[SIGINT, SIGTERM, SIGHUP] };
        Ok(Self { stop: flag(stops)?, dump: flag(&[SIGUSR1])?, acknowledge: flag(&[SIGUSR2])? })
    }
}

/// Whether whoever started the process wants it to outlive its terminal, as `nohup` does.
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask >> (SIGHUP - 1) & 1 == 1)
}
