//! Reconciliation, manifests and the pull list from a journal, as the command line gives them.

mod rig;

use rig::{Rig, UTC_MS, flight, flight_record, line, parcel};
use serde_json::Value;
use sortie_controller::engine::{Engine, EngineSettings};
use sortie_controller::journal::file::{FileJournal, FileSettings};
use sortie_controller::journal::segment::Header;
use sortie_controller::ledger::Ledger;
use sortie_core::input::Input;
use sortie_core::output::Record;
use sortie_core::records::{Customs, FlightOrder, FlightRecord, HoldRecord, Order, OrderRecord, Person};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const MS: u64 = 1_000_000;

/// Five parcels are booked, four come, one of them is held when it lies in its chute; then the flight is closed.
fn shift(folder: &Path) -> Vec<Record> {
    let header = Header { name: "test".to_owned(), line: line() };
    let journal = FileJournal::open(folder, header, None, FileSettings::default()).expect("a journal");
    let mut engine = Engine::new(&line(), journal, EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed(5);
    let by = Person::from_slice(b"A. Name").expect("short");
    let id = heapless::Vec::from_slice(b"AKE12345LG").expect("short");
    let opened = Order::OpenContainer { chute: 1, id: Some(id) };
    rig.input(MS, Input::Order(OrderRecord { by, what: opened }));
    (0..4).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    let hold = HoldRecord { key: parcel(2).key, customs: Some(Customs::DoNotLoad), security: None };
    rig.input(8_000 * MS, Input::Hold(hold));
    let closed = FlightRecord { order: FlightOrder::Closed, ..flight_record() };
    rig.input(9_000 * MS, Input::Flight(closed));
    rig.input(9_500 * MS, Input::Utc { utc_ms: UTC_MS + 9_500 });
    rig.run(&mut engine, 14_000);
    engine.flush(rig.now, &mut rig.heard);
    rig.heard.records.into_iter().map(|(_, record)| record).collect()
}

fn sortie(folder: &Path, args: &[&str]) -> Output {
    let journal = folder.display().to_string();
    let args = args.iter().copied().chain(["--journal", journal.as_str()]);
    Command::new(env!("CARGO_BIN_EXE_sortie")).args(args).output().expect("the binary")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let output = sortie(folder, args);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_str(text(&output).lines().last().expect("a line")).expect("one JSON object")
}

#[test]
fn a_closed_flight_is_reconciled() {
    let folder = TempDir::new().expect("a folder");
    let records = shift(folder.path());
    assert!(records.iter().any(|record| matches!(record, Record::FlightClosed { flight: key } if *key == flight())));
    let key = flight().to_string();
    let sheet = json(folder.path(), &["reconcile", &key, "--json"]);
    // The first read only brings the scanner into step: P0 is a no-read, so that nobody knows that it came.
    let counts = ["expected", "sorted", "held", "missing", "other", "pulls"].map(|name| sheet[name].as_u64());
    assert_eq!(counts, [5, 3, 0, 2, 0, 1].map(Some));
    assert_eq!((sheet["state"].as_str(), sheet["containers"][0]["id"].as_str()), (Some("closed"), Some("AKE12345LG")));
    let told = text(&sortie(folder.path(), &["reconcile", &key]));
    assert!(told.contains("5 expected = 3 sorted + 0 held + 2 missing + 0 other"), "{told}");
    let csv = text(&sortie(folder.path(), &["reconcile", &key, "--csv"]));
    assert_eq!(csv.lines().count(), 6);
    assert!(csv.contains(",sorted,OK,chute 1,1,AKE12345LG,yes,"), "{csv}");
}

#[test]
fn a_manifest_holds_what_the_core_counted() {
    let folder = TempDir::new().expect("a folder");
    let records = shift(folder.path());
    let closed = records.iter().find_map(|record| {
        let Record::ContainerClosed { container, pieces, unconfirmed, weight_g, .. } = record else { return None };
        Some((*container, *pieces, *unconfirmed, *weight_g))
    });
    let (container, pieces, unconfirmed, weight_g) = closed.expect("a container that was closed");
    let (ledger, _) = Ledger::of_journal(folder.path()).expect("a journal");
    let manifest = ledger.manifest(container).expect("its manifest");
    assert_eq!(manifest.there().filter(|piece| piece.confirmed).count(), pieces as usize);
    assert_eq!((manifest.unconfirmed(), manifest.weight_g()), (unconfirmed as usize, weight_g));
    assert_eq!((manifest.state(), manifest.cause()), ("closed", Some("flight closed")));

    let by_label = json(folder.path(), &["manifest", "AKE12345LG", "--json"]);
    let by_number = json(folder.path(), &["manifest", &container.to_string(), "--json"]);
    assert_eq!(by_label, by_number);
    assert_eq!(by_label["pieces"].as_u64(), Some(3));
    let all = json(folder.path(), &["manifest", "--json"]);
    assert_eq!(all["containers"][0], by_label);
    assert!(text(&sortie(folder.path(), &["manifest", "1"])).contains("P3 (LP000000000000003) 3V4711/2026-11-23/LGG"));
}

#[test]
fn the_pull_list_says_where_to_look() {
    let folder = TempDir::new().expect("a folder");
    shift(folder.path());
    let pulls = json(folder.path(), &["pulls", "--json"]);
    let entry = &pulls["pulls"][0];
    assert_eq!((entry["parcel"].as_str(), entry["chute"].as_u64()), (Some("P2"), Some(1)));
    assert_eq!((entry["id"].as_str(), entry["open"].as_bool()), (Some("AKE12345LG"), Some(true)));
    let told = text(&sortie(folder.path(), &["pulls"]));
    assert!(told.contains("parcel P2 (LP000000000000002) in chute 1, container 1 (AKE12345LG)"), "{told}");
}

#[test]
fn what_is_not_there_is_said() {
    let folder = TempDir::new().expect("a folder");
    shift(folder.path());
    for (args, code) in [
        (&["reconcile", "3V9999/2026-11-23/LGG"][..], 1),
        (&["reconcile", "nonsense"][..], 2),
        (&["manifest", "77"][..], 1),
        (&["manifest", "1", "--json", "--csv"][..], 2),
    ] {
        let output = sortie(folder.path(), args);
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
    let none = sortie(&folder.path().join("nowhere"), &["pulls"]);
    assert_eq!(none.status.code(), Some(1));
}
