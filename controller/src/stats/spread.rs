//! Percentiles of a stream of numbers in constant space.

/// Buckets: eight to each power of two, so that a percentile is at most 12.5 % too high.
const BUCKETS: usize = 64 * 8;

/// A histogram of whole numbers.
#[derive(Clone, Debug)]
pub struct Spread {
    buckets: Box<[u64; BUCKETS]>,
    count: u64,
    min: u64,
    max: u64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { buckets: Box::new([0; BUCKETS]), count: 0, min: u64::MAX, max: 0 }
    }
}

impl Spread {
    /// Takes a number.
    pub fn add(&mut self, value: u64) {
        self.buckets[bucket(value)] += 1;
        self.count += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// How many numbers.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest number; 0 if there is none.
    #[must_use]
    pub fn min(&self) -> u64 {
        if self.count == 0 { 0 } else { self.min }
    }

    /// The largest number.
    #[must_use]
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The number that `per_mille` of all do not exceed, within 12.5 %; 0 if there is none.
    #[must_use]
    pub fn per_mille(&self, per_mille: u64) -> u64 {
        let rank = (self.count * per_mille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return top(index).clamp(self.min, self.max);
            }
        }
        0
    }

    /// Forgets all numbers.
    pub fn clear(&mut self) {
        self.buckets.fill(0);
        (self.count, self.min, self.max) = (0, u64::MAX, 0);
    }
}

fn bucket(value: u64) -> usize {
    if value < 8 {
        return value as usize;
    }
    let power = value.ilog2();
    let eighth = (value >> (power - 3)) & 7;
    (power as usize - 2) * 8 + eighth as usize
}

/// The largest number of a bucket.
fn top(index: usize) -> u64 {
    if index < 8 {
        return index as u64;
    }
    let (power, eighth) = (index / 8 + 2, index as u64 % 8);
    let width = 1u64 << (power - 3);
    (8 + eighth) * width + (width - 1)
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn percentiles_are_near_the_truth() {
        let mut spread = Spread::default();
        (1..=1000).for_each(|value| spread.add(value));
        assert!((500..=563).contains(&spread.per_mille(500)), "{}", spread.per_mille(500));
        assert!((990..=1000).contains(&spread.per_mille(990)), "{}", spread.per_mille(990));
        assert_eq!((spread.min(), spread.max(), spread.count()), (1, 1000, 1000));
    }

    #[test]
    fn nothing_gives_zeros() {
        let spread = Spread::default();
        assert_eq!((spread.min(), spread.per_mille(500), spread.max()), (0, 0, 0));
    }

    #[test]
    fn the_largest_number_has_a_bucket() {
        let mut spread = Spread::default();
        spread.add(u64::MAX);
        assert_eq!(spread.per_mille(1000), u64::MAX);
    }
}
