//! `sortie plan try`: a recorded shift once more, with another plan.

mod rig;

use rig::{Rig, flight, flight_record, line, parcel, plan};
use sortie_controller::engine::{Engine, EngineSettings};
use sortie_controller::journal::file::{FileJournal, FileSettings};
use sortie_controller::journal::segment::Header;
use sortie_controller::plans::{Trial, try_plan};
use sortie_core::input::Input;
use sortie_core::line::{Chute, Line};
use sortie_core::output::{Outlet, Reason};
use sortie_core::plan::{ExceptionOutlets, FlightChutes, Plan};
use sortie_core::records::{Customs, HoldRecord};
use std::path::Path;
use tempfile::TempDir;

const MS: u64 = 1_000_000;

/// The rig's line with two more chutes: one before its own, one behind.
fn long_line() -> Line {
    let line = line();
    let own = line.chutes[0];
    let chute =
        |number: u16, position_mm: i64| Chute { number, position_um: position_mm * 1000, output: number, ..own };
    Line { chutes: vec![chute(3, 4_200), own, chute(2, 6_500)], ..line }
}

fn serving(version: u32, chutes: &[u16]) -> Plan {
    let chutes = chutes.iter().copied().collect();
    let flights = vec![FlightChutes { flight: flight(), chutes, overflow: heapless::Vec::new() }];
    Plan { flights, ..Plan::empty(version) }
}

/// Ten parcels come; the first only brings the scanner into step, and the fourth is held.
fn shift(folder: &Path) {
    let line = long_line();
    let header = Header { name: "test".to_owned(), line: line.clone() };
    let journal = FileJournal::open(folder, header, None, FileSettings::default()).expect("a journal");
    let mut engine = Engine::new(&line, journal, EngineSettings::default());
    let mut rig = Rig::new(0, false, 0);
    rig.feed_with(10, flight_record());
    let hold = HoldRecord { key: parcel(3).key, customs: Some(Customs::Hold), security: None };
    rig.input(100 * MS, Input::Hold(hold));
    (0..10).for_each(|number| rig.induct(200 + u64::from(number) * 1000, number));
    for second in 1..16u32 {
        rig.input(u64::from(second) * 1000 * MS, Input::Utc { utc_ms: rig::UTC_MS + i64::from(second) * 1000 });
    }
    rig.run(&mut engine, 16_000);
    engine.flush(rig.now, &mut rig.heard);
    assert_eq!(rig.heard.confirmed(), 8);
}

fn tried(plan: Plan, at: Option<i64>) -> Trial {
    let folder = TempDir::new().expect("a folder");
    shift(folder.path());
    try_plan(folder.path(), plan, at).expect("a journal")
}

/// Where the items went, in the shift and in the trial.
fn outlets(trial: &Trial) -> Vec<(Outlet, Option<Outlet>)> {
    trial.fates.iter().map(|fate| (fate.before.outlet, fate.after.as_ref().map(|after| after.outlet))).collect()
}

#[test]
fn the_same_plan_changes_nothing() {
    let trial = tried(plan(), None);
    assert_eq!(trial.fates.len(), 10);
    assert!(trial.fates.iter().all(|fate| !fate.changes()), "{:#?}", trial.fates);
    assert_eq!(trial.json()["moved"].as_u64(), Some(0));
}

#[test]
fn another_chute_takes_what_the_shift_sent_to_the_old_one() {
    for chute in [2, 3] {
        let trial = tried(serving(9, &[chute]), None);
        let moved: Vec<_> = outlets(&trial).into_iter().filter(|(before, after)| Some(*before) != *after).collect();
        assert_eq!(moved, [(Outlet::Chute(1), Some(Outlet::Chute(chute))); 8], "chute {chute}");
        let json = trial.json();
        assert_eq!(json["chutes"]["1"]["before"].as_u64(), Some(8));
        assert_eq!(json["chutes"][chute.to_string()]["after"].as_u64(), Some(8));
        assert_eq!(json["flights"][flight().to_string()]["after"].as_u64(), Some(8));
        assert_eq!(json["changes"][0]["after"]["chute"].as_u64(), Some(u64::from(chute)));
    }
}

#[test]
fn two_chutes_share_what_one_took() {
    let trial = tried(serving(9, &[1, 2]), None);
    let second = outlets(&trial).iter().filter(|(_, after)| *after == Some(Outlet::Chute(2))).count();
    assert!((3..=5).contains(&second), "{second}");
}

#[test]
fn a_plan_without_the_flight_leaves_its_parcels_on_the_belt() {
    let nrd = ExceptionOutlets { code: Reason::Nfl, outlets: [2].into_iter().collect() };
    let trial = tried(Plan { exceptions: vec![nrd], ..Plan::empty(9) }, None);
    let json = trial.json();
    assert_eq!(json["codes"]["OK"]["after"].as_u64(), Some(0));
    assert_eq!((json["codes"]["NFL"]["before"].as_u64(), json["codes"]["NFL"]["after"].as_u64()), (Some(0), Some(8)));
    assert_eq!(json["codes"]["HLD"], serde_json::json!({ "before": 1, "after": 1 }));
}

#[test]
fn a_plan_put_in_later_changes_what_came_later() {
    let trial = tried(serving(9, &[2]), Some(rig::UTC_MS + 5_000));
    assert_eq!(trial.put_in_utc_ms, Some(rig::UTC_MS + 5_000));
    let after: Vec<_> = trial.fates.iter().filter_map(|fate| fate.after.as_ref()).map(|after| after.outlet).collect();
    let turn = after.iter().position(|outlet| *outlet == Outlet::Chute(2)).expect("some go to the new chute");
    assert!(turn > 2, "{after:?}");
    assert!(after[turn..].iter().all(|outlet| *outlet != Outlet::Chute(1)), "{after:?}");
    let never = tried(serving(9, &[2]), Some(rig::UTC_MS + 3_600_000));
    assert!(never.never && never.fates.iter().all(|fate| !fate.changes()));
}

#[test]
fn what_was_tried_is_told_for_people() {
    let trial = tried(serving(9, &[2]), None);
    let mut text = Vec::new();
    trial.print(false, &mut text).expect("room");
    let text = String::from_utf8(text).expect("UTF-8");
    for part in [
        "plan version 9 on 10 items from 2026-11-23T",
        "it was put in at the start",
        "chute 1: 8 -> 0",
        "chute 2: 0 -> 8",
        "8 items change their outlet",
        "parcel P1 (LP000000000000001): chute 1 OK for 3V4711/2026-11-23/LGG -> chute 2 OK for 3V4711/2026-11-23/LGG",
        "what this cannot tell: ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
