//! Finds a scanner's frames in its bytes.

use super::parse;
use super::settings::FRAME_MAX;
use super::{ScannerError, ScannerMessage, ScannerSettings};
use crate::dialect::Waiting;
use heapless::Vec;

/// Decodes what one scanner port receives.
///
/// Bytes are taken one at a time, so any split of a stream gives the same messages and errors. The bytes of a frame
/// are kept until its check has passed; they hold no second start byte, so that a failed frame needs no second look.
#[derive(Clone, Debug)]
pub struct ScannerDecoder {
    settings: ScannerSettings,
    frame: Vec<u8, FRAME_MAX>,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Between frames.
    Quiet,
    /// Between frames, among bytes whose error has been told.
    Noise,
    /// In a frame.
    Frame,
    /// Only the LRC is missing.
    Check,
    /// In a frame that is too long and had no start byte: up to its end.
    Skip,
}

impl ScannerDecoder {
    /// A decoder that has seen nothing. A cap beyond [`FRAME_MAX`] is taken as that.
    #[must_use]
    pub fn new(mut settings: ScannerSettings) -> Self {
        settings.cap = settings.cap.clamp(1, FRAME_MAX);
        Self { settings, frame: Vec::new(), phase: Phase::Quiet }
    }

    /// Takes bytes; `sink` gets each message and each error in the order of their last bytes.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Result<ScannerMessage, ScannerError>)) {
        let mut rest = bytes;
        loop {
            if self.phase == Phase::Frame {
                rest = self.plain(rest);
            }
            let Some((&byte, behind)) = rest.split_first() else { break };
            match self.phase {
                Phase::Quiet | Phase::Noise => self.outside(byte, sink),
                Phase::Frame => self.inside(byte, sink),
                Phase::Check => self.check(byte, sink),
                Phase::Skip => self.skip(byte),
            }
            rest = behind;
        }
    }

    /// Bytes of a frame that has begun.
    #[must_use]
    pub fn pending(&self) -> usize {
        if self.phase == Phase::Skip { 0 } else { self.frame.len() }
    }

    /// What the frame that has begun lacks.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        match self.phase {
            Phase::Quiet | Phase::Noise | Phase::Skip => Waiting::Start,
            Phase::Check => Waiting::Check,
            Phase::Frame => {
                let begun = self.settings.terminator.first();
                let partial = self.settings.stop.is_none() && begun.is_some() && self.frame.last() == begun;
                if partial { Waiting::RestOfEnd } else { Waiting::End }
            }
        }
    }

    /// Forgets what is pending, as after the port was opened anew.
    pub fn reset(&mut self) {
        self.frame.clear();
        self.phase = Phase::Quiet;
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &ScannerSettings {
        &self.settings
    }

    fn outside(&mut self, byte: u8, sink: &mut impl FnMut(Result<ScannerMessage, ScannerError>)) {
        match self.settings.start {
            Some(start) if byte == start => self.begin(byte),
            None => {
                self.phase = Phase::Frame;
                self.inside(byte, sink);
            }
            Some(_) if self.phase == Phase::Quiet => {
                self.phase = Phase::Noise;
                sink(Err(ScannerError::Noise(byte)));
            }
            Some(_) => {}
        }
    }

    /// Takes in one go what cannot begin, end or overfill a frame; gives what follows.
    fn plain<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let end = self.settings.stop.or(self.settings.terminator.last().copied());
        let start = self.settings.start.or(end);
        let room = (self.settings.cap - usize::from(self.settings.lrc)).saturating_sub(self.frame.len());
        let run = bytes.iter().take(room).take_while(|byte| Some(**byte) != end && Some(**byte) != start).count();
        let (plain, rest) = bytes.split_at(run);
        let kept = self.frame.extend_from_slice(plain);
        debug_assert!(kept.is_ok(), "the cap is no larger than the frame");
        rest
    }

    fn inside(&mut self, byte: u8, sink: &mut impl FnMut(Result<ScannerMessage, ScannerError>)) {
        if self.settings.start == Some(byte) {
            sink(Err(ScannerError::Restarted));
            return self.begin(byte);
        }
        let room = self.settings.cap - usize::from(self.settings.lrc);
        if self.frame.len() >= room || self.frame.push(byte).is_err() {
            sink(Err(ScannerError::TooLong(u16::try_from(self.settings.cap).unwrap_or(u16::MAX))));
            return self.give_up(byte);
        }
        if !self.at_end(byte) {
            return;
        }
        if self.settings.lrc {
            self.phase = Phase::Check;
        } else {
            self.finish(sink);
        }
    }

    fn check(&mut self, byte: u8, sink: &mut impl FnMut(Result<ScannerMessage, ScannerError>)) {
        let expected = self.covered().iter().fold(0, |sum, byte| sum ^ byte);
        if byte == expected {
            return self.finish(sink);
        }
        sink(Err(ScannerError::Check { expected, found: byte }));
        self.reset();
        // The next frame's start is here if it was the check itself that went missing.
        if self.settings.start.is_some() {
            self.phase = Phase::Noise;
            self.outside(byte, sink);
        }
    }

    fn skip(&mut self, byte: u8) {
        let _ = self.frame.push(byte);
        if self.at_end(byte) {
            self.reset();
        } else if self.frame.is_full() {
            self.frame.clear();
        }
    }

    fn begin(&mut self, start: u8) {
        self.frame.clear();
        let _ = self.frame.push(start);
        self.phase = Phase::Frame;
    }

    fn give_up(&mut self, byte: u8) {
        self.reset();
        if self.settings.start.is_some() {
            self.phase = Phase::Noise;
        } else {
            self.phase = Phase::Skip;
            self.skip(byte);
        }
    }

    /// The frame without its start byte: what the LRC covers.
    fn covered(&self) -> &[u8] {
        self.frame.get(usize::from(self.settings.start.is_some())..).unwrap_or_default()
    }

    fn at_end(&self, byte: u8) -> bool {
        match self.settings.stop {
            Some(stop) => byte == stop,
            None => self.settings.terminator.last() == Some(&byte) && self.frame.ends_with(&self.settings.terminator),
        }
    }

    fn finish(&mut self, sink: &mut impl FnMut(Result<ScannerMessage, ScannerError>)) {
        let covered = self.covered();
        let content = covered.get(..covered.len() - usize::from(self.settings.stop.is_some())).unwrap_or_default();
        let stripped = content.strip_suffix(self.settings.terminator.as_slice());
        let terminated = stripped.is_some() && !self.settings.terminator.is_empty();
        sink(parse::message(&self.settings, stripped.unwrap_or(content), terminated));
        self.reset();
    }
}
