//! The board's end of the board link: what a board has to do, in code. It opens no port and reads no clock.

use super::counters::LinkCounters;
use super::decoder::Decoder;
use super::frame::{BoardHello, Body, DELIMITER, Frame, FrameError, HostHello, WIRE_MAX};
use super::inbox::{Arrival, Inbox, earlier};
use super::outbox::{Acked, Outbox};
use super::sequence;
use super::settings::{BOARD_WINDOW, LinkSettings};
use super::telegram::{BoardTelegram, HostTelegram};

/// What a board says of itself in its greeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Version of its firmware.
    pub firmware: u16,
    /// How many sensors it has.
    pub sensors: u16,
    /// How many outputs it has.
    pub outputs: u16,
}

/// What the board's end reports, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardEvent {
    /// A host greets. The state of the belt is to be sent (again).
    Hello {
        /// Its session.
        session: u32,
        /// True: another session than before. The lease is over until a beat comes.
        new: bool,
        /// True: telegrams are missing for this host. The state of the chutes is to be sent, too.
        missing: bool,
        /// How long a beat lets the board fire, in milliseconds.
        lease_ms: u16,
    },
    /// The next telegram of the host's stream.
    Telegram {
        /// Its number.
        seq: u32,
        /// What it says.
        telegram: HostTelegram,
    },
}

/// The board's end of the board link. About 100 kB, for it keeps 4,096 telegrams: box it.
#[derive(Debug)]
pub struct BoardEnd {
    decoder: Decoder,
    link: Link,
}

#[derive(Debug)]
struct Link {
    boot: u32,
    identity: Identity,
    settings: LinkSettings,
    /// The host that is served; 0 for none.
    session: u32,
    /// A greeting is to be answered.
    answer: bool,
    hello_at: u64,
    clock: u64,
    time_ms: u32,
    count: u32,
    /// First telegram that was dropped by an overflow of which the host has not heard.
    lost: Option<u32>,
    /// That is to be said (again).
    lost_due: bool,
    /// Telegrams were dropped since the caller asked last.
    overflowed: bool,
    inbox: Inbox,
    outbox: Outbox<BoardTelegram, BOARD_WINDOW>,
    counters: LinkCounters,
}

impl BoardEnd {
    /// An end that says where it is until a host greets it. `boot` is not 0 and another one after each restart.
    #[must_use]
    pub fn new(boot: u32, identity: Identity, settings: LinkSettings) -> BoardEnd {
        let link = Link {
            boot,
            identity,
            settings,
            session: 0,
            answer: false,
            hello_at: 0,
            clock: 0,
            time_ms: 0,
            count: 0,
            lost: None,
            lost_due: false,
            overflowed: false,
            inbox: Inbox::new(settings.first_host_seq, settings.ack_delay_ns),
            outbox: Outbox::new(settings.first_board_seq, settings.board_retry_ns, settings.in_flight),
            counters: LinkCounters::default(),
        };
        BoardEnd { decoder: Decoder::new(), link }
    }

    /// The port was opened again: forgets the bytes of a frame that had begun. All else is for the host to begin.
    pub fn reopened(&mut self) {
        self.decoder.reset();
    }

    /// Takes bytes from the port, in any pieces; `now` in nanoseconds.
    pub fn receive(&mut self, now: u64, bytes: &[u8], sink: &mut impl FnMut(BoardEvent)) {
        let BoardEnd { decoder, link } = self;
        link.clock = now;
        decoder.push(bytes, |read| link.take(now, read, sink));
    }

    /// Numbers a telegram and keeps it until the host has acknowledged it. When 4,096 are kept already all of them
    /// are dropped, and the host is told.
    #[inline]
    pub fn send(&mut self, telegram: BoardTelegram) {
        self.link.send(telegram);
    }

    /// True once after an overflow: the state of belt and chutes is to be sent again.
    #[inline]
    pub fn take_overflow(&mut self) -> bool {
        core::mem::take(&mut self.link.overflowed)
    }

    /// Board time and count for the next greeting.
    #[inline]
    pub fn set_clock(&mut self, time_ms: u32, count: u32) {
        self.link.time_ms = time_ms;
        self.link.count = count;
    }

    /// Gives every frame that is due now to `sink`, each as it goes over the wire: greeting, new telegrams, repeats, an
    /// acknowledgement for itself.
    #[inline]
    pub fn transmit(&mut self, now: u64, sink: &mut impl FnMut(&[u8])) {
        self.link.clock = now;
        if self.next_timeout().is_some_and(|due| due <= now) {
            self.link.transmit(now, sink);
        }
    }

    /// When [`BoardEnd::transmit`] has something to do next: a time, past or now if it has already.
    #[must_use]
    #[inline]
    pub fn next_timeout(&self) -> Option<u64> {
        let link = &self.link;
        if link.session == 0 {
            return Some(link.hello_at);
        }
        if link.answer || link.lost_due || link.outbox.has_due() {
            return Some(link.clock);
        }
        earlier(link.outbox.deadline(), link.inbox.owed())
    }

    /// The session that is served; 0 for none.
    #[must_use]
    pub fn session(&self) -> u32 {
        self.link.session
    }

    /// Telegrams that the host has not acknowledged.
    #[must_use]
    pub fn unacknowledged(&self) -> usize {
        self.link.outbox.len()
    }

