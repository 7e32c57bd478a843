//! Randomness of a run: one independent stream for each purpose, so that a fault switched on shifts nothing else.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The stream of `seed` for one purpose.
pub fn stream(seed: u64, purpose: &str) -> ChaCha8Rng {
    // FNV-1a: any fixed spreading of the name over 64 bits will do, and this one is two lines.
    let number = purpose
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    stream.set_stream(number);
    stream
}

/// A number from `low` to `high`, both included.
pub fn between(random: &mut ChaCha8Rng, low: i64, high: i64) -> i64 {
    if high <= low {
        return low;
    }
    let span = (high - low).unsigned_abs() + 1;
    // The multiply-shift bias is below 2^-32 for the spans used here (all below 2^32).
    let scaled = (u128::from(random.next_u64()) * u128::from(span)) >> 64;
    low + i64::try_from(scaled).unwrap_or(0)
}

/// True with a probability of `permyriad` in ten thousand.
pub fn chance(random: &mut ChaCha8Rng, permyriad: i64) -> bool {
    i64::from(random.next_u32() >> 8) * 10_000 < permyriad << 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_purpose_and_repeat_by_seed() {
        let draw = |seed, purpose| between(&mut stream(seed, purpose), 0, 1_000_000_000);
        assert_eq!(draw(1, "belt"), draw(1, "belt"));
        assert_ne!(draw(1, "belt"), draw(1, "traffic"));
        assert_ne!(draw(1, "belt"), draw(2, "belt"));
    }

    #[test]
    fn ranges_and_chances_are_kept() {
        let mut random = stream(3, "test");
        let hits = (0..10_000).filter(|_| chance(&mut random, 2_000)).count();
        assert!((1_850..2_150).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| (-3..=4).contains(&between(&mut random, -3, 4))));
    }
}
