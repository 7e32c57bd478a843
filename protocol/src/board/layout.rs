//! The payloads byte by byte: the tables of `hardware.md`, section "Telegrams", in code.

use super::frame::{BoardHello, Body, ContentError, FRAME_MAX, HEADER_LEN, HostHello};
use super::telegram::{
    BeltMotion, BoardTelegram, ChuteSensor, Fire, FireOutcome, HostTelegram, LampState, StopReason, Tag,
};

/// Type byte of each telegram.
pub mod kind {
    /// The board's greeting.
    pub const BOARD_HELLO: u8 = 0x01;
    /// Count, speed, board time.
    pub const CLOCK: u8 = 0x02;
    /// A belt photo-electric cell.
    pub const EDGE: u8 = 0x03;
    /// A chute's sensor.
    pub const CHUTE: u8 = 0x04;
    /// A push-button.
    pub const BUTTON: u8 = 0x05;
    /// Belt drive and safety circuit.
    pub const BELT: u8 = 0x06;
    /// End of a fire.
    pub const OUTCOME: u8 = 0x07;
    /// One tag of the board's queue.
    pub const QUEUE_ENTRY: u8 = 0x08;
    /// End of the board's queue.
    pub const QUEUE_END: u8 = 0x09;
    /// The board's buffer had overflowed.
    pub const LOST: u8 = 0x0A;
    /// Lone acknowledgement of the board.
    pub const BOARD_ACK: u8 = 0x0F;
    /// The host's greeting.
    pub const HOST_HELLO: u8 = 0x81;
    /// A divert.
    pub const FIRE: u8 = 0x82;
    /// Withdraws a divert.
    pub const CANCEL: u8 = 0x83;
    /// Renews the lease.
    pub const BEAT: u8 = 0x84;
    /// A lamp.
    pub const LAMP: u8 = 0x85;
    /// Asks for a controlled stop.
    pub const STOP_REQUEST: u8 = 0x86;
    /// Allows an induction.
    pub const PERMIT: u8 = 0x87;
    /// Asks for the board's queue.
    pub const QUEUE_QUERY: u8 = 0x88;
    /// Allows one item onto one carrier of a ring.
    pub const LOAD: u8 = 0x89;
    /// Lone acknowledgement of the host.
    pub const HOST_ACK: u8 = 0x8F;
    /// Every type there is.
    pub const ALL: [u8; 21] = [
        BOARD_HELLO,
        CLOCK,
        EDGE,
        CHUTE,
        BUTTON,
        BELT,
        OUTCOME,
        QUEUE_ENTRY,
        QUEUE_END,
        LOST,
        BOARD_ACK,
        HOST_HELLO,
        FIRE,
        CANCEL,
        BEAT,
        LAMP,
        STOP_REQUEST,
        PERMIT,
        QUEUE_QUERY,
        LOAD,
        HOST_ACK,
    ];
}

/// Writes a body's payload behind the header's place and gives its type and the payload's length.
#[inline]
pub(super) fn write(body: &Body, raw: &mut [u8; FRAME_MAX]) -> (u8, usize) {
    let mut to = Writer { raw, at: HEADER_LEN };
    let kind = match body {
        Body::BoardHello(hello) => to.board_hello(hello),
        Body::HostHello(hello) => to.host_hello(hello),
        Body::BoardAck => kind::BOARD_ACK,
        Body::HostAck => kind::HOST_ACK,
        Body::Lost { from, resume } => {
            to.u32(*from).u32(*resume);
            kind::LOST
        }
        Body::Board(telegram) => to.board(telegram),
        Body::Host(telegram) => to.host(telegram),
    };
    (kind, to.at - HEADER_LEN)
}

