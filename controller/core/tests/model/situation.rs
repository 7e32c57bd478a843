//! Where everything stands, by the whole list of what has happened.

use super::{Answer, CONFIRM, Event, Flight, Parcel, Plan, What, Word};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// An item. Its leading edge was, or would have been, at the entry at count `zero`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub(crate) number: u32,
    pub(crate) zero: i64,
    pub(crate) length: i64,
    /// In doubt; and if so, because the belt became unknown.
    pub(crate) doubt: Option<bool>,
    pub(crate) codes: BTreeSet<String>,
    /// Keys of the parcels that its codes stand for; `None` until its gates have closed.
    pub(crate) parcels: Option<Vec<String>>,
    pub(crate) duplicate: bool,
    pub(crate) weight: Option<i64>,
    /// Chute of the fire that is with the board; whether it is being cancelled.
    pub(crate) fire: Option<(u16, bool)>,
    /// Chute, count and host time of its discharge; its grams and its flight then; it was seen later on; its confirm was
    /// lost with the belt; it does not stand.
    pub(crate) fired: Option<(u16, i64, u64)>,
    pub(crate) fell: i64,
    pub(crate) fell_for: Option<String>,
    pub(crate) revoked: bool,
    confirmed: bool,
    /// It is lost, and but one edge says that it did not fall.
    denied: bool,
    lost: bool,
    pub(crate) ended: bool,
    pub(crate) gone: bool,
    pub(crate) told: Option<Rc<Answer>>,
}

impl Item {
    pub(crate) fn rides(&self) -> bool {
        !self.gone && self.left_at().is_none()
    }

    pub(crate) fn left_at(&self) -> Option<u16> {
        self.fired.filter(|_| !self.revoked).map(|(chute, ..)| chute)
    }

    /// It fell; or it was seen later on, but the chute saw it, too, or nobody saw it again.
    pub(crate) fn may_lie(&self) -> bool {
        self.fired.is_some() && (self.confirmed || self.denied || !self.revoked)
    }

    /// The flight of whose capacity it takes a place.
    pub(crate) fn place_in(&self) -> Option<&String> {
        if self.may_lie() { self.fell_for.as_ref() } else { self.sorted_to() }
    }

    pub(crate) fn bound_for(&self, chute: u16) -> bool {
        self.rides() && self.told.as_ref().is_some_and(|told| told.outlet == Some(chute))
    }

    pub(crate) fn sorted_to(&self) -> Option<&String> {
        self.told.as_ref().filter(|told| told.code == "OK")?.flight.as_ref()
    }

    fn carries(&self, key: &String) -> bool {
        self.parcels.as_deref() == Some(std::slice::from_ref(key))
    }
}

/// A chute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chute {
    /// Locked, disabled, changing its container; the last is not there where there was no container.
    pub(crate) marks: BTreeMap<Word, bool>,
    /// Host times: since when its sensors are active, and from when on what falls is in its container.
    pub(crate) since: BTreeMap<Word, u64>,
    pub(crate) filled_from: u64,
    /// Discharges in a row without a confirm, and how many they were when the confirm sensor became active.
    pub(crate) unconfirmed: usize,
    before_pulse: usize,
}

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Situation {
    pub(crate) now_ns: u64,
    pub(crate) count: i64,
    pub(crate) utc: i64,
    pub(crate) parcels: BTreeMap<String, Rc<Parcel>>,
    pub(crate) flights: BTreeMap<String, Rc<Flight>>,
    /// The plan in use, the one before it, and the one that waits for its time.
    pub(crate) plan: Rc<Plan>,
    before: Option<Rc<Plan>>,
    waiting: Option<Rc<Plan>>,
    pub(crate) journal_failed: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) chutes: BTreeMap<u16, Chute>,
}

impl Situation {
    /// Reads the whole list, at a host time and a count.
    pub(crate) fn of(events: &[Event], now_ns: u64, count: i64) -> Self {
        let mut now = Self { utc: i64::MIN, now_ns, count, ..Self::default() };
        events.iter().for_each(|(at, count, what)| now.take(*at, *count, what));
        now
    }

    fn with(&mut self, number: u32, change: impl FnOnce(&mut Item)) {
        self.items.iter_mut().find(|item| item.number == number).map(change);
    }

    fn at(&mut self, chute: u16) -> &mut Chute {
        self.chutes.entry(chute).or_default()
    }

