//! What is asked of a defect: that nothing shows of it without faults, and how soon the swarm finds it, and as what.

use super::NoTeeth;
use super::defect::Defect;
use super::workshop::{Workshop, last_words, run};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Seeds of `linear.toml` without faults that have to be clean, and the parcels of each.
const CLEAN_SEEDS: &str = "1..21";
const CLEAN_PARCELS: &str = "2000";
/// Where the swarm starts, five times.
pub const STARTS: [u64; 5] = [10_000, 20_000, 30_000, 40_000, 50_000];
/// A defect has to be found within so many seeds of a start.
pub const WITHIN: u64 = 1_000;
/// Hours of a seed.
const HOURS: &str = "0.03";

/// What one start came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// The first check that broke, and how many seeds that took; `None` if [`WITHIN`] seeds found nothing.
    pub found: Option<(String, u64)>,
}

/// What came of a defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Its name.
    pub name: String,
    /// The invariant that has to find it.
    pub intended: &'static str,
    /// Why it could not be tried, or what is wrong without faults.
    pub unfit: Option<String>,
    /// One for each start.
    pub finds: Vec<Find>,
}

impl Trial {
    /// Tries a defect. `progress` hears what is being done.
    ///
    /// # Errors
    /// If a program that this needs is missing, or says what nobody understands.
    pub fn of(
        defect: &Defect,
        workshop: &Workshop,
        threads: Option<usize>,
        mut progress: impl FnMut(&str),
    ) -> Result<Self, NoTeeth> {
        let mut trial = Self { name: defect.name.clone(), intended: defect.intended, unfit: None, finds: Vec::new() };
        progress("building");
        if let Err(why) = workshop.break_with(&defect.patch)? {
            trial.unfit = Some(why);
            return Ok(trial);
        }
        progress("linear without faults");
        let program = workshop.broken();
        if let Some(wrong) = wrong_on_linear(&program, threads)? {
            trial.unfit = Some(format!("shows on linear.toml without faults: {wrong}"));
            return Ok(trial);
        }
        for start in STARTS {
            progress(&format!("the swarm from seed {start} on"));
            let find = find(
                start,
                |seeds| first_broken(&program, seeds, threads),
                |seed| first_broken(workshop.sound(), (seed, seed + 1), threads),
            )?;
            trial.finds.push(find);
        }
        Ok(trial)
    }

    /// True if something found it from every start.
    #[must_use]
    pub fn is_found(&self) -> bool {
        self.unfit.is_none() && self.finds.iter().all(|find| find.found.is_some())
    }

    /// True if it was each time the invariant that it is meant for.
    #[must_use]
    pub fn is_intended(&self) -> bool {
        let intended = |find: &Find| find.found.as_ref().is_some_and(|(check, _)| check == self.intended);
        self.unfit.is_none() && self.finds.iter().all(intended)
    }

    /// Seeds needed in the middle of all starts.
    #[must_use]
    pub fn median(&self) -> Option<u64> {
        let mut seeds: Vec<u64> =
            self.finds.iter().map(|find| find.found.as_ref().map_or(u64::MAX, |(_, n)| *n)).collect();
        seeds.sort_unstable();
        seeds.get(seeds.len() / 2).copied().filter(|seeds| *seeds != u64::MAX)
    }

    /// Its line of the table.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { name, intended, unfit, finds } = self;
        if let Some(why) = unfit {
            return format!("{name:<40} {intended}   MISS: {why}");
        }
        let mut found_by: Vec<&str> = Vec::new();
        for find in finds {
            let by = find.found.as_ref().map_or("nothing", |(check, _)| check.as_str());
            if !found_by.contains(&by) {
                found_by.push(by);
            }
        }
        let seeds: Vec<String> =
            finds.iter().map(|find| find.found.as_ref().map_or("-".into(), |(_, seeds)| seeds.to_string())).collect();
        let median = self.median().map_or("-".into(), |median| median.to_string());
        let miss = if self.is_intended() { "" } else { "   MISS" };
        format!("{name:<40} {intended}   {:<9} {:<24} {median:>6}{miss}", found_by.join(","), seeds.join(" "))
    }

    /// The same for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let finds = self.finds.iter().zip(STARTS).map(|(find, start)| {
            let (check, seeds) = find.found.clone().unzip();
            json!({ "start": start, "found_by": check, "seeds": seeds })
        });
        json!({
            "name": self.name,
            "intended": self.intended,
            "unfit": self.unfit,
            "finds": finds.collect::<Vec<_>>(),
            "median": self.median(),
            "found": self.is_found(),
            "as_intended": self.is_intended(),
        })
    }
}

/// Head of the table.
#[must_use]
pub fn head() -> String {
    format!("{:<40} {:<4} {:<9} {:<24} {:>6}", "defect", "for", "found by", "seeds needed", "median")
}

