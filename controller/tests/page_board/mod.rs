//! A line board built from hardware.md alone: nothing here knows the product's own codec or link.

pub(crate) mod frame;
pub(crate) mod stage;

use frame::{Fire, FromHost, read, wire};
use std::collections::VecDeque;

const UNDER_WAY: usize = 16;
const RETRY_MS: u64 = 50;

/// Types of the telegrams that a board sends.
mod kind {
    pub(super) const HELLO: u8 = 0x01;
    pub(super) const CLOCK: u8 = 0x02;
    pub(super) const EDGE: u8 = 0x03;
    pub(super) const CHUTE: u8 = 0x04;
    pub(super) const BELT: u8 = 0x06;
    pub(super) const OUTCOME: u8 = 0x07;
    pub(super) const ENTRY: u8 = 0x08;
    pub(super) const END: u8 = 0x09;
    pub(super) const ACK: u8 = 0x0F;
}

/// How a fire ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Fired = 1,
    Late,
    Speed,
    UnknownOutput,
    QueueFull,
    Cancelled,
    Lease,
}

/// One board. Time is milliseconds since it started.
#[derive(Debug)]
pub(crate) struct PageBoard {
    boot: u32,
    outputs: u16,
    pub(crate) count: u32,
    pub(crate) speed: u32,
    session: u32,
    lease_ms: u32,
    echo_ms: Option<u32>,
    expected: u32,
    owes_ack: Option<u64>,
    /// What is not acknowledged, by number; the first `sent` of them are under way.
    kept: VecDeque<(u32, u8, Vec<u8>)>,
    sent: usize,
    next: u32,
    waits_since: u64,
    tries: u32,
    clock_at: u64,
    hello_at: u64,
    queue: Vec<Fire>,
    remembered: VecDeque<(Fire, Ended)>,
    input: Vec<u8>,
    output: Vec<u8>,
    /// Outputs that were energised, with the fire.
    pub(crate) energised: Vec<Fire>,
    /// How often a host greeted with a new session and was given the stream where it had left it.
    pub(crate) resumed: u32,
    pub(crate) bad_frames: u32,
}

impl PageBoard {
    pub(crate) fn new(boot: u32, outputs: u16) -> Self {
        Self {
            boot,
            outputs,
            count: 0,
            speed: 0,
            session: 0,
            lease_ms: 0,
            echo_ms: None,
            expected: 1,
            owes_ack: None,
            kept: VecDeque::new(),
            sent: 0,
            next: 1,
            waits_since: 0,
            tries: 0,
            clock_at: 0,
            hello_at: 0,
            queue: Vec::new(),
            remembered: VecDeque::new(),
            input: Vec::new(),
            output: Vec::new(),
            energised: Vec::new(),
            resumed: 0,
            bad_frames: 0,
        }
    }

    pub(crate) fn edge(&mut self, count: u32, sensor: u16, blocked: bool) {
        self.tell(kind::EDGE, &[&count.to_le_bytes(), &sensor.to_le_bytes(), &[u8::from(blocked)]]);
    }

    pub(crate) fn confirm(&mut self, count: u32, chute: u16, active: bool) {
        self.tell(kind::CHUTE, &[&count.to_le_bytes(), &chute.to_le_bytes(), &[1, u8::from(active)]]);
    }

    fn belt(&mut self) {
        self.tell(kind::BELT, &[&self.count.to_le_bytes(), &[2, 0, 0]]);
    }

    fn tell(&mut self, kind: u8, fields: &[&[u8]]) {
        self.kept.push_back((self.next, kind, fields.concat()));
        self.next = after(self.next, 1);
    }

    /// One scan: bytes from the wire in, bytes for the wire out.
    pub(crate) fn scan(&mut self, now: u64, bytes: &[u8]) -> Vec<u8> {
        for byte in bytes {
            if *byte != 0 {
                self.input.push(*byte);
                self.input.truncate(65);
                continue;
            }
            let stuffed = std::mem::take(&mut self.input);
            if stuffed.is_empty() {
                continue;
            }
            match read(&stuffed) {
                Some((seq, ack, said)) => self.take(now, seq, ack, said),
                None => self.bad_frames += 1,
            }
        }
        self.due(now);
        if now >= self.clock_at {
            self.clock_at = now + 18;
            let speed = self.speed as u16;
            self.tell(kind::CLOCK, &[&self.count.to_le_bytes(), &time(now).to_le_bytes(), &speed.to_le_bytes()]);
        }
        self.send(now);
        std::mem::take(&mut self.output)
    }

