//! The examples of `files.md` are files that load, and belong together.

use serde_json::Value;
use sortie_controller::check;
use sortie_controller::config::{line_from_str, plan_from_str};
use sortie_controller::feed::{FeedKind, Flights, parse_line};
use sortie_core::input::Input;
use sortie_core::plan::{Limits, Plan};
use sortie_protocol::identifier::Grammars;
use std::path::Path;

/// The block of the page that is that file.
fn example(file: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../files.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let kind = if file.ends_with(".toml") { "toml" } else { "json" };
    let from = page.find(&format!("```{kind} {file}\n")).unwrap_or_else(|| panic!("no example of {file}"));
    let text = page[from..].split_once('\n').expect("a block").1;
    text.split_once("```").expect("its end").0.to_owned()
}

fn inputs(kind: FeedKind, file: &str) -> Vec<Input> {
    let read = |line: &str| parse_line(kind, line.as_bytes(), &Grammars::default());
    example(file).lines().map(|line| read(line).unwrap_or_else(|fault| panic!("{line}: {fault:?}"))).collect()
}

fn flights() -> Flights {
    let mut flights = Flights::default();
    inputs(FeedKind::Flights, "flights.ndjson").iter().for_each(|input| flights.take(input));
    flights
}

#[test]
fn the_line_can_be_run() {
    let line = line_from_str("line.toml", &example("line.toml")).unwrap_or_else(|problems| panic!("{problems}"));
    let refusals = check::refusals(&line);
    assert!(refusals.is_empty(), "{refusals:#?}");
    assert_eq!((line.handhelds.len(), line.line.buttons.len(), line.unused_ports().count()), (1, 2, 0));
}

#[test]
fn the_plan_fits_the_line_and_its_flights() {
    let line = line_from_str("line.toml", &example("line.toml")).expect("a good line");
    let text = example("plan.toml");
    let checked = plan_from_str("plan.toml", &text, &line, &flights()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!((checked.plan.version, checked.plan.flights.len()), (12, 1));
}

/// What the page says in brackets is what a plan without the key has.
#[test]
fn the_plan_tells_its_defaults() {
    let (usual, text) = (Plan::empty(1), example("plan.toml"));
    let bracketed = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap_or_else(|| panic!("{key}"));
        line.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).expect("a default").0.to_owned()
    };
    let Limits { weight_max_g, size_max_mm, .. } = usual.limits;
    for (key, value) in [
        ("full_delay_ms", usual.full_delay_ms.to_string()),
        ("after_full_pieces", usual.after_full_pieces.to_string()),
        ("reserve_ahead_mm", usual.reserve_ahead_mm.to_string()),
        ("jam_blocked_ms", usual.jam_blocked_ms.to_string()),
        ("jam_unconfirmed", usual.jam_unconfirmed.to_string()),
        ("last_call_min", (usual.last_call_s / 60).to_string()),
        ("plate_life_days", usual.plate_life_days.to_string()),
        ("weight_max_g", weight_max_g.to_string()),
        ("size_max_mm", format!("{size_max_mm:?}")),
        ("riding_max", usual.permits.riding_max.to_string()),
        ("blocked_max_permille", usual.permits.blocked_max_permille.to_string()),
    ] {
        assert_eq!(bracketed(key), value, "{key}");
    }
}

#[test]
fn the_feeds_say_what_the_page_says() {
    assert!(matches!(
        inputs(FeedKind::Parcels, "parcels.ndjson")[..],
        [Input::Parcel(_), Input::Parcel(_), Input::Departed(_)]
    ));
    assert_eq!(flights().len(), 2);
    assert_eq!(inputs(FeedKind::Holds, "holds.ndjson").len(), 2);
    let orders = inputs(FeedKind::Orders, "orders.ndjson");
    assert!(orders.len() >= 15 && orders.iter().all(|order| matches!(order, Input::Order(_))));
}

/// Every key that the first line of a feed has is taken by its reader; one letter more is not.
#[test]
fn a_key_of_the_page_with_a_letter_more_is_unknown() {
    for (kind, file) in [
        (FeedKind::Parcels, "parcels.ndjson"),
        (FeedKind::Flights, "flights.ndjson"),
        (FeedKind::Holds, "holds.ndjson"),
        (FeedKind::Orders, "orders.ndjson"),
    ] {
        let line = example(file).lines().next().expect("a line").to_owned();
        let object: Value = serde_json::from_str(&line).expect("JSON");
        for key in object.as_object().expect("an object").keys() {
            let odd = line.replacen(&format!("\"{key}\":"), &format!("\"{key}s\":"), 1);
            let fault = parse_line(kind, odd.as_bytes(), &Grammars::default()).expect_err("an unknown key");
            assert!(fault.message.contains("unknown field") || fault.message.contains("missing"), "{odd}: {fault:?}");
        }
    }
}
