//! What can be wrong with a scanner's bytes. The frame is dropped and counted; the port stays open.

/// One dropped frame, or one run of bytes outside any frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScannerError {
    /// Bytes outside a frame; the first of them.
    Noise(u8),
    /// A start byte inside a frame: the end of the frame before was lost.
    Restarted,
    /// No end within the cap, bytes.
    TooLong(u16),
    /// A control character where a code was expected. A zero is mostly a byte with a parity error.
    Character(u8),
    /// The LRC does not fit.
    Check {
        /// What the bytes give.
        expected: u8,
        /// What came.
        found: u8,
    },
    /// Nothing between start and end.
    Empty,
    /// A separator with nothing before or behind it.
    EmptyCode,
    /// The settings demand a trigger number and the first field is none.
    NoTrigger,
    /// The settings demand an AIM identifier and a code has none.
    NoAim,
    /// A sign of life among codes.
    Misplaced,
    /// A CoLa-A telegram without a name or with an unreadable argument.
    Cola,
}

impl ScannerError {
    /// A stable word for counters and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Noise(_) => "noise",
            Self::Restarted => "restarted",
            Self::TooLong(_) => "too long",
            Self::Character(_) => "character",
            Self::Check { .. } => "check",
            Self::Empty => "empty",
            Self::EmptyCode => "empty code",
            Self::NoTrigger => "no trigger number",
            Self::NoAim => "no aim identifier",
            Self::Misplaced => "heartbeat among codes",
            Self::Cola => "cola",
        }
    }
}

impl core::fmt::Display for ScannerError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Noise(byte) => write!(f, "noise: byte {byte:#04x} outside a frame"),
            Self::Restarted => f.write_str("restarted: a start byte inside a frame, its end was lost"),
            Self::TooLong(cap) => write!(f, "too long: no end within {cap} bytes"),
            Self::Character(byte) => write!(f, "character: {byte:#04x} inside a frame"),
            Self::Check { expected, found } => write!(f, "check: {found:#04x} came, {expected:#04x} fits"),
            Self::Empty => f.write_str("empty: nothing between start and end"),
            Self::EmptyCode | Self::NoTrigger | Self::NoAim | Self::Misplaced | Self::Cola => f.write_str(self.word()),
        }
    }
}
