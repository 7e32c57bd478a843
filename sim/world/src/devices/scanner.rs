//! A scanner over the belt: its gate, its trigger number, and the text of its results.

use super::weigher::digits;
use crate::labels::{Label, Symbology};

/// How a scanner writes its results.
#[derive(Clone, Debug)]
pub struct ScannerFormat {
    /// Before the first field.
    pub start: Vec<u8>,
    /// Between the fields.
    pub separator: Vec<u8>,
    /// After the last field.
    pub terminator: Vec<u8>,
    /// After the terminator.
    pub stop: Vec<u8>,
    /// The exclusive or of all behind the start ends a frame.
    pub lrc: bool,
    /// The first field is the trigger number.
    pub numbered: bool,
    /// AIM identifiers stand before the codes.
    pub aim: bool,
    /// Stands for a result without codes.
    pub no_read: Vec<u8>,
    /// Sent now and then; empty for none.
    pub heartbeat: Vec<u8>,
}

impl ScannerFormat {
    /// The format of a dialect by its name; `None` if there is no such dialect.
    pub fn of_dialect(dialect: &str) -> Option<Self> {
        let (separator, stop, no_read) = match dialect {
            "sick-clv" => (";", "\x03", "NoRead"),
            "datalogic" => (",", "", "???????"),
            _ => return None,
        };
        let [start, separator, terminator, stop, no_read] =
            ["\x02", separator, "\r\n", stop, no_read].map(|text| text.as_bytes().to_vec());
        let (lrc, numbered, aim, heartbeat) = (false, true, true, Vec::new());
        Some(Self { start, separator, terminator, stop, lrc, numbered, aim, no_read, heartbeat })
    }
}

/// Items in one gate; more are read as if they were not there.
pub const GATE_ITEMS: usize = 4;
/// Two items closer than this share a gate, µm.
pub const GATE_MERGE: i64 = 10_000;
const TRIGGERS: u32 = 1_000_000;

/// What goes wrong with the next gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The trigger is not seen: no number, no result.
    Missed,
    /// The trigger counts twice.
    Twice,
}

/// One scanner. Travel is µm.
#[derive(Debug)]
pub struct Scanner {
    format: ScannerFormat,
    number: u32,
    covering: u32,
    open: bool,
    silent: bool,
    skip: Option<Skip>,
    closes: Option<i64>,
    items: [usize; GATE_ITEMS],
    count: usize,
}

impl Scanner {
    /// A scanner whose last trigger had `number`.
    pub fn new(format: ScannerFormat, number: u32) -> Self {
        Self {
            format,
            number: number % TRIGGERS,
            covering: 0,
            open: false,
            silent: false,
            skip: None,
            closes: None,
            items: [0; GATE_ITEMS],
            count: 0,
        }
    }

    /// The item in `slot` comes under the trigger eye or leaves it. Says when to ask [`Scanner::close`].
    pub fn cover(&mut self, travel: i64, slot: usize, covers: bool) -> Option<i64> {
        if !covers {
            self.covering = self.covering.saturating_sub(1);
            self.closes = (self.covering == 0).then_some(travel + GATE_MERGE);
            return self.closes;
        }
        self.covering += 1;
        self.closes = None;
        if !self.open {
            self.open_gate();
        }
        if self.count < GATE_ITEMS {
            self.items[self.count] = slot;
            self.count += 1;
        }
        None
    }

    /// True if the gate closes at `travel` and its result is to be sent; [`Scanner::gate`] tells what was in it.
    pub fn close(&mut self, travel: i64) -> bool {
        if self.closes != Some(travel) {
            return false;
        }
        self.closes = None;
        self.open = false;
        !self.silent
    }

    /// The slots that were in the gate.
    pub fn gate(&self) -> &[usize] {
        &self.items[..self.count]
    }

    /// Spoils the next gate.
    pub fn skip(&mut self, skip: Skip) {
        self.skip = Some(skip);
    }

    /// True while a spoilt gate is still to come.
    pub fn will_skip(&self) -> bool {
        self.skip.is_some()
    }

    /// Forgets an item that was taken out of the gate.
    pub fn forget(&mut self, slot: usize) {
        if let Some(place) = self.gate().iter().position(|&held| held == slot) {
            self.items.copy_within(place + 1..self.count, place);
            self.count -= 1;
        }
    }

