//! A small line in virtual time for the stories: items that move exactly, and a board that fires exactly.
#![allow(dead_code, reason = "each story uses its own part of the bench")]

pub(crate) mod reading;
mod records;
pub(crate) mod ring;

pub(crate) use records::*;

use sortie_core::input::{Input, Read, ReadCode};
use sortie_core::line::{Chute, Line, Pec, PecKind, Ring, Scanner};
use sortie_core::output::{
    Alarm, ChuteStatus, Decision, DoubtCause, IgnoredRead, Outlet, Output, Reason, Record, Refusal, Sighting,
};
use sortie_core::plan::{ChuteRule, ContainerKind, ExceptionOutlets, FlightChutes, Plan};
use sortie_core::records::{
    CodeText, ContainerId, Customs, FlightKey, FlightOrder, FlightRecord, HoldRecord, Mode, NO_PRODUCT, Order,
    OrderRecord, ParcelKey, ParcelRecord, Person, Security, Traffic,
};
use sortie_core::{Core, Outputs};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, ChuteSensor, Fire, FireOutcome, HostTelegram, Tag};

/// One count is one millimetre; at 2.5 m/s a millisecond is 2.5 counts.
pub(crate) const UM: i64 = 1000;
const COUNTS_PER_TICK: u64 = 50;
const TICK_NS: u64 = 20_000_000;

pub(crate) fn line() -> Line {
    let pec = |sensor, mm: i64, kind| Pec { sensor, position_um: mm * UM, kind };
    let chute = |number: u16, mm: i64| Chute {
        number,
        position_um: mm * UM,
        output: number - 1,
        stroke_ms: 60,
        divert_width_um: 120 * UM,
        confirm_min_um: 50 * UM,
        confirm_max_um: 1500 * UM,
        lamp: None,
    };
    Line {
        um_per_count: 1000,
        speed_mm_s: 2500,
        speed_max_mm_s: 2600,
        speed_min_mm_s: 2300,
        item_min_um: 80 * UM,
        item_max_um: 1200 * UM,
        gap_min_um: 90 * UM,
        clearance_um: 15 * UM,
        window_base_um: 8 * UM,
        inner_permille: 6,
        outer_permille: 12,
        length_tolerance_um: 20 * UM,
        stop_slip_um: 10 * UM,
        view_um: 400 * UM,
        link_latency_ms: 5,
        lead_ms: 150,
        send_ahead_um: 1500 * UM,
        suspect_k: 8,
        suspect_n: 12,
        pecs: vec![
            pec(0, 0, PecKind::Entry),
            pec(1, 4000, PecKind::Belt),
            pec(2, 9000, PecKind::Belt),
            pec(3, 14_000, PecKind::EndOfLine),
        ],
        scanners: vec![
            Scanner { trigger_um: 1500 * UM, numbered: true, read_jitter_ms: 25 },
            Scanner { trigger_um: 1600 * UM, numbered: false, read_jitter_ms: 25 },
        ],
        weighers: vec![],
        chutes: vec![chute(1, 6500), chute(2, 7500), chute(3, 11_000), chute(4, 12_500)],
        buttons: vec![],
        inductions: vec![1],
        announce_ms: 10_000,
        return_passes_max: 0,
        parcels_max: 1000,
        ring: None,
    }
}

/// True if something that came onto the belt at place 0 and has gone so far since is at a place, on a ring at last.
fn is_at(line: &Line, gone_mm: i64, at_mm: i64) -> bool {
    match &line.ring {
        Some(ring) => gone_mm >= at_mm && (gone_mm - at_mm) % (ring.length_um() / UM) == 0,
        None => gone_mm == at_mm,
    }
}

/// A physical item on the bench's belt.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    /// Position of the leading edge at count 0 of the bench, millimetres (negative: upstream of the entry).
    pub(crate) start_mm: i64,
    pub(crate) length_mm: i64,
    pub(crate) plate: Option<&'static str>,
    /// It was put onto the belt here; no device upstream has seen it.
    pub(crate) from_mm: i64,
    /// Taken off the belt at this lead position.
    pub(crate) vanishes_at_mm: Option<i64>,
    /// A fire does not move it.
    pub(crate) sticks: bool,
    /// No confirm tells of its discharge.
    pub(crate) silent: bool,
    pub(crate) gone_at: Option<u64>,
    pub(crate) chute: Option<u16>,
}

