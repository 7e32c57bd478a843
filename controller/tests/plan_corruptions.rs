//! A good plan with one field corrupted: it is rejected, or what is loaded is a plan that could be meant.

mod plan_text;

use plan_text::{FLIGHTS, PLAN, flights, line, read};
use sortie_core::output::Reason;
use sortie_core::plan::{Plan, RATE_MAX};
use sortie_core::records::{Customs, FlightOrder, Security};
use std::collections::BTreeSet;

/// Corruptions tried.
const TRIED: u64 = 2_000;

/// SplitMix64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[usize::try_from(self.next() % list.len() as u64).expect("small")]
    }
}

/// One line of the plan, `key = value`, with its value, its key or itself corrupted.
fn corrupted(seed: u64) -> String {
    let mut draw = Draw(seed);
    let lines: Vec<&str> = PLAN.lines().collect();
    let fields: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains(" = ")).collect();
    let at = fields[usize::try_from(draw.next() % fields.len() as u64).expect("small")];
    let (key, value) = lines[at].split_once(" = ").expect("a field");
    let new = match draw.next() % 10 {
        0 => String::new(),
        1 => format!("{}x = {value}", &key[..key.len() - 1]),
        2 => format!("{key} = {}", draw.next() >> (draw.next() % 64)),
        3 => format!(
            "{key} = {}",
            draw.of(&["-1", "0", "1", "2", "9", "64", "65", "9999", "10000", "4294967296", "1e9"])
        ),
        4 => format!("{key} = {}", draw.of(&["true", "false", "\"\"", "\"released\"", "\"alarm\"", "\"uld\"", "[]"])),
        5 => format!("{key} = {}", draw.of(&["[1, 2]", "[1, 1]", "[5]", "[9]", "[4, 8]", "[0]", "[1, \"2\"]", "{}"])),
        6 => format!("{key} = {}", draw.of(&["[\"do-not-load\"]", "[\"alarm\"]", "[\"not-lodged\", \"released\"]"])),
        7 => format!("{key} = {}", swapped(value, &mut draw)),
        8 => {
            format!("{key} = {}", draw.of(&[&value.to_lowercase()[..], &value.to_uppercase(), &value.replace(' ', "")]))
        }
        _ => format!("{key} = {value}\n{key} = {value}"),
    };
    let mut lines = lines;
    lines[at] = &new;
    lines.join("\n")
}

/// A value with one of its characters replaced.
fn swapped(value: &str, draw: &mut Draw) -> String {
    let mut bytes = value.as_bytes().to_vec();
    let at = usize::try_from(draw.next() % bytes.len() as u64).expect("small");
    bytes[at] = *draw.of(&[b"0", b"1", b"7", b"9", b"A", b"Z", b"\"", b"-", b"]"]).first().expect("one");
    String::from_utf8(bytes).expect("ASCII")
}

