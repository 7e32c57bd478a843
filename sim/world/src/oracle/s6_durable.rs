//! S6: no fire goes to the wire before the inputs that led to it are durable.

use super::Oracle;
use super::tally::Check;

impl Oracle {
    pub(super) fn s6_released(&mut self, at: u64, cause: u64) {
        let durable = self.durable;
        self.tally.judge(Check::S6, cause <= durable, at, None, || {
            format!("a fire caused by input {cause} left, but only inputs up to {durable} are durable")
        });
    }
}
