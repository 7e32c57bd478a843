//! The reconciliation of a flight: what became of each of its parcels.

use super::Ledger;
use super::names::{flight, key, maybe_code, text};
use super::parcel::{Last, ParcelBook, Place};
use serde::Serialize;
use sortie_core::output::Reason;
use sortie_core::records::{FlightKey, FlightState, ParcelKey};
use std::collections::BTreeMap;

/// What became of a parcel, seen from one flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It lies in one of the flight's containers.
    Sorted,
    /// Customs or security keeps it back, or it was pulled out because of that.
    Held,
    /// It was never identified on the line, or did not come to the belt's end.
    Missing,
    /// Anything else: another flight, another code, still on the belt.
    Other,
}

/// One parcel of a reconciliation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParcelLine {
    /// The parcel.
    #[serde(serialize_with = "key")]
    pub parcel: ParcelKey,
    /// Its plates.
    pub plates: Vec<String>,
    /// Whether it is booked on this flight, or was only given it.
    pub booked: bool,
    /// What became of it.
    pub outcome: Outcome,
    /// The code of its last decision, or by which it is held.
    #[serde(serialize_with = "maybe_code")]
    pub code: Option<Reason>,
    /// Where it was last.
    pub place: Option<Place>,
    /// The container in which it lies; 0: none.
    pub container: u32,
    /// What stands on the container.
    pub id: String,
    /// Whether the confirm sensor saw it fall; only for what lies in a container.
    pub confirmed: Option<bool>,
    /// Its entry of the pull list.
    pub pull: Option<u32>,
    /// More, for people.
    pub note: String,
}

/// A container's part of a flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContainerPart {
    /// Its number.
    pub container: u32,
    /// What stands on it.
    pub id: String,
    /// The chute.
    pub chute: u16,
    /// Whether its manifest is frozen.
    pub closed: bool,
    /// The flight's pieces in it.
    pub sorted: u32,
    /// Those of them whose confirm stayed away.
    pub unconfirmed: u32,
    /// Their weight in grams, measured or declared.
    pub weight_g: u64,
}

/// What became of a flight's parcels: `expected = sorted + held + missing + other`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// The flight.
    #[serde(serialize_with = "flight")]
    pub flight: FlightKey,
    /// Where it goes; empty if it is not on file.
    pub destination: String,
    /// Its state, in a word.
    pub state: &'static str,
    /// When this was drawn up, UTC milliseconds.
    pub utc_ms: Option<i64>,
    /// Parcels booked on it or given to it.
    pub expected: u32,
    /// Of these, in its containers.
    pub sorted: u32,
    /// Of those sorted, without a confirm.
    pub unconfirmed: u32,
    /// Kept back by customs or security.
    pub held: u32,
    /// Never seen, or lost.
    pub missing: u32,
    /// Everything else.
    pub other: u32,
    /// Entries of the pull list that are still open.
    pub pulls: u32,
    /// Held ones, by code.
    pub held_by: BTreeMap<&'static str, u32>,
    /// Other exceptions, by code.
    pub other_by: BTreeMap<&'static str, u32>,
    /// Its containers, in the order in which they were opened.
    pub containers: Vec<ContainerPart>,
    /// Every parcel once, by outcome, then by key.
    pub parcels: Vec<ParcelLine>,
}

impl Ledger {
    /// The reconciliation of a flight as things stand; `None` if nothing is known of it. `at` is now, in nanoseconds of
    /// the journal's clock.
    #[must_use]
    pub fn reconciliation(&self, flight: &FlightKey, at: u64) -> Option<Reconciliation> {
        let record = self.flights.get(flight);
        let lines = self.parcels.iter().filter_map(|(key, book)| self.line(flight, key, book));
        let mut parcels: Vec<ParcelLine> = lines.collect();
        if record.is_none() && parcels.is_empty() {
            return None;
        }
        parcels.sort_by(|a, b| (a.outcome, &a.parcel).cmp(&(b.outcome, &b.parcel)));
        let mut sheet = Reconciliation {
            flight: *flight,
            destination: record.map(|record| text(&record.destination)).unwrap_or_default(),
            state: self.states.get(flight).map_or("scheduled", |state| word(*state)),
            utc_ms: self.utc_at(at),
            expected: 0,
            sorted: 0,
            unconfirmed: 0,
            held: 0,
            missing: 0,
            other: 0,
            pulls: 0,
            held_by: BTreeMap::new(),
            other_by: BTreeMap::new(),
            containers: self.parts(flight),
            parcels,
        };
        sheet.count();
        sheet.pulls = self.open_pulls(&sheet);
        Some(sheet)
    }

    fn open_pulls(&self, sheet: &Reconciliation) -> u32 {
        let open = |line: &&ParcelLine| line.pull.and_then(|pull| self.pulls.get(&pull)).is_some_and(|pull| pull.open);
        count(sheet.parcels.iter().filter(open).count())
    }