    pub(crate) fn take(&mut self, at: u64, count: i64, what: &What) {
        match what.clone() {
            What::Utc(utc) => {
                // A clock that steps back reopens nothing.
                self.utc = self.utc.max(utc);
                let due = self.waiting.take_if(|plan| plan.from.is_some_and(|from| from <= utc));
                due.into_iter().for_each(|plan| self.activate(plan));
            }
            What::Flight(flight) => drop(self.flights.insert(flight.key.clone(), flight)),
            What::Plan(plan) if plan.from.is_some_and(|from| from > self.utc) => self.waiting = Some(plan),
            What::Plan(plan) => self.activate(plan),
            What::RollBack => self.before.take().into_iter().for_each(|plan| self.activate(plan)),
            What::JournalFailed(failed) => self.journal_failed = failed,
            What::Parcel(mut parcel) => {
                // A label that was put on by hand stays, as far as there is room.
                let labels = self.parcels.get(&parcel.key).map_or(Vec::new(), |parcel| parcel.labels.clone());
                Rc::make_mut(&mut parcel).labels = labels;
                self.take_parcel(parcel);
            }
            What::Hold(key, customs, security) => {
                if let Some(parcel) = self.parcels.get_mut(&key).map(Rc::make_mut) {
                    parcel.customs = customs.unwrap_or(parcel.customs);
                    parcel.security = security.unwrap_or(parcel.security);
                }
            }
            What::Return(key) => self.end_links(&key),
            What::Departed(key) if self.items.iter().any(|item| item.rides() && item.carries(&key)) => {}
            What::Departed(key) => {
                self.parcels.remove(&key);
                self.end_links(&key);
            }
            What::Relabel(key, plate) => {
                if let Some(mut parcel) = self.parcels.get(&key).cloned().filter(|parcel| parcel.codes().count() < 4) {
                    Rc::make_mut(&mut parcel).labels.push(plate);
                    self.take_parcel(parcel);
                }
            }
            What::Chute(chute, mark, on) => drop(self.at(chute).marks.insert(mark, on)),
            What::Sensor(chute, "confirm", on) => self.take_confirm(chute, on, at, count),
            What::Sensor(chute, which, on) => {
                let since = self.at(chute).since.remove(which).unwrap_or(at);
                self.at(chute).since.extend(on.then_some((which, since)));
            }
            What::Flush(anew, missing) => {
                let (least, most) = (self.plan.jam_blocked_ns, self.plan.jam_unconfirmed);
                let blocked = |chute: &&mut Chute| chute.since.get("confirm").is_some_and(|since| at - since >= least);
                // What stood before a sensor whose word is lost may stand there still.
                for chute in self.chutes.values_mut().filter(|_| missing).filter(blocked) {
                    (chute.unconfirmed, chute.before_pulse) = (chute.unconfirmed.max(most), 0);
                }
                let keeps = |which: Word| !missing || which != "confirm";
                self.chutes.values_mut().for_each(|chute| chute.since.retain(|which, _| keeps(which)));
                let fired = self.items.iter_mut().filter_map(|item| item.fired.as_mut().filter(|_| anew));
                fired.for_each(|fired| fired.1 = i64::MIN / 2);
            }
            What::ClearJam(chute) => {
                self.at(chute).unconfirmed = 0;
                self.at(chute).since.entry("confirm").and_modify(|since| *since = at);
            }
            What::Acknowledge => self.chutes.values_mut().for_each(|chute| chute.unconfirmed = 0),
            What::ContainerOpened(chute) => {
                self.at(chute).marks.insert("changing", false);
                self.at(chute).filled_from = at;
            }
            What::ContainerClosed(chute) => {
                self.at(chute).filled_from = at;
                // Where the plan demands no container, a change that no person began ends by itself.
                if !self.plan.containers.contains(&chute) && self.at(chute).marks.get("by hand") != Some(&true) {
                    self.at(chute).marks.remove("changing");
                }
            }
            What::Born(number, place) => self.items.push(Item { number, zero: count - place, ..Item::default() }),
            What::Length(item, length) => self.with(item, |item| item.length = length),
            What::Doubt(item, flushed) => self.with(item, |item| item.doubt = Some(flushed)),
            What::Gone(item) => self.with(item, |item| item.gone = true),
            What::Read(item, code) => self.with(item, |item| item.codes.extend([code])),
            What::GatesClosed(item) => self.identify(item),
            What::Weighed(item, grams) => self.with(item, |item| item.weight = Some(grams)),
            What::FireSent(item, chute) => self.with(item, |item| item.fire = Some((chute, false))),
            What::CancelSent(item) => self.with(item, |item| item.fire = item.fire.map(|(chute, _)| (chute, true))),
            What::NotFired(item) => self.with(item, |item| item.fire = None),
            What::Fired(item, chute) => {
                let grams = self.items.iter().filter(|it| it.number == item).map(|it| self.grams(it)).sum();
                self.with(item, |it| (it.fire, it.fired, it.fell) = (None, Some((chute, count, at)), grams));
                self.with(item, |it| it.fell_for = it.sorted_to().cloned());
                if self.plan.containers.contains(&chute) && !self.at(chute).marks.contains_key("changing") {
                    // It fell where a container should stand: into none.
                    self.at(chute).filled_from = at + 1;
                }
            }
            What::Discharge(item, how) => self.take_discharge(item, how),
            What::Told(item, answer) => self.with(item, |item| item.told = Some(answer)),
        }
    }

