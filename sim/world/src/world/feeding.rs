//! The induction: what comes onto the belt, how big, how far apart, and with which labels.

use rand_chacha::ChaCha8Rng;
use sortie_protocol::board::telegram::BeltMotion;

use super::agenda::Travelled;
use super::{World, WorldSink};
use crate::events::{Physical, StrikeKind};
use crate::labels::{Label, Labels};
use crate::physics::rider::{Cargo, Rider};
use crate::random::{between, chance, stream};
use crate::setup::{Parcels, Traffic};

/// Deciles of a parcel's length, mm: median 350, a long tail up to the largest legal item.
const LENGTH_MM: [i64; 11] = [80, 150, 200, 250, 300, 350, 400, 450, 520, 650, 1200];
/// Mean of a length drawn from these deciles, mm.
const LENGTH_MEAN_MM: i64 = 391;
/// All lengths alike, and their mean.
const MIXED_MM: [i64; 2] = [80, 1200];
const MIXED_MEAN_MM: i64 = 640;
/// Deciles of a parcel's weight, g.
const WEIGHT_G: [i64; 11] = [20, 80, 150, 250, 400, 600, 900, 1400, 2300, 5000, 31_500];
/// Twentieths of an exponential distribution with mean 1000, the last cut off at its 99.3 % point.
const GAP: [i64; 21] =
    [0, 51, 105, 163, 223, 288, 357, 431, 511, 598, 693, 799, 916, 1050, 1204, 1386, 1609, 1897, 2303, 2996, 5000];

/// The longest item that a line takes, µm.
pub(super) const LONGEST: i64 = 1_200_000;
/// Lengths of items that are too long for any line, µm.
const OVERLONG: (i64, i64) = (1_260_000, 1_500_000);
/// The shortest item, µm.
const SHORTEST: i64 = 80_000;
/// Gaps that are too short, but wide enough for a PEC to see, µm.
const SHORT_GAP: (i64, i64) = (35_000, 65_000);

/// The least gap between good parcels, µm.
const GOOD_GAP: i64 = 300_000;

/// The induction's state.
pub(crate) struct Feeding {
    random: ChaCha8Rng,
    /// For items that no line takes.
    odd: ChaCha8Rng,
    traffic: Traffic,
    parcels: Box<dyn Parcels>,
    speed_mm_s: i64,
    /// Mean of what is added to the smallest gap, mm.
    spare_mm: i64,
    /// Parcels come so much nearer to each other than one behind the other on one belt, thousandths: from several.
    denser_permille: i64,
    /// Every parcel that comes is one that a line can sort: readable, apart from its neighbours, of a legal length.
    good: bool,
    /// Parcels of the run.
    planned: u64,
    /// Those of them that were to come by now and never did: the next one is of those that are due behind them.
    passed_over: u64,
    /// Parcels that are still to come.
    pub(crate) left: u64,
    /// Parcels that were put on the belt.
    pub(crate) fed: u64,
    /// The last item number given.
    pub(crate) item: u32,
}

impl Feeding {
    pub(crate) fn new(seed: u64, traffic: Traffic, parcels: Box<dyn Parcels>, speed: i64, left: u64) -> Self {
        let rate = traffic.parcels_per_hour;
        let (random, odd) = (stream(seed, "traffic"), stream(seed, "odd items"));
        let mut feeding = Self {
            random,
            odd,
            traffic,
            parcels,
            speed_mm_s: speed / 1000,
            spare_mm: 0,
            denser_permille: 1000,
            good: false,
            planned: left,
            passed_over: 0,
            left,
            fed: 0,
            item: 0,
        };
        feeding.set_rate(rate);
        feeding
    }

    /// Parcels per hour at nominal speed from now on.
    pub(crate) fn set_rate(&mut self, parcels_per_hour: u32) {
        let pitch = self.speed_mm_s * 3600 / i64::from(parcels_per_hour.max(1));
        let mean = if self.traffic.mixed_lengths { MIXED_MEAN_MM } else { LENGTH_MEAN_MM };
        let least = mean + i64::from(self.traffic.gap_min_mm);
        self.spare_mm = (pitch - least).max(0);
        self.denser_permille = (pitch * 1000 / least).min(1000);
    }

    /// How far apart two parcels come that are drawn so long and so far apart: on a ring several lanes feed it.
    pub(super) fn way(&self, length: i64, gap: i64) -> i64 {
        (length + gap) * self.denser_permille / 1000
    }

    /// A new item number.
    pub(crate) fn number(&mut self) -> u32 {
        self.item += 1;
        self.item
    }

    /// The length of an item on a ring: most of those that are too long for one carrier are not inducted there.
    pub(super) fn length_on_carriers(&mut self, length: i64, one: i64) -> i64 {
        let long = length > one && !chance(&mut self.odd, i64::from(self.traffic.two_carriers_permille) * 10);
        if long { SHORTEST + (length - SHORTEST) % (one - SHORTEST) } else { length }
    }

