//! The page of a run: its totals are those of the summary, it needs nothing but itself, and no name in it is markup.

use serde_json::Value;
use sortie_sim::drive::run::{Outcome, Plan, Which, reported, run};
use sortie_sim::report::{Origin, page};
use sortie_sim::scenario::load;
use std::process::Command;
use std::time::Instant;

/// A page is no larger than this, however long the run.
const PAGE_MAX: usize = 700_000;

fn plan(name: &str, seed: u64, parcels: u64, which: Which) -> Plan {
    Plan { scenario: load(name).expect("a scenario"), seed, parcels, which, begin: Instant::now() }
}

fn page_of(plan: &Plan) -> (Outcome, String) {
    let (outcome, collected) = reported(plan, None).expect("a run");
    let origin = Origin {
        scenario: plan.scenario.name.clone(),
        controller: "driven by a test",
        command: "sortie-sim run".to_owned(),
        wrong: outcome.wrong.clone(),
    };
    let text = page(&origin, &outcome.summary, &collected);
    (outcome, text)
}

/// Each element's start that has this attribute: the attribute's value, and the number in `value`.
fn totals<'p>(page: &'p str, attribute: &str) -> Vec<(&'p str, u64)> {
    let of = |tag: &'p str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value)
    };
    let tags = page.split("<data").skip(1).filter_map(|part| part.split_once('>').map(|(tag, _)| tag));
    let with = tags.filter_map(|tag| Some((of(tag, attribute)?, of(tag, "value")?)));
    with.map(|(pointer, value)| (pointer, value.parse().expect("a number"))).collect()
}

/// The sums of the columns of a table, from its second on.
fn column_sums(page: &str, name: &str) -> Vec<u64> {
    let (_, table) = page.split_once(&format!("<table data-sums=\"{name}\">")).expect("the table");
    let (body, _) = table.split_once("</tbody>").expect("its end");
    let mut sums = Vec::new();
    for row in body.split("<tr><td>").skip(1) {
        let cells = row.split("<td>").skip(1).map(|cell| cell.split_once('<').map_or("", |(number, _)| number));
        for (place, number) in cells.enumerate() {
            sums.resize(sums.len().max(place + 1), 0);
            sums[place] += number.parse::<u64>().expect("a number");
        }
    }
    sums
}

fn sum_of(json: &Value, pointer: &str) -> u64 {
    json.pointer(pointer).and_then(Value::as_object).expect("counts").values().filter_map(Value::as_u64).sum()
}

fn agrees_with_its_summary(plan: &Plan) -> String {
    let (outcome, page) = page_of(plan);
    let json = serde_json::to_value(&outcome.summary).expect("JSON");
    let shown = totals(&page, "data-json");
    for wanted in ["/parcels", "/sorted", "/missorts", "/invariant_violations", "/unexplained", "/lost", "/unconfirmed"]
    {
        assert!(shown.iter().any(|(pointer, _)| *pointer == wanted), "{wanted} is shown");
    }
    let codes = shown.iter().filter(|(pointer, _)| pointer.starts_with("/exceptions/")).count();
    assert_eq!(codes, outcome.summary.exceptions.len(), "each reason is shown");
    for (pointer, value) in shown {
        assert_eq!(json.pointer(pointer).and_then(Value::as_u64), Some(value), "{pointer}");
    }
    for (pointer, value) in totals(&page, "data-json-sum") {
        assert_eq!(sum_of(&json, pointer), value, "{pointer}");
    }
    let summary = &outcome.summary;
    let (exceptions, undetectable) = (sum_of(&json, "/exceptions"), sum_of(&json, "/undetectable"));
    let outlets = column_sums(&page, "outlets");
    assert_eq!(outlets[..4], [summary.sorted, exceptions, summary.missorts, undetectable], "by outlet");
    let wrong = summary.missorts + undetectable;
    let bins = [summary.parcels, summary.sorted, exceptions, wrong, summary.recirculated];
    assert_eq!(column_sums(&page, "bins"), bins, "over time");
    assert!(page.len() < PAGE_MAX, "{} bytes", page.len());
    page
}

#[test]
fn every_total_is_that_of_the_summary() {
    let faults = agrees_with_its_summary(&plan("faults", 3, 1_500, Which::Real));
    assert!(faults.contains("the first strike of a fault that had an effect"), "a line with faults has a moment");
    let ring = agrees_with_its_summary(&plan("loop", 1, 1_500, Which::Real));
    assert!(ring.contains("the busiest minute") && ring.contains("<circle class=\"belt\""), "a quiet ring");
}

