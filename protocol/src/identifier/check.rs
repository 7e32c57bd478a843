//! Check digits.

/// Value of a decimal digit.
pub(super) fn digit(byte: u8) -> Option<u32> {
    byte.checked_sub(b'0').filter(|digit| *digit < 10).map(u32::from)
}

/// True if the last digit fits the weights 3, 1, 3 ... counted from the right: SSCC, GTIN, GLN and their kin.
pub(super) fn gs1_fits(digits: &[u8]) -> bool {
    let mut sum = 0;
    for (index, byte) in digits.iter().rev().enumerate() {
        let Some(digit) = digit(*byte) else { return false };
        sum += if index % 2 == 0 { digit } else { digit * 3 };
    }
    !digits.is_empty() && sum % 10 == 0
}

/// True if the ninth digit fits the eight before it, by the weights of UPU S10.
pub(super) fn s10_fits(digits: &[u8; 9]) -> bool {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    let [serial @ .., check] = digits;
    let sum: Option<u32> = serial.iter().zip(WEIGHTS).map(|(byte, weight)| digit(*byte).map(|d| d * weight)).sum();
    let expected = sum.map(|sum| match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    });
    expected.is_some() && expected == digit(*check)
}

/// True if the last of the eight digits behind the airline prefix is the rest of the seven before it, divided by 7.
pub(super) fn awb_fits(number: &[u8; 8]) -> bool {
    let [serial @ .., check] = number;
    let value = serial.iter().try_fold(0, |value, byte| digit(*byte).map(|digit| value * 10 + digit));
    value.map(|value: u32| value % 7) == digit(*check) && value.is_some()
}
