//! How things stand: flights, chutes, containers, holds, the line. Kept from the core's records alone.

use serde_json::{Map, Value, json};
use sortie_core::output::{ChuteStatus, HoldVerdict, LineState, Record};
use sortie_core::records::{FlightKey, FlightState};
use std::collections::{BTreeMap, BTreeSet};

/// States that last until another record changes them, and what was counted of holds.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    line: LineState,
    flights: BTreeMap<FlightKey, FlightState>,
    /// Chutes that are not simply open.
    chutes: BTreeMap<u16, ChuteStatus>,
    open: BTreeSet<u32>,
    closing: BTreeSet<u32>,
    closed: u64,
    pulls: BTreeSet<u32>,
    obeyed: u64,
    tried: u64,
    too_late: u64,
    pending: Option<(u32, i64)>,
}

impl States {
    pub(super) fn take(&mut self, record: &Record) {
        if let Record::LineChanged { state } = record {
            self.line = *state;
        } else if let Record::FlightChanged { flight, state } = record {
            self.flights.insert(*flight, *state);
        } else if let Record::ChuteChanged { chute, state } = record {
            if *state == ChuteStatus::Open {
                self.chutes.remove(chute);
            } else {
                self.chutes.insert(*chute, *state);
            }
        } else if let Record::PlanPending { version, from_utc_ms } = record {
            self.pending = Some((*version, *from_utc_ms));
        } else if let Record::PlanInUse { version } = record {
            self.pending = self.pending.filter(|(pending, _)| pending != version);
        } else if let Record::HoldAnswered { verdict, .. } = record {
            match verdict {
                HoldVerdict::Obeyed => self.obeyed += 1,
                HoldVerdict::Tried => self.tried += 1,
                HoldVerdict::TooLate { .. } | HoldVerdict::PullsFull { .. } => self.too_late += 1,
            }
        } else {
            self.containers(record);
        }
    }

    fn containers(&mut self, record: &Record) {
        if let Record::ContainerOpened { container, .. } = record {
            self.open.insert(*container);
        } else if let Record::ContainerClosing { container, .. } = record {
            self.open.remove(container);
            self.closing.insert(*container);
        } else if let Record::ContainerClosed { container, .. } = record {
            self.closing.remove(container);
            self.closed += 1;
        } else if let Record::PullOpened { pull, .. } = record {
            self.pulls.insert(*pull);
        } else if let Record::PullClosed { pull, .. } = record {
            self.pulls.remove(pull);
        }
    }

    /// Puts the states under their keys of the stats line.
    pub(super) fn write(&self, line: &mut Map<String, Value>) {
        let mut flights: BTreeMap<&str, u64> = BTreeMap::new();
        self.flights.values().for_each(|state| *flights.entry(flight_word(*state)).or_default() += 1);
        let mut chutes: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        self.chutes.iter().for_each(|(chute, status)| chutes.entry(chute_word(*status)).or_default().push(*chute));
        let pending = self.pending.map(|(version, from)| json!({ "version": version, "from_utc_ms": from }));
        let containers = json!({ "open": self.open.len(), "closing": self.closing.len(), "closed": self.closed });
        let holds = json!({ "obeyed": self.obeyed, "tried": self.tried, "too_late": self.too_late });
        let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
        put("line_state", json!(line_word(self.line)));
        put("flight_states", json!(flights));
        put("chute_states", json!(chutes));
        put("containers", containers);
        put("pulls", json!(self.pulls.len()));
        put("holds", holds);
        put("plan_pending", json!(pending));
    }
}

fn line_word(state: LineState) -> &'static str {
    match state {
        LineState::Stopped => "stopped",
        LineState::Starting => "starting",
        LineState::Running => "running",
        LineState::Draining => "draining",
        LineState::Fault => "fault",
    }
}

fn flight_word(state: FlightState) -> &'static str {
    match state {
        FlightState::Scheduled => "scheduled",
        FlightState::Open => "open",
        FlightState::LastCall => "last_call",
        FlightState::Closed => "closed",
        FlightState::Departed => "departed",
        FlightState::Cancelled => "cancelled",
    }
}

