//! The order of the rules is data: with two neighbours exchanged, the other one speaks first.

mod common;

use common::{Bench, line, parcel, thing};
use sortie_core::RULES;
use sortie_core::input::Input;
use sortie_core::output::Reason;
use sortie_core::plan::Limits;
use sortie_core::records::{Customs, FlightOrder, FlightRecord, HandlingCode, ParcelRecord, Security};

/// A parcel against which every rule from 4 to 8 speaks.
fn hopeless() -> ParcelRecord {
    let handling: [HandlingCode; 1] = [*b"ELI"];
    ParcelRecord {
        customs: Customs::Hold,
        security: Security::Alarm,
        declared_g: 1000,
        handling: heapless::Vec::from_slice(&handling).expect("one"),
        ..parcel("CCCCCC", "ORD")
    }
}

fn code(exchanged: Option<u8>, record: ParcelRecord) -> Reason {
    let mut bench = Bench::story_on(line(), vec![thing(2010, 400, "CCCCCC")]);
    if let Some(first) = exchanged {
        bench.core.exchange_rules(first);
    }
    bench.input(Input::Parcel(record));
    bench.input(Input::Flight(FlightRecord { order: FlightOrder::Cancelled, ..common::flight("ORD") }));
    let mut plan = common::plan();
    plan.limits = Limits { weight_max_g: 999, ..Limits::default() };
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(2, 3000);
    bench.last_decision(3).code
}

#[test]
fn the_first_rule_that_applies_decides() {
    let mut record = hopeless();
    assert_eq!(code(None, record.clone()), Reason::Sec);
    record.security = Security::Screened;
    assert_eq!(code(None, record.clone()), Reason::Hld);
    record.customs = Customs::Released;
    assert_eq!(code(None, record.clone()), Reason::Ovw);
    record.declared_g = 999;
    assert_eq!(code(None, record.clone()), Reason::Shc);
    record.handling.clear();
    assert_eq!(code(None, record), Reason::Cnx);
}

#[test]
fn with_neighbours_exchanged_the_second_speaks_first() {
    let mut record = hopeless();
    assert_eq!(code(Some(4), record.clone()), Reason::Hld);
    record.security = Security::Screened;
    assert_eq!(code(Some(5), record.clone()), Reason::Ovw);
    record.customs = Customs::Released;
    assert_eq!(code(Some(6), record.clone()), Reason::Shc);
    record.declared_g = 999;
    assert_eq!(code(Some(7), record), Reason::Cnx);
}

#[test]
fn a_pair_that_is_not_there_changes_nothing() {
    for first in [0, RULES.len() as u8, 200] {
        assert_eq!(code(Some(first), hopeless()), Reason::Sec);
    }
}