/// Reads the payload of a type, which ends at `end` of the frame; it must have exactly that type's length.
#[inline]
pub(super) fn read(kind: u8, raw: &[u8; FRAME_MAX], end: usize) -> Result<Body, ContentError> {
    let mut from = Reader { raw, at: HEADER_LEN, bad: None };
    let body = match kind {
        kind::BOARD_HELLO => Body::BoardHello(from.board_hello()),
        kind::HOST_HELLO => Body::HostHello(from.host_hello()),
        kind::BOARD_ACK => Body::BoardAck,
        kind::HOST_ACK => Body::HostAck,
        kind::LOST => Body::Lost { from: from.number(), resume: from.number() },
        _ => {
            if let Some(telegram) = from.board(kind) {
                Body::Board(telegram)
            } else if let Some(telegram) = from.host(kind) {
                Body::Host(telegram)
            } else {
                return Err(ContentError::Type { found: kind });
            }
        }
    };
    if from.at != end {
        return Err(ContentError::Length { kind, len: end - HEADER_LEN });
    }
    match from.bad {
        Some((offset, found)) => Err(ContentError::Value { offset, found }),
        None => Ok(body),
    }
}

struct Writer<'a> {
    raw: &'a mut [u8; FRAME_MAX],
    at: usize,
}

impl Writer<'_> {
    #[inline]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) -> &mut Self {
        // Every payload fits: the longest has 26 bytes, which a test of all types pins.
        if let Some(to) = self.raw.get_mut(self.at..self.at + N) {
            to.copy_from_slice(&bytes);
        }
        self.at += N;
        self
    }

    #[inline]
    fn u8(&mut self, value: u8) -> &mut Self {
        self.put([value])
    }

    #[inline]
    fn u16(&mut self, value: u16) -> &mut Self {
        self.put(value.to_le_bytes())
    }

    #[inline]
    fn u32(&mut self, value: u32) -> &mut Self {
        self.put(value.to_le_bytes())
    }

    #[inline]
    fn flag(&mut self, value: bool) -> &mut Self {
        self.u8(u8::from(value))
    }

    #[inline]
    fn tag(&mut self, tag: Tag) -> &mut Self {
        self.u32(tag.item).u8(tag.pass)
    }

    fn board_hello(&mut self, hello: &BoardHello) -> u8 {
        self.u32(hello.session).u32(hello.boot).u16(hello.firmware).u16(hello.sensors).u16(hello.outputs);
        self.u32(hello.first).u32(hello.time_ms).u32(hello.count);
        kind::BOARD_HELLO
    }

    fn host_hello(&mut self, hello: &HostHello) -> u8 {
        self.u32(hello.session).u32(hello.resume_boot).u32(hello.next).u16(hello.lease_ms);
        kind::HOST_HELLO
    }

    #[inline]
    fn board(&mut self, telegram: &BoardTelegram) -> u8 {
        match *telegram {
            BoardTelegram::Clock { count, time_ms, speed_cps } => {
                self.u32(count).u32(time_ms).u16(speed_cps);
                kind::CLOCK
            }
            BoardTelegram::Edge { count, sensor, blocked } => {
                self.u32(count).u16(sensor).flag(blocked);
                kind::EDGE
            }
            BoardTelegram::Chute { count, chute, sensor, active } => {
                self.u32(count).u16(chute).u8(chute_sensor_code(sensor)).flag(active);
                kind::CHUTE
            }
            BoardTelegram::Button { count, button, pressed } => {
                self.u32(count).u16(button).flag(pressed);
                kind::BUTTON
            }
            BoardTelegram::Belt { count, motion, estop, guard_open } => {
                self.u32(count).u8(motion_code(motion)).flag(estop).flag(guard_open);
                kind::BELT
            }
            BoardTelegram::Outcome { count, tag, revision, outcome } => {
                self.u32(count).tag(tag).u16(revision).u8(outcome_code(outcome));
                kind::OUTCOME
            }
            BoardTelegram::QueueEntry { query, tag, revision, outcome } => {
                self.u16(query).tag(tag).u16(revision).u8(outcome.map_or(0, outcome_code));
                kind::QUEUE_ENTRY
            }
            BoardTelegram::QueueEnd { query, entries } => {
                self.u16(query).u16(entries);
                kind::QUEUE_END
            }
        }
    }

    fn host(&mut self, telegram: &HostTelegram) -> u8 {
        match *telegram {
            HostTelegram::Fire(fire) => {
                self.tag(fire.tag).u16(fire.revision).u16(fire.output).u32(fire.count);
                self.u16(fire.stroke_ms).u16(fire.speed_min_cps).u16(fire.speed_max_cps);
                kind::FIRE
            }
            HostTelegram::Cancel { tag, revision } => {
                self.tag(tag).u16(revision);
                kind::CANCEL
            }
            HostTelegram::Beat { echo_ms } => {
                self.u32(echo_ms);
                kind::BEAT
            }
            HostTelegram::Lamp { lamp, state } => {
                self.u16(lamp).u8(lamp_code(state));
                kind::LAMP
            }
            HostTelegram::StopRequest { reason } => {
                self.u8(stop_code(reason));
                kind::STOP_REQUEST
            }
            HostTelegram::Permit { induction, allowed } => {
                self.u16(induction).flag(allowed);
                kind::PERMIT
            }
            HostTelegram::QueueQuery { query } => {
                self.u16(query);
                kind::QUEUE_QUERY
            }
            HostTelegram::Load { induction, count } => {
                self.u16(induction).u32(count);
                kind::LOAD
            }
        }
    }
}

