//! The host's end of the board link. It opens no port and reads no clock: bytes and times go in, bytes and events come
//! out.

use super::counters::LinkCounters;
use super::decoder::Decoder;
use super::frame::{BoardHello, Body, ContentError, DELIMITER, Frame, FrameError, HostHello, WIRE_MAX};
use super::inbox::{Arrival, Inbox, earlier};
use super::outbox::{Acked, Outbox};
use super::settings::{HOST_WINDOW, LinkSettings};
use super::telegram::{BoardTelegram, HostTelegram};

/// Where the boot number of a BoardHello stands in its frame.
const BOOT_OFFSET: usize = 14;
/// What is added to a session when the board has forgotten it: far from any other one.
const SESSION_STEP: u32 = 0x9E37_79B9;

/// What a host still knows of the board from its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The board's boot number.
    pub boot: u32,
    /// Number of the telegram that is needed next: the one after the last durable one.
    pub next: u32,
}

/// What the host's end reports, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostEvent {
    /// The board answered.
    Up {
        /// Its boot number.
        boot: u32,
        /// Number of the telegram that comes next.
        first: u32,
        /// True: nothing was lost since the telegram before `first`, the belt's continuity is proved. False: this
        /// is another boot, or telegrams are gone; all telegrams sent before were dropped.
        resumed: bool,
        /// How many sensors it has.
        sensors: u16,
        /// How many outputs it has.
        outputs: u16,
        /// Version of its firmware.
        firmware: u16,
        /// Milliseconds since it started.
        time_ms: u32,
        /// Encoder count.
        count: u32,
    },
    /// The next telegram of the board's stream. It is acknowledged only by [`HostEnd::acknowledge`].
    Telegram {
        /// Its number.
        seq: u32,
        /// What it says.
        telegram: BoardTelegram,
    },
    /// The board's buffer had overflowed: the telegrams from `from` up to the one before `resume` are gone. Once that
    /// is durable, acknowledge the number before `resume`.
    Lost {
        /// First number that will not come.
        from: u32,
        /// Number that comes next.
        resume: u32,
    },
}

/// 256 telegrams wait for their acknowledgement; this one was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowFull;

/// The host's end of the board link. About 10 kB; box it where that matters.
#[derive(Debug)]
pub struct HostEnd {
    decoder: Decoder,
    link: Link,
}

#[derive(Debug)]
struct Link {
    session: u32,
    settings: LinkSettings,
    /// What the journal knew, until a board has answered in this session.
    resume: Option<Resume>,
    /// Boot number of the board that answered in this session.
    boot: Option<u32>,
    up: bool,
    up_at: u64,
    /// The board was greeted again because the streams stood still.
    was_stuck: bool,
    /// Since when what comes in is never the next telegram, though all that was taken is acknowledged.
    refused_since: Option<u64>,
    hello_at: u64,
    clock: u64,
    inbox: Inbox,
    outbox: Outbox<HostTelegram, HOST_WINDOW>,
    counters: LinkCounters,
}

impl HostEnd {
    /// An end that has to greet the board first. `session` is not 0 and another one for each start of the host; the end
    /// goes on to another one by itself when the board has forgotten it.
    #[must_use]
    pub fn new(session: u32, resume: Option<Resume>, settings: LinkSettings) -> HostEnd {
        let link = Link {
            session,
            settings,
            resume,
            boot: None,
            up: false,
            up_at: 0,
            was_stuck: false,
            refused_since: None,
            hello_at: 0,
            clock: 0,
            inbox: Inbox::new(resume.map_or(1, |resume| resume.next), settings.ack_delay_ns),
            outbox: Outbox::new(settings.first_host_seq, settings.host_retry_ns, settings.in_flight),
            counters: LinkCounters::default(),
        };
        HostEnd { decoder: Decoder::new(), link }
    }

    /// The port was opened again: forgets the bytes of a frame that had begun and greets the board at once, with the
    /// same session; both streams go on when the board is still the same.
    pub fn reopened(&mut self) {
        self.decoder.reset();
        self.link.go_down(0);
    }

    /// Takes bytes from the port, in any pieces; `now` in nanoseconds.
    pub fn receive(&mut self, now: u64, bytes: &[u8], sink: &mut impl FnMut(HostEvent)) {
        let HostEnd { decoder, link } = self;
        link.clock = now;
        decoder.push(bytes, |read| link.take(now, read, sink));
    }

