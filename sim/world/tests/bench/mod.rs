//! A short line with a host that is only as clever as its test: it greets, acknowledges, beats, and fires when told.

use sortie_protocol::board::telegram::{BoardTelegram, Fire, HostTelegram, Tag};
use sortie_protocol::board::{HostEnd, HostEvent, LinkSettings};
use sortie_world::devices::scanner::ScannerFormat;
use sortie_world::devices::weigher::WeigherDialect;
use sortie_world::events::{Physical, Strike};
use sortie_world::setup::{
    ChuteSetup, EyeSetup, Faults, Operators, Parcels, PortInfo, ScannerSetup, Setup, Traffic, WeigherSetup,
};
use sortie_world::upset::Upset;
use sortie_world::{World, WorldSink};

pub(crate) const UM_PER_COUNT: i64 = 1237;
const MS: u64 = 1_000_000;

/// Records that number consecutively; every third is an S10, every fifth has an SSCC too.
pub(crate) struct Records;

impl Parcels for Records {
    fn count(&self) -> u32 {
        1_000_000
    }

    fn nth(&self, nth: u64) -> u32 {
        nth as u32
    }

    fn plates(&self, parcel: u32, plate: &mut dyn FnMut(&str)) {
        if parcel.is_multiple_of(3) {
            plate("RB123456785GB");
        } else {
            plate(&format!("LP{parcel:015}"));
        }
        if parcel.is_multiple_of(5) {
            plate("280606423387880180");
        }
    }
}

fn port(role: &str) -> PortInfo {
    PortInfo { role: role.into(), baud: 115_200, bits: 10, parity: role == "scale", latency_ms: 1 }
}

pub(crate) fn setup(faults: Faults) -> Setup {
    let eye = |(sensor, mm): (u16, i64)| EyeSetup { sensor, position: mm * 1000, debounce: 20_000 };
    let scanner = |(port, mm): (usize, i64)| ScannerSetup {
        port,
        position: mm * 1000,
        format: ScannerFormat::of_dialect("sick-clv").expect("a dialect of ours"),
        read_jitter_ns: 25 * MS,
        read_permille: 900,
    };
    let chute = |(number, mm): (u16, i64)| ChuteSetup {
        number,
        position: mm * 1000,
        width: 120_000,
        output: number - 1,
        stroke_ns: 60 * MS,
        confirm: (50_000, 1_500_000),
        lamp: Some(number),
        button: Some(number),
        container: false,
    };
    Setup {
        um_per_count: UM_PER_COUNT,
        speed: 2_500_000,
        count_start: u32::MAX - 20_000,
        ports: ["board", "scanner-1", "scanner-2", "scale"].map(port).to_vec(),
        board_port: 0,
        eyes: [(0, 0), (1, 3_000), (2, 8_000), (3, 12_000)].map(eye).to_vec(),
        ring: None,
        zones: Vec::new(),
        return_ns: 0,
        scanners: [(1, 1_000), (2, 1_300)].map(scanner).to_vec(),
        weighers: vec![WeigherSetup {
            port: 3,
            start: 1_500_000,
            end: 2_900_000,
            dialect: WeigherDialect::ToledoContinuous { tare: true, checksum: true },
            streams: true,
        }],
        chutes: [(1, 6_000), (2, 10_000)].map(chute).to_vec(),
        dead_outputs: 0,
        acknowledge: Some(0),
        traffic: Traffic::default(),
        operators: Operators { empty_max_s: 20, ..Operators::default() },
        faults,
    }
}

/// Everything that was heard of the line.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) hash: u64,
    pub(crate) physical: Vec<(u64, Physical)>,
    pub(crate) strikes: Vec<Strike>,
    pub(crate) told: Vec<(u64, BoardTelegram)>,
    pub(crate) texts: Vec<Vec<u8>>,
    pub(crate) ups: Vec<(u32, bool)>,
    pub(crate) kills: u32,
    pub(crate) plugs: u32,
    pending: Vec<(u64, Vec<u8>)>,
    reopened: bool,
}

