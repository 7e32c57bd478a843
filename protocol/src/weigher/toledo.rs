//! Finds Toledo continuous frames in a port's bytes.

use super::toledo_frame::{DummyZeros, LENGTH_MAX, LONG_CR, SHORT_CR, ToledoError, ToledoFrame, check_of};
use heapless::Vec;

const STX: u8 = 0x02;
const CR: u8 = 0x0D;

/// Whether frames have a tare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// They do.
    #[default]
    Long,
    /// They do not.
    Short,
    /// Told by the column in which CR comes; for looking at captures.
    Either,
}

/// Whether a check follows CR.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checksum {
    /// It does.
    #[default]
    Sent,
    /// It does not.
    Absent,
    /// Told by what follows: STX or the end of the capture means that there is none. For looking at captures only: an
    /// unchecked frame is known one byte late.
    Either,
}

/// Settings of one port. They must equal what was set in the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToledoSettings {
    /// Whether frames have a tare.
    pub form: Form,
    /// Whether a check follows CR.
    pub checksum: Checksum,
    /// Whether zeros left of the point are sent.
    pub dummy_zeros: DummyZeros,
}

impl ToledoSettings {
    /// Takes every form; for looking at captures.
    #[must_use]
    pub const fn either() -> Self {
        Self { form: Form::Either, checksum: Checksum::Either, dummy_zeros: DummyZeros::Sent }
    }
}

/// Decodes what one port receives; any split of a stream gives the same frames and errors.
///
/// Each byte must suit its column. A frame that fails is dropped up to the last STX in it, which can only be its last
/// byte, since no column but the check allows one.
#[derive(Clone, Debug)]
pub struct ToledoDecoder {
    settings: ToledoSettings,
    frame: Vec<u8, LENGTH_MAX>,
    /// Column of CR, once it has come.
    end: Option<usize>,
    /// The error of the bytes between frames has been told.
    noisy: bool,
}

/// Where the weight begins, behind STX and the status words.
const FIRST_DIGIT: usize = 4;

fn is_digit_or_blank(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_digit()
}

type Found = Result<ToledoFrame, ToledoError>;

impl ToledoDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub fn new(settings: ToledoSettings) -> Self {
        Self { settings, frame: Vec::new(), end: None, noisy: false }
    }

    /// Takes bytes; `sink` gets each frame and each error in the order of their last bytes.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Found)) {
        let mut rest = bytes;
        loop {
            if self.among_digits() {
                rest = self.digits(rest);
            }
            let Some((&byte, behind)) = rest.split_first() else { break };
            match self.end {
                _ if self.frame.is_empty() => self.outside(byte, sink),
                None => self.column(byte, sink),
                Some(_) => self.check(byte, sink),
            }
            rest = behind;
        }
    }

    /// True if the next byte is for the columns of weight and tare.
    #[inline]
    fn among_digits(&self) -> bool {
        let column = self.frame.len();
        let inside = FIRST_DIGIT <= column && (column != SHORT_CR || self.settings.form == Form::Long);
        inside && self.end.is_none()
    }

    /// Takes in one go what suits the columns of weight and tare, up to the column in which CR may come; gives what
    /// follows.
    fn digits<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let column = self.frame.len();
        let end = if column < SHORT_CR { SHORT_CR } else { LONG_CR };
        let run = bytes.iter().take(end - column).take_while(|byte| is_digit_or_blank(**byte)).count();
        let (digits, rest) = bytes.split_at(run);
        let kept = self.frame.extend_from_slice(digits);
        debug_assert!(kept.is_ok(), "CR comes before the frame is full");
        rest
    }

    /// The capture ends here: a frame that waits for a check that may be absent is complete.
    pub fn finish(&mut self, sink: &mut impl FnMut(Found)) {
        if self.end.is_some() && self.settings.checksum == Checksum::Either {
            self.complete(false, sink);
        }
    }

    /// Bytes of a frame that has begun.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.frame.len()
    }

    /// Length of the frame that has begun, check included, as far as can be known.
    #[must_use]
    pub fn need(&self) -> usize {
        let short = self.settings.form == Form::Short || self.end == Some(SHORT_CR);
        let cr = if short { SHORT_CR } else { LONG_CR };
        cr + 1 + usize::from(self.settings.checksum != Checksum::Absent)
    }

    /// Forgets what is pending, as after the port was opened anew.
    pub fn reset(&mut self) {
        *self = Self::new(self.settings);
    }

    fn outside(&mut self, byte: u8, sink: &mut impl FnMut(Found)) {
        if byte == STX {
            self.noisy = false;
            self.keep(byte);
        } else if !self.noisy {
            self.noisy = true;
            sink(Err(ToledoError::Noise(byte)));
        }
    }

    fn column(&mut self, byte: u8, sink: &mut impl FnMut(Found)) {
        let column = self.frame.len();
        let fault = match column {
            _ if byte == STX => Some(ToledoError::Restarted),
            1..=3 => (byte & 0xA0 != 0x20).then_some(ToledoError::Status(byte)),
            SHORT_CR if self.settings.form == Form::Short && byte != CR => Some(ToledoError::Columns(byte)),
            SHORT_CR if self.settings.form != Form::Long && byte == CR => None,
            LONG_CR => (byte != CR).then_some(ToledoError::Columns(byte)),
            _ => (!is_digit_or_blank(byte)).then_some(ToledoError::Number),
        };
        if let Some(fault) = fault {
            return self.fail(fault, byte, sink);
        }
        self.keep(byte);
        if byte != CR {
            return;
        }
        self.end = Some(column);
        if self.settings.checksum == Checksum::Absent {
            self.complete(false, sink);
        }
    }

    fn check(&mut self, byte: u8, sink: &mut impl FnMut(Found)) {
        let expected = check_of(&self.frame);
        if byte & 0x7F == expected {
            self.complete(true, sink);
        } else if self.settings.checksum == Checksum::Either && byte == STX {
            self.complete(false, sink);
            self.outside(byte, sink);
        } else {
            self.fail(ToledoError::Check { expected, found: byte }, byte, sink);
        }
    }

    fn complete(&mut self, checked: bool, sink: &mut impl FnMut(Found)) {
        sink(ToledoFrame::parse(&self.frame, checked, self.settings.dummy_zeros));
        self.reset();
    }

    fn fail(&mut self, error: ToledoError, last: u8, sink: &mut impl FnMut(Found)) {
        sink(Err(error));
        self.reset();
        self.noisy = true;
        if last == STX {
            self.outside(last, sink);
        }
    }

    fn keep(&mut self, byte: u8) {
        let kept = self.frame.push(byte);
        debug_assert!(kept.is_ok(), "CR comes before the frame is full");
    }
}
