//! Stories of rule 9: a flight's chutes, its overflow, the outlets of a code, and what was looked at in vain.

mod common;

use common::{Bench, END, flight_key, line, order, thing};
use sortie_core::input::Input;
use sortie_core::line::Line;
use sortie_core::output::{Decision, Outlet, Reason};
use sortie_core::plan::{ExceptionOutlets, FlightChutes, Plan};
use sortie_core::records::Order;

/// The common line with more chutes, from number 5 on, behind chute 4.
fn long_line(chutes: u16) -> Line {
    let mut line = line();
    for number in 5..=chutes {
        let last = line.chutes[line.chutes.len() - 1];
        line.chutes.push(sortie_core::line::Chute {
            number,
            output: number - 1,
            position_um: last.position_um + 1,
            ..last
        });
    }
    line
}

/// ORD has these chutes and that overflow; the outlets of the codes are named.
fn plan(chutes: &[u16], overflow: &[u16], codes: &[(Reason, &[u16])], disabled: &[u16]) -> Input {
    let flights = vec![FlightChutes {
        flight: flight_key("ORD"),
        chutes: heapless::Vec::from_slice(chutes).expect("few"),
        overflow: heapless::Vec::from_slice(overflow).expect("few"),
    }];
    let exceptions = codes
        .iter()
        .map(|(code, outlets)| ExceptionOutlets {
            code: *code,
            outlets: heapless::Vec::from_slice(outlets).expect("few"),
        })
        .collect();
    Input::Plan(Box::new(Plan { flights, exceptions, disabled: disabled.to_vec(), ..common::plan() }))
}

/// The parcel CCCCCC to ORD rides before all chutes.
fn riding(line: Line, plan: Input) -> Bench {
    let mut bench = Bench::story_on(line, vec![thing(2010, 400, "CCCCCC")]);
    bench.input(plan);
    bench.travel_to(2, 3000);
    bench
}

fn decided(plan: Input) -> Decision {
    riding(long_line(8), plan).last_decision(3).clone()
}

fn rejected(decision: &Decision) -> Vec<(u16, Reason)> {
    let chute = |outlet| if let Outlet::Chute(number) = outlet { number } else { 0 };
    decision.rejected.iter().map(|entry| (chute(entry.outlet), entry.why)).collect()
}

const DIS: Reason = Reason::Dis;

#[test]
fn the_overflow_takes_over_in_its_order_and_only_when_no_chute_can() {
    let cases: [(&[u16], Option<u16>, &[u16]); 5] = [
        (&[], Some(1), &[]),
        (&[1], Some(2), &[1]),
        (&[1, 2], Some(6), &[1, 2]),
        (&[1, 2, 6], Some(5), &[1, 2, 6]),
        (&[1, 2, 5, 6], Some(7), &[1, 2, 6, 5, 7]),
    ];
    for (disabled, chute, looked_at) in cases {
        let decision = decided(plan(&[1, 2], &[6, 5], &[(DIS, &[7])], disabled));
        assert_eq!(decision.outlet, Outlet::Chute(chute.expect("each has one")));
        let looked_at: Vec<_> = looked_at.iter().filter(|number| Some(**number) != chute).map(|n| (*n, DIS)).collect();
        assert_eq!(rejected(&decision), looked_at);
        let code = if chute == Some(7) { DIS } else { Reason::Ok };
        assert_eq!((decision.code, decision.flight), (code, Some(flight_key("ORD"))));
    }
}

#[test]
fn the_code_is_the_reason_of_the_first_chute_and_its_outlets_are_tried() {
    let mut bench = riding(long_line(8), plan(&[2, 1], &[3], &[(Reason::Lck, &[1, 5, 6]), (DIS, &[7])], &[1, 3]));
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(2));
    bench.input(order(Order::Lock { chute: 2 }));
    let decision = bench.last_decision(3);
    assert_eq!((decision.code, decision.outlet), (Reason::Lck, Outlet::Chute(5)));
    assert_eq!(rejected(decision), [(2, Reason::Lck), (1, DIS), (3, DIS), (1, DIS)]);
}

#[test]
fn when_no_outlet_can_take_it_the_end_of_line_does() {
    let decision = decided(plan(&[1], &[], &[(DIS, &[5, 6])], &[1, 5, 6]));
    assert_eq!((decision.code, decision.outlet), (DIS, END));
    assert_eq!(rejected(&decision), [(1, DIS), (5, DIS), (6, DIS)]);
    let decision = decided(plan(&[1], &[], &[], &[1]));
    assert_eq!((decision.outlet, rejected(&decision)), (END, vec![(1, DIS)]));
}

#[test]
fn a_decision_has_room_for_everything_that_it_looked_at() {
    let numbers: Vec<u16> = (1..=40).collect();
    let bench = riding(long_line(40), plan(&numbers[..16], &numbers[16..32], &[(DIS, &numbers[32..])], &numbers));
    let decision = bench.last_decision(3);
    assert_eq!(decision.outlet, END);
    assert_eq!(rejected(decision), numbers.iter().map(|number| (*number, DIS)).collect::<Vec<_>>());
}

#[test]
fn a_chute_that_the_line_does_not_have_is_out_of_service() {
    let decision = decided(plan(&[77, 2], &[], &[], &[]));
    assert_eq!((decision.outlet, rejected(&decision)), (Outlet::Chute(2), vec![(77, DIS)]));
}

#[test]
fn an_item_keeps_its_chute_when_an_equal_one_becomes_free() {
    let mut bench = riding(long_line(8), plan(&[1, 2], &[], &[], &[1]));
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(2));
    bench.input(plan(&[1, 2], &[], &[], &[]));
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(2));
}

#[test]
fn from_the_overflow_an_item_goes_back_to_its_flights_own_chute() {
    let mut bench = riding(long_line(8), plan(&[1], &[2], &[], &[1]));
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(2));
    bench.input(plan(&[1], &[2], &[], &[]));
    assert_eq!(bench.last_decision(3).outlet, Outlet::Chute(1));
}

#[test]
fn no_plan_sends_anywhere_what_rides_to_the_end_of_the_line() {
    let all = [Reason::Trk, Reason::Flu, Reason::Ovl, Reason::Gap].map(|code| (code, &[4_u16][..]));
    let mut bench =
        Bench::story(vec![thing(2010, 1300, "CCCCCC"), thing(4010, 400, "CCCCCC"), thing(4460, 400, "CCCCCC")]);
    bench.input(plan(&[2], &[], &all, &[]));
    bench.travel_to(4, 3_000);
    assert_eq!([3, 4].map(|item| bench.decided(item)), [(Reason::Ovl, END), (Reason::Gap, END)]);
}
