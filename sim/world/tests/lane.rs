//! Items on the belt: their order, their crossings, and what people do to them.

use sortie_world::labels::Labels;
use sortie_world::physics::lane::{Crossing, Lane, Slot};
use sortie_world::physics::rider::{Cargo, Rider};

const STATIONS: [i64; 3] = [0, 1_000_000, 5_000_000];

struct Belt {
    lane: Lane,
    travel: i64,
    changed: Vec<Crossing>,
}

impl Belt {
    fn new() -> Self {
        Self { lane: Lane::new(STATIONS.to_vec(), 0), travel: 0, changed: Vec::new() }
    }

    fn put(&mut self, item: u32, lead: i64, length: i64, creep: i64) -> Slot {
        let labels = Labels::default();
        let cargo = Cargo { item, parcel: None, labels, weight_g: 100, length, hole: None, sticks: false };
        self.lane.insert(Rider::new(cargo, self.travel, lead, creep), self.travel, &mut self.changed)
    }

    /// Runs to `travel` and tells which item covered or left which station, with the travel.
    fn run(&mut self, travel: i64) -> Vec<(u32, usize, bool, i64)> {
        let mut crossed = Vec::new();
        while let Some(due) = self.lane.next_travel().filter(|&due| due <= travel) {
            if let Some(Crossing { slot, station, covers }) = self.lane.take(due) {
                crossed.push((self.lane.rider(slot).cargo.item, station, covers, due));
            }
        }
        self.travel = travel;
        crossed
    }

    fn order(&self) -> Vec<u32> {
        self.lane.slots().map(|slot| self.lane.rider(slot).cargo.item).collect()
    }

    fn check_no_overlap(&self) {
        let slots: Vec<Slot> = self.lane.slots().collect();
        for pair in slots.windows(2) {
            let (ahead, behind) = (self.lane.rider(pair[0]), self.lane.rider(pair[1]));
            assert!(behind.lead(self.travel) <= ahead.trail(self.travel) + 2, "{:?}", self.order());
        }
    }
}

#[test]
fn edges_cross_each_station_in_turn() {
    let mut belt = Belt::new();
    belt.put(1, -1_000, 300_000, 0);
    let expected = [
        (1, 0, true, 1_000),
        (1, 0, false, 301_000),
        (1, 1, true, 1_001_000),
        (1, 1, false, 1_301_000),
        (1, 2, true, 5_001_000),
        (1, 2, false, 5_301_000),
    ];
    assert_eq!(belt.run(6_000_000), expected);
}

#[test]
fn a_faster_item_pushes_and_never_overtakes() {
    let mut belt = Belt::new();
    belt.put(1, 500_000, 200_000, -5_000);
    belt.put(2, 290_000, 200_000, 5_000);
    belt.put(3, 80_000, 200_000, 4_000);
    for travel in (0..8_000_000).step_by(100_000) {
        belt.run(travel);
        belt.check_no_overlap();
    }
    assert_eq!(belt.order(), [1, 2, 3]);
    let creeps: Vec<i64> = belt.lane.slots().map(|slot| belt.lane.rider(slot).creep_ppm).collect();
    assert_eq!(creeps, [-5_000; 3]);
}

#[test]
fn a_shift_stops_at_the_neighbour_and_tells_what_changed() {
    let mut belt = Belt::new();
    let first = belt.put(1, 1_100_000, 300_000, 0);
    belt.put(2, 700_000, 300_000, 0);
    assert_eq!(belt.changed, [Crossing { slot: first, station: 1, covers: true }]);
    belt.changed.clear();
    let mut changed = Vec::new();
    assert_eq!(belt.lane.shift(first, -400_000, 0, &mut changed), -100_000);
    assert_eq!(belt.lane.rider(first).lead(0), 1_000_000);
    assert_eq!(changed, []);
    assert_eq!(belt.lane.shift(first, 400_000, 0, &mut changed), 400_000);
    assert_eq!(changed, [Crossing { slot: first, station: 1, covers: false }]);
}

