//! Words that a configuration file may use.

use crate::words::Words;
use sortie_core::line::{PecKind, WeigherKind};
use sortie_protocol::identifier::Role;
use sortie_protocol::scanner::ScannerSettings;
use sortie_protocol::weigher::{DummyZeros, Unit, WeigherCommand};

/// What shape a line has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Topology {
    /// From an entry to an end.
    #[default]
    Linear,
    /// A ring of carriers.
    Loop,
}

impl Words for Topology {
    const WORDS: &'static [(&'static str, Self)] = &[("linear", Self::Linear), ("loop", Self::Loop)];
}

/// Parity of a serial port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parity {
    /// No parity bit.
    #[default]
    None,
    /// Even parity.
    Even,
    /// Odd parity.
    Odd,
}

impl Words for Parity {
    const WORDS: &'static [(&'static str, Self)] = &[("none", Self::None), ("even", Self::Even), ("odd", Self::Odd)];
}

/// How a scanner speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScannerDialect {
    /// STX, fields parted by `;`, CR LF, ETX.
    SickClv,
    /// STX, fields parted by `,`, CR LF.
    Datalogic,
}

impl Words for ScannerDialect {
    const WORDS: &'static [(&'static str, Self)] = &[("sick-clv", Self::SickClv), ("datalogic", Self::Datalogic)];
}

impl ScannerDialect {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SickClv => "sick-clv",
            Self::Datalogic => "datalogic",
        }
    }

    /// The settings of the device as it is delivered.
    #[must_use]
    pub fn preset(self) -> ScannerSettings {
        match self {
            Self::SickClv => ScannerSettings::sick_clv(),
            Self::Datalogic => ScannerSettings::datalogic(),
        }
    }
}

/// How a handheld scanner speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandheldDialect {
    /// The code and an end of line, nothing else.
    Lines,
    /// As a fixed scanner of that make.
    SickClv,
    /// As a fixed scanner of that make.
    Datalogic,
}

impl Words for HandheldDialect {
    const WORDS: &'static [(&'static str, Self)] =
        &[("lines", Self::Lines), ("sick-clv", Self::SickClv), ("datalogic", Self::Datalogic)];
}

/// What ends a line of a handheld scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrameEnd {
    /// Carriage return and line feed.
    CrLf,
    /// Carriage return.
    Cr,
    /// Line feed.
    Lf,
}

impl Words for FrameEnd {
    const WORDS: &'static [(&'static str, Self)] = &[("cr-lf", Self::CrLf), ("cr", Self::Cr), ("lf", Self::Lf)];
}

impl FrameEnd {
    /// Its bytes.
    #[must_use]
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::Lf => b"\n",
        }
    }
}

/// How a weigher speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeigherDialect {
    /// Lines of text, `S S     100.00 g`.
    MtSics,
    /// STX, three status bytes, weight, tare, CR, checksum.
    ToledoContinuous,
}

impl WeigherDialect {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MtSics => "mt-sics",
            Self::ToledoContinuous => "toledo-continuous",
        }
    }
}

impl Words for WeigherDialect {
    const WORDS: &'static [(&'static str, Self)] =
        &[("mt-sics", Self::MtSics), ("toledo-continuous", Self::ToledoContinuous)];
}

/// Side of the belt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Left, seen in the direction of travel.
    Left,
    /// Right, seen in the direction of travel.
    Right,
}

impl Words for Side {
    const WORDS: &'static [(&'static str, Self)] = &[("left", Self::Left), ("right", Self::Right)];
}

impl Words for PecKind {
    const WORDS: &'static [(&'static str, Self)] =
        &[("entry", Self::Entry), ("belt", Self::Belt), ("end-of-line", Self::EndOfLine)];
}

impl Words for WeigherKind {
    const WORDS: &'static [(&'static str, Self)] = &[("stream", Self::Stream), ("checkweigher", Self::Checkweigher)];
}

impl Words for Role {
    const WORDS: &'static [(&'static str, Self)] =
        &[("plate", Self::Plate), ("shared", Self::Shared), ("ignore", Self::Ignore)];
}

impl Words for DummyZeros {
    const WORDS: &'static [(&'static str, Self)] = &[("sent", Self::Sent), ("added", Self::Added)];
}

impl Words for WeigherCommand {
    const WORDS: &'static [(&'static str, Self)] = &[("SIR", Self::Repeat), ("SR", Self::OnChange)];
}

impl Words for Unit {
    const WORDS: &'static [(&'static str, Self)] =
        &[("g", Self::Gram), ("kg", Self::Kilogram), ("lb", Self::Pound), ("oz", Self::Ounce), ("t", Self::Tonne)];
}
