//! What a run reached: codes, outcomes, transitions. Counted from the core's own inputs and records, because the
//! question is which of its branches were walked, not whether it was right.

use crate::drive::real::StepWatch;
use serde::{Deserialize, Serialize};
use sortie_core::RULES;
use sortie_core::input::Input;
use sortie_core::output::{DoubtCause, Output, Reason, Record, Sighting};
use sortie_core::records::{FlightKey, FlightRecord, FlightState, ParcelKey};
use sortie_protocol::board::telegram::FireOutcome;
use sortie_world::events::StrikeKind;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Effective strikes of a fault.
    Fault,
    /// A decision's code.
    Code,
    /// What the tracker made of an edge, or of its absence (T3).
    Tracker,
    /// How a fire ended (B5).
    Fire,
    /// What became of a flight.
    Flight,
}

/// Outcomes of T3.
const TRACKER: [&str; 9] =
    ["hole", "seen", "early", "late", "several", "stranger", "overlapped", "missing", "other_length"];
/// Outcomes of B5. A full queue is no outcome of a line that `sortie check` accepts.
const FIRE: [&str; 6] = ["fired", "late", "speed", "unknown_output", "cancelled", "lease"];
/// Transitions of section 7.
const FLIGHT: [&str; 12] = [
    "opens",
    "last_call",
    "closes",
    "departs",
    "closed_by_hand",
    "delayed",
    "advanced",
    "cancelled",
    "reopened",
    "rebooked",
    "moved",
    "chutes_changed",
];

impl Group {
    /// Every group.
    pub const ALL: [Self; 5] = [Self::Fault, Self::Code, Self::Tracker, Self::Fire, Self::Flight];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["fault", "code", "tracker", "fire", "flight"][self as usize]
    }

    /// Everything of it that has to be reached.
    #[must_use]
    pub fn all(self) -> Vec<&'static str> {
        match self {
            Self::Fault => StrikeKind::ALL.iter().map(|kind| kind.name()).collect(),
            Self::Code => RULES.iter().flat_map(|rule| rule.codes).map(|code| code.text).collect(),
            Self::Tracker => TRACKER.to_vec(),
            Self::Fire => FIRE.to_vec(),
            Self::Flight => FLIGHT.to_vec(),
        }
    }
}

/// Counts by group and name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached(BTreeMap<Group, BTreeMap<String, u64>>);

impl Reached {
    /// Adds to a count.
    pub fn add(&mut self, group: Group, name: &str, count: u64) {
        if count == 0 {
            return;
        }
        let names = self.0.entry(group).or_default();
        match names.get_mut(name) {
            Some(sum) => *sum += count,
            None => drop(names.insert(name.to_owned(), count)),
        }
    }

    /// Adds all of another run's.
    pub fn merge(&mut self, other: &Self) {
        for (group, names) in &other.0 {
            names.iter().for_each(|(name, count)| self.add(*group, name, *count));
        }
    }

    /// How often something was reached.
    #[must_use]
    pub fn of(&self, group: Group, name: &str) -> u64 {
        self.0.get(&group).and_then(|names| names.get(name)).copied().unwrap_or(0)
    }
}

/// Watches a controller and counts.
#[derive(Clone, Debug, Default)]
pub struct Watch(Rc<RefCell<Seen>>);

#[derive(Clone, Debug, Default)]
struct Seen {
    reached: Reached,
    flights: BTreeMap<FlightKey, FlightState>,
    records: BTreeMap<FlightKey, FlightRecord>,
    bookings: BTreeMap<ParcelKey, FlightKey>,
}

impl Watch {
    /// What was reached.
    #[must_use]
    pub fn reached(&self) -> Reached {
        self.0.borrow().reached.clone()
    }
}

impl StepWatch for Watch {
    fn stepping(&mut self, _at: u64, input: &Input) {
        self.0.borrow_mut().input(input);
    }

    fn stepped(&mut self, _at: u64, _input: &Input) {}

    fn said(&mut self, output: &Output) {
        if let Output::Record(record) = output {
            self.0.borrow_mut().record(record);
        }
    }
}

