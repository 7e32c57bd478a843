//! Where on the belt a divert can be decided: behind the scan tunnel, and a lead before the chute.

use super::line::{LineConfig, lead_um};
use super::scanners::ScannerConfig;

/// Where the middle of the longest item is when the last scanner of an induction zone has told of it and of a follower
/// within view, micrometres from the entry PEC; and that scanner's name.
#[must_use]
pub fn identified_um(config: &LineConfig, zone: usize) -> (i64, String) {
    let line = &config.line;
    let told = |scanner: &ScannerConfig| {
        let trigger = i64::from(scanner.trigger_mm) * 1000;
        let follower = line.view_um + line.item_max_um;
        // Millimetres per second times milliseconds are micrometres.
        let travel = i64::from(line.speed_max_mm_s) * i64::from(scanner.read_jitter_ms);
        trigger + line.item_max_um / 2 + follower + travel
    };
    let own = config.scanners.iter().filter(|scanner| config.zone_at(scanner.trigger_mm) == zone);
    let last = own.map(|scanner| (told(scanner), format!("scanner {}", scanner.name)));
    last.max().unwrap_or((0, "no scanner".to_owned()))
}

/// Place of an item's middle at the commit count of a chute at `position_mm`, micrometres from the entry PEC.
#[must_use]
pub fn commit_um(config: &LineConfig, position_mm: u32) -> i64 {
    i64::from(position_mm) * 1000 - lead_um(&config.line)
}
