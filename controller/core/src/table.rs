//! An index from short byte strings to numbers, of fixed size: open addressing with linear probing.
//!
//! Its order never shows: it is only asked for one key at a time.

use alloc::vec::Vec;

/// Empty place.
const EMPTY: u32 = u32::MAX;

/// Maps the hash of a key to the number of an entry that holds the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    places: Vec<(u32, u32)>,
    mask: usize,
}

impl Index {
    /// Room for `entries` at a load of at most one half.
    pub(crate) fn new(entries: usize) -> Self {
        let size = (entries * 2).next_power_of_two().max(16);
        let mut places = Vec::with_capacity(size);
        places.resize(size, (EMPTY, 0));
        Self { places, mask: size - 1 }
    }

    pub(crate) fn find(&self, key: &[u8], holds: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = hash(key);
        let mut place = hash as usize & self.mask;
        loop {
            let (entry, stored) = self.places[place];
            if entry == EMPTY {
                return None;
            }
            if stored == hash && holds(entry) {
                return Some(entry);
            }
            place = (place + 1) & self.mask;
        }
    }

    /// Adds an entry whose key is not in the index yet.
    pub(crate) fn insert(&mut self, key: &[u8], entry: u32) {
        let hash = hash(key);
        let mut place = hash as usize & self.mask;
        while self.places[place].0 != EMPTY {
            place = (place + 1) & self.mask;
        }
        self.places[place] = (entry, hash);
    }

    /// Removes an entry, and closes the gap so that no search stops early.
    pub(crate) fn remove(&mut self, key: &[u8], entry: u32) {
        let mut hole = hash(key) as usize & self.mask;
        while self.places[hole].0 != entry {
            if self.places[hole].0 == EMPTY {
                return;
            }
            hole = (hole + 1) & self.mask;
        }
        let mut place = hole;
        loop {
            place = (place + 1) & self.mask;
            let (entry, hash) = self.places[place];
            if entry == EMPTY {
                break;
            }
            let home = hash as usize & self.mask;
            // An entry may fill the hole if its home does not lie between the hole and itself.
            if (place.wrapping_sub(home) & self.mask) >= (place.wrapping_sub(hole) & self.mask) {
                self.places[hole] = self.places[place];
                hole = place;
            }
        }
        self.places[hole] = (EMPTY, 0);
    }
}

/// Mixes eight bytes at a time; the seed is fixed so that every run is alike.
fn hash(key: &[u8]) -> u32 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = key.len() as u64;
    for chunk in key.chunks(8) {
        let mut word = [0u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = (state.rotate_left(23) ^ u64::from_le_bytes(word)).wrapping_mul(K);
    }
    (state ^ (state >> 29)).wrapping_mul(K).rotate_left(31) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is added and removed, the index finds what a map finds.
        #[test]
        fn finds_what_a_map_finds(steps in proptest::collection::vec((any::<bool>(), 0u8..40), 0..400)) {
            let mut index = Index::new(64);
            let mut model: BTreeMap<u8, u32> = BTreeMap::new();
            for (add, key) in steps {
                let name = [b'K', key % 3, key];
                if add && !model.contains_key(&key) {
                    index.insert(&name, u32::from(key));
                    model.insert(key, u32::from(key));
                } else if !add && model.remove(&key).is_some() {
                    index.remove(&name, u32::from(key));
                }
                for key in 0u8..40 {
                    let found = index.find(&[b'K', key % 3, key], |entry| entry == u32::from(key));
                    prop_assert_eq!(found, model.get(&key).copied());
                }
            }
        }
    }
}