    fn activate(&mut self, plan: Rc<Plan>) {
        let before = std::mem::replace(&mut self.plan, plan);
        self.before = Some(before).filter(|before| before.version > 0);
    }

    fn take_parcel(&mut self, parcel: Rc<Parcel>) {
        let taken =
            |code| self.parcels.values().any(|other| other.key != parcel.key && other.codes().any(|it| it == code));
        if !parcel.codes().any(taken) {
            self.parcels.insert(parcel.key.clone(), parcel);
            let unknown = |item: &&Item| item.rides() && item.parcels.as_ref().is_some_and(|keys| keys.is_empty());
            let again: Vec<u32> = self.items.iter().filter(unknown).map(|item| item.number).collect();
            again.into_iter().for_each(|number| self.identify(number));
        }
    }

    /// An older discharge of the parcel does not stand.
    fn end_links(&mut self, key: &String) {
        self.items.iter_mut().filter(|item| item.carries(key)).for_each(|item| item.ended |= !item.rides());
    }

    /// Which parcels an item's codes stand for; and whether the only one is tied to another item.
    fn identify(&mut self, number: u32) {
        let Some(item) = self.items.iter().find(|item| item.number == number) else { return };
        let known = |parcel: &&Rc<Parcel>| parcel.codes().any(|code| item.codes.contains(code));
        let keys: Vec<String> = self.parcels.values().filter(known).map(|parcel| parcel.key.clone()).collect();
        let flies = |flight: &String| self.flights.get(flight).is_none_or(|flight| flight.order != "cancelled");
        let tied = |other: &&Item| {
            let stands = other.left_at().is_some() && !other.ended && other.sorted_to().is_some_and(flies);
            other.number != number && if other.rides() { other.doubt.is_none() } else { stands }
        };
        let same = |other: &&Item| keys.len() == 1 && item.doubt.is_none() && other.carries(&keys[0]);
        let rivals: Vec<u32> = self.items.iter().filter(same).filter(tied).map(|other| other.number).collect();
        self.with(number, |item| (item.parcels, item.duplicate) = (Some(keys), !rivals.is_empty()));
        rivals.into_iter().for_each(|rival| self.with(rival, |rival| rival.duplicate |= rival.rides()));
    }

    /// An edge in a discharge's window starts the count of missing confirms anew, a whole pulse ends the jam.
    fn take_confirm(&mut self, number: u16, on: bool, at: u64, count: i64) {
        let due = |item: &Item| {
            let waited_for = item.fired.filter(|_| !item.revoked && !item.lost);
            waited_for.is_some_and(|(chute, from, _)| chute == number && CONFIRM.contains(&(count - from)))
        };
        let (due, most) = (self.items.iter().any(due), self.plan.jam_unconfirmed);
        let chute = self.at(number);
        let since = chute.since.remove("confirm").unwrap_or(at);
        chute.since.extend(on.then_some(("confirm", since)));
        if if on { due && chute.unconfirmed < most } else { chute.before_pulse >= most } {
            chute.unconfirmed = 0;
        }
        chute.before_pulse = chute.unconfirmed;
    }

    fn take_discharge(&mut self, number: u32, how: Word) {
        if how == "denied by one" {
            self.with(number, |item| item.denied = true);
            return;
        }
        let missed = self.items.iter().filter(|item| item.number == number && how == "unconfirmed");
        missed.filter_map(Item::left_at).for_each(|chute| self.chutes.entry(chute).or_default().unconfirmed += 1);
        self.with(number, |item| {
            item.confirmed |= how == "confirmed";
            item.denied = false;
            (item.ended, item.revoked, item.lost) = (how != "confirmed", how == "revoked", how == "lost");
        });
    }
}
