//! The drive, with a toy line and a toy controller: what reaches whom, when, and what a kill takes away.

use sortie_sim::drive::controller::{Controller, FeedFile, FeedLine, Hooks, WireCount};
use sortie_sim::drive::line::{Heard, Line, LineSink};
use sortie_sim::drive::trace::{Kind, Trace};
use sortie_sim::drive::virtual_time::{Ended, VirtualTime};
use sortie_world::oracle::Restart;

const MS: u64 = 1_000_000;

/// What the toy line does, at a time.
#[derive(Clone, Copy)]
enum Act {
    Say(usize, &'static [u8]),
    Plug(usize, bool),
    Kill(u64),
}

#[derive(Clone, Default)]
struct ToyLine {
    acts: Vec<(u64, Act)>,
    records: Vec<(u64, &'static str)>,
    heard: Vec<String>,
    end: u64,
    now: u64,
}

impl Line for ToyLine {
    fn next_event_at(&self) -> Option<u64> {
        self.acts.first().map(|(at, _)| *at).or(Some(self.end))
    }

    fn advance(&mut self, to: u64, sink: &mut impl LineSink) -> u64 {
        while let Some((at, _)) = self.acts.first()
            && *at <= to
        {
            if *at > self.now && sink.pauses() {
                return self.now;
            }
            self.now = *at;
            match self.acts.remove(0) {
                (at, Act::Say(port, bytes)) => sink.to_host(at, port, bytes),
                (at, Act::Plug(port, present)) => sink.port(at, port, present),
                (at, Act::Kill(down_ns)) => sink.kill(at, down_ns),
            }
            sink.happened(self.now, Kind::Physical, 0, b"something");
        }
        if !sink.pauses() {
            self.now = to.min(self.end.max(self.now));
        }
        self.now
    }

    fn host_wrote(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.heard.push(format!("{} {port} {}", at / MS, String::from_utf8_lossy(bytes)));
    }

    fn host_has(&mut self, at: u64, port: usize, open: bool) {
        self.heard.push(format!("{} {port} {}", at / MS, if open { "open" } else { "shut" }));
    }

    fn ports(&self) -> usize {
        2
    }

    fn utc_ms(&self, at: u64) -> i64 {
        (at / MS).cast_signed()
    }

    fn next_feed_at(&self) -> Option<u64> {
        self.records.first().map(|(at, _)| *at)
    }

    fn feed(&mut self, at: u64, to: &mut dyn FnMut(FeedLine<'_>)) {
        while self.records.first().is_some_and(|(due, _)| *due <= at) {
            let (_, text) = self.records.remove(0);
            to(FeedLine { file: FeedFile::Holds, text });
        }
    }

    fn stop_faults(&mut self, _at: u64) {}

    fn stop_parcels(&mut self, _at: u64) {}

    fn finished(&self) -> bool {
        self.now >= self.end
    }

    fn heard(&mut self, at: u64, heard: Heard<'_>) {
        self.heard.push(format!("{} {heard:?}", at / MS));
    }
}

/// Answers every chunk 2 ms after it came, in capitals; forgets all that it has not answered when it is killed.
#[derive(Default)]
struct Echo {
    log: Vec<String>,
    waiting: Vec<(u64, usize, Vec<u8>)>,
    impatient: bool,
}

impl Controller for Echo {
    fn start(&mut self, at: u64, hooks: &mut impl Hooks) {
        self.log.push(format!("{} start", at / MS));
        hooks.restarted(at, Restart { same_outputs: true, same_state: true });
    }

    fn bytes(&mut self, at: u64, port: usize, bytes: &[u8]) {
        self.waiting.push((at + 2 * MS, port, bytes.to_ascii_uppercase()));
    }

    fn port(&mut self, at: u64, port: usize, present: bool) {
        self.log.push(format!("{} port {port} {present}", at / MS));
    }

    fn feed(&mut self, at: u64, line: FeedLine<'_>) {
        self.log.push(format!("{} {}", at / MS, line.text));
    }

    fn utc(&mut self, at: u64, utc_ms: i64) {
        assert_eq!((at / MS).cast_signed(), utc_ms);
    }

