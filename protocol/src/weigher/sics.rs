//! MT-SICS: commands and replies as lines of text.

use super::line::{LineError, Lines};
use super::sics_parse;
use super::{Decimal, Unit, WeightReading, WeightStatus};
use crate::dialect::Waiting;
use heapless::{String, Vec};

/// The second word of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SicsState {
    /// `S`.
    Stable,
    /// `D`: not steady.
    Dynamic,
    /// `A`: done; the last of several lines.
    Done,
    /// `B`: more lines follow.
    More,
    /// `I`: cannot be done now.
    NotExecutable,
    /// `L`: a wrong parameter.
    Parameter,
    /// `+`: beyond the upper limit.
    Upper,
    /// `-`: beyond the lower limit.
    Lower,
}

/// A reply that names no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SicsError {
    /// `ES`.
    Syntax,
    /// `ET`.
    Transmission,
    /// `EL`.
    Logical,
    /// `EI`.
    NotExecutable,
}

impl SicsError {
    /// Its meaning in words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Transmission => "transmission",
            Self::Logical => "logical",
            Self::NotExecutable => "not executable now",
        }
    }
}

/// A reply to a command, or a line of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SicsReply {
    /// The command.
    pub command: String<8>,
    /// What became of it.
    pub state: SicsState,
    /// The weight, for weighing commands.
    pub value: Option<Decimal>,
    /// Unit of the weight; [`Unit::Other`] without one.
    pub unit: Unit,
    /// The unit as it came, also one that this line cannot use; empty without a weight.
    pub symbol: String<5>,
    /// The number before the texts, in lists.
    pub level: Option<u8>,
    /// Texts in quotes.
    pub texts: Vec<String<32>, 8>,
}

impl SicsReply {
    /// True for a command that answers with the weight on the platform.
    #[must_use]
    pub fn is_weight(&self) -> bool {
        matches!(self.command.as_str(), "S" | "SI" | "SIR" | "SR" | "SNR")
    }

    /// The state in words.
    #[must_use]
    pub fn state_word(&self) -> &'static str {
        let zero = self.command.starts_with('Z');
        match self.state {
            SicsState::Stable => "stable",
            SicsState::Dynamic => "dynamic",
            SicsState::Done => "done",
            SicsState::More => "more",
            SicsState::NotExecutable => "not_executable",
            SicsState::Parameter => "wrong_parameter",
            SicsState::Upper if zero => "upper_limit_of_zero_range",
            SicsState::Lower if zero => "lower_limit_of_zero_range",
            SicsState::Upper => "overload",
            SicsState::Lower => "underload",
        }
    }
}

/// One line of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MtSicsMessage {
    /// A reply.
    Reply(SicsReply),
    /// A command was not understood or not possible.
    Error(SicsError),
    /// A command itself: an adapter's echo, or a capture of both ways.
    Command(WeigherCommand),
}

impl MtSicsMessage {
    /// The weight in it; `None` if it answers something else.
    #[must_use]
    pub fn reading(&self) -> Option<WeightReading> {
        let Self::Reply(reply) = self else { return None };
        if !reply.is_weight() {
            return None;
        }
        let status = match reply.state {
            SicsState::Stable if reply.unit == Unit::Other => WeightStatus::Unusable,
            SicsState::Stable if reply.value.is_some_and(|value| value.digits < 0) => WeightStatus::Negative,
            SicsState::Stable => WeightStatus::Stable,
            SicsState::Dynamic => WeightStatus::Motion,
            SicsState::Upper => WeightStatus::Overload,
            SicsState::Lower => WeightStatus::Underload,
            SicsState::NotExecutable | SicsState::Parameter | SicsState::Done | SicsState::More => {
                WeightStatus::NotReady
            }
        };
        Some(WeightReading { status, value: reply.value, unit: reply.unit, net: false })
    }
}

/// Decodes what one MT-SICS port receives; any split of a stream gives the same messages and errors.
#[derive(Clone, Debug, Default)]
pub struct MtSicsDecoder {
    lines: Lines,
}

impl MtSicsDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes; `sink` gets each message and each error in the order of their last bytes.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Result<MtSicsMessage, LineError>)) {
        for &byte in bytes {
            match self.lines.byte(byte) {
                None => {}
                Some(Err(error)) => sink(Err(error)),
                Some(Ok(())) => {
                    sink(sics_parse::message(self.lines.line()));
                    self.lines.next();
                }
            }
        }
    }

    /// Bytes of a line that has begun.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.lines.pending()
    }

    /// What the line that has begun lacks.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        self.lines.waiting()
    }

    /// Forgets what is pending, as after the port was opened anew.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// What the host can tell a weigher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeigherCommand {
    /// `S`: the next stable weight.
    Stable,
    /// `SI`: the weight now.
    Now,
    /// `SIR`: the weight now and again and again.
    Repeat,
    /// `SR`: the weight on each change.
    OnChange,
    /// `Z`: zero.
    Zero,
    /// `@`: as after power-up.
    Reset,
}

impl WeigherCommand {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Stable, Self::Now, Self::Repeat, Self::OnChange, Self::Zero, Self::Reset];

    /// Its letters.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Stable => "S",
            Self::Now => "SI",
            Self::Repeat => "SIR",
            Self::OnChange => "SR",
            Self::Zero => "Z",
            Self::Reset => "@",
        }
    }

    /// What it makes the weigher do, for people.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Stable => "send the next stable weight",
            Self::Now => "send weight immediately",
            Self::Repeat => "send weight immediately and repeat",
            Self::OnChange => "send weight on each change",
            Self::Zero => "zero",
            Self::Reset => "reset",
        }
    }

    /// The command of a whole line.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.letters().as_bytes() == line)
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(self) -> Vec<u8, 8> {
        self.letters().bytes().chain(*b"\r\n").take(8).collect()
    }
}