    /// Labels of a plate that some host may know.
    pub(crate) fn labels(&mut self, parcel: u32) -> Labels {
        let Self { random, traffic, parcels, good, .. } = self;
        let unreadable = chance(random, i64::from(traffic.unreadable_per_10000)) && !*good;
        let mut labels = Labels::default();
        parcels.plates(parcel, &mut |plate| {
            let quality = if *good { 1000 } else { between(random, 600, 1000) };
            labels.push(Label::of_plate(plate, if unreadable { 0 } else { u16::try_from(quality).unwrap_or(0) }));
        });
        labels
    }

    /// The plate of a record that differs least from `parcel`'s: its neighbour in the host's books.
    pub(crate) fn neighbour_label(&mut self, parcel: u32) -> Option<Label> {
        let count = self.parcels.count();
        let other = if parcel + 1 < count { parcel + 1 } else { parcel.checked_sub(1)? };
        let mut label = None;
        self.parcels.plates(other, &mut |plate| {
            label.get_or_insert(Label::of_plate(plate, 1000));
        });
        label
    }

    /// The next parcel, its creep, and the gap behind it. So many that were drawn before have not been fed yet.
    pub(super) fn next(&mut self, waiting: u64) -> (Cargo, i64, i64) {
        let parcel = self.parcels.nth(self.passed_over + self.fed + waiting);
        let lengths: &[i64] = if self.traffic.mixed_lengths { &MIXED_MM } else { &LENGTH_MM };
        let length = quantile(&mut self.random, lengths) * 1000 + between(&mut self.random, 0, 999);
        let weight_g = u32::try_from(quantile(&mut self.random, &WEIGHT_G)).unwrap_or(20);
        let creep = creep(&mut self.random, i64::from(self.traffic.creep_permille) * 1000);
        let weight_g = self.parcels.weight_g(parcel).unwrap_or(weight_g);
        let labels = self.labels(parcel);
        let (odd, traffic) = (&mut self.odd, &self.traffic);
        let overlong = chance(odd, i64::from(traffic.overlong_per_10000)) && !self.good;
        let length = if overlong { between(odd, OVERLONG.0, OVERLONG.1) } else { length.min(LONGEST) };
        let short = chance(odd, i64::from(traffic.short_gap_per_10000)) && !self.good;
        let short = short.then(|| between(odd, SHORT_GAP.0, SHORT_GAP.1));
        let cargo =
            Cargo { item: self.number(), parcel: Some(parcel), labels, weight_g, length, hole: None, sticks: false };
        let gap = i64::from(self.traffic.gap_min_mm) * 1000 + quantile(&mut self.random, &GAP) * self.spare_mm;
        if self.good {
            return (cargo, creep / 4, gap.max(GOOD_GAP));
        }
        (cargo, creep, short.unwrap_or(gap))
    }
}

impl World {
    /// Changes the rate at which parcels come from now on, parcels per hour.
    pub fn set_feed_rate(&mut self, parcels_per_hour: u32) {
        self.feeding.set_rate(parcels_per_hour);
    }

    /// No further parcel comes.
    pub fn stop_parcels(&mut self) {
        self.feeding.left = 0;
        if let Some(ring) = &mut self.ring {
            ring.send_away();
        }
    }

    /// So many good parcels more come from now on: readable, apart from each other, of a legal length. They are due behind
    /// the run; those of the run that have not come never do: their flights may have left long ago.
    pub fn feed_good(&mut self, parcels: u64) {
        let idle = self.feeding.left == 0 && self.returning() == 0;
        self.feeding.passed_over = self.feeding.planned.saturating_sub(self.feeding.fed);
        (self.feeding.good, self.feeding.left) = (true, parcels);
        if idle {
            self.feed_all(self.belt.travel_at(self.now) + 1_000_000);
            self.look_ahead();
        }
    }

    /// True if something lies before a chute's confirm eye.
    pub fn is_stuck(&self, chute: u16) -> bool {
        self.chutes.iter().any(|at| at.setup.number == chute && at.stuck)
    }

    /// True if nothing that struck is still at work: the belt runs, the board lives and sees, every weigher weighs, every
    /// port is plugged in, and no chute is blocked.
    pub fn is_sound(&self) -> bool {
        let runs = self.belt.motion() == BeltMotion::Running && !self.estop;
        let free = self.chutes.iter().all(|at| !at.stuck);
        let sees = self.eyes.iter().all(|(eye, _)| !eye.is_stuck()) && self.board.counts();
        let weighs = self.weighers.iter().all(|weigher| !weigher.device.is_failing());
        runs && free
            && sees
            && weighs
            && !self.end_full
            && self.board.is_up()
            && self.ports.iter().all(|port| port.present)
    }

    /// True while the chute of this number takes nothing more; false if there is none.
    #[must_use]
    pub fn is_full(&self, chute: u16) -> bool {
        self.chutes.iter().any(|at| at.setup.number == chute && at.device.is_full())
    }

    /// Somebody presses the button that acknowledges alarms.
    pub fn acknowledge_alarms(&mut self) {
        self.acknowledge();
        self.look_ahead();
    }

    /// Parcels that are still to come.
    pub fn left(&self) -> u64 {
        self.feeding.left
    }

