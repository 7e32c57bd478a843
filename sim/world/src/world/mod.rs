//! One line: belt, items, devices, board and faults, as one sequence of events.
//!
//! A turn of the world takes the earliest of: a crossing of an item, something due at a travel, something due at a
//! time. What follows from it is done at once or noted on an agenda; nothing is polled.

mod agenda;
mod aims;
mod build;
mod chutes;
mod crossings;
mod feeding;
mod people;
mod returning;
mod ring;
mod strikes;
mod struck_belt;
mod struck_beyond;
mod struck_chutes;
mod struck_diverts;
mod struck_items;
mod struck_line;
mod struck_scanners;
mod weighing;
mod wires;

use agenda::{Agenda, Timed, Travelled};
use aims::{on_items, on_the_line};
use feeding::Feeding;
use people::Change;
use returning::Returning;
use ring::Ring;
use strikes::Strikes;
use wires::{Chunks, Port};

use crate::board::{Board, Moment, Report};
use crate::devices::chute::Chute;
use crate::devices::eye::Eye;
use crate::devices::scanner::Scanner;
use crate::devices::weigher::Weigher;
use crate::events::{Physical, Strike};
use crate::physics::belt::Belt;
use crate::physics::lane::{Crossing, Lane};
use crate::setup::{ChuteSetup, Operators, PortInfo, ScannerSetup, WeigherSetup};
use crate::upset::Upset;
use rand_chacha::ChaCha8Rng;
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, HostTelegram, LampState};

/// Where the world says what happens.
pub trait WorldSink {
    /// Bytes reach the host.
    fn to_host(&mut self, at: u64, port: usize, bytes: &[u8]);

    /// A port vanishes, or is back.
    fn port(&mut self, at: u64, port: usize, present: bool);

    /// The controller's process is killed, and comes back after `down_ns`.
    fn kill_controller(&mut self, at: u64, down_ns: u64);

    /// Something happens beyond the line. Says whether there was anything that it could happen to.
    fn upset(&mut self, _at: u64, _upset: &Upset) -> bool {
        false
    }

    /// Something truly happened.
    fn physical(&mut self, at: u64, event: &Physical);

    /// A fault struck.
    fn strike(&mut self, at: u64, strike: &Strike);

    /// The board put a telegram into its numbered stream.
    fn told(&mut self, _at: u64, _number: u32, _telegram: BoardTelegram) {}

    /// The board took a telegram of the host.
    fn obeyed(&mut self, _at: u64, _telegram: &HostTelegram) {}

    /// The board took an order to fire an output at a count.
    fn ordered(&mut self, _output: u16, _count: u32) {}

    /// So many pieces lie in a chute now.
    fn filled(&mut self, _at: u64, _chute: u16, _pieces: u32) {}

    /// The host has acknowledged every telegram up to this number.
    fn acknowledged(&mut self, _at: u64, _number: u32) {}

    /// True if time must not go on before the host has had its say on what it was told.
    fn pauses(&self) -> bool {
        false
    }
}

const CLOCK_NS: u64 = 20_000_000;
const SCAN_NS: u64 = 1_000_000;
const HEARTBEAT_NS: u64 = 10_000_000_000;
/// The controller may settle its books this long after the last item has left.
const SETTLE_NS: u64 = 3_000_000_000;

/// What stands at a position of the belt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Station {
    Eye(usize),
    Scanner(usize),
    WeigherStart(usize),
    WeigherEnd(usize),
    Exit,
    /// Where a ring is closed.
    Seam,
}

/// A scanner with its place.
struct ScannerAt {
    setup: ScannerSetup,
    device: Scanner,
    random: ChaCha8Rng,
    /// Its next result comes late.
    late: Option<Strike>,
}

/// A weigher with its place.
struct WeigherAt {
    setup: WeigherSetup,
    device: Weigher,
    /// What has struck it and has not spoilt any item's weight yet.
    struck: Option<Strike>,
}

/// A chute with its people.
struct ChuteAt {
    setup: ChuteSetup,
    device: Chute,
    /// An operator has been called and has not come yet.
    called: bool,
    /// Nobody comes before this time.
    absent_until: u64,
    /// What its lamp shows.
    lamp: LampState,
    /// Something lies before its confirm eye.
    stuck: bool,
    /// What gets stuck next is taken away after so long, s.
    clears_s: Option<u64>,
    /// Nobody comes for long, and it has not become full since.
    neglected: Option<Strike>,
    /// Where the change of its container stands.
    change: Change,
    /// Who changes it does the next thing then.
    looks_at: u64,
}

