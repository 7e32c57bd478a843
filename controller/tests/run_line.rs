//! `sortie run` as a process, with a board on a pseudo-terminal: it comes up, follows its files, stops cleanly, and its
//! journal can be replayed.

mod bench_board;

use bench_board::Board;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};
use serde_json::Value;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

/// A folder with the good line of the cases, its ports in the folder.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/check-good-line");
    for entry in fs::read_dir(case).expect("a case") {
        let path = entry.expect("a file").path();
        fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("a copy");
    }
    let line = folder.path().join("line.toml");
    let text = fs::read_to_string(&line).expect("a line");
    let text: String = text
        .lines()
        .map(|line| match line.split_once("path = \"") {
            Some((before, rest)) => {
                let name = rest.split('"').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
                format!("{before}path = \"{}\"\n", folder.path().join(name).display())
            }
            None => format!("{line}\n"),
        })
        .collect();
    fs::write(line, text).expect("a line");
    folder
}

fn board_path(folder: &Path) -> PathBuf {
    let text = fs::read_to_string(folder.join("line.toml")).expect("a line");
    let config = sortie_controller::config::line_from_str("line.toml", &text).expect("a good line");
    config.ports[config.board.port].path.clone()
}

struct Line {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    last: Value,
}

impl Line {
    fn start(folder: &Path) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_sortie")), folder)
    }

    /// The same with a disk on which no byte can be written, until somebody makes room.
    fn start_on_a_full_disk(folder: &Path) -> Self {
        let mut shell = Command::new("sh");
        let limited = "trap '' XFSZ; ulimit -S -f 0; exec \"$0\" \"$@\"";
        shell.args(["-c", limited, env!("CARGO_BIN_EXE_sortie")]);
        Self::run(shell, folder)
    }

    fn make_room(&self) {
        let all = Rlimit { current: None, maximum: getrlimit(Resource::Fsize).maximum };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, all).expect("room");
    }

    /// The same with a disk on which no file grows beyond `blocks` of half a kilobyte or so.
    fn start_on_a_small_disk(folder: &Path, blocks: u32) -> Self {
        let mut shell = Command::new("sh");
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.args(["-c", &limited, env!("CARGO_BIN_EXE_sortie")]);
        Self::run(shell, folder)
    }

    fn run(mut command: Command, folder: &Path) -> Self {
        let mut child = command
            .args(["run", "--json", "--config"])
            .arg(folder.join("line.toml"))
            .stdout(Stdio::piped())
            .stderr(OpenOptions::new().append(true).create(true).open(folder.join("log")).expect("a log"))
            .spawn()
            .expect("the program starts");
        let out = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, out, last: Value::Null }
    }

    /// Reads stats lines until one is as wished.
    fn until(&mut self, what: &str, wish: impl Fn(&Value) -> bool) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let Some(Ok(text)) = self.out.next() else { break };
            self.last = serde_json::from_str(&text).expect("a stats line is JSON");
            if wish(&self.last) {
                return;
            }
        }
        panic!("never {what}; the last stats line was {:#}", self.last);
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("a signal");
    }

    fn stop(mut self) -> Value {
        self.signal(Signal::TERM);
        for text in self.out.by_ref() {
            self.last = serde_json::from_str(&text.expect("text")).expect("a stats line is JSON");
        }
        let status = self.child.wait().expect("an end");
        assert!(status.success(), "{status}");
        self.last.clone()
    }
}