    /// Numbers a telegram and keeps it until the board has acknowledged it. Before the board has answered it is kept
    /// too, and dropped should the board turn out to be another one. A beat takes the place of a beat that is next to
    /// go and has not gone yet, so that a silent board does not fill the window with them.
    ///
    /// # Errors
    /// [`WindowFull`] when 256 are kept already; nothing is changed.
    #[inline]
    pub fn send(&mut self, telegram: HostTelegram) -> Result<(), WindowFull> {
        let outbox = &mut self.link.outbox;
        if let (HostTelegram::Beat { .. }, Some(last @ HostTelegram::Beat { .. })) = (telegram, outbox.unsent_back()) {
            *last = telegram;
            return Ok(());
        }
        outbox.push(telegram).map_err(|_| WindowFull)
    }

    /// The inputs of all board telegrams up to and including `seq` are durable: the board may forget them. What has
    /// not been received, or was acknowledged before, is ignored.
    #[inline]
    pub fn acknowledge(&mut self, seq: u32) {
        self.link.inbox.acknowledge(seq, self.link.clock);
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

    /// When [`HostEnd::transmit`] has something to do next: a time, past or now if it has already.
    #[must_use]
    #[inline]
    pub fn next_timeout(&self) -> Option<u64> {
        let link = &self.link;
        if !link.up {
            return Some(link.hello_at);
        }
        if link.outbox.has_due() {
            return Some(link.clock);
        }
        earlier(link.outbox.deadline(), link.inbox.owed())
    }

    /// Whether the board has answered since it was greeted last, and the streams go on.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.link.up
    }

    /// Boot number of the board that answered last in this session.
    #[must_use]
    pub fn boot(&self) -> Option<u32> {
        self.link.boot
    }

    /// Telegrams that the board has not acknowledged.
    #[must_use]
    #[inline]
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
    fn take(&mut self, now: u64, read: Result<Frame, FrameError>, sink: &mut impl FnMut(HostEvent)) {
        match read {
            Ok(frame) => self.take_frame(now, frame, sink),
            Err(error) => {
                // Before it is greeted a board sends nothing else that may not be 0 there.
                let boot_zero = FrameError::Content(ContentError::Value { offset: BOOT_OFFSET, found: 0 });
                self.counters.boot_zero += u64::from(error == boot_zero && !self.up);
                self.counters.count_error(error);
            }
        }
    }

    #[inline]
    fn take_frame(&mut self, now: u64, frame: Frame, sink: &mut impl FnMut(HostEvent)) {
        match frame.body {
            Body::Host(_) | Body::HostHello(_) | Body::HostAck => self.counters.unknown_type += 1,
            Body::BoardHello(hello) => {
                self.counters.frames += 1;
                self.take_hello(now, hello, sink);
            }
            Body::Board(_) | Body::BoardAck | Body::Lost { .. } if !self.up => self.counters.unexpected += 1,
            Body::Board(telegram) => {
                self.take_ack(now, frame.ack);
                let arrival = self.inbox.arrival(frame.seq, now);
                self.note_arrival(now, arrival);
                match arrival {
                    Arrival::Next => {
                        self.counters.frames += 1;
                        sink(HostEvent::Telegram { seq: frame.seq, telegram });
                    }
                    Arrival::Duplicate => self.counters.duplicates += 1,
                    Arrival::Ahead => self.counters.out_of_sequence += 1,
                }
            }
            Body::BoardAck => {
                self.counters.frames += 1;
                self.take_ack(now, frame.ack);
            }
            Body::Lost { resume, .. } => {
                self.take_ack(now, frame.ack);
                match self.inbox.skip_to(resume, now) {
                    Some(from) => {
                        self.counters.frames += 1;
                        sink(HostEvent::Lost { from, resume });
                    }
                    None => self.counters.duplicates += 1,
                }
            }
        }
    }

    #[inline]
    fn take_ack(&mut self, now: u64, ack: u32) {
        if self.outbox.acknowledged(ack, now) == Acked::Bad {
            self.counters.bad_acks += 1;
        }
    }

    #[inline]
    fn note_arrival(&mut self, now: u64, arrival: Arrival) {
        if arrival == Arrival::Next {
            self.refused_since = None;
        } else if self.inbox.ack() == self.inbox.next() {
            // What the disk keeps us from acknowledging comes again and again, and that is right.
            let since = *self.refused_since.get_or_insert(now);
            self.greet_if_stuck(now, since);
        }
    }

