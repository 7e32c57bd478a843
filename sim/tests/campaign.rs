//! Many whole runs of 10,000 parcels, judged: what the product promises holds in every seed.
//!
//! `SORTIE_CAMPAIGN_SEEDS=200 cargo test --release --package sortie-sim --test campaign` is the long campaign. Without
//! optimisation the runs are short, and only what holds for any number of parcels is judged.

use sortie_core::output::Reason;
use sortie_sim::cli::campaign;
use sortie_sim::drive::run::{Outcome, Plan, Which, run};
use sortie_sim::scenario::{FaultChoice, load};
use sortie_world::scenario::Scenario;
use sortie_world::summary::Summary;
use std::collections::BTreeMap;
use std::env;
use std::thread;
use std::time::Instant;

/// Seeds of each campaign, unless the environment says otherwise.
const SEEDS: u64 = 10;
/// Of the naive control's runs with faults, so many of a hundred have to missort.
const NAIVE_PERCENT: u64 = 95;
/// Parcels that nothing explains, per 10,000.
const UNEXPLAINED_PER_10000: u64 = 10;
/// Parcels that one strike of a surgical fault may cost.
const COST: u64 = 4;
/// Seeds of each surgical fault.
const SURGICAL_SEEDS: u64 = 3;
/// Faults that touch few parcels and must cost few.
const SURGICAL: [&str; 5] = ["item_removed", "item_added", "no_read", "wrong_check_digit", "missed_divert"];
/// Events that no controller can see, and the strikes that make them.
const UNDETECTABLE: [(&str, &[&str]); 9] = [
    ("wrong_but_valid", &["wrong_but_valid"]),
    ("cross_read", &["cross_read"]),
    ("wire", &["bit_flip", "lost_bytes", "inserted_bytes"]),
    ("item_added", &["item_added"]),
    ("item_removed", &["item_removed"]),
    ("item_exchanged", &["item_exchanged"]),
    ("slip", &["slip"]),
    ("estop", &["estop"]),
    ("two_seen_as_one", &["touching"]),
];

/// True in a build that is fast enough for whole runs.
const WHOLE: bool = !cfg!(debug_assertions);

fn seeds() -> u64 {
    let told = env::var("SORTIE_CAMPAIGN_SEEDS").ok().map(|text| text.parse().expect("a number of seeds"));
    told.unwrap_or(if WHOLE { SEEDS } else { 1 })
}

/// Runs a scenario once for each seed and gives the outcomes to `judge`.
fn each(name: &str, seeds: u64, which: Which, faults: &FaultChoice, judge: impl FnMut(&Outcome)) {
    let mut scenario = load(name).expect("a scenario");
    faults.apply(&mut scenario);
    each_of(&scenario, seeds, which, judge);
}

fn each_of(scenario: &Scenario, seeds: u64, which: Which, mut judge: impl FnMut(&Outcome)) {
    let parcels = if WHOLE { scenario.run.parcels } else { 500 };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let job = |seed| {
        let plan = Plan { scenario: scenario.clone(), seed, parcels, which, begin: Instant::now() };
        run(&plan, None).expect("a run")
    };
    campaign::run(1..seeds + 1, threads, job, |seed, outcome| {
        assert_eq!((outcome.summary.seed, outcome.summary.parcels), (seed, parcels));
        judge(&outcome);
    });
}

fn strikes(summary: &Summary, kind: &str) -> u64 {
    summary.faults.get(kind).map_or(0, |counts| counts.effective)
}

/// Every parcel is somewhere, none where it must not be, and whatever is excused has its strike.
fn is_safe(summary: &Summary) {
    let text = summary.text();
    assert_eq!((summary.missorts, summary.invariant_violations), (0, 0), "seed {}\n{text}", summary.seed);
    for (kind, count) in &summary.undetectable {
        let listed = UNDETECTABLE.iter().find(|(listed, _)| listed == kind);
        let (_, causes) = listed.unwrap_or_else(|| panic!("seed {}: {kind} is not on the list", summary.seed));
        let strikes: u64 = causes.iter().map(|cause| strikes(summary, cause)).sum();
        assert!(*count <= strikes, "seed {}: {count} {kind} of {strikes} strikes\n{text}", summary.seed);
    }
}

