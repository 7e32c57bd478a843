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
    /// How many of them customs has written that it assesses, and its verdict.
    assessed: u32,
    released: u32,
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
                to(self.wanted.first + self.assessed, Customs::Assessing);
                self.assessed += 1;
            } else if seconds >= self.wanted.released_s.into() && self.released < self.assessed {
                let parcel = self.wanted.first + self.released;
                to(parcel, self.verdict(parcel));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parcel_of_the_aircraft_is_assessed_once_and_then_judged_once() {
        let text = "[host.surge]\nfirst = 300\nparcels = 250\nassessed_s = 2\nreleased_s = 5\nbite = 100\nselected_per_10000 = 1000";
        let scenario = Scenario::parse(text).unwrap();
        let mut surge = Surge::new(&scenario, 1);
        let mut said: Vec<(u64, ParcelNo, Customs)> = Vec::new();
        for tick in 0..40 {
            surge.due(tick * 500_000_000, &mut |parcel, customs| said.push((tick, parcel, customs)));
        }
        assert_eq!(said.len(), 500);
        let (assessed, judged) = said.split_at(250);
        assert!(assessed.iter().zip(300..).all(|(told, parcel)| (told.1, told.2) == (parcel, Customs::Assessing)));
        assert!(judged.iter().zip(300..).all(|(told, parcel)| told.1 == parcel && told.2 != Customs::Assessing));
        assert_eq!((assessed[0].0, assessed[249].0, judged[0].0, judged[249].0), (4, 6, 10, 12));
        let selected = judged.iter().filter(|told| told.2 != Customs::Released).count();
        assert!((10..50).contains(&selected), "{selected}");
    }
}
