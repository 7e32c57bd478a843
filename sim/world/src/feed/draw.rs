//! Draws that belong to a number: the same record comes out whenever it is asked for, in whatever order.

/// A stream of draws for one number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    /// The stream of `number` under `seed`.
    pub(super) fn of(seed: u64, number: u64) -> Self {
        let mut draw = Self(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
        draw.next();
        draw
    }

    /// 64 bits of SplitMix64.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True in `share` of ten thousand cases.
    pub(super) fn chance(&mut self, share: u32) -> bool {
        self.below(10_000) < u64::from(share)
    }
}
