//! Every item around the moment that is worth looking at: time to the right, the way along the line upwards.

use super::html::{Clock, Text};
use super::moments::{Moment, Step, What, Worth};
use super::plot::Plot;
use sortie_world::files::LineFile;
use std::collections::BTreeMap;
use std::fmt::Write;

const FIELD: (f64, f64, f64, f64) = (64.0, 26.0, 916.0, 430.0);
/// What rides off is off so far behind the last PEC, µm.
const EXIT: i64 = 300_000;

/// Draws it.
pub(super) fn draw(line: &LineFile, moment: &Moment) -> String {
    let last = line.pecs.iter().map(|pec| pec.position_mm * 1000).max().unwrap_or(0) + EXIT;
    let turn = line.ring.as_ref().map(|ring| i64::from(ring.carriers) * ring.carrier_pitch_mm * 1000);
    let end = turn.unwrap_or(last);
    let mut plot = Plot::new("Way of each item over time", FIELD, moment.span, end as f64);
    for pec in &line.pecs {
        let y = plot.y(pec.position_mm as f64 * 1000.0);
        let _ = write!(
            plot.svg(),
            "<path class=\"grid\" d=\"M{} {y:.1}H{}\"><title>PEC {} at {} mm</title></path>",
            FIELD.0,
            FIELD.0 + FIELD.2,
            Text(&pec.name),
            pec.position_mm
        );
    }
    for part in 0..=4_i64 {
        let place = end * part / 4;
        let y = plot.y(place as f64) + 3.5;
        let metres = place as f64 / 1e6;
        let _ =
            write!(plot.svg(), "<text class=\"end small\" x=\"{}\" y=\"{y:.1}\">{metres:.0} m</text>", FIELD.0 - 6.0);
    }
    stops(moment, &mut plot);
    if moment.worth > Worth::Busy {
        now(moment, &mut plot);
    }
    let chutes = line.chutes.iter().map(|chute| (chute.number, chute.position_mm * 1000)).collect();
    items(moment, &Places { chutes, end, last }, &mut plot);
    strikes(moment, &mut plot);
    plot.end()
}

fn now(moment: &Moment, plot: &mut Plot) {
    let x = plot.x(moment.at);
    let _ = write!(
        plot.svg(),
        "<path class=\"now\" d=\"M{x:.1} {}V{}\"/><text class=\"mid\" x=\"{x:.1}\" y=\"18\">{}</text>",
        FIELD.1,
        FIELD.1 + FIELD.3,
        Clock(moment.at)
    );
}

/// While the belt stands, nothing moves.
fn stops(moment: &Moment, plot: &mut Plot) {
    let mut since = None;
    let turns = moment.steps.iter().filter_map(|step| match step.what {
        What::Belt(up) => Some((step.at, up)),
        What::At(_) | What::Chute(_) | What::End | What::Taken | What::Round | What::Strike(_) => None,
    });
    for (at, up) in turns.chain([(moment.span.1, true)]) {
        match (since, up) {
            (Some(from), true) => {
                let (x1, x2) = (plot.x(from), plot.x(at));
                let _ = write!(
                    plot.svg(),
                    "<path class=\"stop\" d=\"M{x1:.1} {}H{x2:.1}v{}H{x1:.1}z\"><title>the belt stands</title></path>",
                    FIELD.1,
                    FIELD.3
                );
                since = None;
            }
            (None, false) => since = Some(at),
            (Some(_), false) | (None, true) => {}
        }
    }
}

/// Every strike that had an effect, at the upper edge.
fn strikes(moment: &Moment, plot: &mut Plot) {
    for step in &moment.steps {
        if let What::Strike(kind) = step.what {
            let x = plot.x(step.at);
            let _ = write!(
                plot.svg(),
                "<path class=\"strike\" d=\"M{x:.1} {}l5 -8h-10z\"><title>{} at {}</title></path>",
                FIELD.1 + 8.0,
                kind.name(),
                Clock(step.at)
            );
        }
    }
}

struct Places {
    chutes: BTreeMap<u16, i64>,
    /// The end of the way: the exit, or once round.
    end: i64,
    last: i64,
}

fn items(moment: &Moment, places: &Places, plot: &mut Plot) {
    let mut by_item: BTreeMap<u32, Vec<Step>> = BTreeMap::new();
    for step in moment.steps.iter().filter(|step| step.item != 0) {
        by_item.entry(step.item).or_default().push(*step);
    }
    // What the moment is about is drawn last, above all others.
    let (hot, cool): (Vec<_>, Vec<_>) = by_item.iter().partition(|(item, _)| moment.items.contains(item));
    for (item, steps) in cool {
        way(*item, steps, None, places, plot);
    }
    for (nth, (item, steps)) in hot.into_iter().enumerate() {
        way(*item, steps, Some(nth), places, plot);
    }
}

fn way(item: u32, steps: &[Step], hot: Option<usize>, places: &Places, plot: &mut Plot) {
    let mut path = String::new();
    let mut marks = String::new();
    let mut class = "muted";
    let (mut seen, mut begin) = (0, true);
    for step in steps {
        let place = match step.what {
            What::At(place) => place,
            What::Chute(chute) => places.chutes.get(&chute).copied().unwrap_or(seen),
            What::End => places.last,
            What::Taken => seen,
            What::Round => places.end,
            What::Belt(_) | What::Strike(_) => continue,
        };
        let (x, y) = (plot.x(step.at), plot.y(place as f64));
        let _ = write!(path, "{}{x:.1} {y:.1}", if begin { 'M' } else { 'L' });
        begin = false;
        seen = place;
        match step.what {
            What::At(_) | What::Belt(_) | What::Strike(_) => {}
            What::Chute(chute) => {
                class = "good";
                let _ = write!(
                    marks,
                    "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\"><title>item {item} into chute {chute}</title></circle>"
                );
            }
            What::End => class = "warn",
            What::Taken => {
                class = "bad";
                let _ = write!(
                    marks,
                    "<path class=\"taken\" d=\"M{:.1} {:.1}l8 8m0 -8l-8 8\"><title>item {item} is taken off</title></path>",
                    x - 4.0,
                    y - 4.0
                );
            }
            What::Round => {
                let foot = plot.y(0.0);
                let _ = write!(path, "M{x:.1} {foot:.1}");
                seen = 0;
            }
        }
    }
    let hot_class = if hot.is_some() { " hot" } else { "" };
    let _ = write!(
        plot.svg(),
        "<g class=\"way {class}{hot_class}\"><title>item {item}</title><path d=\"{path}\"/>{marks}</g>"
    );
    if let (Some(first), Some(nth)) = (steps.first(), hot) {
        let place = if let What::At(place) = first.what { place } else { 0 };
        let (x, y) = (plot.x(first.at) + 4.0, plot.y(place as f64) - 5.0 - 13.0 * nth as f64);
        let _ = write!(plot.svg(), "<text class=\"hot\" x=\"{x:.1}\" y=\"{y:.1}\">item {item}</text>");
    }
}