/// Looks for the first seed from `start` on that breaks something which is whole without the defect. `broken` and
/// `sound` say which check breaks first, and in which seed.
fn find(
    start: u64,
    mut broken: impl FnMut((u64, u64)) -> Result<Option<(u64, String)>, NoTeeth>,
    mut sound: impl FnMut(u64) -> Result<Option<(u64, String)>, NoTeeth>,
) -> Result<Find, NoTeeth> {
    let (mut from, end) = (start, start + WITHIN);
    while from < end {
        let Some((seed, check)) = broken((from, end))? else { break };
        if sound(seed)?.is_none_or(|(_, known)| known != check) {
            return Ok(Find { found: Some((check, seed - start + 1)) });
        }
        from = seed + 1;
    }
    Ok(Find { found: None })
}

/// What `linear.toml` shows without faults, if anything.
fn wrong_on_linear(program: &Path, threads: Option<usize>) -> Result<Option<String>, NoTeeth> {
    let mut command = Command::new(program);
    command.args(["run", "--scenario", "linear", "--no-faults", "--seeds", CLEAN_SEEDS, "--parcels", CLEAN_PARCELS]);
    let output = run(with_threads(&mut command, threads))?;
    if output.status.success() {
        return Ok(None);
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = said.lines().find(|line| line.contains("WRONG")).map(str::to_owned);
    Ok(Some(wrong.unwrap_or_else(|| last_words(&output))))
}

/// The first seed of a range that breaks something, and what breaks first in it.
fn first_broken(
    program: &Path,
    (first, end): (u64, u64),
    threads: Option<usize>,
) -> Result<Option<(u64, String)>, NoTeeth> {
    let mut command = Command::new(program);
    command.args(["swarm", "--first", "--json", "--hours", HOURS, "--seeds", &format!("{first}..{end}")]);
    let output = run(with_threads(&mut command, threads))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let report: Option<Value> = said.lines().last().and_then(|line| serde_json::from_str(line).ok());
    let failed = report.as_ref().and_then(|report| report["failed"].as_array());
    let Some(failed) = failed else {
        // A defect can take the process with it: that is a find, but by no invariant.
        let why = output.status.code().map_or("crash".to_owned(), |code| format!("exit {code}"));
        return Ok(Some((first, why)));
    };
    let Some(failed) = failed.first() else { return Ok(None) };
    let seed = failed["seed"].as_u64().unwrap_or(first);
    Ok(Some((seed, failed["check"].as_str().unwrap_or("unknown").to_owned())))
}

fn with_threads(command: &mut Command, threads: Option<usize>) -> &mut Command {
    if let Some(threads) = threads {
        command.args(["--threads", &threads.to_string()]);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(finds: &[Option<(&str, u64)>]) -> Trial {
        let finds = finds.iter().map(|find| Find { found: find.map(|(check, seeds)| (check.to_owned(), seeds)) });
        Trial { name: "s3-lost-cancel".into(), intended: "S3", unfit: None, finds: finds.collect() }
    }

    fn at(seed: u64, check: &str) -> Result<Option<(u64, String)>, NoTeeth> {
        Ok(Some((seed, check.to_owned())))
    }

    #[test]
    fn the_median_of_five_starts_counts() {
        let five = [Some(("S3", 40)), Some(("S3", 1)), Some(("S3", 900)), Some(("S3", 12)), Some(("S3", 7))];
        let trial = trial(&five);
        assert_eq!((trial.median(), trial.is_found(), trial.is_intended()), (Some(12), true, true));
        assert!(trial.text().ends_with("40 1 900 12 7                12"), "{}", trial.text());
    }

    #[test]
    fn another_check_or_none_is_a_miss() {
        let other = trial(&[Some(("S3", 4)), Some(("S2", 1)), Some(("S3", 9))]);
        assert_eq!((other.is_found(), other.is_intended()), (true, false));
        assert!(other.text().contains("S3,S2") && other.text().ends_with("MISS"), "{}", other.text());
        let none = trial(&[Some(("S3", 4)), None, Some(("S3", 9))]);
        assert_eq!((none.is_found(), none.is_intended(), none.median()), (false, false, Some(9)));
        let never = trial(&[None, None, Some(("S3", 9))]);
        assert_eq!(never.median(), None);
    }

    #[test]
    fn what_breaks_without_the_defect_is_none_of_its_finds() {
        // Seed 103 breaks liveness anyway, seed 105 with the defect only.
        let broken = |(from, _): (u64, u64)| if from <= 103 { at(103, "liveness") } else { at(105, "S3") };
        let sound = |seed: u64| if seed == 103 { at(103, "liveness") } else { Ok(None) };
        assert_eq!(find(100, broken, sound).unwrap().found, Some(("S3".into(), 6)));
    }

    #[test]
    fn a_seed_that_breaks_otherwise_without_the_defect_is_a_find() {
        let found = find(100, |_| at(100, "S3"), |_| at(100, "liveness")).unwrap().found;
        assert_eq!(found, Some(("S3".into(), 1)));
    }

    #[test]
    fn seeds_that_find_nothing_are_the_end_of_a_start() {
        assert_eq!(find(0, |_| Ok(None), |_| Ok(None)).unwrap().found, None);
        // And so is a last seed that breaks anyway.
        let last = || at(WITHIN - 1, "S3");
        assert_eq!(find(0, |_| last(), |_| last()).unwrap().found, None);
    }
}
