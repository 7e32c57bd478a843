//! The host systems and the operator: they write the line's files, and go on writing while the line runs.

mod bookings;
mod catalogue;
mod changes;
mod draw;
mod fact;
mod finds;
mod goods;
mod holds;
mod line_toml;
mod orders;
mod plan_toml;
mod plans;
mod plates;
mod registry;
mod schedule;
mod surge;
mod upsets;

pub use catalogue::Catalogue;
pub use fact::{
    ChuteOrder, DestinationNo, Fact, Fed, FedFile, FlightFact, FlightNo, Handling, NO_PRODUCT, ParcelFact, Product,
    product,
};
pub use line_toml::line_toml;
pub use registry::Registry;

use crate::events::ParcelNo;
use crate::files::{Customs, Order, Security};
use crate::scenario::Scenario;
use crate::setup::Parcels;
use catalogue::Key;
use changes::{Change, Changes};
use finds::Finds;
use holds::{Held, Holds};
use orders::Orders;
use plans::Plans;
use schedule::Schedule;
use std::collections::BTreeMap;
use std::fmt::Write;
use surge::Surge;
use upsets::Upsets;

/// The hosts write in bites, so often.
const TICK_NS: u64 = 500_000_000;

/// The host systems of a run.
///
/// At the start [`Feed::begin`] tells everything that stands in the files. Then [`Feed::due`] is called whenever
/// [`Feed::next_at`] has come, with the number of parcels inducted so far: new parcels are announced as others ride
/// off, so that about `parcels_on_file` of them are on file at any time.
#[derive(Clone, Debug)]
pub struct Feed {
    catalogue: Catalogue,
    scenario: Scenario,
    parcels: u64,
    tick_at: u64,
    /// First parcel that is not announced yet.
    announced: ParcelNo,
    /// First parcel that is still on file.
    kept: ParcelNo,
    /// How many of the inducted were looked at for late holds.
    looked_at: u64,
    /// The flights as they stand now.
    board: Schedule,
    changes: Changes,
    plans: Plans,
    holds: Holds,
    surge: Surge,
    orders: Orders,
    finds: Finds,
    /// Chutes that somebody has cleared, and will say so.
    cleared: Vec<u16>,
    /// What faults make the hosts do.
    upsets: Upsets,
    /// Customs and security states that are others than the catalogue's.
    states: BTreeMap<ParcelNo, (Customs, Security)>,
    text: String,
}

