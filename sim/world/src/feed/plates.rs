//! The plates of a record. Eight shippers take turns; half of them number consecutively, so that a damaged digit is
//! often the plate of another live parcel.

use super::draw::Draw;

/// Longest plate.
const PLATE_MAX: usize = 20;

/// The text of a plate.
#[derive(Clone, Copy)]
pub(super) struct Text {
    bytes: [u8; PLATE_MAX],
    length: usize,
}

impl Text {
    fn new() -> Self {
        Self { bytes: [0; PLATE_MAX], length: 0 }
    }

    fn push(&mut self, text: &[u8]) {
        for &byte in text {
            if self.length < PLATE_MAX {
                self.bytes[self.length] = byte;
                self.length += 1;
            }
        }
    }

    /// `number` with exactly `digits` digits.
    fn push_digits(&mut self, number: u64, digits: u32) {
        for place in (0..digits).rev() {
            self.push(&[b'0' + (number / 10_u64.pow(place) % 10) as u8]);
        }
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or("")
    }

    fn digits(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Tells each plate of record `number`; the first is the shipper's own.
pub(super) fn plates(seed: u64, number: u32, two_per_10000: u32, plate: &mut dyn FnMut(&str)) {
    let (shipper, serial) = (number % 8, u64::from(number / 8));
    plate(first(shipper, serial).as_str());
    let mut draw = Draw::of(seed ^ 0x706c_6174_6573, u64::from(number));
    if draw.chance(two_per_10000) {
        plate(second(shipper, u64::from(number)).as_str());
        if draw.chance(1_000) {
            plate(s10(*b"LZ", scattered(u64::from(number), 100_000_000), *b"BE").as_str());
        }
    }
}

fn first(shipper: u32, serial: u64) -> Text {
    match shipper {
        0 => lp(12_700_000_000_000 + serial),
        1 => lp(40_000_000_000_000 + scattered(serial, 10_000_000_000_000)),
        2 => s10(*b"LB", 10_000_000 + serial, *b"CN"),
        3 => s10(*b"RX", scattered(serial, 100_000_000), *b"SG"),
        4 => lp(83_100_000_000_000 + serial),
        5 => sscc(3_870_000_000_000_000 + scattered(serial, 1_000_000_000_000)),
        6 => awb_piece(serial),
        _ => lp(60_000_000_000_000 + scattered(serial, 10_000_000_000_000)),
    }
}

/// A second carrier's label: an SSCC, or on a piece that has one already, an LP number.
fn second(shipper: u32, number: u64) -> Text {
    if shipper == 5 { lp(95_000_000_000_000 + number) } else { sscc(40_500_000_000_000_000 + number) }
}

/// Spreads serials over the numbers below `modulus`, a power of ten; no two serials meet.
fn scattered(serial: u64, modulus: u64) -> u64 {
    let spread = u128::from(serial) * 6_180_339_887 % u128::from(modulus);
    u64::try_from(spread).unwrap_or(0)
}

fn lp(number: u64) -> Text {
    let mut text = Text::new();
    text.push(b"LP");
    text.push_digits(number, 14);
    text
}

fn s10(service: [u8; 2], serial: u64, country: [u8; 2]) -> Text {
    let mut text = Text::new();
    text.push(&service);
    text.push_digits(serial, 8);
    let weights = [8, 6, 4, 2, 3, 5, 9, 7];
    let sum: u64 = text.digits()[2..].iter().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    };
    text.push_digits(check, 1);
    text.push(&country);
    text
}

fn sscc(number: u64) -> Text {
    let mut text = Text::new();
    text.push_digits(number, 17);
    let sum: u64 = text.digits().iter().zip([3, 1].into_iter().cycle()).map(|(d, w)| u64::from(d - b'0') * w).sum();
    text.push_digits((10 - sum % 10) % 10, 1);
    text
}

/// Twelve pieces to an air waybill.
fn awb_piece(serial: u64) -> Text {
    let waybill = 1_000_000 + serial / 12;
    let mut text = Text::new();
    text.push_digits(695, 3);
    text.push_digits(waybill, 7);
    text.push_digits(waybill % 7, 1);
    text.push_digits(serial % 12 + 1, 5);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn all(number: u32) -> Vec<String> {
        let mut list = Vec::new();
        plates(1, number, 2_200, &mut |plate| list.push(plate.to_owned()));
        list
    }

    #[test]
    fn check_digits_are_right() {
        assert_eq!(s10(*b"RB", 12_345_678, *b"GB").as_str(), "RB123456785GB");
        assert_eq!(s10(*b"VA", 45_678_901, *b"KG").as_str(), "VA456789015KG");
        assert_eq!(sscc(12_345_678_901_234_567).as_str(), "123456789012345675");
    }

    #[test]
    fn no_two_records_share_a_plate_and_a_fifth_has_two() {
        let mut seen = BTreeSet::new();
        let mut several = 0;
        for number in 0..20_000 {
            let list = all(number);
            several += usize::from(list.len() > 1);
            list.into_iter().for_each(|plate| assert!(seen.insert(plate.clone()), "{plate}"));
        }
        assert!((4_000..4_800).contains(&several), "{several}");
    }

    #[test]
    fn half_of_the_shippers_number_consecutively() {
        let dense = (0..8).filter(|shipper| {
            let head = |serial| {
                let digits = first(*shipper, serial).as_str().replace(|c: char| !c.is_ascii_digit(), "");
                digits[..digits.len() - 6].to_owned()
            };
            head(101) == head(100) && head(102) == head(100)
        });
        assert_eq!(dense.count(), 4);
    }
}
