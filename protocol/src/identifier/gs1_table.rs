//! The application identifiers that appear on transport labels, and their rules.

/// Application identifiers that must all be there.
pub(super) type Need = &'static [&'static str];

/// Rules of one application identifier, or of a run of them with one layout.
#[derive(Debug)]
pub(super) struct Ai {
    first: &'static str,
    last: &'static str,
    /// Digits of the identifier itself.
    pub(super) digits: usize,
    /// Fewest and most characters of the value.
    pub(super) min: usize,
    pub(super) max: usize,
    /// So many leading characters must be digits.
    pub(super) numeric: usize,
    /// So many leading digits carry a check digit.
    pub(super) checked: usize,
    /// One of these must be fulfilled, if there are any.
    pub(super) needs: &'static [Need],
    /// None of these may be there.
    pub(super) excludes: &'static [&'static str],
}

impl Ai {
    /// True if its value has one length only, so that nothing marks its end.
    pub(super) fn is_fixed(&self) -> bool {
        self.min == self.max
    }

    const fn new(first: &'static str, last: &'static str, (min, max): (usize, usize), numeric: usize) -> Self {
        Self { first, last, digits: first.len(), min, max, numeric, checked: 0, needs: &[], excludes: &[] }
    }

    /// `length` digits.
    const fn digits(first: &'static str, last: &'static str, length: usize) -> Self {
        Self::new(first, last, (length, length), length)
    }

    /// Up to `max` characters.
    const fn text(first: &'static str, last: &'static str, max: usize) -> Self {
        Self::new(first, last, (1, max), 0)
    }

    const fn checked(mut self) -> Self {
        self.checked = self.max;
        self
    }

    const fn needs(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }

    const fn excludes(mut self, excludes: &'static [&'static str]) -> Self {
        self.excludes = excludes;
        self
    }
}

const WITH_SSCC: &[Need] = &[&["00"]];
const WITH_UNIT: &[Need] = &[&["00"], &["01"]];
const WITH_GTIN: &[Need] = &[&["01"], &["03"], &["8006"]];

static TABLE: &[Ai] = &[
    Ai::digits("00", "00", 18).checked(),
    Ai::digits("01", "01", 14).checked().excludes(&["255", "37"]),
    Ai::digits("02", "02", 14).checked().needs(&[&["37"]]).excludes(&["01", "03"]),
    Ai::digits("03", "03", 14).checked().excludes(&["01", "02", "37"]),
    Ai::text("10", "10", 20),
    Ai::digits("11", "13", 6),
    Ai::digits("15", "17", 6),
    Ai::digits("20", "20", 2),
    Ai::text("21", "21", 20).needs(WITH_GTIN).excludes(&["235"]),
    Ai::text("22", "22", 20),
    Ai::text("235", "235", 28),
    Ai::text("240", "241", 30),
    Ai::new("242", "242", (1, 6), 6),
    Ai::text("243", "243", 20),
    Ai::text("250", "251", 30),
    Ai::new("30", "30", (1, 8), 8),
    Ai::digits("3100", "3105", 6),
    Ai::digits("3300", "3305", 6).needs(WITH_UNIT),
    Ai::new("37", "37", (1, 8), 8).needs(&[&["00", "02"], &["00", "8026"]]),
    Ai::text("400", "401", 30),
    Ai::digits("402", "402", 17).checked(),
    Ai::text("403", "403", 30).needs(WITH_SSCC),
    Ai::digits("410", "417", 13).checked(),
    Ai::text("420", "420", 20).excludes(&["421"]),
    Ai::new("421", "421", (4, 12), 3),
    Ai::text("4300", "4306", 70).needs(WITH_SSCC),
    Ai::new("4307", "4307", (2, 2), 0).needs(WITH_SSCC),
    Ai::text("4308", "4308", 30).needs(WITH_SSCC),
    Ai::digits("4309", "4309", 20).needs(WITH_SSCC),
    Ai::text("4310", "4316", 70).needs(WITH_SSCC),
    Ai::new("4317", "4317", (2, 2), 0).needs(WITH_SSCC),
    Ai::text("4318", "4320", 35).needs(WITH_SSCC),
    Ai::digits("4321", "4323", 1).needs(WITH_SSCC),
    Ai::digits("4324", "4325", 10).needs(WITH_SSCC),
    Ai::digits("4326", "4326", 6).needs(WITH_SSCC),
    Ai::new("4330", "4333", (6, 7), 6).needs(WITH_SSCC),
    Ai::digits("8006", "8006", 18),
    Ai::digits("8026", "8026", 18).needs(&[&["37"]]),
    Ai::text("8030", "8030", 90),
    Ai::text("90", "90", 30),
    Ai::text("91", "99", 90),
];

/// The rule of the identifier with which `data` begin.
pub(super) fn find(data: &[u8]) -> Option<&'static Ai> {
    TABLE.iter().find(|ai| {
        let head = data.get(..ai.digits);
        head.is_some_and(|head| {
            head.iter().all(u8::is_ascii_digit) && ai.first.as_bytes() <= head && head <= ai.last.as_bytes()
        })
    })
}
