//! The core allocates nothing in steady state: a counting allocator watches every step of a whole run with all faults.
//!
//! `SORTIE_ALLOCATION_PARCELS=1000000 cargo test --release --package sortie-sim --test allocation` is the long run.
//! Allocations are counted for the process, so this test brings its own `main` and runs on one thread.

use sortie_core::input::Input;
use sortie_sim::drive::real::StepWatch;
use sortie_sim::drive::run::{Plan, Which, watched};
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

fn run(seed: u64, parcels: u64, planted: bool) -> Seen {
    let seen = Rc::new(RefCell::new(Seen::default()));
    let watch = Armed { region: Region::new(ALLOCATOR), seen: Rc::clone(&seen), planted };
    let scenario = load("faults").expect("a scenario");
    let plan = Plan { scenario, seed, parcels, which: Which::Real, begin: Instant::now() };
    let summary = watched(&plan, None, Box::new(watch)).expect("a run").summary;
    assert_eq!(summary.parcels, parcels, "the run ended early: {}", summary.text());
    seen.take()
}

fn no_step_touches_the_heap(parcels: u64) -> Seen {
    let seen = run(1, parcels, false);
    assert!(seen.steps > 20 * parcels && seen.rare > 0, "the run was too tame: {seen:?}");
    let touched = (seen.allocations, seen.reallocations, seen.deallocations);
    assert_eq!(touched, (0, 0, 0), "{:#?}", seen.offenders);
    seen
}

fn a_planted_allocation_is_seen() {
    let seen = run(1, 2_000, true);
    assert!(seen.rare > 0 && seen.rare < seen.steps / 1_000, "a rare branch is taken rarely: {seen:?}");
    let each = usize::try_from(seen.rare).expect("few");
    assert_eq!((seen.allocations, seen.deallocations), (each, each), "{seen:?}");
    assert!(seen.offenders.iter().all(|offender| offender.contains("dropped")), "{seen:?}");
}

fn main() {
    let parcels = env::var("SORTIE_ALLOCATION_PARCELS").map_or(PARCELS, |text| text.parse().expect("a number"));
    a_planted_allocation_is_seen();
    eprintln!("a planted allocation is seen ... ok");
    let seen = no_step_touches_the_heap(parcels);
    eprintln!("no step touches the heap: {parcels} parcels, {} steps ... ok", seen.steps);
}
