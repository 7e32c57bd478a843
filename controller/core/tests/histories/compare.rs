//! After each step: does the core say what the model says?

use crate::belt::Bench;
use crate::model::{Answer, CHUTES, Event, Item, Situation, What};
use sortie_core::output::{ChuteStatus, Record};
use std::fmt;
use std::rc::Rc;

/// So many events are told with a finding.
const LAST: usize = 16;

/// Whether core and model agree so far.
pub(crate) type Compared = Result<(), Box<Finding>>;

/// What one input led to.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// The thing that is at a PEC, and the PEC's place.
    pub(crate) thing: Option<usize>,
    pub(crate) place: Option<i64>,
    /// The newest record of each decision, and every record that is no matter of the model.
    pub(crate) decided: Vec<(u32, Answer)>,
    pub(crate) notes: Vec<Record>,
    /// The belt became unknown.
    pub(crate) flushed: bool,
    /// A container was closed.
    pub(crate) closed: bool,
    /// The item whose discharge is denied just now.
    pub(crate) denied: Option<u32>,
    /// Somebody said something; else the belt moved on.
    said: bool,
    /// Every riding item has to be decided anew, or only those that carry this parcel, or this one.
    all: bool,
    /// The time was told.
    utc: bool,
    parcel: Option<String>,
    item: Option<u32>,
}

/// An item that the belt's travel brings to where it has to be decided again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch {
    /// Its commit count; it has no fire then. Where it starts to count at its chute.
    commit: Option<i64>,
    reserve: Option<i64>,
}

/// Where core and model part.
#[derive(Debug)]
pub(crate) struct Finding {
    item: u32,
    core: Option<Answer>,
    model: Option<Answer>,
    count: i64,
    why: &'static str,
    /// What happened last.
    last: Vec<String>,
}

impl Finding {
    pub(crate) fn after(mut self: Box<Self>, events: &[Event]) -> Box<Self> {
        let from = events.len().saturating_sub(LAST);
        self.last = events[from..].iter().map(|(_, count, what)| format!("  {count} {what:?}")).collect();
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "what happened last:\n{}", self.last.join("\n"))?;
        writeln!(f, "item {} at count {}: {}", self.item, self.count, self.why)?;
        writeln!(f, "  core  {:?}", self.core)?;
        write!(f, "  model {:?}", self.model)
    }
}

impl Step {
    pub(crate) fn at(thing: usize, place: i64) -> Self {
        Self { thing: Some(thing), place: Some(place), ..Self::default() }
    }

    /// What has to be decided anew by what somebody says.
    pub(crate) fn of(what: Option<&What>) -> Self {
        let mut step = Self { said: what.is_some(), ..Self::default() };
        match what {
            Some(What::Hold(key, ..) | What::Departed(key) | What::Return(key) | What::Relabel(key, _)) => {
                step.parcel = Some(key.clone());
            }
            Some(What::Parcel(parcel)) => step.parcel = Some(parcel.key.clone()),
            Some(What::Weighed(item, _)) => step.item = Some(*item),
            Some(What::Sensor(_, which, _)) => step.all = *which == "full",
            Some(What::Flight(_) | What::JournalFailed(_)) => step.all = true,
            Some(What::Utc(_)) => step.utc = true,
            _ => {}
        }
        step
    }

    /// Tells if an item has to be decided anew in this step.
    fn wants(&self, bench: &Bench, item: &Item, chute_before: i64) -> bool {
        let watch = bench.watched.get(&item.number).copied().unwrap_or_default();
        let carries = |key: &String| item.parcels.as_ref().is_some_and(|keys| keys.contains(key));
        self.all
            || self.item == Some(item.number)
            || self.parcel.as_ref().is_some_and(carries)
            || self.decided.iter().any(|(number, _)| *number == item.number)
            || watch.reserve.is_some_and(|reserve| chute_before < reserve && reserve <= bench.count)
            || (item.fire.is_none() && watch.commit.is_some_and(|commit| commit <= bench.count))
    }
}