fn replay(folder: &Path) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_sortie")).arg("replay").arg(folder.join("journal")).output();
    let done = done.expect("the program starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

#[test]
fn a_line_comes_up_survives_a_kill_and_stops_cleanly() {
    let folder = folder();
    let board = Board::start(&board_path(folder.path()), 9);
    let mut line = Line::start(folder.path());
    line.until("link up", |stats| stats["link_up"] == true);
    line.until("clocks taken", |stats| stats["ports"]["board"]["frames"].as_u64() > Some(20));
    line.until("a plan in use", |stats| stats["plan_version"].as_u64() > Some(0));
    line.signal(Signal::KILL);
    line.child.wait().expect("an end");
    let before = replay(folder.path());
    assert!(before.contains("differing 0"), "{before}");

    let mut line = Line::start(folder.path());
    line.until("link up again", |stats| stats["link_up"] == true && stats["inputs"].as_u64() > Some(20));
    assert_eq!(line.last["flushes"], 1, "the same boot, nothing lost: only the very first start flushed");
    line.signal(Signal::USR1);
    line.until("two more lines", |_| true);
    let last = line.stop();
    assert_eq!(last["final"], true);
    assert!(replay(folder.path()).contains("differing 0"));
    let dumped = fs::read_dir(folder.path().join("journal"))
        .expect("a folder")
        .any(|entry| entry.expect("a file").file_name().to_string_lossy().starts_with("recorder-"));
    assert!(dumped, "SIGUSR1 writes the flight recorder down");
    drop(board);
}

#[test]
fn files_are_followed_while_the_line_runs() {
    let folder = folder();
    let mut line = Line::start(folder.path());
    line.until("a plan in use", |stats| stats["plan_version"].as_u64() > Some(0));
    let taken = line.last["files"]["taken"].as_u64().expect("a count");
    let version = line.last["plan_version"].as_u64().expect("a version");
    let mut parcels = OpenOptions::new().append(true).open(folder.path().join("parcels.ndjson")).expect("parcels");
    writeln!(parcels, r#"{{"parcel":"PX1","plates":["LP000099999999999"],"destination":"JFK","customs":"released","security":"screened"}}"#)
        .expect("a line");
    writeln!(parcels, "this is no parcel").expect("a line");
    line.until("one more taken, one skipped", |stats| {
        stats["files"]["taken"].as_u64() == Some(taken + 1) && stats["files"]["skipped"].as_u64() > Some(0)
    });
    let plan = folder.path().join("plan.toml");
    let text = fs::read_to_string(&plan).expect("a plan");
    File::create(&plan).expect("a plan").write_all(b"version = \"half a plan").expect("a plan");
    line.until("a plan that was refused", |stats| stats["files"]["plan_refused"] == true);
    assert_eq!(line.last["plan_version"].as_u64(), Some(version), "a bad plan changes nothing");
    let next = text.replacen(&format!("version = {version}"), &format!("version = {}", version + 1), 1);
    assert_ne!(next, text);
    fs::write(&plan, next).expect("a plan");
    line.until("the new plan in use", |stats| stats["plan_version"].as_u64() == Some(version + 1));
    line.stop();
    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains("parcels.ndjson:"), "the bad line is named: {log}");
    assert!(log.contains("the plan in use stays in use"), "{log}");
    assert!(log.contains("cannot open"), "missing ports are named: {log}");
}

#[test]
fn a_disk_that_refuses_again_and_again_costs_no_entry() {
    let folder = folder();
    let board = Board::start(&board_path(folder.path()), 9);
    let mut line = Line::start_on_a_small_disk(folder.path(), 256);
    line.until("link up", |stats| stats["link_up"] == true);
    let mut parcels = OpenOptions::new().append(true).open(folder.path().join("parcels.ndjson")).expect("parcels");
    for burst in 1..=6_u64 {
        for number in 0..500 {
            let plate = burst * 1_000 + number;
            let text = format!(r#"{{"parcel":"F{plate}","plates":["LP0000{plate:010}"],"destination":"JFK"}}"#);
            writeln!(parcels, "{text}").expect("a line");
        }
        line.until("a burst of parcels taken", |stats| stats["files"]["taken"].as_u64() > Some(burst * 500));
    }
    // Nobody plays the weigher.
    let only_the_weigher = |stats: &Value| stats["alarms"].as_array().is_some_and(|alarms| alarms.len() <= 1);
    line.until("no alarm of the disk", |stats| {
        only_the_weigher(stats) && !has_alarm(stats, "journal") && stats["link_up"] == true
    });
    line.stop();
    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains("cannot write"), "the disk refused: {log}");
    let after = replay(folder.path());
    let inputs: u64 = after.split(' ').nth(1).and_then(|number| number.parse().ok()).expect("a count");
    assert!(after.contains("differing 0") && inputs > 3_000, "{after}");
    drop(board);
}

#[test]
fn a_board_that_is_unplugged_has_an_alarm_until_it_is_back() {
    let folder = folder();
    let path = board_path(folder.path());
    let board = Board::start(&path, 9);
    let mut line = Line::start(folder.path());
    line.until("clocks taken", |stats| stats["ports"]["board"]["frames"].as_u64() > Some(20));
    assert!(!has_alarm(&line.last, "the board says nothing"), "{:#}", line.last["alarms"]);
    let end = board.unplug();
    line.until("an alarm", |stats| has_alarm(stats, "the board says nothing"));
    assert_eq!((&line.last["line_state"], &line.last["ports"]["board"]["present"]), (&"fault".into(), &false.into()));
    let board = Board::plug(&path, end);
    line.until("the alarm's end", |stats| !has_alarm(stats, "the board says nothing"));
    line.stop();
    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains("ALARM the board says nothing") && log.contains("alarm over: the board says"), "{log}");
    assert!(replay(folder.path()).contains("differing 0"));
    drop(board);
}

/// Changes the line's configuration.
fn rewrite(folder: &Path, change: impl FnOnce(&str) -> String) {
    let path = folder.join("line.toml");
    let text = fs::read_to_string(&path).expect("a line");
    let changed = change(&text);
    assert_ne!(changed, text);
    fs::write(path, changed).expect("room");
}

/// What a start that is refused says.
fn refused(folder: &Path) -> String {
    let done =
        Command::new(env!("CARGO_BIN_EXE_sortie")).args(["run", "--config"]).arg(folder.join("line.toml")).output();
    let done = done.expect("the program starts");
    assert_eq!(done.status.code(), Some(1));
    String::from_utf8(done.stderr).expect("text")
}