    fn send(&mut self, now: u64) {
        if self.session == 0 {
            if now >= self.hello_at {
                self.hello(now, self.next);
            }
            return;
        }
        let patience = (RETRY_MS + 3 * self.sent as u64) << self.tries.min(3);
        if self.sent > 0 && now >= self.waits_since + patience {
            (self.sent, self.tries, self.waits_since) = (0, self.tries + 1, now);
        }
        while self.sent < self.kept.len().min(UNDER_WAY) {
            if self.sent == 0 {
                self.waits_since = now;
            }
            let (seq, kind, payload) = &self.kept[self.sent];
            self.output.extend(wire(*kind, *seq, self.expected, payload));
            self.sent += 1;
            self.owes_ack = None;
        }
        if self.owes_ack.is_some_and(|since| now >= since + 5) {
            self.output.extend(wire(kind::ACK, 0, self.expected, &[]));
            self.owes_ack = None;
        }
    }

    fn hello(&mut self, now: u64, first: u32) {
        self.hello_at = now + 200;
        let mut payload = Vec::new();
        payload.extend(self.session.to_le_bytes());
        payload.extend(self.boot.to_le_bytes());
        payload.extend([1, 0, 3, 0]);
        payload.extend(self.outputs.to_le_bytes());
        payload.extend(first.to_le_bytes());
        payload.extend(time(now).to_le_bytes());
        payload.extend(self.count.to_le_bytes());
        self.output.push(0);
        self.output.extend(wire(kind::HELLO, 0, self.expected, &payload));
    }

    fn take(&mut self, now: u64, seq: u32, ack: u32, said: FromHost) {
        if let FromHost::Hello { session, resume_boot, next, lease_ms } = said {
            self.greeted(now, session, resume_boot, next, lease_ms);
            return;
        }
        if self.session == 0 {
            return;
        }
        self.acknowledged(now, ack);
        if seq == 0 {
            return;
        }
        self.owes_ack = self.owes_ack.or(Some(now));
        if seq == self.expected {
            self.expected = after(self.expected, 1);
            self.obey(now, said);
        }
    }

    fn acknowledged(&mut self, now: u64, ack: u32) {
        let taken = (0..=self.sent).find(|taken| self.kept.get(*taken).map_or(self.next, |kept| kept.0) == ack);
        if let Some(taken) = taken.filter(|taken| *taken > 0) {
            self.kept.drain(..taken);
            (self.sent, self.tries, self.waits_since) = (self.sent - taken, 0, now);
        }
    }

    fn greeted(&mut self, now: u64, session: u32, resume_boot: u32, next: u32, lease_ms: u16) {
        let oldest = self.kept.front().map_or(self.next, |kept| kept.0);
        let (mut first, mut missing) = (oldest, false);
        if session != self.session {
            (self.session, self.lease_ms, self.expected) = (session, u32::from(lease_ms), 1);
            (self.echo_ms, self.owes_ack) = (None, None);
            let keeps = self.kept.iter().position(|kept| kept.0 == next);
            let keeps = keeps.or((next == self.next).then_some(self.kept.len()));
            let forgotten = keeps.filter(|_| resume_boot == self.boot);
            missing = forgotten.is_none();
            self.resumed += u32::from(!missing);
            self.kept.drain(..forgotten.unwrap_or(self.kept.len()));
            first = if missing { self.next } else { next };
        }
        (self.sent, self.tries) = (0, 0);
        self.hello(now, first);
        self.belt();
        if missing {
            // Its only chute is neither half-full nor full.
            for sensor in [2, 3] {
                self.tell(kind::CHUTE, &[&self.count.to_le_bytes(), &[1, 0, sensor, 0]]);
            }
        }
    }

