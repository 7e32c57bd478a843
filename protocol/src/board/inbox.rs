//! The receiving half of a numbered stream: which telegram comes next, and which acknowledgement is owed.

use super::sequence;

#[derive(Debug)]
pub(super) struct Inbox {
    /// The number of the telegram that is taken next.
    next: u32,
    /// All before it are acknowledged; never ahead of `next`.
    ack: u32,
    /// When the acknowledgement is to be sent, if nothing takes it along before.
    owed: Option<u64>,
    ack_delay_ns: u64,
}

/// What to do with a numbered telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It is the next one.
    Next,
    /// It was taken before.
    Duplicate,
    /// One before it is missing.
    Ahead,
}

impl Inbox {
    pub(super) fn new(next: u32, ack_delay_ns: u64) -> Inbox {
        Inbox { next, ack: next, owed: None, ack_delay_ns }
    }

    pub(super) fn restart(&mut self, next: u32) {
        *self = Inbox::new(next, self.ack_delay_ns);
    }

    #[inline]
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    #[inline]
    pub(super) fn ack(&self) -> u32 {
        self.ack
    }

    #[inline]
    pub(super) fn arrival(&mut self, seq: u32, now: u64) -> Arrival {
        if seq == self.next {
            self.next = sequence::next(seq);
            Arrival::Next
        } else if sequence::is_after(seq, self.next) {
            Arrival::Ahead
        } else {
            // The peer does not know that it arrived.
            self.owe(now);
            Arrival::Duplicate
        }
    }

    /// Goes on at `resume`; gives the first number that is left out, or nothing when none is.
    pub(super) fn skip_to(&mut self, resume: u32, now: u64) -> Option<u32> {
        if !sequence::is_after(resume, self.next) {
            self.owe(now);
            return None;
        }
        let from = self.next;
        self.next = resume;
        Some(from)
    }

    /// All up to and including `seq` may be acknowledged.
    #[inline]
    pub(super) fn acknowledge(&mut self, seq: u32, now: u64) {
        let ack = sequence::next(seq);
        if sequence::is_after(ack, self.ack) && !sequence::is_after(ack, self.next) {
            self.ack = ack;
            self.owe(now);
        }
    }

    #[inline]
    pub(super) fn owe(&mut self, now: u64) {
        if self.owed.is_none() {
            self.owed = Some(now.saturating_add(self.ack_delay_ns));
        }
    }

    /// A frame took the acknowledgement along.
    #[inline]
    pub(super) fn settled(&mut self) {
        self.owed = None;
    }

    #[inline]
    pub(super) fn is_due(&self, now: u64) -> bool {
        self.owed.is_some_and(|owed| now >= owed)
    }

    #[inline]
    pub(super) fn owed(&self) -> Option<u64> {
        self.owed
    }
}

/// The earlier of two times, if there is any.
#[inline]
pub(super) fn earlier(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, None) => one,
        (None, other) => other,
    }
}
