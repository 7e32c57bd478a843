//! A weigher on the belt: what its indicator says about what stands on the platform.

/// How the indicator speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeigherDialect {
    /// Continuous output with status words.
    ToledoContinuous {
        /// Frames hold a tare.
        tare: bool,
        /// A check sum ends them.
        checksum: bool,
    },
    /// Text replies with a stability letter.
    MtSics,
}

/// How often a streaming indicator speaks.
pub const FRAME_NS: u64 = 50_000_000;
/// A load that has not changed for this long is steady.
const SETTLE_NS: u64 = 100_000_000;
/// Most items on the platform at once; a seventh is not weighed.
const LOAD_MAX: usize = 6;

/// What is wrong with a weigher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It says nothing.
    Silent,
    /// It does not come to rest.
    Unstable,
    /// What it says moves away from what is there.
    Drifts {
        /// So fast, grams a second.
        g_per_s: i64,
    },
}

/// One weigher.
#[derive(Clone, Copy, Debug)]
pub struct Weigher {
    /// What is wrong with it, and since when.
    failure: Option<(Failure, u64)>,
    dialect: WeigherDialect,
    load: [(u32, u32); LOAD_MAX],
    loaded: usize,
    /// Items that are on their way on or off.
    moving: u32,
    steady_from: u64,
}

impl Weigher {
    /// An empty platform.
    pub fn new(dialect: WeigherDialect) -> Self {
        Self { failure: None, dialect, load: [(0, 0); LOAD_MAX], loaded: 0, moving: 0, steady_from: 0 }
    }

    /// An item's leading edge comes onto the platform, or (`covers` false) its trailing edge has come on too.
    pub fn enter(&mut self, at: u64, item: u32, grams: u32, covers: bool) {
        // What is pushed back against the belt comes onto the platform a second time, and weighs no more for that.
        let is_on = self.load[..self.loaded].iter().any(|(on, _)| *on == item);
        if covers && !is_on && self.loaded < LOAD_MAX {
            self.load[self.loaded] = (item, grams);
            self.loaded += 1;
        }
        self.stir(at, covers);
    }

    /// An item's leading edge leaves the platform, or (`covers` false) its trailing edge has left too.
    pub fn leave(&mut self, at: u64, item: u32, covers: bool) {
        if !covers {
            self.take_off(item);
        }
        self.stir(at, covers);
    }

    /// A person lifts an item off.
    pub fn lift(&mut self, at: u64, item: u32) {
        self.take_off(item);
        self.steady_from = at + SETTLE_NS;
    }

    /// What the indicator says at `at`, appended to `out`.
    pub fn say(&self, at: u64, out: &mut Vec<u8>) {
        let (mut grams, mut steady) = (self.loaded_g(), self.is_steady(at));
        match self.failure {
            None => {}
            Some((Failure::Silent, _)) => return,
            Some((Failure::Unstable, _)) => steady = false,
            Some((Failure::Drifts { g_per_s }, since)) => grams += drifted_g(g_per_s, since, at),
        }
        match self.dialect {
            WeigherDialect::ToledoContinuous { tare, checksum } => toledo(grams, steady, (tare, checksum), out),
            WeigherDialect::MtSics => sics(grams, steady, out),
        }
    }

    /// The verdict on what stands on the platform, from a filter that does not wait for rest.
    pub fn say_settled(&self, at: u64, out: &mut Vec<u8>) {
        Self { moving: 0, steady_from: 0, ..*self }.say(at, out);
    }

    /// It fails from `at` on.
    pub fn fail(&mut self, failure: Failure, at: u64) {
        self.failure = Some((failure, at));
    }

    /// It weighs again as it should.
    pub fn mend(&mut self) {
        self.failure = None;
    }

    /// True while it fails.
    pub fn is_failing(&self) -> bool {
        self.failure.is_some()
    }

    /// True if what it says at `at` is spoilt by a failure: there is something to be weighed, and another weight is told, or
    /// none.
    pub fn spoils(&self, at: u64) -> bool {
        let Some((failure, since)) = self.failure.filter(|_| self.loaded > 0) else { return false };
        match failure {
            Failure::Silent | Failure::Unstable => true,
            Failure::Drifts { g_per_s } => {
                let grams = self.loaded_g();
                rounded(grams) != rounded(grams + drifted_g(g_per_s, since, at))
            }
        }
    }

    fn loaded_g(&self) -> i64 {
        self.load[..self.loaded].iter().map(|(_, grams)| i64::from(*grams)).sum()
    }

    fn is_steady(&self, at: u64) -> bool {
        self.moving == 0 && at >= self.steady_from
    }

    /// Two items, each with its weight, have changed places.
    pub fn exchange(&mut self, one: (u32, u32), other: (u32, u32)) {
        for held in &mut self.load[..self.loaded] {
            if held.0 == one.0 {
                *held = other;
            } else if held.0 == other.0 {
                *held = one;
            }
        }
    }

    fn take_off(&mut self, item: u32) {
        if let Some(place) = self.load[..self.loaded].iter().position(|(on, _)| *on == item) {
            self.load.copy_within(place + 1..self.loaded, place);
            self.loaded -= 1;
        }
    }

    fn stir(&mut self, at: u64, covers: bool) {
        self.moving = if covers { self.moving + 1 } else { self.moving.saturating_sub(1) };
        self.steady_from = at + SETTLE_NS;
    }
}

/// The division of both indicators, grams.
const DIVISION_G: i64 = 5;

fn rounded(grams: i64) -> i64 {
    (grams + DIVISION_G / 2).div_euclid(DIVISION_G) * DIVISION_G
}

