//! hardware.md is enough: a board that was built from the page alone, on a wire that spoils frames, sorts with the real
//! controller, also when that is killed and started again.

mod page_board;

use page_board::stage::{CHUTE_AT, LENGTH, Stage, plate};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// More items than this without the wished number of diverts, and the board and the controller do not understand
/// each other.
const ITEMS_MAX: usize = 40;

const LINE: &str = r#"
[line]
name = "page"
um_per_count = 1000
speed_mm_s = 1000
speed_max_mm_s = 1100
speed_min_mm_s = 900
item_length_mm = { min = 80, max = 600 }
gap_min_mm = 90
clearance_mm = 15
window_base_mm = 8
inner_permille = 6
outer_permille = 12
length_tolerance_mm = 40
stop_slip_mm = 10
view_mm = 400
send_ahead_mm = 1000
suspect = { k = 8, n = 12 }
parcels_max = 1000

[board]
port = "board"
lease_ms = 100
retry_ms = 20
scan_ms = 5
margin_ms = 20

[files]
plan = "plan.toml"
parcels = "parcels.ndjson"
flights = "flights.ndjson"
holds = "holds.ndjson"
journal = "journal"

[[port]]
role = "board"
path = "board"

[[port]]
role = "scanner"
path = "scanner"

[[pec]]
name = "entry"
sensor = 0
position_mm = 0
kind = "entry"
debounce_mm = 20

[[pec]]
name = "belt"
sensor = 1
position_mm = 2500
kind = "belt"

[[pec]]
name = "end"
sensor = 2
position_mm = 5500
kind = "end-of-line"

[[scanner]]
name = "top"
port = "scanner"
dialect = "sick-clv"
trigger_mm = 800
read_jitter_ms = 60
no_read = "NoRead"

[[chute]]
number = 1
position_mm = 4000
output = 0
stroke_ms = 60
divert_width_mm = 120
confirm_mm = { min = 50, max = 1000 }
"#;

const PLAN: &str = r#"
version = 1

[[flight]]
flight = "3V4711/2026-11-23/LGG"
chutes = [1]
"#;

const FLIGHT: &str = r#"{"flight":"3V4711/2026-11-23/LGG","mode":"air","destination":"JFK","opens":"2020-01-01T00:00:00Z","cutoff":"2120-01-01T00:00:00Z","departs":"2120-01-01T01:00:00Z"}"#;

/// What an operator would write: every plate of the test is on file, but for each second one.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let line = LINE.replace("path = \"", &format!("path = \"{}/", folder.path().display()));
    let parcels: String = (0..ITEMS_MAX)
        .filter(|item| item % 2 == 0)
        .map(|item| {
            let plate = plate(item);
            format!(
                r#"{{"parcel":"P{item}","plates":["{plate}"],"destination":"JFK","flight":"3V4711/2026-11-23/LGG","customs":"released","security":"screened"}}"#
            ) + "\n"
        })
        .collect();
    let files = [("line.toml", line), ("plan.toml", PLAN.into()), ("flights.ndjson", format!("{FLIGHT}\n"))];
    for (name, text) in files.into_iter().chain([("parcels.ndjson", parcels)]) {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn start(folder: &Path) -> Child {
    let log = |name: &str| {
        let file = OpenOptions::new().append(true).create(true).open(folder.join(name)).expect("a log");
        Stdio::from(file)
    };
    Command::new(env!("CARGO_BIN_EXE_sortie"))
        .args(["run", "--config"])
        .arg(folder.join("line.toml"))
        .stdout(log("stats"))
        .stderr(log("log"))
        .spawn()
        .expect("the program starts")
}

fn says(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_sortie")).args(arguments).current_dir(folder).output();
    String::from_utf8(done.expect("the program starts").stdout).expect("text")
}

/// Runs the belt, an item a second, until so many items were diverted.
fn until_diverted(stage: &mut Stage, diverts: usize, folder: &Path) {
    let pitch = 1000;
    while stage.diverted.len() < diverts {
        stage.scan();
        let due = stage.items.last().is_none_or(|lead| stage.board.count.wrapping_sub(*lead) >= pitch);
        if due && stage.items.len() == ITEMS_MAX {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("{} of {ITEMS_MAX} items were diverted: {:?}\n{log}", stage.diverted.len(), stage.board);
        }
        if due {
            stage.induct();
        }
    }
}

/// Runs the belt until what rides now has left it.
fn until_empty(stage: &mut Stage) {
    let end = stage.board.count.wrapping_add(CHUTE_AT + 2 * LENGTH + 2500);
    while end.wrapping_sub(stage.board.count).cast_signed() > 0 {
        stage.scan();
    }
}

#[test]
fn a_board_that_was_built_from_the_page_alone_sorts() {
    let folder = folder();
    let mut stage = Stage::new(folder.path());
    let mut controller = start(folder.path());
    until_diverted(&mut stage, 2, folder.path());
    controller.kill().expect("a kill");
    controller.wait().expect("an end");
    let resumed = stage.board.resumed;

    let mut controller = start(folder.path());
    until_diverted(&mut stage, 4, folder.path());
    assert_eq!(stage.board.resumed, resumed + 1, "the same boot, nothing lost: the stream goes on");
    until_empty(&mut stage);
    kill_process(Pid::from_child(&controller), Signal::TERM).expect("a signal");
    assert!(controller.wait().expect("an end").success());

    assert!(stage.board.bad_frames > 0, "the wire spoils frames");
    assert!(stage.diverted.iter().all(|item| item % 2 == 0), "only what is on file is diverted: {:?}", stage.diverted);
    assert!(says(folder.path(), &["replay", "journal"]).contains("differing 0"));
    let story = says(folder.path(), &["trace", &plate(stage.diverted[0]), "--journal", "journal"]);
    assert!(story.contains("chute 1") && story.contains("confirmed"), "{story}");
}
