//! A line on which one item rides, and one change of mind that comes at an exact count.

use sortie_controller::config::line_from_str;
use sortie_controller::journal::memory::Keep;
use sortie_core::input::Input;
use sortie_core::output::HoldVerdict;
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor};
use sortie_sim::drive::controller::{FeedFile, FeedLine, Told};
use sortie_sim::drive::line::{Heard, Line, LineSink};
use sortie_sim::drive::real::{RealController, StepWatch};
use sortie_sim::drive::trace::Trace;
use sortie_sim::drive::virtual_time::VirtualTime;
use sortie_world::events::{ItemId, ParcelNo, Physical, Strike};
use sortie_world::feed::Feed;
use sortie_world::files::LineFile;
use sortie_world::scenario::Scenario;
use sortie_world::setup::{Parcels, Setup};
use sortie_world::{World, WorldSink};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

const START_UTC_MS: i64 = 1_795_458_600_000;
const FLIGHT: &str = "3V4711/2026-11-23/LGG";
const PLATE: &str = "LP00012345678902";
/// The count wraps while the item rides; whatever has a label is read.
const SCENARIO: &str = "[run]\ncount_start = 4_294_950_000\n[traffic]\nunreadable_per_10000 = 0\n\
                        parcels_per_hour = 3600\nread_permille = [1000]";
/// Stroke of the usual diverts.
const STROKE_MS: u32 = 60;
/// Items that no host knows ride in front: a scanner's first results after its port was opened are not believed.
const FORERUNNERS: ParcelNo = 2;
const ITEM: ItemId = FORERUNNERS + 1;
/// A chute that takes nothing; its half-full sensor tells a count to the controller.
const BELL: u16 = 50;
/// So many counts before the commit count a change comes too late for any cancel: the commit lead less the travel of
/// the stroke and four counts.
pub(crate) const LAST_MOMENT: i64 = i64::MIN;
/// The belt does not travel a whole count in this time.
const STEP_NS: u64 = 200_000;

/// What somebody changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Hold,
    DoNotLoad,
    ChuteFull,
    FlightCancelled,
    OtherPlan,
}

/// Where the item came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Chute(u16),
    EndOfLine,
}

/// What came of a ride.
pub(crate) struct Ridden {
    /// Where the item lies, by the world.
    pub(crate) ending: Ending,
    /// What the controller answered to a hold, in order.
    pub(crate) answers: Vec<HoldVerdict>,
}

/// One item rides to `chute`; the change comes when the controller has last heard of the count that lies `before` the
/// commit count.
pub(crate) fn ride(change: Change, before: i64, chute: u16, other: u16) -> Ridden {
    ride_with(STROKE_MS, change, before, chute, other)
}

/// The same on a line whose diverts take longer.
pub(crate) fn ride_with(stroke_ms: u32, change: Change, before: i64, chute: u16, other: u16) -> Ridden {
    let scenario = Scenario::parse(&format!("{SCENARIO}\n[line]\nstroke_ms = {stroke_ms}")).expect("a scenario");
    let text = Feed::new(&scenario, 1, 1).line_toml(&|role| format!("/dev/serial/by-id/{role}"));
    let file: LineFile = toml::from_str(&text).expect("a line.toml");
    let setup = Setup::of(&file, &scenario).expect("a line");
    let world = World::new(setup, 1, 1 + u64::from(FORERUNNERS), Box::new(OneParcel));
    let counts = |um: i64| um / i64::from(file.line.um_per_count);
    let stroke = counts(i64::from(scenario.line.stroke_ms) * i64::from(scenario.line.speed_mm_s));
    let lead = counts(file.lead_um()) + 1;
    let heard = Rc::new(Cell::new(false));
    let line = OneItem {
        world,
        change,
        at_count: Trigger::Unknown { before_target: if before == LAST_MOMENT { stroke + 4 } else { lead + before } },
        heard: Rc::clone(&heard),
        records: vec![(FeedFile::Flights, flight("planned")), (FeedFile::Plan, plan(1, chute))],
        chute,
        other,
        ending: None,
        answers: Vec::new(),
        now: 0,
    };
    let config = line_from_str("line.toml", &text).expect("a line.toml");
    let controller = RealController::new(Arc::new(config), Keep::Newest).with_watch(Box::new(Bell(heard)));
    let ended = VirtualTime::new(line, controller, Trace::new(None)).run();
    assert_eq!(ended.notes.first, None, "the controller refused a record");
    assert!(change == Change::None || ended.line.at_count == Trigger::Rung, "the change never came");
    Ridden { ending: ended.line.ending.expect("the item ended somewhere"), answers: ended.line.answers }
}

