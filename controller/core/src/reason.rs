//! The codes of the rules, and the sentence that an operator reads.

use crate::output::Reason;

impl Reason {
    /// All codes, in the order of the rules.
    pub const ALL: [Self; 32] = [
        Self::Trk,
        Self::Flu,
        Self::Ovl,
        Self::Gap,
        Self::Nrd,
        Self::Mrd,
        Self::Dup,
        Self::Ndt,
        Self::Sec,
        Self::Dnl,
        Self::Rfs,
        Self::Ins,
        Self::Hld,
        Self::Cus,
        Self::Ovw,
        Self::Ovs,
        Self::Wmm,
        Self::Nwt,
        Self::Shc,
        Self::Nfl,
        Self::Erl,
        Self::Lat,
        Self::Cnx,
        Self::Ful,
        Self::Jam,
        Self::Lck,
        Self::Dis,
        Self::Nct,
        Self::Rat,
        Self::Shg,
        Self::Rcx,
        Self::Ok,
    ];

    /// The stable code, as written in plans, on screens and in reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().0
    }

    /// The sentence that an operator reads.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        self.entry().1
    }

    /// Number of the rule of the design's table that gives this code.
    #[must_use]
    pub fn rule(self) -> u8 {
        self.entry().2
    }

    /// Finds a code by its text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// True for codes that always ride to the end of the line, whatever the plan says.
    #[must_use]
    pub fn rides_on(self) -> bool {
        self.rule() == 1
    }

    #[rustfmt::skip]
    fn entry(self) -> (&'static str, &'static str, u8) {
        match self {
            Self::Trk => ("TRK", "its place on the belt is in doubt", 1),
            Self::Flu => ("FLU", "it was on the belt when the belt became unknown", 1),
            Self::Ovl => ("OVL", "it is longer than the line may carry", 1),
            Self::Gap => ("GAP", "it is too close to its neighbour", 1),
            Self::Nrd => ("NRD", "no scanner read a code", 2),
            Self::Mrd => ("MRD", "labels of several parcels were read", 2),
            Self::Dup => ("DUP", "its plate is on another item as well", 2),
            Self::Ndt => ("NDT", "the host knows no parcel with its codes", 3),
            Self::Sec => ("SEC", "security has not cleared it", 4),
            Self::Dnl => ("DNL", "customs says: do not load", 5),
            Self::Rfs => ("RFS", "customs wants it screened", 5),
            Self::Ins => ("INS", "customs wants to inspect it", 5),
            Self::Hld => ("HLD", "customs holds it", 5),
            Self::Cus => ("CUS", "customs has not assessed it yet", 5),
            Self::Ovw => ("OVW", "it is too heavy", 6),
            Self::Ovs => ("OVS", "it is too large", 6),
            Self::Wmm => ("WMM", "its weight is far from the declared one", 6),
            Self::Nwt => ("NWT", "it has no weight, and its product needs one", 6),
            Self::Shc => ("SHC", "its flight does not accept its handling code", 7),
            Self::Nfl => ("NFL", "no flight goes to its destination", 8),
            Self::Erl => ("ERL", "its flight is not open yet", 8),
            Self::Lat => ("LAT", "its flight is past the cut-off", 8),
            Self::Cnx => ("CNX", "its flight is cancelled", 8),
            Self::Ful => ("FUL", "the chute is full", 9),
            Self::Jam => ("JAM", "the chute is jammed", 9),
            Self::Lck => ("LCK", "the chute is locked for a container change", 9),
            Self::Dis => ("DIS", "the chute is out of service", 9),
            Self::Nct => ("NCT", "no container is open at the chute", 9),
            Self::Rat => ("RAT", "the chute's rate limit is reached", 9),
            Self::Shg => ("SHG", "the gap is too short for the divert", 9),
            Self::Rcx => ("RCX", "the chute cannot be reached on this pass, and there is no other", 9),
            Self::Ok => ("OK", "sorted to its flight", 10),
        }
    }
}
