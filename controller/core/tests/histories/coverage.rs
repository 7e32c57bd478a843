//! What the histories have met.

use crate::model::{Answer, Item, Situation, Word};
use sortie_core::output::Record;
use std::collections::BTreeMap;
use std::fmt;

/// Counts of what was met.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    codes: BTreeMap<Word, u64>,
    rejections: BTreeMap<Word, u64>,
    flights: BTreeMap<String, u64>,
    chutes: BTreeMap<String, u64>,
    states: BTreeMap<String, String>,
    decisions: u64,
    renewed: u64,
    chosen: u64,
    moved: u64,
}

impl Coverage {
    pub(crate) fn notes(&mut self, notes: &[Record]) {
        for note in notes {
            if let Record::FlightChanged { flight, state } = note {
                let state = format!("{state:?}");
                if let Some(before) = self.states.insert(flight.to_string(), state.clone()) {
                    *self.flights.entry(format!("{before}→{state}")).or_default() += 1;
                }
            } else if let Record::ChuteChanged { state, .. } = note {
                *self.chutes.entry(format!("{state:?}")).or_default() += 1;
            }
        }
    }

    pub(crate) fn decided(&mut self, now: &Situation, item: &Item, answer: &Answer) {
        *self.codes.entry(answer.code).or_default() += 1;
        for (_, why) in &answer.rejected {
            *self.rejections.entry(why).or_default() += 1;
        }
        self.decisions += 1;
        self.renewed += u64::from(item.told.is_some() && item.rides());
        self.moved += u64::from(answer.moved_from.is_some());
        let own = |flight: &String| {
            now.plan.flights.iter().find(|(key, ..)| key == flight).map_or(0, |(_, own, _)| own.len())
        };
        let could = answer.flight.as_ref().map_or(0, own).saturating_sub(answer.rejected.len());
        self.chosen += u64::from(answer.code == "OK" && could >= 2);
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (mine, others) in [(&mut self.codes, other.codes), (&mut self.rejections, other.rejections)] {
            others.into_iter().for_each(|(what, times)| *mine.entry(what).or_default() += times);
        }
        for (mine, others) in [(&mut self.flights, other.flights), (&mut self.chutes, other.chutes)] {
            others.into_iter().for_each(|(what, times)| *mine.entry(what).or_default() += times);
        }
        self.decisions += other.decisions;
        self.renewed += other.renewed;
        self.chosen += other.chosen;
        self.moved += other.moved;
    }

    /// What was met too seldom: everything at least `least` times, 30 % renewals, 10 % choices.
    pub(crate) fn gaps(&self, least: u64) -> Vec<String> {
        let mut gaps = Vec::new();
        let seldom = |what: &str, times: u64| (times < least).then(|| format!("{what} {times} of {least}"));
        let codes = sortie_core::output::Reason::ALL.map(sortie_core::output::Reason::code);
        gaps.extend(codes.into_iter().filter_map(|code| seldom(code, self.codes.get(code).copied().unwrap_or(0))));
        gaps.extend(
            FLIGHTS.into_iter().filter_map(|change| seldom(change, self.flights.get(change).copied().unwrap_or(0))),
        );
        gaps.extend(CHUTES.into_iter().filter_map(|state| seldom(state, self.chutes.get(state).copied().unwrap_or(0))));
        gaps.extend((self.renewed * 100 < self.decisions * 30).then(|| format!("renewed {}", self.renewed)));
        gaps.extend((self.chosen * 100 < self.decisions * 10).then(|| format!("chosen {}", self.chosen)));
        gaps
    }
}

/// Every step in the life of a flight, and back.
const FLIGHTS: [&str; 14] = [
    "Scheduled→Open",
    "Open→LastCall",
    "LastCall→Closed",
    "Closed→Departed",
    "Scheduled→Cancelled",
    "Open→Cancelled",
    "LastCall→Cancelled",
    "Closed→Cancelled",
    "Cancelled→Open",
    "Closed→Open",
    "Open→Closed",
    "Open→Scheduled",
    "LastCall→Open",
    "Departed→Open",
];

/// Every state of a chute.
const CHUTES: [&str; 7] = ["Open", "HalfFull", "Full", "NoContainer", "Locked", "Jammed", "Disabled"];

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |part: u64| part as f64 * 100.0 / self.decisions.max(1) as f64;
        writeln!(
            f,
            "decisions {} renewed {:.1} % chosen among several {:.1} %",
            self.decisions,
            percent(self.renewed),
            percent(self.chosen)
        )?;
        writeln!(f, "codes {:?}", self.codes)?;
        writeln!(f, "rejected alternatives {:?} moved {}", self.rejections, self.moved)?;
        writeln!(f, "flights {:?}", self.flights)?;
        write!(f, "chutes {:?}", self.chutes)
    }
}
