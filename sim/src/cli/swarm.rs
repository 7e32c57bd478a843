//! `sortie-sim swarm`

use super::args::Swarm;
use super::campaign;
use super::out::{self, Failure, GOOD, WRONG};
use crate::scenario;
use crate::swarm::draw::draw;
use crate::swarm::one::{Broken, Order, SeedResult, last_events, run as run_seed};
use crate::swarm::report::Report;
use crate::swarm::state::{Head, StateFile};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::panic;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Progress is told so often.
const PROGRESS: Duration = Duration::from_secs(10);

/// Runs the seeds, or writes them out as scenarios.
pub(super) fn run(args: &Swarm) -> Result<u8, Failure> {
    let base = match &args.scenario {
        Some(name) => Some(scenario::load(name).map_err(|error| Failure::Usage(error.to_string()))?),
        None => None,
    };
    let order = Order { hours: args.hours, base };
    if let Some(folder) = &args.write {
        return write(args, &order, folder);
    }
    let (mut state, done) = open_state(args, &order)?;
    out::line(format_args!("swarm of seeds {} to {}, {} h each", args.seeds.0, args.seeds.1 - 1, args.hours))?;
    // A panic is a finding like any other, and is told as one.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let mut swarm = Progress::new(args);
    let threads = args.threads.or_else(|| thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let job = |seed| done.get(&seed).cloned().map_or_else(|| (true, run_seed(seed, &order)), |known| (false, known));
    let mut told = Ok(());
    campaign::run_until(args.seeds.0..args.seeds.1, threads, job, |_, (new, result)| {
        let noted = if let Some(state) = state.as_mut().filter(|_| new) { state.note(&result) } else { Ok(()) };
        if told.is_ok() {
            told = noted.and_then(|()| swarm.take(&result, new, &order));
        }
        if args.first && result.failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    panic::set_hook(hook);
    told?;
    let report = swarm.report;
    if args.json {
        out::line(report.json())?;
    } else {
        out::line(report.text())?;
    }
    Ok(if report.is_good() { GOOD } else { WRONG })
}

fn open_state(args: &Swarm, order: &Order) -> Result<(Option<StateFile>, BTreeMap<u64, SeedResult>), Failure> {
    let Some(path) = &args.state else { return Ok((None, BTreeMap::new())) };
    let text = order.base.as_ref().and_then(|base| toml::to_string(base).ok()).unwrap_or_default();
    let scenario = args
        .scenario
        .as_ref()
        .map_or_else(String::new, |name| format!("{name} {:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes())));
    let head = Head { version: env!("CARGO_PKG_VERSION").to_owned(), hours: args.hours, scenario };
    let (state, done) = StateFile::open(path, &head).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok((Some(state), done))
}

/// One file for each seed, for `sortie-sim run --scenario FILE --seed N`.
fn write(args: &Swarm, order: &Order, folder: &Path) -> Result<u8, Failure> {
    let no = |path: &Path, error: &dyn std::fmt::Display| Failure::File(format!("{}: {error}", path.display()));
    fs::create_dir_all(folder).map_err(|error| no(folder, &error))?;
    for seed in args.seeds.0..args.seeds.1 {
        let drawn = draw(seed, order.hours, order.base.as_ref());
        let path = folder.join(format!("swarm-{seed}.toml"));
        let text = toml::to_string(&drawn.scenario).map_err(|error| no(&path, &error))?;
        fs::write(&path, text).map_err(|error| no(&path, &error))?;
        out::line(format_args!("sortie-sim run --scenario {} --seed {seed}", path.display()))?;
    }
    Ok(GOOD)
}

/// Tells how it goes.
struct Progress<'a> {
    args: &'a Swarm,
    report: Report,
    begin: Instant,
    /// Seeds and parcels of this process.
    fresh: (u64, u64),
    told_at: Instant,
}

impl<'a> Progress<'a> {
    fn new(args: &'a Swarm) -> Self {
        let now = Instant::now();
        Self { args, report: Report::default(), begin: now, fresh: (0, 0), told_at: now }
    }

    fn take(&mut self, result: &SeedResult, new: bool, order: &Order) -> io::Result<()> {
        self.report.take(result);
        if new {
            self.fresh = (self.fresh.0 + 1, self.fresh.1 + result.parcels);
        }
        if let Some(broken) = &result.failure {
            self.failure(result.seed, broken, order)?;
        }
        if self.told_at.elapsed() >= PROGRESS {
            self.told_at = Instant::now();
            self.tell();
        }
        Ok(())
    }

    fn tell(&self) {
        let seconds = self.begin.elapsed().as_secs_f64().max(1e-3);
        let left = (self.args.seeds.1 - self.args.seeds.0 - self.report.seeds()) as f64;
        let (seeds, parcels) = (self.fresh.0 as f64 / seconds, self.fresh.1 as f64 / seconds);
        let _ = writeln!(
            io::stderr(),
            "{} seeds, {} parcels, {} failed; {seeds:.1} seeds/s, {parcels:.0} parcels/s, {:.0} s to go",
            self.report.seeds(),
            self.report.parcels(),
            self.report.failed().len(),
            left / seeds.max(1e-9),
        );
    }

    /// What broke, what happened last, and how to see it again.
    fn failure(&self, seed: u64, broken: &Broken, order: &Order) -> io::Result<()> {
        out::line(format_args!("FAILED seed {seed}: {} {}", broken.check, broken.first))?;
        broken.wrong.iter().try_for_each(|wrong| out::line(format_args!("  {wrong}")))?;
        for line in last_events(seed, order, broken.at) {
            out::line(format_args!("  | {line}"))?;
        }
        let scenario = self.args.scenario.as_ref().map_or_else(String::new, |name| format!(" --scenario {name}"));
        let (hours, next) = (self.args.hours, seed + 1);
        out::line(format_args!("  again: sortie-sim swarm --seeds {seed}..{next} --hours {hours}{scenario}"))
    }
}
