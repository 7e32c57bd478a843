//! The counters' end of step 6: the stats line, the log, the flight recorder.

use super::files::FilesMeter;
use super::listener::Listener;
use super::port_watch::PortWatch;
use super::published::{CoreMeter, Published};
use crate::clock::Clock;
use crate::config::Names;
use crate::recorder::Recorder;
use crate::stats::{Spread, Tally, alarm_text};
use crate::terminal::plain;
use crate::trace::refusal_text;
use crossbeam_queue::ArrayQueue;
use rtrb::Consumer;
use serde_json::{Map, Value, json};
use sortie_core::input::Input;
use sortie_core::output::Record;
use sortie_core::records::Person;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A sync that takes longer is told to people.
const SLOW_SYNC_NS: u64 = 50_000_000;
/// Two dumps of the flight recorder are at least this far apart.
const DUMP_EVERY: Duration = Duration::from_secs(10);
/// An alarm that is none of the core's: a plan that is refused never reaches it.
const PLAN_REFUSED: &str = "the plan in the plan's file was refused: the log says why, and `sortie plan check`";
/// Dumps of one run; an alarm that comes and goes all night must not fill the disk that the journal needs.
const DUMPS_MAX: u32 = 50;

/// Everything that the counters read.
pub(super) struct Publisher {
    pub(super) published: Consumer<Published>,
    pub(super) messages: Receiver<String>,
    pub(super) tally: Tally,
    pub(super) recorder: Recorder,
    pub(super) core: Arc<CoreMeter>,
    pub(super) files: Arc<FilesMeter>,
    pub(super) ports: Vec<PortWatch>,
    pub(super) queue: Arc<ArrayQueue<Input>>,
    pub(super) um_per_count: u32,
    pub(super) name: String,
    pub(super) names: Names,
    pub(super) start: Instant,
    pub(super) sync: Spread,
    pub(super) margin: Spread,
    pub(super) margin_late: u64,
    /// The smallest since the last stats line, mm.
    pub(super) margin_newest: Option<u64>,
    pub(super) dumped: Option<Instant>,
    pub(super) dumps: u32,
}

impl Publisher {
    /// Takes in what has come; writes messages to the log.
    pub(super) fn collect(&mut self) {
        self.recorder.collect();
        while let Ok(text) = self.messages.try_recv() {
            log(&text);
        }
        while let Ok(published) = self.published.pop() {
            self.take(published);
        }
    }

    /// Looks at every port; to be called once a second.
    pub(super) fn look_at_ports(&mut self) {
        self.ports.iter_mut().filter_map(PortWatch::look).for_each(|text| log(&text));
    }

    /// Writes the stats line.
    pub(super) fn write(&mut self, out: &Listener, last: bool) -> io::Result<()> {
        let line = self.line(last);
        self.sync.clear();
        self.margin_newest = None;
        out.say(line.to_string())
    }

    /// Writes the flight recorder's memory to a file, unless it just was.
    pub(super) fn dump(&mut self, why: &str) {
        if self.dumped.is_some_and(|at| at.elapsed() < DUMP_EVERY) || self.dumps >= DUMPS_MAX {
            return;
        }
        self.dumped = Some(Instant::now());
        self.dumps += 1;
        match self.recorder.dump(why, Clock::utc_ms()) {
            Ok(path) => log(&format!("flight recorder written to {} ({why})", path.display())),
            Err(error) => log(&format!("the flight recorder could not be written: {error}")),
        }
    }

    fn take(&mut self, published: Published) {
        match published {
            Published::Record { at, record, by } => {
                self.tally.take(&record);
                self.recorder.record(at, &record);
                self.tell(&record, by.as_ref());
            }
            Published::Synced { took_ns } => {
                self.sync.add(took_ns / 1000);
                if took_ns > SLOW_SYNC_NS {
                    log(&format!("the disk took {} ms for one sync: fires wait for it", took_ns / 1_000_000));
                }
            }
            Published::Margin { um } => match u64::try_from(um / 1000) {
                Ok(mm) => {
                    self.margin.add(mm);
                    self.margin_newest = Some(self.margin_newest.map_or(mm, |newest| newest.min(mm)));
                }
                Err(_) => self.margin_late += 1,
            },
            Published::Said(text) => {
                log(&text);
                self.dump("the controller said so");
            }
        }
    }

