//! The line from above, with what went off at each outlet.

use super::collect::{Collector, Flow};
use super::html::{Number, Text};
use sortie_world::files::LineFile;
use std::f64::consts::TAU;
use std::fmt::Write;

/// The length of the longest bar.
const BAR: f64 = 90.0;
/// Between the belt and the foot of a bar.
const FOOT: f64 = 12.0;
const WIDTH: f64 = 1000.0;
const RADIUS: f64 = 165.0;
const CENTRE: (f64, f64) = (500.0, 290.0);
/// The belt of a line with two ends.
const BELT: (f64, f64, f64) = (40.0, 900.0, 150.0);

/// A place on the drawing, with the direction to the left of the travel there.
#[derive(Clone, Copy)]
struct Spot {
    x: f64,
    y: f64,
    left: (f64, f64),
}

impl Spot {
    /// The point so far to the left; to the right if it is less than 0.
    fn beside(self, way: f64) -> (f64, f64) {
        (self.x + self.left.0 * way, self.y + self.left.1 * way)
    }
}

/// Where things are drawn.
struct Geometry {
    end_mm: f64,
    is_loop: bool,
}

impl Geometry {
    fn of(line: &LineFile) -> Self {
        let last = line.pecs.iter().map(|pec| pec.position_mm).chain(line.chutes.iter().map(|chute| chute.position_mm));
        let last = last.max().unwrap_or(1).max(1);
        let turn = line.ring.as_ref().map(|ring| i64::from(ring.carriers) * ring.carrier_pitch_mm);
        Self { end_mm: turn.unwrap_or(last).max(1) as f64, is_loop: turn.is_some() }
    }

    fn spot(&self, mm: f64) -> Spot {
        let part = mm / self.end_mm;
        if !self.is_loop {
            return Spot { x: BELT.0 + BELT.1 * part, y: BELT.2, left: (0.0, -1.0) };
        }
        let (sin, cos) = (part * TAU).sin_cos();
        Spot { x: CENTRE.0 + RADIUS * sin, y: CENTRE.1 - RADIUS * cos, left: (sin, -cos) }
    }

    /// Length of the belt on the drawing.
    fn way(&self) -> f64 {
        if self.is_loop { TAU * RADIUS } else { BELT.1 }
    }

    fn height(&self) -> f64 {
        if self.is_loop { 2.0 * CENTRE.1 } else { 300.0 }
    }
}

/// Draws it.
pub(super) fn draw(line: &LineFile, collected: &Collector) -> String {
    let geometry = Geometry::of(line);
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg class=\"wide\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"The line with its flows\">",
        geometry.height()
    );
    belt(line, &geometry, &mut svg);
    outlets(line, collected, &geometry, &mut svg);
    svg.push_str("</svg>");
    svg
}

fn belt(line: &LineFile, geometry: &Geometry, svg: &mut String) {
    if geometry.is_loop {
        let _ = write!(svg, "<circle class=\"belt\" cx=\"{}\" cy=\"{}\" r=\"{RADIUS}\"/>", CENTRE.0, CENTRE.1);
    } else {
        let (x, way, y) = BELT;
        let _ = write!(svg, "<path class=\"belt\" d=\"M{} {y}H{}\"/>", x - 20.0, x + way);
        let _ = write!(svg, "<path class=\"arrow\" d=\"M{0} {1}l14 8l-14 8z\"/>", x + way, y - 8.0);
    }
    for pec in &line.pecs {
        let spot = geometry.spot(pec.position_mm as f64);
        let (from, to) = (spot.beside(-9.0), spot.beside(9.0));
        let _ = write!(
            svg,
            "<path class=\"pec\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"><title>PEC {} at {} mm</title></path>",
            from.0,
            from.1,
            to.0,
            to.1,
            Text(&pec.name),
            pec.position_mm
        );
    }
    for scanner in &line.scanners {
        let (x, y) = geometry.spot(scanner.trigger_mm as f64).beside(0.0);
        let _ = write!(
            svg,
            "<circle class=\"scanner\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>scanner at {} mm</title></circle>",
            scanner.trigger_mm
        );
    }
    for (zone, entry_mm) in (1..).zip(line.entries_mm()) {
        let (x, y) = geometry.spot(entry_mm as f64).beside(if geometry.is_loop { -26.0 } else { 18.0 });
        let number = if zone > 1 { format!(" {zone}") } else { String::new() };
        let _ = write!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\" class=\"mid\">entry{number}</text>");
    }
}