/// One simulated line.
pub struct World {
    now: u64,
    belt: Belt,
    told_motion: BeltMotion,
    estop: bool,
    lane: Lane,
    stations: Vec<Station>,
    eyes: Vec<(Eye, i64)>,
    scanners: Vec<ScannerAt>,
    weighers: Vec<WeigherAt>,
    chutes: Vec<ChuteAt>,
    operators: Operators,
    acknowledge_button: Option<u16>,
    people: ChaCha8Rng,
    infos: Vec<PortInfo>,
    ports: Vec<Port>,
    board_port: usize,
    board: Board,
    /// When the board scans next; `u64::MAX` for not before it has a reason to.
    scan_at: u64,
    chunks: Chunks,
    times: Agenda<u64, Timed>,
    travels: Agenda<i64, Travelled>,
    feeding: Feeding,
    ring: Option<Ring>,
    returning: Option<Returning>,
    strikes: Strikes,
    emptied_at: u64,
    /// Items that lie at the end of line, and whether that is full.
    end_pile: u32,
    end_full: bool,
    /// What is next, as [`World::look_ahead`] last found it, and when; `u64::MAX` for never.
    upcoming: Next,
    upcoming_at: u64,
    /// The travel of what comes next by travel, `i64::MAX` if nothing does; the belt segment for which the time was
    /// computed at which it is reached, and that time, `u64::MAX` for never.
    reached_travel: i64,
    reached_segment: u64,
    reached_at: u64,
    changed: Vec<Crossing>,
    energised: Vec<u16>,
}

/// What is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Crossing,
    Travelled,
    Timed,
    Scan,
}

impl World {
    /// The serial ports, in the order of `[[port]]`.
    pub fn ports(&self) -> &[PortInfo] {
        &self.infos
    }

    /// Virtual time of the next event, ns. A line always has one: its clocks tick for ever.
    pub fn next_event_at(&self) -> Option<u64> {
        (self.upcoming_at != u64::MAX).then_some(self.upcoming_at)
    }

    /// Lets everything happen that is due at or before `to`, in order. Says how far it came: to `to`, unless the sink
    /// paused.
    pub fn advance(&mut self, to: u64, sink: &mut impl WorldSink) -> u64 {
        while self.upcoming_at <= to && self.upcoming_at != u64::MAX {
            if self.upcoming_at > self.now {
                if sink.pauses() {
                    return self.now;
                }
                self.now = self.upcoming_at;
            }
            match self.upcoming {
                Next::Crossing => {
                    let travel = self.reached_travel;
                    if let Some(crossing) = self.lane.take(travel) {
                        self.crossed(crossing, travel, sink);
                    }
                }
                Next::Travelled => {
                    let travel = self.reached_travel;
                    if let Some(event) = self.travels.take() {
                        self.travelled(event, travel, sink);
                    }
                }
                Next::Scan => {
                    self.scan_at = u64::MAX;
                    let moment = self.moment();
                    self.scan(moment, sink);
                }
                Next::Timed => {
                    if let Some(event) = self.times.take() {
                        self.timed(event, sink);
                    }
                }
            }
            self.look_ahead();
        }
        if !sink.pauses() {
            self.now = self.now.max(to);
        }
        self.now
    }

    /// True once every parcel has come and gone, and the controller has had time to settle its books.
    pub fn finished(&self) -> bool {
        self.feeding.left == 0 && self.riding() == 0 && self.now >= self.emptied_at + SETTLE_NS
    }

    /// Bytes sent on a port so far: to the host, and to the line.
    pub fn bytes(&self, port: usize) -> (u64, u64) {
        self.ports.get(port).map_or((0, 0), |port| (port.to_host.bytes, port.to_line.bytes))
    }

    /// Good frames that the board has given to its wire so far.
    pub fn board_frames(&self) -> u64 {
        self.board.frames_sent()
    }

    /// Index of the board's port.
    pub fn board_port(&self) -> usize {
        self.board_port
    }

    /// Items on the belt, at the inductions of a ring on their way to it, and on a return conveyor.
    pub fn riding(&self) -> usize {
        self.on_belt() + self.ring.as_ref().map_or(0, Ring::coming)
    }

    /// Items that lie on the belt, or on the conveyor that brings them back to it.
    pub fn on_belt(&self) -> usize {
        self.lane.riding() + self.returning()
    }

