//! Counters kept from the core's records alone, so that a replay gives the same ones.

use super::states::States;
use crate::config::Names;
use serde_json::{Map, Value, json};
use sortie_core::output::{Alarm, Decision, Reason, Record};
use sortie_core::records::FlightKey;
use sortie_protocol::board::telegram::FireOutcome;
use std::collections::{BTreeMap, BTreeSet};

/// Items whose last decision is remembered; the belt carries about a thousand at most.
const REMEMBERED: usize = 4096;

/// What became of the items so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    decisions: BTreeMap<u32, Bound>,
    riding: BTreeSet<u32>,
    born: u64,
    decided: u64,
    fired: u64,
    refused: u64,
    sorted: u64,
    confirmed: u64,
    unconfirmed: u64,
    revoked: u64,
    doubts: u64,
    flushes: u64,
    reads_ignored: u64,
    refusals: u64,
    plan_version: u32,
    exceptions: BTreeMap<Reason, u64>,
    chutes: BTreeMap<u16, u64>,
    flights: BTreeMap<FlightKey, u64>,
    alarms: BTreeSet<Alarm>,
    states: States,
}

/// Where an item was sent last.
#[derive(Clone, Copy, Debug)]
struct Bound {
    code: Reason,
    flight: Option<FlightKey>,
    /// The discharge that was counted for it, so that it can be taken back.
    counted: bool,
}

impl Tally {
    /// Takes a record.
    pub fn take(&mut self, record: &Record) {
        self.states.take(record);
        match record {
            Record::Born { item, .. } => {
                self.born += 1;
                self.riding.insert(*item);
            }
            Record::Decided(decision) => self.decision(decision),
            Record::FireEnded { outcome: FireOutcome::Fired, .. } => self.fired += 1,
            Record::FireEnded { .. } => self.refused += 1,
            Record::Confirmed { item, chute, .. } => self.confirmed(*item, *chute),
            Record::Unconfirmed { item, .. } => {
                self.unconfirmed += 1;
                self.riding.remove(item);
            }
            Record::Revoked { item, chute, .. } => self.revoked(*item, *chute),
            Record::EndOfLine { item, code } => {
                self.riding.remove(item);
                *self.exceptions.entry(*code).or_default() += 1;
            }
            Record::Gone { item } => {
                self.riding.remove(item);
            }
            Record::Doubt { .. } => self.doubts += 1,
            Record::Flushed { .. } => {
                self.flushes += 1;
                // What is still on the belt leaves as somebody who is born anew, or as nobody.
                self.riding.clear();
            }
            Record::ReadIgnored { .. } => self.reads_ignored += 1,
            Record::Refused(_) => self.refusals += 1,
            Record::PlanInUse { version } => self.plan_version = *version,
            Record::Alarm { alarm, raised: true } => {
                self.alarms.insert(*alarm);
            }
            Record::Alarm { alarm, raised: false } => {
                self.alarms.remove(alarm);
            }
            Record::Sighted { .. }
            | Record::Scanned { .. }
            | Record::PlanPending { .. }
            | Record::FlightChanged { .. }
            | Record::ChuteChanged { .. }
            | Record::ContainerOpened { .. }
            | Record::ContainerClosing { .. }
            | Record::ContainerClosed { .. }
            | Record::FlightClosed { .. }
            | Record::HoldAnswered { .. }
            | Record::PullOpened { .. }
            | Record::PullClosed { .. }
            | Record::Relabelled { .. }
            | Record::Announced { .. }
            | Record::Keyed { .. }
            | Record::LineChanged { .. }
            | Record::PassBegun { .. }
            | Record::Weighed { .. } => {}
        }
    }

    /// Alarms that stand.
    #[must_use]
    pub fn alarms(&self) -> &BTreeSet<Alarm> {
        &self.alarms
    }

    /// Puts the counters under their keys of the stats line.
    pub fn write(&self, line: &mut Map<String, Value>, names: &Names) {
        let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
        put("plan_version", json!(self.plan_version));
        put("born", json!(self.born));
        put("riding", json!(self.riding.len()));
        put("decided", json!(self.decided));
        put("fired", json!(self.fired));
        put("refused", json!(self.refused));
        put("sorted", json!(self.sorted));
        put("confirmed", json!(self.confirmed));
        put("unconfirmed", json!(self.unconfirmed));
        put("revoked", json!(self.revoked));
        put("doubts", json!(self.doubts));
        put("flushes", json!(self.flushes));
        put("reads_ignored", json!(self.reads_ignored));
        put("refusals", json!(self.refusals));
        put("exceptions", map(self.exceptions.iter().map(|(code, count)| (code.code().to_owned(), *count))));
        put("chutes", map(self.chutes.iter().map(|(chute, count)| (chute.to_string(), *count))));
        put("flights", map(self.flights.iter().map(|(flight, count)| (flight.to_string(), *count))));
        put("alarms", self.alarms.iter().map(|alarm| Value::String(alarm_text(*alarm, names))).collect());
        self.states.write(line);
    }

