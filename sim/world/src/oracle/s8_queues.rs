//! S8: no queue grows beyond its bound. The bounds stand here, and not with the queues, so that a queue that has lost its
//! own is found.

use super::Oracle;
use super::tally::Check;

/// A queue of the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// What ports brought in and no turn has taken yet; each port's ring has room for 1,024.
    Inputs,
    /// Fires that wait for the sync of what led to them: one for each item that a line can carry.
    Fires,
    /// Commands that the link has no room for while the board does not answer. Beats are left out then, so that only
    /// cancels, lamps, permits and what was on its way wait: a fire and a cancel for each item, and every lamp.
    Commands,
    /// Commands that the board has not acknowledged: what a cancel has to wait behind. Beats are left out from 48 on; the
    /// rest are the fires and cancels of the items that come to their chutes meanwhile, and one lamp with each clock.
    Window,
}

impl Queue {
    fn bound(self) -> usize {
        match self {
            Self::Inputs | Self::Fires => 1_024,
            Self::Commands => 256,
            Self::Window => 64,
        }
    }
}

impl Oracle {
    /// A queue held so many.
    #[inline]
    pub fn queue(&mut self, at: u64, queue: Queue, depth: usize) {
        let bound = queue.bound();
        self.tally
            .judge(Check::S8, depth <= bound, at, None, || format!("{queue:?}: {depth} wait, room is for {bound}"));
    }
}
