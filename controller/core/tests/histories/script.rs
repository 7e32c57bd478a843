//! Random histories: what happens in an hour of a hub, squeezed into 200 events.

use crate::belt::{Act, Load};
use crate::model::{CHUTES, Flight, Parcel, Plan, What, Word};
use sortie_protocol::board::telegram::FireOutcome;
use std::rc::Rc;

/// How long a full sensor is active until the chute counts as full, in nanoseconds.
pub(crate) const FULL_DELAY_NS: u64 = 500_000_000;
/// How long a confirm sensor is blocked until that is a jam, in nanoseconds.
pub(crate) const JAM_BLOCKED_NS: u64 = 2_000_000_000;
/// Events of one history.
pub(crate) const EVENTS: usize = 200;
/// Places to which there are flights; and one to which there is none.
const PLACES: [Word; 4] = ["JFK", "ORD", "CVG", "XXX"];
const HANDLING: [Word; 3] = ["ELI", "CAO", "PER"];
const PRODUCTS: [Word; 3] = ["ECO", "EXP", "VAL"];
const CUSTOMS: [Word; 6] = ["CUS", "assessing", "HLD", "RFS", "INS", "DNL"];
const TRAFFIC: [Word; 3] = ["export", "import", "transit"];

/// A small generator of numbers: SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.roll() % most as u64) as usize
    }

    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + (self.roll() % (most - least + 1) as u64) as i64
    }

    fn percent(&mut self, share: u64) -> bool {
        self.roll() % 100 < share
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// Some of a list, each with a share in percent.
    fn some<T: Clone>(&mut self, list: &[T], share: u64) -> Vec<T> {
        list.iter().filter(|_| self.percent(share)).cloned().collect()
    }
}

/// The writer of one history: what it has said so far.
struct Writer {
    dice: Dice,
    acts: Vec<Act>,
    utc: i64,
    flights: Vec<Flight>,
    parcels: Vec<Parcel>,
    plan: Plan,
    plans: u32,
    put: usize,
    /// Chutes whose mark or sensor is on.
    on: Vec<(u16, Word)>,
}

/// One history.
pub(crate) fn history(seed: u64) -> Vec<Act> {
    let mut writer = Writer {
        dice: Dice(seed),
        acts: Vec::new(),
        utc: 1_000_000_000,
        flights: Vec::new(),
        parcels: Vec::new(),
        plan: Plan::default(),
        plans: 0,
        put: 0,
        on: Vec::new(),
    };
    writer.begin();
    for _ in 0..EVENTS {
        let counts = if writer.dice.percent(20) { writer.dice.between(1, 20) } else { writer.dice.between(20, 260) };
        writer.acts.push(Act::Travel(counts));
        writer.event();
    }
    writer.acts.push(Act::Travel(12_000));
    writer.acts
}

impl Writer {
    fn say(&mut self, what: What) {
        self.acts.push(Act::Say(what));
    }

    /// A clock, flights, a plan, and two things that bring the scanner into step.
    fn begin(&mut self) {
        self.say(What::Utc(self.utc));
        for number in 0..self.dice.between(5, 9) {
            let flight = self.flight(format!("3V{}/2026-11-24/LGG", 4701 + number));
            self.flights.push(flight.clone());
            self.say(What::Flight(Rc::new(flight)));
        }
        self.new_plan(None);
        for _ in 0..2 {
            self.acts.push(Act::Put(Load { gap: 500, length: 300, ..Load::default() }));
        }
    }

    fn flight(&mut self, key: String) -> Flight {
        let dice = &mut self.dice;
        let opens = self.utc + if dice.percent(75) { -1_000 } else { dice.between(10, 600) * 1000 };
        let cutoff = opens.max(self.utc) + dice.between(200, 4_000) * 1000;
        let limited = dice.percent(25);
        Flight {
            key,
            to: dice.of(&PLACES[..3]),
            traffic: dice.of(&["export", "export", "import", "transit"]),
            opens,
            cutoff,
            departs: cutoff + dice.between(5, 20) * 10_000,
            order: "planned",
            capacity_pieces: if limited { dice.between(1, 6) } else { 0 },
            capacity_g: if limited && dice.percent(50) { dice.between(500, 6000) } else { 0 },
            handling: dice.some(&HANDLING, 70),
        }
    }

