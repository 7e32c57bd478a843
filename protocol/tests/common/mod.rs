//! Two ends of the board link on a wire in virtual time, with a medium that loses, doubles and damages frames.

use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_protocol::board::{BoardEnd, BoardEvent, HostEnd, HostEvent, Identity, LinkSettings, Resume};
use std::collections::VecDeque;

/// One millisecond in nanoseconds.
pub(crate) const MS: u64 = 1_000_000;

/// What boards in these tests say of themselves.
pub(crate) const IDENTITY: Identity = Identity { firmware: 7, sensors: 40, outputs: 60 };

/// A small generator, so that a case is one number.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// One direction of the wire: chunks with the time of their arrival, in order.
#[derive(Default)]
pub(crate) struct Wire {
    chunks: VecDeque<(u64, Vec<u8>)>,
    /// Frames in a hundred that meet a fault.
    pub(crate) faults_percent: u64,
    /// True: nothing comes through.
    pub(crate) cut: bool,
}

impl Wire {
    fn carry(&mut self, now: u64, frame: &[u8], dice: &mut Dice) {
        if self.cut {
            return;
        }
        let mut bytes = frame.to_vec();
        if dice.roll(100) < self.faults_percent {
            match dice.roll(6) {
                0 | 1 => return,
                2 => bytes.extend_from_slice(frame),
                3 => flip(&mut bytes, dice),
                4 => drop(bytes.remove(dice.roll(frame.len() as u64) as usize)),
                _ => bytes.insert(dice.roll(frame.len() as u64) as usize, dice.roll(256) as u8),
            }
        }
        let earliest = self.chunks.back().map_or(0, |(at, _)| *at);
        let at = earliest.max(now + MS + dice.roll(3 * MS));
        let cut = dice.roll(bytes.len() as u64 + 1) as usize;
        let rest = bytes.split_off(cut);
        self.chunks.push_back((at, bytes));
        self.chunks.push_back((at + dice.roll(MS), rest));
    }

    fn arrived(&mut self, now: u64) -> Option<Vec<u8>> {
        if self.chunks.front().is_some_and(|(at, _)| *at <= now) {
            return self.chunks.pop_front().map(|(_, bytes)| bytes);
        }
        None
    }
}

fn flip(bytes: &mut [u8], dice: &mut Dice) {
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len() as u64) as usize;
        bytes[at] ^= 1 << dice.roll(8);
    }
}

/// A host, a board and the wires between them.
pub(crate) struct Pair {
    pub(crate) now: u64,
    pub(crate) host: Box<HostEnd>,
    pub(crate) board: Box<BoardEnd>,
    pub(crate) to_host: Wire,
    pub(crate) to_board: Wire,
    pub(crate) host_events: Vec<HostEvent>,
    pub(crate) board_events: Vec<BoardEvent>,
    /// Whether the host acknowledges what it takes.
    pub(crate) durable: bool,
    dice: Dice,
}

impl Pair {
    pub(crate) fn new(seed: u64, settings: LinkSettings) -> Pair {
        Pair {
            now: 0,
            host: Box::new(HostEnd::new(1, None, settings)),
            board: Box::new(BoardEnd::new(100, IDENTITY, settings)),
            to_host: Wire::default(),
            to_board: Wire::default(),
            host_events: Vec::new(),
            board_events: Vec::new(),
            durable: true,
            dice: Dice::new(seed),
        }
    }

    /// A pair that has greeted each other.
    pub(crate) fn up(settings: LinkSettings) -> Pair {
        let mut pair = Pair::new(1, settings);
        pair.run(100 * MS);
        assert!(pair.host.is_up());
        pair.host_events.clear();
        pair.board_events.clear();
        pair
    }

    pub(crate) fn faults(&mut self, percent: u64) {
        self.to_host.faults_percent = percent;
        self.to_board.faults_percent = percent;
    }