impl Seen {
    fn input(&mut self, input: &Input) {
        if let Input::Flight(record) = input {
            let state = self.flights.get(&record.key).copied();
            let is_open = matches!(state, Some(FlightState::Open | FlightState::LastCall));
            if let Some(before) = self.records.insert(record.key, record.clone()).filter(|_| is_open) {
                let moved = record.cutoff_utc_ms.cmp(&before.cutoff_utc_ms);
                self.reached.add(Group::Flight, "delayed", u64::from(moved.is_gt()));
                self.reached.add(Group::Flight, "advanced", u64::from(moved.is_lt()));
            }
        } else if let Input::Parcel(record) = input
            && let Some(flight) = record.flight
            && let Some(before) = self.bookings.insert(record.key.clone(), flight)
        {
            self.reached.add(Group::Flight, "rebooked", u64::from(before != flight));
        }
    }

    fn record(&mut self, record: &Record) {
        if let Record::Decided(decision) = record {
            self.reached.add(Group::Code, decision.code.code(), 1);
            self.reached.add(
                Group::Flight,
                "moved",
                u64::from(decision.moved_from.is_some() && decision.code == Reason::Ok),
            );
        } else if let Record::Sighted { how, .. } = record {
            let name = match how {
                Sighting::Seen => "seen",
                Sighting::Early => "early",
                Sighting::Late => "late",
            };
            self.reached.add(Group::Tracker, name, 1);
        } else if let Record::Doubt { why, .. } = record {
            let name = doubt(*why);
            self.reached.add(Group::Tracker, name.unwrap_or_default(), u64::from(name.is_some()));
        } else if let Record::FireEnded { outcome, .. } = record {
            self.reached.add(Group::Fire, fire(*outcome), 1);
        } else if let Record::FlightChanged { flight, state } = record {
            let before = self.flights.insert(*flight, *state).unwrap_or(FlightState::Scheduled);
            let closed = self
                .records
                .get(flight)
                .is_some_and(|record| record.order == sortie_core::records::FlightOrder::Closed);
            if let Some(name) = transition(before, *state, closed) {
                self.reached.add(Group::Flight, name, 1);
            }
        } else if let Record::PlanInUse { version } = record {
            self.reached.add(Group::Flight, "chutes_changed", u64::from(*version > 1));
        }
    }
}

fn doubt(why: DoubtCause) -> Option<&'static str> {
    match why {
        DoubtCause::Ambiguous => Some("several"),
        DoubtCause::Missing => Some("missing"),
        DoubtCause::Stranger => Some("stranger"),
        DoubtCause::Overlapped => Some("overlapped"),
        DoubtCause::Length => Some("other_length"),
        DoubtCause::Malformed
        | DoubtCause::Flushed
        | DoubtCause::EmergencyStop
        | DoubtCause::CommandLost
        | DoubtCause::Missed
        | DoubtCause::OtherPlate
        | DoubtCause::LateClock
        | DoubtCause::KeyedForAnother => None,
    }
}

fn fire(outcome: FireOutcome) -> &'static str {
    match outcome {
        FireOutcome::Fired => "fired",
        FireOutcome::Late => "late",
        FireOutcome::Speed => "speed",
        FireOutcome::UnknownOutput => "unknown_output",
        FireOutcome::QueueFull => "queue_full",
        FireOutcome::Cancelled => "cancelled",
        FireOutcome::Lease => "lease",
    }
}

fn transition(from: FlightState, to: FlightState, by_hand: bool) -> Option<&'static str> {
    use FlightState::{Cancelled, Closed, Departed, LastCall, Open, Scheduled};
    match (from, to) {
        (Scheduled, Open) => Some("opens"),
        (Scheduled | Open, LastCall) => Some("last_call"),
        (_, Closed) if by_hand => Some("closed_by_hand"),
        (Scheduled | Open | LastCall, Closed) => Some("closes"),
        (_, Departed) => Some("departs"),
        (_, Cancelled) => Some("cancelled"),
        (Cancelled | Closed | Departed, Open | LastCall) => Some("reopened"),
        (Scheduled, Scheduled)
        | (Open | LastCall | Closed | Departed | Cancelled, Scheduled)
        | (Open | LastCall, Open)
        | (LastCall, LastCall)
        | (Closed | Departed | Cancelled, Closed) => None,
    }
}