    fn new_plan(&mut self, from: Option<i64>) {
        self.plans += 1;
        let flights = self.flights.iter().map(|flight| flight.key.clone()).collect::<Vec<_>>();
        let dice = &mut self.dice;
        let chutes: Vec<u16> = (1..=CHUTES.len() as u16).collect();
        let codes = ["NRD", "MRD", "DUP", "NDT", "SEC", "DNL", "RFS", "INS", "HLD", "CUS", "OVW", "OVS", "WMM", "NWT"];
        let more = ["SHC", "NFL", "ERL", "LAT", "CNX", "FUL", "JAM", "LCK", "DIS", "NCT", "RAT", "SHG", "RCX"];
        let mut exceptions = Vec::new();
        for code in codes.into_iter().chain(more) {
            let outlets =
                if dice.percent(70) { (0..dice.between(1, 3)).map(|_| dice.of(&chutes)).collect() } else { vec![] };
            exceptions.push((code, outlets));
        }
        let mut served = Vec::new();
        for key in flights {
            let own: Vec<u16> =
                (0..if dice.percent(25) { 1 } else { dice.between(3, 7) }).map(|_| dice.of(&chutes)).collect();
            let mut own = own;
            own.sort_unstable();
            own.dedup();
            let overflow = if dice.percent(40) { vec![dice.of(&chutes)] } else { vec![] };
            if dice.percent(97) {
                served.push((key, own, overflow));
            }
        }
        let mut most = Vec::new();
        let mut per_minute = Vec::new();
        for chute in &chutes {
            let limits = [(dice.between(1, 4), 8), (dice.between(800, 6_000), 5), (dice.between(300, 1_500), 5)];
            most.push((*chute, limits.map(|(most, share)| if dice.percent(share) { most } else { 0 })));
            per_minute.extend(dice.percent(20).then(|| (*chute, dice.between(1, 3) as usize)));
        }
        let (containers, disabled) = (dice.some(&chutes, 8), dice.some(&chutes, 3));
        self.plan = Plan {
            version: self.plans,
            from,
            full_delay_ns: FULL_DELAY_NS,
            after_full: 2,
            reserve_ahead: 1_500,
            jam_blocked_ns: JAM_BLOCKED_NS,
            jam_unconfirmed: 2,
            weight_max: 2_000,
            size_max: [600, 400, 300],
            tolerance_g: 50,
            tolerance_permille: 100,
            products: vec![("EXP", 60_000, false), ("VAL", -60_000, true)],
            boarding: TRAFFIC.map(|traffic| boarding(dice, traffic)).to_vec(),
            flights: served,
            exceptions,
            most,
            per_minute,
            containers,
            disabled,
        };
        self.say(What::Plan(Rc::new(self.plan.clone())));
    }

    fn parcel(&mut self, key: String) -> Parcel {
        let last = self.parcels.last().map_or(PLACES[0], |parcel| parcel.to);
        let to = match self.dice.below(40) {
            0 => PLACES[3],
            1..18 => last,
            _ => self.dice.of(&PLACES[..3]),
        };
        let unknown = "3V4799/2026-11-24/LGG".to_owned();
        let near: Vec<String> = self.flights.iter().filter(|it| it.to == to).map(|it| it.key.clone()).collect();
        let dice = &mut self.dice;
        let booked = match dice.below(40) {
            0 => Some(unknown),
            1..=18 if !near.is_empty() => Some(dice.of(&near)),
            _ => None,
        };
        Parcel {
            plates: vec![format!("P{key}")],
            labels: Vec::new(),
            key,
            to,
            booked,
            may_move: dice.percent(50),
            customs: if dice.percent(88) { "released" } else { dice.of(&CUSTOMS) },
            security: if dice.percent(96) { "screened" } else { dice.of(&["not screened", "alarm"]) },
            product: if dice.percent(60) { "" } else { dice.of(&PRODUCTS) },
            handling: dice.some(&HANDLING, 8),
            declared_g: if dice.percent(40) { dice.between(100, 2_050) } else { 0 },
            declared_mm: if dice.percent(20) {
                [dice.between(290, 303), dice.between(100, 302), dice.between(100, 606)]
            } else {
                [0; 3]
            },
        }
    }

    /// A thing with its labels, most often those of a new parcel.
    fn put(&mut self) {
        let mut labels = Vec::new();
        let mut grams = None;
        self.put += 1;
        let fresh = format!("{:03}", self.put);
        match self.dice.below(100) {
            0..3 => {}
            3..6 => labels.push(format!("P{fresh}")),
            6..9 if !self.parcels.is_empty() => labels.push(self.recent().plates[0].clone()),
            9..12 if !self.parcels.is_empty() => {
                labels.push(self.recent().plates[0].clone());
                labels.push(self.recent().plates[0].clone());
            }
            _ => {
                let parcel = self.parcel(fresh.clone());
                labels.push(parcel.plates[0].clone());
                grams = Some(if parcel.declared_g == 0 {
                    self.dice.between(100, 2_080)
                } else {
                    self.near(parcel.declared_g)
                });
                self.parcels.push(parcel.clone());
                self.say(What::Parcel(Rc::new(parcel)));
            }
        }
        self.put_labelled(labels, grams);
        // Another one for the same flight, so close behind that one divert cannot take both.
        if let Some(mut parcel) = self.parcels.last().filter(|_| self.dice.percent(30)).cloned() {
            self.put += 1;
            parcel.key = format!("{:03}", self.put);
            parcel.plates = vec![format!("P{}", parcel.key)];
            let labels = parcel.plates.clone();
            self.parcels.push(parcel.clone());
            self.say(What::Parcel(Rc::new(parcel)));
            let (gap, length) = (self.dice.between(90, 110), self.dice.between(80, 160));
            self.acts.push(Act::Put(Load { gap, length, labels, ..Load::default() }));
        }
    }

