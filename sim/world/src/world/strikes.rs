//! When faults strike, and what is still open of those that have struck.
//!
//! Each fault draws from its own stream, so that one switched on does not shift another. A fault that finds nothing to
//! strike tries again with the next parcel.

use rand_chacha::ChaCha8Rng;

use super::agenda::Timed;
use super::on_the_line;
use super::{World, WorldSink};
use crate::events::{Strike, StrikeKind};
use crate::labels::Labels;
use crate::random::{between, stream};
use crate::setup::Faults;

/// One fault that is on.
struct Track {
    kind: StrikeKind,
    /// Parcels between two strikes, on average.
    mean: i64,
    size: Option<(u32, u32)>,
    random: ChaCha8Rng,
    /// It strikes when this many parcels have been fed.
    next: u64,
}

/// A strike that has been laid but has not taken effect yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Laid {
    pub(super) item: u32,
    pub(super) strike: Strike,
    /// For a cross-read: what the scanners see, once that is settled.
    pub(super) foreign: Option<Labels>,
}

/// The faults of a run.
pub(crate) struct Strikes {
    tracks: Vec<Track>,
    nearest: u64,
    last_id: u32,
    off: bool,
    /// Strikes laid on items that have not taken effect.
    pub(super) laid: Vec<Laid>,
    counts: Vec<(u32, u32)>,
}

impl Strikes {
    pub(crate) fn new(seed: u64, faults: &Faults) -> Self {
        let on = faults.iter().filter(|(_, rate)| rate.per_10000 > 0);
        let tracks = on.map(|(&kind, rate)| {
            let mean = (10_000 / i64::from(rate.per_10000)).max(1);
            let mut random = stream(seed, kind.name());
            let first = 20 + between(&mut random, 0, mean).unsigned_abs();
            // The calendar says when the clocks are moved.
            let next = if kind == StrikeKind::DaylightSaving { u64::MAX } else { first };
            Track { kind, mean, size: rate.size, random, next }
        });
        let mut strikes = Self {
            tracks: tracks.collect(),
            nearest: 0,
            last_id: 0,
            off: false,
            laid: Vec::new(),
            counts: vec![(0, 0); StrikeKind::ALL.len()],
        };
        strikes.find_nearest();
        strikes
    }

    /// After how many parcels a fault strikes first; `None` if it is off.
    pub(super) fn first(&self, kind: StrikeKind) -> Option<u64> {
        self.tracks.iter().find(|track| track.kind == kind).map(|track| track.next)
    }

    /// The fault's own randomness.
    ///
    /// A fault that is off never strikes, so asking for one can only be a slip in this module; the first fault's
    /// stream stands in for it rather than a panic.
    pub(super) fn random(&mut self, kind: StrikeKind) -> &mut ChaCha8Rng {
        let place = self.tracks.iter().position(|track| track.kind == kind).unwrap_or(0);
        &mut self.tracks[place].random
    }

    /// A size from the scenario's range, or from the usual one.
    pub(super) fn size(&mut self, kind: StrikeKind, usual: (u32, u32)) -> i64 {
        let place = self.tracks.iter().position(|track| track.kind == kind).unwrap_or(0);
        let track = &mut self.tracks[place];
        let (low, high) = track.size.unwrap_or(usual);
        between(&mut track.random, i64::from(low), i64::from(high))
    }

    /// The fault found nothing to strike: it tries again with the next parcel.
    pub(super) fn retry(&mut self, kind: StrikeKind, fed: u64) {
        if let Some(track) = self.tracks.iter_mut().find(|track| track.kind == kind && track.next < u64::MAX) {
            track.next = fed + 1;
        }
        self.find_nearest();
    }

    /// A strike with the next number.
    pub(super) fn new_strike(&mut self, kind: StrikeKind, items: &[u32]) -> Strike {
        self.last_id += 1;
        let mut strike = Strike { id: self.last_id, kind, count: 0, items: [0; 4], effective: true };
        for (place, item) in strike.items.iter_mut().zip(items) {
            *place = *item;
        }
        strike
    }

