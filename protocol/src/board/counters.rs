//! What an end of the link has seen and done.

use super::frame::{ContentError, FrameError};

/// Counts since the end was made. Each frame that came in is in exactly one of the counts down to `unexpected`,
/// but for `boot_zero`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkCounters {
    /// Frames that were taken.
    pub frames: u64,
    /// Frames whose stuffing was broken or that were shorter than a header.
    pub cobs_errors: u64,
    /// Frames whose check did not match.
    pub crc_errors: u64,
    /// Frames that were too long.
    pub too_long: u64,
    /// Frames of another protocol version.
    pub version: u64,
    /// The version of the newest of them.
    pub other_version: Option<u8>,
    /// Frames with a type that this end does not take: unknown, or its own, come back as an echo.
    pub unknown_type: u64,
    /// Frames with a length or value that their type does not allow.
    pub malformed: u64,
    /// Greetings among those whose boot number is 0; at the host only.
    pub boot_zero: u64,
    /// Telegrams that had been taken before.
    pub duplicates: u64,
    /// Telegrams with one missing before them; they come again.
    pub out_of_sequence: u64,
    /// Frames that came when none was expected: before the greeting.
    pub unexpected: u64,
    /// Acknowledgements of what was never sent; the frames themselves count elsewhere.
    pub bad_acks: u64,
    /// Frames sent, repeats included.
    pub sent: u64,
    /// Telegrams sent again.
    pub repeats: u64,
    /// Telegrams dropped unsent or unacknowledged: at the host when another boot came up, at the board by overflow
    /// or by a host that could not resume.
    pub dropped: u64,
}

impl LinkCounters {
    /// Frames that were dropped as damaged or foreign.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.cobs_errors + self.crc_errors + self.too_long + self.version + self.unknown_type + self.malformed
    }

    pub(super) fn count_error(&mut self, error: FrameError) {
        if let FrameError::Version { found } = error {
            self.other_version = Some(found);
        }
        let count = match error {
            FrameError::Stuffing | FrameError::TooShort { .. } => &mut self.cobs_errors,
            FrameError::TooLong => &mut self.too_long,
            FrameError::Check => &mut self.crc_errors,
            FrameError::Version { .. } => &mut self.version,
            FrameError::Content(ContentError::Type { .. }) => &mut self.unknown_type,
            FrameError::Content(ContentError::Length { .. } | ContentError::Value { .. }) => &mut self.malformed,
        };
        *count += 1;
    }
}
