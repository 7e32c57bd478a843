//! SICK's CoLa-A: commands to the scanner and its answers, between STX and ETX.

use heapless::Vec;

/// The three letters that begin a telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColaKind {
    /// `sRN`: read a variable.
    Read,
    /// `sRA`: answer to it.
    ReadAnswer,
    /// `sWN`: write a variable.
    Write,
    /// `sWA`: answer to it.
    WriteAnswer,
    /// `sMN`: call a method.
    Method,
    /// `sAN`: result of the method.
    MethodResult,
    /// `sMA`: the method was started.
    MethodAccepted,
    /// `sEN`: subscribe to an event.
    Event,
    /// `sEA`: answer to it.
    EventAnswer,
    /// `sSN`: the event.
    EventSent,
    /// `sFA`: refused, with an error number.
    Failed,
}

const KINDS: [(&str, ColaKind); 11] = [
    ("sRN", ColaKind::Read),
    ("sRA", ColaKind::ReadAnswer),
    ("sWN", ColaKind::Write),
    ("sWA", ColaKind::WriteAnswer),
    ("sMN", ColaKind::Method),
    ("sAN", ColaKind::MethodResult),
    ("sMA", ColaKind::MethodAccepted),
    ("sEN", ColaKind::Event),
    ("sEA", ColaKind::EventAnswer),
    ("sSN", ColaKind::EventSent),
    ("sFA", ColaKind::Failed),
];

impl ColaKind {
    /// Its three letters.
    #[must_use]
    pub fn letters(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(letters, _)| letters)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        KINDS.iter().find(|(letters, _)| letters.as_bytes() == bytes).map(|(_, kind)| *kind)
    }
}

/// Error number of an `sFA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColaError(
    /// The number, hexadecimal on the wire.
    pub u32,
);

impl ColaError {
    /// Its name in the maker's lists; empty for a number that they do not have.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            0 => "OK",
            1 => "METHODIN_ACCESSDENIED",
            2 => "METHODIN_UNKNOWNINDEX",
            3 => "VARIABLE_UNKNOWNINDEX",
            4 => "LOCALCONDITIONFAILED",
            5 => "INVALID_DATA",
            6 => "UNKNOWN_ERROR",
            7 => "BUFFER_OVERFLOW",
            8 => "BUFFER_UNDERFLOW",
            9 => "ERROR_UNKNOWN_TYPE",
            10 => "VARIABLE_WRITE_ACCESSDENIED",
            _ => "",
        }
    }
}

/// One telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColaTelegram {
    /// What it is.
    pub kind: ColaKind,
    /// Variable, method or event; empty for [`ColaKind::Failed`].
    pub name: Vec<u8, 32>,
    /// First argument, if it is a hexadecimal number of at most 8 digits.
    pub number: Option<u32>,
    /// Everything behind the name, as it came; what goes beyond 64 bytes is cut off.
    pub arguments: Vec<u8, 64>,
}

impl ColaTelegram {
    /// True if a frame's content begins like a telegram.
    pub(super) fn is_one(content: &[u8]) -> bool {
        let (kind, rest) = content.split_at_checked(3).unwrap_or_default();
        ColaKind::of(kind).is_some() && rest.first().is_none_or(|byte| *byte == b' ')
    }

    /// The telegram in a frame's content.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        let (kind, rest) = content.split_at_checked(3)?;
        let kind = ColaKind::of(kind)?;
        let rest = rest.strip_prefix(b" ")?;
        let place = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
        let (name, arguments) = if kind == ColaKind::Failed { (&b""[..], rest) } else { rest.split_at_checked(place)? };
        let arguments = arguments.strip_prefix(b" ").unwrap_or(arguments);
        let number = arguments.split(|byte| *byte == b' ').next().and_then(hexadecimal);
        let complete = if kind == ColaKind::Failed { number.is_some() } else { !name.is_empty() };
        let arguments = Vec::from_slice(arguments.get(..64).unwrap_or(arguments)).ok()?;
        complete.then_some(Self { kind, name: Vec::from_slice(name).ok()?, number, arguments })
    }

    /// Why the device refused, for [`ColaKind::Failed`].
    #[must_use]
    pub fn error(&self) -> Option<ColaError> {
        self.number.filter(|_| self.kind == ColaKind::Failed).map(ColaError)
    }

    /// Result of a method: 0 is a refusal, though the telegram is well formed.
    #[must_use]
    pub fn result(&self) -> Option<u32> {
        self.number.filter(|_| self.kind == ColaKind::MethodResult)
    }

    /// True if the device did not do what it was told.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.kind == ColaKind::Failed || self.result() == Some(0)
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0, |number: u32, byte| Some(number << 4 | char::from(*byte).to_digit(16)?))
}

/// What the host can tell a scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScannerCommand {
    /// Open the reading gate.
    GateOn,
    /// Close the reading gate.
    GateOff,
    /// Ask for name and version.
    Identify,
}

impl ScannerCommand {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::GateOn, Self::GateOff, Self::Identify];

    /// Kind of the telegram that carries it.
    #[must_use]
    pub const fn kind(self) -> ColaKind {
        match self {
            Self::GateOn | Self::GateOff => ColaKind::Method,
            Self::Identify => ColaKind::Read,
        }
    }

    /// Name of its method or variable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GateOn => "mTCgateon",
            Self::GateOff => "mTCgateoff",
            Self::Identify => "DeviceIdent",
        }
    }

    /// What it makes the scanner do, for people.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::GateOn => "reading gate on",
            Self::GateOff => "reading gate off",
            Self::Identify => "tell name and version",
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(self) -> Vec<u8, 24> {
        let parts = [&b"\x02"[..], self.kind().letters().as_bytes(), b" ", self.name().as_bytes(), b"\x03"];
        parts.into_iter().flatten().copied().take(24).collect()
    }
}
