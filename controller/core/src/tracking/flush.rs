//! When the belt becomes unknown (T10): everything on it rides to the end of the line.

use crate::identification::ScannerState;
use crate::output::{DoubtCause, FlushCause, Record};
use crate::outputs::Outputs;
use crate::state::Core;
use crate::tracking::WeigherState;

impl Core {
    /// Forgets every riding item. What is physically there comes back as strangers.
    pub(crate) fn flush(&mut self, cause: FlushCause, out: &mut Outputs) {
        let count = self.belt.count;
        out.record(Record::Flushed { count, why: cause });
        while let Some(slot) = self.items.order().first().copied() {
            self.cancel_queued(slot, out);
            self.lose_riding(slot, out);
            if let Some(item) = self.items.remove(slot) {
                out.record(Record::Doubt { item: item.number, count, why: DoubtCause::Flushed });
                self.totals.gone += 1;
            }
        }
        self.drop_confirms(out);
        self.drop_announcement();
        // What a board has told of its chutes stands, unless telegrams of it are missing.
        if matches!(cause, FlushCause::Start | FlushCause::Reboot | FlushCause::EventsLost) {
            self.forget_confirm_sensors();
        }
        self.pending.clear();
        self.scanners.iter_mut().for_each(ScannerState::reset);
        self.weighers.iter_mut().for_each(WeigherState::lose_step);
        self.open_domain();
        let new_domain = matches!(cause, FlushCause::Reboot | FlushCause::EncoderReset | FlushCause::Start);
        self.belt.may_leap = cause == FlushCause::EventsLost;
        self.forget_carriers(new_domain || cause == FlushCause::OutOfPace);
        if new_domain {
            self.belt.forget();
            self.flush_pending_domain = true;
        }
    }

    /// The first count after a flush: from here on the belt's length has to pass before strangers are news.
    #[inline(never)]
    pub(crate) fn open_domain(&mut self) {
        let count = self.belt.count;
        self.belt.forget_outcomes();
        self.pecs.iter_mut().for_each(|pec| pec.forget(count));
        let line_end = self.geometry.pecs().last().map_or(0, |pec| pec.position_um).max(self.geometry.ring_um);
        self.flushed_until = count + self.geometry.counts_up(line_end + 2 * self.geometry.line.item_max_um);
        self.flush_pending_domain = false;
        self.wait_for_the_unseen(count);
    }
}