    fn poll(&mut self, at: u64, hooks: &mut impl Hooks) {
        let due = self.waiting.iter().take_while(|(due, ..)| *due <= at).count();
        for (_, port, bytes) in self.waiting.drain(..due) {
            hooks.to_line(at, port, &bytes);
        }
    }

    fn next_timeout(&self) -> Option<u64> {
        if self.impatient { Some(0) } else { self.waiting.first().map(|(at, ..)| *at) }
    }

    fn kill(&mut self, at: u64) {
        self.log.push(format!("{} killed", at / MS));
        self.waiting.clear();
    }

    fn wire(&self, _port: usize) -> WireCount {
        WireCount::default()
    }
}

fn run(line: ToyLine, controller: Echo) -> (Ended<ToyLine, Echo>, u64) {
    let mut ended = VirtualTime::new(line, controller, Trace::new(None)).run();
    let hash = std::mem::replace(&mut ended.trace, Trace::new(None)).finish().expect("a hash");
    (ended, hash)
}

#[test]
fn an_answer_comes_in_its_time() {
    let acts = vec![(5 * MS, Act::Say(0, b"one")), (6 * MS, Act::Say(1, b"two"))];
    let (ended, _) = run(ToyLine { acts, end: 20 * MS, ..ToyLine::default() }, Echo::default());
    assert_eq!(
        ended.line.heard,
        ["0 Restarted(Restart { same_outputs: true, same_state: true })", "0 0 open", "0 1 open", "7 0 ONE", "8 1 TWO"]
    );
    assert_eq!(ended.at, 20 * MS);
}

#[test]
fn a_kill_takes_what_was_not_said_and_a_restart_opens_what_is_there() {
    let acts = vec![
        (5 * MS, Act::Say(0, b"lost")),
        (6 * MS, Act::Kill(10 * MS)),
        (8 * MS, Act::Say(0, b"to nobody")),
        (9 * MS, Act::Plug(1, false)),
        (17 * MS, Act::Say(0, b"again")),
        (18 * MS, Act::Plug(1, true)),
    ];
    let records = vec![(MS, "early"), (10 * MS, "while down")];
    let (ended, _) = run(ToyLine { acts, records, end: 30 * MS, ..ToyLine::default() }, Echo::default());
    let log = ["0 start", "0 port 0 true", "0 port 1 true", "1 early", "6 killed"];
    assert_eq!(ended.controller.log[..5], log);
    assert_eq!(ended.controller.log[5..], ["16 start", "16 port 0 true", "16 while down", "18 port 1 true"]);
    let wire = [
        "6 0 shut",
        "6 1 shut",
        "16 Restarted(Restart { same_outputs: true, same_state: true })",
        "16 0 open",
        "18 1 open",
        "19 0 AGAIN",
    ];
    assert_eq!(ended.line.heard[3..], wire);
}

#[test]
fn bytes_of_a_vanished_port_reach_nobody() {
    let acts = vec![(2 * MS, Act::Plug(0, false)), (3 * MS, Act::Say(0, b"gone")), (4 * MS, Act::Plug(0, true))];
    let (ended, _) = run(ToyLine { acts, end: 10 * MS, ..ToyLine::default() }, Echo::default());
    assert_eq!(ended.line.heard[3..], ["2 0 shut", "4 0 open"]);
}

#[test]
fn time_passes_even_if_the_controller_never_waits() {
    let echo = Echo { impatient: true, ..Echo::default() };
    let (ended, _) = run(ToyLine { end: MS, ..ToyLine::default() }, echo);
    assert_eq!(ended.at, MS);
}

#[test]
fn the_hash_knows_every_chunk_and_its_time() {
    let line = |at, bytes| ToyLine { acts: vec![(at, Act::Say(0, bytes))], end: 20 * MS, ..ToyLine::default() };
    let hash = |line| run(line, Echo::default()).1;
    let same = hash(line(5 * MS, b"one"));
    assert_eq!(same, hash(line(5 * MS, b"one")));
    assert_ne!(same, hash(line(5 * MS + 1, b"one")));
    assert_ne!(same, hash(line(5 * MS, b"onf")));
}
