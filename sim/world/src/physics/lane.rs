//! The items on the belt in their order, and when each crosses the next station.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::rider::{Cargo, Rider};

/// Place of a rider in the lane's table; good until the rider leaves.
pub type Slot = usize;

/// An edge of an item crossed a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The rider.
    pub slot: Slot,
    /// Index of the station.
    pub station: usize,
    /// True: the leading edge, the item now covers the station; false: the trailing edge has left it.
    pub covers: bool,
}

struct Link {
    rider: Rider,
    ahead: Option<Slot>,
    behind: Option<Slot>,
    /// Counts the changes of this slot's plan; older plans in the heap are void.
    plan: u32,
}

/// The riders of one belt.
pub struct Lane {
    stations: Vec<i64>,
    /// The way once round, if the belt is a ring; 0 for one with two ends.
    turn: i64,
    links: Vec<Link>,
    free: Vec<Slot>,
    first: Option<Slot>,
    last: Option<Slot>,
    riding: usize,
    due: BinaryHeap<Reverse<(i64, Slot, u32)>>,
}

impl Lane {
    /// An empty belt with stations at ascending positions, µm; of a ring, with the way once round.
    pub fn new(stations: Vec<i64>, turn: i64) -> Self {
        Self {
            stations,
            turn,
            links: Vec::new(),
            free: Vec::new(),
            first: None,
            last: None,
            riding: 0,
            due: BinaryHeap::new(),
        }
    }

    /// Travel at which something crosses a station next, or runs into the item ahead.
    #[inline]
    pub fn next_travel(&self) -> Option<i64> {
        self.due.peek().map(|Reverse((travel, _, _))| *travel)
    }

    /// How many items ride.
    #[inline]
    pub fn riding(&self) -> usize {
        self.riding
    }

    /// The rider in a slot that is in use.
    #[inline]
    pub fn rider(&self, slot: Slot) -> &Rider {
        &self.links[slot].rider
    }

    /// What rides in a slot that is in use.
    pub fn cargo_mut(&mut self, slot: Slot) -> &mut Cargo {
        &mut self.links[slot].rider.cargo
    }

    /// The slot of an item that rides.
    pub fn find(&self, item: u32) -> Option<Slot> {
        self.slots().find(|&slot| self.links[slot].rider.cargo.item == item)
    }

    /// The item downstream.
    pub fn ahead(&self, slot: Slot) -> Option<Slot> {
        self.links[slot].ahead
    }

    /// The item upstream.
    pub fn behind(&self, slot: Slot) -> Option<Slot> {
        self.links[slot].behind
    }

