//! Puts a world together from its setup.

use super::agenda::{Agenda, Timed, Travelled, short};
use super::feeding::Feeding;
use super::people::Change;
use super::returning::Returning;
use super::ring::Ring;
use super::strikes::Strikes;
use super::wires::{Chunks, Port};
use super::{CLOCK_NS, ChuteAt, HEARTBEAT_NS, Next, ScannerAt, Station, WeigherAt, World};
use crate::board::Board;
use crate::devices::chute::Chute;
use crate::devices::eye::Eye;
use crate::devices::scanner::Scanner;
use crate::devices::weigher::{FRAME_NS, Weigher};
use crate::events::StrikeKind;
use crate::physics::belt::Belt;
use crate::physics::lane::Lane;
use crate::random::{between, stream};
use crate::setup::{ChuteSetup, Parcels, Setup};
use sortie_protocol::board::telegram::LampState;

/// An item is off the belt when its trailing edge is so far beyond the last PEC, µm.
const EXIT: i64 = 300_000;

impl World {
    /// A line with an empty belt that runs, deterministic from its seed. `left` parcels will come.
    pub fn new(setup: Setup, seed: u64, left: u64, parcels: Box<dyn Parcels>) -> Self {
        let stations = stations(&setup);
        let belt = Belt::new(setup.speed, seed);
        let outputs = setup.chutes.iter().map(|chute| chute.output + 1).max().unwrap_or(0);
        let outputs = outputs.saturating_sub(setup.dead_outputs);
        let index = setup.ring.iter().map(|ring| ring.index_sensor);
        let sensors = setup.eyes.iter().map(|eye| eye.sensor).chain(index).max().map_or(0, |last| last + 1);
        let strikes = Strikes::new(seed, &setup.faults);
        let wrap = wrap(&setup, &strikes);
        let count = wrap.map_or(setup.count_start, |travel| count_before(travel / setup.um_per_count));
        let boot = u32::try_from(between(&mut stream(seed, "boot"), 1, 1_000_000)).unwrap_or(1);
        let mut world = Self {
            now: 0,
            told_motion: belt.motion(),
            belt,
            estop: false,
            lane: Lane::new(
                stations.iter().map(|(position, _)| *position).collect(),
                setup.ring.map_or(0, |ring| ring.turn),
            ),
            stations: stations.into_iter().map(|(_, station)| station).collect(),
            eyes: setup.eyes.iter().map(|eye| (Eye::new(eye.sensor, eye.debounce), eye.position)).collect(),
            scanners: scanners(&setup, seed),
            weighers: weighers(&setup),
            chutes: chutes(&setup),
            operators: setup.operators.clone(),
            acknowledge_button: setup.acknowledge,
            people: stream(seed, "people"),
            ports: setup.ports.iter().map(Port::new).collect(),
            board_port: setup.board_port,
            board: Board::new(boot, count, setup.um_per_count, sensors, outputs),
            scan_at: u64::MAX,
            chunks: Chunks::default(),
            times: Agenda::new(),
            travels: Agenda::new(),
            feeding: Feeding::new(seed, setup.traffic.clone(), parcels, setup.speed, left),
            ring: setup.ring.map(|ring| Ring::new(ring, &setup.zones, seed)),
            returning: (setup.return_ns > 0).then(|| Returning::new(setup.return_ns)),
            strikes,
            emptied_at: 0,
            end_pile: 0,
            end_full: false,
            upcoming: Next::Timed,
            upcoming_at: u64::MAX,
            reached_travel: i64::MAX,
            reached_segment: u64::MAX,
            reached_at: u64::MAX,
            changed: Vec::new(),
            energised: Vec::new(),
            infos: setup.ports,
        };
        if let Some(travel) = wrap {
            world.travels.note(travel, Travelled::Strike { kind: StrikeKind::CountWrap, item: 0 });
        }
        world.wind_up();
        world
    }

