//! Which flight a parcel takes (rule 8).

mod common;

use common::{Bench, thing};
use sortie_core::input::Input;
use sortie_core::output::Reason;
use sortie_core::records::FlightState;
use sortie_core::records::{FlightKey, FlightOrder, FlightRecord};

const OPENS: i64 = 10_000_000;
const CUTOFF: i64 = 20_000_000;
/// By the plan's 900 s.
const LAST_CALL: i64 = CUTOFF - 900_000;
const DEPARTS: i64 = 30_000_000;

fn key(number: u16) -> FlightKey {
    format!("3V{number}/2026-11-24/LGG").parse().expect("a flight key")
}

fn record(number: u16, order: FlightOrder) -> FlightRecord {
    FlightRecord {
        key: key(number),
        destination: *b"CVG",
        opens_utc_ms: OPENS,
        cutoff_utc_ms: CUTOFF,
        departs_utc_ms: DEPARTS,
        order,
        ..common::flight("JFK")
    }
}

/// A parcel to CVG has been identified at this UTC.
fn parcel_at(utc_ms: i64, booked: Option<FlightKey>, flights: &[FlightRecord]) -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "EEEEEE")]);
    bench.input(Input::Utc { utc_ms });
    let mut parcel = common::parcel("EEEEEE", "CVG");
    parcel.flight = booked;
    bench.input(Input::Parcel(parcel));
    flights.iter().for_each(|flight| bench.input(Input::Flight(flight.clone())));
    let mut plan = common::plan();
    for flight in flights {
        let chutes = heapless::Vec::from_slice(&[2]).expect("few");
        plan.flights.push(sortie_core::plan::FlightChutes {
            flight: flight.key,
            chutes,
            overflow: heapless::Vec::new(),
        });
    }
    bench.input(Input::Plan(Box::new(plan)));
    bench.travel_to(2, 3000);
    bench
}

#[test]
fn a_flight_accepts_from_its_opening_up_to_its_cut_off() {
    use FlightOrder::{Cancelled, Closed, Planned};
    let cases = [
        (OPENS - 1, Planned, Reason::Erl, FlightState::Scheduled),
        (OPENS, Planned, Reason::Ok, FlightState::Open),
        (LAST_CALL - 1, Planned, Reason::Ok, FlightState::Open),
        (LAST_CALL, Planned, Reason::Ok, FlightState::LastCall),
        (CUTOFF - 1, Planned, Reason::Ok, FlightState::LastCall),
        (CUTOFF, Planned, Reason::Lat, FlightState::Closed),
        (DEPARTS - 1, Planned, Reason::Lat, FlightState::Closed),
        (DEPARTS, Planned, Reason::Lat, FlightState::Departed),
        (OPENS, Closed, Reason::Lat, FlightState::Closed),
        (OPENS, Cancelled, Reason::Cnx, FlightState::Cancelled),
        (DEPARTS, Cancelled, Reason::Cnx, FlightState::Cancelled),
    ];
    for (utc_ms, order, code, state) in cases {
        for booked in [None, Some(key(1))] {
            let bench = parcel_at(utc_ms, booked, &[record(1, order)]);
            let decision = bench.last_decision(3);
            assert_eq!(decision.code, code, "{utc_ms} {order:?} {booked:?}");
            assert_eq!(decision.flight, (code == Reason::Ok).then(|| key(1)));
            let flight = bench.core.flights().iter().find(|flight| flight.record.key == key(1)).expect("on file");
            assert_eq!(flight.state, state);
        }
    }
}

#[test]
fn without_a_flight_there_is_no_outlet() {
    assert_eq!(parcel_at(OPENS, None, &[]).last_decision(3).code, Reason::Nfl);
    assert_eq!(parcel_at(OPENS, Some(key(7)), &[record(1, FlightOrder::Planned)]).last_decision(3).code, Reason::Nfl);
}

#[test]
fn the_next_open_flight_is_the_one_that_departs_first() {
    let later = |number, by| FlightRecord { departs_utc_ms: DEPARTS + by, ..record(number, FlightOrder::Planned) };
    let flights = [later(1, 9), later(2, 5), later(3, 5), later(4, 7)];
    assert_eq!(parcel_at(OPENS, None, &flights).last_decision(3).flight, Some(key(2)));
    let mut cancelled = flights.clone();
    cancelled[1].order = FlightOrder::Cancelled;
    assert_eq!(parcel_at(OPENS, None, &cancelled).last_decision(3).flight, Some(key(3)));
}