/// Reads on past errors, and past the end into the check and the zeros behind it, and remembers the first error, so
/// that the readers of the telegrams stay straight lines. Every payload fits into a frame, so nothing reads beyond that.
struct Reader<'a> {
    raw: &'a [u8; FRAME_MAX],
    at: usize,
    bad: Option<(usize, u8)>,
}

impl Reader<'_> {
    #[inline]
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let bytes = self.raw.get(self.at..).and_then(|rest| rest.first_chunk::<N>());
        self.at += N;
        bytes.copied().unwrap_or([0; N])
    }

    #[inline]
    fn u8(&mut self) -> u8 {
        let [value] = self.take();
        value
    }

    #[inline]
    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    #[inline]
    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    /// A session, boot or sequence number, which is never 0.
    fn number(&mut self) -> u32 {
        let value = self.u32();
        if value == 0 {
            self.bad = self.bad.or(Some((self.at - 4, 0)));
        }
        value
    }

    /// One byte that stands for one of a few values; `otherwise` fills in for what is not allowed.
    #[inline]
    fn coded<T>(&mut self, otherwise: T, meaning: impl FnOnce(u8) -> Option<T>) -> T {
        let code = self.u8();
        meaning(code).unwrap_or_else(|| {
            self.bad = self.bad.or(Some((self.at - 1, code)));
            otherwise
        })
    }

    #[inline]
    fn flag(&mut self) -> bool {
        self.coded(false, |code| match code {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        })
    }

    #[inline]
    fn tag(&mut self) -> Tag {
        Tag { item: self.u32(), pass: self.u8() }
    }

    fn board_hello(&mut self) -> BoardHello {
        BoardHello {
            session: self.u32(),
            boot: self.number(),
            firmware: self.u16(),
            sensors: self.u16(),
            outputs: self.u16(),
            first: self.number(),
            time_ms: self.u32(),
            count: self.u32(),
        }
    }

    fn host_hello(&mut self) -> HostHello {
        HostHello { session: self.number(), resume_boot: self.u32(), next: self.u32(), lease_ms: self.u16() }
    }

    #[inline]
    fn board(&mut self, kind: u8) -> Option<BoardTelegram> {
        Some(match kind {
            kind::CLOCK => BoardTelegram::Clock { count: self.u32(), time_ms: self.u32(), speed_cps: self.u16() },
            kind::EDGE => BoardTelegram::Edge { count: self.u32(), sensor: self.u16(), blocked: self.flag() },
            kind::CHUTE => BoardTelegram::Chute {
                count: self.u32(),
                chute: self.u16(),
                sensor: self.coded(ChuteSensor::Confirm, chute_sensor),
                active: self.flag(),
            },
            kind::BUTTON => BoardTelegram::Button { count: self.u32(), button: self.u16(), pressed: self.flag() },
            kind::BELT => BoardTelegram::Belt {
                count: self.u32(),
                motion: self.coded(BeltMotion::Stopped, motion),
                estop: self.flag(),
                guard_open: self.flag(),
            },
            kind::OUTCOME => BoardTelegram::Outcome {
                count: self.u32(),
                tag: self.tag(),
                revision: self.u16(),
                outcome: self.coded(FireOutcome::Fired, outcome),
            },
            kind::QUEUE_ENTRY => BoardTelegram::QueueEntry {
                query: self.u16(),
                tag: self.tag(),
                revision: self.u16(),
                outcome: self.coded(None, |code| if code == 0 { Some(None) } else { outcome(code).map(Some) }),
            },
            kind::QUEUE_END => BoardTelegram::QueueEnd { query: self.u16(), entries: self.u16() },
            _ => return None,
        })
    }

    #[inline]
    fn host(&mut self, kind: u8) -> Option<HostTelegram> {
        Some(match kind {
            kind::FIRE => HostTelegram::Fire(Fire {
                tag: self.tag(),
                revision: self.u16(),
                output: self.u16(),
                count: self.u32(),
                stroke_ms: self.u16(),
                speed_min_cps: self.u16(),
                speed_max_cps: self.u16(),
            }),
            kind::CANCEL => HostTelegram::Cancel { tag: self.tag(), revision: self.u16() },
            kind::BEAT => HostTelegram::Beat { echo_ms: self.u32() },
            kind::LAMP => HostTelegram::Lamp { lamp: self.u16(), state: self.coded(LampState::Off, lamp) },
            kind::STOP_REQUEST => HostTelegram::StopRequest { reason: self.coded(StopReason::Jam, stop) },
            kind::PERMIT => HostTelegram::Permit { induction: self.u16(), allowed: self.flag() },
            kind::QUEUE_QUERY => HostTelegram::QueueQuery { query: self.u16() },
            kind::LOAD => HostTelegram::Load { induction: self.u16(), count: self.u32() },
            _ => return None,
        })
    }
}