impl Bench {
    /// Compares, and writes down what the core said.
    pub(crate) fn done(&mut self, mut step: Step) -> Compared {
        self.coverage.notes(&step.notes);
        step.all |= self.everybody_hears(&step.notes);
        let before = std::mem::replace(&mut self.compared_at, self.count);
        let due = |watch: &Watch| {
            watch.reserve.is_some_and(|reserve| before < reserve && reserve <= self.count)
                || watch.commit.is_some_and(|commit| commit <= self.count)
        };
        let quiet = !step.all && !step.utc && step.item.is_none() && step.parcel.is_none() && step.decided.is_empty();
        if quiet && !self.watched.values().any(due) {
            return Ok(());
        }
        let mut now = Situation::of(&self.events, self.at_ns, self.count);
        let utc = std::mem::replace(&mut self.compared_utc, now.utc);
        step.all |= utc < now.utc && product_is_cut_off(&now, utc);
        // Front first; but who is past its commit count before all others.
        let order = |item: &Item| (!now.committed(item), item.zero, item.number);
        let mut riding: Vec<(bool, i64, u32)> = now.items.iter().map(order).collect();
        riding.sort_unstable();
        // An item that gets another outlet or flight frees or takes a place for those behind it.
        let mut moved = false;
        for (.., number) in riding {
            let Some(item) = find(&now, number).filter(|item| self.watched.contains_key(&item.number)).cloned() else {
                continue;
            };
            let said = step.decided.iter().find(|(of, _)| *of == number).map(|(_, answer)| answer.clone());
            // What travel brings at one count comes in some order; only of what somebody says is all in place before.
            let judged = step.said || !step.closed;
            if item.rides() && judged && (moved || step.wants(self, &item, before)) {
                compare(&now, &item, said.as_ref())?;
            }
            let Some(answer) = said else { continue };
            self.coverage.decided(&now, &item, &answer);
            let seat = |answer: &Answer| (answer.outlet, answer.flight.clone(), answer.code == "OK");
            moved |= item.told.as_ref().is_none_or(|told| seat(told) != seat(&answer));
            let told = What::Told(number, Rc::new(answer));
            now.take(self.at_ns, self.count, &told);
            self.events.push((self.at_ns, self.count, told));
            let item = find(&now, number).expect("it was just there");
            self.watched.insert(number, watch(&now, item));
        }
        for (item, watch) in &mut self.watched {
            if find(&now, *item).is_none_or(|item| !item.rides() || item.fire.is_some()) {
                *watch = Watch::default();
            }
        }
        Ok(())
    }
}

impl Bench {
    /// Tells if something changed that every riding item is decided anew for. A discharge is no such change: what it
    /// takes was reserved.
    fn everybody_hears(&mut self, notes: &[Record]) -> bool {
        let shut = |state: &ChuteStatus| {
            let fills = matches!(state, ChuteStatus::Open | ChuteStatus::HalfFull | ChuteStatus::Full);
            !fills
        };
        let mut hears = false;
        for note in notes {
            hears |= match note {
                Record::FlightChanged { .. } | Record::PlanInUse { .. } => true,
                Record::ChuteChanged { chute, state } => {
                    let before = self.chute_states.insert(*chute, *state);
                    shut(state) || before.is_some_and(|before| shut(&before))
                }
                _ => false,
            };
        }
        let now = self.at_ns;
        let before = std::mem::replace(&mut self.compared_ns, now);
        hears | self.deadlines.values().any(|deadline| before < *deadline && *deadline <= now)
    }
}

/// Tells if a product's cut-off has come since a time.
fn product_is_cut_off(now: &Situation, since: i64) -> bool {
    let earlier = now.plan.products.iter().map(|(_, earlier, _)| *earlier);
    let mut times = earlier.flat_map(|earlier| now.flights.values().map(move |flight| flight.cutoff - earlier));
    times.any(|time| since < time && time <= now.utc)
}

fn watch(now: &Situation, item: &Item) -> Watch {
    let Some(chute) = item.told.as_ref().and_then(|told| told.outlet).filter(|_| item.rides()) else {
        return Watch::default();
    };
    let place = CHUTES[usize::from(chute) - 1];
    Watch { commit: Some(now.commit(item, chute)), reserve: Some(item.zero + place - now.plan.reserve_ahead) }
}

fn compare(now: &Situation, item: &Item, said: Option<&Answer>) -> Compared {
    let expected = now.expected(item);
    let had = item.told.as_deref();
    let why = match (&expected, said, had) {
        (Some(model), Some(core), _) if model == core => return Ok(()),
        (Some(_), Some(_), _) => "the decision is another one",
        (Some(model), None, Some(had)) if agree(model, had) => return Ok(()),
        (Some(_), None, _) => "the decision was not renewed",
        (None, None, _) => return Ok(()),
        (None, Some(core), Some(had)) if core.outlet == had.outlet => return Ok(()),
        (None, Some(_), _) => "after the commit count only the board tells what becomes of it",
    };
    let core = said.or(had).cloned();
    Err(Box::new(Finding { item: item.number, core, model: expected, count: now.count, why, last: Vec::new() }))
}

/// Whether a renewed decision has nothing to say.
fn agree(one: &Answer, other: &Answer) -> bool {
    (one.code, &one.flight, &one.moved_from, one.outlet) == (other.code, &other.flight, &other.moved_from, other.outlet)
}

fn find(now: &Situation, number: u32) -> Option<&Item> {
    now.items.iter().find(|item| item.number == number)
}