    fn wind_up(&mut self) {
        self.times.note(self.belt.segment_end(), Timed::Turn);
        self.times.note(CLOCK_NS, Timed::Clock);
        for weigher in (0..self.weighers.len()).filter(|&weigher| self.weighers[weigher].setup.streams) {
            self.times.note(FRAME_NS, Timed::Weigh(short(weigher)));
        }
        for scanner in 0..self.scanners.len() {
            if !self.scanners[scanner].setup.format.heartbeat.is_empty() {
                self.times.note(HEARTBEAT_NS, Timed::Heartbeat(short(scanner)));
            }
        }
        // The controller has two seconds to open its ports and greet the board.
        self.feed_all(self.belt.speed() * 2);
        if let Some(ring) = &self.ring {
            self.travels.note(ring.phase(), Travelled::Index);
        }
        self.look_ahead();
    }
}

/// The travel at which the encoder's counter is to wrap, if it is: about when so many parcels have come.
fn wrap(setup: &Setup, strikes: &Strikes) -> Option<i64> {
    let parcels = i64::try_from(strikes.first(StrikeKind::CountWrap)?).unwrap_or(0);
    let pitch = setup.speed * 3_600 / i64::from(setup.traffic.parcels_per_hour.max(1));
    // On a ring nothing is put before the index sensor has told of carrier 1.
    let travel = setup.speed * 2 + parcels * pitch + setup.ring.map_or(0, |ring| 2 * ring.turn);
    Some(travel / setup.um_per_count * setup.um_per_count)
}

/// The counter so many counts before it wraps.
fn count_before(counts: i64) -> u32 {
    0_u32.wrapping_sub(u32::try_from(counts % (1 << 32)).unwrap_or(0))
}

fn stations(setup: &Setup) -> Vec<(i64, Station)> {
    let eyes = setup.eyes.iter().enumerate().map(|(eye, at)| (at.position, Station::Eye(eye)));
    let scanners = setup.scanners.iter().enumerate().map(|(scanner, at)| (at.position, Station::Scanner(scanner)));
    let weighers =
        setup.weighers.iter().enumerate().flat_map(|(weigher, at)| {
            [(at.start, Station::WeigherStart(weigher)), (at.end, Station::WeigherEnd(weigher))]
        });
    let end = setup.eyes.iter().map(|eye| eye.position).max().unwrap_or(0) + EXIT;
    let end = setup.ring.map_or((end, Station::Exit), |ring| (ring.turn, Station::Seam));
    let mut stations: Vec<_> = eyes.chain(scanners).chain(weighers).chain([end]).collect();
    stations.sort_by_key(|(position, _)| *position);
    stations
}

fn scanners(setup: &Setup, seed: u64) -> Vec<ScannerAt> {
    let mut numbers = stream(seed, "trigger numbers");
    let scanners = setup.scanners.iter().enumerate().map(|(index, at)| ScannerAt {
        device: Scanner::new(at.format.clone(), u32::try_from(between(&mut numbers, 0, 999_999)).unwrap_or(0)),
        setup: at.clone(),
        random: stream(seed, &format!("scanner {index}")),
        late: None,
    });
    scanners.collect()
}

fn weighers(setup: &Setup) -> Vec<WeigherAt> {
    let weighers = setup.weighers.iter();
    weighers.map(|at| WeigherAt { device: Weigher::new(at.dialect), setup: at.clone(), struck: None }).collect()
}

fn chutes(setup: &Setup) -> Vec<ChuteAt> {
    let people = &setup.operators;
    // A container takes half as many pieces again as those from which on somebody wants to change it.
    let capacity = |at: &ChuteSetup| if at.container { people.container_pieces * 3 / 2 } else { people.capacity };
    let chutes = setup.chutes.iter().map(|at| ChuteAt {
        device: Chute::new(at.number, at.position, at.width, at.output, at.stroke_ns, capacity(at)),
        setup: at.clone(),
        called: false,
        absent_until: 0,
        lamp: LampState::Off,
        stuck: false,
        clears_s: None,
        neglected: None,
        change: Change::Idle,
        looks_at: 0,
    });
    chutes.collect()
}
