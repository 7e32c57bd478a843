//! A plate that was keyed in for the next item at the entry.

use crate::items::{Item, Slot};
use crate::output::{DoubtCause, Record};
use crate::outputs::Outputs;
use crate::records::CodeText;
use crate::state::Core;

/// An announced plate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announcement {
    plate: CodeText,
    /// Where the belt was: who comes past the entry from there on may be the one.
    from: u64,
    /// Host time up to which an item may be born for it.
    until: u64,
    /// The item that it was given to.
    item: Option<u32>,
}

/// The counts between which the one has come past the entry for whom a plate was keyed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keyed {
    from: u64,
    /// Who was given it was born here.
    to: u64,
}

impl Core {
    /// The next item born at the entry carries this plate. A newer announcement takes the place of the older.
    pub(crate) fn take_announcement(&mut self, plate: &CodeText, out: &mut Outputs) {
        let until = self.now + u64::from(self.geometry.line.announce_ms) * 1_000_000;
        self.announcement = Some(Announcement { plate: plate.clone(), from: self.belt.count, until, item: None });
        out.record(Record::Announced { plate: plate.clone() });
    }

    /// An item was just born: it is given the plate that waits, as if it had been read.
    pub(crate) fn key_in(&mut self, slot: Slot, out: &mut Outputs) {
        let now = self.now;
        let waits = |announcement: &&mut Announcement| announcement.item.is_none() && now <= announcement.until;
        let Some(announcement) = self.announcement.as_mut().filter(waits) else { return };
        let Some(item) = self.items.get_mut(slot) else { return };
        announcement.item = Some(item.number);
        item.keyed = Some(Keyed { from: announcement.from, to: item.ref_count });
        // Nothing was read on it yet.
        if item.codes.push(announcement.plate.clone()).is_ok() {
            item.plates |= 1;
        }
        out.record(Record::Keyed { item: item.number });
    }

    /// Somebody whom the entry did not see rides here. If he can have come past it after a plate was keyed in and before the
    /// one to whom it was given, it may be his.
    pub(crate) fn doubt_keyed(&mut self, stranger: Slot, out: &mut Outputs) {
        let Some(unseen) = self.items.get(stranger) else { return };
        let entered = unseen.count_at(0, self.geometry.um_per_count);
        let line = &self.geometry.line;
        // He may have slipped as far as anybody can, and a stop may have moved him.
        let slip = unseen.ref_um * i64::from(line.outer_permille) / 1000;
        let slack = self.geometry.counts_up(line.window_base_um + line.stop_slip_um + slip) + self.geometry.edge_late;
        let may_be_his =
            |item: &Item| item.keyed.is_some_and(|keyed| keyed.from <= entered + slack && entered <= keyed.to + slack);
        for rank in 0..self.items.len() {
            let slot = self.items.order()[rank];
            if slot != stranger && self.items.get(slot).is_some_and(may_be_his) {
                self.doubt(slot, DoubtCause::KeyedForAnother, out);
            }
        }
    }

    /// What was born was a flicker of the beam: the plate waits for the next one.
    pub(crate) fn take_back_key(&mut self, item: u32) {
        if let Some(announcement) = self.announcement.as_mut().filter(|announcement| announcement.item == Some(item)) {
            announcement.item = None;
        }
    }

    /// Nobody knows what came onto the belt meanwhile, or who touched it.
    pub(crate) fn drop_announcement(&mut self) {
        self.announcement = None;
    }
}