pub(crate) fn thing(start_mm: i64, length_mm: i64, plate: &'static str) -> Thing {
    Thing {
        start_mm: -start_mm,
        length_mm,
        plate: (!plate.is_empty()).then_some(plate),
        from_mm: i64::MIN,
        vanishes_at_mm: None,
        sticks: false,
        silent: false,
        gone_at: None,
        chute: None,
    }
}

#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) line: Line,
    pub(crate) core: Core,
    pub(crate) outputs: Outputs,
    pub(crate) log: Vec<Record>,
    pub(crate) commands: Vec<(u64, HostTelegram)>,
    pub(crate) things: Vec<Thing>,
    pub(crate) count: u64,
    pub(crate) base: u32,
    pub(crate) seq: u32,
    pub(crate) triggers: u32,
    /// Gates that the numbered scanners of a further tunnel have counted.
    pub(crate) further_triggers: u32,
    queue: Vec<Fire>,
    /// What it has fired.
    fired: Vec<Tag>,
    cancelled: Vec<Fire>,
    pub(crate) board_fires: bool,
    /// Counts between two clock telegrams; 1 where a story is about exact counts.
    pub(crate) clock_every: u64,
    /// Counts between a fire and its confirm edge, which is told with the outcome; `None`: the story tells it.
    pub(crate) confirm_after: Option<u32>,
    /// How much later than usual the host hears of what happens now.
    pub(crate) late_ms: u64,
    /// What the board's clock shows at count 0; it wraps.
    pub(crate) board_ms: u32,
}

impl Bench {
    pub(crate) fn new(things: Vec<Thing>) -> Self {
        Self::on(line(), things)
    }

    /// Two leaders bring the scanners into step, and then come the things of the story. Every count is told.
    pub(crate) fn story(story: Vec<Thing>) -> Self {
        Self::story_on(line(), story)
    }

    pub(crate) fn story_on(line: Line, story: Vec<Thing>) -> Self {
        let mut things = vec![thing(10, 300, "LEADER1"), thing(1010, 300, "LEADER2")];
        things.extend(story);
        let mut bench = Self::on(line, things);
        bench.clock_every = 1;
        for plate in ["AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD"] {
            bench.parcel(plate, if plate < "CCCCCC" { "JFK" } else { "ORD" });
        }
        bench
    }

    pub(crate) fn on(line: Line, things: Vec<Thing>) -> Self {
        let mut bench = Self {
            core: Core::new(&line),
            line,
            outputs: Outputs::new(),
            log: Vec::new(),
            commands: Vec::new(),
            things,
            count: 0,
            base: u32::MAX - 3000,
            seq: 1,
            triggers: 41,
            further_triggers: 910,
            queue: Vec::new(),
            fired: Vec::new(),
            cancelled: Vec::new(),
            board_fires: true,
            clock_every: COUNTS_PER_TICK,
            confirm_after: Some(60),
            late_ms: 0,
            board_ms: 0,
        };
        bench.input(Input::Plan(Box::new(plan())));
        bench.input(Input::Started);
        bench.input(Input::LinkUp { boot: 7, resumed: false, new_session: true, time_ms: None });
        bench.board(BoardTelegram::QueueEnd { query: 1, entries: 0 });
        bench.input(Input::Utc { utc_ms: 1_000_000 });
        bench.input(Input::ScannerPort { scanner: 0, open: true });
        bench.input(Input::ScannerPort { scanner: 1, open: true });
        bench.input(Input::Flight(flight("JFK")));
        bench.input(Input::Flight(flight("ORD")));
        bench.board(BoardTelegram::Belt {
            count: bench.base,
            motion: BeltMotion::Running,
            estop: false,
            guard_open: false,
        });
        bench
    }

    pub(crate) fn now(&self) -> u64 {
        // The telegrams of a count reach the host 3 ms after it.
        self.count * TICK_NS / COUNTS_PER_TICK + 3_000_000 + self.late_ms * 1_000_000
    }

