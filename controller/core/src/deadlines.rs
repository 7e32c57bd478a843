//! When each slot of a table next has something to do.
//!
//! Every telegram asks which slot is due, and nearly always none or one is. So the earliest of each eight is kept at
//! hand: an answer looks at those, and at eight more.

use crate::items::{NEVER, Slot};
use alloc::vec::Vec;

const GROUP: usize = 8;

/// Deadlines by slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deadlines {
    groups: Vec<Group>,
    /// Groups from here on have never held anything.
    unused_from: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Group {
    earliest: u64,
    due: [u64; GROUP],
}

/// Which slots are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    None,
    One(Slot),
    Several,
}

impl Deadlines {
    pub(crate) fn new(slots: usize) -> Self {
        let count = slots.div_ceil(GROUP);
        let mut groups = Vec::with_capacity(count);
        groups.resize(count, Group { earliest: NEVER, due: [NEVER; GROUP] });
        Self { groups, unused_from: 0 }
    }

    pub(crate) fn set(&mut self, slot: Slot, count: u64) {
        let (number, place) = (usize::from(slot) / GROUP, usize::from(slot) % GROUP);
        let group = &mut self.groups[number];
        group.due[place] = count;
        group.earliest = group.due.iter().fold(NEVER, |earliest, due| earliest.min(*due));
        self.unused_from = self.unused_from.max(number + 1);
    }

    pub(crate) fn get(&self, slot: Slot) -> u64 {
        self.groups[usize::from(slot) / GROUP].due[usize::from(slot) % GROUP]
    }

    /// What is due at `count` or before.
    pub(crate) fn at(&self, count: u64) -> Due {
        let mut found = Due::None;
        let groups = (0..).step_by(GROUP).zip(&self.groups[..self.unused_from]);
        for (first, group) in groups.filter(|(_, group)| group.earliest <= count) {
            for (slot, _) in (first..).zip(&group.due).filter(|(_, due)| **due <= count) {
                found = if found == Due::None { Due::One(slot) } else { Due::Several };
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_none_one_and_several() {
        let mut deadlines = Deadlines::new(20);
        assert_eq!(deadlines.at(NEVER - 1), Due::None);
        for (slot, count) in [(0, 70), (19, 50), (9, 60), (8, 80)] {
            deadlines.set(slot, count);
        }
        assert_eq!((deadlines.get(19), deadlines.get(1)), (50, NEVER));
        let expected = [(49, Due::None), (50, Due::One(19)), (59, Due::One(19)), (60, Due::Several)];
        for (count, due) in expected {
            assert_eq!(deadlines.at(count), due, "{count}");
        }
        deadlines.set(19, NEVER);
        assert_eq!((deadlines.at(59), deadlines.at(69)), (Due::None, Due::One(9)));
        deadlines.set(8, 0);
        assert_eq!((deadlines.at(10), deadlines.at(60)), (Due::One(8), Due::Several));
    }
}
