//! Random histories, in which the core has to decide each item as the reference model does: outlet, code, flight and
//! rejected alternatives.
//!
//! `SORTIE_HISTORIES` says how many (10,000 in full, a tenth here), `SORTIE_SEED` where the seeds begin.
#![allow(clippy::wildcard_enum_match_arm, reason = "most events are no matter of most functions")]

mod belt;
mod compare;
mod coverage;
#[path = "../model/mod.rs"]
mod model;
mod script;
mod show;
mod tell;

use belt::{Act, Bench};
use compare::Finding;
use coverage::Coverage;

/// Histories of a full run, and how often it has to meet everything.
const FULL: (u64, u64) = (10_000, 1_000);

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Lets a history happen: what it met, or where core and model part, after which of its acts.
fn run(acts: &[Act]) -> Result<Coverage, (Box<Finding>, usize)> {
    let mut bench = Bench::new();
    for (index, act) in acts.iter().enumerate() {
        bench.act(act).map_err(|finding| (finding.after(&bench.events), index))?;
    }
    Ok(bench.coverage)
}

fn parts(acts: &[Act]) -> Option<usize> {
    // A list from which something was left out may be one that no belt can bring about.
    std::panic::catch_unwind(|| run(acts)).ok()?.err().map(|(_, last)| last)
}

/// Leaves out whatever is not needed for the difference.
fn shrunk(mut acts: Vec<Act>) -> Vec<Act> {
    // Without a plan and flights nothing is worth telling.
    let begins = acts.iter().position(|act| matches!(act, Act::Put(_))).unwrap_or(0);
    let mut size = acts.len() / 2;
    while size > 0 {
        let mut from = begins;
        while from < acts.len() {
            let until = (from + size).min(acts.len());
            let fewer: Vec<Act> = acts[..from].iter().chain(&acts[until..]).cloned().collect();
            match parts(&fewer) {
                Some(last) => acts = fewer[..=last].to_vec(),
                None => from = until,
            }
        }
        size /= 2;
    }
    joined(acts)
}

/// One travel where there were several, as long as that changes nothing.
fn joined(mut acts: Vec<Act>) -> Vec<Act> {
    let mut index = 1;
    while index < acts.len() {
        let (Act::Travel(one), Act::Travel(other)) = (&acts[index - 1], &acts[index]) else {
            index += 1;
            continue;
        };
        let mut fewer = acts.clone();
        fewer.splice(index - 1..=index, [Act::Travel(one + other)]);
        match parts(&fewer) {
            Some(_) => acts = fewer,
            None => index += 1,
        }
    }
    acts
}

fn told(seed: u64, acts: Vec<Act>) -> String {
    let acts = shrunk(acts);
    let list: Vec<String> = acts.iter().map(|act| format!("  {act}")).collect();
    let Err((finding, _)) = run(&acts) else { panic!("history {seed} parts only once") };
    format!("history {seed}, shrunk to {} acts:\n{}\n{finding}", acts.len(), list.join("\n"))
}

#[test]
fn the_core_decides_as_the_model_does() {
    let (histories, first) = (setting("SORTIE_HISTORIES", FULL.0 / 10), setting("SORTIE_SEED", 1));
    eprintln!("histories {histories}, seeds from {first} on");
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(8) as u64;
    let part = |worker: u64| {
        let mut met = Coverage::default();
        for seed in (first..first + histories).filter(|seed| seed % workers == worker) {
            let acts = script::history(seed);
            match run(&acts) {
                Ok(more) => met.add(more),
                Err(_) => return Err(told(seed, acts)),
            }
        }
        Ok(met)
    };
    let mut met = Coverage::default();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|worker| scope.spawn(move || part(worker))).collect();
        for part in running {
            match part.join().expect("a history ended badly") {
                Ok(part) => met.add(part),
                Err(difference) => panic!("{difference}"),
            }
        }
    });
    eprintln!("{met}");
    let gaps = met.gaps(FULL.1 * histories / FULL.0);
    assert!(gaps.is_empty(), "met too seldom: {}", gaps.join(", "));
}

/// A model that borrows from the core, or that has grown past a reader's patience, judges nothing.
#[test]
fn the_model_knows_no_part_of_the_core_and_is_short() {
    let sources =
        [include_str!("../model/mod.rs"), include_str!("../model/situation.rs"), include_str!("../model/rules.rs")];
    let code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    let lines: usize = sources.iter().map(|source| source.lines().filter(code).count()).sum();
    assert!(lines <= 600, "{lines} lines of code");
    assert!(!sources.iter().any(|source| source.contains("sortie_core") || source.contains("sortie_protocol")));
}