impl Feed {
    /// The host systems for a run of `parcels` items.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64, parcels: u64) -> Self {
        let schedule = Schedule::new(scenario, seed, parcels);
        let run_ms = scenario.planned_ms(parcels);
        let mut feed = Self {
            changes: Changes::default(),
            plans: Plans::new(scenario, seed, &schedule),
            board: schedule.clone(),
            catalogue: Catalogue::new(scenario, seed, parcels, schedule),
            scenario: scenario.clone(),
            parcels,
            tick_at: TICK_NS,
            announced: scenario.host.parcels_on_file,
            kept: 0,
            looked_at: 0,
            holds: Holds::new(scenario, seed),
            surge: Surge::new(scenario, seed),
            orders: Orders::new(scenario, seed),
            finds: Finds::default(),
            cleared: Vec::new(),
            upsets: Upsets::default(),
            states: BTreeMap::new(),
            text: String::new(),
        };
        let expected = feed.expected();
        feed.board.flights.iter_mut().zip(expected).for_each(|(flight, expected)| flight.expected = expected);
        feed.changes = Changes::new(scenario, seed, &feed.board, run_ms);
        feed
    }

    /// The parcels, for the world to put on the belt.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The text of `line.toml`; `path` gives the tty of a port's role.
    #[must_use]
    pub fn line_toml(&self, path: &dyn Fn(&str) -> String) -> String {
        line_toml(&self.scenario, path)
    }

    /// The text of `plan.toml`.
    #[must_use]
    pub fn plan_toml(&self) -> String {
        self.plans.text(&self.scenario, &self.board)
    }

    /// Tells the flights, the plan and the parcels that stand in the files at the start, in this order.
    pub fn begin(&mut self, to: &mut dyn FnMut(Fed<'_>)) {
        for index in 0..self.board.flights.len() {
            self.tell_flight(index, to);
        }
        let plan = self.plan_toml();
        to(Fed { file: FedFile::Plan, text: &plan, fact: None });
        for parcel in 0..self.announced {
            self.announce(parcel, to);
        }
    }

    /// Pieces booked on each flight among the parcels of this run; where they are not all on file yet, in proportion,
    /// unless flights open and close all the time.
    fn expected(&self) -> Vec<u64> {
        let flights = &self.board.flights;
        let rolling = self.scenario.host.changes.open_min > 0;
        let known = if rolling { self.parcels } else { self.parcels.min(self.announced.into()) }.max(1);
        let mut pieces = vec![0; flights.len()];
        for parcel in 0..u32::try_from(known).unwrap_or(u32::MAX) {
            let record = self.catalogue.record(parcel);
            let home = || flights.iter().position(|flight| flight.says.destination == record.says.destination);
            let flight = record.says.flight.map(usize::from).or_else(home).filter(|_| record.known);
            if let Some(count) = flight.and_then(|flight| pieces.get_mut(flight)) {
                *count += 1;
            }
        }
        pieces.iter().map(|count| count * self.parcels / known).collect()
    }

    /// Keys of the flights, by number.
    pub fn flights(&self) -> impl Iterator<Item = &str> {
        self.board.flights.iter().map(|flight| flight.key.as_str())
    }

    /// When the hosts write next.
    #[must_use]
    #[inline]
    pub fn next_at(&self) -> u64 {
        self.upsets.writes_at(self.tick_at.min(self.holds.next_aimed()))
    }

    /// A divert waits for a parcel's item, which has to travel `to_commit` µm at `speed` µm/s until it is committed.
    /// Somebody may want to hold the parcel at just that moment.
    pub fn aimed(&mut self, at: u64, parcel: ParcelNo, to_commit: i64, speed: i64) {
        self.holds.aim(at, parcel, to_commit, speed);
    }

    /// The controller has put a parcel on its pull list: somebody will look for it.
    pub fn pull_opened(&mut self, at: u64, pull: u32, parcel: ParcelNo) {
        self.finds.look_for(at, pull, parcel);
    }

    /// Nobody has to look for it any more.
    pub fn pull_closed(&mut self, pull: u32) {
        self.finds.leave(pull);
    }

    /// Somebody has cleared a jammed chute.
    pub fn clear_jam(&mut self, chute: u16) {
        self.cleared.push(chute);
    }

    /// Tells all that is due at `at`, when `inducted` parcels have been put on the belt.
    pub fn due(&mut self, at: u64, inducted: u64, to: &mut dyn FnMut(Fed<'_>)) {
        while let Some(held) = self.holds.take_aimed(at) {
            self.hold(held, to);
        }
        if at < self.tick_at {
            return;
        }
        self.tick_at = at + TICK_NS;
        self.look_for_holds(at, inducted);
        while let Some(held) = self.holds.take(at) {
            self.hold(held, to);
        }
        self.assess(at, to);
        self.change_flights(at, to);
        self.reinstate(at, to);
        self.order_chutes(at, to);
        for chute in std::mem::take(&mut self.cleared) {
            self.text.clear();
            let _ = write!(self.text, "{{\"by\":\"Ann\",\"order\":\"clear-jam\",\"chute\":{chute}}}");
            to(Fed { file: FedFile::Orders, text: &self.text, fact: None });
        }
        while let Some((pull, parcel)) = self.finds.take(at) {
            self.text.clear();
            let _ = write!(self.text, "{{\"by\":\"Ann\",\"order\":\"found\",\"pull\":{pull}}}");
            to(Fed { file: FedFile::Orders, text: &self.text, fact: Some(Fact::Found { parcel }) });
        }
        let changed = self.change_plan();
        if self.plans.due(at, &self.scenario, &self.board) || changed {
            let plan = self.plan_toml();
            to(Fed { file: FedFile::Plan, text: &plan, fact: None });
        }
        let on_file = u64::from(self.scenario.host.parcels_on_file);
        let gone = u32::try_from(inducted.saturating_sub(on_file / 4)).unwrap_or(u32::MAX);
        while self.kept < gone {
            self.depart(self.kept, to);
            self.kept += 1;
            if self.announced < self.catalogue.count() {
                self.announce(self.announced, to);
                self.announced += 1;
            }
        }
    }

    fn announce(&mut self, parcel: ParcelNo, to: &mut dyn FnMut(Fed<'_>)) {
        self.text.clear();
        let record = self.catalogue.record(parcel);
        if record.known {
            let says = self.catalogue.line(parcel, &record.says, &mut self.text);
            to(Fed { file: FedFile::Parcels, text: &self.text, fact: Some(Fact::Parcel { parcel, says }) });
        }
    }

    fn depart(&mut self, parcel: ParcelNo, to: &mut dyn FnMut(Fed<'_>)) {
        if self.catalogue.is_known(parcel) {
            self.text.clear();
            let _ = write!(self.text, "{{\"parcel\":\"{}\",\"departed\":true}}", Key(parcel));
            to(Fed { file: FedFile::Parcels, text: &self.text, fact: Some(Fact::Departed { parcel }) });
        }
        self.states.remove(&parcel);
    }

    fn look_for_holds(&mut self, at: u64, inducted: u64) {
        while self.looked_at < inducted {
            let parcel = self.catalogue.nth(self.looked_at);
            self.looked_at += 1;
            let record = self.catalogue.record(parcel);
            if record.late_hold && record.known {
                self.holds.some_time(at, parcel);
            }
        }
    }

    fn hold(&mut self, held: Held, to: &mut dyn FnMut(Fed<'_>)) {
        let Held { parcel, customs, security } = held;
        self.text.clear();
        let _ = write!(self.text, "{{\"parcel\":\"{}\"", Key(parcel));
        if let Some(customs) = customs {
            let _ = write!(self.text, ",\"customs\":\"{}\"", customs.word());
        }
        if let Some(security) = security {
            let _ = write!(self.text, ",\"security\":\"{}\"", security.word());
        }
        self.text.push('}');
        let says = self.catalogue.record(parcel).says;
        let state = self.states.entry(parcel).or_insert((says.customs, says.security));
        *state = (customs.unwrap_or(state.0), security.unwrap_or(state.1));
        let fact = Fact::Hold { parcel, customs, security };
        to(Fed { file: FedFile::Holds, text: &self.text, fact: Some(fact) });
    }

    /// Customs writes its next bite. What somebody has held by hand is not released with the rest.
    fn assess(&mut self, at: u64, to: &mut dyn FnMut(Fed<'_>)) {
        let mut bite = Vec::new();
        self.surge.due(at, &mut |parcel, customs| bite.push((parcel, customs)));
        for (parcel, customs) in bite {
            let by_hand = |(now, _): &(Customs, Security)| !matches!(now, Customs::NotLodged | Customs::Assessing);
            if self.catalogue.is_known(parcel) && !self.states.get(&parcel).is_some_and(by_hand) {
                self.hold(Held { parcel, customs: Some(customs), security: None }, to);
            }
        }
    }

    fn tell_flight(&mut self, index: usize, to: &mut dyn FnMut(Fed<'_>)) {
        self.text.clear();
        self.board.line(index, &mut self.text);
        let flight = u16::try_from(index).unwrap_or(u16::MAX);
        let fact = Fact::Flight { flight, says: self.board.flights[index].says };
        to(Fed { file: FedFile::Flights, text: &self.text, fact: Some(fact) });
    }

    fn change_flights(&mut self, at: u64, to: &mut dyn FnMut(Fed<'_>)) {
        let now_ms = self.scenario.utc_ms_at(at);
        while let Some((number, change)) = self.changes.take(now_ms) {
            let index = usize::from(number);
            let flight = &mut self.board.flights[index];
            match change {
                Change::Shift(by_ms) => {
                    flight.says.cutoff_ms += by_ms;
                    flight.departs_ms += by_ms;
                }
                Change::Order(order) => flight.says.order = order,
                Change::Capacity(pieces) => flight.says.capacity_pieces = pieces,
            }
            self.tell_flight(index, to);
            if matches!(change, Change::Order(Order::Cancelled | Order::Closed)) {
                self.rebook(number, now_ms, to);
            }
        }
    }

    fn order_chutes(&mut self, at: u64, to: &mut dyn FnMut(Fed<'_>)) {
        while let Some((chute, order)) = self.orders.take(at) {
            self.text.clear();
            let word = orders::word(order);
            let _ = write!(self.text, "{{\"by\":\"shift lead\",\"order\":\"{word}\",\"chute\":{chute}}}");
            to(Fed { file: FedFile::Orders, text: &self.text, fact: Some(Fact::Chute { chute, order }) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{FlightLine, LineFile, ParcelLine, PlanFile};
    use std::collections::BTreeSet;

    fn scenario() -> Scenario {
        Scenario::parse("[host]\nparcels_on_file = 4096").unwrap()
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut feed = Feed::new(&scenario(), 1, 10_000);
        let line: LineFile = toml::from_str(&feed.line_toml(&|role| format!("/tmp/{role}"))).unwrap();
        assert_eq!((line.ports.len(), line.scanners.len(), line.chutes.len(), line.pecs.len()), (8, 6, 60, 13));
        assert_eq!(line.lead_ms(), 100 + 20 + 1 + 10 + 2 * 5);
        let slow = Scenario::parse("[line]\nstroke_ms = 200").unwrap();
        let slow: LineFile = toml::from_str(&Feed::new(&slow, 1, 1).line_toml(&|role| format!("/tmp/{role}"))).unwrap();
        assert_eq!(slow.lead_ms(), 200 + 20 + 1 + 2 * 5);
        let mut counts = [0; 3];
        feed.begin(&mut |fed| match fed.file {
            FedFile::Plan => {
                let plan: PlanFile = toml::from_str(fed.text).unwrap();
                let chutes: BTreeSet<u16> = plan.flights.iter().flat_map(|flight| flight.chutes.clone()).collect();
                assert_eq!((plan.flights.len(), chutes.len()), (24, 48));
                assert!(plan.exceptions.iter().all(|other| other.outlets.iter().all(|chute| !chutes.contains(chute))));
                counts[0] += 1;
            }
            FedFile::Flights => {
                let _: FlightLine = serde_json::from_str(fed.text).unwrap();
                counts[1] += 1;
            }
            FedFile::Parcels => {
                let parcel: ParcelLine = serde_json::from_str(fed.text).unwrap();
                assert!(!parcel.plates.is_empty());
                counts[2] += 1;
            }
            FedFile::Holds | FedFile::Orders => unreachable!(),
        });
        assert_eq!(counts[..2], [1, 24]);
        assert!((4_050..4_096).contains(&counts[2]), "{counts:?}");
    }

    #[test]
    fn about_as_many_stay_on_file() {
        let mut feed = Feed::new(&scenario(), 1, 20_000);
        let mut on_file = BTreeSet::new();
        let mut take = |fed: Fed<'_>| match fed.fact {
            Some(Fact::Parcel { parcel, .. }) => assert!(on_file.insert(parcel)),
            Some(Fact::Departed { parcel }) => assert!(on_file.remove(&parcel)),
            Some(Fact::Flight { .. } | Fact::Hold { .. } | Fact::Chute { .. } | Fact::Found { .. }) | None => {}
        };
        feed.begin(&mut take);
        (1..6_000).for_each(|tick| feed.due(tick * TICK_NS, tick * 3, &mut take));
        assert!((4_050..=4_096).contains(&on_file.len()), "{}", on_file.len());
        let coming: Vec<u32> = (18_000..18_500).map(|nth| feed.catalogue().nth(nth)).collect();
        let missing = coming.iter().filter(|parcel| !on_file.contains(parcel)).count();
        assert!(missing < 10, "{missing}");
    }

    #[test]
    fn every_parcel_comes_once() {
        let feed = Feed::new(&scenario(), 5, 20_000);
        let all: BTreeSet<u32> = (0..2_048).map(|nth| feed.catalogue().nth(nth)).collect();
        assert_eq!(all.len(), 2_048);
        assert!(all.iter().all(|parcel| *parcel < 2_048));
    }
}