fn flight(order: &str) -> String {
    format!(
        "{{\"flight\":\"{FLIGHT}\",\"mode\":\"air\",\"destination\":\"JFK\",\"opens\":\"2026-11-23T10:00:00Z\",\
         \"cutoff\":\"2026-11-23T23:00:00Z\",\"departs\":\"2026-11-23T23:50:00Z\",\"order\":\"{order}\"}}"
    )
}

fn parcel() -> String {
    format!(
        "{{\"parcel\":\"P1\",\"plates\":[\"{PLATE}\"],\"destination\":\"JFK\",\"flight\":\"{FLIGHT}\",\
         \"customs\":\"released\",\"security\":\"screened\"}}"
    )
}

fn hold(customs: &str) -> String {
    format!("{{\"parcel\":\"P1\",\"customs\":\"{customs}\"}}")
}

fn plan(version: u32, chute: u16) -> String {
    format!(
        "version = {version}\nfull_delay_ms = 0\nafter_full_pieces = 0\n\n[[flight]]\nflight = \"{FLIGHT}\"\n\
         chutes = [{chute}]\n"
    )
}

/// The parcel, number 0, behind its forerunners.
struct OneParcel;

impl Parcels for OneParcel {
    fn count(&self) -> u32 {
        1 + FORERUNNERS
    }

    fn nth(&self, nth: u64) -> ParcelNo {
        FORERUNNERS - ParcelNo::try_from(nth).expect("few parcels")
    }

    fn plates(&self, parcel: ParcelNo, plate: &mut dyn FnMut(&str)) {
        if parcel == 0 {
            plate(PLATE);
        }
    }
}

/// Notices when the controller hears the sensor that tells the count.
struct Bell(Rc<Cell<bool>>);

impl StepWatch for Bell {
    fn stepping(&mut self, _at: u64, _input: &Input) {}

    fn stepped(&mut self, _at: u64, input: &Input) {
        let Input::Board { telegram: BoardTelegram::Chute { chute: BELL, sensor, active: true, .. }, .. } = input
        else {
            return;
        };
        self.0.set(self.0.get() || *sensor == ChuteSensor::HalfFull);
    }
}

/// When the change comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trigger {
    /// So many counts before the target, which the board has not been told yet.
    Unknown { before_target: i64 },
    /// At this count.
    At { count: u32, before_target: i64 },
    /// It has come.
    Rung,
}

struct OneItem {
    world: World,
    change: Change,
    at_count: Trigger,
    heard: Rc<Cell<bool>>,
    records: Vec<(FeedFile, String)>,
    chute: u16,
    other: u16,
    ending: Option<Ending>,
    answers: Vec<HoldVerdict>,
    now: u64,
}

impl OneItem {
    /// The count has come: a sensor tells it, and what is written follows as soon as that is heard.
    fn ring(&mut self, sink: &mut impl WorldSink) {
        self.at_count = Trigger::Rung;
        let record = match self.change {
            Change::None => return,
            Change::ChuteFull => return self.world.set_pieces(self.chute, 40, sink),
            Change::Hold => (FeedFile::Holds, hold("hold")),
            Change::DoNotLoad => (FeedFile::Holds, hold("do-not-load")),
            Change::FlightCancelled => (FeedFile::Flights, flight("cancelled")),
            Change::OtherPlan => (FeedFile::Plan, plan(2, self.other)),
        };
        self.world.set_pieces(BELL, 20, sink);
        self.records.push(record);
    }
}