    fn decision(&mut self, decision: &Decision) {
        self.decided += 1;
        let counted = self.decisions.get(&decision.item).is_some_and(|bound| bound.counted);
        let bound = Bound { code: decision.code, flight: decision.flight, counted };
        self.decisions.insert(decision.item, bound);
        if self.decisions.len() > REMEMBERED {
            self.decisions.pop_first();
        }
    }

    fn confirmed(&mut self, item: u32, chute: u16) {
        self.confirmed += 1;
        self.riding.remove(&item);
        *self.chutes.entry(chute).or_default() += 1;
        let Some(bound) = self.decisions.get_mut(&item) else { return };
        bound.counted = true;
        if bound.code == Reason::Ok {
            self.sorted += 1;
            if let Some(flight) = bound.flight {
                *self.flights.entry(flight).or_default() += 1;
            }
        } else {
            *self.exceptions.entry(bound.code).or_default() += 1;
        }
    }

    fn revoked(&mut self, item: u32, chute: u16) {
        self.revoked += 1;
        self.riding.insert(item);
        let Some(bound) = self.decisions.get_mut(&item).filter(|bound| bound.counted) else { return };
        bound.counted = false;
        less_one(self.chutes.get_mut(&chute));
        if bound.code == Reason::Ok {
            less_one(Some(&mut self.sorted));
            less_one(bound.flight.and_then(|flight| self.flights.get_mut(&flight)));
        } else {
            less_one(self.exceptions.get_mut(&bound.code));
        }
    }
}

/// What an alarm says to people.
#[must_use]
pub fn alarm_text(alarm: Alarm, names: &Names) -> String {
    match alarm {
        Alarm::SensorSuspect(sensor) => format!("{} behaves abnormally: clean or align it", names.pec(sensor)),
        Alarm::Jam(sensor) => format!("{} is blocked too long: clear the jam", names.pec(sensor)),
        Alarm::EmergencyStop => {
            "emergency stop or open guard: it ends when the belt is started again at the safety PLC".to_owned()
        }
        Alarm::JournalFailed => "the journal cannot be written: nothing is assigned; check the disk".to_owned(),
        Alarm::NoPlan => "no plan is in use: nothing is sorted".to_owned(),
        Alarm::ScannerOutOfStep(scanner) => format!("{} is out of step or silent", names.scanner(scanner)),
        Alarm::ChuteJammed(chute) => {
            format!("chute {chute} is jammed: clear it, check its confirm photo-eye, and acknowledge")
        }
        Alarm::IndexLost(sensor) => {
            format!("index sensor {sensor} tells of carrier 1 where it cannot be, or not at all: align or clean it")
        }
        Alarm::WeigherSilent(weigher) => {
            let weigher = names.weigher(weigher);
            format!("{weigher} says nothing: check its power and cable; who must be weighed is not sorted")
        }
        Alarm::BoardSilent => {
            "the board says nothing: check its power, its cable and the path of its port; nothing is sorted".to_owned()
        }
        Alarm::EncoderFault => {
            "the encoder began anew, or does not keep pace with the belt: check encoder and cable, then acknowledge"
                .to_owned()
        }
        Alarm::PullsFull => "the pull list is full: find the parcels on it".to_owned(),
        Alarm::ParcelsFull => "the parcel table is full: raise parcels_max".to_owned(),
    }
}

fn less_one(count: Option<&mut u64>) {
    if let Some(count) = count {
        *count = count.saturating_sub(1);
    }
}

fn map(counts: impl Iterator<Item = (String, u64)>) -> Value {
    Value::Object(counts.map(|(key, count)| (key, json!(count))).collect())
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use serde_json::{Map, json};
    use sortie_core::output::{DoubtCause, FlushCause, Record};

    #[test]
    fn nobody_rides_any_more_when_the_belt_has_become_unknown() {
        let mut tally = Tally::default();
        let riding = |tally: &Tally| {
            let mut line = Map::new();
            tally.write(&mut line, &crate::config::Names::default());
            line["riding"].clone()
        };
        (1..=9).for_each(|item| tally.take(&Record::Born { item, count: 7 }));
        tally.take(&Record::Gone { item: 4 });
        assert_eq!(riding(&tally), json!(8));
        tally.take(&Record::Flushed { count: 9, why: FlushCause::Reboot });
        (1..=9).for_each(|item| tally.take(&Record::Doubt { item, count: 9, why: DoubtCause::Flushed }));
        tally.take(&Record::Born { item: 10, count: 11 });
        assert_eq!(riding(&tally), json!(1));
    }
}