    /// Encoder count now, as the board counts.
    pub fn count(&self) -> u32 {
        self.board.count(self.belt.travel_at(self.now))
    }

    /// Belt speed now, µm/s.
    pub fn speed(&self) -> i64 {
        self.belt.speed()
    }

    /// Finds what is next.
    #[inline]
    fn look_ahead(&mut self) {
        let crossing = self.lane.next_travel().unwrap_or(i64::MAX);
        let noted = self.travels.next().unwrap_or(i64::MAX);
        let (travel, next) = if noted < crossing { (noted, Next::Travelled) } else { (crossing, Next::Crossing) };
        (self.upcoming, self.upcoming_at) = (Next::Timed, self.times.next().unwrap_or(u64::MAX));
        // A scan sees all that has come at its very instant.
        if self.scan_at < self.upcoming_at {
            (self.upcoming, self.upcoming_at) = (Next::Scan, self.scan_at);
        }
        let at = self.reached_at(travel);
        if at.max(self.now) <= self.upcoming_at && at != u64::MAX {
            (self.upcoming, self.upcoming_at) = (next, at.max(self.now));
        }
    }

    /// When the belt reaches a travel; `u64::MAX` for never. The same travel is asked for again and again while time
    /// passes, and a division of 64 bits is dear.
    #[inline]
    fn reached_at(&mut self, travel: i64) -> u64 {
        let segment = self.belt.segment();
        if self.reached_travel != travel || self.reached_segment != segment {
            (self.reached_travel, self.reached_segment) = (travel, segment);
            let reached = if travel == i64::MAX { None } else { self.belt.time_at(travel) };
            self.reached_at = reached.unwrap_or(u64::MAX);
        }
        self.reached_at
    }

    #[inline]
    fn moment(&mut self) -> Moment {
        self.board.moment(self.now, self.belt.travel_at(self.now), self.belt.speed())
    }

    /// What seldom comes is marked `inline(never)`, so that the busy ways through a turn lie close together.
    fn timed(&mut self, event: Timed, sink: &mut impl WorldSink) {
        match event {
            Timed::Turn => self.turn_belt(),
            Timed::Clock => self.clock(sink),
            Timed::Weigh(weigher) => self.weigh(weigher.into(), sink),
            Timed::Heartbeat(scanner) => self.heartbeat(scanner.into(), sink),
            Timed::ToHost { port, chunk, plug } => self.at_host(port.into(), chunk, plug, sink),
            Timed::ToLine { port, chunk, plug } => self.at_line(port.into(), chunk, plug, sink),
            Timed::Stroke(chute) => self.stroke(chute.into(), sink),
            Timed::Stray { chute, kind } => self.stray(chute.into(), kind, sink),
            Timed::Unstick(eye) => self.unstick(eye.into(), sink),
            Timed::Weighs(weigher) => self.weighs_again(weigher.into(), sink),
            Timed::Confirm { chute, breaks } => self.confirm(chute.into(), breaks),
            Timed::Empty(chute) => self.empty(chute.into(), sink),
            Timed::Change(chute) => self.change(chute.into(), sink),
            Timed::Stuck(chute) => self.stuck(chute.into(), sink),
            Timed::Clear(chute) => self.clear(chute.into(), sink),
            Timed::Acknowledge => self.acknowledge(),
            Timed::Release(button) => self.release(button),
            Timed::People => self.people(sink),
            Timed::GoOn => self.go_on(sink),
            Timed::EndCleared => self.end_cleared(sink),
            Timed::PlugIn(port) => self.plug(port.into(), true, sink),
            Timed::BoardUp => self.board_up(sink),
            Timed::Strike(kind) => self.strike_line(kind, sink),
        }
    }

    fn travelled(&mut self, event: Travelled, travel: i64, sink: &mut impl WorldSink) {
        match event {
            Travelled::Feed(zone) => self.feed(zone, travel, sink),
            Travelled::Load(zone) => self.load(zone.into(), travel, sink),
            Travelled::Index => self.index(travel, sink),
            Travelled::IndexAgain => self.index_again(travel, sink),
            Travelled::Settle(eye) => self.settle(eye.into(), travel),
            Travelled::Close(scanner) => self.close(scanner.into(), travel, sink),
            Travelled::Hole { eye, opens } => {
                let eye = usize::from(eye);
                let due = self.eyes[eye].0.hole(travel, opens);
                self.note_settle(eye, due);
            }
            Travelled::Dazzle { eye, on } => {
                let eye = usize::from(eye);
                let due = self.eyes[eye].0.dazzle(travel, on);
                self.note_settle(eye, due);
            }
            Travelled::Strike { kind, item } => self.strike_item(kind, item, travel, sink),
            Travelled::Pulses => self.pulses_again(travel, sink),
        }
    }

