//! What the hosts of the small line say: flights, parcels, holds, orders and the plan.

use super::*;

pub(crate) fn outcome(count: u32, tag: Tag, revision: u16, outcome: FireOutcome) -> BoardTelegram {
    BoardTelegram::Outcome { count, tag, revision, outcome }
}

pub(crate) fn text(plate: &str) -> CodeText {
    CodeText::from_slice(plate.as_bytes()).expect("short enough")
}

pub(crate) fn key(plate: &str) -> ParcelKey {
    ParcelKey::from_slice(plate.as_bytes()).expect("short enough")
}

pub(crate) fn flight_key(to: &str) -> FlightKey {
    if to == "JFK" { "3V4711/2026-11-23/LGG" } else { "3V4712/2026-11-23/LGG" }.parse().expect("a flight key")
}

pub(crate) fn flight(to: &str) -> FlightRecord {
    FlightRecord {
        key: flight_key(to),
        mode: Mode::Air,
        traffic: Traffic::Export,
        destination: to.as_bytes().try_into().expect("three letters"),
        opens_utc_ms: 0,
        cutoff_utc_ms: 2_000_000,
        departs_utc_ms: 3_000_000,
        order: FlightOrder::Planned,
        expected: 0,
        capacity_pieces: 0,
        capacity_g: 0,
        handling: heapless::Vec::new(),
    }
}

pub(crate) fn parcel(plate: &str, to: &str) -> ParcelRecord {
    let mut plates = heapless::Vec::new();
    plates.push(text(plate)).expect("room");
    ParcelRecord {
        key: key(plate),
        plates,
        destination: to.as_bytes().try_into().expect("three letters"),
        flight: None,
        may_move: false,
        customs: Customs::Released,
        security: Security::Screened,
        product: NO_PRODUCT,
        handling: heapless::Vec::new(),
        declared_g: 0,
        declared_mm: [0; 3],
    }
}

pub(crate) fn hold(plate: &str, customs: Customs) -> Input {
    Input::Hold(HoldRecord { key: key(plate), customs: Some(customs), security: None })
}

/// What stands on a container.
pub(crate) fn label(text: &str) -> ContainerId {
    ContainerId::from_slice(text.as_bytes()).expect("short enough")
}

/// Another container stands at a chute.
pub(crate) fn open_container(chute: u16, text: &str) -> Input {
    order(Order::OpenContainer { chute, id: Some(label(text)) })
}

/// The rule for a chute that demands bags.
pub(crate) fn bags(chute: u16) -> ChuteRule {
    ChuteRule { container: Some(ContainerKind::Bag), ..ChuteRule::free(chute) }
}

/// Somebody orders something.
pub(crate) fn order(what: Order) -> Input {
    Input::Order(OrderRecord { by: Person::from_slice(b"A. Story").expect("short enough"), what })
}

/// JFK: chutes 1 and 3; ORD: chute 2; no-reads, no-data, duplicates and holds: chute 4.
pub(crate) fn plan() -> Plan {
    let chutes = |to, numbers: &[u16]| FlightChutes {
        flight: flight_key(to),
        chutes: heapless::Vec::from_slice(numbers).expect("few"),
        overflow: heapless::Vec::new(),
    };
    let exception = |code| ExceptionOutlets { code, outlets: heapless::Vec::from_slice(&[4]).expect("few") };
    Plan {
        full_delay_ms: 500,
        after_full_pieces: 1,
        reserve_ahead_mm: 3000,
        flights: vec![chutes("JFK", &[1, 3]), chutes("ORD", &[2])],
        exceptions: [Reason::Nrd, Reason::Ndt, Reason::Dup, Reason::Mrd, Reason::Hld].map(exception).to_vec(),
        disabled: vec![],
        ..Plan::empty(3)
    }
}

pub(crate) const END: Outlet = Outlet::EndOfLine;
