//! Which carrier is where: count ÷ pitch, counted from the index sensor.

use crate::limits::PERMITS;
use crate::line::Ring;
use crate::output::Alarm;
use crate::outputs::Outputs;
use crate::room::QueueRoom;
use crate::state::Core;
use alloc::vec::Vec;

/// What is known of a ring's carriers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Carriers {
    /// Count at which carrier 1 was at the seam, as the index sensor told last, or should have told.
    index: Option<u64>,
    /// Turns that have ended since without a pulse where it was due.
    missed: u8,
    /// A pulse that came where none was due; another one a turn behind it proves that it was right.
    far: Option<u64>,
    /// What each induction zone has been permitted.
    pub(super) zones: Vec<Loads>,
    /// After a flush: up to this count something may ride that no PEC has seen.
    pub(super) unseen_until: u64,
}

/// What an induction zone has been permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loads {
    /// Count at which the next cell that has not been thought of is at the zone's entry.
    pub(super) next: u64,
    /// Permits that are out: the counts at which their cells are at the entry, in order.
    pub(super) permits: QueueRoom<u64>,
    /// How many permits were given, so that the inductions take turns.
    pub(super) given: usize,
}

impl Carriers {
    pub(crate) fn new(zones: usize) -> Self {
        let loads = || Loads { next: 0, permits: QueueRoom::new(PERMITS), given: 0 };
        let zones = core::iter::repeat_with(loads).take(zones).collect();
        Self { index: None, missed: 0, far: None, zones, unseen_until: 0 }
    }

    /// Permits that are out.
    pub(super) fn permitted(&self) -> usize {
        self.zones.iter().map(|loads| loads.permits.len()).sum()
    }
}

/// A pulse may come this share of a cell beside its place, either way, and still say the same.
const SLACK: i64 = 4;
/// Turns without a pulse after which somebody has to look at the sensor.
const MISSED_MAX: u8 = 2;

impl Core {
    pub(crate) fn take_index(&mut self, sensor: u16, blocked: bool, count: u64, out: &mut Outputs) {
        let Some(ring) = self.geometry.line.ring.as_ref().filter(|ring| ring.index_sensor == sensor && blocked) else {
            return;
        };
        let (turn, slack) = (self.turn_counts(ring), self.slack_counts(ring));
        let state = &mut self.carriers;
        let off = |base: u64| {
            let since = count.abs_diff(base);
            let turns = (since + turn / 2) / turn;
            (since.abs_diff(turns * turn), turns)
        };
        let due = state.index.is_none_or(|index| off(index).0 <= slack);
        // Twice the same pulse, or the edge of something that hangs down: it is no news, unless it comes again.
        let proved = state.far.is_some_and(|far| matches!(off(far), (error, 1..) if error <= slack));
        if due || proved {
            state.index = Some(count);
            (state.missed, state.far) = (0, None);
        } else {
            state.far = Some(count);
        }
        let sound = due || proved;
        self.alarm(Alarm::IndexLost(sensor), !sound, out);
    }

    /// Counts a turn without a pulse, and goes on from where it should have come.
    pub(super) fn watch_index(&mut self, out: &mut Outputs) {
        let Some(ring) = self.geometry.line.ring.as_ref() else { return };
        let (turn, slack, sensor) = (self.turn_counts(ring), self.slack_counts(ring), ring.index_sensor);
        let count = self.belt.count;
        let state = &mut self.carriers;
        let Some(index) = state.index.filter(|index| count > index + turn + slack) else { return };
        state.index = Some(index + turn);
        state.missed = state.missed.saturating_add(1);
        if state.missed >= MISSED_MAX {
            self.alarm(Alarm::IndexLost(sensor), true, out);
        }
    }

    /// The first cell that is at a place at a count or later: when exactly, and its carrier's number.
    pub(super) fn cell_from(&self, ring: &Ring, place_um: i64, count: u64) -> Option<(u64, u16)> {
        let index = self.carriers.index?;
        let upc = self.geometry.um_per_count;
        let way = count.saturating_sub(index) as i64 * upc;
        // Those on the way from the seam to the place were at the seam before the index was: they count from below 0.
        let cell = (way - place_um + ring.cell_um() - 1).div_euclid(ring.cell_um());
        let at = index + ((cell * ring.cell_um() + place_um) / upc) as u64;
        let carrier = (cell * ring.cell_um()).div_euclid(ring.pitch_um);
        Some((at.max(count), carrier.rem_euclid(i64::from(ring.carriers)) as u16 + 1))
    }

    /// The belt became unknown; where its counts mean something else than before, the carriers did, too.
    pub(crate) fn forget_carriers(&mut self, domain: bool) {
        if !self.geometry.is_ring() {
            return;
        }
        // Counts that stay wrong flush again and again: where no permit is out there is none to take back.
        if self.carriers.permitted() > 0 {
            self.permits.withdraw();
        }
        let state = &mut self.carriers;
        for loads in &mut state.zones {
            loads.permits.clear();
            loads.next = 0;
        }
        if domain {
            (state.index, state.missed, state.far) = (None, 0, None);
        }
    }

    /// From the first count after a flush on: what no PEC has seen is on its way from one to the next.
    pub(crate) fn wait_for_the_unseen(&mut self, count: u64) {
        let line = &self.geometry.line;
        let unseen_um = self.geometry.spacing_um + 2 * line.item_max_um + line.stop_slip_um;
        self.carriers.unseen_until = count + self.geometry.counts_up(unseen_um);
    }

    fn turn_counts(&self, ring: &Ring) -> u64 {
        (ring.length_um() / self.geometry.um_per_count).max(1) as u64
    }

    fn slack_counts(&self, ring: &Ring) -> u64 {
        self.geometry.counts_up(ring.cell_um() / SLACK)
    }
}
