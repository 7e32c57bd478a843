//! The pull list: parcels that lie, or may lie, in a flight's chute and must not.

use crate::identification::Discharge;
use crate::limits::{PULLS, WITHDRAWN};
use crate::output::{Alarm, HoldVerdict, PullEnd, Record, Refusal};
use crate::outputs::Outputs;
use crate::records::{ParcelKey, Person};
use crate::room::Room;
use crate::state::Core;

/// An open entry of the pull list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// Its number, unique for the life of the journal.
    pub number: u32,
    /// The parcel.
    pub key: ParcelKey,
    /// The item that it was.
    pub item: u32,
    /// The chute.
    pub chute: u16,
    /// The container; 0: none was open.
    pub container: u32,
}

/// The open entries, by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pulls {
    list: Room<Pull>,
    /// Numbers of those that were withdrawn last, the oldest first.
    withdrawn: Room<u32>,
    next: u32,
}

impl Pulls {
    pub(crate) fn new() -> Self {
        Self { list: Room::new(PULLS), withdrawn: Room::new(WITHDRAWN), next: 1 }
    }
}

impl Core {
    /// Open entries of the pull list, by number.
    #[must_use]
    pub fn pulls(&self) -> &[Pull] {
        &self.pulls.list
    }

    /// Puts a parcel on the pull list, or finds the entry that it has for that discharge.
    pub(crate) fn pull(&mut self, number: u32, discharge: &Discharge, out: &mut Outputs) -> HoldVerdict {
        let Discharge { item, chute, container, .. } = *discharge;
        let Some(parcel) = self.parcels.get_mut(number) else { return HoldVerdict::PullsFull { chute } };
        let known = self.pulls.list.iter().filter(|_| parcel.pulls > 0).find(|pull| pull.item == item);
        if let Some(pull) = known.map(|pull| pull.number) {
            return HoldVerdict::TooLate { pull, chute, container };
        }
        if self.pulls.list.left() == 0 {
            self.alarm(Alarm::PullsFull, true, out);
            return HoldVerdict::PullsFull { chute };
        }
        parcel.pulls = parcel.pulls.saturating_add(1);
        let (pull, key) = (self.pulls.next, parcel.key.clone());
        self.pulls.next = pull.wrapping_add(1).max(1);
        self.pulls.list.push(Pull { number: pull, key: key.clone(), item, chute, container });
        let id = self.container_label(container);
        out.record(Record::PullOpened { pull, key, chute, container, id });
        HoldVerdict::TooLate { pull, chute, container }
    }

    /// Somebody found a parcel of the pull list.
    ///
    /// Who took it out before he could know that it may go after all has it in his hands: its container has one piece
    /// less, whatever the list says by now.
    pub(crate) fn take_found(&mut self, pull: u32, by: &Person, out: &mut Outputs) {
        if let Some(place) = self.pulls.list.iter().position(|entry| entry.number == pull) {
            self.close_pull(place, PullEnd::Found, by.clone(), out);
        } else if let Some(place) = self.pulls.withdrawn.iter().position(|number| *number == pull) {
            self.pulls.withdrawn.remove(place);
            out.record(Record::PullClosed { pull, how: PullEnd::Found, by: by.clone() });
        } else {
            out.record(Record::Refused(Refusal::UnknownPull { pull }));
        }
    }

    /// Customs and security let a parcel go: nobody has to look for it.
    pub(super) fn withdraw_pulls(&mut self, number: u32, out: &mut Outputs) {
        while let Some(parcel) = self.parcels.get(number).filter(|parcel| parcel.pulls > 0)
            && let Some(place) = self.pulls.list.iter().position(|pull| pull.key == parcel.key)
        {
            let number = self.pulls.list[place].number;
            self.close_pull(place, PullEnd::Withdrawn, Person::new(), out);
            if self.pulls.withdrawn.left() == 0 {
                self.pulls.withdrawn.remove(0);
            }
            self.pulls.withdrawn.push(number);
        }
    }

