//! Between the words of the model and those of the core.

use crate::model::{Answer, CHUTES, CONFIRM, Flight, GAP_MIN, Parcel, Plan, What, Word};
use sortie_core::input::Input;
use sortie_core::line::{Chute, Line, Pec, PecKind, Scanner, Weigher, WeigherKind};
use sortie_core::output::{Decision, Outlet, Reason};
use sortie_core::plan::{self, Boarding, ContainerKind, ExceptionOutlets, FlightChutes, Limits, ProductRule};
use sortie_core::records::{
    Customs, FlightKey, FlightOrder, FlightRecord, HandlingCode, HoldRecord, Mode, NO_PRODUCT, Order, OrderRecord,
    ParcelRecord, Person, Product, Security, Traffic,
};
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor};

/// One count is one millimetre.
const UM: i64 = 1000;
/// Where the PECs stand; the last one is the end of the line.
pub(crate) const PECS: [i64; 6] = [0, 2500, 4300, 6100, 7900, 9700];
/// Eye of the scanner.
pub(crate) const SCANNER: i64 = 600;
/// Platform of the weigher.
pub(crate) const WEIGHER: (i64, i64) = (1100, 1700);
/// Nominal speed: a count takes two milliseconds.
pub(crate) const NS_PER_COUNT: u64 = 2_000_000;

/// The line of the histories: slow, so that a minute is 30 m, and with room enough that only a divert's stroke makes a
/// gap too short.
pub(crate) fn line() -> Line {
    let pec = |(sensor, place): (usize, &i64)| Pec {
        sensor: sensor as u16,
        position_um: place * UM,
        kind: match sensor {
            0 => PecKind::Entry,
            last if last + 1 == PECS.len() => PecKind::EndOfLine,
            _ => PecKind::Belt,
        },
    };
    let chute = |(index, place): (usize, &i64)| Chute {
        number: index as u16 + 1,
        position_um: place * UM,
        output: index as u16,
        stroke_ms: 400,
        divert_width_um: 120 * UM,
        confirm_min_um: CONFIRM.start() * UM,
        confirm_max_um: CONFIRM.end() * UM,
        lamp: None,
    };
    Line {
        um_per_count: 1000,
        speed_mm_s: 500,
        speed_max_mm_s: 520,
        speed_min_mm_s: 460,
        item_min_um: 80 * UM,
        item_max_um: 600 * UM,
        gap_min_um: GAP_MIN * UM,
        clearance_um: 15 * UM,
        window_base_um: 8 * UM,
        inner_permille: 3,
        outer_permille: 4,
        length_tolerance_um: 20 * UM,
        stop_slip_um: 10 * UM,
        view_um: 100 * UM,
        link_latency_ms: 5,
        lead_ms: 150,
        send_ahead_um: 300 * UM,
        // Sensors are judged by other tests: here they are believed.
        suspect_k: 63,
        suspect_n: 63,
        pecs: PECS.iter().enumerate().map(pec).collect(),
        scanners: vec![Scanner { trigger_um: SCANNER * UM, numbered: true, read_jitter_ms: 25 }],
        weighers: vec![Weigher {
            start_um: WEIGHER.0 * UM,
            end_um: WEIGHER.1 * UM,
            kind: WeigherKind::Stream,
            read_jitter_ms: 25,
        }],
        chutes: CHUTES.iter().enumerate().map(chute).collect(),
        buttons: vec![],
        inductions: vec![1],
        announce_ms: 10_000,
        return_passes_max: 0,
        parcels_max: 1000,
        ring: None,
    }
}

