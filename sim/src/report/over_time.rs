//! What came over time: throughput, recirculation, and how full the chutes were.

use super::html::Clock;
use super::plot::{FIELD, Plot};
use super::timeline::{Fill, Sums, Timeline};
use std::fmt::Write;

const HOUR_NS: f64 = 3_600e9;
/// Colours of the fill, the last for a covered full sensor.
const LEVELS: usize = 5;

/// Parcels an hour, inducted and by where they came.
pub(super) fn throughput(bins: &[Sums], width: u64, end: u64) -> String {
    let hourly = rate(bins, width, end);
    let top = (0..bins.len()).map(|bin| hourly(bin, bins[bin].parcels)).fold(1.0, f64::max);
    let mut plot = Plot::new("Parcels per hour over time", FIELD, (0, end), top * 1.05);
    plot.numbers("1/h");
    let all = |of: fn(&Sums) -> u64| bins.iter().enumerate().map(move |(bin, sums)| (bin, of(sums)));
    plot.steps("muted", width, all(|sums| sums.parcels).map(|(bin, count)| hourly(bin, count)));
    plot.steps("good", width, all(|sums| sums.sorted).map(|(bin, count)| hourly(bin, count)));
    plot.steps("warn", width, all(|sums| sums.exceptions).map(|(bin, count)| hourly(bin, count)));
    plot.steps("bad", width, all(|sums| sums.wrong).map(|(bin, count)| hourly(bin, count)));
    plot.end()
}

/// Items an hour that began a second pass.
pub(super) fn recirculation(bins: &[Sums], width: u64, end: u64) -> String {
    let hourly = rate(bins, width, end);
    let rates: Vec<f64> = (0..bins.len()).map(|bin| hourly(bin, bins[bin].recirculated)).collect();
    let top = rates.iter().copied().fold(1.0, f64::max);
    let mut plot = Plot::new("Recirculation per hour over time", (FIELD.0, FIELD.1, FIELD.2, 90.0), (0, end), top);
    plot.numbers("1/h");
    plot.steps("blue", width, rates.into_iter());
    plot.end()
}

/// The last bin is shorter than the others.
fn rate(bins: &[Sums], width: u64, end: u64) -> impl Fn(usize, u64) -> f64 + use<> {
    let last = bins.len().saturating_sub(1);
    move |bin, count| {
        let begin = width * bin as u64;
        // A sliver of a bin would make a spike of a single parcel.
        let long = if bin == last { end.saturating_sub(begin).max(width / 2) } else { width };
        count as f64 * HOUR_NS / long as f64
    }
}

/// One row a chute, darker the fuller it was.
pub(super) fn fills(timeline: &Timeline, end: u64) -> String {
    let rows = timeline.fills().count().max(1);
    let height = (420.0 / rows as f64).clamp(3.0, 14.0);
    let field = (FIELD.0, FIELD.1, FIELD.2, height * rows as f64);
    let most = timeline.fills().flat_map(|(_, bins)| bins).map(|fill| fill.pieces).max().unwrap_or(0).max(1);
    let mut plot = Plot::new("Pieces in each chute over time", field, (0, end), 1.0);
    let mut levels = vec![String::new(); LEVELS];
    let every = (11.0 / height).ceil().max(1.0) as usize;
    let width = timeline.width_ns();
    for (row, (chute, bins)) in timeline.fills().enumerate() {
        let y = field.1 + height * row as f64;
        let mut left = 0;
        for run in bins.chunk_by(|one, other| level(*one, most) == level(*other, most)) {
            let right = left + run.len();
            let (x1, x2) = (plot.x(width * left as u64), plot.x(width * right as u64));
            if let Some(path) = run.first().and_then(|fill| level(*fill, most)).and_then(|level| levels.get_mut(level))
            {
                let _ = write!(path, "M{x1:.1} {y:.1}H{x2:.1}v{0:.1}H{x1:.1}z", height - 0.6);
            }
            left = right;
        }
        if row.is_multiple_of(every) {
            let _ = write!(
                plot.svg(),
                "<text class=\"end small\" x=\"{}\" y=\"{:.1}\">{chute}</text>",
                field.0 - 6.0,
                y + height / 2.0 + 3.5
            );
        }
    }
    for (level, path) in levels.iter().enumerate() {
        let _ = write!(plot.svg(), "<path class=\"fill{level}\" d=\"{path}\"/>");
    }
    plot.end()
}

/// How dark; `None` for empty.
fn level(fill: Fill, most: u32) -> Option<usize> {
    match fill {
        Fill { full: true, .. } => Some(LEVELS - 1),
        Fill { pieces: 0, .. } => None,
        Fill { pieces, .. } => Some(((pieces - 1) as usize * (LEVELS - 1) / most as usize).min(LEVELS - 2)),
    }
}

/// The numbers behind the curves, for who cannot see them and for who wants to check.
pub(super) fn table(bins: &[Sums], width: u64) -> String {
    let mut rows = String::new();
    for (bin, sums) in bins.iter().enumerate() {
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            Clock(width * bin as u64),
            sums.parcels,
            sums.sorted,
            sums.exceptions,
            sums.wrong,
            sums.recirculated
        );
    }
    format!(
        "<details><summary>The numbers</summary><table data-sums=\"bins\"><thead><tr><th>from</th><th>inducted</th>\
         <th>sorted</th><th>exceptions</th><th>wrong chute</th><th>second pass</th></tr></thead><tbody>{rows}</tbody>\
         </table></details>"
    )
}