    pub(crate) fn input(&mut self, input: Input) {
        let at = self.now();
        self.core.step(at, &input, &mut self.outputs);
        for output in self.outputs.as_slice() {
            match output {
                Output::Board(command) => {
                    self.commands.push((self.count, *command));
                    match *command {
                        HostTelegram::Fire(fire) => {
                            assert!(!self.fired.contains(&fire.tag), "S5: {fire:?} was fired before");
                            self.queue.retain(|queued| queued.tag != fire.tag);
                            self.queue.push(fire);
                        }
                        HostTelegram::Cancel { tag, .. } => {
                            self.cancelled.extend(self.queue.iter().filter(|queued| queued.tag == tag));
                            self.queue.retain(|queued| queued.tag != tag);
                        }
                        HostTelegram::Beat { .. }
                        | HostTelegram::Lamp { .. }
                        | HostTelegram::StopRequest { .. }
                        | HostTelegram::Permit { .. }
                        | HostTelegram::Load { .. }
                        | HostTelegram::QueueQuery { .. } => {}
                    }
                }
                Output::Record(record) => self.log.push(record.clone()),
            }
        }
    }

    pub(crate) fn board(&mut self, telegram: BoardTelegram) {
        let seq = self.seq;
        self.seq += 1;
        self.input(Input::Board { seq, telegram });
    }

    pub(crate) fn wire(&self) -> u32 {
        self.base.wrapping_add(self.count as u32)
    }

    pub(crate) fn parcel(&mut self, plate: &str, to: &str) {
        self.input(Input::Parcel(parcel(plate, to)));
    }

    /// Lets the belt travel, count by count.
    pub(crate) fn travel(&mut self, counts: u64) {
        for _ in 0..counts {
            self.count += 1;
            self.pecs();
            self.scanners();
            self.fires();
            if self.count.is_multiple_of(self.clock_every) {
                self.clock();
            }
        }
    }

    pub(crate) fn board_time_ms(&self) -> u32 {
        self.board_ms.wrapping_add((self.count * 20 / COUNTS_PER_TICK) as u32)
    }

    /// The board tells its clock, count and speed.
    pub(crate) fn clock(&mut self) {
        let time_ms = self.board_time_ms();
        self.board(BoardTelegram::Clock { count: self.wire(), time_ms, speed_cps: 2500 });
    }

    /// Travels until the thing's leading edge is at a place.
    pub(crate) fn travel_to(&mut self, thing: usize, mm: i64) {
        let lead = self.things[thing].start_mm + self.count as i64;
        self.travel((mm - lead).max(0) as u64);
    }

    fn pecs(&mut self) {
        let mut edges = Vec::new();
        for thing in self.things.iter_mut().filter(|thing| thing.gone_at.is_none()) {
            let lead = thing.start_mm + self.count as i64;
            if thing.vanishes_at_mm.is_some_and(|mm| lead >= mm) {
                thing.gone_at = Some(self.count);
                continue;
            }
            for pec in &self.line.pecs {
                let at = pec.position_um / UM;
                if is_at(&self.line, lead, at) && lead >= thing.from_mm {
                    edges.push((pec.sensor, true));
                }
                if is_at(&self.line, lead - thing.length_mm, at) && lead - thing.length_mm >= thing.from_mm {
                    edges.push((pec.sensor, false));
                }
            }
        }
        for (sensor, blocked) in edges {
            let count = self.wire();
            self.board(BoardTelegram::Edge { count, sensor, blocked });
        }
    }

    fn scanners(&mut self) {
        let mut reads = Vec::new();
        for thing in self.things.iter().filter(|thing| thing.gone_at.is_none()) {
            let tail = thing.start_mm + self.count as i64 - thing.length_mm;
            for (index, scanner) in self.line.scanners.iter().enumerate() {
                // The result comes 10 ms after the gate's close.
                if is_at(&self.line, tail, scanner.trigger_um / UM + 25) && tail >= thing.from_mm {
                    reads.push((index as u8, scanner.numbered, thing.plate));
                }
            }
        }
        for (scanner, numbered, plate) in reads {
            let count = if scanner < 2 { &mut self.triggers } else { &mut self.further_triggers };
            *count += u32::from(numbered);
            let trigger = numbered.then_some(*count);
            self.read(scanner, trigger, plate);
        }
    }