#[test]
fn what_is_exchanged_takes_the_room_of_both() {
    let mut belt = Belt::new();
    let first = belt.put(1, 900_000, 500_000, 0);
    belt.put(2, 300_000, 100_000, 0);
    let mut changed = Vec::new();
    let back = belt.lane.exchange(first, 0, &mut changed).unwrap();
    assert_eq!(belt.order(), [2, 1]);
    assert_eq!((belt.lane.rider(first).lead(0), belt.lane.rider(back).trail(0)), (900_000, 200_000));
    assert_eq!(belt.lane.gap_ahead(back, 0), 100_000);
}

#[test]
fn a_turned_item_grows_only_into_free_belt() {
    let mut belt = Belt::new();
    belt.put(1, 900_000, 200_000, 0);
    let middle = belt.put(2, 650_000, 200_000, 0);
    belt.put(3, 400_000, 200_000, 0);
    let mut changed = Vec::new();
    belt.lane.resize(middle, 1_000_000, 0, &mut changed);
    assert_eq!((belt.lane.rider(middle).lead(0), belt.lane.rider(middle).trail(0)), (700_000, 400_000));
    belt.lane.resize(middle, 100_000, 0, &mut changed);
    assert_eq!(belt.lane.rider(middle).cargo.length, 100_000);
    belt.check_no_overlap();
}

#[test]
fn a_removed_item_uncovers_and_leaves_the_order() {
    let mut belt = Belt::new();
    belt.put(1, 3_000_000, 300_000, 0);
    let covering = belt.put(2, 1_100_000, 300_000, 0);
    belt.put(3, 500_000, 300_000, 0);
    let mut changed = Vec::new();
    assert_eq!(belt.lane.remove(covering, 0, &mut changed).item, 2);
    assert_eq!(changed, [Crossing { slot: covering, station: 1, covers: false }]);
    assert_eq!((belt.order(), belt.lane.riding()), (vec![1, 3], 2));
    assert_eq!(belt.run(600_000), [(3, 1, true, 500_000)]);
    let added = belt.put(4, 1_500_000, 100_000, 0);
    assert_eq!((belt.order(), added), (vec![1, 4, 3], covering));
}

/// A ring of 6 m is closed where an item's leading edge comes to its last station.
#[test]
fn an_item_that_comes_round_is_last_and_meets_every_station_again() {
    const TURN: i64 = 6_000_000;
    let mut belt = Belt::new();
    belt.lane = Lane::new([&STATIONS[..], &[TURN]].concat(), TURN);
    let first = belt.put(1, -1_000, 300_000, 0);
    belt.put(2, -601_000, 300_000, 0);
    let mut edges = Vec::new();
    while let Some(due) = belt.lane.next_travel().filter(|&due| due <= TURN + 1_400_000) {
        let Some(Crossing { slot, station, covers }) = belt.lane.take(due) else { continue };
        let item = belt.lane.rider(slot).cargo.item;
        if station == STATIONS.len() {
            belt.lane.come_round(slot, due);
        } else {
            edges.push((item, station, covers, due));
        }
        belt.travel = due;
    }
    let of_first: Vec<_> = edges
        .iter()
        .filter(|(item, ..)| *item == 1)
        .map(|(_, station, covers, due)| (*station, *covers, *due))
        .collect();
    let turn = [(0, true, 1_000), (0, false, 301_000), (1, true, 1_001_000), (1, false, 1_301_000)];
    let end = [(2, true, 5_001_000), (2, false, 5_301_000)];
    let again = turn.map(|(station, covers, due)| (station, covers, due + TURN));
    assert_eq!(of_first, [&turn[..], &end, &again].concat());
    assert_eq!(belt.order(), [1, 2], "both have come round");
    belt.check_no_overlap();
    assert_eq!(belt.lane.gap_ahead(first, belt.travel), TURN - 900_000, "the one behind is ahead, the other way round");
    assert_eq!(belt.lane.gap_behind(first, belt.travel), 300_000);
}