    fn put_labelled(&mut self, labels: Vec<String>, grams: Option<i64>) {
        let dice = &mut self.dice;
        let length = match dice.below(100) {
            0..4 => dice.between(621, 700),
            4..12 => dice.between(595, 620),
            12..45 => dice.between(80, 180),
            _ => dice.between(200, 450),
        };
        let gap = match dice.below(100) {
            0..4 => dice.between(40, 89),
            4..40 => dice.between(90, 150),
            _ => dice.between(150, 800),
        };
        let load = Load {
            gap,
            length,
            labels,
            grams: grams.filter(|_| dice.percent(75)),
            sticks: dice.percent(2),
            unconfirmed: dice.percent(8),
            vanishes_at: dice.percent(2).then(|| dice.between(0, 4) * 1800 + 700 + dice.between(620, 1100)),
        };
        self.acts.push(Act::Put(load));
    }

    /// Close to what the shipper declared, and sometimes just beyond what is tolerated.
    fn near(&mut self, declared: i64) -> i64 {
        let most = (declared / 10).max(50);
        let off = if self.dice.percent(20) { most + self.dice.between(-1, 1) } else { self.dice.between(0, most) };
        if self.dice.percent(50) { declared + off } else { (declared - off).max(1) }
    }

    fn recent(&mut self) -> Parcel {
        let from = self.parcels.len().saturating_sub(12);
        self.dice.of(&self.parcels[from..])
    }

    fn event(&mut self) {
        match self.dice.below(100) {
            24..34 => self.utc(),
            34..45 => self.change_flight(),
            45..48 => self.change_plan(),
            48..59 if !self.parcels.is_empty() => self.hold(),
            59..63 if !self.parcels.is_empty() => self.change_parcel(),
            63..68 => self.toggle("full"),
            68..71 => self.toggle("half-full"),
            71..74 => self.toggle("confirm"),
            74..78 => self.toggle("locked"),
            78..81 => self.toggle("disabled"),
            81..83 => {
                let chute = self.chute();
                self.say(What::ClearJam(chute));
            }
            83..87 => {
                let (chute, closes) = (self.chute(), self.dice.percent(40));
                self.say(What::Chute(chute, "container", closes));
            }
            87..89 => {
                let how = [FireOutcome::Late, FireOutcome::Speed, FireOutcome::Lease];
                self.acts.push(Act::Refuse(self.dice.of(&how)));
            }
            89 if self.dice.percent(30) => self.fail_the_journal(),
            90 if self.dice.percent(12) => self.acts.push(Act::EventsLost),
            91 if self.dice.percent(12) => self.acts.push(Act::EncoderReset),
            92 if self.dice.percent(50) => self.say(What::Acknowledge),
            93 if !self.parcels.is_empty() => {
                let plate = self.recent().plates[0].clone();
                self.acts.push(Act::Announce(plate));
            }
            _ => self.put(),
        }
    }

    fn fail_the_journal(&mut self) {
        self.say(What::JournalFailed(true));
        self.acts.push(Act::Travel(60));
        self.say(What::JournalFailed(false));
    }

    fn chute(&mut self) -> u16 {
        self.dice.between(1, CHUTES.len() as i64) as u16
    }

    /// Sensors and marks go on and off; most often what is on goes off.
    fn toggle(&mut self, what: Word) {
        let on: Vec<u16> = self.on.iter().filter(|(_, of)| *of == what).map(|(chute, _)| *chute).collect();
        let chute = if !on.is_empty() && self.dice.percent(70) { self.dice.of(&on) } else { self.chute() };
        let was = on.contains(&chute);
        self.on.retain(|entry| *entry != (chute, what));
        self.on.extend((!was).then_some((chute, what)));
        let sensor = ["full", "half-full", "confirm"].contains(&what);
        self.say(if sensor { What::Sensor(chute, what, !was) } else { What::Chute(chute, what, !was) });
    }

