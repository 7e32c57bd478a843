//! Many runs on several threads, reported in order of their seeds.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;

/// Runs `job` for each seed on `threads` threads and gives the results to `report` in order of the seeds, as soon as
/// that order allows. A run shares nothing with another, so neither the order nor the threads can change a result.
pub fn run<R: Send>(seeds: Range<u64>, threads: usize, job: impl Fn(u64) -> R + Sync, mut report: impl FnMut(u64, R)) {
    run_until(seeds, threads, job, |seed, result| {
        report(seed, result);
        ControlFlow::Continue(())
    });
}

/// The same, as long as `report` wants to go on.
pub fn run_until<R: Send>(
    seeds: Range<u64>,
    threads: usize,
    job: impl Fn(u64) -> R + Sync,
    mut report: impl FnMut(u64, R) -> ControlFlow<()>,
) {
    let next = AtomicU64::new(seeds.start);
    let (sender, results) = channel();
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (sender, next, job, end) = (sender.clone(), &next, &job, seeds.end);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || sender.send((seed, job(seed))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = seeds.start;
        for (seed, result) in results {
            waiting.insert(seed, result);
            while let Some(result) = waiting.remove(&due) {
                if report(due, result).is_break() {
                    // Nobody listens any more, and each thread stops when it has something to say.
                    return;
                }
                due += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            run(3..40, threads, |seed| seed * seed, |seed, square| seen.push((seed, square)));
            let wanted: Vec<(u64, u64)> = (3..40).map(|seed| (seed, seed * seed)).collect();
            assert_eq!(seen, wanted);
        }
    }

    #[test]
    fn a_campaign_ends_when_nobody_wants_more() {
        for threads in [1, 3] {
            let mut seen = Vec::new();
            run_until(
                5..1_000_000_000,
                threads,
                |seed| seed,
                |seed, _| {
                    seen.push(seed);
                    if seed == 8 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                },
            );
            assert_eq!(seen, [5, 6, 7, 8]);
        }
    }
}