/// How far it has drifted since `since`.
fn drifted_g(g_per_s: i64, since: u64, at: u64) -> i64 {
    g_per_s * i64::try_from(at.saturating_sub(since) / 1_000_000).unwrap_or(0) / 1_000
}

fn toledo(grams: i64, steady: bool, (tare, checksum): (bool, bool), out: &mut Vec<u8>) {
    let start = out.len();
    // Three decimals in steps of five; kilograms, gross; no request, no maker's bits.
    let grams = rounded(grams);
    let below = if grams < 0 { 0x02 } else { 0 };
    out.extend_from_slice(&[0x02, 0x3D, if steady { 0x30 } else { 0x38 } | below, 0x20]);
    digits(shown(grams), 6, b' ', out);
    out.extend_from_slice(if tare { b"     0\r" } else { b"\r" });
    if checksum {
        let sum = out[start..].iter().fold(0_u8, |sum, byte| sum.wrapping_add(byte & 0x7F));
        out.push(sum.wrapping_neg() & 0x7F);
    }
}

fn sics(grams: i64, steady: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if steady { b"S S " } else { b"S D " });
    let grams = rounded(grams);
    let kilograms = out.len();
    digits(shown(grams) / 1000, 6, b' ', out);
    if grams < 0
        && let Some(blank) = out[kilograms..].iter().rposition(|byte| *byte == b' ')
    {
        out[kilograms + blank] = b'-';
    }
    out.push(b'.');
    digits(shown(grams) % 1000, 3, b'0', out);
    out.extend_from_slice(b" kg\r\n");
}

/// The digits of a weight, without its sign.
fn shown(grams: i64) -> u32 {
    u32::try_from(grams.unsigned_abs()).unwrap_or(u32::MAX)
}

/// Appends `value` right-aligned in `width` characters.
pub(crate) fn digits(value: u32, width: usize, pad: u8, out: &mut Vec<u8>) {
    let mut text = [pad; 10];
    let mut rest = value;
    let mut place = text.len();
    loop {
        place -= 1;
        text[place] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 || place == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[text.len() - width.min(text.len())..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(weigher: &Weigher, at: u64) -> Vec<u8> {
        let mut out = Vec::new();
        weigher.say(at, &mut out);
        out
    }

    #[test]
    fn is_unsteady_while_something_comes_on_and_just_after() {
        let mut weigher = Weigher::new(WeigherDialect::MtSics);
        weigher.enter(0, 1, 1_234, true);
        assert_eq!(said(&weigher, 500_000_000), b"S D      1.235 kg\r\n");
        weigher.enter(600_000_000, 1, 1_234, false);
        assert_eq!(said(&weigher, 650_000_000), b"S D      1.235 kg\r\n");
        assert_eq!(said(&weigher, 700_000_000), b"S S      1.235 kg\r\n");
        weigher.leave(800_000_000, 1, true);
        weigher.leave(900_000_000, 1, false);
        assert_eq!(said(&weigher, 1_000_000_000), b"S S      0.000 kg\r\n");
    }

    #[test]
    fn says_less_than_nought_where_it_has_drifted_below() {
        let drifted = |dialect| {
            let mut weigher = Weigher::new(dialect);
            weigher.fail(Failure::Drifts { g_per_s: -50 }, 1_000_000_000);
            assert!(!weigher.spoils(3_000_000_000), "there is nothing to be weighed");
            weigher
        };
        let sics = drifted(WeigherDialect::MtSics);
        assert_eq!(said(&sics, 1_000_000_000), b"S S      0.000 kg\r\n");
        assert_eq!(said(&sics, 3_500_000_000), b"S S     -0.125 kg\r\n");
        let toledo = drifted(WeigherDialect::ToledoContinuous { tare: false, checksum: false });
        assert_eq!(said(&toledo, 3_500_000_000), b"\x02\x3D\x32\x20   125\r");
    }

    #[test]
    fn fails_in_three_ways_and_can_be_mended() {
        let mut weigher = Weigher::new(WeigherDialect::MtSics);
        weigher.enter(0, 1, 1_234, true);
        weigher.enter(0, 1, 1_234, false);
        let mut fails = |failure| {
            weigher.fail(failure, 1_000_000_000);
            (weigher.spoils(2_000_000_000), said(&weigher, 2_000_000_000))
        };
        assert_eq!(fails(Failure::Silent), (true, Vec::new()));
        assert_eq!(fails(Failure::Unstable), (true, b"S D      1.235 kg\r\n".to_vec()));
        assert_eq!(fails(Failure::Drifts { g_per_s: 40 }), (true, b"S S      1.275 kg\r\n".to_vec()));
        weigher.mend();
        assert_eq!(said(&weigher, 2_000_000_000), b"S S      1.235 kg\r\n");
        assert!(!weigher.spoils(2_000_000_000));
    }

    #[test]
    fn the_sum_of_a_continuous_frame_is_nought() {
        let frame = |tare, checksum| {
            let mut weigher = Weigher::new(WeigherDialect::ToledoContinuous { tare, checksum });
            weigher.enter(0, 1, 31_500, true);
            weigher.enter(0, 1, 31_500, false);
            said(&weigher, 1_000_000_000)
        };
        let long = frame(true, true);
        assert_eq!(&long[..17], b"\x02\x3D\x30\x20 31500     0\r");
        assert_eq!(long.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) & 0x7F, 0);
        assert_eq!(frame(false, false), b"\x02\x3D\x30\x20 31500\r");
    }
}
