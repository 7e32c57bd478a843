//! What a tty hands over when it marks parity errors and breaks (termios INPCK and PARMRK).
//!
//! A byte with a parity error comes as FF 00 and the byte, a break as FF 00 00, a real FF as FF FF.

/// One event of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TtyEvent {
    /// A good byte.
    Byte(u8),
    /// A byte with a parity or framing error. It must not be used as data.
    ParityError {
        /// Place of the mark in the stream, bytes since the port was opened.
        offset: u64,
        /// The byte as it was received.
        byte: u8,
    },
    /// A break, or a zero with a parity error: nobody can tell these two apart.
    Break {
        /// Place of the mark in the stream.
        offset: u64,
    },
    /// A zero on a port that marks nothing: a real zero, a parity error or a break, and no telling which. Decoders get
    /// it as a zero, which none of them takes for text, so that the frame around it is dropped.
    Unclear {
        /// Place in the stream.
        offset: u64,
    },
    /// FF followed by neither FF nor 00: no tty with PARMRK sends that, so the port does not mark.
    NoMark {
        /// Place of the FF in the stream.
        offset: u64,
        /// What followed; it is taken on its own.
        byte: u8,
    },
}

impl TtyEvent {
    /// The byte for the decoder: of damaged ones a zero, which breaks the frame that it stands in.
    #[must_use]
    pub const fn data(self) -> u8 {
        match self {
            Self::Byte(byte) => byte,
            Self::ParityError { .. } | Self::Break { .. } | Self::Unclear { .. } | Self::NoMark { .. } => 0,
        }
    }
}

/// How the port hands over damaged bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TtyMarks {
    /// INPCK and PARMRK: they are marked.
    #[default]
    Parmrk,
    /// INPCK only: they come as zeros.
    Zeros,
}

/// Takes the marks out of a port's bytes; any split gives the same events.
#[derive(Clone, Copy, Debug, Default)]
pub struct TtyUnmark {
    marks: TtyMarks,
    offset: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Plain,
    /// FF has come.
    Mark,
    /// FF 00 has come.
    Zero,
}

impl TtyUnmark {
    /// A decoder for a port that was just opened.
    #[must_use]
    pub fn new(marks: TtyMarks) -> Self {
        Self { marks, ..Self::default() }
    }

    /// Takes bytes; `sink` gets the events.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(TtyEvent)) {
        for &byte in bytes {
            self.byte(byte, sink);
            self.offset += 1;
        }
    }

    /// Bytes of a mark that has begun, 0 to 2.
    #[must_use]
    pub fn pending(&self) -> usize {
        match self.state {
            State::Plain => 0,
            State::Mark => 1,
            State::Zero => 2,
        }
    }

    fn byte(&mut self, byte: u8, sink: &mut impl FnMut(TtyEvent)) {
        let state = core::mem::take(&mut self.state);
        match (state, byte) {
            (State::Plain, 0) if self.marks == TtyMarks::Zeros => sink(TtyEvent::Unclear { offset: self.offset }),
            (State::Plain, 0xFF) if self.marks == TtyMarks::Parmrk => self.state = State::Mark,
            (State::Plain, _) => sink(TtyEvent::Byte(byte)),
            (State::Mark, 0xFF) => sink(TtyEvent::Byte(byte)),
            (State::Mark, 0) => self.state = State::Zero,
            (State::Mark, _) => {
                sink(TtyEvent::NoMark { offset: self.offset - 1, byte });
                sink(TtyEvent::Byte(byte));
            }
            (State::Zero, 0) => sink(TtyEvent::Break { offset: self.offset - 2 }),
            (State::Zero, _) => sink(TtyEvent::ParityError { offset: self.offset - 2, byte }),
        }
    }
}
