//! Which item a weigher's reading belongs to: only one that is alone on the platform.

use crate::input::Weight;
use crate::items::Item;
use crate::limits::DISORDER_UM;
use crate::outputs::Outputs;
use crate::state::Core;

impl Core {
    #[inline(never)]
    pub(crate) fn take_weight(&mut self, at: u64, weight: &Weight, out: &mut Outputs) {
        let (Some(grams), Some(weigher)) =
            (weight.grams, self.geometry.line.weighers.get(usize::from(weight.weigher)).copied())
        else {
            return;
        };
        let Some((from, until)) = self.belt.count_between(at, &self.geometry) else { return };
        let from = from.saturating_sub(self.geometry.travel(weigher.read_jitter_ms));
        let upc = self.geometry.um_per_count;
        // From the back of the belt up to what is past the platform for certain, and with it all that rides ahead.
        let past = |item: &Item| item.lead_um(from, upc) - item.length_um(upc) > weigher.end_um + DISORDER_UM;
        let near = self.items.iter().rev().take_while(|(_, item)| !past(item));
        let mut on_platform = near.filter(|(_, item)| {
            let first_tail = item.lead_um(from, upc) - item.length_um(upc);
            item.lead_um(until, upc) >= weigher.start_um && first_tail <= weigher.end_um
        });
        let (Some((slot, item)), None) = (on_platform.next(), on_platform.next()) else { return };
        let tail = item.lead_um(from, upc) - item.length_um(upc);
        let inside = tail >= weigher.start_um && item.lead_um(until, upc) <= weigher.end_um;
        let good = item.certain() && inside;
        drop(on_platform);
        if let Some(item) = self.items.get_mut(slot).filter(|_| good) {
            item.weight_g = Some(grams);
            self.decide(slot, out);
        }
    }
}
