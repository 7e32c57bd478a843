//! Faults that strike beyond the line: the controller's disk, its clock, its hosts. Here is drawn when, how hard and whom.

use super::{World, WorldSink};
use crate::events::{ParcelNo, StrikeKind};
use crate::random::{between, chance};
use crate::upset::Upset;
use rand_chacha::rand_core::Rng;

const MS: u64 = 1_000_000;
const S: u64 = 1_000 * MS;
/// A clock that is set by no more than this was put right by the network, and stays as it is, s.
const BY_NETWORK_S: i64 = 20;

impl World {
    /// A fault strikes what the line knows nothing of.
    pub(super) fn strike_beyond(&mut self, kind: StrikeKind, sink: &mut impl WorldSink) {
        let Some((upset, item)) = self.upset(kind) else { return self.retry(kind) };
        if sink.upset(self.now, &upset) {
            self.strike_on(kind, item.as_slice(), sink);
        } else {
            self.retry(kind);
        }
    }

    fn upset(&mut self, kind: StrikeKind) -> Option<(Upset, Option<u32>)> {
        if kind == StrikeKind::LateHold || kind == StrikeKind::FlightCancelled {
            return self.upset_parcel(kind);
        }
        let upset = if kind == StrikeKind::JournalTorn {
            Upset::Torn { down_ns: self.lasts(kind, (300, 1_500), MS), draw: self.strikes.random(kind).next_u64() }
        } else if kind == StrikeKind::DiskFull {
            Upset::DiskFull { for_ns: self.lasts(kind, (500, 10_000), MS) }
        } else if kind == StrikeKind::DiskStalled {
            Upset::DiskStalled { for_ns: self.lasts(kind, (50, 5_000), MS) }
        } else if kind == StrikeKind::ClockStep {
            self.clock_set()
        } else if kind == StrikeKind::DaylightSaving {
            Upset::ClocksMoved
        } else if kind == StrikeKind::HostSilent {
            Upset::HostSilent { for_ns: self.lasts(kind, (5, 30), S) }
        } else if kind == StrikeKind::HostSlow {
            let for_ns = self.lasts(kind, (20, 60), S);
            Upset::HostSlow { for_ns, every_ns: between(self.strikes.random(kind), 2, 12).unsigned_abs() * S }
        } else {
            debug_assert_eq!(kind, StrikeKind::PlanChanged);
            Upset::PlanChanged { draw: self.strikes.random(kind).next_u64() }
        };
        Some((upset, None))
    }

    /// Somebody on the host's side changes his mind about a parcel on the belt, or about its flight.
    fn upset_parcel(&mut self, kind: StrikeKind) -> Option<(Upset, Option<u32>)> {
        let (item, parcel) = self.any_parcel(kind)?;
        let upset = if kind == StrikeKind::LateHold {
            Upset::LateHold { parcel, draw: self.strikes.random(kind).next_u64() }
        } else {
            Upset::FlightCancelled { parcel, for_ns: self.lasts(kind, (10, 60), S) }
        };
        Some((upset, Some(item)))
    }

    fn lasts(&mut self, kind: StrikeKind, usual: (u32, u32), unit_ns: u64) -> u64 {
        self.strikes.size(kind, usual).unsigned_abs() * unit_ns
    }

    /// The network corrects a few seconds, and that stays. An operator sets it wrong by much, and sees it soon.
    fn clock_set(&mut self) -> Upset {
        let kind = StrikeKind::ClockStep;
        let by_s = self.strikes.size(kind, (1, 7_200));
        let random = self.strikes.random(kind);
        let by_ms = if chance(random, 5_000) { by_s } else { -by_s } * 1000;
        let minutes = between(random, 5, 45).unsigned_abs() * S;
        Upset::ClockSet { by_ms, for_ns: (by_s > BY_NETWORK_S).then_some(minutes) }
    }

    /// Some item on the belt that is a parcel of the host's.
    fn any_parcel(&mut self, kind: StrikeKind) -> Option<(u32, ParcelNo)> {
        let last = i64::try_from(self.lane.riding()).unwrap_or(0) - 1;
        let place = usize::try_from(between(self.strikes.random(kind), 0, last)).unwrap_or(0);
        let mut riders = self.lane.slots().skip(place).map(|slot| self.lane.rider(slot).cargo);
        riders.find_map(|cargo| Some((cargo.item, cargo.parcel?)))
    }
}
