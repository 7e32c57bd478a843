//! The names of what can be decoded, and what an unfinished decoder is waiting for.

/// Everything that can be decoded from a capture, by the name that configuration and command line use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Read results of SICK CLV and Lector scanners, and their CoLa-A answers.
    SickClv,
    /// Read results of Datalogic scanners.
    Datalogic,
    /// Mettler-Toledo standard interface command set.
    MtSics,
    /// Toledo continuous output.
    ToledoContinuous,
    /// A code with its AIM symbology identifier; no framing.
    AimId,
    /// COBS frames, whatever they carry.
    Cobs,
    /// What a tty hands over when it marks parity errors and breaks.
    TtyParmrk,
    /// The line board's link.
    BoardLink,
}

impl Dialect {
    /// All of them, in the order in which they are listed to users.
    pub const ALL: [Self; 8] = [
        Self::SickClv,
        Self::Datalogic,
        Self::MtSics,
        Self::ToledoContinuous,
        Self::AimId,
        Self::Cobs,
        Self::TtyParmrk,
        Self::BoardLink,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SickClv => "sick-clv",
            Self::Datalogic => "datalogic",
            Self::MtSics => "mt-sics",
            Self::ToledoContinuous => "toledo-continuous",
            Self::AimId => "aim-id",
            Self::Cobs => "cobs",
            Self::TtyParmrk => "tty-parmrk",
            Self::BoardLink => "board-link",
        }
    }

    /// The dialect of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}

/// What a decoder needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The start of a frame: nothing is pending.
    Start,
    /// The end of the frame that has begun.
    End,
    /// The rest of an end of several bytes, of which the first has come.
    RestOfEnd,
    /// The check behind the end.
    Check,
}
