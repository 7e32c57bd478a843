//! A belt in virtual time that carries things exactly, the board that fires exactly, and the core between them. All
//! that happens is told to the core and written into the list that the model reads.

use crate::compare::{Compared, Step, Watch};
use crate::coverage::Coverage;
use crate::model::{CONFIRM, Event, What, Word};
use crate::script::{FULL_DELAY_NS, JAM_BLOCKED_NS};
use crate::tell::{self, NS_PER_COUNT, PECS, SCANNER, WEIGHER};
use sortie_core::input::{Input, Read, ReadCode, Weight};
use sortie_core::output::{ChuteStatus, ContainerCause, DoubtCause, FlushCause, Output, Record};
use sortie_core::records::{Order, OrderRecord, Person};
use sortie_core::{Core, Outputs};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, ChuteSensor, Fire, FireOutcome, HostTelegram};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How much later the host hears of what happens.
const HOST_LATE_NS: u64 = 3_000_000;
/// Counts between two clock telegrams.
const CLOCK_EVERY: i64 = 50;
/// A cancel that comes later before its fire's count is too late for the board.
const TOO_LATE: i64 = 20;

/// What is put onto the belt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load {
    /// Free belt between the thing ahead and this one.
    pub(crate) gap: i64,
    pub(crate) length: i64,
    pub(crate) labels: Vec<String>,
    pub(crate) grams: Option<i64>,
    /// A fire does not move it.
    pub(crate) sticks: bool,
    /// No confirm tells of its discharge.
    pub(crate) unconfirmed: bool,
    /// It is taken off the belt when its leading edge is here.
    pub(crate) vanishes_at: Option<i64>,
}

/// A thing on the belt. Its leading edge is at the entry at count `zero`.
#[derive(Debug)]
struct Thing {
    zero: i64,
    load: Load,
    item: Option<u32>,
    gone: bool,
}

/// What the belt's travel brings.
#[derive(Clone, Copy, Debug)]
enum Coming {
    Edge { thing: usize, pec: usize, blocked: bool },
    Read { thing: usize },
    Weigh { thing: usize },
    Vanish { thing: usize },
    Confirm { chute: u16, active: bool },
    Cancelled(Fire),
    Due(Fire),
}

/// What is done in a history.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Travel(i64),
    Put(Load),
    Say(What),
    Announce(String),
    /// The board's next fire ends like this.
    Refuse(FireOutcome),
    EventsLost,
    EncoderReset,
}