/// What somebody says, as an input of the core; the count is that of the wire.
pub(crate) fn input(what: &What, count: u32) -> Result<Input, BoardTelegram> {
    let order = |what| Ok(Input::Order(OrderRecord { by: Person::from_slice(b"A. Model").expect("short"), what }));
    match what {
        What::Utc(utc_ms) => Ok(Input::Utc { utc_ms: *utc_ms }),
        What::Flight(record) => Ok(Input::Flight(flight(record))),
        What::Plan(record) => Ok(Input::Plan(Box::new(plan(record)))),
        What::Acknowledge => order(Order::Acknowledge),
        What::RollBack => order(Order::RollbackPlan),
        What::JournalFailed(failed) => Ok(Input::JournalFailed(*failed)),
        What::Parcel(record) => Ok(Input::Parcel(parcel(record))),
        What::Hold(key, customs, security) => Ok(Input::Hold(HoldRecord {
            key: text(key),
            customs: customs.map(customs_state),
            security: security.map(security_state),
        })),
        What::Departed(key) => Ok(Input::Departed(text(key))),
        What::Return(key) => order(Order::Return { parcel: text(key) }),
        What::Relabel(key, plate) => order(Order::Relabel { parcel: text(key), plate: text(plate) }),
        What::Chute(chute, "locked", true) => order(Order::Lock { chute: *chute }),
        What::Chute(chute, "locked", false) => order(Order::Unlock { chute: *chute }),
        What::Chute(chute, "disabled", true) => order(Order::Disable { chute: *chute }),
        What::Chute(chute, "disabled", false) => order(Order::Enable { chute: *chute }),
        What::Chute(chute, _, true) => order(Order::CloseContainer { chute: *chute }),
        What::Chute(chute, _, false) => order(Order::OpenContainer { chute: *chute, id: None }),
        What::ClearJam(chute) => order(Order::ClearJam { chute: *chute }),
        What::Sensor(chute, which, active) => {
            let sensor = match *which {
                "full" => ChuteSensor::Full,
                "confirm" => ChuteSensor::Confirm,
                _ => ChuteSensor::HalfFull,
            };
            Err(BoardTelegram::Chute { count, chute: *chute, sensor, active: *active })
        }
        other => panic!("nobody says {other:?}"),
    }
}

/// What a record of a decision says.
pub(crate) fn answer(decision: &Decision) -> Answer {
    let chute = |outlet| match outlet {
        Outlet::Chute(number) => Some(number),
        Outlet::EndOfLine | Outlet::AnotherPass => None,
    };
    let moved = |(flight, why): (FlightKey, Reason)| (flight.to_string(), why.code());
    Answer {
        code: decision.code.code(),
        flight: decision.flight.map(|flight| flight.to_string()),
        moved_from: decision.moved_from.map(moved),
        outlet: chute(decision.outlet),
        rejected: decision.rejected.iter().map(|it| (chute(it.outlet).unwrap_or(0), it.why.code())).collect(),
    }
}

pub(crate) fn text<const N: usize>(text: &str) -> heapless::Vec<u8, N> {
    heapless::Vec::from_slice(text.as_bytes()).expect("short enough")
}

fn place(to: &str) -> [u8; 3] {
    to.as_bytes().try_into().expect("three letters")
}

fn product(name: Word) -> Product {
    let mut product = NO_PRODUCT;
    product[..name.len()].copy_from_slice(name.as_bytes());
    product
}

fn customs_state(word: Word) -> Customs {
    match word {
        "released" => Customs::Released,
        "assessing" => Customs::Assessing,
        "HLD" => Customs::Hold,
        "RFS" => Customs::ScreeningWanted,
        "INS" => Customs::Inspection,
        "DNL" => Customs::DoNotLoad,
        _ => Customs::NotLodged,
    }
}

fn security_state(word: Word) -> Security {
    match word {
        "screened" => Security::Screened,
        "alarm" => Security::Alarm,
        _ => Security::NotScreened,
    }
}

fn traffic(word: Word) -> Traffic {
    match word {
        "export" => Traffic::Export,
        "import" => Traffic::Import,
        _ => Traffic::Transit,
    }
}

fn codes<const N: usize>(words: &[Word]) -> heapless::Vec<HandlingCode, N> {
    words.iter().map(|word| place(word)).collect()
}

fn parcel(parcel: &Parcel) -> ParcelRecord {
    ParcelRecord {
        key: text(&parcel.key),
        plates: parcel.plates.iter().map(|plate| text(plate)).collect(),
        destination: place(parcel.to),
        flight: parcel.booked.as_ref().map(|key| key.parse().expect("a flight key")),
        may_move: parcel.may_move,
        customs: customs_state(parcel.customs),
        security: security_state(parcel.security),
        product: product(parcel.product),
        handling: codes(&parcel.handling),
        declared_g: parcel.declared_g as u32,
        declared_mm: parcel.declared_mm.map(|side| side as u16),
    }
}

