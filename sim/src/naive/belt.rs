//! Items by their order: a queue for each scanner and each PEC.

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
    lead: u32,
    /// Items that wait for each scanner's result, by number.
    scanners: Vec<VecDeque<u32>>,
    /// Items that each PEC is to see next.
    pecs: Vec<VecDeque<Item>>,
}

impl Belt {
    pub(super) fn new(pecs: usize, scanners: usize) -> Self {
        Self { last: 0, lead: 0, scanners: vec![VecDeque::new(); scanners], pecs: vec![VecDeque::new(); pecs + 1] }
    }

    pub(super) fn clear(&mut self) {
        self.scanners.iter_mut().for_each(VecDeque::clear);
        self.pecs.iter_mut().for_each(VecDeque::clear);
    }

    /// A leading edge at the entry.
    pub(super) fn born(&mut self, count: u32) {
        self.last += 1;
        self.lead = count;
        self.scanners.iter_mut().for_each(|queue| queue.push_back(self.last));
        if let Some(queue) = self.pecs.get_mut(1) {
            queue.push_back(Item { number: self.last, length: 0, parcel: None, chute: None, carriers: (0, 0) });
        }
    }

    /// A trailing edge at the entry. `carriers` tells what an item covers, from its leading edge and its length.
    pub(super) fn measured(&mut self, count: u32, carriers: impl FnOnce(u32, u32) -> (i64, i64)) {
        if let Some(item) = self.pecs.get_mut(1).and_then(VecDeque::back_mut) {
            item.length = count.wrapping_sub(self.lead);
            item.carriers = carriers(self.lead, item.length);
        }
    }

    /// A scanner's result: it is about the next item in its queue.
    pub(super) fn read(&mut self, scanner: usize, parcel: Option<u32>) {
        let Some(number) = self.scanners.get_mut(scanner).and_then(VecDeque::pop_front) else { return };
        let waiting = self.pecs.get_mut(1).into_iter().flatten();
        if let Some(item) = waiting.into_iter().find(|item| item.number == number) {
            item.parcel = item.parcel.or(parcel);
        }
    }

    /// The item that a PEC sees now.
    pub(super) fn next_at(&mut self, pec: usize) -> Option<Item> {
        self.pecs.get_mut(pec)?.pop_front()
    }

    /// An item rides on to the next PEC.
    pub(super) fn pass(&mut self, pec: usize, item: Item) {
        if let Some(queue) = self.pecs.get_mut(pec + 1) {
            queue.push_back(item);
        }
    }
}
