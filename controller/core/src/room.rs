//! Lists whose room was found once, at the start, and that keep it in a copy.
//!
//! A plain copy has room for what it holds and no more: a core that was restored from a checkpoint would allocate in
//! the middle of a step, and would refuse a parcel for which there is room.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// A list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Room<T> {
    list: Vec<T>,
    room: usize,
}

impl<T> Room<T> {
    pub(crate) fn new(room: usize) -> Self {
        Self { list: Vec::with_capacity(room), room }
    }

    /// How many more fit.
    pub(crate) fn left(&self) -> usize {
        self.room.saturating_sub(self.list.len())
    }
}

impl<T: Clone> Clone for Room<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::new(self.room);
        copy.list.extend_from_slice(&self.list);
        copy
    }
}

impl<T> Deref for Room<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.list
    }
}

impl<T> DerefMut for Room<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.list
    }
}

/// A queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QueueRoom<T> {
    queue: VecDeque<T>,
    room: usize,
}

impl<T> QueueRoom<T> {
    pub(crate) fn new(room: usize) -> Self {
        Self { queue: VecDeque::with_capacity(room), room }
    }
}

impl<T: Clone> Clone for QueueRoom<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::new(self.room);
        copy.queue.extend(self.queue.iter().cloned());
        copy
    }
}

impl<T> Deref for QueueRoom<T> {
    type Target = VecDeque<T>;

    fn deref(&self) -> &VecDeque<T> {
        &self.queue
    }
}

impl<T> DerefMut for QueueRoom<T> {
    fn deref_mut(&mut self) -> &mut VecDeque<T> {
        &mut self.queue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_room_of_its_original() {
        let mut list = Room::new(40);
        list.push(7);
        let copy = list.clone();
        assert_eq!((copy.as_slice(), copy.left()), (&[7][..], 39));
        assert!(copy.capacity() >= 40);
        let mut queue = QueueRoom::new(40);
        queue.push_back(7);
        assert!(queue.clone().capacity() >= 40 && queue.clone().front() == Some(&7));
    }
}
