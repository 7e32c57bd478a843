//! What became of each item, in the shift and in the trial, and the sums of it.

use super::time;
use super::trial::Trial;
use crate::terminal::bytes;
use serde_json::{Map, Value, json};
use sortie_core::output::{Decision, DoubtCause, Outlet, Reason, Record};
use sortie_core::records::{CodeText, FlightKey, ParcelKey};
use sortie_protocol::board::telegram::FireOutcome;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Parcels that are listed where not all were asked for.
const LISTED: usize = 20;
/// What a trial can tell, and what it cannot.
const LIMITS: &str = "every item came when it came, with what was read on it then; chutes were full, jammed and given \
                      new containers when they were. Fires of the trial all succeed. An item that leaves the belt \
                      elsewhere than it did would not have been seen downstream, or would have been: that is not \
                      played out, so that gaps behind it, and sensors of chutes that fill faster or slower, are those \
                      of the shift";

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ride {
    /// As it was recorded.
    Shift,
    /// With the other plan.
    Trial,
}

/// What was decided on an item when it left the belt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The code.
    pub code: Reason,
    /// Where it was to go.
    pub outlet: Outlet,
    /// Its flight.
    pub flight: Option<FlightKey>,
    /// Its parcel.
    pub parcel: Option<ParcelKey>,
    /// What was read on it.
    pub codes: heapless::Vec<CodeText, 4>,
}

/// An item in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Its number in the shift.
    pub item: u32,
    /// In the shift.
    pub before: Decided,
    /// In the trial; `None` if it was not decided on in time.
    pub after: Option<Decided>,
}

impl Fate {
    /// True if its outlet, its code or its flight is another one.
    #[must_use]
    pub fn changes(&self) -> bool {
        let of = |decided: &Decided| (decided.outlet, decided.code, decided.flight);
        self.after.as_ref().map(of) != Some(of(&self.before))
    }

    /// True if its outlet is another one.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.after.as_ref().map(|after| after.outlet) != Some(self.before.outlet)
    }
}

/// An item's birth: how often the belt had been unknown, and the count. Numbers of items may differ.
type Birth = (u64, u64);

/// What one core said.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    births: BTreeMap<u32, Birth>,
    last: BTreeMap<Birth, Decided>,
    flushes: u64,
}

impl Side {
    fn decided(&mut self, decision: &Decision) {
        let Some(birth) = self.births.get(&decision.item) else { return };
        let decided = Decided {
            code: decision.code,
            outlet: decision.outlet,
            flight: decision.flight,
            parcel: decision.parcel.clone(),
            codes: decision.codes.clone(),
        };
        self.last.insert(*birth, decided);
    }
}

/// What both cores said.
#[derive(Clone, Debug, Default)]
pub(super) struct Sides {
    sides: [Side; 2],
    /// The trial's word on items that have left the belt in one of the two.
    left: BTreeMap<Birth, Option<Decided>>,
    fates: Vec<Fate>,
    lives: u64,
}

impl Sides {
    pub(super) fn begin_again(&mut self) {
        // Counts begin anew; what rode has no end.
        self.lives += 1 << 32;
        self.left.clear();
        self.sides = [Side::default(), Side::default()].map(|side| Side { flushes: self.lives, ..side });
    }

    pub(super) fn take(&mut self, ride: Ride, record: &Record) {
        let side = &mut self.sides[Side::of(ride)];
        if let Record::Flushed { .. } = record {
            side.flushes += 1;
        } else if let Record::Born { item, count } = record {
            side.births.insert(*item, (side.flushes, *count));
        } else if let Record::Decided(decision) = record {
            side.decided(decision);
        } else if let Record::FireEnded { item, outcome: FireOutcome::Fired, .. }
        | Record::EndOfLine { item, .. }
        | Record::Gone { item }
        | Record::Doubt { item, why: DoubtCause::Flushed, .. } = record
        {
            self.leaves(ride, *item);
        }
    }

    fn leaves(&mut self, ride: Ride, item: u32) {
        let Some(birth) = self.sides[Side::of(ride)].births.remove(&item) else { return };
        let [shift, trial] = &mut self.sides;
        if ride == Ride::Trial {
            if shift.last.contains_key(&birth) {
                let now = trial.last.get(&birth).cloned();
                self.left.entry(birth).or_insert(now);
            }
            return;
        }
        let now = trial.last.remove(&birth);
        let after = self.left.remove(&birth).unwrap_or(now);
        if let Some(before) = shift.last.remove(&birth) {
            self.fates.push(Fate { item, before, after });
        }
    }

    pub(super) fn fates(self) -> Vec<Fate> {
        self.fates
    }
}

/// Counts before and after.
type Counts = BTreeMap<String, [u64; 2]>;

impl Trial {
    /// Items by chute, with the end of line.
    fn outlets(&self) -> Counts {
        // Chutes are told in the order of their numbers.
        self.counts(|decided| match decided.outlet {
            Outlet::Chute(number) => Some(format!("{number:>4}")),
            Outlet::EndOfLine => Some("end of line".to_owned()),
            Outlet::AnotherPass => Some("another pass".to_owned()),
        })
    }