#[test]
fn of_several_flights_that_do_not_accept_the_most_hopeful_is_told() {
    use FlightOrder::{Cancelled, Closed, Planned};
    let early = FlightRecord { opens_utc_ms: CUTOFF - 1, ..record(3, Planned) };
    let all = [record(1, Cancelled), record(2, Closed), early];
    assert_eq!(parcel_at(OPENS, None, &all).last_decision(3).code, Reason::Erl);
    assert_eq!(parcel_at(OPENS, None, &all[..2]).last_decision(3).code, Reason::Lat);
    assert_eq!(parcel_at(OPENS, None, &all[..1]).last_decision(3).code, Reason::Cnx);
}

#[test]
fn the_time_opens_and_closes_flights_under_riding_items() {
    let mut bench = parcel_at(OPENS - 1, None, &[record(1, FlightOrder::Planned)]);
    assert_eq!(bench.last_decision(3).code, Reason::Erl);
    bench.input(Input::Utc { utc_ms: OPENS });
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    bench.input(Input::Utc { utc_ms: CUTOFF });
    assert_eq!(bench.last_decision(3).code, Reason::Lat);
    bench.input(Input::Utc { utc_ms: OPENS });
    assert_eq!(bench.last_decision(3).code, Reason::Lat);
    assert_eq!(bench.core.utc_ms(), Some(CUTOFF));
}

#[test]
fn a_record_of_a_known_flight_replaces_it_and_its_sum_stays() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel(12_000);
    let mut changed = common::flight("JFK");
    changed.expected = 77;
    bench.input(Input::Flight(changed));
    let flight = &bench.core.flights()[0];
    assert_eq!((bench.core.flights().len(), flight.record.expected, flight.sorted), (2, 77, 1));
}

#[test]
fn there_is_room_for_256_flights_and_the_next_is_refused() {
    let mut bench = Bench::story(vec![]);
    for number in 1..=254 {
        bench.input(Input::Flight(record(number, FlightOrder::Planned)));
    }
    assert!(!bench.log.iter().any(|record| matches!(record, sortie_core::output::Record::Refused(_))));
    bench.input(Input::Flight(record(255, FlightOrder::Planned)));
    assert!(bench.log.iter().any(|record| matches!(record, sortie_core::output::Record::Refused(_))));
    assert_eq!(bench.core.flights().len(), 256);
}

#[test]
fn a_cut_off_that_all_flights_have_in_common_is_heard() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 3000);
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    bench.input(Input::Utc { utc_ms: 2_000_000 });
    assert_eq!(bench.last_decision(3).code, Reason::Lat);
}

#[test]
fn a_flight_key_has_a_date_that_there_is() {
    let key = |date: &str| format!("3V4711/{date}/LGG").parse::<FlightKey>();
    for date in ["2026-11-30", "2026-12-31", "2028-02-29", "2000-02-29", "2026-02-28"] {
        assert_eq!(key(date).map(|key| key.to_string()), Ok(format!("3V4711/{date}/LGG")));
    }
    for date in ["2026-11-31", "2026-02-29", "2026-02-30", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-00"] {
        assert!(key(date).is_err(), "{date}");
    }
}

#[test]
fn a_flight_is_named_by_carrier_number_and_suffix() {
    let named = |name: &str| format!("{name}/2026-11-23/LGG").parse::<FlightKey>();
    for (name, carrier, number, suffix) in [
        ("3V4711", *b"3V ", 4711, b' '),
        ("3V4711A", *b"3V ", 4711, b'A'),
        ("V31", *b"V3 ", 1, b' '),
        ("LH9999Z", *b"LH ", 9999, b'Z'),
        ("DLH1", *b"DLH", 1, b' '),
        ("DLH400B", *b"DLH", 400, b'B'),
    ] {
        let key = named(name).expect(name);
        assert_eq!((key.carrier, key.number, key.suffix), (carrier, number, suffix), "{name}");
        assert_eq!(key.to_string(), format!("{name}/2026-11-23/LGG"), "it is written as it is read");
    }
    for name in
        ["", "A", "3V", "3VA", "DLH", "3V0", "3V12345", "124711", "3v4711", "3V47a", "3V4711AB", "V-4711", "DLHA"]
    {
        let refused = named(name).expect_err(name);
        assert!(refused.to_string().contains("3V4711/2026-11-23/LGG"), "it says what to write");
    }
}