    /// The riders from the most downstream one on.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        std::iter::successors(self.first, |&slot| self.links[slot].behind)
    }

    /// True if the item covers the station now.
    pub fn covers(&self, slot: Slot, station: usize) -> bool {
        let rider = &self.links[slot].rider;
        rider.lead_next > station && rider.trail_next <= station
    }

    /// Takes the crossing that is due at `travel`; `None` if what was due was nothing to be seen.
    pub fn take(&mut self, travel: i64) -> Option<Crossing> {
        let Reverse((due, slot, _)) = *self.due.peek()?;
        debug_assert!(due <= travel, "taken before it is due");
        if self.links[slot].rider.meets.is_some_and(|meets| meets <= travel) {
            self.push(slot, travel);
            self.plan(slot, travel);
            self.drop_void();
            return None;
        }
        let crossing = self.cross(slot, travel);
        let plan = self.next_plan(slot, travel);
        // Nothing was planned meanwhile, so the item's old plan still stands in front.
        if let Some(mut front) = self.due.peek_mut() {
            match plan {
                Some(plan) => *front = Reverse(plan),
                None => drop(PeekMut::pop(front)),
            }
        }
        self.drop_void();
        crossing
    }

    /// Puts an item on the belt with its leading edge at `lead`; its crossings are reported from here on. Stations
    /// under or behind it are told to `covered`.
    pub fn insert(&mut self, rider: Rider, travel: i64, covered: &mut Vec<Crossing>) -> Slot {
        let ahead = self.neighbour_ahead(rider.lead(travel), travel);
        let behind = ahead.map_or(self.first, |slot| self.links[slot].behind);
        let link = Link { rider, ahead, behind, plan: 0 };
        let slot = match self.free.pop() {
            Some(slot) => {
                let plan = self.links[slot].plan;
                self.links[slot] = Link { plan, ..link };
                slot
            }
            None => {
                self.links.push(link);
                self.links.len() - 1
            }
        };
        self.tie(ahead, Some(slot));
        self.tie(Some(slot), behind);
        self.riding += 1;
        self.recover(slot, travel, covered);
        slot
    }

    /// Takes an item off the belt. The stations that it covered are told to `uncovered`.
    pub fn remove(&mut self, slot: Slot, travel: i64, uncovered: &mut Vec<Crossing>) -> Cargo {
        for station in 0..self.stations.len() {
            if self.covers(slot, station) {
                uncovered.push(Crossing { slot, station, covers: false });
            }
        }
        let (ahead, behind) = (self.links[slot].ahead, self.links[slot].behind);
        self.tie(ahead, behind);
        self.links[slot].plan = self.links[slot].plan.wrapping_add(1);
        self.free.push(slot);
        self.riding -= 1;
        if let Some(behind) = behind {
            self.plan(behind, travel);
        }
        self.drop_void();
        self.links[slot].rider.cargo
    }

    /// An item's leading edge has come round to the beginning of a ring: it is last in the order now, with all stations
    /// before it. Nothing of it covers a station then.
    pub fn come_round(&mut self, slot: Slot, travel: i64) {
        let (ahead, behind) = (self.links[slot].ahead, self.links[slot].behind);
        self.tie(ahead, behind);
        let rider = &mut self.links[slot].rider;
        let (lead, creep) = (rider.lead(travel) - self.turn, rider.creep_ppm);
        rider.place(travel, lead, creep);
        (rider.lead_next, rider.trail_next, rider.meets) = (0, 0, None);
        let last = self.neighbour_ahead(lead, travel);
        let next = last.map_or(self.first, |last| self.links[last].behind);
        self.tie(last, Some(slot));
        self.tie(Some(slot), next);
        for slot in [Some(slot), behind, next].into_iter().flatten() {
            self.plan(slot, travel);
        }
        self.drop_void();
    }

    /// Moves an item by `shift` against the belt, no farther than its neighbours allow, and says how far it went.
    /// Changed coverage is told to `changed`.
    pub fn shift(&mut self, slot: Slot, shift: i64, travel: i64, changed: &mut Vec<Crossing>) -> i64 {
        let lead = self.rider(slot).lead(travel);
        let moved =
            if shift > 0 { shift.min(self.gap_ahead(slot, travel)) } else { shift.max(-self.gap_behind(slot, travel)) };
        let creep = self.rider(slot).creep_ppm;
        self.links[slot].rider.place(travel, lead + moved, creep);
        self.recover(slot, travel, changed);
        moved
    }

    /// Gives an item another length, keeping its middle where neighbours allow.
    pub fn resize(&mut self, slot: Slot, length: i64, travel: i64, changed: &mut Vec<Crossing>) {
        let (ahead, behind) = (self.gap_ahead(slot, travel), self.gap_behind(slot, travel));
        let rider = self.rider(slot);
        let (lead, creep, old) = (rider.lead(travel), rider.creep_ppm, rider.cargo.length);
        let grown = (length - old).min(ahead + behind);
        let forward = (grown / 2).clamp(grown - behind, ahead);
        self.links[slot].rider.cargo.length = old + grown;
        self.links[slot].rider.place(travel, lead + forward, creep);
        self.recover(slot, travel, changed);
    }

    /// Lets an item and the one behind it change places, within the room that they took together.
    pub fn exchange(&mut self, front: Slot, travel: i64, changed: &mut Vec<Crossing>) -> Option<Slot> {
        let back = self.links[front].behind?;
        let (head, tail) = (self.rider(front).lead(travel), self.rider(back).trail(travel));
        let (front_cargo, back_cargo) = (self.rider(front).cargo, self.rider(back).cargo);
        self.links[front].rider.cargo = back_cargo;
        self.links[back].rider.cargo = front_cargo;
        for (slot, lead) in [(front, head), (back, tail + front_cargo.length)] {
            let creep = self.rider(slot).creep_ppm;
            self.links[slot].rider.place(travel, lead, creep);
            self.recover(slot, travel, changed);
        }
        Some(back)
    }

    /// Free belt between an item and the one downstream, µm.
    pub fn gap_ahead(&self, slot: Slot, travel: i64) -> i64 {
        let lead = self.rider(slot).lead(travel);
        let free = |trail: i64| (trail - lead).max(0);
        match self.links[slot].ahead {
            Some(ahead) => free(self.rider(ahead).trail(travel)),
            None if self.turn > 0 => self.last.map_or(FREE, |last| free(self.rider(last).trail(travel) + self.turn)),
            None => FREE,
        }
    }

    /// Free belt between an item and the one upstream, µm.
    pub fn gap_behind(&self, slot: Slot, travel: i64) -> i64 {
        match self.links[slot].behind {
            Some(behind) => self.gap_ahead(behind, travel),
            None if self.turn > 0 => self.first.map_or(FREE, |first| self.gap_ahead(first, travel)),
            None => FREE,
        }
    }

    fn neighbour_ahead(&self, lead: i64, travel: i64) -> Option<Slot> {
        let mut ahead = self.last;
        while let Some(slot) = ahead {
            if self.links[slot].rider.lead(travel) >= lead {
                return ahead;
            }
            ahead = self.links[slot].ahead;
        }
        None
    }

    fn tie(&mut self, ahead: Option<Slot>, behind: Option<Slot>) {
        match ahead {
            Some(slot) => self.links[slot].behind = behind,
            None => self.first = behind,
        }
        match behind {
            Some(slot) => self.links[slot].ahead = ahead,
            None => self.last = ahead,
        }
    }

    fn cross(&mut self, slot: Slot, travel: i64) -> Option<Crossing> {
        let rider = &mut self.links[slot].rider;
        let lead = rider.lead(travel);
        let (next_lead, next_trail) = (self.stations.get(rider.lead_next), self.stations.get(rider.trail_next));
        if next_trail.is_some_and(|&at| lead - rider.cargo.length >= at) && rider.trail_next < rider.lead_next {
            rider.trail_next += 1;
            return Some(Crossing { slot, station: rider.trail_next - 1, covers: false });
        }
        if next_lead.is_some_and(|&at| lead >= at) {
            rider.lead_next += 1;
            return Some(Crossing { slot, station: rider.lead_next - 1, covers: true });
        }
        None
    }

    /// The item has run into the one ahead and goes with it from here on.
    fn push(&mut self, slot: Slot, travel: i64) {
        if let Some(ahead) = self.links[slot].ahead {
            let lead = self.rider(slot).lead(travel);
            let creep = self.rider(ahead).creep_ppm;
            self.links[slot].rider.place(travel, lead, creep);
        }
        self.links[slot].rider.meets = None;
        if let Some(behind) = self.links[slot].behind {
            self.plan(behind, travel);
        }
    }

    /// Counts anew what a moved item covers, and tells every difference.
    fn recover(&mut self, slot: Slot, travel: i64, changed: &mut Vec<Crossing>) {
        let rider = &self.links[slot].rider;
        let (lead, trail) = (rider.lead(travel), rider.trail(travel));
        let lead_next = self.stations.partition_point(|&at| at <= lead);
        let trail_next = self.stations.partition_point(|&at| at <= trail);
        for station in 0..self.stations.len() {
            let covers = lead_next > station && trail_next <= station;
            if covers != self.covers(slot, station) {
                changed.push(Crossing { slot, station, covers });
            }
        }
        let rider = &mut self.links[slot].rider;
        (rider.lead_next, rider.trail_next) = (lead_next, trail_next);
        self.plan(slot, travel);
        if let Some(behind) = self.links[slot].behind {
            self.plan(behind, travel);
        }
        self.drop_void();
    }

    /// Computes what happens to an item next, and makes older plans void.
    fn plan(&mut self, slot: Slot, travel: i64) {
        let meets = self.links[slot].ahead.and_then(|ahead| self.rider(slot).travel_to_meet(self.rider(ahead), travel));
        self.links[slot].rider.meets = meets;
        if let Some(plan) = self.next_plan(slot, travel) {
            self.due.push(Reverse(plan));
        }
    }

    fn next_plan(&mut self, slot: Slot, travel: i64) -> Option<(i64, Slot, u32)> {
        let link = &mut self.links[slot];
        link.plan = link.plan.wrapping_add(1);
        let rider = &link.rider;
        let lead = self.stations.get(rider.lead_next).map_or(NEVER, |at| *at);
        let trail = self.stations.get(rider.trail_next).map_or(NEVER, |at| at + rider.cargo.length);
        let target = lead.min(trail);
        let crosses = if target == NEVER { NEVER } else { rider.travel_to(target) };
        let due = crosses.min(rider.meets.unwrap_or(NEVER));
        (due != NEVER).then_some((due.max(travel), slot, link.plan))
    }

    fn drop_void(&mut self) {
        while self.due.peek().is_some_and(|Reverse((_, slot, plan))| self.links[*slot].plan != *plan) {
            self.due.pop();
        }
    }
}

/// Stands for a travel that does not come.
const NEVER: i64 = i64::MAX;
/// Stands for "nothing in the way": 1 km.
const FREE: i64 = 1_000_000_000;