impl Heard {
    fn mix(&mut self, at: u64, bytes: &[u8]) {
        for byte in at.to_le_bytes().iter().chain(bytes) {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

impl WorldSink for Heard {
    fn to_host(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.mix(at, bytes);
        if port == 0 {
            self.pending.push((at, bytes.to_vec()));
        } else {
            self.texts.push(bytes.to_vec());
        }
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        self.mix(at, b"port");
        self.plugs += 1;
        self.reopened |= port == 0 && present;
    }

    fn kill_controller(&mut self, at: u64, _down_ns: u64) {
        self.mix(at, b"kill");
        self.kills += 1;
    }

    fn upset(&mut self, at: u64, upset: &Upset) -> bool {
        self.mix(at, format!("{upset:?}").as_bytes());
        true
    }

    fn physical(&mut self, at: u64, event: &Physical) {
        self.mix(at, event.to_string().as_bytes());
        self.physical.push((at, *event));
    }

    fn strike(&mut self, at: u64, strike: &Strike) {
        self.mix(at, strike.to_string().as_bytes());
        self.strikes.push(*strike);
    }
}

/// A line and its host.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) heard: Heard,
    host: HostEnd,
    pub(crate) beats: bool,
    /// Fires every item that the entry PEC reports into chute 1 and 2 by turns.
    pub(crate) sorts: bool,
    next_tag: u32,
    entered: Option<u32>,
    clock_ms: u32,
    beat_at: u64,
    now: u64,
}

impl Bench {
    pub(crate) fn new(setup: Setup, seed: u64, parcels: u64) -> Self {
        Self {
            world: World::new(setup, seed, parcels, Box::new(Records)),
            heard: Heard::default(),
            host: HostEnd::new(77, None, LinkSettings::default()),
            beats: true,
            sorts: false,
            next_tag: 1,
            entered: None,
            clock_ms: 0,
            beat_at: 0,
            now: 0,
        }
    }

    pub(crate) fn run(&mut self, to: u64) {
        while self.now < to && !self.world.finished() {
            let next = [self.world.next_event_at(), self.host.next_timeout(), Some(self.beat_at)];
            self.now = next.into_iter().flatten().min().unwrap_or(to).max(self.now + 1_000);
            self.world.advance(self.now, &mut self.heard);
            self.hear();
            if self.now >= self.beat_at {
                self.beat_at = self.now + 20 * MS;
                if self.beats && self.host.is_up() {
                    let _ = self.host.send(HostTelegram::Beat { echo_ms: self.clock_ms });
                }
            }
            let mut out = Vec::new();
            self.host.transmit(self.now, &mut |frame| out.extend_from_slice(frame));
            self.world.from_host(self.now, 0, &out);
        }
    }

    pub(crate) fn run_for(&mut self, ns: u64) {
        self.run(self.now + ns);
    }

    /// The host says something.
    pub(crate) fn tell(&mut self, telegram: HostTelegram) {
        let _ = self.host.send(telegram);
    }

    pub(crate) fn fire(&mut self, output: u16, count: u32) -> Tag {
        let tag = Tag { item: self.next_tag, pass: 1 };
        self.next_tag += 1;
        let fire = Fire { tag, revision: 1, output, count, stroke_ms: 60, speed_min_cps: 1_800, speed_max_cps: 2_200 };
        self.tell(HostTelegram::Fire(fire));
        tag
    }

    fn hear(&mut self) {
        if std::mem::take(&mut self.heard.reopened) {
            self.host.reopened();
        }
        for (at, bytes) in std::mem::take(&mut self.heard.pending) {
            let mut events = Vec::new();
            self.host.receive(at, &bytes, &mut |event| events.push(event));
            for event in events {
                match event {
                    HostEvent::Up { boot, resumed, .. } => self.heard.ups.push((boot, resumed)),
                    HostEvent::Telegram { seq, telegram } => {
                        self.host.acknowledge(seq);
                        self.telegram(at, telegram);
                    }
                    HostEvent::Lost { .. } => {}
                }
            }
        }
    }

    fn telegram(&mut self, at: u64, telegram: BoardTelegram) {
        self.heard.told.push((at, telegram));
        if let BoardTelegram::Clock { time_ms, .. } = telegram {
            self.clock_ms = time_ms;
        }
        let BoardTelegram::Edge { count, sensor: 0, blocked } = telegram else { return };
        if blocked {
            self.entered = Some(count);
        } else if let Some(lead) = self.entered.take().filter(|_| self.sorts) {
            let middle = lead.wrapping_add(count.wrapping_sub(lead) / 2);
            let (output, mm) = if self.next_tag.is_multiple_of(2) { (0, 6_000) } else { (1, 10_000) };
            self.fire(output, middle.wrapping_add(counts(mm)));
        }
    }
}

/// A distance in mm as counts.
pub(crate) fn counts(mm: i64) -> u32 {
    (mm * 1000 / UM_PER_COUNT) as u32
}
