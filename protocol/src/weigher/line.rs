//! Lines that end with CR LF.

use crate::dialect::Waiting;
use heapless::Vec;

/// Longest line, end included, bytes.
pub const LINE_MAX: usize = 128;

/// What can be wrong with a line. The line is dropped and counted; the port stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Nothing before CR LF.
    Empty,
    /// No CR LF within [`LINE_MAX`] bytes.
    TooLong,
    /// A byte that no line has; a zero is mostly a byte with a parity error. CR or LF: the other one was lost.
    Character(u8),
    /// A number that is none.
    Number,
    /// Words in no known order.
    Grammar,
}

impl LineError {
    /// A stable word for counters and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too long",
            Self::Character(_) => "character",
            Self::Number => "number",
            Self::Grammar => "grammar",
        }
    }
}

impl core::fmt::Display for LineError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Character(byte) => write!(f, "character: {byte:#04x}"),
            Self::TooLong => write!(f, "too long: no end within {LINE_MAX} bytes"),
            Self::Empty | Self::Number | Self::Grammar => f.write_str(self.word()),
        }
    }
}

/// Cuts bytes into lines, one byte at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    line: Vec<u8, LINE_MAX>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// In a line, or between two.
    #[default]
    Line,
    /// CR has come.
    Return,
    /// In a bad line, which has been told: nothing is kept.
    Skip,
    /// CR has come in a bad line.
    SkipReturn,
}

impl Lines {
    /// Takes one byte. `Some(Ok(()))`: [`Lines::line`] is complete, until [`Lines::next`] is called.
    pub(super) fn byte(&mut self, byte: u8) -> Option<Result<(), LineError>> {
        match (self.state, byte) {
            (State::Line, b'\r') => self.go(State::Return),
            (State::Line, b'\n') => self.refuse(State::Line, LineError::Character(byte)),
            (State::Line, _) => self.keep(byte),
            (State::Return, b'\n') => self.end(),
            (State::Return, _) => {
                // LF was lost: the next line begins here. A second error in the same byte is not told.
                self.next();
                let _ = self.byte(byte);
                Some(Err(LineError::Character(b'\r')))
            }
            (State::Skip, b'\r') => self.go(State::SkipReturn),
            (State::Skip | State::SkipReturn, b'\n') => self.go(State::Line),
            (State::Skip, _) => None,
            (State::SkipReturn, _) => {
                self.next();
                self.byte(byte)
            }
        }
    }

    /// The line without its end.
    pub(super) fn line(&self) -> &[u8] {
        &self.line
    }

    /// Makes room for the next line.
    pub(super) fn next(&mut self) {
        self.line.clear();
        self.state = State::Line;
    }

    pub(super) fn pending(&self) -> usize {
        self.line.len() + usize::from(self.state == State::Return)
    }

    pub(super) fn waiting(&self) -> Waiting {
        match self.state {
            State::Line if self.line.is_empty() => Waiting::Start,
            State::Skip | State::SkipReturn => Waiting::Start,
            State::Line => Waiting::End,
            State::Return => Waiting::RestOfEnd,
        }
    }

    fn go(&mut self, state: State) -> Option<Result<(), LineError>> {
        self.state = state;
        None
    }

    fn keep(&mut self, byte: u8) -> Option<Result<(), LineError>> {
        if !matches!(byte, 0x20..=0x7E) {
            return self.refuse(State::Skip, LineError::Character(byte));
        }
        if self.line.len() + 2 >= LINE_MAX || self.line.push(byte).is_err() {
            return self.refuse(State::Skip, LineError::TooLong);
        }
        None
    }

    fn end(&mut self) -> Option<Result<(), LineError>> {
        self.state = State::Line;
        Some(if self.line.is_empty() { Err(LineError::Empty) } else { Ok(()) })
    }

    fn refuse(&mut self, state: State, error: LineError) -> Option<Result<(), LineError>> {
        self.line.clear();
        self.state = state;
        Some(Err(error))
    }
}
