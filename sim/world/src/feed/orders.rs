//! What supervisors order of chutes: out of service and back, locked and unlocked.

use super::draw::Draw;
use super::fact::ChuteOrder;
use crate::scenario::Scenario;

/// The orders that come at their times.
#[derive(Clone, Debug)]
pub(super) struct Orders {
    draw: Draw,
    /// Chutes that are meant: those of flights whose people change no containers.
    chutes: Vec<u16>,
    every: [Every; 2],
    /// What ends again, and when.
    open: Vec<(u64, u16, ChuteOrder)>,
}

#[derive(Clone, Copy, Debug)]
struct Every {
    ns: u64,
    next: u64,
    begins: ChuteOrder,
    ends: ChuteOrder,
}

impl Orders {
    pub(super) fn new(scenario: &Scenario, seed: u64) -> Self {
        let changes = &scenario.host.changes;
        let plain = |chute: &u16| !scenario.operators.has_container(*chute);
        let every = |minutes: u32, begins, ends| {
            let ns = u64::from(minutes) * 60_000_000_000 / u64::from(scenario.run.utc_speed.max(1));
            Every { ns, next: if ns == 0 { u64::MAX } else { ns }, begins, ends }
        };
        Self {
            draw: Draw::of(seed, 0x6f72_6465_7273),
            chutes: (1..=scenario.host.flight_chutes).filter(plain).collect(),
            every: [
                every(changes.disable_every_min, ChuteOrder::Disable, ChuteOrder::Enable),
                every(changes.lock_every_min, ChuteOrder::Lock, ChuteOrder::Unlock),
            ],
            open: Vec::new(),
        }
    }

    /// The next order that is due.
    pub(super) fn take(&mut self, at: u64) -> Option<(u16, ChuteOrder)> {
        if let Some(place) = self.open.iter().position(|(end, ..)| *end <= at) {
            let (_, chute, order) = self.open.remove(place);
            return Some((chute, order));
        }
        let Self { draw, chutes, every, open } = self;
        let every = every.iter_mut().find(|every| every.next <= at)?;
        every.next += every.ns;
        let chute = *chutes.get(draw.below(chutes.len().max(1) as u64) as usize)?;
        if open.iter().any(|(_, other, _)| *other == chute) {
            return None;
        }
        open.push((at + every.ns / 4 + draw.below(every.ns / 4), chute, every.ends));
        Some((chute, every.begins))
    }
}

/// The word in the files.
pub(super) fn word(order: ChuteOrder) -> &'static str {
    match order {
        ChuteOrder::Lock => "lock",
        ChuteOrder::Unlock => "unlock",
        ChuteOrder::Disable => "disable",
        ChuteOrder::Enable => "enable",
    }
}
