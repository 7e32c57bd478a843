//! A chute: its pieces, its sensors, and the divert that feeds it.

/// One chute.
#[derive(Clone, Copy, Debug)]
pub struct Chute {
    /// Number in the operator's files.
    pub number: u16,
    /// Middle of the divert, µm from the entry PEC.
    pub position: i64,
    /// Width of the divert along the belt, µm.
    pub width: i64,
    /// Output of the line board.
    pub output: u16,
    /// Time from energising the output until the stroke is complete.
    pub stroke_ns: u64,
    /// Pieces that fit below the full sensor.
    pub capacity: u32,
    /// Pieces in it.
    pub pieces: u32,
    half_full: bool,
    full: bool,
    confirming: u32,
}

/// A change of one of the chute's sensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Half-full photo-eye.
    HalfFull(bool),
    /// Full photo-eye.
    Full(bool),
}

impl Chute {
    /// An empty chute.
    pub fn new(number: u16, position: i64, width: i64, output: u16, stroke_ns: u64, capacity: u32) -> Self {
        Self {
            number,
            position,
            width,
            output,
            stroke_ns,
            capacity,
            pieces: 0,
            half_full: false,
            full: false,
            confirming: 0,
        }
    }

    /// True if a complete stroke takes an item with it that lies from `trail` to `lead`.
    #[inline]
    pub fn takes(&self, lead: i64, trail: i64) -> bool {
        let overlap = lead.min(self.position + self.width / 2) - trail.max(self.position - self.width / 2);
        overlap > 0 && overlap * 3 >= self.width.min(lead - trail)
    }

    /// True while the full sensor is covered.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// True while the half-full sensor is covered.
    pub fn is_half_full(&self) -> bool {
        self.half_full
    }

    /// The number of pieces is now `pieces`; says which sensors turned.
    pub fn fill(&mut self, pieces: u32) -> [Option<Turned>; 2] {
        self.pieces = pieces;
        let (half_full, full) = (pieces * 2 >= self.capacity, pieces >= self.capacity);
        let turned = [
            (half_full != self.half_full).then_some(Turned::HalfFull(half_full)),
            (full != self.full).then_some(Turned::Full(full)),
        ];
        (self.half_full, self.full) = (half_full, full);
        turned
    }

    /// Something breaks or leaves the confirm eye's beam; says whether the eye turned.
    pub fn confirm(&mut self, breaks: bool) -> bool {
        let before = self.confirming > 0;
        self.confirming = if breaks { self.confirming + 1 } else { self.confirming.saturating_sub(1) };
        before != (self.confirming > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chute() -> Chute {
        Chute::new(1, 6_800, 120, 0, 60, 10)
    }

    #[test]
    fn takes_what_overlaps_a_third_of_the_divert_or_of_itself() {
        assert!(chute().takes(7_000, 6_600));
        assert!(chute().takes(6_780, 6_480));
        assert!(!chute().takes(6_779, 6_479));
        assert!(chute().takes(6_767, 6_687));
        assert!(!chute().takes(6_766, 6_686));
        assert!(!chute().takes(6_700, 6_600));
    }

    #[test]
    fn half_full_then_full_then_emptied() {
        let mut chute = chute();
        assert_eq!(chute.fill(4), [None, None]);
        assert_eq!(chute.fill(5), [Some(Turned::HalfFull(true)), None]);
        assert_eq!(chute.fill(10), [None, Some(Turned::Full(true))]);
        assert_eq!(chute.fill(0), [Some(Turned::HalfFull(false)), Some(Turned::Full(false))]);
    }

    #[test]
    fn two_items_in_the_confirm_eye_make_one_pulse() {
        let mut chute = chute();
        assert_eq!([true, true, false, false].map(|breaks| chute.confirm(breaks)), [true, false, false, true]);
    }
}