    pub(crate) fn read(&mut self, scanner: u8, trigger: Option<u32>, plate: Option<&str>) {
        let mut codes = heapless::Vec::new();
        if let Some(plate) = plate {
            let _ = codes.push(ReadCode { plate: true, text: text(plate) });
        }
        self.input(Input::Read(Read { scanner, trigger, codes, dropped: 0, incomplete: false }));
    }

    fn fires(&mut self) {
        if !self.board_fires {
            return;
        }
        let count = self.wire();
        for fire in std::mem::take(&mut self.cancelled) {
            self.board(outcome(count, fire.tag, fire.revision, FireOutcome::Cancelled));
        }
        let due: Vec<Fire> = self.queue.iter().filter(|fire| fire.count == count).copied().collect();
        self.queue.retain(|fire| fire.count != count);
        for fire in due {
            self.fired.push(fire.tag);
            self.board(outcome(count, fire.tag, fire.revision, FireOutcome::Fired));
            let chute = self.line.chutes.iter().find(|chute| chute.output == fire.output).copied().expect("a chute");
            let now = self.count;
            let place = chute.position_um / UM;
            let turn = self.line.ring.as_ref().map_or(i64::MAX, Ring::length_um) / UM;
            let hit = self.things.iter_mut().find(|thing| {
                let lead = (thing.start_mm + now as i64) % turn;
                thing.gone_at.is_none() && lead >= place && lead - thing.length_mm <= place && !thing.sticks
            });
            if let Some(hit) = hit {
                hit.gone_at = Some(now);
                hit.chute = Some(chute.number);
                if let Some(after) = self.confirm_after.filter(|_| !hit.silent) {
                    self.confirm(chute.number, count.wrapping_add(after));
                }
            }
        }
    }

    /// Something passes the confirm PEC of a chute.
    pub(crate) fn confirm(&mut self, chute: u16, count: u32) {
        for active in [true, false] {
            self.board(BoardTelegram::Chute { count, chute, sensor: ChuteSensor::Confirm, active });
        }
    }

    /// A sensor of a chute turns, just now.
    pub(crate) fn sensor(&mut self, chute: u16, sensor: ChuteSensor, active: bool) {
        let count = self.wire();
        self.board(BoardTelegram::Chute { count, chute, sensor, active });
    }

    /// The belt drive or the safety circuit changed, just now.
    pub(crate) fn motion(&mut self, motion: BeltMotion, estop: bool) {
        let count = self.wire();
        self.board(BoardTelegram::Belt { count, motion, estop, guard_open: false });
    }

    /// An edge of a belt PEC that no thing of the bench makes, just now.
    pub(crate) fn edge(&mut self, sensor: u16, blocked: bool) {
        let count = self.wire();
        self.board(BoardTelegram::Edge { count, sensor, blocked });
    }

    /// Travels until the core's count is this.
    pub(crate) fn travel_until(&mut self, count: u64) {
        self.travel(count.checked_sub(self.core.count()).expect("still to come"));
    }

    /// The core's count of an item's birth.
    pub(crate) fn born(&self, item: u32) -> u64 {
        let birth = |record: &Record| {
            let Record::Born { item: born, count } = record else { return None };
            (*born == item).then_some(*count)
        };
        self.log.iter().find_map(birth).expect("it was born")
    }

    /// How an item was recognised at the belt PECs, and how far from where it was expected.
    pub(crate) fn sightings(&self, item: u32) -> Vec<(Sighting, i32)> {
        let sighted = |record: &Record| {
            let Record::Sighted { item: seen, how, error, .. } = record else { return None };
            (*seen == item).then_some((*how, *error))
        };
        self.log.iter().filter_map(sighted).collect()
    }

    /// Doubts that arose: item and cause.
    pub(crate) fn doubts(&self) -> Vec<(u32, DoubtCause)> {
        self.doubts_at().into_iter().map(|(item, why, _)| (item, why)).collect()
    }