    /// What this end has seen and done.
    #[must_use]
    pub fn counters(&self) -> LinkCounters {
        self.link.counters
    }
}

impl Link {
    #[inline]
    fn take(&mut self, now: u64, read: Result<Frame, FrameError>, sink: &mut impl FnMut(BoardEvent)) {
        match read {
            Ok(frame) => self.take_frame(now, frame, sink),
            Err(error) => self.counters.count_error(error),
        }
    }

    #[inline]
    fn take_frame(&mut self, now: u64, frame: Frame, sink: &mut impl FnMut(BoardEvent)) {
        match frame.body {
            Body::Board(_) | Body::BoardHello(_) | Body::BoardAck | Body::Lost { .. } => {
                self.counters.unknown_type += 1;
            }
            Body::HostHello(hello) => {
                self.counters.frames += 1;
                let new = hello.session != self.session;
                let missing = !self.take_hello(now, hello, new);
                sink(BoardEvent::Hello { session: hello.session, new, missing, lease_ms: hello.lease_ms });
            }
            Body::Host(_) | Body::HostAck if self.session == 0 => self.counters.unexpected += 1,
            Body::Host(telegram) => {
                self.take_ack(now, frame.ack);
                match self.inbox.arrival(frame.seq, now) {
                    Arrival::Next => {
                        self.counters.frames += 1;
                        self.inbox.acknowledge(frame.seq, now);
                        sink(BoardEvent::Telegram { seq: frame.seq, telegram });
                    }
                    Arrival::Duplicate => self.counters.duplicates += 1,
                    Arrival::Ahead => self.counters.out_of_sequence += 1,
                }
            }
            Body::HostAck => {
                self.counters.frames += 1;
                self.take_ack(now, frame.ack);
            }
        }
    }

    #[inline]
    fn take_ack(&mut self, now: u64, ack: u32) {
        match self.outbox.acknowledged(ack, now) {
            Acked::Progress => self.lost = None,
            // The host stands where the stream goes on: it has heard of the loss, or there was none for it.
            Acked::Nothing if ack == self.outbox.base() => self.lost = None,
            Acked::Nothing => {}
            Acked::Bad => self.counters.bad_acks += 1,
        }
        self.lost_due &= self.lost.is_some();
    }

    /// Whether the host gets every telegram that it needs.
    fn take_hello(&mut self, now: u64, hello: HostHello, new: bool) -> bool {
        self.answer = true;
        self.clock = now;
        if !new {
            // The host's port was away: what was under way is lost, so it goes out again at once.
            self.outbox.rewind();
            self.lost_due = self.lost.is_some();
            return true;
        }
        self.session = hello.session;
        self.inbox.restart(self.settings.first_host_seq);
        let ahead = sequence::distance(self.outbox.base(), hello.next) as usize;
        let resumes = hello.resume_boot == self.boot && hello.next != 0 && ahead <= self.outbox.len();
        if resumes {
            self.outbox.forget(ahead);
            self.outbox.rewind();
        } else {
            self.counters.dropped += self.outbox.restart(self.outbox.next()) as u64;
        }
        self.lost = None;
        self.lost_due = false;
        resumes
    }

    fn send(&mut self, telegram: BoardTelegram) {
        let Err(telegram) = self.outbox.push(telegram) else { return };
        self.lost = self.lost.or(Some(self.outbox.base()));
        (self.lost_due, self.overflowed) = (true, true);
        self.counters.dropped += self.outbox.restart(self.outbox.next()) as u64;
        let pushed = self.outbox.push(telegram);
        debug_assert!(pushed.is_ok(), "an empty window takes a telegram");
    }

    fn transmit(&mut self, now: u64, sink: &mut impl FnMut(&[u8])) {
        if self.answer || (self.session == 0 && now >= self.hello_at) {
            self.greet(now, sink);
        }
        if self.session == 0 {
            return;
        }
        if self.outbox.turn(now) {
            self.lost_due = self.lost.is_some();
        }
        if let (true, Some(from)) = (self.lost_due, self.lost) {
            self.put(0, Body::Lost { from, resume: self.outbox.base() }, sink);
        }
        self.lost_due = false;
        while let Some((seq, telegram, again)) = self.outbox.pop_due(now) {
            self.counters.repeats += u64::from(again);
            self.put(seq, Body::Board(telegram), sink);
        }
        if self.inbox.is_due(now) {
            self.put(0, Body::BoardAck, sink);
        }
    }

    fn greet(&mut self, now: u64, sink: &mut impl FnMut(&[u8])) {
        self.answer = false;
        self.hello_at = now.saturating_add(self.settings.hello_ns);
        let Identity { firmware, sensors, outputs } = self.identity;
        let (session, boot, first) = (self.session, self.boot, self.outbox.base());
        let (time_ms, count) = (self.time_ms, self.count);
        let hello = BoardHello { session, boot, firmware, sensors, outputs, first, time_ms, count };
        // Whatever noise went before, the greeting begins behind a delimiter.
        sink(&[DELIMITER]);
        self.put(0, Body::BoardHello(hello), sink);
    }

    fn put(&mut self, seq: u32, body: Body, sink: &mut impl FnMut(&[u8])) {
        let mut wire = [0; WIRE_MAX];
        let len = Frame { seq, ack: self.inbox.ack(), body }.encode(&mut wire);
        self.inbox.settled();
        self.counters.sent += 1;
        sink(wire.get(..len).unwrap_or_default());
    }
}
