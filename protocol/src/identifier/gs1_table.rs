//! The application identifiers that appear on transport labels, and their rules.

/// Application identifiers that must all be there.
pub(super) type Need = &'static [&'static str];

/// Rules of one application identifier, or of a run of them with one layout.
#[derive(Debug)]
pub(super) struct Ai {
    first: &'static str,
    last: &'static str,
    /// Highest last digit of each of them.
    last_digit: u8,
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
        let digits = first.len();
        Self { first, last, last_digit: b'9', digits, min, max, numeric, checked: 0, needs: &[], excludes: &[] }
    }

    /// `length` digits.
    const fn digits(first: &'static str, last: &'static str, length: usize) -> Self {
        Self::new(first, last, (length, length), length)
    }

    /// A measure: the last digit of the identifier says how many of its six digits stand behind the point, at most five.
    const fn measure(first: &'static str, last: &'static str) -> Self {
        let mut ai = Self::digits(first, last, 6);
        ai.last_digit = b'5';
        ai
    }

    /// Up to `max` characters.
    const fn text(first: &'static str, last: &'static str, max: usize) -> Self {
        Self::new(first, last, (1, max), 0)
    }

    const fn checked(self) -> Self {
        let digits = self.max;
        self.checked_first(digits)
    }

    const fn checked_first(mut self, digits: usize) -> Self {
        self.checked = digits;
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
    Ai::new("253", "253", (13, 30), 13).checked_first(13),
    Ai::text("254", "254", 20),
    Ai::new("255", "255", (13, 25), 25).checked_first(13),
    Ai::new("30", "30", (1, 8), 8),
    // Weights, lengths, areas and volumes: of what is traded, and of what is shipped, which needs to be named.
    Ai::measure("3100", "3169"),
    Ai::measure("3200", "3299"),
    Ai::measure("3300", "3369").needs(WITH_UNIT),
    Ai::measure("3370", "3379"),
    Ai::measure("3400", "3499").needs(WITH_UNIT),
    Ai::measure("3500", "3529"),
    Ai::measure("3530", "3559").needs(WITH_UNIT),
    Ai::measure("3560", "3579"),
    Ai::measure("3600", "3619"),
    Ai::measure("3620", "3639").needs(WITH_UNIT),
    Ai::measure("3640", "3669"),
    Ai::measure("3670", "3699").needs(WITH_UNIT),
    Ai::new("37", "37", (1, 8), 8).needs(&[&["00", "02"], &["00", "8026"]]),
    Ai::new("3900", "3909", (1, 15), 15),
    Ai::new("3910", "3919", (4, 18), 18),
    Ai::new("3920", "3929", (1, 15), 15),
    Ai::new("3930", "3939", (4, 18), 18),
    Ai::digits("3940", "3943", 4),
    Ai::digits("3950", "3955", 6),
    Ai::text("400", "401", 30),
    Ai::digits("402", "402", 17).checked(),
    Ai::text("403", "403", 30).needs(WITH_SSCC),
    Ai::digits("410", "417", 13).checked(),
    Ai::text("420", "420", 20).excludes(&["421"]),
    Ai::new("421", "421", (4, 12), 3),
    Ai::digits("422", "422", 3),
    Ai::new("423", "423", (3, 15), 15),
    Ai::digits("424", "424", 3),
    Ai::new("425", "425", (3, 15), 15),
    Ai::digits("426", "426", 3),
    Ai::text("427", "427", 3),
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
    Ai::digits("7001", "7001", 13),
    Ai::text("7002", "7002", 30),
    Ai::digits("7003", "7003", 10),
    Ai::new("7004", "7004", (1, 4), 4),
    Ai::text("7005", "7005", 12),
    Ai::digits("7006", "7006", 6),
    Ai::new("7007", "7007", (6, 12), 12),
    Ai::text("7008", "7008", 3),
    Ai::text("7009", "7009", 10),
    Ai::text("7010", "7010", 2),
    Ai::new("7011", "7011", (6, 10), 10),
    Ai::text("7020", "7022", 20),
    Ai::text("7023", "7023", 30),
    Ai::new("7030", "7039", (4, 30), 3),
    Ai::new("7040", "7040", (4, 4), 1),
    Ai::text("710", "717", 20),
    Ai::new("7230", "7239", (3, 30), 0),
    Ai::text("7240", "7240", 20),
    Ai::digits("7241", "7241", 2),
    Ai::text("7242", "7242", 25),
    Ai::digits("8001", "8001", 14),
    Ai::text("8002", "8002", 20),
    // The zero in front of the 13 digits weighs nothing.
    Ai::new("8003", "8003", (14, 30), 14).checked_first(14),
    Ai::text("8004", "8004", 30),
    Ai::digits("8005", "8005", 6),
    Ai::digits("8006", "8006", 18).checked_first(14),
    Ai::text("8007", "8007", 34),
    Ai::new("8008", "8008", (8, 12), 12),
    Ai::text("8009", "8009", 50),
    Ai::text("8010", "8010", 30),
    Ai::new("8011", "8011", (1, 12), 12),
    Ai::text("8012", "8012", 20),
    Ai::text("8013", "8013", 25),
    Ai::digits("8017", "8018", 18).checked(),
    Ai::new("8019", "8019", (1, 10), 10),
    Ai::text("8020", "8020", 25),
    Ai::digits("8026", "8026", 18).checked_first(14).needs(&[&["37"]]),
    Ai::text("8030", "8030", 90),
    Ai::text("8110", "8110", 70),
    Ai::digits("8111", "8111", 4),
    Ai::text("8112", "8112", 70),
    Ai::text("8200", "8200", 70),
    Ai::text("90", "90", 30),
    Ai::text("91", "99", 90),
];

/// The rule of the identifier with which `data` begin.
pub(super) fn find(data: &[u8]) -> Option<&'static Ai> {
    TABLE.iter().find(|ai| {
        let head = data.get(..ai.digits);
        head.is_some_and(|head| {
            let in_run = ai.first.as_bytes() <= head && head <= ai.last.as_bytes();
            in_run && head.iter().all(u8::is_ascii_digit) && head.last() <= Some(&ai.last_digit)
        })
    })
}