    /// The item was seen downstream of the chute: its parcel is not there.
    pub(crate) fn revoke_pull(&mut self, item: u32, out: &mut Outputs) {
        if let Some(place) = self.pulls.list.iter().position(|pull| pull.item == item) {
            self.close_pull(place, PullEnd::Revoked, Person::new(), out);
        }
    }

    fn close_pull(&mut self, place: usize, how: PullEnd, by: Person, out: &mut Outputs) {
        let pull = self.pulls.list.remove(place);
        let parcel = self.parcels.by_key(&pull.key);
        if let Some(parcel) = parcel.and_then(|parcel| self.parcels.get_mut(parcel)) {
            parcel.pulls = parcel.pulls.saturating_sub(1);
        }
        out.record(Record::PullClosed { pull: pull.number, how, by });
        self.alarm(Alarm::PullsFull, false, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::Line;
    use crate::output::Output;
    use crate::records::{Customs, NO_PRODUCT, ParcelRecord, Security};
    use alloc::vec::Vec;

    fn parcel() -> ParcelRecord {
        ParcelRecord {
            key: ParcelKey::from_slice(b"P1").expect("short"),
            plates: heapless::Vec::new(),
            destination: *b"JFK",
            flight: None,
            may_move: false,
            customs: Customs::Hold,
            security: Security::Screened,
            product: NO_PRODUCT,
            handling: heapless::Vec::new(),
            declared_g: 0,
            declared_mm: [0; 3],
        }
    }

    /// A line without anything on it.
    fn bare_line() -> Line {
        Line {
            um_per_count: 1000,
            speed_mm_s: 2500,
            speed_max_mm_s: 2600,
            speed_min_mm_s: 2300,
            item_min_um: 80_000,
            item_max_um: 1_200_000,
            gap_min_um: 90_000,
            clearance_um: 15_000,
            window_base_um: 8_000,
            inner_permille: 6,
            outer_permille: 12,
            length_tolerance_um: 20_000,
            stop_slip_um: 10_000,
            view_um: 400_000,
            link_latency_ms: 5,
            lead_ms: 150,
            send_ahead_um: 1_500_000,
            suspect_k: 8,
            suspect_n: 12,
            pecs: Vec::new(),
            scanners: Vec::new(),
            weighers: Vec::new(),
            chutes: Vec::new(),
            buttons: Vec::new(),
            inductions: Vec::new(),
            announce_ms: 10_000,
            return_passes_max: 0,
            parcels_max: 2,
            ring: None,
        }
    }

    #[test]
    fn the_list_takes_what_it_has_room_for_and_says_when_it_is_full() {
        let mut core = Core::new(&bare_line());
        let mut out = Outputs::new();
        let number = core.parcels.put(&parcel()).expect("room");
        let flight = "3V4711/2026-11-23/LGG".parse().expect("a flight key");
        let discharge = |item| Discharge { item, flight, chute: 7, container: 9, utc_s: 0 };
        for item in 1..=PULLS as u32 {
            let verdict = core.pull(number, &discharge(item), &mut out);
            assert_eq!(verdict, HoldVerdict::TooLate { pull: item, chute: 7, container: 9 });
        }
        out.clear();
        assert_eq!(core.pull(number, &discharge(9999), &mut out), HoldVerdict::PullsFull { chute: 7 });
        assert_eq!(core.alarms(), [Alarm::PullsFull]);
        // What is on the list already is still found there.
        let verdict = core.pull(number, &discharge(12), &mut out);
        assert_eq!(verdict, HoldVerdict::TooLate { pull: 12, chute: 7, container: 9 });
        core.take_found(12, &Person::from_slice(b"A. Story").expect("short"), &mut out);
        assert!(core.alarms().is_empty());
        let verdict = core.pull(number, &discharge(9999), &mut out);
        assert_eq!(verdict, HoldVerdict::TooLate { pull: 4097, chute: 7, container: 9 });
        out.clear();
        core.withdraw_pulls(number, &mut out);
        let closed = |output: &&Output| matches!(output, Output::Record(Record::PullClosed { .. }));
        assert_eq!((out.as_slice().iter().filter(closed).count(), core.pulls().len()), (3072, 0));
    }
}
