//! The rules in their order, their codes, and what people read of each.
//!
//! [`RULES`] is walked by the allocation as it stands here, and everything that is said of the rules (the order of the
//! codes, `sortie explain`, `codes.md`) is made from it: they cannot disagree.

use crate::output::Reason;

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its number, and its place in the order.
    pub number: u8,
    /// What it looks at.
    pub looks_at: &'static str,
    /// The codes that it gives, in the order in which it tries them.
    pub codes: &'static [Code],
    pub(crate) judge: Judge,
}

/// One code of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The reason that it stands for.
    pub reason: Reason,
    /// The stable code, as written in plans, on screens and in reports.
    pub text: &'static str,
    /// The sentence that an operator reads.
    pub sentence: &'static str,
    /// What a person can do about it.
    pub remedy: &'static str,
}

/// Which part of the allocation judges a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judge {
    Tracking,
    Identity,
    Parcel,
    Security,
    Customs,
    Measures,
    Handling,
    Flight,
    Outlets,
    Sorted,
}

const fn code(reason: Reason, text: &'static str, sentence: &'static str, remedy: &'static str) -> Code {
    Code { reason, text, sentence, remedy }
}

/// Number of codes.
const CODE_COUNT: usize = 32;

/// The rules in the order in which they are tried; the first that applies decides.
pub static RULES: [Rule; 10] = [
    Rule {
        number: 1,
        looks_at: "whether it is certain where the item is, and whether it can be diverted at all",
        judge: Judge::Tracking,
        codes: &[
            code(
                Reason::Trk,
                "TRK",
                "its place on the belt is in doubt",
                "take it from the end of line and induct it again; if many come, look for a sensor that an alarm \
                 names, for parcels that slip, and for hands on the belt",
            ),
            code(
                Reason::Flu,
                "FLU",
                "it was on the belt when the belt became unknown",
                "take it from the end of line and induct it again; it happens after power-up, a restart of the board \
                 and lost events, and ends when the belt has emptied once",
            ),
            code(
                Reason::Ovl,
                "OVL",
                "it is longer than the line may carry",
                "sort it by hand; two parcels that touch look like one long one: induct those one by one",
            ),
            code(
                Reason::Gap,
                "GAP",
                "it is too close to its neighbour",
                "induct it again with a larger gap; if many come, look at the induction's spacing",
            ),
        ],
    },
    Rule {
        number: 2,
        looks_at: "what the scanners read",
        judge: Judge::Identity,
        codes: &[
            code(
                Reason::Nrd,
                "NRD",
                "no scanner read a code",
                "turn the label up and induct it again, or key its plate in at manual coding; if many come, clean the \
                 scanners' windows",
            ),
            code(
                Reason::Mrd,
                "MRD",
                "labels of several parcels were read",
                "cover or take off the label that is not its own, and induct it again",
            ),
            code(
                Reason::Dup,
                "DUP",
                "its plate is on another item as well",
                "compare the two; if the other discharge was taken back by hand, order its return and induct this one \
                 again",
            ),
        ],
    },
    Rule {
        number: 3,
        looks_at: "whether the host knows the parcel",
        judge: Judge::Parcel,
        codes: &[code(
            Reason::Ndt,
            "NDT",
            "the host knows no parcel with its codes",
            "ask the host for its record, or give a known parcel this label at manual coding, and induct it again",
        )],
    },
    Rule {
        number: 4,
        looks_at: "what security says, and what the plan lets board flights of that traffic",
        judge: Judge::Security,
        codes: &[code(
            Reason::Sec,
            "SEC",
            "security has not cleared it",
            "have it screened; it is sorted when security says so",
        )],
    },
    Rule {
        number: 5,
        looks_at: "what customs says, and what the plan lets board flights of that traffic",
        judge: Judge::Customs,
        codes: &[
            code(
                Reason::Dnl,
                "DNL",
                "customs says: do not load",
                "keep it apart and call the customs officer; it must not leave",
            ),
            code(Reason::Rfs, "RFS", "customs wants it screened", "have it screened, and report the result to customs"),
            code(Reason::Ins, "INS", "customs wants to inspect it", "bring it to the customs inspection"),
            code(
                Reason::Hld,
                "HLD",
                "customs holds it",
                "keep it until customs has its information; it is sorted when customs releases it",
            ),
            code(
                Reason::Cus,
                "CUS",
                "customs has not released it yet",
                "lodge its declaration or wait for the assessment, and induct it again when it is released",
            ),
        ],
    },
    Rule {
        number: 6,
        looks_at: "its weight and size against the plan's limits and the declared ones",
        judge: Judge::Measures,
        codes: &[
            code(Reason::Ovw, "OVW", "it is too heavy", "sort it by hand; the plan states the limit"),
            code(Reason::Ovs, "OVS", "it is too large", "sort it by hand; the plan states the limits"),
            code(
                Reason::Wmm,
                "WMM",
                "its weight is far from the declared one",
                "weigh it by hand, and have the record or the contents corrected; if many come, check the scale",
            ),
            code(
                Reason::Nwt,
                "NWT",
                "it has no weight, and its product needs one",
                "induct it again alone on the scale, or weigh it by hand; if many come, check the scale",
            ),
        ],
    },
    Rule {
        number: 7,
        looks_at: "its special handling codes, and which of them the flight accepts",
        judge: Judge::Handling,
        codes: &[code(
            Reason::Shc,
            "SHC",
            "its flight does not accept its handling code",
            "book it on a flight that accepts the code",
        )],
    },
    Rule {
        number: 8,
        looks_at: "which flight takes it: plan, opening, cut-off of its product, capacity",
        judge: Judge::Flight,
        codes: &[
            code(
                Reason::Nfl,
                "NFL",
                "no flight of the plan goes to its destination",
                "put a flight to its destination on file and into the plan, or book it on one",
            ),
            code(
                Reason::Erl,
                "ERL",
                "its flight is not open yet",
                "keep it, and induct it again when the flight has opened",
            ),
            code(
                Reason::Lat,
                "LAT",
                "its flight is past the cut-off",
                "book it on a later flight, or have the flight's cut-off moved",
            ),
            code(Reason::Cnx, "CNX", "its flight is cancelled", "book it on another flight"),
        ],
    },
    Rule {
        number: 9,
        looks_at: "whether an outlet can take it now",
        judge: Judge::Outlets,
        codes: &[
            code(
                Reason::Ful,
                "FUL",
                "the chute or the flight is full",
                "empty the chute or change its container; if the flight is full, book it on another one",
            ),
            code(Reason::Jam, "JAM", "the chute is jammed", "clear the chute, then end its jam"),
            code(
                Reason::Lck,
                "LCK",
                "the chute is locked, or its container is being changed",
                "finish the change of its container, or unlock it",
            ),
            code(Reason::Dis, "DIS", "the chute is out of service", "put it into service by an order, or in the plan"),
            code(Reason::Nct, "NCT", "no container is open at the chute", "put a container there and open it"),
            code(
                Reason::Rat,
                "RAT",
                "the chute's rate limit is reached",
                "nothing: it passes; if it stays, give the flight another chute or raise the rate in the plan",
            ),
            code(
                Reason::Shg,
                "SHG",
                "the gap is too short for the divert",
                "induct it again with a larger gap; if many come, look at the induction's spacing",
            ),
            code(
                Reason::Rcx,
                "RCX",
                "the chute cannot be reached any more on this pass",
                "induct it again; its divert was not made, or the change that it waited for came too late",
            ),
        ],
    },
    Rule {
        number: 10,
        looks_at: "nothing more: it is sorted",
        judge: Judge::Sorted,
        codes: &[code(Reason::Ok, "OK", "sorted to its flight", "nothing: it is where it should be")],
    },
];