    fn utc(&mut self) {
        if self.dice.percent(12) {
            let back = self.utc - self.dice.between(1, 100) * 1000;
            self.say(What::Utc(back));
            return;
        }
        // Often exactly to, just before or just after a time that means something.
        let times: Vec<i64> = self
            .flights
            .iter()
            .flat_map(|it| [it.opens, it.cutoff, it.departs, it.cutoff - 60_000, it.cutoff + 60_000])
            .filter(|time| *time > self.utc && *time < self.utc + 400_000)
            .collect();
        self.utc = match times.is_empty() || self.dice.percent(50) {
            true => self.utc + self.dice.between(1, 30) * 1000,
            false => (self.dice.of(&times) + self.dice.between(-1, 1)).max(self.utc),
        };
        self.say(What::Utc(self.utc));
    }

    fn change_flight(&mut self) {
        let mut index = self.dice.below(self.flights.len());
        if self.dice.percent(25) {
            // Something happens to one that is not simply open.
            let utc = self.utc;
            let near = |it: &Flight| {
                it.order == "planned" && (it.opens > utc || (it.cutoff - 60_000..it.cutoff).contains(&utc))
            };
            index = self.flights.iter().position(near).unwrap_or(index);
        }
        let mut flight = self.flights[index].clone();
        let last_call = (flight.cutoff - 60_000..flight.cutoff).contains(&self.utc);
        let dice = &mut self.dice;
        match dice.below(14) {
            0 | 1 => flight.order = "cancelled",
            2..6 if last_call => flight.order = "cancelled",
            6..11 if last_call => {
                (flight.cutoff, flight.departs) = (flight.cutoff + 300_000, flight.departs + 300_000);
            }
            2 => flight.order = "closed",
            3..6 => flight.order = "planned",
            6 => {
                let by = dice.between(-300, 600) * 1000;
                (flight.cutoff, flight.departs) = (flight.cutoff + by, flight.departs + by);
            }
            7 => flight.opens = self.utc + dice.between(-50, 300) * 1000,
            8 => {
                (flight.opens, flight.cutoff, flight.order) =
                    (self.utc - 1, self.utc + dice.between(10, 600) * 1000, "planned");
                flight.departs = flight.cutoff + dice.between(1, 300) * 1000;
            }
            9 => flight.departs = flight.cutoff + dice.between(1, 300) * 1000,
            10 => flight.capacity_pieces = dice.between(0, 6),
            11 => flight.capacity_g = dice.between(0, 4) * 1000,
            12 => flight.handling = dice.some(&HANDLING, 60),
            _ => flight = self.flight(flight.key),
        }
        flight.cutoff = flight.cutoff.max(flight.opens + 1);
        flight.departs = flight.departs.max(flight.cutoff + 1);
        self.flights[index] = flight.clone();
        self.say(What::Flight(Rc::new(flight)));
    }

    fn change_plan(&mut self) {
        match self.dice.below(10) {
            0..5 => self.new_plan(None),
            5..8 => {
                let from = self.utc + self.dice.between(-20, 200) * 1000;
                self.new_plan(Some(from));
            }
            _ => self.say(What::RollBack),
        }
    }

    fn hold(&mut self) {
        let key = self.recent().key;
        let dice = &mut self.dice;
        let customs = if dice.percent(70) { "released" } else { dice.of(&CUSTOMS) };
        let security = if dice.percent(80) { "screened" } else { dice.of(&["not screened", "alarm"]) };
        let which = dice.below(3);
        self.say(What::Hold(key, (which != 0).then_some(customs), (which != 1).then_some(security)));
    }

    fn change_parcel(&mut self) {
        let old = self.recent();
        match self.dice.below(10) {
            0..5 => {
                let mut parcel = self.parcel(old.key.clone());
                parcel.plates = old.plates;
                self.parcels
                    .iter_mut()
                    .filter(|other| other.key == parcel.key)
                    .for_each(|other| *other = parcel.clone());
                self.say(What::Parcel(Rc::new(parcel)));
            }
            5 => self.say(What::Departed(old.key)),
            6 | 7 => self.say(What::Return(old.key)),
            8 => {
                // A label that something on the belt already carries, known to nobody so far.
                let plate = format!("P{:03}", self.put);
                self.say(What::Relabel(old.key, plate));
            }
            _ => {
                let key = format!("{:03}", self.put);
                let parcel = self.parcel(key);
                self.say(What::Parcel(Rc::new(parcel)));
            }
        }
    }
}

fn boarding(dice: &mut Dice, traffic: Word) -> (Word, Vec<Word>) {
    let mut states = vec!["screened", "released"];
    states.extend(dice.some(&["not screened"], 20));
    states.extend(dice.some(&["assessing", "HLD", "RFS", "INS"], 15));
    // What no plan can allow is asked for as well.
    states.extend(dice.some(&["DNL", "CUS", "alarm"], 15));
    states.retain(|_| !dice.percent(1));
    (traffic, states)
}
