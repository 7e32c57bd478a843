//! Faults of the scanners: results that come late, and codes that do not belong there.

use super::struck_items::unknown_label;
use super::{World, WorldSink};
use crate::events::StrikeKind;
use crate::labels::Label;
use crate::physics::lane::Slot;
use crate::random::between;

const MS: u64 = 1_000_000;

impl World {
    /// Some scanner's next result is to come late.
    pub(super) fn delay_result(&mut self) {
        let kind = StrikeKind::LateResult;
        let last = i64::try_from(self.scanners.len()).unwrap_or(0) - 1;
        let scanner = usize::try_from(between(self.strikes.random(kind), 0, last)).unwrap_or(0);
        if self.scanners.get(scanner).is_none_or(|at| at.late.is_some()) {
            return self.retry(kind);
        }
        self.scanners[scanner].late = Some(self.strikes.new_strike(kind, &[]));
    }

    /// How much later than it should a result is sent, ns. What the scanner says after it waits on the wire behind it.
    pub(super) fn result_late(&mut self, scanner: usize, items: &[u32], sink: &mut impl WorldSink) -> u64 {
        let Some(mut strike) = self.scanners[scanner].late.take() else { return 0 };
        for (touched, item) in strike.items.iter_mut().zip(items) {
            *touched = *item;
        }
        strike.effective = self.ports[self.scanners[scanner].setup.port].present;
        self.struck(&strike, sink);
        self.strikes.size(strike.kind, (60, 1_500)).unsigned_abs() * MS
    }

    /// A scanner that has read an item's label says one code more: the same once more, a neighbour's, or one that nobody
    /// knows. `result` is how many codes the result has, and where it is. Returns how many more it has.
    pub(super) fn read_more(
        &mut self,
        scanner: usize,
        slot: Slot,
        travel: i64,
        result: (usize, u16),
        sink: &mut impl WorldSink,
    ) -> usize {
        if self.strikes.laid.is_empty() {
            return 0;
        }
        let item = self.lane.rider(slot).cargo.item;
        let Some(laid) = self.strikes.take_laid(StrikeKind::MultiRead, item) else { return 0 };
        let mut strike = laid.strike;
        let which = between(self.strikes.random(strike.kind), 0, 2);
        let neighbour = self.neighbour_in_view(slot, travel).filter(|_| which == 1);
        let label = match neighbour {
            Some(neighbour) => {
                strike.items[1] = self.lane.rider(neighbour).cargo.item;
                self.readable_label(neighbour)
            }
            None if which == 0 => self.readable_label(slot),
            None => Some(unknown_label(self.strikes.random(strike.kind))),
        };
        let Some(label) = label else { return 0 };
        let (codes, text) = result;
        self.scanners[scanner].device.code(codes, &label, self.chunks.bytes(text));
        self.struck(&strike, sink);
        1
    }

    fn readable_label(&self, slot: Slot) -> Option<Label> {
        self.lane.rider(slot).cargo.labels.as_slice().iter().find(|label| label.quality > 0).copied()
    }
}