fn chute_sensor_code(sensor: ChuteSensor) -> u8 {
    match sensor {
        ChuteSensor::Confirm => 1,
        ChuteSensor::HalfFull => 2,
        ChuteSensor::Full => 3,
    }
}

fn chute_sensor(code: u8) -> Option<ChuteSensor> {
    [ChuteSensor::Confirm, ChuteSensor::HalfFull, ChuteSensor::Full].into_iter().find(|s| chute_sensor_code(*s) == code)
}

fn motion_code(motion: BeltMotion) -> u8 {
    match motion {
        BeltMotion::Stopped => 0,
        BeltMotion::Ramping => 1,
        BeltMotion::Running => 2,
    }
}

fn motion(code: u8) -> Option<BeltMotion> {
    [BeltMotion::Stopped, BeltMotion::Ramping, BeltMotion::Running].into_iter().find(|m| motion_code(*m) == code)
}

fn outcome_code(outcome: FireOutcome) -> u8 {
    match outcome {
        FireOutcome::Fired => 1,
        FireOutcome::Late => 2,
        FireOutcome::Speed => 3,
        FireOutcome::UnknownOutput => 4,
        FireOutcome::QueueFull => 5,
        FireOutcome::Cancelled => 6,
        FireOutcome::Lease => 7,
    }
}

fn outcome(code: u8) -> Option<FireOutcome> {
    Some(match code {
        1 => FireOutcome::Fired,
        2 => FireOutcome::Late,
        3 => FireOutcome::Speed,
        4 => FireOutcome::UnknownOutput,
        5 => FireOutcome::QueueFull,
        6 => FireOutcome::Cancelled,
        7 => FireOutcome::Lease,
        _ => return None,
    })
}

fn lamp_code(state: LampState) -> u8 {
    match state {
        LampState::Off => 0,
        LampState::On => 1,
        LampState::Blink => 2,
    }
}

fn lamp(code: u8) -> Option<LampState> {
    [LampState::Off, LampState::On, LampState::Blink].into_iter().find(|l| lamp_code(*l) == code)
}

fn stop_code(reason: StopReason) -> u8 {
    match reason {
        StopReason::Jam => 1,
        StopReason::EndOfLineFull => 2,
        StopReason::Operator => 3,
    }
}

fn stop(code: u8) -> Option<StopReason> {
    [StopReason::Jam, StopReason::EndOfLineFull, StopReason::Operator].into_iter().find(|r| stop_code(*r) == code)
}