    /// Greets the board again when the streams have stood still for too long: the two ends mean something else by the
    /// numbers. First with the same session, which costs nothing if only the cable was away; if that did not help, with
    /// another one.
    fn greet_if_stuck(&mut self, now: u64, since: u64) {
        let bears = self.settings.stuck_ns;
        if now < since.saturating_add(bears) {
            return;
        }
        if self.was_stuck && now < self.up_at.saturating_add(2 * bears) {
            self.begin_anew();
        } else {
            self.was_stuck = true;
        }
        self.go_down(now);
    }

    fn go_down(&mut self, now: u64) {
        self.up = false;
        self.refused_since = None;
        self.hello_at = now;
    }

    /// The board has forgotten the session, or acts as if it had. Whatever its boot number says, what it sends from now
    /// on does not go on from what was taken, and it waits for number 1.
    fn begin_anew(&mut self) {
        self.session = self.session.wrapping_add(SESSION_STEP).max(1);
        (self.boot, self.resume, self.was_stuck) = (None, None, false);
        self.counters.dropped += self.outbox.restart(self.settings.first_host_seq) as u64;
        self.inbox.restart(1);
    }

    fn take_hello(&mut self, now: u64, hello: BoardHello, sink: &mut impl FnMut(HostEvent)) {
        if hello.session != self.session {
            // The board serves nobody, or somebody else: it has to be greeted (again).
            if hello.session == 0 && self.boot.is_some() {
                self.begin_anew();
            }
            self.go_down(now);
            return;
        }
        let resumed = if self.boot == Some(hello.boot) {
            if self.up {
                return;
            }
            self.outbox.rewind();
            true
        } else {
            self.meet(hello)
        };
        (self.up, self.up_at) = (true, now);
        sink(HostEvent::Up {
            boot: hello.boot,
            first: self.inbox.next(),
            resumed,
            sensors: hello.sensors,
            outputs: hello.outputs,
            firmware: hello.firmware,
            time_ms: hello.time_ms,
            count: hello.count,
        });
    }

    /// A board that has not answered in this session before; gives whether it is the one of the journal and lost
    /// nothing.
    fn meet(&mut self, hello: BoardHello) -> bool {
        let resumed = self.resume == Some(Resume { boot: hello.boot, next: hello.first });
        if !resumed {
            self.counters.dropped += self.outbox.restart(self.settings.first_host_seq) as u64;
        }
        self.inbox.restart(hello.first);
        self.boot = Some(hello.boot);
        self.resume = None;
        resumed
    }

    fn transmit(&mut self, now: u64, sink: &mut impl FnMut(&[u8])) {
        if let (true, Some(since)) = (self.up, self.outbox.stuck_since()) {
            self.greet_if_stuck(now, since);
        }
        if !self.up {
            self.greet(now, sink);
            return;
        }
        self.outbox.turn(now);
        while let Some((seq, telegram, again)) = self.outbox.pop_due(now) {
            self.counters.repeats += u64::from(again);
            self.put(seq, Body::Host(telegram), sink);
        }
        if self.inbox.is_due(now) {
            self.put(0, Body::HostAck, sink);
        }
    }

    fn greet(&mut self, now: u64, sink: &mut impl FnMut(&[u8])) {
        if now < self.hello_at {
            return;
        }
        self.hello_at = now.saturating_add(self.settings.hello_ns);
        let resume_boot = self.boot.or(self.resume.map(|resume| resume.boot)).unwrap_or(0);
        let (session, next, lease_ms) = (self.session, self.inbox.next(), self.settings.lease_ms);
        // Whatever noise went before, the greeting begins behind a delimiter.
        sink(&[DELIMITER]);
        self.put(0, Body::HostHello(HostHello { session, resume_boot, next, lease_ms }), sink);
    }

    fn put(&mut self, seq: u32, body: Body, sink: &mut impl FnMut(&[u8])) {
        let mut wire = [0; WIRE_MAX];
        let len = Frame { seq, ack: self.inbox.ack(), body }.encode(&mut wire);
        self.inbox.settled();
        self.counters.sent += 1;
        sink(wire.get(..len).unwrap_or_default());
    }
}
