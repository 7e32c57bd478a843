//! Holds that come while their parcel rides: at any time, or aimed at the commit count of its divert.
//!
//! No host could aim so well. The simulated one is told where the item really is, because what matters most happens
//! within a few counts.

use super::draw::Draw;
use crate::events::ParcelNo;
use crate::files::Customs;
use crate::scenario::Scenario;
use std::collections::VecDeque;

/// An item rides at least about so long; a hold is written within it.
const RIDE_NS: u64 = 16_000_000_000;
/// An aimed hold comes within this travel before or after the commit count, µm. A little less than what is to be shown,
/// because the belt's speed changes meanwhile.
const AIM_UM: u64 = 280_000;
/// Parcels that have been aimed at are remembered while their divert may be aimed anew.
const REMEMBERED: usize = 64;
const STATES: [Customs; 4] = [Customs::Hold, Customs::DoNotLoad, Customs::Inspection, Customs::ScreeningWanted];

#[derive(Clone, Copy, Debug)]
struct Waiting {
    due: u64,
    parcel: ParcelNo,
    customs: Customs,
}

/// The holds that wait for their moment.
#[derive(Clone, Debug)]
pub(super) struct Holds {
    seed: u64,
    aimed_per_10000: u32,
    waiting: Vec<Waiting>,
    aimed: Vec<Waiting>,
    aimed_at: VecDeque<ParcelNo>,
}

impl Holds {
    pub(super) fn new(scenario: &Scenario, seed: u64) -> Self {
        Self {
            seed: seed ^ 0x0068_6f6c_6473,
            aimed_per_10000: scenario.host.aimed_holds_per_10000,
            waiting: Vec::new(),
            aimed: Vec::new(),
            aimed_at: VecDeque::with_capacity(REMEMBERED),
        }
    }

    /// A parcel will be held some time on its way.
    pub(super) fn some_time(&mut self, at: u64, parcel: ParcelNo) {
        let due = at + u64::from(parcel) * 7_919_000_003 % RIDE_NS;
        self.waiting.push(Waiting { due, parcel, customs: Customs::Hold });
    }

    /// A parcel's divert was ordered, or aimed anew; it may be one that is held just then.
    pub(super) fn aim(&mut self, at: u64, parcel: ParcelNo, to_commit: i64, speed: i64) {
        let mut draw = Draw::of(self.seed, u64::from(parcel));
        if speed <= 0 || !draw.chance(self.aimed_per_10000) {
            return;
        }
        let offset = draw.below(2 * AIM_UM).cast_signed() - AIM_UM.cast_signed();
        let wait_ns = i128::from(to_commit + offset) * 1_000_000_000 / i128::from(speed);
        let due = at + u64::try_from(wait_ns).unwrap_or(0);
        if let Some(waiting) = self.aimed.iter_mut().find(|waiting| waiting.parcel == parcel) {
            waiting.due = due;
        } else if !self.aimed_at.contains(&parcel) {
            if self.aimed_at.len() == REMEMBERED {
                self.aimed_at.pop_front();
            }
            self.aimed_at.push_back(parcel);
            let customs = STATES[draw.below(4) as usize];
            self.aimed.push(Waiting { due, parcel, customs });
        }
    }

    /// When the next aimed hold is due; `u64::MAX` if none waits.
    pub(super) fn next_aimed(&self) -> u64 {
        self.aimed.iter().map(|waiting| waiting.due).min().unwrap_or(u64::MAX)
    }

    /// Takes out an aimed hold that is due.
    pub(super) fn take_aimed(&mut self, at: u64) -> Option<(ParcelNo, Customs)> {
        take(&mut self.aimed, at)
    }

    /// Takes out another hold that is due.
    pub(super) fn take(&mut self, at: u64) -> Option<(ParcelNo, Customs)> {
        take(&mut self.waiting, at)
    }
}

fn take(waiting: &mut Vec<Waiting>, at: u64) -> Option<(ParcelNo, Customs)> {
    let place = waiting.iter().position(|waiting| waiting.due <= at)?;
    let Waiting { parcel, customs, .. } = waiting.remove(place);
    Some((parcel, customs))
}
