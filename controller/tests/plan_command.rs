//! `sortie plan check`, `diff`, `activate` and `rollback`, through the binary.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A line's folder with the plan that has everything in it.
struct Office {
    folder: TempDir,
}

impl Office {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan-everything");
        for file in ["line.toml", "plan.toml", "flights.ndjson"] {
            fs::copy(case.join(file), folder.path().join(file)).expect("a case's file");
        }
        Self { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("the file")
    }

    /// Writes a new plan beside the one in place: the same but for some changes.
    fn draft(&self, changes: &[(&str, &str)]) {
        let mut text = self.text("plan.toml");
        for (old, new) in changes {
            assert!(text.contains(old), "{old}");
            text = text.replacen(old, new, 1);
        }
        fs::write(self.path("draft.toml"), text).expect("room");
    }

    fn plan(&self, args: &[&str]) -> Output {
        let command =
            Command::new(env!("CARGO_BIN_EXE_sortie")).arg("plan").args(args).current_dir(self.folder.path()).output();
        command.expect("the binary")
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.plan(args);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        serde_json::from_str(text.lines().last().expect("a line")).expect("one JSON object on the last line")
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn a_good_plan_is_good_and_a_bad_one_is_told_with_its_places() {
    let office = Office::new();
    assert_eq!(office.json(&["check", "--json"])["version"].as_u64(), Some(7));
    office.draft(&[("chutes = [1, 2]", "chutes = [1, 22]"), ("complete = true", "complete = 1")]);
    let bad = office.plan(&["check", "draft.toml", "--json"]);
    assert_eq!(bad.status.code(), Some(1));
    let told = told(&bad);
    assert!(told.contains("draft.toml:4:12: ") && told.contains("the line has no chute 22"), "{told}");
    let json: Value = serde_json::from_str(told.lines().last().expect("a line")).expect("JSON");
    assert_eq!((json["ok"].as_bool(), json["problems"][1]["column"].as_u64()), (Some(false), Some(14)));
    office.draft(&[("complete = true", "complete = false"), ("outlets = [5, 6]", "outlets = []")]);
    assert!(told_of(&office.plan(&["check", "draft.toml"])).contains("note: draft.toml:1:1: no outlet for NRD"));
    assert_eq!(office.plan(&["chek"]).status.code(), Some(2));
}

fn told_of(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    told(output)
}

#[test]
fn what_changes_is_told_in_sentences() {
    let office = Office::new();
    office.draft(&[
        ("version = 7", "version = 8"),
        ("chutes = [1, 2]\noverflow = [4]", "chutes = [1]"),
        ("flight = \"5X222A/2026-11-24/LGG\"", "flight = \"9X999/2026-11-24/LGG\""),
        ("disabled = [8]", "disabled = []"),
        ("pieces_max = 400", "pieces_max = 350"),
        ("outlets = [5, 6]", "outlets = [6]"),
        ("cutoff_earlier_s = 1800", "cutoff_earlier_s = 0"),
        ("[\"released\", \"assessing\"]", "[\"released\"]"),
        ("riding_max = 40", "riding_max = 50"),
    ]);
    let told = told_of(&office.plan(&["diff", "plan.toml", "draft.toml"]));
    for sentence in [
        "from plan version 7 to 8:",
        "flight 3V4711/2026-11-23/LGG: chutes 1, 2, overflow 4 -> chutes 1",
        "flight 5X222A/2026-11-24/LGG: chutes 3 -> no chute",
        "flight 9X999/2026-11-24/LGG: no chute -> chutes 3",
        "code NRD: chutes 5, 6 -> chutes 6",
        "chute 1: needs a ULD, at most 400 pieces, at most 1500000 g, at most 200000 mm, at most 30 pieces a minute -> \
         needs a ULD, at most 350 pieces",
        "chute 8: out of service -> no rules",
        "product ECOM: cut-off 1800 s earlier, needs a weight -> the flight's cut-off, needs a weight",
        "boarding export: customs assessing, released; security screened -> customs released; security screened",
        "plan riding_max: 40 -> 50",
    ] {
        assert!(told.contains(sentence), "{sentence}\n{told}");
    }
    assert_eq!(told.lines().count(), 10);
    let json = office.json(&["diff", "plan.toml", "draft.toml", "--json"]);
    assert_eq!(json["changes"].as_array().map(Vec::len), Some(9));
    assert_eq!(json["changes"][0]["before"].as_str(), Some("chutes 1, 2, overflow 4"));
    let same = told_of(&office.plan(&["diff", "plan.toml", "plan.toml"]));
    assert!(same.contains("nothing changes"), "{same}");
}

#[test]
fn a_plan_is_put_in_place_whole_from_its_time_on() {
    let office = Office::new();
    office.draft(&[("version = 7", "version = 8 # tonight")]);
    let json =
        office.json(&["activate", "draft.toml", "--at", "2026-11-23T22:30", "--zone", "Europe/Brussels", "--json"]);
    assert_eq!(json["version"].as_u64(), Some(8));
    let plan = office.text("plan.toml");
    assert!(
        plan.starts_with("version = 8 # tonight\nactive_from = \"2026-11-23T21:30:00Z\"\ncomplete = true\n"),
        "{plan}"
    );
    assert!(!plan.contains("zone ="), "the old time is gone, and its zone");
    assert_eq!(office.json(&["check", "--json"])["version"].as_u64(), Some(8));
    let left: Vec<_> =
        fs::read_dir(office.folder.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".new")), "{left:?}");
}

