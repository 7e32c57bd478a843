//! The rate limit of a chute counts discharges over belt travel.

mod common;

use common::{Bench, line, thing};
use sortie_core::output::{Outlet, Reason};
use sortie_core::plan::ChuteRule;

/// What the belt covers in a minute at a nominal speed of 100 mm/s.
const MINUTE: i64 = 6_000;

/// Parcels to ORD so far behind each other, and chute 2 takes `rate` a minute.
fn rated(rate: u16, distances: &[i64], change: impl FnOnce(&mut Vec<common::Thing>)) -> Bench {
    let plates = ["CCCCCC", "DDDDDD", "EEEEEE"];
    let mut start = 2_010;
    let mut story = vec![thing(start, 400, plates[0])];
    for (distance, plate) in distances.iter().zip(&plates[1..]) {
        start += distance;
        story.push(thing(start, 400, plate));
    }
    change(&mut story);
    let mut bench = Bench::story_on(sortie_core::line::Line { speed_mm_s: 100, ..line() }, story);
    bench.parcel("EEEEEE", "ORD");
    bench.plan(|plan| plan.chutes.push(ChuteRule { rate_per_min: rate, ..ChuteRule::free(2) }));
    bench
}

const OK: (Reason, Outlet) = (Reason::Ok, Outlet::Chute(2));
const RAT: (Reason, Outlet) = (Reason::Rat, Outlet::EndOfLine);

#[test]
fn a_discharge_less_than_a_minutes_travel_before_counts() {
    for (distance, decided) in [(MINUTE - 1, RAT), (MINUTE, OK), (MINUTE + 1, OK)] {
        let mut bench = rated(1, &[distance], |_| {});
        bench.travel_to(3, 3_000);
        assert_eq!(bench.decided(4), decided, "{distance} mm");
        bench.travel(5_000);
        assert_eq!(bench.chute_of(3), (decided == OK).then_some(2));
    }
}

#[test]
fn what_is_reserved_ahead_counts_like_a_discharge() {
    for (rate, decided) in [(1, [OK, RAT, RAT]), (2, [OK, OK, RAT]), (3, [OK, OK, OK]), (0, [OK, OK, OK])] {
        let mut bench = rated(rate, &[1_000, 1_000], |_| {});
        bench.travel_to(4, 3_000);
        assert_eq!([3, 4, 5].map(|item| bench.decided(item)), decided, "{rate} a minute");
    }
}

#[test]
fn what_is_reserved_a_minutes_travel_ahead_does_not_count() {
    for (distance, decided) in [(2_999, RAT), (3_000, OK)] {
        let story = vec![thing(2_010, 400, "CCCCCC"), thing(2_010 + distance, 400, "DDDDDD")];
        let mut bench = Bench::story_on(sortie_core::line::Line { speed_mm_s: 50, ..line() }, story);
        bench.plan(|plan| plan.chutes.push(ChuteRule { rate_per_min: 1, ..ChuteRule::free(2) }));
        bench.travel_to(3, 3_000);
        assert_eq!((bench.decided(4), bench.chute_of(2)), (decided, None), "{distance} mm");
    }
}

#[test]
fn a_reservation_that_goes_gives_its_place_to_the_next() {
    let mut bench = rated(1, &[1_000], |_| {});
    bench.travel_to(3, 3_000);
    assert_eq!(bench.decided(4), RAT);
    bench.input(common::hold("CCCCCC", sortie_core::records::Customs::Hold));
    assert_eq!(bench.decided(4), OK);
}

#[test]
fn a_discharge_that_was_revoked_does_not_count() {
    let mut bench = rated(1, &[3_300], |story| story[0].sticks = true);
    bench.travel_to(2, 8_999);
    assert_eq!(bench.decided(4), RAT);
    bench.travel(1);
    assert_eq!(bench.decided(4), OK);
}

#[test]
fn the_oldest_discharges_are_forgotten_first() {
    // Two a minute: the third may follow a minute's travel behind the first.
    for (last, decided) in [(MINUTE - 2_001, RAT), (MINUTE - 2_000, OK)] {
        let mut bench = rated(2, &[2_000, last], |_| {});
        bench.travel_to(4, 3_000);
        assert_eq!(bench.decided(5), decided, "{last} mm");
    }
}

#[test]
fn an_exception_outlet_has_its_rate_too() {
    let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(4010, 400, "")]);
    bench.plan(|plan| plan.chutes.push(ChuteRule { rate_per_min: 2, ..ChuteRule::free(4) }));
    // The second leader goes there first.
    bench.travel_to(3, 3_000);
    assert_eq!(bench.decided(3), (Reason::Nrd, Outlet::Chute(4)));
    assert_eq!(bench.decided(4), (Reason::Nrd, Outlet::EndOfLine));
    assert_eq!(bench.last_decision(4).rejected[0].why, Reason::Rat);
}