/// At least so many per cent are sorted, and next to none of the others without a reason.
fn sorts(summary: &Summary, percent: u64) {
    if WHOLE {
        let text = || format!("seed {}\n{}\n{:#?}", summary.seed, summary.text(), summary.findings);
        assert!(summary.sorted * 100 >= summary.parcels * percent, "{}", text());
        assert!(summary.unexplained * 10_000 <= summary.parcels * UNEXPLAINED_PER_10000, "{}", text());
    }
}

#[test]
fn a_line_without_faults_sorts_nine_of_ten_and_needs_no_excuse() {
    each("linear", seeds(), Which::Real, &FaultChoice::AsWritten, |outcome| {
        is_safe(&outcome.summary);
        sorts(&outcome.summary, 90);
        assert!(outcome.summary.undetectable.is_empty(), "{}", outcome.summary.text());
        assert!(outcome.wrong.is_empty(), "{:?}", outcome.wrong);
    });
}

#[test]
fn a_line_on_which_everything_goes_wrong_sorts_eight_of_ten() {
    each("faults", seeds(), Which::Real, &FaultChoice::AsWritten, |outcome| {
        let summary = &outcome.summary;
        is_safe(summary);
        sorts(summary, 80);
        if WHOLE {
            assert!(outcome.wrong.is_empty(), "seed {}: {:?}", summary.seed, outcome.wrong);
            for kind in summary.faults.keys() {
                let rare = ["board_reboot", "port_unplugged", "controller_killed"].contains(kind);
                let wanted = if rare { 2 } else { 10 };
                assert!(strikes(summary, kind) >= wanted, "seed {}: {kind}\n{}", summary.seed, summary.text());
            }
        }
    });
}

#[test]
fn a_fault_that_touches_one_item_costs_few() {
    let mut whole = Vec::new();
    each("faults", SURGICAL_SEEDS, Which::Real, &FaultChoice::Off, |outcome| {
        assert!(outcome.summary.undetectable.is_empty() && outcome.summary.faults.is_empty());
        whole.push(outcome.summary.sorted);
    });
    for kind in SURGICAL {
        let only = FaultChoice::of(false, &[kind.to_owned()]).expect("a fault");
        let mut without = whole.iter();
        each("faults", SURGICAL_SEEDS, Which::Real, &only, |outcome| {
            let summary = &outcome.summary;
            is_safe(summary);
            let without = *without.next().expect("the same seeds");
            let cost = without.saturating_sub(summary.sorted);
            let strikes = strikes(summary, kind);
            assert!(cost <= COST * strikes, "seed {}: {strikes} strikes of {kind} cost {cost}", summary.seed);
            if WHOLE {
                assert!(strikes >= 10 && summary.faults.keys().eq([&kind]), "{}", summary.text());
            }
        });
    }
}

#[test]
fn the_naive_control_fails_with_faults_and_not_in_a_fair_world() {
    for name in ["faults", "loop-faults"] {
        let (mut runs, mut missorting) = (0, 0);
        each(name, seeds(), Which::Naive, &FaultChoice::AsWritten, |outcome| {
            runs += 1;
            missorting += u64::from(outcome.summary.missorts > 0);
        });
        assert!(missorting * 100 >= runs * NAIVE_PERCENT, "{name}: it missorted in {missorting} of {runs} runs");
    }
    each("generous", seeds(), Which::Naive, &FaultChoice::AsWritten, |outcome| {
        assert_eq!(outcome.summary.missorts, 0, "seed {}\n{}", outcome.summary.seed, outcome.summary.text());
        assert!(outcome.summary.sorted * 10 >= outcome.summary.parcels * 9, "{}", outcome.summary.text());
    });
}

/// Scenarios in which something else goes wrong than on the line of faults.toml, with the least that is sorted, per cent.
const STORIES: [(&str, u64); 3] = [("upsets", 85), ("brownout", 70), ("opening-day", 78)];
/// Seeds of each story, for the ten of the other campaigns.
const STORY_SEEDS: u64 = 3;

#[test]
fn bad_power_a_first_day_and_bad_company_put_no_parcel_in_a_wrong_chute() {
    for (name, percent) in STORIES {
        each(name, (seeds() * STORY_SEEDS / SEEDS).max(1), Which::Real, &FaultChoice::AsWritten, |outcome| {
            let summary = &outcome.summary;
            is_safe(summary);
            if WHOLE {
                assert!(outcome.wrong.is_empty(), "{name}, seed {}: {:?}", summary.seed, outcome.wrong);
                assert!(summary.sorted * 100 >= summary.parcels * percent, "{name}, {}", summary.text());
            }
        });
    }
}