#[test]
fn a_plan_that_is_not_newer_or_not_good_is_not_put_in_place() {
    let office = Office::new();
    let before = office.text("plan.toml");
    office.draft(&[("full_delay_ms = 400", "full_delay_ms = 500")]);
    let same = office.plan(&["activate", "draft.toml"]);
    assert_eq!(same.status.code(), Some(1));
    assert!(told(&same).contains("plan version 7 is not above version 7, which is in place"), "{}", told(&same));
    office.draft(&[("version = 7", "version = 8"), ("chutes = [3]", "chutes = [1]")]);
    let bad = office.plan(&["activate", "draft.toml"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(told(&bad).contains("chute 1 serves flight 3V4711"), "{}", told(&bad));
    // A time after its last flight is as bad as any other mistake.
    office.draft(&[("version = 7", "version = 8")]);
    let late = office.plan(&["activate", "draft.toml", "--at", "2026-12-01T00:00:00Z"]);
    assert!(told(&late).contains("when its last flight has left"), "{}", told(&late));
    let odd = office.plan(&["activate", "draft.toml", "--at", "2026-10-25T02:30", "--zone", "Europe/Brussels"]);
    assert_eq!(odd.status.code(), Some(2));
    assert!(told(&odd).contains("comes twice there"), "{}", told(&odd));
    assert_eq!(office.text("plan.toml"), before);
    fs::remove_file(office.path("plan.toml")).expect("a file");
    assert_eq!(office.plan(&["activate", "draft.toml"]).status.code(), Some(0), "the first plan is newer than none");
}

#[test]
fn a_roll_back_is_ordered_by_name() {
    let office = Office::new();
    fs::write(office.path("orders.ndjson"), "{\"by\":\"A. Name\",\"order\":\"drain\"}").expect("room");
    told_of(&office.plan(&["rollback", "--by", "B. Other"]));
    let orders = office.text("orders.ndjson");
    let lines: Vec<&str> = orders.lines().collect();
    assert_eq!(lines, [r#"{"by":"A. Name","order":"drain"}"#, r#"{"by":"B. Other","order":"rollback-plan"}"#]);
    let nobody = office.plan(&["rollback", "--by", "\u{1b}[31m"]);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(!told(&nobody).contains('\u{1b}'), "{}", told(&nobody));
    assert_eq!(office.plan(&["rollback"]).status.code(), Some(2));
    assert_eq!(office.text("orders.ndjson"), orders);
}
