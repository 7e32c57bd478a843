//! Stories of rules 4, 5 and 7: what customs, security and handling codes let board which flight.

mod common;

use common::{Bench, flight, flight_key, parcel, thing};
use sortie_core::input::Input;
use sortie_core::output::{Decision, Reason};
use sortie_core::plan::{Boarding, FlightChutes, Plan};
use sortie_core::records::{Customs, FlightKey, FlightRecord, HandlingCode, ParcelRecord, Security, Traffic};

const OTHER: &str = "3V4713/2026-11-23/LGG";

fn other() -> FlightKey {
    OTHER.parse().expect("a flight key")
}

/// A second flight to ORD that departs after the first.
fn second(traffic: Traffic) -> FlightRecord {
    FlightRecord { key: other(), traffic, departs_utc_ms: 4_000_000, ..flight("ORD") }
}

fn plan_with(boarding: &[(Traffic, Boarding)]) -> Plan {
    let mut plan = common::plan();
    plan.flights.push(FlightChutes {
        flight: other(),
        chutes: heapless::Vec::from_slice(&[3]).expect("few"),
        overflow: heapless::Vec::new(),
    });
    for (traffic, rule) in boarding {
        plan.boarding[*traffic as usize] = *rule;
    }
    plan
}

/// What was decided on a parcel to ORD that lies on the belt.
fn decided(record: ParcelRecord, flights: &[FlightRecord], plan: Plan) -> Decision {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.input(Input::Parcel(record));
    flights.iter().for_each(|flight| bench.input(Input::Flight(flight.clone())));
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(2, 3000);
    bench.last_decision(3).clone()
}

fn with(customs: Customs, security: Security) -> ParcelRecord {
    ParcelRecord { customs, security, ..parcel("CCCCCC", "ORD") }
}

fn handled(codes: &[&HandlingCode]) -> ParcelRecord {
    ParcelRecord { handling: codes.iter().map(|code| **code).collect(), ..parcel("CCCCCC", "ORD") }
}

#[test]
fn each_state_that_may_not_board_has_its_code() {
    use Customs::{Assessing, DoNotLoad, Hold, Inspection, NotLodged, Released, ScreeningWanted};
    use Security::{Alarm, NotScreened, Screened};
    let cases = [
        (Released, Screened, Reason::Ok),
        (Released, NotScreened, Reason::Sec),
        (Released, Alarm, Reason::Sec),
        (NotLodged, Screened, Reason::Cus),
        (Assessing, Screened, Reason::Cus),
        (Hold, Screened, Reason::Hld),
        (ScreeningWanted, Screened, Reason::Rfs),
        (Inspection, Screened, Reason::Ins),
        (DoNotLoad, Screened, Reason::Dnl),
        // Security speaks before customs.
        (DoNotLoad, Alarm, Reason::Sec),
    ];
    for (customs, security, code) in cases {
        let decision = decided(with(customs, security), &[], plan_with(&[]));
        assert_eq!((decision.code, decision.flight.is_some()), (code, code == Reason::Ok), "{customs:?} {security:?}");
    }
}

#[test]
fn a_plan_lets_states_board_by_traffic_but_never_the_unknown() {
    let all = Boarding::new(&Customs::ALL, &Security::ALL);
    for customs in Customs::ALL {
        for security in Security::ALL {
            let decision = decided(with(customs, security), &[], plan_with(&[(Traffic::Export, all)]));
            let code = match (customs, security) {
                (_, Security::Alarm) => Reason::Sec,
                (Customs::NotLodged, _) => Reason::Cus,
                (Customs::DoNotLoad, _) => Reason::Dnl,
                _ => Reason::Ok,
            };
            assert_eq!(decision.code, code, "{customs:?} {security:?}");
        }
    }
}

#[test]
fn the_traffic_of_the_flight_decides() {
    let bonded = Boarding::new(&[Customs::Assessing], &[Security::Screened]);
    let plan = || plan_with(&[(Traffic::Transit, bonded)]);
    for (traffic, code) in [(Traffic::Export, Reason::Cus), (Traffic::Transit, Reason::Ok)] {
        let record = FlightRecord { traffic, ..flight("ORD") };
        assert_eq!(decided(with(Customs::Assessing, Security::Screened), &[record], plan()).code, code);
    }
    // A released parcel is not free to go there.
    let record = FlightRecord { traffic: Traffic::Transit, ..flight("ORD") };
    assert_eq!(decided(with(Customs::Released, Security::Screened), &[record], plan()).code, Reason::Cus);
}