#[test]
fn the_naive_control_fails_in_every_story() {
    for (name, _) in STORIES {
        let mut scenario = load(name).expect("a scenario");
        scenario.run.parcels = 3_000;
        let (mut runs, mut missorting) = (0, 0);
        each_of(&scenario, seeds(), Which::Naive, |outcome| {
            runs += 1;
            missorting += u64::from(outcome.summary.missorts > 0);
        });
        assert!(missorting * 100 >= runs * NAIVE_PERCENT, "{name}: it missorted in {missorting} of {runs} runs");
    }
}

/// Seeds of the two long scenarios, which are shortened unless the environment asks for more seeds.
const HUB_SEEDS: u64 = 2;
/// How often each code is to be seen in one of the two, in a campaign of whole runs.
const CODE_MIN: u64 = 20;

/// True for a campaign of whole nights.
fn is_long() -> bool {
    WHOLE && env::var("SORTIE_CAMPAIGN_SEEDS").is_ok()
}

/// Two hours of the night: ten flights close.
fn night() -> Scenario {
    let mut scenario = load("night-shift").expect("a scenario");
    if !is_long() {
        scenario.run.parcels = 12_000;
        scenario.host.flights = 14;
    }
    scenario
}

/// An aircraft with 12,000 parcels.
fn surge() -> Scenario {
    let mut scenario = load("customs-surge").expect("a scenario");
    if !is_long() {
        scenario.run.parcels = 10_000;
        scenario.host.parcels_on_file = 12_000;
        scenario.host.surge.parcels = 12_000;
    }
    scenario
}

#[test]
fn a_hub_keeps_its_promises_through_a_night_and_through_a_surge_of_customs() {
    let seeds = if is_long() { seeds() } else { HUB_SEEDS };
    let mut codes: BTreeMap<String, u64> = BTreeMap::new();
    for (scenario, percent, riding) in [(night(), 85, 250), (surge(), 80, 100)] {
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        each_of(&scenario, seeds, Which::Real, |outcome| {
            let summary = &outcome.summary;
            is_safe(summary);
            if !WHOLE {
                return;
            }
            sorts(summary, percent);
            assert!(summary.checks["manifests"] > 0 && summary.checks["pulls"] > 0, "{}", summary.text());
            if is_long() {
                assert!(outcome.wrong.is_empty(), "seed {}: {:?}", summary.seed, outcome.wrong);
                let holds = summary.holds;
                let near = holds.within_300_mm_before.min(holds.within_300_mm_after);
                assert!(holds.riding >= riding && near >= 40, "seed {}: {holds:?}", summary.seed);
                assert!(holds.before_commit + holds.after_commit >= 300, "seed {}: {holds:?}", summary.seed);
            }
            for (code, count) in &summary.codes {
                *seen.entry(code.clone()).or_default() += count;
            }
        });
        for (code, count) in seen {
            let most = codes.entry(code).or_default();
            *most = count.max(*most);
        }
    }
    if is_long() && seeds >= 100 {
        let rare: Vec<_> =
            Reason::ALL.iter().filter(|code| codes.get(code.code()).is_none_or(|n| *n < CODE_MIN)).collect();
        assert!(rare.is_empty(), "{rare:?} of {codes:?}");
    }
}

#[test]
fn manifests_and_pulls_stay_true_whatever_goes_wrong() {
    let mut scenario = load("faults").expect("a scenario");
    scenario.run.ledger = true;
    scenario.operators.container_every = 3;
    scenario.operators.container_pieces = 30;
    scenario.operators.stuck_per_10000 = 5;
    scenario.operators.break_every_min = 20;
    scenario.host.aimed_holds_per_10000 = 60;
    each_of(&scenario, seeds().max(3) / 3, Which::Real, |outcome| {
        let summary = &outcome.summary;
        is_safe(summary);
        sorts(summary, 80);
        assert!(!WHOLE || (summary.checks["manifests"] > 0 && summary.checks["pulls"] > 0), "{}", summary.text());
    });
}
