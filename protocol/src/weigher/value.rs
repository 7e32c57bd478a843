//! Weights as digits and decimals, never as floating point.

use core::fmt;

/// A decimal number as it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// All digits, with the sign.
    pub digits: i32,
    /// How many of them stand behind the point, 0..=9.
    pub decimals: u8,
}

impl Decimal {
    /// Reads `-12.50`: an optional sign, at most nine digits, at most one point with digits on both sides.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (sign, text) = match text {
            [b'-', rest @ ..] => (-1, rest),
            [b'+', rest @ ..] => (1, rest),
            _ => (1, text),
        };
        let mut parts = text.splitn(2, |byte| *byte == b'.');
        let whole = parts.next().filter(|part| !part.is_empty())?;
        let behind = parts.next();
        if behind.is_some_and(<[u8]>::is_empty) {
            return None;
        }
        let behind = behind.unwrap_or_default();
        if whole.len() + behind.len() > 9 {
            return None;
        }
        let digits = whole
            .iter()
            .chain(behind)
            .try_fold(0_i32, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i32::from(byte - b'0')))?;
        Some(Self { digits: sign * digits, decimals: u8::try_from(behind.len()).ok()? })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let decimals = usize::from(self.decimals.min(9));
        let unit = 10_u32.pow(u32::from(self.decimals.min(9)));
        let digits = self.digits.unsigned_abs();
        write!(f, "{sign}{}", digits / unit)?;
        if decimals > 0 { write!(f, ".{:0decimals$}", digits % unit) } else { Ok(()) }
    }
}

/// Unit of a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Grams.
    Gram,
    /// Kilograms.
    Kilogram,
    /// Pounds, 453.59237 g.
    Pound,
    /// Ounces, a sixteenth of a pound.
    Ounce,
    /// Tonnes.
    Tonne,
    /// The device says another one, or none.
    Other,
}

impl Unit {
    /// The unit of a symbol.
    #[must_use]
    pub fn from_symbol(symbol: &[u8]) -> Self {
        match symbol {
            b"g" => Self::Gram,
            b"kg" => Self::Kilogram,
            b"lb" => Self::Pound,
            b"oz" => Self::Ounce,
            b"t" => Self::Tonne,
            _ => Self::Other,
        }
    }

    /// Its symbol; empty for [`Unit::Other`].
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Gram => "g",
            Self::Kilogram => "kg",
            Self::Pound => "lb",
            Self::Ounce => "oz",
            Self::Tonne => "t",
            Self::Other => "",
        }
    }

    /// 1 unit in grams, as a fraction. Times nine digits it fits in 64 bits, and so does its divisor with nine decimals.
    const fn grams(self) -> Option<(i64, i64)> {
        match self {
            Self::Gram => Some((1, 1)),
            Self::Kilogram => Some((1_000, 1)),
            Self::Pound => Some((45_359_237, 100_000)),
            Self::Ounce => Some((2_834_952_313, 100_000_000)),
            Self::Tonne => Some((1_000_000, 1)),
            Self::Other => None,
        }
    }
}

/// What the device says about a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightStatus {
    /// Steady and in range: the only good one.
    Stable,
    /// Not steady.
    Motion,
    /// Beyond the range.
    Overload,
    /// Below the range.
    Underload,
    /// Steady and less than nothing: something is wrong with the zero.
    Negative,
    /// Not zeroed since it was switched on.
    NotZeroed,
    /// It cannot weigh now.
    NotReady,
    /// A value that this line cannot use: another unit, an expanded display.
    Unusable,
}

impl WeightStatus {
    /// A stable word for JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Motion => "motion",
            Self::Overload => "overload",
            Self::Underload => "underload",
            Self::Negative => "negative",
            Self::NotZeroed => "not_zeroed",
            Self::NotReady => "not_ready",
            Self::Unusable => "unusable",
        }
    }
}

/// A weight with what the device says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightReading {
    /// Whether the value may be used.
    pub status: WeightStatus,
    /// The number, if there is one.
    pub value: Option<Decimal>,
    /// Its unit.
    pub unit: Unit,
    /// A tare was taken off.
    pub net: bool,
}

impl WeightReading {
    /// Whole grams, half a gram rounded up; only of a stable weight in a known unit.
    #[must_use]
    pub fn grams(&self) -> Option<i32> {
        if self.status != WeightStatus::Stable {
            return None;
        }
        let value = self.value?;
        let (grams, of) = self.unit.grams()?;
        let one = of * 10_i64.pow(u32::from(value.decimals.min(9)));
        i32::try_from((i64::from(value.digits) * grams + one / 2).div_euclid(one)).ok()
    }
}
