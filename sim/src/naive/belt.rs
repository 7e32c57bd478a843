//! Items by their order: a queue for each scanner and each PEC. Each induction zone of a ring has an entry PEC, and what
//! comes past it is new.

use sortie_world::files::LineFile;
use std::collections::VecDeque;

/// An item, as far as the naive control knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) number: u32,
    /// Length in counts.
    pub(super) length: u32,
    pub(super) parcel: Option<u32>,
    pub(super) chute: Option<u16>,
    /// On a ring, the carriers that it covers: the first, and how many.
    pub(super) carriers: (i64, i64),
}

/// All queues.
#[derive(Debug)]
pub(super) struct Belt {
    last: u32,
    /// By zone: its entry PEC, and the count of the last leading edge there.
    zones: Vec<(usize, u32)>,
    /// By scanner: the zone that it stands in.
    scanner_zones: Vec<usize>,
    /// Items that wait for each scanner's result, by number.
    scanners: Vec<VecDeque<u32>>,
    /// Items that each PEC is to see next.
    pecs: Vec<VecDeque<Item>>,
}

impl Belt {
    pub(super) fn of(file: &LineFile) -> Self {
        let entries = file.entries_mm();
        let pec = |place: &i64| file.pecs.iter().position(|pec| pec.position_mm == *place).unwrap_or(0);
        let zone = |trigger: i64| entries.iter().rposition(|place| *place <= trigger).unwrap_or(0);
        Self {
            last: 0,
            zones: entries.iter().map(|place| (pec(place), 0)).collect(),
            scanner_zones: file.scanners.iter().map(|scanner| zone(scanner.trigger_mm)).collect(),
            scanners: vec![VecDeque::new(); file.scanners.len()],
            pecs: vec![VecDeque::new(); file.pecs.len() + 1],
        }
    }

    /// The zone that begins at a PEC.
    pub(super) fn zone_of_entry(&self, pec: usize) -> Option<usize> {
        self.zones.iter().position(|(entry, _)| *entry == pec)
    }

    /// True for the PEC behind a tunnel: where it is decided what becomes of an item.
    pub(super) fn decides(&self, pec: usize) -> bool {
        pec.checked_sub(1).is_some_and(|before| self.zone_of_entry(before).is_some())
    }

    pub(super) fn clear(&mut self) {
        self.scanners.iter_mut().for_each(VecDeque::clear);
        self.pecs.iter_mut().for_each(VecDeque::clear);
    }

    /// A leading edge at the entry of a zone.
    pub(super) fn born(&mut self, zone: usize, count: u32) {
        self.last += 1;
        let Some((entry, lead)) = self.zones.get_mut(zone) else { return };
        *lead = count;
        for (queue, _) in self.scanners.iter_mut().zip(&self.scanner_zones).filter(|(_, own)| **own == zone) {
            queue.push_back(self.last);
        }
        if let Some(queue) = self.pecs.get_mut(*entry + 1) {
            queue.push_back(Item { number: self.last, length: 0, parcel: None, chute: None, carriers: (0, 0) });
        }
    }

    /// A trailing edge at the entry of a zone. `carriers` tells what an item covers, from its leading edge and its length.
    pub(super) fn measured(&mut self, zone: usize, count: u32, carriers: impl FnOnce(u32, u32) -> (i64, i64)) {
        let Some((entry, lead)) = self.zones.get(zone).copied() else { return };
        if let Some(item) = self.pecs.get_mut(entry + 1).and_then(VecDeque::back_mut) {
            item.length = count.wrapping_sub(lead);
            item.carriers = carriers(lead, item.length);
        }
    }

    /// A scanner's result: it is about the next item in its queue.
    pub(super) fn read(&mut self, scanner: usize, parcel: Option<u32>) {
        let Some(number) = self.scanners.get_mut(scanner).and_then(VecDeque::pop_front) else { return };
        let zone = self.scanner_zones.get(scanner).and_then(|zone| self.zones.get(*zone));
        let waiting = zone.and_then(|(entry, _)| self.pecs.get_mut(entry + 1)).into_iter().flatten();
        if let Some(item) = waiting.into_iter().find(|item| item.number == number) {
            item.parcel = item.parcel.or(parcel);
        }
    }

    /// The item that a PEC sees now.
    pub(super) fn next_at(&mut self, pec: usize) -> Option<Item> {
        self.pecs.get_mut(pec)?.pop_front()
    }

    /// An item rides on to the next PEC. To the next zone it comes as a new one.
    pub(super) fn pass(&mut self, pec: usize, item: Item) {
        if self.zone_of_entry(pec + 1).is_some() {
            return;
        }
        if let Some(queue) = self.pecs.get_mut(pec + 1) {
            queue.push_back(item);
        }
    }
}