/// Everything that must be true of a plan on this line with these flights, written down once more.
fn faults(plan: &Plan) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    let known: BTreeSet<u16> = (1..=8).collect();
    let of_flights: Vec<u16> =
        plan.flights.iter().flat_map(|flight| flight.chutes.iter().chain(&flight.overflow)).copied().collect();
    let of_codes: Vec<u16> = plan.exceptions.iter().flat_map(|exception| exception.outlets.iter()).copied().collect();
    must(plan.version > 0, "a version");
    must(of_flights.iter().chain(&of_codes).chain(&plan.disabled).all(|chute| known.contains(chute)), "known chutes");
    must(plan.chutes.iter().all(|rule| known.contains(&rule.chute)), "rules of known chutes");
    must(of_flights.iter().all(|chute| !of_codes.contains(chute)), "flights and exceptions apart");
    must(plan.flights.iter().all(|flight| !flight.chutes.is_empty()), "each flight has chutes");
    let keys: BTreeSet<_> = plan.flights.iter().map(|flight| flight.flight).collect();
    must(keys.len() == plan.flights.len(), "each flight once");
    let codes: BTreeSet<_> = plan.exceptions.iter().map(|exception| exception.code).collect();
    must(codes.len() == plan.exceptions.len(), "each code once");
    must(codes.iter().all(|code| code.rule() > 1 && *code != Reason::Ok), "codes that may have outlets");
    let rules: BTreeSet<_> = plan.chutes.iter().map(|rule| rule.chute).collect();
    must(rules.len() == plan.chutes.len(), "each chute's rules once");
    must(plan.chutes.iter().all(|rule| rule.rate_per_min <= RATE_MAX), "rates that can be counted");
    let products: BTreeSet<_> = plan.products.iter().map(|rule| rule.product).collect();
    must(products.len() == plan.products.len(), "each product once");
    must(products.iter().all(|name| name[0] != b' ' && name.is_ascii()), "products with names");
    let [long, middle, short] = plan.limits.size_max_mm;
    must(long >= middle && middle >= short && short > 0, "sides, longest first");
    must(plan.limits.weight_max_g > 0 && plan.limits.weight_tolerance_permille <= 1000, "weights");
    let flies = plan.boarding.iter().any(|rule| {
        rule.lets_customs(Customs::NotLodged)
            || rule.lets_customs(Customs::DoNotLoad)
            || rule.lets_security(Security::Alarm)
    });
    must(!flies, "what never boards");
    must(plan.permits.riding_max > 0 && plan.permits.blocked_max_permille <= 1000, "permits");
    must(apart(plan), "one flight in one chute at one time");
    must(in_time(plan), "in use before its last flight has left");
    faults
}

/// Minute by minute: no chute serves two flights.
fn apart(plan: &Plan) -> bool {
    let flights = flights(FLIGHTS);
    let busy = |flight: &sortie_core::plan::FlightChutes, at: i64| {
        let record = flights.get(&flight.flight).expect("a known flight");
        record.order == FlightOrder::Planned && (record.opens_utc_ms..record.cutoff_utc_ms).contains(&at)
    };
    let first = flights.iter().map(|record| record.opens_utc_ms).min().expect("flights");
    let last = flights.iter().map(|record| record.departs_utc_ms).max().expect("flights");
    let step = usize::try_from(60_000).expect("small");
    (first..last).step_by(step).all(|at| {
        let mut seen = BTreeSet::new();
        let open = plan.flights.iter().filter(|flight| busy(flight, at));
        open.flat_map(|flight| flight.chutes.iter().chain(&flight.overflow)).all(|chute| seen.insert(*chute))
    })
}

fn in_time(plan: &Plan) -> bool {
    let flights = flights(FLIGHTS);
    let departs =
        plan.flights.iter().filter_map(|flight| flights.get(&flight.flight)).map(|record| record.departs_utc_ms);
    plan.active_from_utc_ms.zip(departs.max()).is_none_or(|(from, last)| from < last)
}

#[test]
fn the_good_plan_has_no_fault() {
    assert_eq!(line().chutes.len(), 8);
    assert_eq!(faults(&read(PLAN).expect("a good plan").plan), Vec::<String>::new());
}

#[test]
fn a_corrupted_plan_is_rejected_or_harmless() {
    let (mut rejected, mut harmless) = (0, 0);
    for seed in 0..TRIED {
        let text = corrupted(seed);
        match read(&text) {
            Ok(checked) => {
                harmless += 1;
                let faults = faults(&checked.plan);
                assert!(faults.is_empty(), "seed {seed}: {faults:?}\n{text}");
            }
            Err(problems) => {
                rejected += 1;
                let placed = problems.0.iter().all(|problem| problem.line > 0 && !problem.remedy.is_empty());
                assert!(placed && !problems.0.is_empty(), "seed {seed}: {problems}");
            }
        }
    }
    println!("{rejected} rejected, {harmless} harmless");
    assert!(rejected > TRIED / 2 && harmless > TRIED / 20, "{rejected} rejected, {harmless} harmless");
}
