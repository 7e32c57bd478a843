//! The words of the table, and the world that they make.

use crate::common::{self, Bench, Thing, thing};
use sortie_core::input::{Input, Weight};
use sortie_core::line::{Line, Weigher, WeigherKind};
use sortie_core::output::Reason;
use sortie_core::plan::{
    Boarding, ChuteRule, ContainerKind, ExceptionOutlets, FlightChutes, Limits, Plan, ProductRule,
};
use sortie_core::records::{
    Customs, FlightKey, FlightOrder, FlightRecord, HoldRecord, Order, ParcelRecord, Security, Traffic,
};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, ChuteSensor};

/// Platform of the weigher, and where the leading edge is when it speaks.
const WEIGHER_MM: (i64, i64) = (2600, 3300);
const WEIGHED_MM: i64 = 3250;
/// Where the decision is read: 210 mm before the commit count of chute 1.
const READ_MM: i64 = 6100;
/// So far ahead that it has left the belt long before.
const LONG_AHEAD_MM: i64 = 14_000;
const NOW: i64 = 1_000_000;

/// The line of the stories, with a weigher, and with diverts that need more room.
pub(crate) fn line() -> Line {
    let mut line = common::line();
    line.clearance_um = 50_000;
    line.weighers = vec![Weigher {
        start_um: WEIGHER_MM.0 * 1000,
        end_um: WEIGHER_MM.1 * 1000,
        kind: WeigherKind::Stream,
        read_jitter_ms: 25,
    }];
    line
}

fn flight_key(name: &str) -> FlightKey {
    let (to, number) = name.split_at(3);
    let number = number.parse::<u32>().expect("a number") + if to == "JFK" { 100 } else { 200 };
    format!("3V{number}/2026-11-24/LGG").parse().expect("a flight key")
}

/// The table's name of a flight.
pub(crate) fn flight_name(key: FlightKey) -> String {
    let to = if key.number < 200 { "JFK" } else { "ORD" };
    format!("{to}{}", key.number % 100)
}

fn flight(name: &str, departs: i64) -> FlightRecord {
    FlightRecord { key: flight_key(name), departs_utc_ms: departs, ..common::flight(&name[..3]) }
}

/// An item ahead of or behind the one that the case is about.
#[derive(Clone, Debug)]
struct Other {
    label: &'static str,
    record: Option<ParcelRecord>,
    length: i64,
    silent: bool,
    long_ago: bool,
}

