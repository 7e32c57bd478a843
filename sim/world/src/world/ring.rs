//! What a ring adds to the belt: its index sensor, and inductions that put an item onto the very carrier for which they
//! have a permit.

use std::collections::VecDeque;

use super::agenda::{Travelled, short};
use super::{World, WorldSink};
use crate::events::{Strike, StrikeKind};
use crate::physics::rider::Cargo;
use crate::random::{between, stream};
use crate::setup::{RingSetup, ZoneSetup};
use sortie_protocol::board::telegram::BoardTelegram;

/// An induction needs so much travel to bring an item to the ring, µm: a carrier that is nearer is let pass.
const REACH: i64 = 1_000_000;
/// An induction that has no carrier looks again after so much travel, µm.
const AGAIN: i64 = 100_000;
/// What the index sensor takes for carrier 1 is at least so far from it, µm.
const INDEX_APART: u32 = 30_000;
/// Between items on neighbouring carriers there is at least so much, µm.
const GAP: i64 = 90_000;
/// So far before the entry PEC an item is put on the ring, µm.
const BEFORE: i64 = 1_000;

/// The ring's own state.
pub(super) struct Ring {
    setup: RingSetup,
    /// Travel at which carrier 1 is at the entry PEC for the first time.
    phase: i64,
    zones: Vec<Zone>,
    /// What goes wrong with the next pulse of the index sensor.
    spoilt: Option<Strike>,
}

/// One induction zone.
struct Zone {
    setup: ZoneSetup,
    /// The item that waits for a carrier, and how far behind its front that of the next one comes.
    waiting: Option<(Cargo, i64)>,
    /// Travel at which that one would have come without having to wait.
    due: i64,
    /// Items that are on their way to their carriers, with the travel at which they come onto them, in order.
    coming: VecDeque<(i64, Cargo)>,
    /// It is noted when it looks for the next item.
    looks: bool,
}

impl Ring {
    pub(super) fn new(setup: RingSetup, zones: &[ZoneSetup], seed: u64) -> Self {
        let phase = between(&mut stream(seed, "carriers"), 0, setup.turn - 1);
        let zone = |setup: &ZoneSetup| Zone {
            setup: setup.clone(),
            waiting: None,
            due: 0,
            coming: VecDeque::new(),
            looks: false,
        };
        Self { setup, phase, zones: zones.iter().map(zone).collect(), spoilt: None }
    }

    /// Nothing goes wrong with the next pulse of the index sensor.
    pub(super) fn spare_index(&mut self) {
        self.spoilt = None;
    }

    pub(super) fn phase(&self) -> i64 {
        self.phase
    }

    /// Items that are on their way from the inductions to their carriers.
    pub(super) fn coming(&self) -> usize {
        self.zones.iter().map(|zone| zone.coming.len()).sum()
    }

    /// What waits for a carrier comes upon another item instead.
    pub(super) fn take_waiting(&mut self) -> Option<Cargo> {
        let waits = |zone: &mut Zone| zone.waiting.take();
        self.zones.iter_mut().find_map(waits).map(|(cargo, _)| cargo)
    }

    /// What waits for a carrier does not come any more.
    pub(super) fn send_away(&mut self) {
        self.zones.iter_mut().for_each(|zone| zone.waiting = None);
    }

    /// How many zones there are.
    pub(super) fn zones(&self) -> u16 {
        short(self.zones.len())
    }

    /// A zone is to look for the next item. False if it is noted already when it will.
    pub(super) fn has_to_look(&mut self, zone: u16) -> bool {
        self.zones.get_mut(usize::from(zone)).is_some_and(|zone| !std::mem::replace(&mut zone.looks, true))
    }
}

/// Less than so far apart no PEC tells two items from one, µm; about.
const ONE_BODY_UM: i64 = 40_000;

impl World {
    /// True if two items on the belt lie against each other, so that every PEC sees one body.
    #[must_use]
    pub fn has_body_of_several(&self) -> bool {
        let travel = self.belt.travel_at(self.now);
        self.lane.slots().any(|slot| self.lane.gap_ahead(slot, travel) < ONE_BODY_UM)
    }

    /// Carrier 1 comes by the index sensor.
    pub(super) fn index(&mut self, travel: i64, sink: &mut impl WorldSink) {
        let Some(ring) = &mut self.ring else { return };
        let turn = ring.setup.turn;
        self.travels.note(travel + turn, Travelled::Index);
        match ring.spoilt.take() {
            Some(strike) if strike.kind == StrikeKind::IndexMissed => return self.struck(&strike, sink),
            Some(strike) => {
                let behind = self.strikes.size(strike.kind, (INDEX_APART / 1000, 20_000)) * 1000;
                let behind = behind.clamp(INDEX_APART.into(), turn - i64::from(INDEX_APART));
                self.travels.note(travel + behind, Travelled::IndexAgain);
            }
            None => {}
        }
        self.turn_index(travel);
    }

