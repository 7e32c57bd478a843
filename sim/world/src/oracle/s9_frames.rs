//! S9: nothing corrupt is taken from a checked link. Every telegram that the controller takes is the very one that the
//! board gave that number, and every telegram that the board takes is one that the controller gave to the link, in its
//! order, however the wire was spoilt; none is taken twice, and none is left out unsaid. None is acknowledged before it is
//! durable, which belongs to S6 and needs the same bookkeeping.

use super::tally::Check;
use super::{Oracle, RETRY_NS};
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use std::collections::VecDeque;

/// Far more than a board keeps.
const KEPT: usize = 16_384;
/// Far more than a host's end of the link keeps.
const ORDERS_KEPT: usize = 2_048;

/// What the board said since it started, and what the controller took of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Telegrams {
    /// Number of the first one that is kept.
    first: u32,
    said: VecDeque<BoardTelegram>,
    /// The controller's number of an input, and the telegram's.
    taken: VecDeque<(u64, u32)>,
    /// Number of the newest telegram that is durable.
    durable: u32,
    /// While the disk takes nothing, and a little longer, the board is acknowledged on receipt: from and until then.
    full: (u64, u64),
    /// What the board said before it started anew, until the first telegram since then was taken: some of it may still
    /// wait at a host whose disk takes its time.
    before: Option<(u32, VecDeque<BoardTelegram>)>,
    /// Somebody tells what was taken; the negative control has no journal and does not.
    heard: bool,
    /// Number of the newest telegram that was taken; `None` where the stream may begin anywhere.
    newest: Option<u32>,
    /// What the controller gave to the link, and the board has not taken yet.
    ordered: VecDeque<HostTelegram>,
}

impl Telegrams {
    /// The board numbers a telegram.
    pub(super) fn say(&mut self, number: u32, telegram: BoardTelegram) {
        if self.said.is_empty() {
            self.first = number;
        } else if self.said.len() == KEPT {
            self.said.pop_front();
            self.first += 1;
        }
        self.said.push_back(telegram);
    }

    pub(super) fn durable(&mut self, input: u64) {
        while let Some((_, number)) = self.taken.pop_front_if(|(taken, _)| *taken <= input) {
            self.durable = number;
        }
    }

    /// The controller came back: what was not durable was never taken.
    pub(super) fn resume(&mut self) {
        self.taken.clear();
        self.newest = None;
    }

    /// The journal's disk takes nothing for a while. Whoever has found that out tries again twice a second.
    pub(super) fn disk_full(&mut self, at: u64, until: u64) {
        self.full = (at, until + RETRY_NS);
    }

    /// Another boot.
    pub(super) fn restart(&mut self) {
        let ordered = std::mem::take(&mut self.ordered);
        let before = Some((self.first, std::mem::take(&mut self.said)));
        *self = Self { heard: self.heard, full: self.full, before, ordered, ..Self::default() };
    }

    fn said(&self, number: u32) -> Option<&BoardTelegram> {
        self.said.get(number.checked_sub(self.first)? as usize)
    }

    /// True if the board said this before it started anew.
    fn was_said_before(&self, number: u32, telegram: &BoardTelegram) -> bool {
        let said = self.before.as_ref().and_then(|(first, said)| said.get(number.checked_sub(*first)? as usize));
        said == Some(telegram)
    }
}

impl Oracle {
    /// The board put a telegram into its numbered stream.
    #[inline]
    pub fn told(&mut self, at: u64, number: u32, telegram: BoardTelegram) {
        self.s5_told(at, &telegram);
        self.telegrams.say(number, telegram);
    }

    /// The controller took a telegram as its input `input`.
    #[inline]
    pub fn taken(&mut self, at: u64, input: u64, number: u32, telegram: &BoardTelegram) {
        let said = self.telegrams.said(number);
        let holds = said == Some(telegram);
        if !holds && self.telegrams.was_said_before(number, telegram) {
            self.tally.judge(Check::S9, true, at, None, String::new);
            return;
        }
        self.tally.judge(Check::S9, holds, at, None, || {
            format!("telegram {number} was taken as {telegram:?}; the board had said {said:?}")
        });
        self.telegrams.before = None;
        // Numbers of a board's life begin at 1 and do not come round in a run.
        let next = self.telegrams.newest.is_none_or(|newest| number == newest + 1);
        self.tally.judge(Check::S9, next, at, None, || {
            format!("telegram {number} was taken after {:?}", self.telegrams.newest)
        });
        self.telegrams.newest = Some(number);
        self.telegrams.taken.push_back((input, number));
        self.telegrams.heard = true;
    }

    /// The board said itself that telegrams are gone, or a session began: the stream goes on somewhere else.
    pub fn stream_begins(&mut self) {
        // What buttons and confirm eyes had to say before is not told again.
        self.chutes.restart();
        self.telegrams.newest = None;
    }

    /// The controller gave a telegram to its end of the link.
    #[inline]
    pub fn commanded(&mut self, telegram: HostTelegram) {
        if self.telegrams.ordered.len() == ORDERS_KEPT {
            self.telegrams.ordered.pop_front();
        }
        self.telegrams.ordered.push_back(telegram);
    }

    /// The board took a telegram. Those before it may have been dropped with a session, or replaced by newer beats.
    #[inline]
    pub fn obeyed(&mut self, at: u64, telegram: &HostTelegram) {
        if !self.telegrams.heard {
            return;
        }
        let place = self.telegrams.ordered.iter().position(|ordered| ordered == telegram);
        self.tally.judge(Check::S9, place.is_some(), at, None, || {
            format!("the board took {telegram:?}, which the controller had not ordered, or not once more")
        });
        if let Some(place) = place {
            self.telegrams.ordered.drain(..=place);
        }
    }

    /// The board knows that the host has every telegram up to `number`, and forgets them.
    #[inline]
    pub fn acknowledged(&mut self, at: u64, number: u32) {
        let (full_from, full_until) = self.telegrams.full;
        if !self.telegrams.heard || (full_from..full_until).contains(&at) {
            return;
        }
        let durable = self.telegrams.durable;
        self.tally.judge(Check::S6, number <= durable, at, None, || {
            format!("telegram {number} of the board was acknowledged, but only those up to {durable} are durable")
        });
    }
}
