//! The sending half of a numbered stream: what is not acknowledged yet, and when to say it again.

use super::sequence;
use heapless::Deque;

/// Most doublings of the retry timer.
const BACKOFF_MAX: u32 = 3;
/// What one telegram under way adds to the retry timer: its time on a wire of 115,200 baud, rounded up. Without it a
/// burst is repeated while it still stands in the wire, and the repeats keep the wire full for ever.
const TELEGRAM_NS: u64 = 3_000_000;

/// Telegrams from `base` on: the first `sent` of them are under way, all others wait.
#[derive(Debug)]
pub(super) struct Outbox<T, const N: usize> {
    waiting: Deque<T, N>,
    base: u32,
    sent: usize,
    /// How many from `base` on have been on the wire at least once: only those can be acknowledged.
    ever_sent: usize,
    deadline: Option<u64>,
    /// Since when nothing of what is under way has been acknowledged.
    stuck_since: Option<u64>,
    attempts: u32,
    retry_ns: u64,
    in_flight: usize,
}

/// What an acknowledgement did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acked {
    /// It says that something arrived.
    Progress,
    /// It says what was known.
    Nothing,
    /// It is about what was never sent.
    Bad,
}

impl<T: Copy, const N: usize> Outbox<T, N> {
    pub(super) fn new(base: u32, retry_ns: u64, in_flight: u16) -> Self {
        Outbox {
            waiting: Deque::new(),
            base,
            sent: 0,
            ever_sent: 0,
            deadline: None,
            stuck_since: None,
            attempts: 0,
            retry_ns,
            in_flight: usize::from(in_flight).clamp(1, N),
        }
    }

    /// The number of the oldest telegram kept, or of the next one if there is none.
    pub(super) fn base(&self) -> u32 {
        self.base
    }

    /// The number that the next telegram gets.
    pub(super) fn next(&self) -> u32 {
        advance(self.base, self.waiting.len())
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Puts a telegram behind the others, or gives it back when there is no room.
    #[inline]
    pub(super) fn push(&mut self, telegram: T) -> Result<(), T> {
        self.waiting.push_back(telegram)
    }

    /// The newest telegram, if it has never been on the wire.
    #[inline]
    pub(super) fn unsent_back(&mut self) -> Option<&mut T> {
        if self.waiting.len() > self.ever_sent { self.waiting.back_mut() } else { None }
    }

    /// Takes an acknowledgement: all before `ack` have arrived.
    #[inline]
    pub(super) fn acknowledged(&mut self, ack: u32, now: u64) -> Acked {
        if ack == self.base { Acked::Nothing } else { self.arrived(ack, now) }
    }

    fn arrived(&mut self, ack: u32, now: u64) -> Acked {
        let arrived = sequence::distance(self.base, ack) as usize;
        if arrived == 0 || (ack != 0 && sequence::is_after(self.base, ack)) {
            return Acked::Nothing;
        }
        if ack == 0 || arrived > self.ever_sent {
            return Acked::Bad;
        }
        self.forget(arrived);
        self.attempts = 0;
        let on_wire = self.sent as u64 * TELEGRAM_NS;
        self.deadline = (self.sent > 0).then(|| now.saturating_add(self.retry_ns + on_wire));
        self.stuck_since = (self.sent > 0).then_some(now);
        Acked::Progress
    }

    /// Drops the first `count` telegrams; the stream goes on behind them.
    #[inline]
    pub(super) fn forget(&mut self, count: usize) -> usize {
        let count = count.min(self.waiting.len());
        for _ in 0..count {
            self.waiting.pop_front();
        }
        if self.waiting.is_empty() {
            // Starts again at the front of its storage, which is then still in the cache.
            self.waiting.clear();
        }
        self.base = advance(self.base, count);
        self.sent = self.sent.saturating_sub(count);
        self.ever_sent = self.ever_sent.saturating_sub(count);
        count
    }

    /// Drops everything and starts with another number.
    pub(super) fn restart(&mut self, base: u32) -> usize {
        let dropped = self.waiting.len();
        self.waiting.clear();
        self.base = base;
        self.ever_sent = 0;
        self.rewind();
        dropped
    }

    /// Everything goes out again, at once.
    pub(super) fn rewind(&mut self) {
        self.sent = 0;
        self.attempts = 0;
        self.deadline = None;
        self.stuck_since = None;
    }

    /// Starts a repeat if it is due. To be called before [`Outbox::pop_due`].
    #[inline]
    pub(super) fn turn(&mut self, now: u64) -> bool {
        let due = self.deadline.is_some_and(|deadline| now >= deadline);
        if due {
            self.sent = 0;
            self.deadline = None;
            self.attempts = (self.attempts + 1).min(BACKOFF_MAX);
        }
        due
    }

    /// The next telegram to send now, its number, and whether it goes out once more.
    #[inline]
    pub(super) fn pop_due(&mut self, now: u64) -> Option<(u32, T, bool)> {
        if self.sent >= self.in_flight {
            return None;
        }
        let telegram = *self.waiting.get(self.sent)?;
        let seq = advance(self.base, self.sent);
        self.sent += 1;
        let again = self.sent <= self.ever_sent;
        self.ever_sent = self.ever_sent.max(self.sent);
        let deadline = self.deadline.unwrap_or_else(|| now.saturating_add(self.retry_ns << self.attempts));
        self.deadline = Some(deadline.saturating_add(TELEGRAM_NS));
        self.stuck_since.get_or_insert(now);
        Some((seq, telegram, again))
    }

    /// Whether [`Outbox::pop_due`] has something without waiting.
    #[inline]
    pub(super) fn has_due(&self) -> bool {
        self.sent < self.in_flight.min(self.waiting.len())
    }

    /// Since when nothing has been acknowledged, while something is under way.
    #[inline]
    pub(super) fn stuck_since(&self) -> Option<u64> {
        self.stuck_since
    }

    #[inline]
    pub(super) fn deadline(&self) -> Option<u64> {
        self.deadline
    }
}

#[inline]
fn advance(seq: u32, steps: usize) -> u32 {
    // Steps are bounded by the window; the wrap leaves 0 out.
    let steps = u32::try_from(steps).unwrap_or(u32::MAX);
    match seq.checked_add(steps) {
        Some(sum) => sum,
        None => seq.wrapping_add(steps).wrapping_add(1),
    }
}
