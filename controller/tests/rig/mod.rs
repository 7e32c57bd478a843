//! A small line in virtual time, for tests: one scanner, one chute, three PECs, and a board that answers.
#![allow(dead_code, reason = "each test file uses its own part of the rig")]

use sortie_controller::engine::{Engine, Release};
use sortie_controller::journal::{Journal, JournalError};
use sortie_controller::port::{Order, OrderKind};
use sortie_core::input::{Input, Read, ReadCode};
use sortie_core::line::{Chute, Line, Pec, PecKind, Scanner};
use sortie_core::output::{Output, Record};
use sortie_core::plan::{FlightChutes, Plan};
use sortie_core::records::{
    CodeText, Customs, FlightKey, FlightOrder, FlightRecord, Mode, NO_PRODUCT, ParcelKey, ParcelRecord, Security,
    Traffic, destination,
};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, ChuteSensor, FireOutcome, HostTelegram};
use std::collections::BTreeMap;

const MS: u64 = 1_000_000;
/// Start of the scripted day, UTC milliseconds.
pub(crate) const UTC_MS: i64 = 1_795_456_800_000;

/// 9 m of belt at 2.5 m/s, 1 mm a count: scanner at 1 m, PEC at 3 m, chute 1 at 5 m, end at 9 m.
pub(crate) fn line() -> Line {
    let pec = |sensor, position_mm: i64, kind| Pec { sensor, position_um: position_mm * 1000, kind };
    Line {
        um_per_count: 1000,
        speed_mm_s: 2500,
        speed_max_mm_s: 2600,
        speed_min_mm_s: 2300,
        item_min_um: 80_000,
        item_max_um: 1_200_000,
        gap_min_um: 90_000,
        clearance_um: 15_000,
        window_base_um: 8_000,
        inner_permille: 6,
        outer_permille: 12,
        length_tolerance_um: 40_000,
        stop_slip_um: 10_000,
        view_um: 400_000,
        link_latency_ms: 10,
        lead_ms: 150,
        send_ahead_um: 1_500_000,
        suspect_k: 8,
        suspect_n: 12,
        pecs: vec![pec(0, 0, PecKind::Entry), pec(1, 3000, PecKind::Belt), pec(2, 9000, PecKind::EndOfLine)],
        scanners: vec![Scanner { trigger_um: 1_000_000, numbered: false, read_jitter_ms: 25 }],
        weighers: Vec::new(),
        chutes: vec![Chute {
            number: 1,
            position_um: 5_000_000,
            output: 0,
            stroke_ms: 60,
            divert_width_um: 120_000,
            confirm_min_um: 50_000,
            confirm_max_um: 1_500_000,
            lamp: None,
        }],
        buttons: Vec::new(),
        inductions: vec![1],
        announce_ms: 10_000,
        return_passes_max: 0,
        parcels_max: 1000,
        ring: None,
    }
}

pub(crate) fn flight() -> FlightKey {
    "3V4711/2026-11-23/LGG".parse().expect("a flight key")
}

pub(crate) fn plate(number: u32) -> CodeText {
    CodeText::from_slice(format!("LP{number:015}").as_bytes()).expect("a short plate")
}

pub(crate) fn parcel(number: u32) -> ParcelRecord {
    ParcelRecord {
        key: ParcelKey::from_slice(format!("P{number}").as_bytes()).expect("a short key"),
        plates: [plate(number)].into_iter().collect(),
        destination: destination("JFK").expect("an airport"),
        flight: Some(flight()),
        may_move: false,
        customs: Customs::Released,
        security: Security::Screened,
        product: NO_PRODUCT,
        handling: heapless::Vec::new(),
        declared_g: 0,
        declared_mm: [0; 3],
    }
}

/// What the engine let out.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) orders: Vec<(u64, u64, Order)>,
    pub(crate) records: Vec<(u64, Record)>,
    pub(crate) durable: u64,
    pub(crate) failures: u32,
    pub(crate) emptied: u32,
    /// Fires and lamps that were released before the input that caused them was durable.
    pub(crate) early_fires: u32,
    /// How often entries became durable.
    pub(crate) syncs: u32,
    /// Acknowledgements of telegrams that were not durable.
    pub(crate) early_acknowledgements: u32,
    /// Number of the input that the newest board telegram became, by the telegram's number.
    telegrams: Vec<(u32, u64)>,
}

