//! The table of decision cases, tried on the real core.
#![allow(clippy::wildcard_enum_match_arm, reason = "most records are no matter of a case")]

mod common;

#[path = "cases/given.rs"]
mod given;
#[path = "cases/table.rs"]
mod table;

use common::{Bench, thing};
use given::Given;
use sortie_core::input::Input;
use sortie_core::output::{Outlet, Reason, Record};
use std::collections::{BTreeMap, BTreeSet};
use table::{Case, Expected, cases};

/// Two things have brought the scanners into step and left the belt; no plan, parcel or item is there.
fn in_step() -> Bench {
    let mut bench = Bench::on(given::line(), vec![thing(10, 300, "LEADER1"), thing(1010, 300, "LEADER2")]);
    bench.input(Input::Plan(Box::new(sortie_core::plan::Plan::empty(1))));
    bench.travel(16_000);
    bench
}

/// What the core says of a given.
fn decided(in_step: &Bench, given: &[&'static str]) -> Result<Expected, String> {
    let given = Given::read(given)?;
    let (bench, item) = given.run(in_step.clone());
    let mut last = None;
    for record in &bench.log {
        if let Record::Decided(decision) = record {
            let this = item.is_none_or(|item| item == decision.item);
            last = if this { Some(decision) } else { last };
        }
    }
    let last = last.ok_or("no decision")?;
    let outlet = |outlet| match outlet {
        Outlet::Chute(number) => Some(number),
        Outlet::EndOfLine | Outlet::AnotherPass => None,
    };
    Ok(Expected {
        code: last.code,
        outlet: outlet(last.outlet),
        flight: last.flight.map(given::flight_name),
        moved_from: last.moved_from.map(|(flight, why)| (given::flight_name(flight), why)),
        rejected: last.rejected.iter().map(|it| (outlet(it.outlet).unwrap_or(0), it.why)).collect(),
    })
}

fn difference(in_step: &Bench, case: &Case) -> Option<String> {
    let said = decided(in_step, &case.all());
    (said.as_ref() != Ok(&case.expected))
        .then(|| format!("{}\n  typed {:?}\n  core  {said:?}", case.name, case.expected))
}

#[test]
fn every_case_is_decided_as_typed() {
    let bench = in_step();
    let differences: Vec<String> = cases().iter().filter_map(|case| difference(&bench, case)).collect();
    assert!(differences.is_empty(), "{}\n{} cases differ", differences.join("\n"), differences.len());
}

/// Where several rules apply, each of them decides where it applies alone.
#[test]
fn each_group_of_a_case_leads_to_its_own_code() {
    let bench = in_step();
    let mut wrong = Vec::new();
    for case in cases() {
        for (code, _) in &case.groups {
            let said = decided(&bench, &case.alone(*code)).map(|said| said.code);
            if said != Ok(*code) {
                wrong.push(format!("{}: {} alone gives {said:?}", case.name, code.code()));
            }
        }
        if case.groups.len() > 1 && case.groups[0].0 != case.expected.code {
            wrong.push(format!("{}: the group that decides stands first", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_covers_every_code_and_limit() {
    let all = cases();
    let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
    let mut limits: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for case in &all {
        *by_code.entry(case.expected.code.code()).or_default() += 1;
        if let Some((limit, offset)) = case.name.strip_prefix('@').and_then(|name| name.rsplit_once(' ')) {
            limits.entry(limit).or_default().insert(offset);
        }
    }
    for code in Reason::ALL {
        let times = by_code.get(code.code()).copied().unwrap_or(0);
        assert!(times >= 4, "{}: {times} cases of at least 4", code.code());
    }
    let several = all.iter().filter(|case| case.groups.len() > 1).count();
    assert!(several >= 60, "{several} cases of several rules, of at least 60");
    for (limit, offsets) in &limits {
        assert_eq!(*offsets, BTreeSet::from(["-1", "0", "+1"]), "{limit}");
    }
    for unit in ["cut-off", "weight", "length", "gap", "pieces", "grams", "capacity", "commit count"] {
        assert!(limits.keys().any(|limit| limit.contains(unit)), "no limit of {unit}");
    }
    let names: BTreeSet<&str> = all.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), all.len(), "names are unique");
}

/// The order in which section 7 and ARCHITECTURE.md try them. What stands in one list never applies together: a parcel
/// has one customs state, an item one cause of doubt. `FUL` is there twice: a flight's capacity, and a chute.
const ORDER: [&[Reason]; 20] = [
    &[Reason::Flu, Reason::Trk],
    &[Reason::Ovl],
    &[Reason::Gap],
    &[Reason::Nrd, Reason::Mrd, Reason::Dup, Reason::Ndt],
    &[Reason::Sec],
    &[Reason::Dnl, Reason::Rfs, Reason::Ins, Reason::Hld, Reason::Cus],
    &[Reason::Ovw],
    &[Reason::Ovs],
    &[Reason::Wmm, Reason::Nwt],
    &[Reason::Shc],
    &[Reason::Nfl],
    &[Reason::Cnx],
    &[Reason::Lat, Reason::Erl],
    &[Reason::Ful],
    &[Reason::Dis],
    &[Reason::Jam],
    &[Reason::Lck],
    &[Reason::Nct],
    &[Reason::Ful],
    &[Reason::Rat],
];

/// Neighbours that never apply together: what rode when the belt became unknown is not measured at the entry, and
/// without a parcel nobody asks what security says of it.
const NEVER: [(Reason, Reason); 4] =
    [(Reason::Flu, Reason::Ovl), (Reason::Nrd, Reason::Sec), (Reason::Mrd, Reason::Sec), (Reason::Ndt, Reason::Sec)];

/// If two neighbours changed places, the case in which both apply would be decided by the other one.
#[test]
fn no_two_neighbouring_rules_can_change_places_unnoticed() {
    let cases = cases();
    let noticed = |one: Reason, other: Reason| {
        cases.iter().any(|case| {
            let codes: Vec<Reason> = case.groups.iter().map(|(code, _)| *code).collect();
            codes == [one, other] && case.expected.code == one
        })
    };
    let mut missing = Vec::new();
    let last: &[&[Reason]] = &[&[Reason::Rat], &[Reason::Shg], &[Reason::Rcx]];
    for pair in ORDER.windows(2).chain(last.windows(2)) {
        let pairs = pair[0].iter().flat_map(|one| pair[1].iter().map(move |other| (*one, *other)));
        for (one, other) in pairs.filter(|pair| !NEVER.contains(pair)) {
            if !noticed(one, other) {
                missing.push(format!("{} before {}", one.code(), other.code()));
            }
        }
    }
    assert!(missing.is_empty(), "no case shows {}", missing.join(", "));
}
