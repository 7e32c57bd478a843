//! `sortie explain` says what `codes.md` says, code by code.

use serde_json::Value;
use sortie_core::output::Reason;
use std::path::Path;
use std::process::{Command, Output};

fn explain(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sortie")).arg("explain").args(args).output().expect("the binary")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The rows of `codes.md`: code, sentence, remedy.
fn page() -> Vec<[String; 3]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codes.md");
    let page = std::fs::read_to_string(path).expect("the page");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().replace('`', "")).collect());
    cells.map(|cells: Vec<String>| cells.try_into().expect("three cells")).collect()
}

#[test]
fn every_code_of_the_page_is_explained_with_its_words() {
    let page = page();
    assert_eq!(page.len(), Reason::ALL.len());
    let all: Value = serde_json::from_slice(&explain(&["--json"]).stdout).expect("JSON");
    let all = all["codes"].as_array().expect("a list");
    assert_eq!(all.len(), page.len());
    for ([code, sentence, remedy], object) in page.iter().zip(all) {
        let told = ["code", "sentence", "remedy"].map(|key| object[key].as_str().expect("a text").to_owned());
        assert_eq!(&told, &[code.clone(), sentence.clone(), remedy.clone()]);
        let one = text(&explain(&[code]));
        assert!(one.contains(sentence) && one.contains(remedy), "{one}");
        let rule = Reason::from_code(code).expect("a code").rule();
        assert!(one.starts_with(&format!("{code} (rule {rule}): ")), "{one}");
        assert_eq!(object["rule"].as_u64(), Some(u64::from(rule)));
    }
}

#[test]
fn with_a_line_the_outlets_of_its_plan_are_told() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan-everything/line.toml");
    let config = config.display().to_string();
    let told = text(&explain(&["nrd", "--config", &config]));
    assert!(told.contains("outlets in plan version 7: chute 5, then chute 6, then the end of line"), "{told}");
    let told = text(&explain(&["TRK", "--config", &config]));
    assert!(told.contains("outlets in plan version 7: the end of line"), "{told}");
}

#[test]
fn an_unknown_code_is_wrong_usage() {
    let output = explain(&["NRX"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(told.contains("there is no code NRX; did you mean NRD?"), "{told}");
}
