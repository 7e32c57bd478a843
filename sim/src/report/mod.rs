//! A run as one page that needs nothing but itself: `sortie-sim run --report out.html`.
//!
//! Totals come from the summary, so that they are those of the JSON; what changes over time or place is collected
//! beside the oracle while the run goes on ([`Collector`]), in room that does not grow with it.

mod bars;
mod collect;
mod html;
mod line_drawing;
mod margins;
mod moments;
mod over_time;
mod page;
mod plot;
mod space_time;
mod timeline;

pub use collect::Collector;
pub use page::page;

use sortie_world::files::LineFile;

/// What a page is made of, beside the summary.
#[derive(Clone, Debug)]
pub struct Collected {
    /// The line.
    pub line: LineFile,
    /// What was collected.
    pub collector: Collector,
}

impl Collected {
    /// Parcels inducted in each bin of time, and the width of a bin in ns.
    #[must_use]
    pub fn inducted(&self) -> (Vec<u64>, u64) {
        let timeline = &self.collector.timeline;
        let bins = timeline.bins(self.collector.sums());
        (bins.iter().map(|bin| bin.parcels).collect(), timeline.width_ns())
    }
}

/// How the run came about.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Name of the scenario.
    pub scenario: String,
    /// Who drove the line.
    pub controller: &'static str,
    /// What repeats the run.
    pub command: String,
    /// Everything for which the run failed, in words.
    pub wrong: Vec<String>,
}
