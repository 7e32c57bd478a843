//! `sortie-sim files`: the folder that an operator and a host would have filled.

use super::args::Files;
use super::out::{self, Failure, GOOD};
use crate::scenario;
use sortie_world::feed::{Fed, FedFile, Feed};
use sortie_world::scenario::Scenario;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Fewest parcels on file, as in a scenario.
const PARCELS_MIN: u64 = 1_000;

/// Writes the folder and says where it is.
pub(super) fn run(args: &Files) -> Result<u8, Failure> {
    write(args, None, None)?;
    out::line(format_args!("seed {}; the files lie in {}", args.seed, args.dir.display()))?;
    Ok(GOOD)
}

/// Writes the folder for a run of so many minutes, at another rate than the scenario's, if one is given.
pub(super) fn write(args: &Files, rate: Option<u32>, minutes: Option<f64>) -> Result<(), Failure> {
    let mut scenario = scenario::load(&args.scenario).map_err(|error| Failure::Usage(error.to_string()))?;
    scenario.traffic.parcels_per_hour = rate.unwrap_or(scenario.traffic.parcels_per_hour);
    if let Some(parcels) = args.parcels {
        if parcels < PARCELS_MIN {
            return Err(Failure::Usage(format!(
                "--parcels is a number from {PARCELS_MIN}: less would be fed within minutes"
            )));
        }
        scenario.host.parcels_on_file = u32::try_from(parcels).unwrap_or(u32::MAX);
    }
    if args.now {
        scenario.run.start_utc = jiff::Timestamp::now().to_string();
    }
    let per_minute = f64::from(scenario.traffic.parcels_per_hour) / 60.0;
    let planned = minutes.map(|minutes| (minutes * per_minute) as u64);
    let parcels = args.parcels.or(planned).unwrap_or(scenario.run.parcels).max(1);
    fs::create_dir_all(&args.dir).map_err(|error| at(&args.dir, &error))?;
    fill(&args.dir, &scenario, args.seed, parcels)
}

fn fill(dir: &Path, scenario: &Scenario, seed: u64, parcels: u64) -> Result<(), Failure> {
    let mut feed = Feed::new(scenario, seed, parcels);
    let ttys = fs::canonicalize(dir).map_err(|error| at(dir, &error))?.join("tty");
    let line = feed.line_toml(&|role| ttys.join(role).display().to_string());
    put(&dir.join("line.toml"), line.as_bytes())?;
    let mut flights = Lines::create(dir.join("flights.ndjson"))?;
    let mut parcels = Lines::create(dir.join("parcels.ndjson"))?;
    let mut holds = Lines::create(dir.join("holds.ndjson"))?;
    let mut orders = Lines::create(dir.join("orders.ndjson"))?;
    let mut plan = Lines::create(dir.join("plan.toml"))?;
    feed.begin(&mut |fed: Fed<'_>| match fed.file {
        FedFile::Plan => plan.add(fed.text),
        FedFile::Flights => flights.add(fed.text),
        FedFile::Parcels => parcels.add(fed.text),
        FedFile::Holds => holds.add(fed.text),
        FedFile::Orders => orders.add(fed.text),
    });
    [flights, parcels, holds, orders, plan].into_iter().try_for_each(Lines::finish)
}

/// A file that is written line by line; its first error is told at the end.
struct Lines {
    path: PathBuf,
    file: BufWriter<File>,
    result: io::Result<()>,
}

impl Lines {
    fn create(path: PathBuf) -> Result<Self, Failure> {
        let file = BufWriter::new(File::create(&path).map_err(|error| at(&path, &error))?);
        Ok(Self { path, file, result: Ok(()) })
    }

    fn add(&mut self, text: &str) {
        if self.result.is_ok() {
            self.result = writeln!(self.file, "{}", text.trim_end());
        }
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.result.and_then(|()| self.file.flush()).map_err(|error| at(&self.path, &error))
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| at(path, &error))
}

fn at(path: &Path, error: &io::Error) -> Failure {
    Failure::File(format!("{}: {error}", path.display()))
}
