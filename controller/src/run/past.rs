//! What the journal leads to: the engine goes on where the last process ended.

use super::downtime::Downtime;
use super::orders::OrderBook;
use super::plan_taken::PlanTaken;
use super::published::Timed;
use super::publisher::log;
use super::told::Told;
use crate::check::foreign_journal;
use crate::config::LineConfig;
use crate::engine::{Engine, EngineSettings, Restored};
use crate::feed::Flights;
use crate::journal::Entry;
use crate::journal::file::{FileJournal, FileSettings};
use crate::journal::segment::Header;
use crate::replay::{Replayed, Seen, replay};
use crate::stats::Tally;
use sortie_core::input::Input;
use sortie_core::output::Output;
use std::time::Instant;

/// Everything that a line knows when it starts.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) engine: Engine<Timed>,
    pub(super) tally: Tally,
    pub(super) told: Told,
    pub(super) plan_taken: PlanTaken,
    pub(super) orders: OrderBook,
    pub(super) flights: Flights,
    pub(super) downtime: Downtime,
}

#[derive(Default)]
struct Books {
    tally: Tally,
    told: Told,
    plan_taken: PlanTaken,
    orders: OrderBook,
    flights: Flights,
    downtime: Downtime,
}

/// Replays the journal of a line and opens it for writing.
pub(super) fn past(config: &LineConfig) -> Result<Past, String> {
    let start = Instant::now();
    let mut books = Books::default();
    let replayed = replay(&config.files.journal, |seen| books.take(seen)).map_err(|error| error.to_string())?;
    let written = replayed.as_ref().and_then(|replayed| replayed.header.as_ref());
    if let Some(foreign) = written.and_then(|written| foreign_journal(config, written)) {
        return Err(foreign.to_string());
    }
    let header = Header { name: config.name.clone(), line: config.line.clone() };
    let end = replayed.as_ref().map(|replayed| &replayed.end);
    let journal = FileJournal::open(&config.files.journal, header, end, FileSettings::default());
    let journal = Timed::new(journal.map_err(|error| error.to_string())?);
    let settings = EngineSettings::default();
    let engine = match replayed {
        None => Engine::new(&config.line, journal, settings),
        Some(replayed) => {
            let same = replayed.header.as_ref().is_none_or(|header| header.line == config.line);
            tell(&replayed, same, start);
            if !same {
                books.forget();
            }
            Engine::restored(&config.line, restored(replayed, same), journal, settings)
        }
    };
    let Books { tally, told, plan_taken, orders, flights, downtime } = books;
    Ok(Past { engine, tally, told, plan_taken, orders, flights, downtime })
}

/// A line that was rebuilt starts empty: positions of the old one mean nothing on it.
fn restored(replayed: Replayed, same: bool) -> Restored {
    if same {
        return replayed.restored;
    }
    Restored { core: None, missing: Vec::new(), ..replayed.restored }
}

fn tell(replayed: &Replayed, same: bool, start: Instant) {
    let counts = replayed.restored.counts;
    log(&format!(
        "journal: {} inputs and {} outputs replayed in {} ms, {} differing",
        counts.inputs,
        counts.outputs,
        start.elapsed().as_millis(),
        counts.differing
    ));
    if replayed.end.torn > 0 {
        log(&format!(
            "journal: a torn tail of {} bytes was cut off; nothing of it had been acted on",
            replayed.end.torn
        ));
    }
    if !same {
        log("journal: the line's configuration has changed; all that rides is unknown, and the files are read again");
    }
}

impl Books {
    fn take(&mut self, seen: Seen<'_>) {
        match seen {
            Seen::Entry(at, Entry::Input(input)) => {
                if let Input::Utc { utc_ms } = input {
                    self.downtime.utc(at, *utc_ms);
                } else if let Input::Plan(plan) = input {
                    self.plan_taken.taken(plan);
                }
                self.told.taken(input);
                self.orders.taken(input);
                self.flights.take(input);
            }
            Seen::Entry(_, Entry::Output(Output::Record(record))) => self.tally.take(record),
            Seen::Entry(_, Entry::Output(Output::Board(_))) => {}
            Seen::Entry(_, Entry::Gap { .. }) | Seen::OtherLine => self.forget(),
        }
    }

    /// The core starts empty there.
    fn forget(&mut self) {
        self.told.clear();
        self.plan_taken.clear();
        self.orders.clear();
    }
}
