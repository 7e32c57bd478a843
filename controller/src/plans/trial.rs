//! `sortie plan try`: a recorded shift once more, with another plan.
//!
//! A second core is fed with what the journal has taken, but for the plans, whose place the tried plan takes, and for
//! what the board said of fires: those were ordered by other decisions, so that a board answers at which every fire
//! succeeds. Everything else that is physical stays as it was recorded: when an item came, what was read on it, which
//! chutes were full, when somebody changed a container.
//!
//! What is compared of each item is the decision that was in force when it left the belt, in the shift or in the trial,
//! whichever came first: from then on its recorded way and its way in the trial may differ.

use super::ideal_board::IdealBoard;
use super::tally::{Fate, Ride, Side, Sides};
use crate::journal::file::FileJournal;
use crate::journal::reader::Item;
use crate::journal::{Entry, JournalError};
use sortie_core::input::Input;
use sortie_core::line::Line;
use sortie_core::output::Output;
use sortie_core::plan::Plan;
use sortie_core::records::{Order, OrderRecord};
use sortie_core::{Core, Outputs};
use sortie_protocol::board::telegram::BoardTelegram;
use std::path::Path;

/// What a trial has shown.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Version of the plan that was tried.
    pub version: u32,
    /// When the plan was put in, UTC milliseconds; `None` at the start, or never.
    pub put_in_utc_ms: Option<i64>,
    /// True if the journal ended before the plan's time.
    pub never: bool,
    /// UTC of the first and the last input.
    pub span: Option<(i64, i64)>,
    /// What became of each item, in the shift and in the trial, in the order of their birth.
    pub fates: Vec<Fate>,
}

/// Runs the journal of `folder` again with `plan` in place of the plans that were used, from `at` UTC milliseconds on,
/// or from the start.
///
/// # Errors
/// When there is no journal, or it is damaged.
pub fn try_plan(folder: &Path, plan: Plan, at: Option<i64>) -> Result<Trial, JournalError> {
    let version = plan.version;
    let mut again = Again::new(plan, at);
    let end = FileJournal::visit(folder, |item| match item {
        Item::Line(header) => again.begin(&header.line),
        Item::Entry(numbered) => again.entry(numbered.at, &numbered.entry),
    })?;
    end.ok_or_else(|| JournalError::Empty { path: folder.to_owned() })?;
    let (put_in_utc_ms, never) = (again.put_in_utc_ms, !again.put_in);
    Ok(Trial { version, put_in_utc_ms, never, span: again.span, fates: again.sides.fates() })
}

/// The shift, once more.
struct Again {
    plan: Box<Plan>,
    /// From when the plan is in; `None` from the start.
    from: Option<i64>,
    put_in: bool,
    put_in_utc_ms: Option<i64>,
    span: Option<(i64, i64)>,
    line: Option<Line>,
    core: Option<Core>,
    out: Outputs,
    board: IdealBoard,
    sides: Sides,
}

impl Again {
    fn new(plan: Plan, from: Option<i64>) -> Self {
        Self {
            plan: Box::new(Plan { active_from_utc_ms: None, ..plan }),
            from,
            put_in: false,
            put_in_utc_ms: None,
            span: None,
            line: None,
            core: None,
            out: Outputs::new(),
            board: IdealBoard::default(),
            sides: Sides::default(),
        }
    }

    /// The core starts empty, on this line.
    fn begin(&mut self, line: &Line) {
        self.line = Some(line.clone());
        self.core = Some(Core::new(line));
        self.board = IdealBoard::default();
        self.put_in = false;
        self.sides.begin_again();
    }

    fn entry(&mut self, at: u64, entry: &Entry) {
        match entry {
            Entry::Input(input) => self.input(at, input),
            Entry::Output(Output::Record(record)) => self.sides.take(Ride::Shift, record),
            Entry::Output(Output::Board(_)) => {}
            Entry::Gap { .. } => {
                if let Some(line) = self.line.take() {
                    self.begin(&line);
                }
            }
        }
    }

    fn input(&mut self, at: u64, input: &Input) {
        if self.from.is_none() && !self.put_in {
            self.put_plan_in(at);
        }
        match input {
            Input::Plan(_) | Input::Order(OrderRecord { what: Order::RollbackPlan, .. }) if self.put_in => {}
            Input::Board { seq, telegram } => self.board_says(at, *seq, telegram),
            Input::LinkUp { resumed, .. } => {
                if !*resumed {
                    self.board.forget();
                }
                self.step(at, input);
            }
            Input::Utc { utc_ms } => {
                self.step(at, input);
                self.span = Some((self.span.map_or(*utc_ms, |span| span.0), *utc_ms));
                if !self.put_in && self.from.is_some_and(|from| *utc_ms >= from) {
                    self.put_in_utc_ms = Some(*utc_ms);
                    self.put_plan_in(at);
                }
            }
            Input::Started
            | Input::EventsLost
            | Input::ScannerPort { .. }
            | Input::Read(_)
            | Input::Weight(_)
            | Input::Parcel(_)
            | Input::Hold(_)
            | Input::Departed(_)
            | Input::Flight(_)
            | Input::Plan(_)
            | Input::Order(_)
            | Input::Handheld { .. }
            | Input::JournalFailed(_) => self.step(at, input),
        }
    }

    fn put_plan_in(&mut self, at: u64) {
        self.put_in = true;
        let plan = Input::Plan(self.plan.clone());
        self.step(at, &plan);
    }

    fn board_says(&mut self, at: u64, seq: u32, telegram: &BoardTelegram) {
        let due = match (&self.line, count_of(telegram)) {
            (Some(line), Some(count)) => self.board.due(line, count),
            (Some(_) | None, _) => Vec::new(),
        };
        for telegram in due {
            self.step(at, &Input::Board { seq, telegram });
        }
        if !IdealBoard::says(telegram) {
            self.step(at, &Input::Board { seq, telegram: *telegram });
        }
    }

    fn step(&mut self, at: u64, input: &Input) {
        let Some(core) = &mut self.core else { return };
        core.step(at, input, &mut self.out);
        for output in self.out.as_slice() {
            self.board.take(output);
            if let Output::Record(record) = output {
                self.sides.take(Ride::Trial, record);
            }
        }
    }
}

/// The count that a telegram tells.
fn count_of(telegram: &BoardTelegram) -> Option<u32> {
    match telegram {
        BoardTelegram::Clock { count, .. }
        | BoardTelegram::Edge { count, .. }
        | BoardTelegram::Chute { count, .. }
        | BoardTelegram::Button { count, .. }
        | BoardTelegram::Belt { count, .. }
        | BoardTelegram::Outcome { count, .. } => Some(*count),
        BoardTelegram::QueueEntry { .. } | BoardTelegram::QueueEnd { .. } => None,
    }
}

impl Side {
    /// The side's place in a pair.
    pub(super) fn of(ride: Ride) -> usize {
        match ride {
            Ride::Shift => 0,
            Ride::Trial => 1,
        }
    }
}
