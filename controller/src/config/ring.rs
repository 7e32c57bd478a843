//! `[loop]`: the ring of carriers, where the line is one.

use super::allowed::Topology;
use super::devices::{narrow, place};
use super::line::{ChuteConfig, PecConfig, Place};
use super::section::{Field, Section};
use super::source::Source;
use super::unique::Unique;
use sortie_core::line::Ring;
use std::collections::BTreeSet;

const EXAMPLE: &str = "a table [loop] with carriers, carrier_pitch_mm, index_sensor and reject_chute";

/// The ring and the place of its table; none on a line with two ends.
pub(super) fn ring(
    source: &mut Source<'_>,
    root: &mut Section<'_>,
    topology: &Field<Topology>,
    (chutes, pecs): (&[ChuteConfig], &[PecConfig]),
) -> Option<(Ring, Place)> {
    let section = if topology.value == Topology::Loop {
        root.table(source, "loop", EXAMPLE)
    } else {
        root.optional_table(source, "loop", EXAMPLE)
    };
    let mut section = section?;
    if topology.sound && topology.value == Topology::Linear {
        let message = "a table [loop], but the line is no loop".to_owned();
        source.problem(section.at(), message, "write topology = \"loop\" in [line], or take the table out");
    }
    let carriers = section.integer(source, "carriers", 10..=5000, None);
    let pitch = section.integer(source, "carrier_pitch_mm", 100..=5000, None);
    let cells = section.integer(source, "cells_per_carrier", 1..=4, Some(1));
    if pitch.sound && cells.sound && pitch.value % cells.value.max(1) != 0 {
        let message =
            format!("[loop]: a carrier of {} mm has no {} cells of whole millimetres", pitch.value, cells.value);
        source.problem(cells.at, message, "write a carrier_pitch_mm that cells_per_carrier divides");
    }
    let index = section.integer(source, "index_sensor", 0..=255, None);
    let reject = section.integer(source, "reject_chute", 1..=9999, None);
    if index.sound && pecs.iter().any(|pec| i64::from(pec.sensor) == index.value) {
        let message = format!("[loop]: index_sensor = {} is a belt PEC", index.value);
        source.problem(index.at, message, "the index sensor has an input of its own; see the wiring list");
    }
    if reject.sound && !chutes.iter().any(|chute| i64::from(chute.number) == reject.value) {
        let message = format!("[loop]: the line has no chute {}", reject.value);
        source.problem(reject.at, message, "write the number of the [[chute]] that takes what may not ride on");
    }
    let passes = section.integer(source, "passes_max", 1..=50, Some(3));
    let occupancy = section.integer(source, "occupancy_max_permille", 1..=1000, Some(900));
    let ahead = section.integer(source, "permit_ahead_mm", 500..=50_000, Some(4000));
    let out_of_service = out_of_service(source, &mut section, &carriers);
    let place = place(source, &section);
    let in_service = carriers.value - out_of_service.len() as i64;
    if carriers.sound && cells.sound && occupancy.sound && in_service > 0 {
        enough(source, &occupancy, carriers.value * cells.value);
    }
    section.finish(source);
    let ring = Ring {
        carriers: narrow(carriers.value),
        pitch_um: pitch.value * 1000,
        cells_per_carrier: narrow(cells.value),
        index_sensor: narrow(index.value),
        reject_chute: narrow(reject.value),
        passes_max: narrow(passes.value),
        occupancy_max_permille: narrow(occupancy.value),
        permit_ahead_um: ahead.value * 1000,
        out_of_service,
        zones: Vec::new(),
    };
    Some((ring, place)).filter(|_| topology.value == Topology::Loop)
}

/// Less than one cell is none.
fn enough(source: &mut Source<'_>, occupancy: &Field<i64>, cells: i64) {
    if occupancy.value * cells < 1000 {
        let message =
            format!("[loop]: occupancy_max_permille = {} of {cells} cells is less than one cell", occupancy.value);
        let least = (1000 + cells - 1) / cells.max(1);
        source.problem(occupancy.at, message, format!("write thousandths of all cells: {least} to 1000; 900 is usual"));
    }
}

fn out_of_service(source: &mut Source<'_>, section: &mut Section<'_>, carriers: &Field<i64>) -> Vec<u16> {
    let mut numbers = Unique::new("carrier", "list each carrier once");
    let list = section.integers(source, "carriers_out", &(1..=5000));
    for number in &list.value {
        numbers.take(source, number);
        if carriers.sound && number.sound && number.value > carriers.value {
            let message = format!("[loop]: there is no carrier {}", number.value);
            source.problem(number.at, message, format!("carriers have the numbers 1 to {}", carriers.value));
        }
    }
    let known: BTreeSet<i64> = list.value.iter().map(|number| number.value).collect();
    if carriers.sound && (1..=carriers.value).all(|number| known.contains(&number)) {
        let message = format!("[loop]: all {} carriers are out of service", carriers.value);
        source.problem(list.at, message, "nothing could be put on any of them: take those out of the list that run");
    }
    list.value.iter().map(|number| narrow(number.value)).collect()
}
