//! Which item a weigher's reading belongs to: only one that is alone on the platform; and weighers that say nothing.

use crate::input::Weight;
use crate::items::Item;
use crate::limits::DISORDER_UM;
use crate::line::WeigherKind;
use crate::output::{Alarm, Record};
use crate::outputs::Outputs;
use crate::state::Core;

/// A stream without a reading for so many seconds is silent.
const SILENT_S: u8 = 3;

/// What is known of a weigher itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WeigherState {
    /// Whole seconds since it said anything.
    quiet_s: u8,
}

impl Core {
    /// UTC comes once a second: a weigher that speaks all the time has to have spoken since. A checkweigher may be silent for
    /// as long as nothing comes.
    pub(crate) fn watch_weighers(&mut self, out: &mut Outputs) {
        for number in 0..self.weighers.len() {
            let streams = self.geometry.line.weighers[number].kind == WeigherKind::Stream;
            let state = &mut self.weighers[number];
            state.quiet_s = if streams { state.quiet_s.saturating_add(1) } else { 0 };
            if state.quiet_s == SILENT_S {
                self.alarm(Alarm::WeigherSilent(number as u8), true, out);
            }
        }
    }

    fn hear_weigher(&mut self, number: u8, out: &mut Outputs) {
        let Some(state) = self.weighers.get_mut(usize::from(number)) else { return };
        let was_silent = state.quiet_s >= SILENT_S;
        state.quiet_s = 0;
        if was_silent {
            self.alarm(Alarm::WeigherSilent(number), false, out);
        }
    }

    #[inline(never)]
    pub(crate) fn take_weight(&mut self, at: u64, weight: &Weight, out: &mut Outputs) {
        self.hear_weigher(weight.weigher, out);
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
            if item.weight_g.replace(grams) != Some(grams) {
                out.record(Record::Weighed { item: item.number, weigher: weight.weigher, grams });
            }
            self.decide(slot, out);
        }
    }
}