    fn obey(&mut self, now: u64, said: FromHost) {
        match said {
            FromHost::Beat { echo_ms } => self.echo_ms = Some(echo_ms),
            FromHost::Fire(fire) => self.order(now, fire),
            FromHost::Cancel { item, pass, revision } => {
                let named = |fire: &Fire| (fire.item, fire.pass) == (item, pass) && fire.revision <= revision;
                if let Some(place) = self.queue.iter().position(named) {
                    let fire = self.queue.remove(place);
                    self.end(fire, Ended::Cancelled);
                }
            }
            FromHost::Query { query } => self.answer(query),
            FromHost::Hello { .. } | FromHost::Other | FromHost::Ack => {}
        }
    }

    fn order(&mut self, now: u64, fire: Fire) {
        let tag = (fire.item, fire.pass);
        if let Some(place) = self.queue.iter().position(|queued| (queued.item, queued.pass) == tag) {
            if fire.revision <= self.queue[place].revision {
                return;
            }
            self.queue.remove(place);
        }
        let ended = |(old, _): &&(Fire, Ended)| (old.item, old.pass) == tag;
        let (mut highest, mut fired) = (0, false);
        for (old, how) in self.remembered.iter().filter(ended) {
            highest = highest.max(old.revision);
            fired |= *how == Ended::Fired;
        }
        if fire.revision <= highest {
            return;
        }
        if fired {
            return self.end(fire, Ended::Late);
        }
        if fire.output >= self.outputs {
            self.end(fire, Ended::UnknownOutput);
        } else if self.reached(self.actuation(&fire).wrapping_add(1)) {
            self.end(fire, Ended::Late);
        } else if self.queue.len() == 256 {
            self.end(fire, Ended::QueueFull);
        } else {
            self.queue.push(fire);
        }
        self.due(now);
    }

    fn actuation(&self, fire: &Fire) -> u32 {
        fire.count.wrapping_sub((u32::from(fire.stroke_ms) * self.speed).div_ceil(1000))
    }

    fn reached(&self, count: u32) -> bool {
        self.count.wrapping_sub(count).cast_signed() >= 0
    }

    fn due(&mut self, now: u64) {
        let mut at = 0;
        while at < self.queue.len() {
            let fire = self.queue[at];
            if !self.reached(self.actuation(&fire)) {
                at += 1;
                continue;
            }
            self.queue.remove(at);
            let leased = self.echo_ms.is_some_and(|echo| time(now).wrapping_sub(echo) < self.lease_ms);
            let how = if !leased {
                Ended::Lease
            } else if self.speed < u32::from(fire.speed.0) || self.speed > u32::from(fire.speed.1) {
                Ended::Speed
            } else if self.count != fire.count && self.reached(fire.count) {
                Ended::Late
            } else {
                self.energised.push(fire);
                Ended::Fired
            };
            self.end(fire, how);
        }
    }

    fn end(&mut self, fire: Fire, how: Ended) {
        let (count, item, revision) = (self.count.to_le_bytes(), fire.item.to_le_bytes(), fire.revision.to_le_bytes());
        self.tell(kind::OUTCOME, &[&count, &item, &[fire.pass], &revision, &[how as u8]]);
        self.remembered.push_back((fire, how));
        if self.remembered.len() > 256 {
            self.remembered.pop_front();
        }
    }

    fn answer(&mut self, query: u16) {
        let queued = self.queue.iter().map(|fire| (*fire, 0));
        let all: Vec<(Fire, u8)> =
            queued.chain(self.remembered.iter().map(|(fire, how)| (*fire, *how as u8))).collect();
        for (fire, state) in &all {
            let (item, revision) = (fire.item.to_le_bytes(), fire.revision.to_le_bytes());
            self.tell(kind::ENTRY, &[&query.to_le_bytes(), &item, &[fire.pass], &revision, &[*state]]);
        }
        let entries = all.len() as u16;
        self.tell(kind::END, &[&query.to_le_bytes(), &entries.to_le_bytes()]);
    }
}

fn after(seq: u32, steps: u32) -> u32 {
    let next = seq.wrapping_add(steps);
    if next < seq { next + 1 } else { next }
}

fn time(now: u64) -> u32 {
    now as u32
}