    /// Items sorted by flight.
    fn flights(&self) -> Counts {
        self.counts(|decided| decided.flight.filter(|_| decided.code == Reason::Ok).map(|flight| flight.to_string()))
    }

    fn codes(&self) -> Counts {
        self.counts(|decided| Some(decided.code.code().to_owned()))
    }

    fn counts(&self, name: impl Fn(&Decided) -> Option<String>) -> Counts {
        let mut counts = Counts::new();
        for fate in &self.fates {
            for (place, decided) in [(0, Some(&fate.before)), (1, fate.after.as_ref())] {
                if let Some(name) = decided.and_then(&name) {
                    counts.entry(name).or_default()[place] += 1;
                }
            }
        }
        counts
    }

    /// Prints the trial for people; `all` lists every parcel that moves.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn print(&self, all: bool, out: &mut dyn Write) -> io::Result<()> {
        let span = self.span.map_or(String::new(), |(from, to)| format!(" from {} to {}", time(from), time(to)));
        writeln!(out, "plan version {} on {} items{span}", self.version, self.fates.len())?;
        match (self.never, self.put_in_utc_ms) {
            (true, _) => writeln!(out, "the journal ends before the plan's time: nothing could change")?,
            (false, Some(utc_ms)) => writeln!(out, "it was put in at {}", time(utc_ms))?,
            (false, None) => writeln!(out, "it was put in at the start")?,
        }
        for (kind, counts) in [("flight", self.flights()), ("chute", self.outlets()), ("code", self.codes())] {
            for (name, [before, after]) in counts.iter().filter(|(_, [before, after])| before != after) {
                writeln!(out, "{kind} {}: {before} -> {after}", name.trim_start())?;
            }
        }
        let moving: Vec<&Fate> = self.fates.iter().filter(|fate| fate.moves()).collect();
        writeln!(out, "{} items change their outlet", moving.len())?;
        for fate in moving.iter().take(if all { usize::MAX } else { LISTED }) {
            fate.print(out)?;
        }
        if !all && moving.len() > LISTED {
            writeln!(out, "  and {} more; --all lists them", moving.len() - LISTED)?;
        }
        writeln!(out, "what this cannot tell: {LIMITS}")
    }

    /// The trial as one JSON object.
    #[must_use]
    pub fn json(&self) -> Value {
        let counts = |counts: Counts| -> Value {
            let pair = |[before, after]: [u64; 2]| json!({ "before": before, "after": after });
            counts
                .into_iter()
                .map(|(name, both)| (name.trim_start().to_owned(), pair(both)))
                .collect::<Map<_, _>>()
                .into()
        };
        let changes: Vec<Value> = self.fates.iter().filter(|fate| fate.changes()).map(Fate::json).collect();
        json!({
            "version": self.version,
            "put_in_utc_ms": self.put_in_utc_ms,
            "never_put_in": self.never,
            "from_utc_ms": self.span.map(|span| span.0),
            "to_utc_ms": self.span.map(|span| span.1),
            "items": self.fates.len(),
            "moved": self.fates.iter().filter(|fate| fate.moves()).count(),
            "flights": counts(self.flights()),
            "chutes": counts(self.outlets()),
            "codes": counts(self.codes()),
            "changes": changes,
            "cannot_tell": LIMITS,
        })
    }
}

impl Fate {
    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let parcel = self.before.parcel.as_ref().or(self.after.as_ref().and_then(|after| after.parcel.as_ref()));
        let parcel = parcel.map_or_else(|| "no parcel".to_owned(), |key| format!("parcel {}", bytes(key)));
        let codes: Vec<String> = self.before.codes.iter().map(|code| bytes(code)).collect();
        let after = self.after.as_ref().map_or_else(|| "not decided in time".to_owned(), Decided::text);
        writeln!(out, "  item {}, {parcel} ({}): {} -> {after}", self.item, codes.join(" "), self.before.text())
    }

    fn json(&self) -> Value {
        let codes: Vec<String> = self.before.codes.iter().map(|code| lossy(code)).collect();
        json!({
            "item": self.item,
            "parcel": self.before.parcel.as_ref().map(|key| lossy(key)),
            "codes": codes,
            "before": self.before.json(),
            "after": self.after.as_ref().map(Decided::json),
        })
    }
}

impl Decided {
    fn text(&self) -> String {
        let flight = self.flight.map(|flight| format!(" for {flight}")).unwrap_or_default();
        match self.outlet {
            Outlet::Chute(number) => format!("chute {number} {}{flight}", self.code.code()),
            Outlet::EndOfLine => format!("end of line {}{flight}", self.code.code()),
            Outlet::AnotherPass => format!("another pass {}{flight}", self.code.code()),
        }
    }

    fn json(&self) -> Value {
        let chute = if let Outlet::Chute(number) = self.outlet { Some(number) } else { None };
        json!({ "chute": chute, "code": self.code.code(), "flight": self.flight.map(|flight| flight.to_string()) })
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
