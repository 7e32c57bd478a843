//! Holds that come while their parcel rides: at any time, or aimed at the commit count of its divert.
//!
//! No host could aim so well. The simulated one is told where the item really is, because what matters most happens
//! within a few counts.

use super::draw::Draw;
use crate::events::ParcelNo;
use crate::files::{Customs, Security};
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

/// Of the parcels that were held by aim, so many in ten are let go later.
const LET_GO: u64 = 3;
/// They are let go between these times after the hold, ns.
const LET_GO_NS: (u64, u64) = (40_000_000_000, 400_000_000_000);

/// A new state of one parcel; what is `None` stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) parcel: ParcelNo,
    pub(super) customs: Option<Customs>,
    pub(super) security: Option<Security>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    due: u64,
    held: Held,
}

/// The holds that wait for their moment.
#[derive(Clone, Debug)]
pub(super) struct Holds {
    seed: u64,
    aimed_per_10000: u32,
    /// Holds at any time are of every kind.
    varied: bool,
    waiting: Vec<Waiting>,
    aimed: Vec<Waiting>,
    aimed_at: VecDeque<ParcelNo>,
}

impl Holds {
    pub(super) fn new(scenario: &Scenario, seed: u64) -> Self {
        Self {
            seed: seed ^ 0x0068_6f6c_6473,
            aimed_per_10000: scenario.host.aimed_holds_per_10000,
            varied: scenario.host.surge.parcels > 0,
            waiting: Vec::new(),
            aimed: Vec::new(),
            aimed_at: VecDeque::with_capacity(REMEMBERED),
        }
    }

    /// A parcel will be held some time on its way.
    pub(super) fn some_time(&mut self, at: u64, parcel: ParcelNo) {
        let due = at + u64::from(parcel) * 7_919_000_003 % RIDE_NS;
        let mut draw = Draw::of(self.seed ^ RIDE_NS, u64::from(parcel));
        let customs = if self.varied { STATES[draw.below(4) as usize] } else { Customs::Hold };
        self.waiting.push(Waiting { due, held: Held { parcel, customs: Some(customs), security: None } });
    }

    /// A parcel is held as soon as the hosts write again.
    pub(super) fn at(&mut self, due: u64, held: Held) {
        self.waiting.push(Waiting { due, held });
    }

    /// A parcel's divert was ordered, or aimed anew; it may be one that is held just then.
    pub(super) fn aim(&mut self, at: u64, parcel: ParcelNo, to_commit: i64, speed: i64) {
        let mut draw = Draw::of(self.seed, u64::from(parcel));
        if speed <= 0 || !draw.chance(self.aimed_per_10000) {
            return;
        }
        let none = Held { parcel, customs: None, security: None };
        let offset = draw.below(2 * AIM_UM).cast_signed() - AIM_UM.cast_signed();
        let wait_ns = i128::from(to_commit + offset) * 1_000_000_000 / i128::from(speed);
        let due = at + u64::try_from(wait_ns).unwrap_or(0);
        if let Some(waiting) = self.aimed.iter_mut().find(|waiting| waiting.held.parcel == parcel) {
            waiting.due = due;
        } else if !self.aimed_at.contains(&parcel) {
            if self.aimed_at.len() == REMEMBERED {
                self.aimed_at.pop_front();
            }
            self.aimed_at.push_back(parcel);
            let (customs, let_go) = (STATES[draw.below(4) as usize], draw.below(10) < LET_GO);
            let by_security = draw.below(8) == 0;
            let (held, free) = if by_security {
                (none.security(Security::Alarm), none.security(Security::Screened))
            } else {
                (none.customs(customs), none.customs(Customs::Released))
            };
            self.aimed.push(Waiting { due, held });
            if let_go {
                let after = LET_GO_NS.0 + draw.below(LET_GO_NS.1 - LET_GO_NS.0);
                self.waiting.push(Waiting { due: due + after, held: free });
            }
        }
    }

    /// When the next aimed hold is due; `u64::MAX` if none waits.
    #[inline]
    pub(super) fn next_aimed(&self) -> u64 {
        self.aimed.iter().map(|waiting| waiting.due).min().unwrap_or(u64::MAX)
    }

    /// Takes out an aimed hold that is due.
    pub(super) fn take_aimed(&mut self, at: u64) -> Option<Held> {
        take(&mut self.aimed, at)
    }

    /// Takes out another hold that is due.
    pub(super) fn take(&mut self, at: u64) -> Option<Held> {
        take(&mut self.waiting, at)
    }
}

impl Held {
    fn customs(self, customs: Customs) -> Self {
        Self { customs: Some(customs), ..self }
    }

    fn security(self, security: Security) -> Self {
        Self { security: Some(security), ..self }
    }
}

fn take(waiting: &mut Vec<Waiting>, at: u64) -> Option<Held> {
    let place = waiting.iter().position(|waiting| waiting.due <= at)?;
    Some(waiting.remove(place).held)
}