fn outlets(line: &LineFile, collected: &Collector, geometry: &Geometry, svg: &mut String) {
    let flows = &collected.flows;
    let most = flows.values().map(|flow| total(*flow)).max().unwrap_or(0).max(1);
    let room = geometry.way() / (line.chutes.len().div_ceil(2).max(1) as f64);
    let width = (room * 0.6).clamp(2.0, 12.0);
    // A number needs about so much room along the belt.
    let every = (18.0 / room).ceil().max(1.0) as usize;
    for (place, chute) in line.chutes.iter().enumerate() {
        let flow = flows.get(&chute.number).copied().unwrap_or_default();
        let side = if chute.side == "right" { -1.0 } else { 1.0 };
        let spot = geometry.spot(chute.position_mm as f64);
        let name = format!("chute {}", chute.number);
        let tip = bar(&name, flow, most, (spot, side), width, svg);
        if (place / 2).is_multiple_of(every) {
            let (x, y) = spot.beside(side * (tip + 10.0));
            let _ = write!(svg, "<text class=\"mid small\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>", y + 3.5, chute.number);
        }
    }
    if !geometry.is_loop {
        let spot = Spot { x: BELT.0 + BELT.1 + 30.0, y: BELT.2, left: (0.0, -1.0) };
        // In a bad run most come here: its bar may be higher than any other, within what the drawing holds.
        let most = most.max(total(collected.end) * 3 / 4);
        let tip = bar("end of line", collected.end, most, (spot, 1.0), 14.0, svg);
        let (x, y) = spot.beside(tip + 8.0);
        let end = Number(total(collected.end));
        let _ = write!(svg, "<text class=\"mid\" x=\"{x:.1}\" y=\"{y:.1}\">{end}</text>");
        let _ = write!(svg, "<text class=\"mid small\" x=\"{x:.1}\" y=\"{}\">end of line</text>", BELT.2 + 24.0);
    }
}

/// A bar of coloured parts; says how far it reaches.
fn bar(name: &str, flow: Flow, most: u64, (spot, side): (Spot, f64), width: f64, svg: &mut String) -> f64 {
    let wrong = flow.missorts + flow.undetectable;
    let _ = write!(
        svg,
        "<g><title>{name}: {} sorted, {} exceptions, {} missorts, {} undetectable, {} unknown</title>",
        flow.sorted, flow.exceptions, flow.missorts, flow.undetectable, flow.unknown
    );
    let mut from = FOOT;
    for (class, count) in [("good", flow.sorted), ("warn", flow.exceptions), ("other", flow.unknown), ("bad", wrong)] {
        if count == 0 {
            continue;
        }
        // However few are wrong among many: they are to be seen.
        let way = (count as f64 / most as f64 * BAR).max(if class == "bad" { 3.0 } else { 0.5 });
        let ((x1, y1), (x2, y2)) = (spot.beside(side * from), spot.beside(side * (from + way)));
        let _ = write!(
            svg,
            "<path class=\"bar {class}\" stroke-width=\"{width:.1}\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>"
        );
        from += way;
    }
    svg.push_str("</g>");
    from
}

/// All items of a flow.
pub(super) fn total(flow: Flow) -> u64 {
    flow.sorted + flow.exceptions + flow.missorts + flow.undetectable + flow.unknown
}