/// Each code with the number of its rule, in the order of the rules.
const LIST: [(u8, Code); CODE_COUNT] = {
    let mut list = [(0, RULES[0].codes[0]); CODE_COUNT];
    let (mut next, mut rule) = (0, 0);
    while rule < RULES.len() {
        let mut index = 0;
        while index < RULES[rule].codes.len() {
            list[next] = (RULES[rule].number, RULES[rule].codes[index]);
            // Codes are counted and looked up by their place.
            assert!(list[next].1.reason as usize == next, "the codes stand in the order of `Reason`");
            next += 1;
            index += 1;
        }
        rule += 1;
        assert!(RULES[rule - 1].number as usize == rule, "a rule's number is its place");
    }
    assert!(next == CODE_COUNT, "every code stands in one rule");
    list
};

static CODES: [(u8, Code); CODE_COUNT] = LIST;

impl Reason {
    /// All codes, in the order of the rules.
    pub const ALL: [Self; CODE_COUNT] = {
        let mut list = [Self::Ok; CODE_COUNT];
        let mut index = 0;
        while index < CODE_COUNT {
            list[index] = LIST[index].1.reason;
            index += 1;
        }
        list
    };

    /// The stable code, as written in plans, on screens and in reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().text
    }

    /// The sentence that an operator reads.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        self.entry().sentence
    }

    /// What a person can do about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        self.entry().remedy
    }

    /// Number of the rule that gives this code.
    #[must_use]
    pub fn rule(self) -> u8 {
        CODES[self as usize].0
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

    fn entry(self) -> &'static Code {
        &CODES[self as usize].1
    }
}