    pub(crate) fn cut(&mut self, cut: bool) {
        self.to_host.cut = cut;
        self.to_board.cut = cut;
    }

    /// Another host process takes over.
    pub(crate) fn restart_host(&mut self, session: u32, resume: Option<Resume>, settings: LinkSettings) {
        *self.host = HostEnd::new(session, resume, settings);
    }

    /// The board starts again.
    pub(crate) fn reboot_board(&mut self, boot: u32, settings: LinkSettings) {
        *self.board = BoardEnd::new(boot, IDENTITY, settings);
    }

    pub(crate) fn run(&mut self, for_ns: u64) {
        let end = self.now + for_ns;
        while self.now < end {
            self.step();
        }
    }

    /// A millisecond.
    pub(crate) fn step(&mut self) {
        self.now += MS;
        let Pair { now, host, board, to_host, to_board, host_events, board_events, dice, .. } = self;
        while let Some(bytes) = to_host.arrived(*now) {
            let seen = host_events.len();
            host.receive(*now, &bytes, &mut |event| host_events.push(event));
            if self.durable {
                host_events[seen..].iter().for_each(|event| acknowledge(host, event));
            }
        }
        while let Some(bytes) = to_board.arrived(*now) {
            board.receive(*now, &bytes, &mut |event| board_events.push(event));
        }
        // As in a driver: an end is asked only when it says that it has something to do.
        if host.next_timeout().is_some_and(|at| at <= *now) {
            host.transmit(*now, &mut |frame| to_board.carry(*now, frame, dice));
        }
        if board.next_timeout().is_some_and(|at| at <= *now) {
            board.transmit(*now, &mut |frame| to_host.carry(*now, frame, dice));
        }
        assert!(host.next_timeout().is_none_or(|at| at > *now), "the host has said all that was due");
        assert!(board.next_timeout().is_none_or(|at| at > *now), "the board has said all that was due");
    }

    /// The board telegrams that the host took, with their numbers.
    pub(crate) fn taken_by_host(&self) -> Vec<(u32, BoardTelegram)> {
        let taken = |event: &HostEvent| match *event {
            HostEvent::Telegram { seq, telegram } => Some((seq, telegram)),
            HostEvent::Up { .. } | HostEvent::Lost { .. } => None,
        };
        self.host_events.iter().filter_map(taken).collect()
    }

    /// The host telegrams that the board took.
    pub(crate) fn taken_by_board(&self) -> Vec<HostTelegram> {
        let taken = |event: &BoardEvent| match *event {
            BoardEvent::Telegram { telegram, .. } => Some(telegram),
            BoardEvent::Hello { .. } => None,
        };
        self.board_events.iter().filter_map(taken).collect()
    }

    /// Each time the link came up: boot, first number, resumed.
    pub(crate) fn ups(&self) -> Vec<(u32, u32, bool)> {
        let up = |event: &HostEvent| match *event {
            HostEvent::Up { boot, first, resumed, .. } => Some((boot, first, resumed)),
            HostEvent::Telegram { .. } | HostEvent::Lost { .. } => None,
        };
        self.host_events.iter().filter_map(up).collect()
    }
}

fn acknowledge(host: &mut HostEnd, event: &HostEvent) {
    match *event {
        HostEvent::Telegram { seq, .. } => host.acknowledge(seq),
        HostEvent::Lost { resume, .. } => host.acknowledge(sortie_protocol::board::sequence::previous(resume)),
        HostEvent::Up { .. } => {}
    }
}

/// A telegram that can be told from others.
pub(crate) fn edge(number: u32) -> BoardTelegram {
    BoardTelegram::Edge { count: number, sensor: number as u16, blocked: number.is_multiple_of(2) }
}

/// A telegram that can be told from others.
pub(crate) fn permit(number: u16) -> HostTelegram {
    HostTelegram::Permit { induction: number, allowed: number.is_multiple_of(2) }
}
