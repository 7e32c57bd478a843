//! The orders file while the line runs, and over restarts: every order once.

mod running;

use running::Running;
use sortie_controller::journal::Entry;
use sortie_controller::journal::file::FileJournal;
use sortie_controller::journal::reader::Item;
use sortie_core::input::Input;
use sortie_core::records::Order;
use std::fs;
use std::path::Path;

fn line(order: &str) -> String {
    format!("{{\"by\":\"A. Name\",\"order\":{order}}}\n")
}

fn lock(chute: u16) -> String {
    line(&format!("\"lock\",\"chute\":{chute}"))
}

fn append(folder: &Path, text: &str) {
    let before = fs::read_to_string(folder.join("orders.ndjson")).unwrap_or_default();
    fs::write(folder.join("orders.ndjson"), before + text).expect("room");
}

/// The orders that the journal has taken.
fn journaled(folder: &Path) -> Vec<Order> {
    let mut orders = Vec::new();
    let end = FileJournal::visit(&folder.join("journal"), |item| {
        if let Item::Entry(numbered) = item
            && let Entry::Input(Input::Order(order)) = numbered.entry
        {
            orders.push(order.what);
        }
    });
    assert!(end.expect("a sound journal").is_some());
    orders
}

#[test]
fn every_order_is_taken_once_over_restarts() {
    let running = Running::start_with(|folder| append(folder, &(lock(1) + &lock(2))));
    running.counted(|stats| stats["files"]["taken"] == 11);
    running.append("orders.ndjson", &lock(1));
    running.counted(|stats| stats["files"]["taken"] == 12);
    let folder = running.folder.clone();
    let running = running.restarted(|folder| append(folder, &lock(3)));
    running.counted(|stats| stats["files"]["taken"] == 13);
    running.append("orders.ndjson", &lock(1));
    running.counted(|stats| stats["files"]["taken"] == 14);
    // The journal is read while its line still runs; the newest order is durable a little later than it was taken.
    let running = running.restarted(|_| {});
    let chutes: Vec<Order> = [1, 2, 1, 3, 1].map(|chute| Order::Lock { chute }).into();
    assert_eq!(journaled(&folder), chutes);
    running.stop();
}

#[test]
fn an_announcement_from_before_the_start_is_not_obeyed() {
    let running = Running::start_with(|folder| {
        append(folder, &(line("\"announce\",\"plate\":\"LP000123456789012\"") + &lock(2)));
    });
    if !running.opening.contains("give them again") {
        running.told("give them again");
    }
    running.counted(|stats| stats["files"]["taken"] == 11);
    let folder = running.folder.clone();
    let running = running.restarted(|_| {});
    assert_eq!(journaled(&folder), [Order::Lock { chute: 2 }]);
    running.stop();
}

#[test]
fn an_order_that_is_refused_is_told_with_who_gave_it() {
    let running = Running::start();
    append(&running.folder, &line("\"return\",\"parcel\":\"NOPE\""));
    let told = running.told("NOPE");
    assert!(told.contains("an order for parcel NOPE was refused: no such parcel (ordered by A. Name)"), "{told}");
    // A hold comes from a host, and nobody has ordered it.
    running.append("holds.ndjson", "{\"parcel\":\"NEVER\",\"customs\":\"hold\"}\n");
    let told = running.told("NEVER");
    assert!(told.trim_end().contains("a hold for parcel NEVER came before its record"), "{told}");
    running.stop();
}

#[test]
fn a_plan_that_was_rolled_back_stays_so_over_a_restart() {
    let running = Running::start();
    let plan = running.text("plan.toml").replace("version = 1", "version = 2");
    running.replace("plan.toml", &plan);
    running.told("plan version 2 is in use");
    append(&running.folder, &line("\"rollback-plan\""));
    running.counted(|stats| stats["files"]["taken"] == 10);
    let folder = running.folder.clone();
    let running = running.restarted(|_| {});
    running.counted(|stats| stats["files"]["taken"] == 10);
    let running = running.restarted(|_| {});
    let mut plans = Vec::new();
    FileJournal::visit(&folder.join("journal"), |item| {
        if let Item::Entry(numbered) = item
            && let Entry::Input(Input::Plan(plan)) = numbered.entry
        {
            plans.push(plan.version);
        }
    })
    .expect("a sound journal");
    assert_eq!(plans, [1, 2], "the plan's file is not fed again");
    assert_eq!(journaled(&folder), [Order::RollbackPlan]);
    running.stop();
}

/// The plan's file still holds the one that was rolled back, and an empty core reads the files anew.
#[test]
fn a_plan_that_was_rolled_back_stays_so_when_the_line_was_tuned() {
    let running = Running::start();
    let plan = running.text("plan.toml").replace("version = 1", "version = 2");
    running.replace("plan.toml", &plan);
    running.told("plan version 2 is in use");
    append(&running.folder, &line("\"rollback-plan\""));
    running.told("plan version 1 is in use");
    let running = running.restarted(|folder| {
        let line = folder.join("line.toml");
        let text = fs::read_to_string(&line).expect("the line").replace("stop_slip_mm = 10", "stop_slip_mm = 11");
        fs::write(&line, text).expect("room");
    });
    let told = running.told("plan version 1 stays in use");
    assert!(told.contains("configuration has changed"), "{told}");
    let taken = |stats: &serde_json::Value| stats["files"]["taken"] == 10;
    running.counted(|stats| taken(stats) && stats["plan_version"] == 1);
    let running = running.restarted(|_| {});
    running.counted(|stats| taken(stats) && stats["plan_version"] == 1);
    let plan = plan.replace("version = 2", "version = 3");
    running.replace("plan.toml", &plan);
    running.told("plan version 3 is in use");
    running.stop();
}