#[test]
fn what_is_wrong_is_what_is_looked_at() {
    let naive = agrees_with_its_summary(&plan("faults", 1, 1_500, Which::Naive));
    assert!(naive.contains("the first thing that is wrong, S2: missort"), "the first missort is the moment");
    assert!(naive.contains("<text class=\"hot\""), "its item is named in the drawing");
    assert!(naive.contains("class=\"verdict wrong\""));
}

#[test]
fn the_drawing_names_the_entry_of_each_zone() {
    let page = agrees_with_its_summary(&plan("double-rate", 1, 600, Which::Real));
    assert!(page.contains(">entry</text>") && page.contains(">entry 2</text>"));
    let (_, one) = page_of(&plan("loop", 1, 200, Which::Real));
    assert!(one.contains(">entry</text>") && !one.contains(">entry 2</text>"));
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let (_, page) = page_of(&plan("faults", 2, 400, Which::Real));
    for outside in
        ["http:", "https:", "//", "src=", "@import", "url(", "<script", "<link", "<img", "<iframe", "<object"]
    {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn no_name_is_markup() {
    let hostile = "</title><script>alert('1')</script>\"\\ onload=\"x' <img src=x> &amp; \u{202e}gnp.exe";
    let mut plan = plan("faults", 2, 300, Which::Real);
    // The controller itself refuses a name of a line with characters that are not seen.
    plan.scenario.name = hostile.replace('\u{202e}', "");
    let (mut outcome, collected) = reported(&plan, None).expect("a run");
    outcome.summary.findings.push(sortie_world::summary::FindingLine {
        check: "S2",
        seed: 1,
        at_s: "1.0".to_owned(),
        item: Some(1),
        text: hostile.to_owned(),
    });
    *outcome.summary.exceptions.entry(hostile.to_owned()).or_default() += 1;
    let origin = Origin {
        scenario: hostile.to_owned(),
        controller: "driven by a test",
        command: format!("sortie-sim run --scenario {hostile}"),
        wrong: vec![hostile.to_owned()],
    };
    let page = page(&origin, &outcome.summary, &collected);
    assert!(!page.contains('\u{202e}'), "nothing turns the text about");
    let known = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "b", "i", "em", "span",
        "ul", "li", "data", "svg", "path", "circle", "rect", "text", "g", "table", "thead", "tbody", "tfoot", "tr",
        "th", "td", "details", "summary", "code", "pre",
    ];
    for part in page.split('<').skip(1) {
        let name = part.trim_start_matches('/').split([' ', '>', '/']).next().unwrap_or_default();
        assert!(known.contains(&name), "an element of none of ours: <{part}");
        assert!(!part.split_once('>').is_none_or(|(tag, _)| tag.contains("onload=\"")), "<{part}");
    }
}

#[test]
fn a_report_changes_nothing_of_the_run() {
    let plan = plan("loop-faults", 5, 600, Which::Real);
    let (with, _) = page_of(&plan);
    let without = run(&plan, None).expect("a run");
    assert_eq!(with.summary.trace_hash, without.summary.trace_hash);
}

#[test]
fn the_command_writes_the_page_and_says_where_it_cannot() {
    let here = tempfile::tempdir().expect("a folder");
    let sortie_sim = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sortie-sim"));
        command.current_dir(here.path()).args(["run", "--scenario", "linear", "--parcels", "100"]).args(arguments);
        command.output().expect("the program runs")
    };
    let good = sortie_sim(&["--report", "out.html", "--json"]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let page = std::fs::read_to_string(here.path().join("out.html")).expect("the page");
    let text = String::from_utf8_lossy(&good.stdout);
    let json: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    assert!(totals(&page, "data-json").contains(&("/sorted", json["sorted"].as_u64().expect("a number"))));
    assert!(page.contains("sortie-sim run --scenario linear --seed 1 --parcels 100"), "how to repeat it");
    let nowhere = sortie_sim(&["--report", "no/such/folder/out.html"]);
    let told = String::from_utf8_lossy(&nowhere.stderr);
    assert!(nowhere.status.code() == Some(1) && told.contains("no/such/folder/out.html"), "{told}");
    let many = sortie_sim(&["--report", "out.html", "--seeds", "1..3"]);
    let told = String::from_utf8_lossy(&many.stderr);
    assert!(many.status.code() == Some(2) && told.contains("--seeds"), "{told}");
}