impl Release for Heard {
    fn order(&mut self, at: u64, cause: u64, order: Order) {
        let waits = matches!(order.what, OrderKind::Command(HostTelegram::Fire(_) | HostTelegram::Lamp { .. }));
        if waits && cause > self.durable {
            self.early_fires += 1;
        }
        if let OrderKind::Acknowledge(seq) = order.what {
            let input = self.telegrams.iter().rfind(|(telegram, _)| *telegram == seq).map(|(_, input)| *input);
            self.early_acknowledgements += u32::from(input.is_none_or(|input| input > self.durable));
        }
        self.orders.push((at, cause, order));
    }

    fn taken(&mut self, _at: u64, number: u64, input: &Input, _encoded: &[u8]) {
        if let Input::Board { seq, .. } = input {
            self.telegrams.push((*seq, number));
        }
    }

    fn said(&mut self, at: u64, _cause: u64, output: &Output, _encoded: &[u8]) {
        if let Output::Record(record) = output {
            self.records.push((at, record.clone()));
        }
    }

    fn durable(&mut self, _at: u64, number: u64) {
        self.durable = number;
        self.syncs += 1;
    }

    fn journal_failed(&mut self, _at: u64, _error: &JournalError) {
        self.failures += 1;
    }

    fn emptied(&mut self, _at: u64) {
        self.emptied += 1;
    }
}

impl Heard {
    pub(crate) fn fires(&self) -> usize {
        let fire = |order: &&(u64, u64, Order)| matches!(order.2.what, OrderKind::Command(HostTelegram::Fire(_)));
        self.orders.iter().filter(fire).count()
    }

    pub(crate) fn beats(&self) -> usize {
        let beat = |order: &&(u64, u64, Order)| matches!(order.2.what, OrderKind::Command(HostTelegram::Beat { .. }));
        self.orders.iter().filter(beat).count()
    }

    pub(crate) fn acknowledged(&self) -> Option<u32> {
        self.orders.iter().rev().find_map(|(_, _, order)| match order.what {
            OrderKind::Acknowledge(seq) => Some(seq),
            OrderKind::Command(_) => None,
        })
    }

    pub(crate) fn confirmed(&self) -> usize {
        self.records.iter().filter(|(_, record)| matches!(record, Record::Confirmed { .. })).count()
    }
}

/// Feeds an engine with what a line and its board would say.
pub(crate) struct Rig {
    pub(crate) heard: Heard,
    pub(crate) now: u64,
    script: BTreeMap<(u64, u64), Scripted>,
    scripted: u64,
    seq: u32,
    answered: usize,
}

enum Scripted {
    Input(Input),
    Board(BoardTelegram),
    Clock,
}

impl Rig {
    /// A rig that starts at `now` with the link coming up.
    pub(crate) fn new(now: u64, resumed: bool, seq: u32) -> Self {
        Self::at_utc(now, resumed, seq, UTC_MS)
    }

    /// The same, on another day.
    pub(crate) fn at_utc(now: u64, resumed: bool, seq: u32, utc_ms: i64) -> Self {
        let mut rig = Self { heard: Heard::default(), now, script: BTreeMap::new(), scripted: 0, seq, answered: 0 };
        rig.input(now, Input::Started);
        rig.input(now, Input::Utc { utc_ms });
        rig.input(now, Input::LinkUp { boot: 7, resumed, new_session: true, time_ms: None });
        rig.put(now + MS, Scripted::Clock);
        rig
    }

    /// Plan, flight and parcels, as the files would bring them; and a running belt.
    pub(crate) fn feed(&mut self, parcels: u32) {
        self.feed_with(parcels, flight_record());
    }

    /// The same with another flight record.
    pub(crate) fn feed_with(&mut self, parcels: u32, flight: FlightRecord) {
        let now = self.now;
        self.input(now, Input::Flight(flight));
        self.input(now, Input::Plan(Box::new(plan())));
        for number in 0..parcels {
            self.input(now, Input::Parcel(parcel(number)));
        }
        let motion =
            BoardTelegram::Belt { count: count(now), motion: BeltMotion::Running, estop: false, guard_open: false };
        self.put(now, Scripted::Board(motion));
    }

    /// An item of 400 mm with the plate of parcel `number` enters `after_ms` from now.
    pub(crate) fn induct(&mut self, after_ms: u64, number: u32) {
        self.induct_with(after_ms, &[number]);
    }

