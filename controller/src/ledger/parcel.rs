//! What is known of a parcel, and where it was last.

use super::container::PieceAt;
use serde::Serialize;
use sortie_core::output::{HoldVerdict, Reason};
use sortie_core::records::{CodeText, Customs, Destination, FlightKey, ParcelRecord, Security};

/// Where a parcel was last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// On the belt.
    Riding,
    /// In a chute, by number.
    Chute(u16),
    /// It rode off at the end of line.
    EndOfLine,
    /// It was on the belt, and did not come to its end.
    Lost,
    /// It was on the belt when the belt became unknown.
    Unknown,
}

/// One parcel.
#[derive(Clone, Debug)]
pub(super) struct ParcelBook {
    pub(super) plates: heapless::Vec<CodeText, 4>,
    pub(super) destination: Destination,
    pub(super) booked: Option<FlightKey>,
    pub(super) customs: Customs,
    pub(super) security: Security,
    pub(super) declared_g: u32,
    /// What became of it when it was last on the line.
    pub(super) last: Option<Last>,
    /// The piece that stands for it.
    pub(super) piece: Option<PieceAt>,
    /// Its newest open entry of the pull list.
    pub(super) pull: Option<u32>,
    /// The entry by which somebody found it, and who, until it is on the line again.
    pub(super) found: Option<(u32, String)>,
    /// The newest answer to a hold.
    pub(super) answer: Option<HoldVerdict>,
    pub(super) departed: bool,
}

/// A parcel on the line.
#[derive(Clone, Debug)]
pub(super) struct Last {
    pub(super) item: u32,
    pub(super) code: Reason,
    pub(super) flight: Option<FlightKey>,
    pub(super) moved_from: Option<(FlightKey, Reason)>,
    pub(super) place: Place,
    /// The chute that it was bound for, if any.
    pub(super) bound_for: Option<u16>,
}

impl ParcelBook {
    pub(super) fn new(record: &ParcelRecord) -> Self {
        let mut book = Self {
            plates: heapless::Vec::new(),
            destination: record.destination,
            booked: None,
            customs: record.customs,
            security: record.security,
            declared_g: 0,
            last: None,
            piece: None,
            pull: None,
            found: None,
            answer: None,
            departed: false,
        };
        book.say(record);
        book
    }

    /// The host says something new of it.
    pub(super) fn say(&mut self, record: &ParcelRecord) {
        self.plates.clone_from(&record.plates);
        self.destination = record.destination;
        self.booked = record.flight;
        (self.customs, self.security) = (record.customs, record.security);
        self.declared_g = record.declared_g;
        self.departed = false;
    }

    /// The code by which its present state bars it, if it does.
    pub(super) fn barred(&self) -> Option<Reason> {
        match (self.security, self.customs) {
            (Security::Alarm | Security::NotScreened, _) => Some(Reason::Sec),
            (_, Customs::DoNotLoad) => Some(Reason::Dnl),
            (_, Customs::ScreeningWanted) => Some(Reason::Rfs),
            (_, Customs::Inspection) => Some(Reason::Ins),
            (_, Customs::Hold) => Some(Reason::Hld),
            (_, Customs::NotLodged | Customs::Assessing) => Some(Reason::Cus),
            (_, Customs::Released) => None,
        }
    }
}
