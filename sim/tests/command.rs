//! `sortie-sim run` as a script meets it: the keys of its summary, its exit codes, and the same hash everywhere.

use serde_json::{Map, Value};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use xxhash_rust::xxh3::xxh3_64;

/// Tells whether a value has the shape that its key promises.
type Shape = fn(&Value) -> bool;

/// What a summary says of the run, and what is true of each.
const KEYS: [(&str, Shape); 26] = [
    ("seed", Value::is_u64),
    ("parcels", Value::is_u64),
    ("sorted", Value::is_u64),
    ("exceptions", is_counts),
    ("codes", is_counts),
    ("recirculated", Value::is_u64),
    ("last_pass", Value::is_u64),
    ("missorts", Value::is_u64),
    ("undetectable", is_counts),
    ("unconfirmed", Value::is_u64),
    ("lost", Value::is_u64),
    ("holds", is_counts),
    ("unexplained", Value::is_u64),
    ("crowded", Value::is_u64),
    ("invariant_violations", Value::is_u64),
    ("faults", is_strikes),
    ("checks", is_checks),
    ("bytes", is_counts),
    ("parcels_per_hour", Value::is_u64),
    ("sim_seconds", is_duration),
    ("wall_seconds", is_duration),
    ("trace_hash", is_hash),
    ("traffic", Value::is_object),
    ("findings", Value::is_array),
    // The traffic is part of the object above; these two stand for its shape.
    ("traffic.length_mm", is_spread),
    ("traffic.gap_mm", is_spread),
];

fn is_counts(value: &Value) -> bool {
    value.as_object().is_some_and(|counts| counts.values().all(Value::is_u64))
}

fn is_strikes(value: &Value) -> bool {
    let whole = |counts: &Value| is_counts(counts) && counts["strikes"].is_u64() && counts["effective"].is_u64();
    value.as_object().is_some_and(|faults| faults.values().all(whole))
}

fn is_checks(value: &Value) -> bool {
    let names = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "liveness", "manifests", "pulls"];
    is_counts(value) && value.as_object().is_some_and(|all| all.keys().eq(names))
}

fn is_duration(value: &Value) -> bool {
    value.as_f64().is_some_and(|seconds| seconds > 0.0)
}

fn is_hash(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 16 && u64::from_str_radix(text, 16).is_ok())
}

fn is_spread(value: &Value) -> bool {
    let ordered = |three: &Vec<Value>| three.len() == 3 && three.iter().map(Value::as_u64).is_sorted();
    value.as_array().is_some_and(ordered)
}

fn sortie_sim(folder: &Path, zone: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sortie-sim"));
    command.current_dir(folder).env("TZ", zone).arg("run").args(arguments);
    command.output().expect("the program runs")
}

fn summary(output: &Output) -> Map<String, Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    let last = text.lines().last().expect("a last line");
    let summary: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {last}"));
    summary.as_object().expect("an object").clone()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn the_summary_has_every_key_and_no_other() {
    let here = folder();
    let output = sortie_sim(here.path(), "UTC", &["--scenario", "faults", "--seed", "3", "--parcels", "300", "--json"]);
    let first = String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned);
    assert_eq!(first.as_deref(), Some("seed 3"), "the seed is printed first, so that a run that hangs has a name");
    let summary = summary(&output);
    for (key, is_right) in KEYS {
        let value = match key.split_once('.') {
            Some((outer, inner)) => &summary[outer][inner],
            None => summary.get(key).unwrap_or(&Value::Null),
        };
        assert!(is_right(value), "{key}: {value}");
    }
    for key in summary.keys() {
        assert!(KEYS.iter().any(|(known, _)| known == key), "{key} is not documented here");
    }
    let bytes = summary["bytes"].as_object().expect("ports");
    assert!(bytes.contains_key("board") && bytes.values().all(|count| count.as_u64() > Some(0)), "{bytes:?}");
}

#[test]
fn every_parcel_is_counted_once() {
    let here = folder();
    let arguments = ["--scenario", "faults", "--seed", "4", "--parcels", "400", "--json"];
    let summary = summary(&sortie_sim(here.path(), "UTC", &arguments));
    let sum = |key: &str| match summary[key].as_object() {
        Some(counts) => counts.values().filter_map(Value::as_u64).sum(),
        None => summary[key].as_u64().expect("a number"),
    };
    // What was undetectable may also be an item that no host knows, which is no parcel.
    let known: u64 = ["sorted", "exceptions", "missorts", "lost"].into_iter().map(sum).sum();
    assert_eq!(sum("parcels"), 400);
    assert!(known <= 400 && known + sum("undetectable") >= 400, "{summary:?}");
}

#[test]
fn the_hash_depends_on_neither_zone_nor_folder_and_covers_the_trace() {
    let (one, two) = (folder(), folder());
    let arguments = ["--scenario", "faults", "--seed", "7", "--parcels", "500", "--json", "--trace", "run.trace"];
    let first = summary(&sortie_sim(one.path(), "Asia/Kathmandu", &arguments));
    let second = summary(&sortie_sim(two.path(), "America/St_Johns", &arguments));
    assert_eq!(first["trace_hash"], second["trace_hash"]);
    let trace = fs::read(one.path().join("run.trace")).expect("a trace");
    assert_eq!(first["trace_hash"], format!("{:016x}", xxh3_64(&trace)), "the hash is that of the file");
    assert!(trace == fs::read(two.path().join("run.trace")).expect("a trace"));
    let untraced = &arguments[..7];
    assert_eq!(first["trace_hash"], summary(&sortie_sim(one.path(), "UTC", untraced))["trace_hash"]);
}

#[test]
fn a_good_run_ends_with_0() {
    let here = folder();
    let output = sortie_sim(here.path(), "UTC", &["--scenario", "linear", "--parcels", "200"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_missort_ends_with_1() {
    let here = folder();
    let arguments = ["--scenario", "faults", "--only", "item_removed", "--controller", "naive", "--parcels", "1500"];
    let output = sortie_sim(here.path(), "UTC", &arguments);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("WRONG") && text.contains(" missorts") && !text.contains("had no effective strike"),
        "{text}"
    );
    assert!(text.contains("S2 at "), "the first missorts are told: {text}");
}

#[test]
fn a_fault_without_effect_ends_with_1_and_is_named() {
    let here = folder();
    let output = sortie_sim(here.path(), "UTC", &["--scenario", "linear", "--only", "board-reboot", "--parcels", "5"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("the fault board_reboot is on and had no effective strike"), "{text}");
}

#[test]
fn a_question_that_makes_no_sense_ends_with_2() {
    let here = folder();
    for arguments in [&["--scenario", "nowhere"][..], &["--scenario", "linear", "--only", "gremlins"], &["--seed", "1"]]
    {
        let output = sortie_sim(here.path(), "UTC", arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}
