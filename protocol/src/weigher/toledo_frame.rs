//! The columns of a Toledo continuous frame.
//!
//! STX, three status words, six characters of weight, six of tare, CR, check.

use super::{Decimal, Unit, WeightReading, WeightStatus};
use heapless::Vec;

/// Length with tare and check, bytes.
pub(super) const LENGTH_MAX: usize = 18;
/// Where CR stands in the short form.
pub(super) const SHORT_CR: usize = 10;
/// Where CR stands in the long form.
pub(super) const LONG_CR: usize = 16;

/// Whether the weight's characters hold the zeros of a decimal place left of the point (`X0`, `X00`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DummyZeros {
    /// They do: the number is what it says. To be checked against a known weight at commissioning.
    #[default]
    Sent,
    /// They do not and must be added.
    Added,
}

/// What can be wrong with a frame. The frame is dropped and counted; the port stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToledoError {
    /// Bytes outside a frame; the first of them.
    Noise(u8),
    /// A start byte inside a frame.
    Restarted,
    /// A status word without its fixed bits.
    Status(u8),
    /// A weight or tare that is no right-aligned number.
    Number,
    /// No CR in its column.
    Columns(u8),
    /// The check does not fit.
    Check {
        /// What the bytes give.
        expected: u8,
        /// What came.
        found: u8,
    },
}

impl ToledoError {
    /// A stable word for counters and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Noise(_) => "noise",
            Self::Restarted => "restarted",
            Self::Status(_) => "status",
            Self::Number => "number",
            Self::Columns(_) => "columns",
            Self::Check { .. } => "check",
        }
    }
}

impl core::fmt::Display for ToledoError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Noise(byte) => write!(f, "noise: byte {byte:#04x} outside a frame"),
            Self::Status(byte) => write!(f, "status: {byte:#04x} lacks its fixed bits"),
            Self::Columns(byte) => write!(f, "columns: {byte:#04x} where CR belongs"),
            Self::Check { expected, found } => write!(f, "check: {found:#04x} came, {expected:#04x} fits"),
            Self::Restarted | Self::Number => f.write_str(self.word()),
        }
    }
}

/// One frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToledoFrame {
    /// Status word A: decimal place and increment.
    pub swa: u8,
    /// Status word B: net, negative, range, motion, kg or lb, power-up.
    pub swb: u8,
    /// Status word C: other units, print request, expanded display.
    pub swc: u8,
    /// The characters of the weight.
    pub weight_field: [u8; 6],
    /// The characters of the tare, in the long form.
    pub tare_field: Option<[u8; 6]>,
    /// The frame had a check, which fitted.
    pub checked: bool,
    /// The weight, with its sign; `None` if the characters are blank.
    pub value: Option<Decimal>,
    /// The tare.
    pub tare: Option<Decimal>,
}

impl ToledoFrame {
    /// The meaning of a frame from STX to CR whose columns and check have been found right.
    pub(super) fn parse(frame: &[u8], checked: bool, zeros: DummyZeros) -> Result<Self, ToledoError> {
        let [_, swa, swb, swc, rest @ ..] = frame else { return Err(ToledoError::Number) };
        let (weight_field, rest) = rest.split_first_chunk::<6>().ok_or(ToledoError::Number)?;
        let tare_field = rest.first_chunk::<6>();
        let mut parsed = Self {
            swa: *swa,
            swb: *swb,
            swc: *swc,
            weight_field: *weight_field,
            tare_field: tare_field.copied(),
            checked,
            value: None,
            tare: None,
        };
        parsed.value = parsed.number(weight_field, zeros, parsed.is_negative())?;
        if parsed.value.is_none() && !parsed.is_out_of_range() {
            return Err(ToledoError::Number);
        }
        if let Some(field) = tare_field {
            parsed.tare = parsed.number(field, zeros, false)?;
        }
        Ok(parsed)
    }

    /// A tare was taken off.
    #[must_use]
    pub const fn is_net(&self) -> bool {
        self.swb & 0x01 != 0
    }

    /// Less than zero.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.swb & 0x02 != 0
    }

    /// Over or under the range.
    #[must_use]
    pub const fn is_out_of_range(&self) -> bool {
        self.swb & 0x04 != 0
    }

    /// Not steady.
    #[must_use]
    pub const fn is_in_motion(&self) -> bool {
        self.swb & 0x08 != 0
    }

    /// Not zeroed since it was switched on.
    #[must_use]
    pub const fn is_power_up(&self) -> bool {
        self.swb & 0x40 != 0
    }

    /// The print key was pressed.
    #[must_use]
    pub const fn is_print_request(&self) -> bool {
        self.swc & 0x08 != 0
    }

    /// The display shows ten times the resolution.
    #[must_use]
    pub const fn is_expanded(&self) -> bool {
        self.swc & 0x10 != 0
    }

    /// Zeros left of the point that are no digits of the scale: 0 to 2.
    #[must_use]
    pub const fn dummy_zero_digits(&self) -> u8 {
        2_u8.saturating_sub(self.swa & 0x07)
    }

    /// Unit of the weight.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        match (self.swc & 0x07, self.swb & 0x10) {
            (0, 0) => Unit::Pound,
            (0, _) => Unit::Kilogram,
            (1, _) => Unit::Gram,
            _ => Unit::Other,
        }
    }

    /// The weight with what the device says about it.
    #[must_use]
    pub fn reading(&self) -> WeightReading {
        let status = if self.is_out_of_range() {
            if self.is_negative() { WeightStatus::Underload } else { WeightStatus::Overload }
        } else if self.is_in_motion() {
            WeightStatus::Motion
        } else if self.is_power_up() {
            WeightStatus::NotZeroed
        } else if self.is_negative() {
            WeightStatus::Negative
        } else if self.is_expanded() || self.unit() == Unit::Other {
            WeightStatus::Unusable
        } else {
            WeightStatus::Stable
        };
        WeightReading { status, value: self.value, unit: self.unit(), net: self.is_net() }
    }

    /// Its bytes: the long form if it has a tare field, with a check if it had one.
    #[must_use]
    pub fn encode(&self) -> Vec<u8, LENGTH_MAX> {
        let mut frame: Vec<u8, LENGTH_MAX> = [0x02, self.swa, self.swb, self.swc].into_iter().collect();
        frame.extend(self.weight_field.into_iter().chain(self.tare_field.into_iter().flatten()));
        frame.extend([b'\r']);
        if self.checked {
            let check = check_of(&frame);
            frame.extend([check]);
        }
        frame
    }

    fn number(&self, field: &[u8; 6], zeros: DummyZeros, negative: bool) -> Result<Option<Decimal>, ToledoError> {
        let digits = field.trim_ascii_start();
        if digits.is_empty() {
            return Ok(None);
        }
        let mut value = 0_i32;
        for byte in digits {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10).ok_or(ToledoError::Number)?;
            value = value * 10 + i32::from(digit);
        }
        if zeros == DummyZeros::Added {
            value *= 10_i32.pow(u32::from(self.dummy_zero_digits()));
        }
        let decimals = (self.swa & 0x07).saturating_sub(2);
        Ok(Some(Decimal { digits: if negative { -value } else { value }, decimals }))
    }
}

/// The check of the bytes from STX to CR: their low seven bits and it add up to 0 in seven bits.
pub(super) fn check_of(frame: &[u8]) -> u8 {
    frame.iter().fold(0_u8, |sum, byte| sum.wrapping_add(byte & 0x7F)).wrapping_neg() & 0x7F
}