    /// Parcels put on the belt so far.
    pub fn fed(&self) -> u64 {
        self.feeding.fed
    }

    /// Parcels that were put on the belt so far, and those that were to come before the next one and never did.
    pub fn due(&self) -> u64 {
        self.feeding.fed + self.feeding.passed_over
    }

    /// The next parcel comes at a travel, to each induction zone of a ring.
    pub(super) fn feed_all(&mut self, travel: i64) {
        for zone in 0..self.ring.as_ref().map_or(1, super::Ring::zones) {
            if self.ring.as_mut().is_none_or(|ring| ring.has_to_look(zone)) {
                self.travels.note(travel, Travelled::Feed(zone));
            }
        }
    }

    pub(super) fn feed(&mut self, zone: u16, travel: i64, sink: &mut impl WorldSink) {
        if self.ring.is_some() {
            self.feed_zone(zone, travel);
            return;
        }
        if self.feeding.left == 0 && self.returning() == 0 {
            return;
        }
        if !self.board.permits() {
            self.travels.note(travel + 50_000, Travelled::Feed(0));
            return;
        }
        if self.bring_back(travel, sink) {
            return;
        }
        if self.feeding.left == 0 {
            self.travels.note(travel + 50_000, Travelled::Feed(0));
            return;
        }
        let (cargo, creep, gap) = self.feeding.next(0);
        self.feeding.left -= 1;
        self.feeding.fed += 1;
        let slot = self.put_on(cargo, travel, -1_000, creep, sink);
        self.travels.note(travel + cargo.length + gap, Travelled::Feed(0));
        self.strike_fed(slot, travel, sink);
    }

    /// Puts the next parcel upon one that has just been put on the belt: it lies within that one's length. Gives its item.
    pub(super) fn feed_double(&mut self, slot: usize, travel: i64, sink: &mut impl WorldSink) -> Option<u32> {
        if self.feeding.left == 0 {
            return None;
        }
        // What waits for a carrier of a ring has been drawn already.
        let waiting = self.ring.as_mut().and_then(super::Ring::take_waiting);
        let mut cargo = waiting.unwrap_or_else(|| self.feeding.next(0).0);
        self.feeding.left -= 1;
        self.feeding.fed += 1;
        let (under, creep) = (self.lane.rider(slot).cargo, self.lane.rider(slot).creep_ppm);
        cargo.length = cargo.length.min(under.length);
        let back = between(self.strikes.random(StrikeKind::DoubleFed), 0, under.length - cargo.length);
        self.put_on(cargo, travel, self.lane.rider(slot).lead(travel) - back, creep, sink);
        Some(cargo.item)
    }

    /// Puts a cargo on the belt and tells the oracle.
    pub(super) fn put_on(
        &mut self,
        cargo: Cargo,
        travel: i64,
        lead: i64,
        creep: i64,
        sink: &mut impl WorldSink,
    ) -> usize {
        let mut changed = std::mem::take(&mut self.changed);
        let slot = self.lane.insert(Rider::new(cargo, travel, lead, creep), travel, &mut changed);
        self.changed = changed;
        // Further round a ring something may have slipped to where a carrier was free.
        let behind = if lead > 0 && cargo.parcel.is_some() { self.lane.gap_behind(slot, travel) } else { i64::MAX };
        let entered = Physical::Entered {
            item: cargo.item,
            parcel: cargo.parcel,
            position: lead.max(0),
            length: cargo.length,
            gap: self.lane.gap_ahead(slot, travel).min(behind),
            weight_g: cargo.weight_g,
            readable: cargo.labels.as_slice().iter().any(|label| label.quality > 0),
        };
        sink.physical(self.now, &entered);
        self.crossed_all(travel, sink);
        slot
    }
}

/// A value between the steps of a table of equally likely ranges.
pub(crate) fn quantile(random: &mut ChaCha8Rng, steps: &[i64]) -> i64 {
    let ranges = i64::try_from(steps.len()).unwrap_or(1) - 1;
    let range = usize::try_from(between(random, 0, ranges - 1)).unwrap_or(0);
    between(random, steps[range], steps[range + 1])
}

/// The sum of six draws: bell-shaped within the limit, so that neighbours seldom run into one another.
pub(crate) fn creep(random: &mut ChaCha8Rng, limit_ppm: i64) -> i64 {
    (0..6).map(|_| between(random, -limit_ppm, limit_ppm)).sum::<i64>() / 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_stated_median_and_mean() {
        let mut random = stream(1, "test");
        let mut lengths: Vec<i64> = (0..20_000).map(|_| quantile(&mut random, &LENGTH_MM)).collect();
        lengths.sort_unstable();
        let mean = lengths.iter().sum::<i64>() / 20_000;
        assert!((340..360).contains(&lengths[10_000]), "{}", lengths[10_000]);
        assert!((LENGTH_MEAN_MM - 5..LENGTH_MEAN_MM + 5).contains(&mean), "{mean}");
    }

    #[test]
    fn creep_stays_in_its_limit() {
        let mut random = stream(1, "test");
        assert!((0..10_000).all(|_| creep(&mut random, 5_000).abs() <= 5_000));
    }
}