    /// The same with the plates of several parcels.
    pub(crate) fn induct_with(&mut self, after_ms: u64, numbers: &[u32]) {
        let start = self.now + after_ms * MS;
        for (sensor, position_mm) in [(0, 0), (1, 3000)] {
            for (mm, blocked) in [(position_mm, true), (position_mm + 400, false)] {
                let at = start + travel(mm);
                self.put(at, Scripted::Board(BoardTelegram::Edge { count: count(at), sensor, blocked }));
            }
        }
        let read = Read {
            scanner: 0,
            trigger: None,
            codes: numbers.iter().map(|number| ReadCode { plate: true, text: plate(*number) }).collect(),
            dropped: 0,
            incomplete: false,
        };
        self.input(start + travel(1400) + 5 * MS, Input::Read(read));
    }

    /// Runs the engine for `ms` of virtual time.
    pub(crate) fn run<J: Journal>(&mut self, engine: &mut Engine<J>, ms: u64) {
        let end = self.now + ms * MS;
        loop {
            let next = self.script.keys().next().map_or(end, |key| key.0);
            let timeout = engine.next_timeout().unwrap_or(end);
            let at = next.min(timeout).max(self.now);
            if at >= end {
                break;
            }
            self.now = at;
            while let Some(entry) = self.script.first_entry().filter(|entry| entry.key().0 <= at) {
                let input = entry.remove();
                let input = self.said(input);
                engine.take(at, &input, &mut self.heard);
            }
            engine.finish(at, &mut self.heard);
            self.answer();
        }
        self.now = end;
    }

    pub(crate) fn input(&mut self, at: u64, input: Input) {
        self.put(at, Scripted::Input(input));
    }

    fn put(&mut self, at: u64, scripted: Scripted) {
        self.scripted += 1;
        self.script.insert((at, self.scripted), scripted);
    }

    fn said(&mut self, scripted: Scripted) -> Input {
        let telegram = match scripted {
            Scripted::Input(input) => return input,
            Scripted::Board(telegram) => telegram,
            Scripted::Clock => {
                self.put(self.now + 20 * MS, Scripted::Clock);
                let time_ms = u32::try_from(self.now / MS).expect("a short test");
                BoardTelegram::Clock { count: count(self.now), time_ms, speed_cps: 2500 }
            }
        };
        self.seq += 1;
        Input::Board { seq: self.seq, telegram }
    }

    /// The board does what it is told.
    fn answer(&mut self) {
        let orders: Vec<Order> = self.heard.orders[self.answered..].iter().map(|(_, _, order)| *order).collect();
        self.answered = self.heard.orders.len();
        for order in orders {
            if let OrderKind::Command(HostTelegram::QueueQuery { query }) = order.what {
                self.put(self.now + MS, Scripted::Board(BoardTelegram::QueueEnd { query, entries: 0 }));
            } else if let OrderKind::Command(HostTelegram::Fire(fire)) = order.what {
                let at = u64::from(fire.count) * MS * 2 / 5;
                let ended = BoardTelegram::Outcome {
                    count: fire.count,
                    tag: fire.tag,
                    revision: fire.revision,
                    outcome: FireOutcome::Fired,
                };
                self.put(at, Scripted::Board(ended));
                for (later, active) in [(250, true), (400, false)] {
                    let at = at + later * MS;
                    let sensor = ChuteSensor::Confirm;
                    self.put(at, Scripted::Board(BoardTelegram::Chute { count: count(at), chute: 1, sensor, active }));
                }
            }
        }
    }
}

pub(crate) fn flight_record() -> FlightRecord {
    FlightRecord {
        key: flight(),
        mode: Mode::Air,
        traffic: Traffic::Export,
        destination: destination("JFK").expect("an airport"),
        opens_utc_ms: UTC_MS - 3_600_000,
        cutoff_utc_ms: UTC_MS + 3_600_000,
        departs_utc_ms: UTC_MS + 7_200_000,
        order: FlightOrder::Planned,
        expected: 0,
        capacity_pieces: 0,
        capacity_g: 0,
        handling: heapless::Vec::new(),
    }
}

pub(crate) fn plan() -> Plan {
    Plan {
        flights: vec![FlightChutes {
            flight: flight(),
            chutes: [1].into_iter().collect(),
            overflow: heapless::Vec::new(),
        }],
        ..Plan::empty(3)
    }
}

/// Encoder count at a time: 2.5 counts a millisecond.
pub(crate) fn count(at: u64) -> u32 {
    u32::try_from(at * 5 / (2 * MS)).expect("a short test")
}

/// Nanoseconds that the belt needs for so many millimetres.
fn travel(mm: u64) -> u64 {
    mm * MS * 2 / 5
}
