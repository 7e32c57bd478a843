//! Items that go through the gates of the small line's scanners.

use super::{Bench, Thing, thing};

/// Scanner 0 stands at 1500 mm; the gate of a parcel of 400 mm closes 1900 mm behind its birth, give or take 8 + 9 mm of
/// place and 20 mm of length. A result may be 25 ms old (65 mm), and the clock 6 ms behind (16 mm).
pub(crate) const CLOSE: u64 = 1500 + 400;

/// The leaders were read; from now on the story does the reading.
pub(crate) fn reading(story: Vec<Thing>) -> Bench {
    let first = -story[0].start_mm;
    let mut bench = Bench::story(story);
    bench.travel(first as u64);
    bench.line.scanners.clear();
    bench.travel_to(1, 2500);
    bench
}

pub(crate) fn one() -> Bench {
    reading(vec![thing(3010, 400, "")])
}

pub(crate) fn next(bench: &mut Bench, plate: Option<&str>) {
    bench.triggers += 1;
    bench.read(0, Some(bench.triggers), plate);
}
