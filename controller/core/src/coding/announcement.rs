//! A plate that was keyed in for the next item at the entry.

use crate::items::Slot;
use crate::output::Record;
use crate::outputs::Outputs;
use crate::records::CodeText;
use crate::state::Core;

/// An announced plate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announcement {
    plate: CodeText,
    /// Host time up to which an item may be born for it.
    until: u64,
    /// The item that it was given to.
    item: Option<u32>,
}

impl Core {
    /// The next item born at the entry carries this plate. A newer announcement takes the place of the older.
    pub(crate) fn take_announcement(&mut self, plate: &CodeText, out: &mut Outputs) {
        let until = self.now + u64::from(self.geometry.line.announce_ms) * 1_000_000;
        self.announcement = Some(Announcement { plate: plate.clone(), until, item: None });
        out.record(Record::Announced { plate: plate.clone() });
    }

    /// An item was just born: it is given the plate that waits, as if it had been read.
    pub(crate) fn key_in(&mut self, slot: Slot, out: &mut Outputs) {
        let now = self.now;
        let waits = |announcement: &&mut Announcement| announcement.item.is_none() && now <= announcement.until;
        let Some(announcement) = self.announcement.as_mut().filter(waits) else { return };
        let Some(item) = self.items.get_mut(slot) else { return };
        announcement.item = Some(item.number);
        // Nothing was read on it yet.
        if item.codes.push(announcement.plate.clone()).is_ok() {
            item.plates |= 1;
        }
        out.record(Record::Keyed { item: item.number });
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