fn flight(flight: &Flight) -> FlightRecord {
    FlightRecord {
        key: flight.key.parse().expect("a flight key"),
        mode: Mode::Air,
        traffic: traffic(flight.traffic),
        destination: place(flight.to),
        opens_utc_ms: flight.opens,
        cutoff_utc_ms: flight.cutoff,
        departs_utc_ms: flight.departs,
        order: match flight.order {
            "cancelled" => FlightOrder::Cancelled,
            "closed" => FlightOrder::Closed,
            _ => FlightOrder::Planned,
        },
        expected: 0,
        capacity_pieces: flight.capacity_pieces as u32,
        capacity_g: flight.capacity_g as u64,
        handling: codes(&flight.handling),
    }
}

fn plan(plan: &Plan) -> plan::Plan {
    let numbers = |chutes: &[u16]| heapless::Vec::from_slice(chutes).expect("few");
    let boarding = |traffic: Word| {
        let listed = plan.boarding.iter().filter(|(of, _)| *of == traffic).flat_map(|(_, states)| states);
        let (security, customs): (Vec<Word>, Vec<Word>) =
            listed.partition(|state| ["screened", "not screened", "alarm"].contains(*state));
        let customs: Vec<Customs> = customs.into_iter().map(customs_state).collect();
        let security: Vec<Security> = security.into_iter().map(security_state).collect();
        Boarding::new(&customs, &security)
    };
    plan::Plan {
        version: plan.version,
        active_from_utc_ms: plan.from,
        full_delay_ms: (plan.full_delay_ns / 1_000_000) as u32,
        after_full_pieces: plan.after_full as u16,
        reserve_ahead_mm: plan.reserve_ahead as u32,
        jam_blocked_ms: (plan.jam_blocked_ns / 1_000_000) as u32,
        jam_unconfirmed: plan.jam_unconfirmed as u8,
        last_call_s: 60,
        limits: Limits {
            weight_max_g: plan.weight_max as u32,
            size_max_mm: plan.size_max.map(|side| side as u16),
            weight_tolerance_g: plan.tolerance_g as u32,
            weight_tolerance_permille: plan.tolerance_permille as u16,
        },
        products: plan.products.iter().map(product_rule).collect(),
        boarding: ["export", "import", "transit"].map(boarding),
        flights: plan
            .flights
            .iter()
            .map(|(key, chutes, overflow)| FlightChutes {
                flight: key.parse().expect("a flight key"),
                chutes: numbers(chutes),
                overflow: heapless::Vec::from_slice(overflow).expect("few"),
            })
            .collect(),
        exceptions: plan
            .exceptions
            .iter()
            .map(|(code, outlets)| ExceptionOutlets {
                code: Reason::from_code(code).expect("a code"),
                outlets: heapless::Vec::from_slice(outlets).expect("few"),
            })
            .collect(),
        chutes: (1..=CHUTES.len() as u16).map(|chute| chute_rule(plan, chute)).collect(),
        disabled: plan.disabled.clone(),
        ..plan::Plan::empty(plan.version)
    }
}

fn product_rule((name, earlier, weighed): &(Word, i64, bool)) -> ProductRule {
    ProductRule { product: product(name), cutoff_earlier_s: (earlier / 1000) as i32, weight_required: *weighed }
}

fn chute_rule(plan: &Plan, chute: u16) -> plan::ChuteRule {
    let most = plan.most.iter().find(|(of, _)| *of == chute).map_or([0; 3], |(_, most)| *most);
    let per_minute = plan.per_minute.iter().find(|(of, _)| *of == chute).map_or(0, |(_, most)| *most);
    plan::ChuteRule {
        chute,
        container: plan.containers.contains(&chute).then_some(ContainerKind::Bag),
        pieces_max: most[0] as u32,
        weight_max_g: most[1] as u32,
        length_max_mm: most[2] as u32,
        rate_per_min: per_minute as u16,
    }
}