    fn turn_belt(&mut self) {
        if self.now < self.belt.segment_end() {
            return;
        }
        self.belt.turn(self.now);
        self.times.note(self.belt.segment_end(), Timed::Turn);
        self.tell_motion();
    }

    /// Tells the state of the belt if it has changed.
    #[inline]
    fn tell_motion(&mut self) {
        let motion = self.belt.motion();
        if motion != self.told_motion {
            self.told_motion = motion;
            self.tell_belt();
        }
    }

    #[inline(never)]
    fn tell_belt(&mut self) {
        let moment = self.moment();
        self.board.belt(moment, self.belt.motion(), self.estop);
        self.scan_soon();
    }

    /// Tells a host how things stand, as far as it cannot know.
    fn report(&mut self) {
        let report = self.board.take_report();
        if report >= Report::Belt {
            self.tell_belt();
        }
        if report == Report::Everything {
            self.tell_chutes();
        }
    }

    fn clock(&mut self, sink: &mut impl WorldSink) {
        let moment = self.moment();
        self.board.clock(moment);
        self.times.note(self.now + CLOCK_NS, Timed::Clock);
        self.scan_at = u64::MAX;
        self.scan(moment, sink);
    }

    /// The board looks at everything at its next millisecond.
    #[inline]
    fn scan_soon(&mut self) {
        self.scan_by(self.now);
    }

    /// Bytes have come to the board. Orders are looked at with the next scan; beats alone can wait for the link.
    #[inline]
    fn heed(&mut self) {
        if self.board.has_orders() {
            self.scan_soon();
        } else if let Some(at) = self.board.next_timeout().filter(|&at| at < self.now + CLOCK_NS) {
            self.scan_by(at);
        }
    }

    #[inline]
    fn scan_by(&mut self, at: u64) {
        let at = at.max(self.now + 1);
        if at <= self.scan_at.saturating_sub(SCAN_NS) {
            self.scan_at = at.div_ceil(SCAN_NS) * SCAN_NS;
        }
    }

    fn scan(&mut self, moment: Moment, sink: &mut impl WorldSink) {
        let chunk = self.chunks.begin();
        self.board.scan(moment, &mut self.energised, self.chunks.bytes(chunk));
        self.send(self.now, self.board_port, chunk, &[], sink);
        let now = self.now;
        self.board.take_obeyed(&mut |telegram| sink.obeyed(now, telegram));
        self.board.take_told(&mut |number, telegram| sink.told(now, number, telegram));
        if let Some(number) = self.board.take_acknowledged() {
            sink.acknowledged(self.now, number);
        }
        while let Some((output, count)) = self.board.take_aim() {
            sink.ordered(output, count);
            self.aimed(output, count, moment.travel, sink);
        }
        while let Some((lamp, state)) = self.board.take_lamp() {
            self.lamp(lamp, state, sink);
        }
        if !self.energised.is_empty() {
            self.energise_all(sink);
        }
        self.report();
        if self.board.take_stop_request() {
            self.controlled_stop(sink);
        }
        self.plan_scan(moment);
    }

    #[inline]
    fn plan_scan(&mut self, moment: Moment) {
        // The clock's own scan, at the latest 20 ms from here, plans anew with the speed of that moment.
        let clock = self.now + CLOCK_NS;
        let actuation = self.board.next_actuation(moment).filter(|travel| self.belt.reaches(*travel, clock));
        let actuation = actuation.and_then(|travel| self.belt.time_at(travel)).unwrap_or(u64::MAX);
        let next = actuation.min(self.board.next_timeout().unwrap_or(u64::MAX));
        if next < clock {
            self.scan_by(next);
        }
    }

    #[inline(never)]
    fn heartbeat(&mut self, scanner: usize, sink: &mut impl WorldSink) {
        self.times.note(self.now + HEARTBEAT_NS, Timed::Heartbeat(agenda::short(scanner)));
        let text = self.chunks.begin();
        self.scanners[scanner].device.heartbeat(self.chunks.bytes(text));
        let port = self.scanners[scanner].setup.port;
        self.send(self.now, port, text, &[], sink);
    }
}