    /// The index sensor's next pulse does not come, or is not the only one of its turn.
    pub(super) fn spoil_index(&mut self, kind: StrikeKind) {
        let strike = self.strikes.new_strike(kind, &[]);
        match &mut self.ring {
            Some(ring) if ring.spoilt.is_none() => ring.spoilt = Some(strike),
            Some(_) | None => self.retry(kind),
        }
    }

    /// The index sensor tells of carrier 1, which is not there.
    pub(super) fn index_again(&mut self, travel: i64, sink: &mut impl WorldSink) {
        self.strike_on(StrikeKind::IndexDoubled, &[], sink);
        self.turn_index(travel);
    }

    fn turn_index(&mut self, travel: i64) {
        let Some(ring) = &self.ring else { return };
        let sensor = ring.setup.index_sensor;
        let count = self.board.count(travel);
        for blocked in [true, false] {
            self.board.tell(BoardTelegram::Edge { count, sensor, blocked });
        }
        self.scan_soon();
    }

    /// The next item of a zone looks for as many permitted carriers in a row as it needs.
    pub(super) fn feed_zone(&mut self, zone: u16, travel: i64) {
        let Some(ring) = &mut self.ring else { return };
        let (RingSetup { cell: pitch, .. }, zones) = (ring.setup, ring.zones.len());
        let waiting = ring.zones.iter().filter(|zone| zone.waiting.is_some()).count() as u64;
        let Some(at_zone) = ring.zones.get_mut(usize::from(zone)) else { return };
        let feeding = &mut self.feeding;
        at_zone.looks = feeding.left > 0;
        if feeding.left == 0 {
            return;
        }
        if at_zone.waiting.is_none() && waiting >= feeding.left {
            // The last ones wait at other zones, which may not come to load them.
            self.travels.note(travel + AGAIN, Travelled::Feed(zone));
            return;
        }
        let (cargo, way) = *at_zone.waiting.get_or_insert_with(|| {
            let (mut cargo, _, gap) = feeding.next(waiting);
            // The rate is that of parcels as they come; what is not inducted is sorted elsewhere.
            let way = feeding.way(cargo.length, gap) * zones as i64;
            cargo.length = feeding.length_on_carriers(cargo.length, pitch - GAP);
            (cargo, way)
        });
        let carriers = (cargo.length + GAP + pitch - 1) / pitch;
        let upc = self.board.um_per_count();
        let soonest = self.board.count(travel + REACH);
        let inductions = &at_zone.setup.inductions;
        let Some(count) = self.board.take_loads(inductions, soonest, pitch / upc, carriers) else {
            self.travels.note(travel + AGAIN, Travelled::Feed(zone));
            return;
        };
        let ahead = i64::from(count.wrapping_sub(self.board.count(travel)).cast_signed()) * upc;
        let middle = (carriers * pitch - cargo.length) / 2;
        // It is put on the ring just before the entry PEC, as on any belt.
        let at = travel + ahead + middle - BEFORE;
        self.travels.note(at, Travelled::Load(zone));
        at_zone.coming.insert(at_zone.coming.partition_point(|(other, _)| *other <= at), (at, cargo));
        at_zone.waiting = None;
        // Items queue before the inductions: one that had to wait does not hold up those behind it.
        at_zone.due = at_zone.due.max(travel - 20 * pitch) + way;
        let next = at_zone.due.max(travel);
        feeding.left -= 1;
        feeding.fed += 1;
        at_zone.looks = feeding.left > 0;
        if at_zone.looks {
            self.travels.note(next, Travelled::Feed(zone));
        }
    }

    /// An item is put onto its carrier.
    pub(super) fn load(&mut self, zone: usize, travel: i64, sink: &mut impl WorldSink) {
        let Some(at_zone) = self.ring.as_mut().and_then(|ring| ring.zones.get_mut(zone)) else { return };
        let (position, loaded) = (at_zone.setup.position, at_zone.coming.pop_front());
        let Some((_, cargo)) = loaded else { return };
        let slot = self.put_on(cargo, travel, position - BEFORE, 0, sink);
        self.strike_fed(slot, travel, sink);
    }
}
