//! Proofs about devices that stand in each other's way: diverts of one side, and weighers among chutes.

use super::geometry::{Proof, mm, travel_um, up_mm};
use crate::config::{ChuteConfig, LineConfig, Side, WeigherConfig, commit_um};

/// Where the divert of a chute is, in half millimetres.
fn divert(chute: &ChuteConfig) -> (u32, u32) {
    ((2 * chute.position_mm).saturating_sub(chute.divert_width_mm), 2 * chute.position_mm + chute.divert_width_mm)
}

/// Of two diverts of one side neither lies in the other. Two that face each other may.
pub(super) fn apart(config: &LineConfig) -> impl Iterator<Item = Proof> {
    config.chutes.iter().enumerate().map(|(index, chute)| {
        let (from, to) = divert(chute);
        let side = match chute.side {
            Side::Left => "left",
            Side::Right => "right",
        };
        let before = config.chutes.iter().take(index).filter(|other| other.side == chute.side);
        let mut in_it = before.filter(|other| divert(other).1 > from && divert(other).0 < to);
        let other = in_it.next();
        let least_mm = other.map_or(0, |other| divert(other).1.div_ceil(2) + chute.divert_width_mm.div_ceil(2));
        Proof {
            rule: "side",
            subject: format!("chute {}", chute.number),
            holds: other.is_none(),
            text: match other {
                None => format!("no other divert of the {side} side lies in its own"),
                Some(other) => format!(
                    "its divert on the {side} side at {} mm, {} mm wide, lies in that of chute {} at {} mm, {} mm wide",
                    chute.position_mm, chute.divert_width_mm, other.number, other.position_mm, other.divert_width_mm
                ),
            },
            remedy: format!(
                "put it at {least_mm} mm or later, or write the other side; then measure divert_width_mm again"
            ),
            place: chute.place,
        }
    })
}

/// A platform takes the shortest item as far as it goes while a reading ages, or nothing is ever weighed on it.
pub(super) fn platform(config: &LineConfig, weigher: &WeigherConfig) -> Proof {
    let line = &config.line;
    let length = i64::from(weigher.end_mm.saturating_sub(weigher.start_mm)) * 1000;
    let aged = travel_um(line, weigher.read_jitter_ms);
    Proof {
        rule: "weigher",
        subject: format!("weigher {}", weigher.name),
        holds: length >= line.item_min_um + aged,
        text: format!(
            "platform of {} mm; the shortest item and {} ms at full speed take {} mm, the longest item {} mm",
            mm(length),
            weigher.read_jitter_ms,
            mm(line.item_min_um + aged),
            mm(line.item_max_um + aged)
        ),
        remedy: "nothing would ever lie on it whole: correct start_mm and end_mm, or shorten read_jitter_ms".to_owned(),
        place: weigher.place,
    }
}

/// A chute behind which an item is weighed gets it unweighed: the shortest item has to be on the platform, and its reading
/// here, by the commit point of the first chute of the zone.
pub(super) fn before_chutes(config: &LineConfig, weigher: &WeigherConfig) -> Proof {
    let line = &config.line;
    let zone = config.zone_at(weigher.start_mm);
    let first = config.chutes.iter().find(|chute| config.zone_at(chute.position_mm) == zone);
    let told = i64::from(weigher.start_mm) * 1000 + line.item_min_um / 2 + travel_um(line, weigher.read_jitter_ms);
    let commit = first.map_or(i64::MAX, |chute| commit_um(config, chute.position_mm));
    let under = first.is_some_and(|chute| 2 * weigher.end_mm > divert(chute).0);
    Proof {
        rule: "weigher",
        subject: format!("weigher {}", weigher.name),
        holds: told <= commit && !under,
        text: match first {
            None => "no chute stands in its zone".to_owned(),
            Some(chute) => format!(
                "platform from {} to {} mm: the shortest item is weighed by {} mm; chute {} at {} mm commits at {} mm",
                weigher.start_mm,
                weigher.end_mm,
                mm(told),
                chute.number,
                chute.position_mm,
                mm(commit)
            ),
        },
        remedy: format!(
            "what leaves there would never be weighed: put the weigher before the chutes, or the first chute at {} mm or \
             later, or take the [[weigher]] out",
            up_mm(told + i64::from(first.map_or(0, |chute| chute.position_mm)) * 1000 - commit)
                .max(i64::from(weigher.end_mm + first.map_or(0, |chute| chute.divert_width_mm.div_ceil(2))))
        ),
        place: weigher.place,
    }
}
