//! What the weighers say, and what makes them say something else.

use super::agenda::{Timed, short};
use super::{World, WorldSink};
use crate::devices::weigher::{FRAME_NS, Failure};
use crate::events::{Physical, StrikeKind};
use crate::random::{between, chance};

const MS: u64 = 1_000_000;

impl World {
    /// A streaming weigher speaks.
    pub(super) fn weigh(&mut self, weigher: usize, sink: &mut impl WorldSink) {
        self.times.note(self.now + FRAME_NS, Timed::Weigh(short(weigher)));
        let text = self.chunks.begin();
        self.weighers[weigher].device.say(self.now, self.chunks.bytes(text));
        self.tell_weight(weigher, text, sink);
    }

    /// An item's front leaves the platform: a checkweigher's own filter has finished by then.
    #[inline(never)]
    pub(super) fn verdict(&mut self, weigher: usize, sink: &mut impl WorldSink) {
        let text = self.chunks.begin();
        self.weighers[weigher].device.say_settled(self.now, self.chunks.bytes(text));
        self.tell_weight(weigher, text, sink);
    }

    fn tell_weight(&mut self, weigher: usize, text: u16, sink: &mut impl WorldSink) {
        let at = &self.weighers[weigher];
        let port = at.setup.port;
        if at.struck.is_some() && at.device.spoils(self.now) {
            self.tell_failure(weigher, sink);
        }
        self.send(self.now, port, text, &[], sink);
    }

    /// A weigher begins to fail, and does so for a while.
    pub(super) fn fail_weigher(&mut self, kind: StrikeKind, sink: &mut impl WorldSink) {
        let last = i64::try_from(self.weighers.len()).unwrap_or(0) - 1;
        let weigher = usize::try_from(between(self.strikes.random(kind), 0, last)).unwrap_or(0);
        if self.weighers.get(weigher).is_none_or(|at| at.device.is_failing()) {
            return self.retry(kind);
        }
        let random = self.strikes.random(kind);
        // Half of them say ever less.
        let (pace, less) = (between(random, 20, 200), chance(random, 5_000));
        let failure = if kind == StrikeKind::WeigherSilent {
            Failure::Silent
        } else if kind == StrikeKind::WeigherUnstable {
            Failure::Unstable
        } else {
            Failure::Drifts { g_per_s: if less { -pace } else { pace } }
        };
        let long_ms = self.strikes.size(kind, (3_000, 20_000)).unsigned_abs();
        self.times.note(self.now + long_ms * MS, Timed::Weighs(short(weigher)));
        let strike = self.strikes.new_strike(kind, &[]);
        let at = &mut self.weighers[weigher];
        at.device.fail(failure, self.now);
        at.struck = Some(strike);
        sink.physical(self.now, &Physical::Weigher { sound: false });
    }

    /// It weighs again. If it has spoilt no weight meanwhile, nothing has come of it.
    #[inline(never)]
    pub(super) fn weighs_again(&mut self, weigher: usize, sink: &mut impl WorldSink) {
        let at = &mut self.weighers[weigher];
        at.device.mend();
        if let Some(mut strike) = at.struck.take() {
            strike.effective = false;
            self.struck(&strike, sink);
        }
        sink.physical(self.now, &Physical::Weigher { sound: true });
    }

    #[inline(never)]
    fn tell_failure(&mut self, weigher: usize, sink: &mut impl WorldSink) {
        if let Some(strike) = self.weighers[weigher].struck.take() {
            self.struck(&strike, sink);
        }
    }
}