#[test]
fn of_several_flights_the_first_that_it_may_board_is_taken() {
    let bonded = Boarding::new(&[Customs::Assessing, Customs::Released], &[Security::Screened]);
    let plan = plan_with(&[(Traffic::Transit, bonded)]);
    let flights = [second(Traffic::Transit)];
    let assessing = decided(with(Customs::Assessing, Security::Screened), &flights, plan.clone());
    assert_eq!(assessing.flight, Some(other()));
    let released = decided(with(Customs::Released, Security::Screened), &flights, plan.clone());
    assert_eq!(released.flight, Some(flight_key("ORD")));
    let booked = ParcelRecord { flight: Some(flight_key("ORD")), ..with(Customs::Assessing, Security::Screened) };
    assert_eq!(decided(booked, &flights, plan).code, Reason::Cus, "a booked one has no choice");
}

#[test]
fn the_flights_that_security_lets_through_are_those_that_customs_is_asked_about() {
    let only_security = Boarding::new(&[], &[Security::NotScreened]);
    let only_customs = Boarding::new(&[Customs::Hold], &[]);
    let plan = plan_with(&[(Traffic::Export, only_security), (Traffic::Transit, only_customs)]);
    let decision = decided(with(Customs::Hold, Security::NotScreened), &[second(Traffic::Transit)], plan);
    assert_eq!(decision.code, Reason::Hld);
}

#[test]
fn without_a_flight_the_rules_of_export_are_asked_first() {
    let free = |customs, security| ParcelRecord { destination: *b"CVG", ..with(customs, security) };
    let plan = || plan_with(&[(Traffic::Export, Boarding::new(&[Customs::Assessing], &[Security::Screened]))]);
    let cases = [
        (Customs::Assessing, Security::NotScreened, Reason::Sec),
        (Customs::Hold, Security::Screened, Reason::Hld),
        (Customs::Assessing, Security::Screened, Reason::Nfl),
    ];
    for (customs, security, code) in cases {
        assert_eq!(decided(free(customs, security), &[], plan()).code, code);
        let unknown = ParcelRecord { flight: Some(other()), ..with(customs, security) };
        assert_eq!(decided(unknown, &[], plan()).code, code, "booked on a flight that is not on file");
    }
    let lithium = ParcelRecord { destination: *b"CVG", ..handled(&[b"ELI"]) };
    assert_eq!(decided(lithium, &[], plan_with(&[])).code, Reason::Nfl);
}

#[test]
fn a_plan_that_lets_less_board_turns_riding_items_away() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 5000);
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    bench.input(Input::Plan(Box::new(plan_with(&[(Traffic::Export, Boarding::new(&[], &[]))]))));
    assert_eq!(bench.last_decision(3).code, Reason::Sec);
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), None);
}

#[test]
fn a_flight_has_to_accept_every_handling_code() {
    let accepts =
        |codes: &[&HandlingCode]| FlightRecord { handling: codes.iter().map(|code| **code).collect(), ..flight("ORD") };
    let cases: [(&[&HandlingCode], &[&HandlingCode], Reason); 6] = [
        (&[], &[], Reason::Ok),
        (&[], &[b"ELI"], Reason::Ok),
        (&[b"ELI"], &[b"ELI"], Reason::Ok),
        (&[b"ELI"], &[b"ELM", b"CAO"], Reason::Shc),
        (&[b"ELI", b"CAO"], &[b"CAO"], Reason::Shc),
        (&[b"ELI", b"CAO"], &[b"CAO", b"PER", b"ELI"], Reason::Ok),
    ];
    for (codes, accepted, code) in cases {
        let decision = decided(handled(codes), &[accepts(accepted)], plan_with(&[]));
        assert_eq!(decision.code, code, "{codes:?} {accepted:?}");
    }
}

#[test]
fn without_a_booking_the_next_flight_that_accepts_the_code_is_taken() {
    let cargo =
        FlightRecord { handling: heapless::Vec::from_slice(&[*b"CAO"]).expect("one"), ..second(Traffic::Export) };
    let decision = decided(handled(&[b"CAO"]), std::slice::from_ref(&cargo), plan_with(&[]));
    assert_eq!((decision.code, decision.flight), (Reason::Ok, Some(other())));
    let plain = decided(handled(&[]), &[cargo], plan_with(&[]));
    assert_eq!(plain.flight, Some(flight_key("ORD")));
}
