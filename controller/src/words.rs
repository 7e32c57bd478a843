//! The words of the files for the core's terms, written once.

use sortie_core::plan::ContainerKind;
use sortie_core::records::{Customs, FlightOrder, Mode, Security, Traffic};

/// A set of words, each with its meaning.
pub(crate) trait Words: Copy + 'static {
    /// Every word that may be written.
    const WORDS: &'static [(&'static str, Self)];
}

impl Words for Customs {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("not-lodged", Self::NotLodged),
        ("assessing", Self::Assessing),
        ("released", Self::Released),
        ("hold", Self::Hold),
        ("screening-wanted", Self::ScreeningWanted),
        ("inspection", Self::Inspection),
        ("do-not-load", Self::DoNotLoad),
    ];
}

impl Words for Security {
    const WORDS: &'static [(&'static str, Self)] =
        &[("not-screened", Self::NotScreened), ("screened", Self::Screened), ("alarm", Self::Alarm)];
}

impl Words for Mode {
    const WORDS: &'static [(&'static str, Self)] = &[("air", Self::Air), ("road", Self::Road)];
}

impl Words for Traffic {
    const WORDS: &'static [(&'static str, Self)] =
        &[("export", Self::Export), ("import", Self::Import), ("transit", Self::Transit)];
}

impl Words for FlightOrder {
    const WORDS: &'static [(&'static str, Self)] =
        &[("planned", Self::Planned), ("cancelled", Self::Cancelled), ("closed", Self::Closed)];
}

impl Words for ContainerKind {
    const WORDS: &'static [(&'static str, Self)] = &[("uld", Self::Uld), ("bag", Self::Bag), ("cage", Self::Cage)];
}
