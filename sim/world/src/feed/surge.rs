//! Customs and the parcels of one aircraft: assessed in bulk, released in bulk, but for a few that are selected.

use super::draw::Draw;
use crate::events::ParcelNo;
use crate::files::Customs;
use crate::scenario::{Scenario, Surge as Wanted};

const SELECTED: [Customs; 4] = [Customs::Hold, Customs::Inspection, Customs::ScreeningWanted, Customs::DoNotLoad];

/// Where customs stands.
#[derive(Clone, Debug)]
pub(super) struct Surge {
    seed: u64,
    wanted: Wanted,
    assessed: ParcelNo,
    released: ParcelNo,
}

impl Surge {
    pub(super) fn new(scenario: &Scenario, seed: u64) -> Self {
        Self { seed: seed ^ 0x0073_7572_6765, wanted: scenario.host.surge.clone(), assessed: 0, released: 0 }
    }

    /// Tells each state that customs writes in this bite.
    pub(super) fn due(&mut self, at: u64, to: &mut dyn FnMut(ParcelNo, Customs)) {
        let seconds = at / 1_000_000_000;
        for _ in 0..self.wanted.bite {
            if seconds >= self.wanted.assessed_s.into() && self.assessed < self.wanted.parcels {
                to(self.assessed, Customs::Assessing);
                self.assessed += 1;
            } else if seconds >= self.wanted.released_s.into() && self.released < self.assessed {
                to(self.released, self.verdict(self.released));
                self.released += 1;
            }
        }
    }

    fn verdict(&self, parcel: ParcelNo) -> Customs {
        let mut draw = Draw::of(self.seed, u64::from(parcel));
        let selected = draw.chance(self.wanted.selected_per_10000);
        if selected { SELECTED[draw.below(4) as usize] } else { Customs::Released }
    }
}
