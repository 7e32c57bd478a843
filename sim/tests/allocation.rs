//! The core allocates nothing in steady state: a counting allocator watches every step of a whole run with all faults,
//! and of a whole night at a hub.
//!
//! `SORTIE_ALLOCATION_PARCELS=1000000 cargo test --release --package sortie-sim --test allocation` is the long run.
//! Allocations are counted for the process, so this test brings its own `main` and runs on one thread.

use sortie_controller::config::line_from_str;
use sortie_core::input::Input;
use sortie_core::output::Reason;
use sortie_core::plan::{ExceptionOutlets, FlightChutes, Plan as SortPlan};
use sortie_core::records::{
    CodeText, Customs, FlightOrder, FlightRecord, HoldRecord, Mode, NO_PRODUCT, Order, OrderRecord, ParcelKey,
    ParcelRecord, Security, Traffic,
};
use sortie_core::{Core, Outputs};
use sortie_sim::drive::real::StepWatch;
use sortie_sim::drive::run::{Plan, Which, watched};
use sortie_sim::drive::sim_line::SimLine;
use sortie_sim::scenario::load;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::cell::RefCell;
use std::env;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Tables may grow to their size for so long.
const WARM_NS: u64 = 60_000_000_000;
/// Parcels of a run, unless the environment says otherwise: enough for kills behind the first checkpoint.
const PARCELS: u64 = 45_000;
/// Offending inputs that are kept for the message.
const KEPT: usize = 5;

/// What was seen.
#[derive(Debug, Default)]
struct Seen {
    /// Steps that were watched.
    steps: u64,
    /// Watched steps that saw a read with nothing but wrong check digits.
    rare: u64,
    allocations: usize,
    reallocations: usize,
    deallocations: usize,
    /// The first inputs whose step touched the heap.
    offenders: Vec<String>,
}

/// Compares the allocator's counters before and after each step.
struct Armed {
    region: Region<'static, System>,
    seen: Rc<RefCell<Seen>>,
    /// True: allocates in a rare branch, to show that it would be seen.
    planted: bool,
}

fn is_rare(input: &Input) -> bool {
    matches!(input, Input::Read(read) if read.dropped > 0 && read.codes.is_empty())
}

impl StepWatch for Armed {
    fn stepping(&mut self, at: u64, input: &Input) {
        if at < WARM_NS {
            return;
        }
        self.region.reset();
        if self.planted && is_rare(input) {
            drop(black_box(Box::new(at)));
        }
    }

    fn stepped(&mut self, at: u64, input: &Input) {
        if at < WARM_NS {
            return;
        }
        let change = self.region.change();
        let mut seen = self.seen.borrow_mut();
        seen.steps += 1;
        seen.rare += u64::from(is_rare(input));
        seen.allocations += change.allocations;
        seen.reallocations += change.reallocations;
        seen.deallocations += change.deallocations;
        if change.allocations + change.reallocations + change.deallocations > 0 && seen.offenders.len() < KEPT {
            seen.offenders.push(format!("{} s: {input:?}", at / 1_000_000_000));
        }
    }
}

fn run(name: &str, seed: u64, parcels: u64, planted: bool) -> Seen {
    let seen = Rc::new(RefCell::new(Seen::default()));
    let watch = Armed { region: Region::new(ALLOCATOR), seen: Rc::clone(&seen), planted };
    let scenario = load(name).expect("a scenario");
    let plan = Plan { scenario, seed, parcels, which: Which::Real, begin: Instant::now() };
    let summary = watched(&plan, None, Box::new(watch)).expect("a run").summary;
    assert_eq!(summary.parcels, parcels, "the run ended early: {}", summary.text());
    seen.take()
}

fn no_step_touches_the_heap(name: &str, parcels: u64) -> Seen {
    let seen = run(name, 1, parcels, false);
    assert!(seen.steps > 20 * parcels, "the run was too tame: {seen:?}");
    let touched = (seen.allocations, seen.reallocations, seen.deallocations);
    assert_eq!(touched, (0, 0, 0), "{:#?}", seen.offenders);
    seen
}

