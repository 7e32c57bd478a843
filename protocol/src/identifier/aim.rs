//! AIM symbology identifiers: `]`, a code letter, a modifier, in front of the data.

/// A symbology identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AimId {
    /// Code letter; upper and lower case differ.
    pub letter: u8,
    /// Modifier, 0..=15 (one hexadecimal digit on the wire).
    pub modifier: u8,
}

/// Why data has no symbology identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AimError {
    /// Fewer than three bytes.
    TooShort,
    /// It does not begin with `]`.
    NoFlag,
    /// What follows `]` is no letter.
    Letter(u8),
    /// What follows the letter is no hexadecimal digit.
    Modifier(u8),
}

impl AimError {
    /// A stable word for counters and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooShort => "too short",
            Self::NoFlag => "no flag character",
            Self::Letter(_) => "code letter",
            Self::Modifier(_) => "modifier",
        }
    }
}

impl AimId {
    /// Code 128 without function characters.
    pub const CODE_128: Self = Self { letter: b'C', modifier: 0 };
    /// GS1-128.
    pub const GS1_128: Self = Self { letter: b'C', modifier: 1 };

    /// Splits the identifier off.
    ///
    /// # Errors
    /// What is wrong with the first three bytes.
    pub fn split(bytes: &[u8]) -> Result<(Self, &[u8]), AimError> {
        if bytes.first().is_some_and(|flag| *flag != b']') {
            return Err(AimError::NoFlag);
        }
        let ([_, letter, modifier], data) = bytes.split_first_chunk::<3>().ok_or(AimError::TooShort)?;
        if !letter.is_ascii_alphabetic() {
            return Err(AimError::Letter(*letter));
        }
        let digit = char::from(*modifier).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digit = digit.ok_or(AimError::Modifier(*modifier))?;
        Ok((Self { letter: *letter, modifier: digit }, data))
    }

    /// Its three bytes; a modifier beyond 15 is written as 15.
    #[must_use]
    pub fn bytes(self) -> [u8; 3] {
        let digit = char::from_digit(u32::from(self.modifier.min(15)), 16).unwrap_or('0').to_ascii_uppercase();
        [b']', self.letter, u8::try_from(digit).unwrap_or(b'0')]
    }

    /// True if the data are GS1 element strings.
    #[must_use]
    pub const fn is_gs1(self) -> bool {
        matches!((self.letter, self.modifier), (b'C', 1) | (b'd', 2) | (b'Q', 3) | (b'J', 1) | (b'e', 0))
    }

    /// Name of the symbology; `None` for a letter that is not assigned.
    #[must_use]
    pub const fn symbology(self) -> Option<&'static str> {
        Some(match self.letter {
            b'A' => "Code 39",
            b'B' => "Telepen",
            b'C' => "Code 128",
            b'd' => "Data Matrix",
            b'E' => "EAN/UPC",
            b'e' => "GS1 DataBar",
            b'F' => "Codabar",
            b'G' => "Code 93",
            b'H' => "Code 11",
            b'I' => "Interleaved 2 of 5",
            b'J' => "DotCode",
            b'L' => "PDF417",
            b'M' => "MSI",
            b'Q' => "QR Code",
            b'R' | b'S' => "Straight 2 of 5",
            b'U' => "MaxiCode",
            b'X' => "other",
            b'z' => "Aztec",
            _ => return None,
        })
    }

    /// What the modifier says, where it says something about check characters.
    #[must_use]
    pub const fn note(self) -> Option<&'static str> {
        Some(match (self.letter, self.modifier) {
            (b'A' | b'I', 0) => "no check char",
            (b'A' | b'I', 1) => "check char checked and sent",
            (b'A' | b'I', 3) => "check char checked and stripped",
            (b'A', 4) => "full ASCII",
            (b'A', 5) => "full ASCII + check char checked and sent",
            (b'A', 7) => "full ASCII + check char checked and stripped",
            _ => return None,
        })
    }
}
