//! Axes and curves.

use super::html::{Clock, Number};
use std::fmt::Write;

/// The field that the curves are in: left, top, width, height.
pub(super) const FIELD: (f64, f64, f64, f64) = (64.0, 12.0, 916.0, 180.0);

/// A drawing with time to the right and a number upwards.
pub(super) struct Plot {
    svg: String,
    field: (f64, f64, f64, f64),
    span: (u64, u64),
    top: f64,
}

impl Plot {
    /// Begins a drawing: times from and to in ns, and the highest value.
    pub(super) fn new(name: &str, field: (f64, f64, f64, f64), span: (u64, u64), top: f64) -> Self {
        let height = field.1 + field.3 + 34.0;
        let svg = format!(
            "<svg class=\"wide\" viewBox=\"0 0 1000 {height}\" role=\"img\" aria-label=\"{name}\">\
             <rect class=\"field\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            field.0, field.1, field.2, field.3
        );
        let mut plot = Self { svg, field, span: (span.0, span.1.max(span.0 + 1)), top: top.max(1e-9) };
        plot.times();
        plot
    }

    /// Where a time is, from left to right.
    pub(super) fn x(&self, at: u64) -> f64 {
        let (from, to) = self.span;
        let part = (at.clamp(from, to) - from) as f64 / (to - from) as f64;
        self.field.0 + self.field.2 * part
    }

    /// Where a value is.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.field.1 + self.field.3 * (1.0 - (value / self.top).clamp(0.0, 1.0))
    }

    /// What is drawn, to add to.
    pub(super) fn svg(&mut self) -> &mut String {
        &mut self.svg
    }

    /// The axis of numbers, in round steps.
    pub(super) fn numbers(&mut self, unit: &str) {
        let step = round_step(self.top / 4.0);
        for nth in 0..=(self.top / step) as u32 {
            let value = f64::from(nth) * step;
            let (left, right, y) = (self.field.0, self.field.0 + self.field.2, self.y(value));
            let shown = Number(value as u64);
            let _ = write!(
                self.svg,
                "<path class=\"grid\" d=\"M{left} {y:.1}H{right}\"/><text class=\"end small\" x=\"{}\" y=\"{:.1}\">{shown}</text>",
                left - 6.0,
                y + 3.5
            );
        }
        let _ = write!(self.svg, "<text class=\"end small\" x=\"{}\" y=\"9\">{unit}</text>", self.field.0 - 6.0);
    }

    /// A value for each bin of time, as steps.
    pub(super) fn steps(&mut self, class: &str, width: u64, values: impl Iterator<Item = f64>) {
        let mut path = String::new();
        let mut left = self.span.0;
        for value in values {
            let (x1, x2, y) = (self.x(left), self.x(left + width), self.y(value));
            let _ = write!(path, "{}{x1:.1} {y:.1}H{x2:.1}", if path.is_empty() { 'M' } else { 'L' });
            left += width;
        }
        let _ = write!(self.svg, "<path class=\"curve {class}\" d=\"{path}\"/>");
    }

    /// The drawing.
    pub(super) fn end(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }

    fn times(&mut self) {
        let (from, to) = self.span;
        let step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400]
            .into_iter()
            .map(|seconds| seconds * 1_000_000_000)
            .find(|step| (to - from) / step <= 10)
            .unwrap_or((to - from) / 8);
        let mut at = from.div_ceil(step) * step;
        while at <= to {
            let (x, top, bottom) = (self.x(at), self.field.1, self.field.1 + self.field.3);
            let _ = write!(
                self.svg,
                "<path class=\"grid\" d=\"M{x:.1} {top}V{bottom}\"/><text class=\"mid small\" x=\"{x:.1}\" y=\"{}\">{}</text>",
                bottom + 15.0,
                Clock(at)
            );
            at += step;
        }
    }
}

/// The next of 1, 2, 5, 10, 20, …
fn round_step(least: f64) -> f64 {
    let mut step = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if step * factor >= least {
                return step * factor;
            }
        }
        step *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert_eq!([0.1, 1.0, 3.0, 7.0, 2_750.0].map(round_step), [1.0, 1.0, 5.0, 10.0, 5_000.0]);
    }

    #[test]
    fn a_plot_of_nothing_and_of_a_year_is_small() {
        for to in [0, 1, 31_536_000_000_000_000] {
            let mut plot = Plot::new("x", FIELD, (0, to), 0.0);
            plot.numbers("1/h");
            assert!(plot.end().len() < 10_000, "{to}");
        }
    }
}