/// Everything that hosts and people can say, without a belt.
fn words() -> Vec<Input> {
    let flights: Vec<FlightRecord> = (1..=300).map(flight).collect();
    let plan = |version, active_from_utc_ms| {
        let chutes = |flight: &FlightRecord| FlightChutes {
            flight: flight.key,
            chutes: (1..=16).collect(),
            overflow: (17..=32).collect(),
        };
        let flights = flights.iter().take(256).map(chutes).collect();
        let exceptions = Reason::ALL.map(|code| ExceptionOutlets { code, outlets: (40..=47).collect() }).to_vec();
        Input::Plan(Box::new(SortPlan { active_from_utc_ms, flights, exceptions, ..SortPlan::empty(version) }))
    };
    let mut words = vec![Input::Started, plan(1, None), plan(2, Some(5_000)), plan(3, Some(6_000))];
    words.extend(flights.iter().cloned().map(Input::Flight));
    words.extend((0..500).map(|number| Input::Parcel(parcel(number))));
    words.push(Input::Utc { utc_ms: 6_000 });
    for number in 0..500 {
        words.push(Input::Hold(HoldRecord { key: key(number), customs: Some(Customs::Hold), security: None }));
        words.push(order(Order::Relabel { parcel: key(number), plate: text(&format!("NEW{number:06}")) }));
        words.push(Input::Parcel(parcel(number)));
        words.push(order(Order::Return { parcel: key(number) }));
    }
    words.extend([Order::RollbackPlan, Order::RollbackPlan, Order::Found { pull: 1 }].map(order));
    words.extend([order(Order::Announce { plate: text("NEW000001") }), Input::Utc { utc_ms: 2_000_000 }]);
    for chute in 1..=40 {
        words.extend([Order::CloseContainer { chute }, Order::OpenContainer { chute, id: None }].map(order));
        words.extend([Order::Lock { chute }, Order::Disable { chute }, Order::ClearJam { chute }].map(order));
    }
    words.extend(flights.into_iter().map(Input::Flight));
    words.extend((0..500).map(|number| Input::Departed(key(number))));
    words
}

fn flight(number: u16) -> FlightRecord {
    FlightRecord {
        key: format!("3V{number}/2026-11-24/LGG").parse().expect("a flight key"),
        mode: Mode::Air,
        traffic: Traffic::Export,
        destination: *b"JFK",
        opens_utc_ms: 0,
        cutoff_utc_ms: 1_000_000 + i64::from(number),
        departs_utc_ms: 2_000_000,
        order: FlightOrder::Planned,
        expected: 0,
        capacity_pieces: 100,
        capacity_g: 1_000_000,
        handling: [].into_iter().collect(),
    }
}

fn parcel(number: u32) -> ParcelRecord {
    ParcelRecord {
        key: key(number),
        plates: [text(&format!("LP{number:09}"))].into_iter().collect(),
        destination: *b"JFK",
        flight: None,
        may_move: true,
        customs: Customs::Released,
        security: Security::Screened,
        product: NO_PRODUCT,
        handling: [].into_iter().collect(),
        declared_g: 500,
        declared_mm: [0; 3],
    }
}

fn key(number: u32) -> ParcelKey {
    format!("P{number}").bytes().collect()
}

fn text(plate: &str) -> CodeText {
    plate.bytes().collect()
}

fn order(what: Order) -> Input {
    Input::Order(OrderRecord { by: "A. Person".bytes().collect(), what })
}

fn no_word_touches_the_heap() -> usize {
    let (_, file) = SimLine::new(&load("faults").expect("a scenario"), 1, 1).expect("a line");
    let line = line_from_str("line.toml", &file).expect("a line").line;
    let (mut core, mut out) = (Core::new(&line), Outputs::new());
    let words = words();
    let mut region = Region::new(ALLOCATOR);
    for (at, word) in words.iter().enumerate() {
        region.reset();
        core.step(at as u64, word, &mut out);
        let change = region.change();
        let touched = (change.allocations, change.reallocations, change.deallocations);
        assert_eq!(touched, (0, 0, 0), "{word:?}");
    }
    assert_eq!((core.plan_version(), core.flights().len(), core.parcels_on_file()), (3, 256, 0));
    words.len()
}

fn a_planted_allocation_is_seen() {
    let seen = run("faults", 1, 2_000, true);
    assert!(seen.rare > 0 && seen.rare < seen.steps / 1_000, "a rare branch is taken rarely: {seen:?}");
    let each = usize::try_from(seen.rare).expect("few");
    assert_eq!((seen.allocations, seen.deallocations), (each, each), "{seen:?}");
    assert!(seen.offenders.iter().all(|offender| offender.contains("dropped")), "{seen:?}");
}

fn main() {
    let parcels = env::var("SORTIE_ALLOCATION_PARCELS").map_or(PARCELS, |text| text.parse().expect("a number"));
    let words = no_word_touches_the_heap();
    eprintln!("no word of hosts or people touches the heap: {words} inputs ... ok");
    a_planted_allocation_is_seen();
    eprintln!("a planted allocation is seen ... ok");
    let seen = no_step_touches_the_heap("faults", parcels);
    assert!(seen.rare > 0, "the run was too tame: {seen:?}");
    eprintln!("no step touches the heap: {parcels} parcels, {} steps ... ok", seen.steps);
    // A whole night, for what happens once in it: plans, flights, orders, containers.
    no_step_touches_the_heap("loop-faults", 3_000);
    no_step_touches_the_heap("double-rate", 3_000);
    let parcels = load("night-shift").expect("a scenario").run.parcels;
    let seen = no_step_touches_the_heap("night-shift", parcels);
    eprintln!("nor through a night: {parcels} parcels, {} steps ... ok", seen.steps);
}