    /// Begins a result.
    pub fn begin(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.format.start);
        if self.format.numbered {
            digits(self.number, 6, b'0', out);
        }
    }

    /// Adds one code to a result that was begun with `codes` codes so far.
    pub fn code(&self, codes: usize, label: &Label, out: &mut Vec<u8>) {
        self.separate(codes, out);
        if self.format.aim {
            out.extend_from_slice(match label.symbology {
                Symbology::Code128 => b"]C0",
                Symbology::Gs1 => b"]C1",
            });
        }
        out.extend_from_slice(label.text());
    }

    /// Ends a result with `codes` codes.
    pub fn end(&self, codes: usize, out: &mut Vec<u8>) {
        if codes == 0 {
            self.separate(0, out);
            out.extend_from_slice(&self.format.no_read);
        }
        self.close_frame(out);
    }

    /// The sign of life, if the scanner has one.
    pub fn heartbeat(&self, out: &mut Vec<u8>) {
        if !self.format.heartbeat.is_empty() {
            out.extend_from_slice(&self.format.start);
            out.extend_from_slice(&self.format.heartbeat);
            self.close_frame(out);
        }
    }

    /// Ends the one frame in `out`.
    fn close_frame(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.format.terminator);
        out.extend_from_slice(&self.format.stop);
        if self.format.lrc {
            let sum = out.iter().skip(self.format.start.len()).fold(0, |sum, byte| sum ^ byte);
            out.push(sum);
        }
    }

    fn open_gate(&mut self) {
        let skip = self.skip.take();
        self.open = true;
        self.count = 0;
        self.silent = skip == Some(Skip::Missed);
        let step = match skip {
            None => 1,
            Some(Skip::Missed) => 0,
            Some(Skip::Twice) => 2,
        };
        self.number = (self.number + step) % TRIGGERS;
    }

    fn separate(&self, codes: usize, out: &mut Vec<u8>) {
        if self.format.numbered || codes > 0 {
            out.extend_from_slice(&self.format.separator);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(scanner: &Scanner, labels: &[Label]) -> Vec<u8> {
        let mut out = Vec::new();
        scanner.begin(&mut out);
        for (codes, label) in labels.iter().enumerate() {
            scanner.code(codes, label, &mut out);
        }
        scanner.end(labels.len(), &mut out);
        out
    }

    #[test]
    fn writes_frames_as_the_device_was_set_to() {
        let format = ScannerFormat::of_dialect("datalogic").unwrap();
        let (start, separator) = (vec![1], b"<>".to_vec());
        let format = ScannerFormat { start, separator, lrc: true, numbered: false, aim: false, ..format };
        let labels = [Label::of_plate("LP000123456789012", 1000), Label::of_plate("AB", 1000)];
        let frame = result(&Scanner::new(format, 1), &labels);
        assert_eq!(&frame[..frame.len() - 1], b"\x01LP000123456789012<>AB\r\n");
        assert_eq!(frame[1..].iter().fold(0, |sum, byte| sum ^ byte), 0);
    }

    fn scanner(dialect: &str) -> Scanner {
        Scanner::new(ScannerFormat::of_dialect(dialect).unwrap(), 122)
    }

    #[test]
    fn writes_the_number_and_the_codes_of_its_dialect() {
        let mut scanner = scanner("sick-clv");
        scanner.cover(0, 0, true);
        let labels = [Label::of_plate("LP000123456789012", 1000), Label::of_plate("280606423387880180", 1000)];
        assert_eq!(result(&scanner, &labels), b"\x02000123;]C0LP000123456789012;]C100280606423387880180\r\n\x03");
        assert_eq!(result(&scanner, &[]), b"\x02000123;NoRead\r\n\x03");
    }

    #[test]
    fn one_gate_for_items_that_nearly_touch() {
        let mut scanner = scanner("datalogic");
        scanner.cover(0, 7, true);
        let close = scanner.cover(300_000, 7, false).unwrap();
        scanner.cover(305_000, 8, true);
        assert!(!scanner.close(close));
        let close = scanner.cover(600_000, 8, false).unwrap();
        assert!(scanner.close(close));
        assert_eq!(scanner.gate(), [7, 8]);
        assert_eq!(result(&scanner, &[]), b"\x02000123,???????\r\n");
    }

    #[test]
    fn a_skipped_trigger_loses_or_doubles_the_number() {
        let mut scanner = scanner("sick-clv");
        for (skip, number, sent) in [(Skip::Missed, 122, false), (Skip::Twice, 124, true)] {
            scanner.skip(skip);
            scanner.cover(0, 1, true);
            let close = scanner.cover(10, 1, false).unwrap();
            assert_eq!((scanner.number, scanner.close(close)), (number, sent));
        }
    }
}