#[test]
fn a_journal_is_gone_on_with_by_its_own_line_alone() {
    let folder = folder();
    let path = folder.path();
    let mut line = Line::start(path);
    line.until("a plan in use", |stats| stats["plan_version"].as_u64() > Some(0));
    // The lock file is empty and looks like a leftover.
    fs::remove_file(path.join("journal/lock")).expect("a lock");
    let told = refused(path);
    assert!(told.contains("journal is in use by another process; one line has one controller"), "{told}");
    line.stop();

    // The same line may be changed: what rode is unknown then, and the files are read again.
    rewrite(path, |text| text.replace("speed_min_mm_s = 2300", "speed_min_mm_s = 2310"));
    let mut line = Line::start(path);
    line.until("a plan in use again", |stats| stats["plan_version"].as_u64() > Some(0));
    line.stop();
    let log = fs::read_to_string(path.join("log")).expect("a log");
    assert!(log.contains("the line's configuration has changed"), "{log}");

    let own = fs::read_to_string(path.join("line.toml")).expect("a line");
    let name = own.lines().find(|line| line.starts_with("name = ")).expect("a name").to_owned();
    rewrite(path, |text| text.replacen(&name, "name = \"other\"", 1));
    let told = refused(path);
    assert!(told.contains("is the journal of line") && told.contains("name another folder as journal"), "{told}");
    fs::write(path.join("line.toml"), own).expect("room");

    let ring = "[loop]\ncarriers = 24\ncarrier_pitch_mm = 600\nindex_sensor = 9\nreject_chute = 2\n\n[board]\n";
    rewrite(path, |text| {
        let text = text.replacen("[line]\n", "[line]\ntopology = \"loop\"\ninductions = [1, 2]\n", 1);
        text.replacen("[board]\n", ring, 1).replace("kind = \"end-of-line\"", "kind = \"belt\"")
    });
    let told = refused(path);
    assert!(told.contains("is the journal of a line with topology = \"linear\""), "{told}");
    let check =
        Command::new(env!("CARGO_BIN_EXE_sortie")).args(["check", "--config"]).arg(path.join("line.toml")).output();
    let check = String::from_utf8(check.expect("the program starts").stdout).expect("text");
    assert!(check.contains("is the journal of a line with topology = \"linear\""), "{check}");
}

#[test]
fn a_closed_terminal_stops_the_line_cleanly() {
    let folder = folder();
    let mut line = Line::start(folder.path());
    line.until("a plan in use", |stats| stats["plan_version"].as_u64() > Some(0));
    line.signal(Signal::HUP);
    line.until("the last stats line", |stats| stats["final"] == true);
    line.stop();
    assert!(replay(folder.path()).contains("differing 0"));

    // But for one that was started to outlive it.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sortie")]);
    let mut line = Line::run(shell, folder.path());
    line.until("up again", |stats| stats["plan_version"].as_u64() > Some(0));
    line.signal(Signal::HUP);
    line.until("a later stats line", |stats| stats["up_s"].as_u64() > Some(2));
    assert_eq!(line.last["final"], false);
    line.stop();
}

/// True if an alarm stands that says this.
fn has_alarm(stats: &Value, text: &str) -> bool {
    let alarms = stats["alarms"].as_array().expect("alarms");
    alarms.iter().any(|alarm| alarm.as_str().is_some_and(|alarm| alarm.contains(text)))
}

#[test]
fn a_line_comes_up_on_a_full_disk_and_goes_on_when_there_is_room() {
    let folder = folder();
    let board = Board::start(&board_path(folder.path()), 9);
    let first = {
        let mut line = Line::start(folder.path());
        line.until("files read", |stats| stats["files"]["taken"].as_u64() > Some(0));
        line.stop()
    };
    let mut line = Line::start_on_a_full_disk(folder.path());
    line.until("up, and in a fault", |stats| stats["link_up"] == true && stats["line_state"] == "fault");
    assert!(has_alarm(&line.last, "nothing is assigned; check the disk"), "{:#}", line.last["alarms"]);
    let taken = line.last["files"]["taken"].as_u64().expect("a count");
    fs::write(folder.path().join("orders.ndjson"), "{\"by\":\"A. Name\",\"order\":\"lock\",\"chute\":1}\n")
        .expect("room");
    line.until("a second gone by", |_| true);
    line.until("an order that waits", |stats| stats["files"]["taken"] == taken);
    line.make_room();
    line.until("no alarm of the disk", |stats| !has_alarm(stats, "the journal cannot be written"));
    line.until("the order taken", |stats| stats["files"]["taken"] == taken + 1);
    line.until("out of the fault", |stats| stats["line_state"] != "fault");
    assert_eq!(line.last["plan_version"], first["plan_version"], "the past is still known");
    line.stop();
    let after = replay(folder.path());
    assert!(after.contains("differing 0"), "{after}");
    drop(board);
}