    fn tell(&mut self, record: &Record, by: Option<&Person>) {
        if let Record::Alarm { alarm, raised } = record {
            let text = alarm_text(*alarm, &self.names);
            log(&format!("{} {text}", if *raised { "ALARM" } else { "alarm over:" }));
            if *raised {
                self.dump(&text);
            }
        } else if let Record::Flushed { count, why } = record {
            log(&format!("the belt is unknown from count {count} on ({why:?})"));
        } else if let Record::PlanInUse { version } = record {
            log(&format!("plan version {version} is in use"));
        } else if let Record::Refused(refusal) = record {
            let by = by.map_or_else(String::new, |by| format!(" (ordered by {})", String::from_utf8_lossy(by)));
            log(&format!("{}{by}", refusal_text(refusal, &self.names)));
        }
    }

    fn line(&self, last: bool) -> Value {
        let mut line = Map::new();
        let number = |value: &std::sync::atomic::AtomicU64| json!(value.load(Ordering::Relaxed));
        let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
        put("utc_ms", json!(Clock::utc_ms()));
        put("clock_off_ms", json!(self.core.clock_off_ms.load(Ordering::Relaxed)));
        put("line", json!(self.name));
        put("up_s", json!(self.start.elapsed().as_secs()));
        put("final", json!(last));
        put("inputs", number(&self.core.inputs));
        put("records", number(&self.core.records));
        // The board's port is the first.
        let up = self.ports.first().is_some_and(|board| board.speaks() && board.meter.load().up);
        put("link_up", json!(up && self.core.link_ups.load(Ordering::Relaxed) > 0));
        put("link_ups", number(&self.core.link_ups));
        let speed = self.core.speed_cps.load(Ordering::Relaxed) * u64::from(self.um_per_count) / 1000;
        put("belt_mm_s", json!(speed));
        put("sync_us", self.sync_us());
        put("command_margin_mm", self.margin_mm());
        put("queues", self.queues());
        let (taken, skipped) = (number(&self.files.taken), number(&self.files.skipped));
        let refused = self.files.plan_refused.load(Ordering::Relaxed);
        put("files", json!({ "taken": taken, "skipped": skipped, "plan_refused": refused }));
        put("ports", self.ports.iter().map(|watch| (watch.role.clone(), port(watch))).collect());
        self.tally.write(&mut line, &self.names);
        if refused && let Some(Value::Array(alarms)) = line.get_mut("alarms") {
            alarms.push(json!(PLAN_REFUSED));
        }
        Value::Object(line)
    }

    fn sync_us(&self) -> Value {
        let sync = &self.sync;
        let (p50, p99) = (sync.per_mille(500), sync.per_mille(990));
        json!({ "p50": p50, "p99": p99, "max": sync.max(), "count": sync.count() })
    }

    fn margin_mm(&self) -> Value {
        let margin = &self.margin;
        let (p1, p50) = (margin.per_mille(10), margin.per_mille(500));
        json!({
            "min": margin.min(), "p1": p1, "p50": p50, "count": margin.count(), "late": self.margin_late,
            "min_since_last": self.margin_newest,
        })
    }

    fn queues(&self) -> Value {
        let lost = self.core.lost.load(Ordering::Relaxed);
        json!({
            "files": self.queue.len(), "orders": self.core.orders.load(Ordering::Relaxed),
            "orders_lost": self.core.orders_lost.load(Ordering::Relaxed),
            "published": self.published.slots(), "lost": lost,
        })
    }
}

/// Those who read the log.
static READERS: OnceLock<Listener> = OnceLock::new();

/// From now on the log waits for nobody who reads it.
pub(super) fn open_log() -> io::Result<()> {
    let _ = READERS.set(Listener::on("log", io::stderr(), true)?);
    Ok(())
}

/// Gives those who read the log the time to take the rest.
pub(super) fn close_log() {
    if let Some(readers) = READERS.get() {
        readers.finish();
    }
}

/// Writes a line for people, with the time, to standard error.
pub(super) fn log(text: &str) {
    let stamp = jiff::Timestamp::from_millisecond(Clock::utc_ms()).unwrap_or_default();
    let text = text.lines().map(plain).collect::<Vec<_>>().join("\n");
    // Without an error stream there is nobody to tell.
    let _ = READERS.get().map(|readers| readers.say(format!("{stamp:.3} {text}")));
}

fn port(watch: &PortWatch) -> Value {
    let meter = &watch.meter;
    let mut value = json!(meter.load());
    if let Value::Object(map) = &mut value {
        map.insert("present".to_owned(), json!(meter.present()));
        map.insert("opened".to_owned(), json!(meter.opened()));
        map.insert("ring_waits".to_owned(), json!(meter.ring_waits()));
        map.insert("trouble".to_owned(), json!(watch.trouble.map(|trouble| trouble.to_string())));
    }
    value
}
