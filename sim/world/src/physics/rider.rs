//! One item on the belt: what it is, and where it is at a given travel.

use crate::labels::Labels;

/// What rides: everything that goes along when two items change places.
#[derive(Clone, Copy, Debug)]
pub struct Cargo {
    /// The item's number, unique in the run.
    pub item: u32,
    /// Number of the parcel's record, or `None` for something that no host knows.
    pub parcel: Option<u32>,
    /// Its labels.
    pub labels: Labels,
    /// Weight in grams.
    pub weight_g: u32,
    /// Length along the belt, µm.
    pub length: i64,
    /// A hole in the body, from and to, in µm behind the leading edge.
    pub hole: Option<(i64, i64)>,
    /// It will not leave when a divert is made under it.
    pub sticks: bool,
}

/// A cargo with its motion. Positions are µm from the entry PEC, travel is the belt's, µm.
#[derive(Clone, Copy, Debug)]
pub struct Rider {
    /// What rides.
    pub cargo: Cargo,
    base_travel: i64,
    base_lead: i64,
    /// Creep against the belt, millionths.
    pub creep_ppm: i64,
    /// How many stations the leading edge has passed.
    pub lead_next: usize,
    /// How many stations the trailing edge has passed.
    pub trail_next: usize,
    /// Travel at which it runs into the item ahead.
    pub meets: Option<i64>,
}

const MILLION: i64 = 1_000_000;

impl Rider {
    /// A cargo whose leading edge is at `lead` when the belt has travelled `travel`.
    pub fn new(cargo: Cargo, travel: i64, lead: i64, creep_ppm: i64) -> Self {
        Self { cargo, base_travel: travel, base_lead: lead, creep_ppm, lead_next: 0, trail_next: 0, meets: None }
    }

    /// Position of the leading edge.
    #[inline]
    pub fn lead(&self, travel: i64) -> i64 {
        let since = travel - self.base_travel;
        self.base_lead + since + (since * self.creep_ppm).div_euclid(MILLION)
    }

    /// Position of the trailing edge.
    #[inline]
    pub fn trail(&self, travel: i64) -> i64 {
        self.lead(travel) - self.cargo.length
    }

    /// First travel at which the leading edge is at or beyond `position`.
    pub fn travel_to(&self, position: i64) -> i64 {
        let left = position - self.base_lead;
        let scale = MILLION + self.creep_ppm;
        let mut travel = self.base_travel + (left * MILLION).div_euclid(scale);
        while self.lead(travel) < position {
            travel += 1;
        }
        travel
    }

    /// Travel at which this item has run into `ahead`, if it is faster.
    pub fn travel_to_meet(&self, ahead: &Self, travel: i64) -> Option<i64> {
        let closing = self.creep_ppm - ahead.creep_ppm;
        if closing <= 0 {
            return None;
        }
        let gap = (ahead.trail(travel) - self.lead(travel)).max(0);
        Some(travel + gap * MILLION / closing)
    }

    /// Puts the leading edge at `lead` and goes on from there with another creep.
    pub fn place(&mut self, travel: i64, lead: i64, creep_ppm: i64) {
        self.base_travel = travel;
        self.base_lead = lead;
        self.creep_ppm = creep_ppm;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cargo(length: i64) -> Cargo {
        Cargo { item: 1, parcel: None, labels: Labels::default(), weight_g: 500, length, hole: None, sticks: false }
    }

    #[test]
    fn reaches_a_position_exactly_once() {
        for creep in [-5_000, -1, 0, 1, 4_999] {
            let rider = Rider::new(cargo(300_000), 17, -5_000, creep);
            for position in [0, 1, 999_999, 45_000_000] {
                let travel = rider.travel_to(position);
                assert!(rider.lead(travel) >= position && rider.lead(travel - 1) < position, "{creep} {position}");
            }
        }
    }

    #[test]
    fn a_faster_item_meets_the_one_ahead() {
        let ahead = Rider::new(cargo(300_000), 0, 1_000_000, -1_000);
        let behind = Rider::new(cargo(300_000), 0, 600_000, 1_000);
        let travel = behind.travel_to_meet(&ahead, 0).unwrap();
        assert_eq!(travel, 50_000_000);
        assert!((ahead.trail(travel) - behind.lead(travel)).abs() <= 2);
        assert_eq!(ahead.travel_to_meet(&behind, 0), None);
    }
}