/// What a case gives.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    parcel: ParcelRecord,
    flights: Vec<FlightRecord>,
    plan: Plan,
    /// States that may board: traffic, customs, security.
    boarding: [(Vec<Customs>, Vec<Security>); 3],
    now: i64,
    label: Option<&'static str>,
    second_label: Option<&'static str>,
    spoilt: bool,
    length: i64,
    grams: Option<i32>,
    ahead: Vec<Other>,
    gap: Option<i64>,
    tight: bool,
    behind: Option<(i64, Option<&'static str>)>,
    /// Things that are done before the item comes, and when its leading edge is at a place.
    first: Vec<Vec<&'static str>>,
    at: Vec<(i64, Vec<&'static str>)>,
    later: Option<(i64, Vec<&'static str>)>,
    read: i64,
    exactly: bool,
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

fn chutes<const N: usize>(words: &[&str]) -> heapless::Vec<u16, N> {
    words.iter().map(|word| number::<u16>(word)).collect()
}

fn customs(word: &str) -> Customs {
    match word {
        "released" => Customs::Released,
        "assessing" => Customs::Assessing,
        "HLD" => Customs::Hold,
        "RFS" => Customs::ScreeningWanted,
        "INS" => Customs::Inspection,
        "DNL" => Customs::DoNotLoad,
        "CUS" => Customs::NotLodged,
        other => panic!("no customs state: {other}"),
    }
}

fn security(words: &[&str]) -> Security {
    match words {
        ["screened"] => Security::Screened,
        ["not", "screened"] | ["not-screened"] => Security::NotScreened,
        ["alarm"] => Security::Alarm,
        other => panic!("no security state: {other:?}"),
    }
}

fn traffic(word: &str) -> Traffic {
    match word {
        "export" => Traffic::Export,
        "import" => Traffic::Import,
        "transit" => Traffic::Transit,
        other => panic!("no traffic: {other}"),
    }
}

impl Given {
    fn usual() -> Self {
        let chutes = |name: &str, numbers: &[u16]| FlightChutes {
            flight: flight_key(name),
            chutes: heapless::Vec::from_slice(numbers).expect("few"),
            overflow: heapless::Vec::new(),
        };
        let takes_all =
            |code: Reason| ExceptionOutlets { code, outlets: heapless::Vec::from_slice(&[4]).expect("few") };
        let product = |name: &[u8; 4], cutoff_earlier_s, weight_required| ProductRule {
            product: *name,
            cutoff_earlier_s,
            weight_required,
        };
        Self {
            parcel: common::parcel("ORDORD", "ORD"),
            flights: vec![flight("ORD1", 3_000_000), flight("JFK1", 3_000_000)],
            plan: Plan {
                after_full_pieces: 2,
                jam_blocked_ms: 1_000,
                limits: Limits {
                    weight_max_g: 31_500,
                    size_max_mm: [1_300, 900, 800],
                    weight_tolerance_g: 100,
                    weight_tolerance_permille: 100,
                },
                products: vec![product(b"VAL ", 0, true), product(b"EXP ", 60, false), product(b"LTE ", -60, false)],
                flights: vec![chutes("ORD1", &[2]), chutes("JFK1", &[1, 3])],
                exceptions: Reason::ALL
                    .into_iter()
                    .filter(|code| code.rule() > 1 && *code != Reason::Ok)
                    .map(takes_all)
                    .collect(),
                ..Plan::empty(3)
            },
            boarding: Traffic::ALL.map(|_| (vec![Customs::Released], vec![Security::Screened])),
            now: NOW,
            label: Some("ORDORD"),
            second_label: None,
            spoilt: false,
            length: 400,
            grams: None,
            ahead: Vec::new(),
            gap: None,
            tight: false,
            behind: None,
            first: Vec::new(),
            at: Vec::new(),
            later: None,
            read: READ_MM,
            exactly: false,
        }
    }

    /// Reads the words of a case.
    pub(crate) fn read(things: &[&'static str]) -> Result<Self, String> {
        let mut given = Self::usual();
        for thing in things {
            let words: Vec<&'static str> = thing.split_whitespace().collect();
            match words.as_slice() {
                ["at", mm, rest @ ..] => given.at.push((number(mm), rest.to_vec())),
                ["later", utc, rest @ ..] => given.later = Some((number(utc), rest.to_vec())),
                words => {
                    let known = given.of_the_item(words)
                        || given.of_the_parcel(words)
                        || given.of_the_flights(words)
                        || given.of_the_plan(words);
                    if !known {
                        given.first.push(words.to_vec());
                    }
                }
            }
        }
        for (index, (customs, security)) in given.boarding.iter().enumerate() {
            given.plan.boarding[index] = Boarding::new(customs, security);
        }
        given.at.sort_by_key(|(mm, _)| *mm);
        Ok(given)
    }

    fn of_the_item(&mut self, words: &[&'static str]) -> bool {
        match words {
            ["length", mm] => self.length = number(mm),
            ["weight", grams] => self.grams = Some(number(grams)),
            ["no", "label"] => self.label = None,
            ["spoilt", "label"] => (self.label, self.spoilt) = (None, true),
            ["label", label] => self.label = Some(label),
            ["second", "label", label] => self.second_label = Some(label),
            ["gap", mm] => self.gap = Some(number(mm)),
            ["tight"] => self.tight = true,
            ["behind", mm] => self.behind = Some((number(mm), None)),
            ["behind", mm, "same"] => self.behind = Some((number(mm), Some("ORDORD"))),
            ["read", mm] => self.read = number(mm),
            ["exactly"] => self.exactly = true,
            ["long", "ahead", rest @ ..] => self.put_ahead(rest, true),
            ["ahead", rest @ ..] => self.put_ahead(rest, false),
            _ => return false,
        }
        true
    }

    fn put_ahead(&mut self, words: &[&'static str], long_ago: bool) {
        let label: &'static str = ["AHEAD1", "AHEAD2", "AHEAD3", "AHEAD4"][self.ahead.len()];
        let (to, mut rest) = words.split_first().expect("where it goes");
        let mut other = Other { label, record: None, length: 400, silent: false, long_ago };
        if *to == "same" {
            other.label = "ORDORD";
        } else {
            other.record = Some(common::parcel(label, to));
        }
        while let Some((word, more)) = rest.split_first() {
            rest = match (*word, more, &mut other.record) {
                ("silently", more, _) => {
                    other.silent = true;
                    more
                }
                ("long", [mm, more @ ..], _) => {
                    other.length = number(mm);
                    more
                }
                ("of", [grams, "g", more @ ..], Some(record)) => {
                    record.declared_g = number(grams);
                    more
                }
                ("booked", [flight, more @ ..], Some(record)) => {
                    record.flight = Some(flight_key(flight));
                    more
                }
                _ => panic!("ahead {words:?}"),
            };
        }
        self.ahead.push(other);
    }

    fn of_the_parcel(&mut self, words: &[&'static str]) -> bool {
        let parcel = &mut self.parcel;
        match words {
            ["to", to] => parcel.destination = to.as_bytes().try_into().expect("three letters"),
            ["booked", flight] => parcel.flight = Some(flight_key(flight)),
            ["may", "move"] => parcel.may_move = true,
            ["customs", state] => parcel.customs = customs(state),
            ["security", state @ ..] => parcel.security = security(state),
            ["product", name] => parcel.product[..name.len()].copy_from_slice(name.as_bytes()),
            ["handling", codes @ ..] => {
                parcel.handling = codes.iter().map(|code| code.as_bytes().try_into().expect("three letters")).collect();
            }
            ["declared", grams] => parcel.declared_g = number(grams),
            ["mm", a, b, c] => parcel.declared_mm = [number(a), number(b), number(c)],
            ["second", "plate", plate] => parcel.plates.push(common::text(plate)).expect("room"),
            _ => return false,
        }
        true
    }

    fn of_the_flights(&mut self, words: &[&'static str]) -> bool {
        if let ["flight", name, "chutes", rest @ ..] = words {
            let departs = rest.iter().position(|word| *word == "departs").expect("departs");
            let mut record = flight(name, number(rest[departs + 1]));
            record.traffic = rest.get(departs + 2).map_or(Traffic::Export, |word| traffic(word));
            self.flights.retain(|other| other.key != record.key);
            self.plan.flights.retain(|other| other.flight != record.key);
            let (flight, chutes) = (record.key, chutes(&rest[..departs]));
            self.plan.flights.push(FlightChutes { flight, chutes, overflow: heapless::Vec::new() });
            self.flights.push(record);
            return true;
        }
        let Some(name) =
            words.first().filter(|name| name.len() == 4 && name.ends_with(|last: char| last.is_ascii_digit()))
        else {
            return false;
        };
        if words[1..] == ["unserved"] {
            let entry = self.plan.flights.iter_mut().find(|entry| entry.flight == flight_key(name)).expect("planned");
            entry.chutes.clear();
            return true;
        }
        let record = self.flights.iter_mut().find(|record| record.key == flight_key(name)).expect("on file");
        change_flight(record, &words[1..]);
        true
    }

    fn of_the_plan(&mut self, words: &[&'static str]) -> bool {
        let plan = &mut self.plan;
        match words {
            ["overflow", flight, numbers @ ..] => {
                let entry = plan.flights.iter_mut().find(|entry| entry.flight == flight_key(flight)).expect("planned");
                entry.overflow = chutes(numbers);
            }
            ["outlets", code, numbers @ ..] => {
                let code = Reason::from_code(code).expect("a code");
                let entry = plan.exceptions.iter_mut().find(|entry| entry.code == code).expect("listed");
                entry.outlets = chutes(numbers);
            }
            ["size", a, b, c] => plan.limits.size_max_mm = [number(a), number(b), number(c)],
            ["jam", "after", times] => plan.jam_unconfirmed = number(times),
            ["plan", "disables", chute] => plan.disabled.push(number(chute)),
            [of, "boards", state] => {
                let index = Traffic::ALL.iter().position(|other| *other == traffic(of)).expect("a traffic");
                match *state {
                    "nothing" => self.boarding[index] = (Vec::new(), Vec::new()),
                    "alarm" | "not-screened" | "screened" => self.boarding[index].1.push(security(&[state])),
                    state => self.boarding[index].0.push(customs(state)),
                }
            }
            ["chute", chute, "takes", most, unit @ ..] => {
                let rule = chute_rule(plan, number(chute));
                match unit {
                    ["pieces"] => rule.pieces_max = number(most),
                    ["g"] => rule.weight_max_g = number(most),
                    ["mm"] => rule.length_max_mm = number(most),
                    ["a", "minute"] => rule.rate_per_min = number(most),
                    other => panic!("takes {other:?}"),
                }
            }
            ["chute", chute, "wants", "a", "container"] => {
                chute_rule(plan, number(chute)).container = Some(ContainerKind::Bag);
            }
            ["now", utc] => self.now = number(utc),
            _ => return false,
        }
        true
    }

    /// Lets it happen; the bench then, and the number of the item if it kept one.
    pub(crate) fn run(mut self, mut bench: Bench) -> (Bench, Option<u32>) {
        self.tell(&mut bench);
        let (subject, item) = self.put(&mut bench);
        bench.log.clear();
        for words in self.first.clone() {
            self.happens(&mut bench, &words, subject);
        }
        bench.clock_every = if self.exactly { 1 } else { 10 };
        let second = 1600 + self.length - 40;
        let mut stops: Vec<(i64, Option<Vec<&'static str>>)> =
            self.at.iter().map(|(mm, words)| (*mm, Some(words.clone()))).collect();
        stops.extend([(second, None), (WEIGHED_MM, None), (self.read, None)]);
        stops.sort_by_key(|(mm, _)| *mm);
        for (mm, words) in stops {
            bench.travel_to(subject, mm);
            match words {
                Some(words) => self.happens(&mut bench, &words, subject),
                None if mm == second && self.second_label.is_some() => bench.things[subject].plate = self.second_label,
                None if mm == WEIGHED_MM && self.grams.is_some() => {
                    bench.input(Input::Weight(Weight { weigher: 0, grams: self.grams }));
                }
                None => {}
            }
            if mm == self.read && words_are_done(&self.at, mm) {
                break;
            }
        }
        let lost = self.at.iter().any(|(_, words)| matches!(words.as_slice(), ["events" | "encoder" | "board", ..]));
        (bench, (!lost).then_some(item))
    }

    fn tell(&mut self, bench: &mut Bench) {
        for flight in &self.flights {
            bench.input(Input::Flight(flight.clone()));
        }
        bench.input(Input::Plan(Box::new(self.plan.clone())));
        if let Some((utc, words)) = self.later.clone() {
            let mut later = self.clone();
            let known = later.of_the_flights(&words) || later.of_the_plan(&words);
            assert!(known, "later {words:?}");
            later.plan.active_from_utc_ms = Some(utc);
            later.plan.version += 1;
            bench.input(Input::Plan(Box::new(later.plan)));
        }
        bench.input(Input::Utc { utc_ms: self.now });
        for plate in ["ORDOTH", "JFKJFK"] {
            bench.parcel(plate, &plate[..3]);
        }
        bench.input(Input::Parcel(self.parcel.clone()));
        for record in self.ahead.iter().filter_map(|other| other.record.clone()) {
            bench.input(Input::Parcel(record));
        }
    }

    /// Puts everything onto the belt, front first; which thing and which item the case is about.
    fn put(&self, bench: &mut Bench) -> (usize, u32) {
        let mut upstream = 100 + bench.count as i64;
        let ordered =
            self.ahead.iter().filter(|other| other.long_ago).chain(self.ahead.iter().filter(|other| !other.long_ago));
        let others: Vec<&Other> = ordered.collect();
        let mut things: Vec<Thing> = Vec::new();
        for (index, other) in others.iter().enumerate() {
            let mut made = thing(0, other.length, other.label);
            made.start_mm = -upstream;
            made.silent = other.silent;
            things.push(made);
            let last = others.get(index + 1).is_none_or(|next| next.long_ago != other.long_ago);
            upstream += match (other.long_ago, last) {
                (true, true) => LONG_AHEAD_MM,
                (true, false) => {
                    if self.tight {
                        other.length + 150
                    } else {
                        3_000
                    }
                }
                (false, true) => other.length + self.gap.unwrap_or(if self.tight { 150 } else { 600 }),
                (false, false) => other.length + if self.tight { 150 } else { 600 },
            };
        }
        let mut subject = thing(0, self.length, self.label.unwrap_or(""));
        subject.start_mm = -upstream;
        things.push(subject);
        if let Some((gap, label)) = self.behind {
            let mut behind = thing(0, 400, label.unwrap_or("BEHIND"));
            behind.start_mm = -upstream - self.length - gap;
            things.push(behind);
        }
        let index = bench.things.len() + others.len();
        bench.things.extend(things);
        (index, index as u32 + 1)
    }

    fn happens(&self, bench: &mut Bench, words: &[&'static str], subject: usize) {
        let count = bench.wire();
        let chute_sensor =
            |chute: &str, sensor, active| BoardTelegram::Chute { count, chute: number(chute), sensor, active };
        match words {
            ["now", utc] => bench.input(Input::Utc { utc_ms: number(utc) }),
            ["customs", state] => bench.input(common::hold("ORDORD", customs(state))),
            ["security", state @ ..] => {
                let (key, security) = (common::key("ORDORD"), Some(security(state)));
                bench.input(Input::Hold(HoldRecord { key, customs: None, security }));
            }
            ["departed"] => bench.input(Input::Departed(common::key("ORDORD"))),
            ["returned"] => bench.input(common::order(Order::Return { parcel: common::key("ORDORD") })),
            ["parcel", plate] => bench.parcel(plate, "ORD"),
            ["relabel", plate] => {
                bench
                    .input(common::order(Order::Relabel { parcel: common::key("ORDORD"), plate: common::text(plate) }));
            }
            ["roll", "back"] => bench.input(common::order(Order::RollbackPlan)),
            ["journal", "failed"] => bench.input(Input::JournalFailed(true)),
            ["chute", chute, "full"] => bench.board(chute_sensor(chute, ChuteSensor::Full, true)),
            ["chute", chute, "not", "full"] => bench.board(chute_sensor(chute, ChuteSensor::Full, false)),
            ["chute", chute, "jammed"] => bench.board(chute_sensor(chute, ChuteSensor::Confirm, true)),
            ["chute", chute, "clear"] => bench.board(chute_sensor(chute, ChuteSensor::Confirm, false)),
            ["chute", chute, rest @ ..] => bench.input(common::order(chute_order(number(chute), rest))),
            ["emergency", "stop"] => {
                bench.motion(BeltMotion::Running, true);
                bench.travel(10);
                bench.motion(BeltMotion::Running, false);
            }
            ["shorter", "by", mm] => bench.things[subject].length_mm -= number::<i64>(mm),
            ["strange", "edge"] => {
                bench.edge(1, false);
                bench.edge(1, true);
            }
            ["events", "lost"] => bench.input(Input::EventsLost),
            ["encoder", "reset"] => bench.base = bench.base.wrapping_add(1_000_000),
            ["board", "rebooted"] => new_session(bench, 8),
            ["board", "forgot"] => new_session(bench, 7),
            [name, rest @ ..] if name.len() == 4 => {
                let found = self.flights.iter().find(|record| record.key == flight_key(name));
                let mut record = found.expect("on file").clone();
                record.order = FlightOrder::Planned;
                change_flight(&mut record, rest);
                bench.input(Input::Flight(record));
            }
            other => panic!("nobody knows {other:?}"),
        }
    }
}

fn words_are_done(at: &[(i64, Vec<&'static str>)], read: i64) -> bool {
    at.iter().all(|(mm, _)| *mm <= read)
}

fn new_session(bench: &mut Bench, boot: u32) {
    bench.input(Input::LinkUp { boot, resumed: false, new_session: true, time_ms: None });
    bench.board(BoardTelegram::QueueEnd { query: 2, entries: 0 });
}

fn chute_rule(plan: &mut Plan, chute: u16) -> &mut ChuteRule {
    if !plan.chutes.iter().any(|rule| rule.chute == chute) {
        plan.chutes.push(ChuteRule::free(chute));
    }
    plan.chutes.iter_mut().find(|rule| rule.chute == chute).expect("it is there")
}

fn chute_order(chute: u16, words: &[&str]) -> Order {
    match words {
        ["locked"] => Order::Lock { chute },
        ["unlocked"] => Order::Unlock { chute },
        ["disabled"] => Order::Disable { chute },
        ["enabled"] => Order::Enable { chute },
        ["jam", "cleared"] => Order::ClearJam { chute },
        ["close"] => Order::CloseContainer { chute },
        ["container"] => Order::OpenContainer { chute, id: None },
        other => panic!("nobody orders {other:?}"),
    }
}

fn change_flight(record: &mut FlightRecord, words: &[&str]) {
    match words {
        ["opens", utc] => record.opens_utc_ms = number(utc),
        ["cut", "off", utc] => record.cutoff_utc_ms = number(utc),
        ["departs", utc] => record.departs_utc_ms = number(utc),
        ["closed"] => record.order = FlightOrder::Closed,
        ["cancelled"] => record.order = FlightOrder::Cancelled,
        ["planned"] => record.order = FlightOrder::Planned,
        ["takes", most, "pieces"] => record.capacity_pieces = number(most),
        ["takes", most, "g"] => record.capacity_g = number(most),
        ["handles", codes @ ..] => {
            record.handling = codes.iter().map(|code| code.as_bytes().try_into().expect("three letters")).collect();
        }
        other => panic!("no flight does {other:?}"),
    }
}
