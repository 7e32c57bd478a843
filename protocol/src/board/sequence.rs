//! Sequence numbers: 1 to 2^32 - 1 and then 1 again; 0 stands on unnumbered frames only.
//!
//! They are compared on the circle: what is less than half of it ahead is new, all else is old.

/// The number after `seq`.
#[must_use]
#[inline]
pub fn next(seq: u32) -> u32 {
    match seq.wrapping_add(1) {
        0 => 1,
        next => next,
    }
}

/// The number before `seq`.
#[must_use]
pub fn previous(seq: u32) -> u32 {
    match seq.wrapping_sub(1) {
        0 => u32::MAX,
        previous => previous,
    }
}

/// How many steps of [`next`] lead from `from` to `to`.
#[must_use]
#[inline]
pub fn distance(from: u32, to: u32) -> u32 {
    // On the way past the wrap one number, 0, is left out.
    if to >= from { to - from } else { to.wrapping_sub(from).wrapping_sub(1) }
}

/// Whether `seq` comes after `reference`: less than half the circle ahead of it, and not it.
#[must_use]
#[inline]
pub fn is_after(seq: u32, reference: u32) -> bool {
    matches!(distance(reference, seq), 1..=0x7FFF_FFFF)
}

#[cfg(test)]
mod tests {
    use super::{distance, is_after, next, previous};

    #[test]
    fn zero_is_left_out_at_the_wrap() {
        assert_eq!(next(u32::MAX), 1);
        assert_eq!(previous(1), u32::MAX);
        assert_eq!(distance(u32::MAX, 1), 1);
        assert_eq!(distance(u32::MAX - 2, 3), 5);
        assert_eq!(distance(1, u32::MAX), u32::MAX - 1);
    }

    #[test]
    fn distance_counts_steps() {
        for start in [1, 2, 1_000, u32::MAX - 4, u32::MAX] {
            let mut seq = start;
            for steps in 0..10 {
                assert_eq!(distance(start, seq), steps);
                assert_eq!(previous(next(seq)), seq);
                seq = next(seq);
            }
        }
    }

    #[test]
    fn half_the_circle_is_ahead() {
        assert!(is_after(2, 1));
        assert!(!is_after(1, 1));
        assert!(!is_after(1, 2));
        assert!(is_after(1, u32::MAX));
        assert!(!is_after(u32::MAX, 1));
        assert!(is_after(0x8000_0000, 1));
        assert!(!is_after(0x8000_0001, 1));
    }
}
