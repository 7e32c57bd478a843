//! How a scanner was set up to write its results.

use heapless::Vec;

/// Longest frame of any scanner, start to check, bytes: the largest cap.
pub const FRAME_MAX: usize = 1024;

/// A configured text: a no-read, a heartbeat.
pub type ScannerText = Vec<u8, 32>;

/// A configured text from bytes; `None` beyond 32 bytes.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<ScannerText> {
    Vec::from_slice(bytes).ok()
}

/// Which of the codes a result lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageMode {
    /// All codes, in the order in which they were read.
    #[default]
    StandardMultiLabel,
    /// One slot for each expected code; a missing one is the local no-read.
    LogicalCombination,
    /// The expected codes; missing ones are absent.
    CodeCollection,
}

impl MessageMode {
    /// Its name in the manuals.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::StandardMultiLabel => "standard multi label",
            Self::LogicalCombination => "logical combination",
            Self::CodeCollection => "code collection",
        }
    }
}

/// Settings of one scanner port. They must equal what was set in the device: nothing is guessed.
///
/// A frame needs a `stop` or a `terminator`; with neither, every frame ends as too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannerSettings {
    /// First byte of a frame. Without one, a frame begins right behind the one before.
    pub start: Option<u8>,
    /// Last byte of a frame. Without one, the terminator ends it.
    pub stop: Option<u8>,
    /// Behind the last code, before `stop`; with a stop it may be missing.
    pub terminator: Vec<u8, 10>,
    /// Between the fields. Without one, a frame holds one code.
    pub separator: Vec<u8, 10>,
    /// Texts that stand for a result without a code, error texts too.
    pub no_read: Vec<ScannerText, 4>,
    /// Stands in the slot of a missing code, and never is a code.
    pub local_no_read: Option<ScannerText>,
    /// Signs of life.
    pub heartbeat: Vec<ScannerText, 2>,
    /// Which codes a result lists, as set in the device; passed on with each result, since no byte tells it.
    pub mode: MessageMode,
    /// Each code is preceded by its AIM identifier; one without is an error.
    pub aim: bool,
    /// The first field is the trigger number, 1 to 10 digits; a result without it is an error.
    pub trigger_number: bool,
    /// One byte follows the end: the exclusive or of all bytes behind the start, the end included.
    pub lrc: bool,
    /// Answers of SICK's CoLa-A share the port.
    pub cola: bool,
    /// Longest frame, start to check, 1..=[`FRAME_MAX`] bytes.
    pub cap: usize,
}

impl Default for ScannerSettings {
    /// STX, codes parted by `;`, CR LF, ETX; no no-read text, no heartbeat, 512 bytes.
    fn default() -> Self {
        Self {
            start: Some(0x02),
            stop: Some(0x03),
            terminator: Vec::from_array(*b"\r\n"),
            separator: Vec::from_array(*b";"),
            no_read: Vec::new(),
            local_no_read: None,
            heartbeat: Vec::new(),
            mode: MessageMode::StandardMultiLabel,
            aim: false,
            trigger_number: false,
            lrc: false,
            cola: false,
            cap: 512,
        }
    }
}

impl ScannerSettings {
    /// SICK CLV: STX, codes parted by `;`, CR LF, ETX; `NoRead`, `no code!`; CoLa-A answers between results.
    #[must_use]
    pub fn sick_clv() -> Self {
        let no_read = [&b"NoRead"[..], b"no code!"].into_iter().filter_map(text).collect();
        Self { no_read, cola: true, ..Self::default() }
    }

    /// Datalogic: STX, codes parted by `,`, CR LF; `???????` for no code, `?` for a missing one in a slot.
    #[must_use]
    pub fn datalogic() -> Self {
        let no_read = text(b"???????").into_iter().collect();
        Self { stop: None, separator: Vec::from_array(*b","), no_read, local_no_read: text(b"?"), ..Self::default() }
    }

    /// The same with another text for a result without a code; texts beyond 32 bytes change nothing.
    #[must_use]
    pub fn with_no_read(mut self, bytes: &[u8]) -> Self {
        if let Some(text) = text(bytes) {
            self.no_read = core::iter::once(text).collect();
        }
        self
    }

    /// The same with a sign of life; an empty or overlong text changes nothing.
    #[must_use]
    pub fn with_heartbeat(mut self, bytes: &[u8]) -> Self {
        if let Some(text) = text(bytes).filter(|text| !text.is_empty()) {
            self.heartbeat = core::iter::once(text).collect();
        }
        self
    }

    /// The same with one more text for a result without a code, such as an error's; without room, nothing changes.
    #[must_use]
    pub fn with_error_text(mut self, bytes: &[u8]) -> Self {
        if let Some(text) = text(bytes).filter(|text| !text.is_empty()) {
            // A fifth text has no room; whoever reads settings says so before.
            let _ = self.no_read.push(text);
        }
        self
    }

    pub(super) fn is_no_read(&self, field: &[u8]) -> bool {
        self.no_read.iter().any(|text| text == field)
    }

    pub(super) fn is_heartbeat(&self, field: &[u8]) -> bool {
        self.heartbeat.iter().any(|text| text == field)
    }
}