fn chute_word(status: ChuteStatus) -> &'static str {
    match status {
        ChuteStatus::Open => "open",
        ChuteStatus::HalfFull => "half_full",
        ChuteStatus::Full => "full",
        ChuteStatus::NoContainer => "no_container",
        ChuteStatus::Locked => "locked",
        ChuteStatus::Jammed => "jammed",
        ChuteStatus::Disabled => "disabled",
    }
}

#[cfg(test)]
mod tests {
    use super::States;
    use serde_json::{Map, Value, json};
    use sortie_core::output::{ChuteStatus, ContainerCause, HoldVerdict, LineState, PullEnd, Record};
    use sortie_core::records::{ContainerId, FlightState, ParcelKey, Person};

    fn line(records: &[Record]) -> Map<String, Value> {
        let mut states = States::default();
        records.iter().for_each(|record| states.take(record));
        let mut line = Map::new();
        states.write(&mut line);
        line
    }

    #[test]
    fn nothing_said_is_a_standing_line() {
        let line = line(&[]);
        assert_eq!((&line["line_state"], &line["pulls"]), (&json!("stopped"), &json!(0)));
        assert_eq!((&line["chute_states"], &line["plan_pending"]), (&json!({}), &Value::Null));
    }

    #[test]
    fn the_newest_state_counts() {
        let flight = |number: u16| format!("3V{number}/2026-11-23/LGG").parse().unwrap();
        let chute = |chute, state| Record::ChuteChanged { chute, state };
        let line = line(&[
            Record::LineChanged { state: LineState::Running },
            Record::FlightChanged { flight: flight(1), state: FlightState::Open },
            Record::FlightChanged { flight: flight(2), state: FlightState::Open },
            Record::FlightChanged { flight: flight(1), state: FlightState::Closed },
            chute(7, ChuteStatus::Full),
            chute(3, ChuteStatus::Full),
            chute(9, ChuteStatus::Jammed),
            chute(9, ChuteStatus::Open),
            Record::PlanPending { version: 8, from_utc_ms: 99 },
        ]);
        assert_eq!(line["line_state"], json!("running"));
        assert_eq!(line["flight_states"], json!({ "closed": 1, "open": 1 }));
        assert_eq!(line["chute_states"], json!({ "full": [3, 7] }));
        assert_eq!(line["plan_pending"], json!({ "version": 8, "from_utc_ms": 99 }));
    }

    #[test]
    fn containers_pulls_and_holds_are_counted_to_their_end() {
        let key = ParcelKey::from_slice(b"P1").unwrap();
        let opened = |container| Record::ContainerOpened { container, chute: 1, id: ContainerId::new() };
        let answer = |verdict| Record::HoldAnswered { key: key.clone(), verdict };
        let pull = |pull| Record::PullOpened { pull, key: key.clone(), chute: 1, container: 1, id: ContainerId::new() };
        let line = line(&[
            opened(1),
            opened(2),
            opened(3),
            Record::ContainerClosing { container: 1, chute: 1, why: ContainerCause::Button },
            Record::ContainerClosing { container: 2, chute: 2, why: ContainerCause::Button },
            Record::ContainerClosed { container: 1, chute: 1, pieces: 0, unconfirmed: 0, weight_g: 0 },
            answer(HoldVerdict::Obeyed),
            answer(HoldVerdict::Tried),
            answer(HoldVerdict::TooLate { pull: 1, chute: 1, container: 1 }),
            pull(1),
            pull(2),
            Record::PullClosed { pull: 1, how: PullEnd::Found, by: Person::new() },
        ]);
        assert_eq!(line["containers"], json!({ "open": 1, "closing": 1, "closed": 1 }));
        assert_eq!(line["pulls"], json!(1));
        assert_eq!(line["holds"], json!({ "obeyed": 1, "tried": 1, "too_late": 1 }));
    }
}
