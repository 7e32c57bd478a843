//! S5: an item leaves only by a fire that is being made at that moment, and a fire discharges no more than one item.

use super::Oracle;
use super::tally::Check;
use crate::files::LineFile;

/// The end of a stroke is told so exactly, ns.
const EXACT_NS: u64 = 2_000_000;

#[derive(Clone, Debug)]
struct Output {
    number: u16,
    stroke_ns: u64,
    /// Strokes that may not have ended yet; small items can follow each other faster than a stroke.
    strokes: Vec<Stroke>,
}

#[derive(Clone, Copy, Debug)]
struct Stroke {
    ends_at: u64,
    took: Option<u32>,
}

/// The running strokes, by chute number.
#[derive(Clone, Debug)]
pub(super) struct Fires {
    by_chute: Vec<Option<Output>>,
    by_output: Vec<u16>,
}

impl Fires {
    pub(super) fn new(line: &LineFile) -> Self {
        let mut fires = Self { by_chute: Vec::new(), by_output: Vec::new() };
        for chute in &line.chutes {
            let (number, output) = (usize::from(chute.number), usize::from(chute.output));
            fires.by_chute.resize(fires.by_chute.len().max(number + 1), None);
            fires.by_output.resize(fires.by_output.len().max(output + 1), 0);
            let stroke_ns = u64::from(chute.stroke_ms) * 1_000_000;
            fires.by_chute[number] = Some(Output { number: chute.output, stroke_ns, strokes: Vec::new() });
            fires.by_output[output] = chute.number;
        }
        fires
    }

    pub(super) fn fired(&mut self, at: u64, output: u16) {
        let chute = self.by_output.get(usize::from(output)).copied().unwrap_or(0);
        if let Some(Some(found)) = self.by_chute.get_mut(usize::from(chute))
            && found.number == output
        {
            found.strokes.retain(|stroke| stroke.ends_at + EXACT_NS >= at);
            found.strokes.push(Stroke { ends_at: at + found.stroke_ns, took: None });
        }
    }
}

impl Oracle {
    pub(super) fn s5_discharged(&mut self, at: u64, item: u32, chute: u16) {
        let Some(Some(output)) = self.fires.by_chute.get_mut(usize::from(chute)) else {
            self.tally.judge(Check::S5, false, at, Some(item), || format!("line.toml knows no chute {chute}"));
            return;
        };
        let ending = output.strokes.iter_mut().find(|stroke| at.abs_diff(stroke.ends_at) <= EXACT_NS);
        let in_stroke = ending.is_some();
        let other = ending.and_then(|stroke| stroke.took.replace(item));
        self.tally.judge(Check::S5, in_stroke, at, Some(item), || format!("no fire of chute {chute} ends now"));
        // Two that lie against each other leave together; whether the second was allowed to is S2's question.
        let touched =
            [Some(item), other].into_iter().flatten().any(|it| self.items.get(it).is_some_and(|it| it.touched));
        self.tally.judge(Check::S5, other.is_none() || touched, at, Some(item), || {
            format!("the fire of chute {chute} had already taken item {other:?}")
        });
    }
}