    /// The containers in which pieces of a flight lie.
    fn parts(&self, flight: &FlightKey) -> Vec<ContainerPart> {
        let mut parts = Vec::new();
        for manifest in self.containers.iter() {
            let mine = || manifest.there().filter(|piece| piece.code == Reason::Ok && piece.flight == Some(*flight));
            if mine().next().is_some() {
                parts.push(ContainerPart {
                    container: manifest.container,
                    id: manifest.id.clone(),
                    chute: manifest.chute,
                    closed: manifest.closed,
                    sorted: count(mine().count()),
                    unconfirmed: count(mine().filter(|piece| !piece.confirmed).count()),
                    weight_g: mine().map(|piece| u64::from(piece.weight_g)).sum(),
                });
            }
        }
        parts
    }

    /// What became of a parcel, if it is one of the flight's.
    fn line(&self, flight: &FlightKey, parcel: &ParcelKey, book: &ParcelBook) -> Option<ParcelLine> {
        let piece = book.piece.and_then(|at| self.containers.piece(at));
        let sorted_to = piece.filter(|(_, piece)| piece.code == Reason::Ok).and_then(|(_, piece)| piece.flight);
        let booked = book.booked == Some(*flight);
        let given = sorted_to.or_else(|| book.last.as_ref().and_then(|last| last.flight)) == Some(*flight);
        if !booked && !given {
            return None;
        }
        let mut line = ParcelLine {
            parcel: parcel.clone(),
            plates: book.plates.iter().map(|plate| text(plate)).collect(),
            booked,
            outcome: Outcome::Other,
            code: book.last.as_ref().map(|last| last.code),
            place: book.last.as_ref().map(|last| last.place),
            container: 0,
            id: String::new(),
            confirmed: None,
            pull: None,
            note: String::new(),
        };
        if let Some((manifest, piece)) = piece {
            (line.container, line.id) = (manifest.container, manifest.id.clone());
            (line.confirmed, line.pull) = (Some(piece.confirmed), piece.pull);
        }
        match (&book.last, sorted_to) {
            (_, Some(to)) if to == *flight => line.outcome = Outcome::Sorted,
            (_, Some(to)) => line.note = format!("in a container of flight {to}"),
            (None, None) => line.missing(None),
            (Some(last), None) => Self::not_sorted(flight, last, &mut line),
        }
        if let Some((pull, by)) = book.found.as_ref().filter(|_| sorted_to.is_none()) {
            (line.outcome, line.pull) = (Outcome::Held, Some(*pull));
            line.code = book.barred().or(line.code);
            line.note = format!("pulled out by {by}");
        }
        Some(line)
    }

    fn not_sorted(flight: &FlightKey, last: &Last, line: &mut ParcelLine) {
        match last.place {
            Place::Lost | Place::Unknown => line.missing(last.bound_for.filter(|_| last.code == Reason::Ok)),
            Place::Riding | Place::Chute(_) | Place::EndOfLine if matches!(last.code.rule(), 4 | 5) => {
                line.outcome = Outcome::Held;
            }
            Place::Riding | Place::Chute(_) | Place::EndOfLine => {}
        }
        line.note = match (last.moved_from, last.flight) {
            (Some((from, why)), Some(to)) if from == *flight => format!("moved to {to} because of {}", why.code()),
            (Some((from, why)), _) => format!("moved from {from} because of {}", why.code()),
            (None, Some(to)) if to != *flight => format!("given to flight {to}"),
            (None, _) => std::mem::take(&mut line.note),
        };
    }
}

impl ParcelLine {
    fn missing(&mut self, perhaps_in: Option<u16>) {
        self.outcome = Outcome::Missing;
        if let Some(chute) = perhaps_in {
            self.note = format!("it was bound for chute {chute}, and may lie there");
        }
    }
}

impl Reconciliation {
    /// True if every expected parcel is accounted for once.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.expected == self.sorted + self.held + self.missing + self.other
            && self.expected as usize == self.parcels.len()
            && self.sorted == self.containers.iter().map(|part| part.sorted).sum::<u32>()
    }

    fn count(&mut self) {
        self.expected = count(self.parcels.len());
        for line in &self.parcels {
            let code = line.code.map_or("none", Reason::code);
            match line.outcome {
                Outcome::Sorted => {
                    self.sorted += 1;
                    self.unconfirmed += u32::from(line.confirmed == Some(false));
                }
                Outcome::Held => {
                    self.held += 1;
                    *self.held_by.entry(code).or_default() += 1;
                }
                Outcome::Missing => self.missing += 1,
                Outcome::Other => {
                    self.other += 1;
                    *self.other_by.entry(code).or_default() += 1;
                }
            }
        }
    }
}

fn word(state: FlightState) -> &'static str {
    match state {
        FlightState::Scheduled => "scheduled",
        FlightState::Open => "open",
        FlightState::LastCall => "last call",
        FlightState::Closed => "closed",
        FlightState::Departed => "departed",
        FlightState::Cancelled => "cancelled",
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
