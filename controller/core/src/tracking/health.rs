//! What is known of a belt PEC itself: its beam, the body that passes, and whether it can be believed (T5, T11).

use crate::items::{NEVER, Slot};
use crate::output::Alarm;
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::{HostTelegram, StopReason};

/// State of one belt PEC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PecState {
    pub(crate) blocked: bool,
    /// Count of the last leading edge.
    pub(crate) blocked_at: u64,
    /// Count of the last trailing edge.
    pub(crate) clear_at: u64,
    /// The item whose body passes, and the count of its leading edge here.
    pub(crate) occupant: Option<(Slot, u32, u64)>,
    /// The same of a body that goes on beyond what was expected.
    pub(crate) overrun: Option<(Slot, u32, u64)>,
    /// The last outcomes, newest in bit 0; a set bit was abnormal.
    outcomes: u64,
    pub(crate) suspect: bool,
    pub(crate) jammed: bool,
}

impl PecState {
    pub(crate) fn new() -> Self {
        Self {
            blocked: false,
            blocked_at: 0,
            clear_at: 0,
            occupant: None,
            overrun: None,
            outcomes: 0,
            suspect: false,
            jammed: false,
        }
    }

    /// Forgets what passes; the beam is taken as clear from `count` on.
    pub(crate) fn forget(&mut self, count: u64) {
        self.blocked = false;
        (self.occupant, self.overrun) = (None, None);
        self.clear_at = count;
    }
}

impl Core {
    /// Notes how an edge or its absence looked; k abnormal of the last n make the sensor suspect, and it is believed
    /// again when fewer than half of k are.
    pub(crate) fn note_outcome(&mut self, pec: usize, abnormal: bool, out: &mut Outputs) {
        let line = &self.geometry.line;
        let mask = (1u64 << line.suspect_n.min(63)) - 1;
        let k = u32::from(line.suspect_k).max(1);
        let sensor = self.geometry.pecs()[pec].sensor;
        let state = &mut self.pecs[pec];
        // At an entry PEC newcomers are as they should be, and a suspect one says nothing of the counts.
        if self.geometry.zone_of_entry(pec).is_none() && !state.suspect {
            self.belt.note_outcome(pec, abnormal);
        }
        state.outcomes = ((state.outcomes << 1) + u64::from(abnormal)) & mask;
        let bad = state.outcomes.count_ones();
        let suspect = if state.suspect { bad * 2 >= k } else { bad >= k };
        if suspect != state.suspect {
            state.suspect = suspect;
            state.occupant = None;
            self.alarm(Alarm::SensorSuspect(sensor), suspect, out);
            self.decide_all(out);
        }
    }

    /// Somebody has looked after the sensors: each is believed again, until it has looked abnormal k times anew. One that
    /// sees little would else stay suspect for hours after it was cleaned.
    pub(super) fn trust_sensors(&mut self, out: &mut Outputs) {
        let mut any = false;
        for pec in 0..self.pecs.len() {
            if self.pecs[pec].suspect {
                (self.pecs[pec].suspect, self.pecs[pec].outcomes) = (false, 0);
                let sensor = self.geometry.pecs()[pec].sensor;
                self.alarm(Alarm::SensorSuspect(sensor), false, out);
                any = true;
            }
        }
        if any {
            self.decide_all(out);
        }
    }

    /// A beam was broken at `count`: a jam may begin so much later.
    pub(super) fn expect_jam(&mut self, count: u64) {
        self.next_jam = self.next_jam.min(count + self.geometry.jam_after);
    }

    /// T11: a beam that stays blocked longer than the longest legal item.
    pub(crate) fn watch_jams(&mut self, count: u64, out: &mut Outputs) {
        if count <= self.next_jam {
            return;
        }
        self.next_jam = u64::MAX;
        for pec in 0..self.pecs.len() {
            let end = self.pecs[pec].blocked_at + self.jam_after(pec);
            let state = &mut self.pecs[pec];
            let jammed = state.blocked && count > end;
            if state.blocked {
                // A jam is looked at with every telegram until it is over.
                self.next_jam = self.next_jam.min(if jammed { 0 } else { end });
            }
            if jammed == state.jammed {
                continue;
            }
            state.jammed = jammed;
            let sensor = self.geometry.pecs()[pec].sensor;
            self.alarm(Alarm::Jam(sensor), jammed, out);
            if jammed {
                out.command(HostTelegram::StopRequest { reason: StopReason::Jam });
            }
        }
    }

    /// Travel after which a beam that is still blocked means a jam: what has passed a PEC at its length, as two that touch on
    /// a ring do on each pass, is none at the next one.
    fn jam_after(&self, pec: usize) -> u64 {
        let passing = self.passing(pec).and_then(|(slot, _)| self.items.get(slot));
        let length = passing.map_or(0, |item| item.length.max(item.passed) + self.geometry.length_tolerance);
        self.geometry.jam_after.max(length + length / 2)
    }

    /// The item whose body passes a PEC, and the count of its leading edge there.
    pub(crate) fn passing(&self, pec: usize) -> Option<(Slot, u64)> {
        let (slot, number, lead) = self.pecs[pec].occupant?;
        let item = self.items.get(slot)?;
        (item.number == number).then_some((slot, lead))
    }

    /// The PEC that the body of an item passes; not an entry while it is born there: then it is as long as it is.
    pub(super) fn passes_at(&self, slot: Slot) -> Option<usize> {
        // Only a PEC before the one at which it is expected has seen its front.
        let item = self.items.get(slot)?;
        let expected_at = usize::from(item.next_pec).min(self.pecs.len());
        let known = self.geometry.is_ring() && item.length > 0;
        let is_here = |pec: &usize| self.pecs[*pec].occupant.is_some_and(|(occupant, ..)| occupant == slot);
        let passes =
            |pec: &usize| self.passing(*pec).is_some() && (known || self.geometry.zone_of_entry(*pec).is_none());
        (0..expected_at).find(|pec| is_here(pec) && passes(pec))
    }

    /// When the body of an item must have left the beam that it passes.
    pub(super) fn body_deadline(&self, slot: Slot) -> u64 {
        let passing = self.passes_at(slot).and_then(|pec| self.passing(pec));
        let (Some(item), Some((_, lead))) = (self.items.get(slot), passing) else { return NEVER };
        let length = if item.length == 0 { self.geometry.item_max } else { item.length };
        lead + length + self.geometry.length_tolerance + self.geometry.edge_late
    }
}
