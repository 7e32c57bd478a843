//! What the journal leads to: the engine goes on where the last process ended.

use super::downtime::Downtime;
use super::orders::OrderBook;
use super::plan_book::{Kept, PlanBook};
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
use sortie_core::line::Line;
use sortie_core::output::{Output, Record};
use std::time::Instant;

/// Everything that a line knows when it starts.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) engine: Engine<Timed>,
    /// The plan that stays in use though the plan's file holds another one.
    pub(super) plan: Option<Input>,
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
    plans: PlanBook,
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
    let mut plan = None;
    let engine = match replayed {
        None => Engine::new(&config.line, journal, settings),
        Some(replayed) => {
            let old = replayed.header.as_ref().map(|header| &header.line).filter(|line| **line != config.line);
            tell(&replayed, old.is_none(), start);
            if let Some(old) = old {
                plan = books.begin_another_line(old, &config.line);
            }
            let same = old.is_none();
            Engine::restored(&config.line, restored(replayed, same), journal, settings)
        }
    };
    let Books { tally, told, plan_taken, orders, flights, downtime, plans: _ } = books;
    Ok(Past { engine, plan, tally, told, plan_taken, orders, flights, downtime })
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
                } else if let Input::Plan(plan) = input
                    && self.plans.taken(plan)
                {
                    self.plan_taken.taken(plan);
                }
                self.told.taken(input);
                self.orders.taken(input);
                self.flights.take(input);
            }
            Seen::Entry(_, Entry::Output(Output::Record(record))) => {
                if let Record::PlanInUse { version } = record {
                    self.plans.put_into_use(*version);
                }
                self.tally.take(record);
            }
            Seen::Entry(_, Entry::Output(Output::Board(_))) => {}
            Seen::Entry(_, Entry::Gap { .. }) => {
                self.forget();
                self.plan_taken.clear();
                self.plans.clear();
            }
            // The plans are those that it went on with.
            Seen::OtherLine => self.forget(),
        }
    }

    /// The core starts empty there, and the files are told again.
    fn forget(&mut self) {
        self.told.clear();
        self.orders.clear();
    }

    /// The files are read again from their start by an empty core. A plan that was rolled back does not come again from
    /// there; gives the one that stays in use.
    fn begin_another_line(&mut self, old: &Line, new: &Line) -> Option<Input> {
        self.forget();
        self.plan_taken.clear();
        let kept = self.plans.on_another_line(old, new);
        let rolled_back = self.plans.newest_that_was_in_use().cloned();
        let in_file = kept == Kept::InFile;
        let plan = match kept {
            Kept::InFile => None,
            Kept::Plan(plan) => {
                log(&format!("journal: plan version {} stays in use, as it was", plan.version));
                Some(plan)
            }
            Kept::Nothing { rolled_back } => {
                log(&format!(
                    "journal: plan version {rolled_back} was rolled back, and the one before it is for other chutes: no \
                     plan is in use; write one with a higher version"
                ));
                None
            }
        };
        if let Some(taken) = rolled_back.map(Box::new).or_else(|| plan.clone()).filter(|_| !in_file) {
            self.plan_taken.taken(&taken);
        }
        plan.map(Input::Plan)
    }
}
