//! Stories of plans: they wait for their time, come whole, and can be taken back (design section 7).

mod common;

use common::{Bench, flight_key, line, order, plan, thing};
use sortie_core::input::Input;
use sortie_core::output::{Alarm, Output, Reason, Record, Refusal};
use sortie_core::plan::{FlightChutes, Plan};
use sortie_core::records::{FlightState, Order};
use sortie_core::{Core, Outputs};

/// The bench's UTC is 1,000,000.
const LATER: i64 = 1_500_000;

/// A plan under which ORD goes to chute 3 instead of chute 2.
fn other(version: u32, from: Option<i64>) -> Input {
    let chutes = |to, number| FlightChutes {
        flight: flight_key(to),
        chutes: heapless::Vec::from_slice(&[number]).expect("few"),
        overflow: heapless::Vec::new(),
    };
    let flights = vec![chutes("ORD", 3), chutes("JFK", 1)];
    Input::Plan(Box::new(Plan { version, active_from_utc_ms: from, flights, ..plan() }))
}

/// What was said of plans since the bench stood.
fn told(bench: &Bench) -> Vec<Record> {
    let plans = |record: &&Record| {
        matches!(
            record,
            Record::PlanInUse { .. } | Record::PlanPending { .. } | Record::Refused(Refusal::NoEarlierPlan)
        )
    };
    // The bench's own plan was the first.
    bench.log.iter().filter(plans).skip(1).cloned().collect()
}

fn in_use(version: u32) -> Record {
    Record::PlanInUse { version }
}

#[test]
fn a_plan_waits_for_its_time_and_takes_the_riding_items_with_it() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 5000);
    bench.input(other(7, Some(LATER)));
    bench.input(Input::Utc { utc_ms: LATER - 1 });
    let before = bench.last_decision(3);
    assert_eq!((before.plan_version, bench.core.plan_version()), (3, 3));
    bench.input(Input::Utc { utc_ms: LATER });
    let after = bench.last_decision(3);
    assert_eq!((after.plan_version, bench.core.plan_version()), (7, 7));
    assert_eq!(told(&bench), [Record::PlanPending { version: 7, from_utc_ms: LATER }, in_use(7)]);
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(3));
}

#[test]
fn a_time_that_was_jumped_over_counts_as_come() {
    let mut bench = Bench::story(vec![]);
    bench.input(other(7, Some(LATER)));
    bench.input(Input::Utc { utc_ms: LATER + 1 });
    assert_eq!(bench.core.plan_version(), 7);
}

#[test]
fn a_plan_for_a_time_that_has_come_is_in_use_at_once() {
    for (from, waits) in [(999_999, false), (1_000_000, false), (1_000_001, true)] {
        let mut bench = Bench::story(vec![]);
        bench.input(other(7, Some(from)));
        assert_eq!(bench.core.plan_version(), if waits { 3 } else { 7 }, "{from}");
    }
}

#[test]
fn a_later_plan_takes_the_place_of_the_one_that_waits_but_one_for_at_once_does_not() {
    let mut bench = Bench::story(vec![]);
    bench.input(other(7, Some(LATER)));
    bench.input(other(8, Some(LATER + 100)));
    bench.input(other(9, None));
    bench.input(Input::Utc { utc_ms: LATER });
    assert_eq!(bench.core.plan_version(), 9);
    bench.input(Input::Utc { utc_ms: LATER + 100 });
    assert_eq!(bench.core.plan_version(), 8);
    let pending = |version, from_utc_ms| Record::PlanPending { version, from_utc_ms };
    assert_eq!(told(&bench), [pending(7, LATER), pending(8, LATER + 100), in_use(9), in_use(8)]);
}

#[test]
fn a_roll_back_exchanges_the_two_plans() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.input(order(Order::RollbackPlan));
    assert_eq!(told(&bench), [Record::Refused(Refusal::NoEarlierPlan)]);
    bench.travel_to(2, 5000);
    bench.input(other(7, None));
    assert_eq!(bench.last_decision(3).plan_version, 7);
    bench.input(order(Order::RollbackPlan));
    let back = bench.last_decision(3);
    assert_eq!((back.plan_version, bench.core.plan_version(), back.code), (3, 3, Reason::Ok));
    assert_eq!(bench.core.chutes_of(&flight_key("ORD")), [2]);
    bench.input(order(Order::RollbackPlan));
    assert_eq!((bench.core.plan_version(), bench.core.chutes_of(&flight_key("ORD"))), (7, &[3][..]));
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(3));
}

#[test]
fn a_roll_back_leaves_the_plan_that_waits() {
    let mut bench = Bench::story(vec![]);
    bench.input(other(7, None));
    bench.input(other(8, Some(LATER)));
    bench.input(order(Order::RollbackPlan));
    bench.input(Input::Utc { utc_ms: LATER });
    bench.input(order(Order::RollbackPlan));
    assert_eq!(told(&bench)[2..], [in_use(3), in_use(8), in_use(3)]);
}

#[test]
fn the_last_call_is_the_plans() {
    let mut bench = Bench::story(vec![]);
    let Input::Plan(mut plan) = other(7, None) else { return };
    // The cut-off is at 2,000,000, and it is 1,000,000.
    plan.last_call_s = 1000;
    bench.input(Input::Plan(plan));
    let last_call = |to| Record::FlightChanged { flight: flight_key(to), state: FlightState::LastCall };
    assert!(bench.log.ends_with(&[in_use(7), last_call("JFK"), last_call("ORD")]), "{:?}", bench.log);
}

#[test]
fn without_a_plan_there_is_an_alarm_and_without_a_time_a_plan_waits() {
    let (mut core, mut out) = (Core::new(&line()), Outputs::new());
    core.step(0, &Input::Started, &mut out);
    assert_eq!(core.alarms(), [Alarm::NoPlan]);
    core.step(1, &other(7, Some(-1)), &mut out);
    assert_eq!((core.plan_version(), core.alarms()), (0, &[Alarm::NoPlan][..]));
    core.step(2, &order(Order::RollbackPlan), &mut out);
    assert_eq!(out.as_slice(), [Output::Record(Record::Refused(Refusal::NoEarlierPlan))]);
    core.step(3, &Input::Utc { utc_ms: 5 }, &mut out);
    assert_eq!((core.plan_version(), core.alarms()), (7, &[][..]));
    core.step(4, &order(Order::RollbackPlan), &mut out);
    assert_eq!(out.as_slice(), [Output::Record(Record::Refused(Refusal::NoEarlierPlan))], "no plan is no plan");
}