    /// Doubts that arose: item, cause and count.
    pub(crate) fn doubts_at(&self) -> Vec<(u32, DoubtCause, u64)> {
        let doubt = |record: &Record| {
            let Record::Doubt { item, why, count } = record else { return None };
            Some((*item, *why, *count))
        };
        self.log.iter().filter_map(doubt).collect()
    }

    /// The fires that were sent for an item: the bench's count then, and the fire.
    pub(crate) fn fires_sent(&self, item: u32) -> Vec<(u64, Fire)> {
        let fire = |(count, command): &(u64, HostTelegram)| {
            let HostTelegram::Fire(fire) = command else { return None };
            (fire.tag.item == item).then_some((*count, *fire))
        };
        self.commands.iter().filter_map(fire).collect()
    }

    /// The items whose fires were cancelled, and the revisions.
    pub(crate) fn cancels(&self) -> Vec<(u32, u16)> {
        let cancel = |(_, command): &(u64, HostTelegram)| {
            let HostTelegram::Cancel { tag, revision } = command else { return None };
            Some((tag.item, *revision))
        };
        self.commands.iter().filter_map(cancel).collect()
    }

    pub(crate) fn alarms(&self) -> Vec<(Alarm, bool)> {
        let alarm = |record: &Record| {
            let Record::Alarm { alarm, raised } = record else { return None };
            Some((*alarm, *raised))
        };
        self.log.iter().filter_map(alarm).collect()
    }

    /// Puts the bench's plan into use with a change.
    pub(crate) fn plan(&mut self, change: impl FnOnce(&mut Plan)) {
        let mut plan = plan();
        change(&mut plan);
        self.input(Input::Plan(Box::new(plan)));
    }

    /// What became of containers, one line each.
    pub(crate) fn containers(&self) -> Vec<String> {
        let name = |id: &[u8]| String::from_utf8(id.to_vec()).expect("ASCII");
        let line = |record: &Record| {
            Some(if let Record::ContainerOpened { container, chute, id } = record {
                format!("{container} open at {chute} as '{}'", name(id))
            } else if let Record::ContainerClosing { container, chute, why } = record {
                format!("{container} closing at {chute}: {why:?}")
            } else if let Record::ContainerClosed { container, chute, pieces, unconfirmed, weight_g } = record {
                format!("{container} closed at {chute}: {pieces}+{unconfirmed}, {weight_g} g")
            } else {
                return None;
            })
        };
        self.log.iter().filter_map(line).collect()
    }

    /// What was refused.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        let refusal = |record: &Record| {
            let Record::Refused(refusal) = record else { return None };
            Some(refusal.clone())
        };
        self.log.iter().filter_map(refusal).collect()
    }

    /// Code and outlet of an item's newest decision.
    pub(crate) fn decided(&self, item: u32) -> (Reason, Outlet) {
        let decision = self.last_decision(item);
        (decision.code, decision.outlet)
    }

    /// The states that a chute was told to be in.
    pub(crate) fn states(&self, chute: u16) -> Vec<ChuteStatus> {
        let state = |record: &Record| {
            let Record::ChuteChanged { chute: changed, state } = record else { return None };
            (*changed == chute).then_some(*state)
        };
        self.log.iter().filter_map(state).collect()
    }

    pub(crate) fn ignored(&self) -> Vec<(u8, IgnoredRead)> {
        let ignored = |record: &Record| {
            let Record::ReadIgnored { scanner, why } = record else { return None };
            Some((*scanner, *why))
        };
        self.log.iter().filter_map(ignored).collect()
    }

    pub(crate) fn decisions(&self) -> Vec<&Decision> {
        let mut decided = Vec::new();
        for record in &self.log {
            if let Record::Decided(decision) = record {
                decided.push(decision);
            }
        }
        decided
    }

    pub(crate) fn last_decision(&self, item: u32) -> &Decision {
        self.decisions().into_iter().rev().find(|decision| decision.item == item).expect("a decision")
    }

    pub(crate) fn chute_of(&self, thing: usize) -> Option<u16> {
        self.things[thing].chute
    }
}