/// The whole bench.
pub(crate) struct Bench {
    core: Core,
    outputs: Outputs,
    pub(crate) count: i64,
    pub(crate) at_ns: u64,
    base: u32,
    seq: u32,
    trigger: u32,
    last_tail: i64,
    things: Vec<Thing>,
    coming: BTreeMap<(i64, u32), Coming>,
    serial: u32,
    queued: Vec<Fire>,
    refuse: Option<FireOutcome>,
    /// Things whose reads the core has not given out yet.
    reads: VecDeque<usize>,
    announced: String,
    active: BTreeMap<u16, bool>,
    /// Items whose discharge one edge has denied, and no other edge yet.
    denied: BTreeSet<u32>,
    /// What of each decided item has to be looked at again by the belt's travel.
    pub(crate) watched: BTreeMap<u32, Watch>,
    /// Count of the last comparison.
    pub(crate) compared_at: i64,
    pub(crate) compared_ns: u64,
    pub(crate) compared_utc: i64,
    /// What was told of each chute, and when its sensors will have been active long enough.
    pub(crate) chute_states: BTreeMap<u16, ChuteStatus>,
    pub(crate) deadlines: BTreeMap<(u16, Word), u64>,
    pub(crate) events: Vec<Event>,
    pub(crate) coverage: Coverage,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let mut bench = Self {
            core: Core::new(&tell::line()),
            outputs: Outputs::new(),
            count: 0,
            at_ns: 0,
            base: u32::MAX - 3000,
            seq: 1,
            trigger: 41,
            last_tail: 60,
            things: Vec::new(),
            coming: BTreeMap::new(),
            serial: 0,
            queued: Vec::new(),
            refuse: None,
            reads: VecDeque::new(),
            announced: String::new(),
            active: BTreeMap::new(),
            denied: BTreeSet::new(),
            watched: BTreeMap::new(),
            compared_at: 0,
            compared_ns: 0,
            compared_utc: i64::MIN,
            chute_states: BTreeMap::new(),
            deadlines: BTreeMap::new(),
            events: Vec::new(),
            coverage: Coverage::default(),
        };
        let belt =
            BoardTelegram::Belt { count: bench.wire(), motion: BeltMotion::Running, estop: false, guard_open: false };
        for input in [
            Input::Started,
            Input::LinkUp { boot: 7, resumed: false, new_session: true, time_ms: None },
            Input::Board { seq: 1, telegram: BoardTelegram::QueueEnd { query: 1, entries: 0 } },
            Input::ScannerPort { scanner: 0, open: true },
            Input::Board { seq: 2, telegram: belt },
        ] {
            bench.core.step(0, &input, &mut bench.outputs);
        }
        bench.seq = 3;
        bench
    }

    fn wire(&self) -> u32 {
        self.base.wrapping_add(self.count as u32)
    }

    /// Does one thing of a history.
    pub(crate) fn act(&mut self, act: &Act) -> Compared {
        match act {
            Act::Travel(counts) => self.travel(self.count + counts),
            Act::Put(load) => {
                self.put(load.clone());
                Ok(())
            }
            Act::Say(what) => {
                self.clock()?;
                let input = self.said(what);
                self.step(input, Some(what.clone()))
            }
            Act::Announce(plate) => {
                self.clock()?;
                self.announced.clone_from(plate);
                let by = Person::from_slice(b"A. Model").expect("short");
                let what = Order::Announce { plate: tell::text(plate) };
                self.step(Input::Order(OrderRecord { by, what }), None)
            }
            Act::Refuse(outcome) => {
                self.refuse = Some(*outcome);
                Ok(())
            }
            Act::EventsLost => {
                self.clear_the_entry()?;
                self.reads.clear();
                self.step(Input::EventsLost, None)
            }
            Act::EncoderReset => {
                self.clear_the_entry()?;
                self.reads.clear();
                self.base = self.base.wrapping_add(1_000_000);
                self.queued.clear();
                self.clock()
            }
        }
    }

    fn said(&mut self, what: &What) -> Input {
        match tell::input(what, self.wire()) {
            Ok(input) => input,
            Err(telegram) => {
                if let What::Sensor(chute, "confirm", active) = what {
                    self.active.insert(*chute, *active);
                }
                self.board(telegram)
            }
        }
    }

    fn board(&mut self, telegram: BoardTelegram) -> Input {
        self.seq += 1;
        Input::Board { seq: self.seq - 1, telegram }
    }

    /// What is at the entry while the belt becomes unknown makes births and gaps that nobody measures.
    fn clear_the_entry(&mut self) -> Compared {
        let free = |bench: &Self| {
            bench.things.iter().all(|thing| {
                let lead = bench.count - thing.zero;
                lead < -200 || lead > thing.load.length + 200
            })
        };
        while !free(self) {
            self.travel(self.count + 50)?;
        }
        self.last_tail = self.last_tail.max(self.count + 60);
        self.clock()
    }

    fn put(&mut self, load: Load) {
        let zero = (self.count + 10).max(self.last_tail + load.gap);
        self.last_tail = zero + load.length;
        let (thing, length) = (self.things.len(), load.length);
        for (pec, place) in PECS.into_iter().enumerate() {
            self.comes(zero + place, Coming::Edge { thing, pec, blocked: true });
            self.comes(zero + place + length, Coming::Edge { thing, pec, blocked: false });
        }
        self.comes(zero + SCANNER + length + 5, Coming::Read { thing });
        self.comes(zero + WEIGHER.1 - 60, Coming::Weigh { thing });
        if let Some(place) = load.vanishes_at {
            self.comes(zero + place, Coming::Vanish { thing });
        }
        self.things.push(Thing { zero, load, item: None, gone: false });
    }

    fn comes(&mut self, count: i64, coming: Coming) {
        self.serial += 1;
        self.coming.insert((count, self.serial), coming);
    }

    fn travel(&mut self, until: i64) -> Compared {
        while self.count < until {
            let clock = (self.count / CLOCK_EVERY + 1) * CLOCK_EVERY;
            let next = self.coming.first_key_value().map_or(i64::MAX, |((count, _), _)| *count);
            let count = until.min(clock).min(next.max(self.count));
            self.wait(count as u64 * NS_PER_COUNT + HOST_LATE_NS)?;
            self.count = count;
            self.clock()?;
            while let Some(entry) = self.coming.first_entry().filter(|entry| entry.key().0 <= self.count) {
                let coming = entry.remove();
                self.happens(coming)?;
            }
        }
        Ok(())
    }

    /// What the time alone brings about comes on its own, so that nothing else happens with it.
    fn wait(&mut self, until_ns: u64) -> Compared {
        let mut due: Vec<u64> =
            self.deadlines.values().copied().filter(|at| (self.at_ns..until_ns).contains(at)).collect();
        due.sort_unstable();
        for at in due {
            self.at_ns = at;
            let mut step = Step::of(None);
            self.take(Input::Departed(tell::text("NOBODY")), &mut step);
            self.done(step)?;
        }
        Ok(())
    }

    fn clock(&mut self) -> Compared {
        let (count, time_ms) = (self.wire(), (self.count * 2) as u32);
        let clock = self.board(BoardTelegram::Clock { count, time_ms, speed_cps: 500 });
        self.step(clock, None)
    }

    fn happens(&mut self, coming: Coming) -> Compared {
        let count = self.wire();
        match coming {
            Coming::Edge { thing, pec, blocked } if !self.things[thing].gone => {
                let edge = self.board(BoardTelegram::Edge { count, sensor: pec as u16, blocked });
                let mut step = Step::at(thing, PECS[pec]);
                self.tick();
                if pec == 0
                    && !blocked
                    && let Some(item) = self.things[thing].item
                {
                    self.write(What::Length(item, self.things[thing].load.length));
                }
                self.take(edge, &mut step);
                self.done(step)
            }
            Coming::Read { thing } if !self.things[thing].gone => {
                self.trigger += 1;
                self.reads.push_back(thing);
                let code = |label: &String| ReadCode { plate: true, text: tell::text(label) };
                let codes = self.things[thing].load.labels.iter().map(code).collect();
                self.step(
                    Input::Read(Read { scanner: 0, trigger: Some(self.trigger), codes, dropped: 0, incomplete: false }),
                    None,
                )
            }
            Coming::Weigh { thing } if !self.things[thing].gone => self.weigh(thing),
            Coming::Vanish { thing } => {
                self.things[thing].gone = true;
                Ok(())
            }
            Coming::Confirm { chute, active } if self.active.get(&chute) != Some(&active) => {
                self.active.insert(chute, active);
                let edge = BoardTelegram::Chute { count, chute, sensor: ChuteSensor::Confirm, active };
                let edge = self.board(edge);
                self.step(edge, Some(What::Sensor(chute, "confirm", active)))
            }
            Coming::Cancelled(fire) => self.outcome(fire, FireOutcome::Cancelled),
            Coming::Due(fire) if self.queued.contains(&fire) => {
                self.queued.retain(|other| *other != fire);
                let outcome = self.refuse.take().unwrap_or(FireOutcome::Fired);
                self.fire(fire, outcome);
                self.outcome(fire, outcome)
            }
            Coming::Edge { .. }
            | Coming::Read { .. }
            | Coming::Weigh { .. }
            | Coming::Confirm { .. }
            | Coming::Due(_) => Ok(()),
        }
    }

    /// A reading that can be of one thing only. What somebody has taken off is still there for who has not seen it go
    /// (history 9808).
    fn weigh(&mut self, thing: usize) -> Compared {
        let near = |other: &Thing| {
            let lead = self.count - other.zero;
            lead > WEIGHER.0 - 100 && lead - other.load.length < WEIGHER.1 + 100
        };
        let alone = self.things.iter().filter(|other| near(other)).count() == 1;
        let inside = self.count - self.things[thing].zero - self.things[thing].load.length > WEIGHER.0 + 30;
        let (Some(grams), Some(item)) = (self.things[thing].load.grams, self.things[thing].item) else { return Ok(()) };
        if !alone || !inside {
            return Ok(());
        }
        let weight = Input::Weight(Weight { weigher: 0, grams: Some(grams as i32) });
        self.step(weight, Some(What::Weighed(item, grams)))
    }

    fn fire(&mut self, fire: Fire, outcome: FireOutcome) {
        let found = self.things.iter_mut().find(|thing| thing.item == Some(fire.tag.item));
        let Some(thing) = found.filter(|thing| outcome == FireOutcome::Fired && !thing.gone && !thing.load.sticks)
        else {
            return;
        };
        thing.gone = true;
        if !thing.load.unconfirmed {
            let (chute, at) = (fire.output + 1, self.count + CONFIRM.start() + 10);
            self.comes(at, Coming::Confirm { chute, active: true });
            self.comes(at + 20, Coming::Confirm { chute, active: false });
        }
    }

    fn outcome(&mut self, fire: Fire, outcome: FireOutcome) -> Compared {
        let (count, tag, revision) = (self.wire(), fire.tag, fire.revision);
        let ended = self.board(BoardTelegram::Outcome { count, tag, revision, outcome });
        self.step(ended, None)
    }

    fn step(&mut self, input: Input, what: Option<What>) -> Compared {
        let mut step = Step::of(what.as_ref());
        self.tick();
        what.into_iter().for_each(|what| self.write(what));
        self.take(input, &mut step);
        self.done(step)
    }

    /// The next input comes a little later.
    fn tick(&mut self) {
        self.at_ns = (self.count as u64 * NS_PER_COUNT + HOST_LATE_NS).max(self.at_ns + 1);
    }

    fn write(&mut self, what: What) {
        match &what {
            What::Flush(_, true) => self.deadlines.retain(|(_, which), _| *which == "full"),
            What::Sensor(chute, which @ ("full" | "confirm"), true) => {
                let delay = if *which == "full" { FULL_DELAY_NS } else { JAM_BLOCKED_NS };
                self.deadlines.entry((*chute, which)).or_insert(self.at_ns + delay);
            }
            What::Sensor(chute, which, false) => drop(self.deadlines.remove(&(*chute, *which))),
            What::ClearJam(chute) => {
                let at = self.at_ns + JAM_BLOCKED_NS;
                self.deadlines.entry((*chute, "confirm")).and_modify(|deadline| *deadline = at);
            }
            _ => {}
        }
        self.events.push((self.at_ns, self.count, what));
    }

    /// Lets the core take an input, and writes down what it says.
    fn take(&mut self, input: Input, step: &mut Step) {
        self.core.step(self.at_ns, &input, &mut self.outputs);
        let outputs = std::mem::replace(&mut self.outputs, Outputs::new());
        for output in outputs.as_slice() {
            match output {
                Output::Board(telegram) => self.told_board(*telegram),
                Output::Record(record) => self.recorded(record, step),
            }
        }
        self.outputs = outputs;
    }

    fn told_board(&mut self, telegram: HostTelegram) {
        match telegram {
            HostTelegram::Fire(fire) => {
                self.queued.retain(|other| other.tag != fire.tag);
                self.queued.push(fire);
                let ahead = fire.count.wrapping_sub(self.wire());
                self.comes(self.count + i64::from(ahead), Coming::Due(fire));
                self.write(What::FireSent(fire.tag.item, fire.output + 1));
            }
            HostTelegram::Cancel { tag, .. } => {
                self.write(What::CancelSent(tag.item));
                let in_time = |fire: &Fire| i64::from(fire.count.wrapping_sub(self.wire())) > TOO_LATE;
                if let Some(fire) = self.queued.iter().find(|fire| fire.tag == tag && in_time(fire)).copied() {
                    self.queued.retain(|other| *other != fire);
                    self.comes(self.count + 6, Coming::Cancelled(fire));
                }
            }
            HostTelegram::Beat { .. }
            | HostTelegram::Lamp { .. }
            | HostTelegram::StopRequest { .. }
            | HostTelegram::Permit { .. }
            | HostTelegram::Load { .. }
            | HostTelegram::QueueQuery { .. } => {}
        }
    }

    fn recorded(&mut self, record: &Record, step: &mut Step) {
        match record {
            Record::Born { item, .. } => self.born(*item, step),
            Record::Doubt { item, why, .. } => {
                if !self.things.iter().any(|thing| thing.item == Some(*item)) {
                    self.born(*item, step);
                }
                self.write(What::Doubt(*item, *why == DoubtCause::Flushed));
                if *why == DoubtCause::Flushed && step.place.is_none() {
                    self.lost(*item);
                }
            }
            Record::Scanned { item, .. } => {
                let thing = self.reads.pop_front().expect("a read");
                assert_eq!(self.things[thing].item, Some(*item), "a read was given to another item");
                for label in self.things[thing].load.labels.clone() {
                    self.write(What::Read(*item, label));
                }
            }
            Record::ReadIgnored { .. } => drop(self.reads.pop_front()),
            Record::Keyed { item } => self.write(What::Read(*item, self.announced.clone())),
            Record::Decided(decision) => {
                if let Entry::Vacant(entry) = self.watched.entry(decision.item) {
                    entry.insert(Watch::default());
                    self.write(What::GatesClosed(decision.item));
                }
                step.decided.retain(|(item, _)| *item != decision.item);
                step.decided.push((decision.item, tell::answer(decision)));
            }
            Record::FireEnded { item, chute, outcome, .. } => self.write(match outcome {
                FireOutcome::Fired => What::Fired(*item, *chute),
                _ => What::NotFired(*item),
            }),
            Record::Confirmed { item, .. } => self.write(What::Discharge(*item, "confirmed")),
            Record::Flushed { why, .. } => {
                step.flushed = true;
                self.active.clear();
                let missing = matches!(why, FlushCause::Start | FlushCause::Reboot | FlushCause::EventsLost);
                self.write(What::Flush(*why == FlushCause::EncoderReset, missing));
            }
            Record::Unconfirmed { item, .. } => {
                self.write(What::Discharge(*item, if step.flushed { "lost" } else { "unconfirmed" }));
            }
            Record::Revoked { item, .. } => {
                self.write(What::Discharge(*item, "revoked"));
                self.denied.insert(*item);
                step.denied = Some(*item);
            }
            Record::Sighted { item, .. } if step.denied != Some(*item) => drop(self.denied.remove(item)),
            Record::EndOfLine { item, .. } => self.write(What::Gone(*item)),
            Record::Gone { item } => self.lost(*item),
            Record::ContainerOpened { chute, .. } => self.write(What::ContainerOpened(*chute)),
            Record::ContainerClosed { chute, .. } => {
                step.closed = true;
                self.write(What::ContainerClosed(*chute));
            }
            Record::ContainerClosing { chute, why, .. } => {
                let by_hand = matches!(why, ContainerCause::Button | ContainerCause::Handheld | ContainerCause::Order);
                self.write(What::Chute(*chute, "by hand", by_hand));
                self.write(What::Chute(*chute, "changing", true));
            }
            other => step.notes.push(other.clone()),
        }
    }

    /// Nobody knows where it is; with nothing but one edge against it, it may lie where it was fired.
    fn lost(&mut self, item: u32) {
        if self.denied.remove(&item) {
            self.write(What::Discharge(item, "denied by one"));
        }
        self.write(What::Gone(item));
    }

    fn born(&mut self, item: u32, step: &Step) {
        let (Some(thing), Some(place)) = (step.thing, step.place) else { panic!("item {item} came from nowhere") };
        self.things[thing].item = Some(item);
        self.write(What::Born(item, place));
    }
}
