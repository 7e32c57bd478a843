//! The story of a belt at an even speed, told to the oracle.
#![allow(dead_code, reason = "each file of stories uses its own part")]

use sortie_world::events::{Physical, Strike, StrikeKind};
use sortie_world::feed::{Fact, Feed, FlightFact, ParcelFact};
use sortie_world::files::{Customs, LineFile, Order, PlanFile, Security};
use sortie_world::oracle::{Check, Oracle};
use sortie_world::scenario::Scenario;
use sortie_world::setup::Faults;
use sortie_world::summary::{RunFacts, Summary};

pub(crate) const MS: u64 = 1_000_000;
pub(crate) const S: u64 = 1_000 * MS;
pub(crate) const UM_PER_COUNT: u64 = 1_237;
/// 2.5 m/s.
pub(crate) const UM_PER_MS: u64 = 2_500;

pub(crate) const PLAN: &str = r#"
version = 1
full_delay_ms = 500
after_full_pieces = 1
[[flight]]
flight = "one"
chutes = [1, 2]
[[flight]]
flight = "two"
chutes = [3]
[[exception]]
code = "NRD"
outlets = [59]
"#;

/// Tells the story of a belt at an even speed.
pub(crate) struct Story {
    pub(crate) oracle: Oracle,
    pub(crate) count_start: u32,
}

impl Story {
    /// Two flights, both open; parcels 1 and 2 for the first, 3 for the second.
    pub(crate) fn new() -> Self {
        let line = Feed::new(&Scenario::default(), 1, 10).line_toml(&|role| role.to_owned());
        let line: LineFile = toml::from_str(&line).expect("the feed writes a good line.toml");
        let mut story = Self { oracle: Oracle::new(&line, 1_000_000), count_start: 4_294_967_000 };
        story.plan(0, PLAN);
        for flight in 0..2 {
            story.oracle.fact(0, &open_flight(flight, 1_000_000_000, Order::Planned));
        }
        for (parcel, flight) in [(1, 0), (2, 0), (3, 1)] {
            story.oracle.fact(0, &parcel_for(parcel, flight, Customs::Released));
        }
        story
    }

    pub(crate) fn plan(&mut self, at: u64, text: &str) {
        let plan: PlanFile = toml::from_str(text).expect("the plan of this story is TOML");
        self.oracle.plan(at, &plan, &|key| ["one", "two"].iter().position(|known| *known == key).map(|no| no as u16));
    }

    pub(crate) fn count(&self, at: u64) -> u32 {
        let counts = at / MS * UM_PER_MS / UM_PER_COUNT;
        self.count_start.wrapping_add(counts as u32)
    }

    pub(crate) fn enter(&mut self, at: u64, item: u32, parcel: Option<u32>) {
        self.enter_with_gap(at, item, parcel, 500_000);
    }

    pub(crate) fn enter_with_gap(&mut self, at: u64, item: u32, parcel: Option<u32>, gap: i64) {
        self.enter_as(at, item, parcel, 300_000, gap);
    }

    pub(crate) fn enter_as(&mut self, at: u64, item: u32, parcel: Option<u32>, length: i64, gap: i64) {
        let (position, weight_g, readable) = (0, 900, true);
        self.oracle.physical(at, &Physical::Entered { item, parcel, position, length, gap, weight_g, readable });
        self.pass(at, item);
        self.oracle.physical(at + 600 * MS, &Physical::Scanned { item, scanner: 0, read: true });
    }

    pub(crate) fn pass(&mut self, at: u64, item: u32) {
        self.pass_at(at, item, 0);
    }

    pub(crate) fn pass_at(&mut self, at: u64, item: u32, sensor: u16) {
        self.oracle.physical(at, &Physical::AtPec { item, sensor, count: self.count(at) });
    }

    /// Something else is seen every 20 ms, so that the belt's place is known well.
    pub(crate) fn ride(&mut self, from: u64, to: u64) {
        (from / MS..to / MS).step_by(20).for_each(|ms| self.pass(ms * MS, 0));
    }

    pub(crate) fn fire(&mut self, at: u64, chute: u16) {
        self.oracle.ordered(chute - 1, self.count(at));
        self.fire_unordered(at, chute);
    }

    pub(crate) fn fire_unordered(&mut self, at: u64, chute: u16) {
        let at = at - 60 * MS;
        self.oracle.physical(at, &Physical::Fired { output: chute - 1, count: self.count(at) });
    }

    pub(crate) fn discharge(&mut self, at: u64, item: u32, chute: u16) {
        self.oracle.physical(at, &Physical::Discharged { item, chute, count: self.count(at), pieces: 1 });
    }

    /// Fires and discharges.
    pub(crate) fn divert(&mut self, at: u64, item: u32, chute: u16) {
        self.ride(at - 600 * MS, at - 60 * MS);
        self.fire(at, chute);
        self.discharge(at, item, chute);
    }

    pub(crate) fn hold(&mut self, at: u64, parcel: u32, customs: Customs) {
        self.oracle.fact(at, &Fact::Hold { parcel, customs: Some(customs), security: None });
    }

    pub(crate) fn full(&mut self, at: u64, chute: u16, full: bool) {
        self.oracle.physical(at, &Physical::Full { chute, full, count: self.count(at) });
    }

    pub(crate) fn strike(&mut self, at: u64, kind: StrikeKind, items: [u32; 4]) {
        self.oracle.strike(at, &Strike { id: 1, kind, count: self.count(at), items, effective: true });
    }

    pub(crate) fn violations(&self, check: Check) -> u64 {
        self.oracle.tally().violations_of(check)
    }

    pub(crate) fn missorts(&self) -> u64 {
        self.oracle.counts().missorts
    }

    pub(crate) fn finish(mut self, at: u64) -> Summary {
        self.oracle.finish(at);
        let run = RunFacts { seed: 7, sim_ns: at, ..RunFacts::default() };
        Summary::new(&self.oracle, &Faults::new(), run)
    }
}

pub(crate) fn open_flight(flight: u16, cutoff_ms: i64, order: Order) -> Fact {
    Fact::Flight { flight, says: FlightFact { destination: flight, cutoff_ms, order, ..FlightFact::default() } }
}

pub(crate) fn parcel_for(parcel: u32, flight: u16, customs: Customs) -> Fact {
    let security = Security::Screened;
    let says = ParcelFact { destination: flight, flight: Some(flight), customs, security, ..ParcelFact::default() };
    Fact::Parcel { parcel, says }
}