impl Line for OneItem {
    fn next_event_at(&self) -> Option<u64> {
        self.world.next_event_at()
    }

    fn advance(&mut self, to: u64, sink: &mut impl LineSink) -> u64 {
        while self.now < to && !sink.pauses() {
            let mut ears = Ears { sink, at_count: self.at_count, ending: self.ending };
            self.now = self.world.advance(to.min(self.now + STEP_NS), &mut ears);
            (self.at_count, self.ending) = (ears.at_count, ears.ending);
            if matches!(self.at_count, Trigger::At { count, .. } if count == self.world.count()) {
                let mut ears = Ears { sink, at_count: self.at_count, ending: self.ending };
                self.ring(&mut ears);
            }
        }
        self.now
    }

    fn host_wrote(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.world.from_host(at, port, bytes);
    }

    fn host_has(&mut self, _at: u64, _port: usize, _open: bool) {}

    fn ports(&self) -> usize {
        self.world.ports().len()
    }

    fn utc_ms(&self, at: u64) -> i64 {
        START_UTC_MS + (at / 1_000_000).cast_signed()
    }

    fn next_feed_at(&self) -> Option<u64> {
        let rings = self.at_count == Trigger::Rung && !self.heard.get();
        (!self.records.is_empty() && !rings).then_some(self.now)
    }

    fn feed(&mut self, _at: u64, to: &mut dyn FnMut(FeedLine<'_>)) {
        for (file, text) in self.records.drain(..) {
            to(FeedLine { file, text: &text });
            if file == FeedFile::Plan {
                to(FeedLine { file: FeedFile::Parcels, text: &parcel() });
            }
        }
    }

    fn stop_faults(&mut self, _at: u64) {}

    fn stop_parcels(&mut self, _at: u64) {}

    fn finished(&self) -> bool {
        self.world.finished()
    }

    fn heard(&mut self, _at: u64, heard: Heard<'_>) {
        if let Heard::Told(Told::Answered { parcel: b"P1", verdict }) = heard {
            self.answers.push(verdict);
        }
    }
}

/// Hears the world.
struct Ears<'a, S> {
    sink: &'a mut S,
    at_count: Trigger,
    ending: Option<Ending>,
}

impl<S: LineSink> WorldSink for Ears<'_, S> {
    fn to_host(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.sink.to_host(at, port, bytes);
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        self.sink.port(at, port, present);
    }

    fn kill_controller(&mut self, _at: u64, _down_ns: u64) {}

    fn physical(&mut self, _at: u64, event: &Physical) {
        match *event {
            // The divert may be aimed anew: what counts is the target that is in force.
            Physical::Aimed { parcel: Some(0), count, .. } => match self.at_count {
                Trigger::Unknown { before_target } | Trigger::At { before_target, .. } => {
                    let before = u32::try_from(before_target).expect("a lead");
                    self.at_count = Trigger::At { count: count.wrapping_sub(before), before_target };
                }
                Trigger::Rung => {}
            },
            Physical::Discharged { item: ITEM, chute, .. } => self.ending = Some(Ending::Chute(chute)),
            Physical::EndOfLine { item: ITEM } => self.ending = Some(Ending::EndOfLine),
            Physical::Aimed { .. }
            | Physical::CameRound { .. }
            | Physical::Discharged { .. }
            | Physical::EndOfLine { .. }
            | Physical::Entered { .. }
            | Physical::AtPec { .. }
            | Physical::Scanned { .. }
            | Physical::Fired { .. }
            | Physical::Turned { .. }
            | Physical::Removed { .. }
            | Physical::Full { .. }
            | Physical::Stuck { .. }
            | Physical::Change { .. }
            | Physical::Belt { .. }
            | Physical::BoardStarted { .. }
            | Physical::Weigher { .. }
            | Physical::Eye { .. }
            | Physical::CountsReset { .. } => {}
        }
    }

    fn strike(&mut self, _at: u64, _strike: &Strike) {}

    fn pauses(&self) -> bool {
        self.sink.pauses()
    }
}