    /// Takes the laid strike of a kind on an item.
    pub(super) fn take_laid(&mut self, kind: StrikeKind, item: u32) -> Option<Laid> {
        let place = self.laid.iter().position(|laid| laid.item == item && laid.strike.kind == kind)?;
        Some(self.laid.remove(place))
    }

    /// An item has left the belt: what was laid on it can no longer take effect.
    pub(super) fn gone(&mut self, item: u32) {
        if !self.laid.is_empty() {
            let Self { laid, counts, .. } = self;
            laid.retain(|laid| {
                let stays = laid.item != item;
                if !stays && laid.foreign.is_none() {
                    counts[laid.strike.kind as usize].0 += 1;
                }
                stays
            });
        }
    }

    fn due(&mut self, fed: u64) -> Option<StrikeKind> {
        let track = self.tracks.iter_mut().find(|track| track.next <= fed)?;
        // Half of the mean at least: irregular, yet a run of a few strikes is never left without any.
        let pause = track.mean / 2 + between(&mut track.random, 0, track.mean);
        track.next = fed + pause.max(1).unsigned_abs();
        let kind = track.kind;
        self.find_nearest();
        Some(kind)
    }

    fn find_nearest(&mut self) {
        self.nearest = self.tracks.iter().map(|track| track.next).min().unwrap_or(u64::MAX);
    }
}

impl World {
    /// No fault strikes from now on; what has struck runs its course.
    pub fn stop_faults(&mut self) {
        self.strikes.off = true;
        self.strikes.laid.retain(|laid| laid.foreign.is_some());
        for scanner in &mut self.scanners {
            scanner.late = None;
        }
        if let Some(ring) = &mut self.ring {
            ring.spare_index();
        }
        for port in &mut self.ports {
            port.spoil = [None, None];
        }
        self.attend();
        self.look_ahead();
    }

    /// A fault strikes at this time too. False if it is off, or strikes items: those have no time of their own.
    pub fn strike_at(&mut self, at: u64, kind: StrikeKind) -> bool {
        let can = is_of_line(kind) && self.strikes.tracks.iter().any(|track| track.kind == kind);
        if can {
            self.times.note(at, Timed::Strike(kind));
            self.look_ahead();
        }
        can
    }

    /// How often a fault has struck, and how often with an effect.
    pub fn strikes(&self, kind: StrikeKind) -> (u32, u32) {
        self.strikes.counts[kind as usize]
    }

    /// A parcel was put on the belt: the faults whose turn it is strike.
    pub(super) fn strike_fed(&mut self, slot: usize, travel: i64, sink: &mut impl WorldSink) {
        let fed = self.feeding.fed;
        while !self.strikes.off && fed >= self.strikes.nearest {
            let Some(kind) = self.strikes.due(fed) else { break };
            self.strike_parcel(kind, slot, travel, sink);
        }
    }

    pub(super) fn strikes_are_off(&self) -> bool {
        self.strikes.off
    }

    /// Counts a strike and tells it.
    pub(super) fn struck(&mut self, strike: &Strike, sink: &mut impl WorldSink) {
        let counts = &mut self.strikes.counts[strike.kind as usize];
        counts.0 += 1;
        counts.1 += u32::from(strike.effective);
        sink.strike(self.now, &Strike { count: self.count(), ..*strike });
    }

    /// Tells a strike that has taken effect on these items.
    pub(super) fn strike_on(&mut self, kind: StrikeKind, items: &[u32], sink: &mut impl WorldSink) {
        let strike = self.strikes.new_strike(kind, items);
        self.struck(&strike, sink);
    }

    pub(super) fn retry(&mut self, kind: StrikeKind) {
        self.strikes.retry(kind, self.feeding.fed);
    }
}

/// True for a fault that strikes a belt, a wire, a chute, a process or what stands beyond the line, and not an item of its
/// own choice.
fn is_of_line(kind: StrikeKind) -> bool {
    matches!(kind, on_the_line!())
}
