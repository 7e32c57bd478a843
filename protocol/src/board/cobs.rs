//! Consistent overhead byte stuffing, for packets shorter than 254 bytes: no zero byte is left in them, so that a zero
//! can end a frame. A code byte says how many bytes on the next zero stood; the first one is put in front.
//!
//! No link frame comes near 254 bytes, so the code 0xFF, which stands for a longer run, cannot occur and is an error.
#![expect(clippy::indexing_slicing, reason = "every place is one that a loop over the packet found")]

/// Longest packet that can be stuffed, in bytes.
pub const PACKET_MAX: usize = 253;

/// The low and the high bit of each byte of a word.
const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = LOW_BITS << 7;

/// Stuffs `packet` into the front of `out` and gives the number of bytes, always one more than the packet's.
/// `None` when the packet is longer than [`PACKET_MAX`] or `out` is too short.
#[must_use]
pub fn stuff(packet: &[u8], out: &mut [u8]) -> Option<usize> {
    if packet.len() > PACKET_MAX {
        return None;
    }
    let out = out.get_mut(..=packet.len())?;
    out[1..].copy_from_slice(packet);
    stuff_in_place(out);
    Some(out.len())
}

/// Stuffs the packet that stands behind the first byte, which is the place of the first code. No more than
/// [`PACKET_MAX`] bytes may stand there.
#[inline]
pub(super) fn stuff_in_place(bytes: &mut [u8]) {
    debug_assert!((1..=PACKET_MAX + 1).contains(&bytes.len()), "a code is one byte");
    let (mut code_at, mut at) = (0, 1);
    while at < bytes.len() {
        let mut zeros = zeros(word_at(bytes, at));
        while zeros != 0 {
            let zero_at = at + zeros.trailing_zeros() as usize / 8;
            bytes[code_at] = (zero_at - code_at) as u8;
            code_at = zero_at;
            zeros &= zeros - 1;
        }
        at += 8;
    }
    bytes[code_at] = (bytes.len() - code_at) as u8;
}

/// Undoes [`stuff`] into the front of `out` and gives the packet's length. `None` when the bytes were not stuffed by
/// these rules: a zero among them, or a code byte that does not lead to the end. Empty input is an error too.
#[must_use]
pub fn unstuff(stuffed: &[u8], out: &mut [u8]) -> Option<usize> {
    if find_zero(stuffed).is_some() { None } else { unstuff_piece(stuffed, out) }
}

/// The same for a piece that is known to hold no zero, since it was cut out between two of them.
#[inline]
pub(super) fn unstuff_piece(stuffed: &[u8], out: &mut [u8]) -> Option<usize> {
    let (&first, packet) = stuffed.split_first()?;
    let out = out.get_mut(..packet.len())?;
    if packet.len() > PACKET_MAX {
        return None;
    }
    out.copy_from_slice(packet);
    let mut code_at = usize::from(first);
    while let Some(&code) = stuffed.get(code_at) {
        debug_assert!(code != 0, "a piece holds no zero");
        out[code_at - 1] = 0;
        code_at += usize::from(code);
    }
    (code_at == stuffed.len()).then_some(packet.len())
}

/// Where the first zero is.
#[must_use]
#[inline]
pub fn find_zero(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < bytes.len() {
        let zeros = zeros(word_at(bytes, at));
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    None
}

/// The eight bytes from `at` on, which is before the end; behind that stand bytes that are not zero.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match (rest.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(word), _) => u64::from_le_bytes(*word),
        (None, Some(last)) => {
            // The last eight bytes hold what is left, behind bytes that are shifted out.
            let gone = 8 * (8 - rest.len());
            u64::from_le_bytes(*last) >> gone | !(u64::MAX >> gone)
        }
        (None, None) => rest.iter().rev().fold(u64::MAX, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The high bit of each byte that is zero.
fn zeros(word: u64) -> u64 {
    // A byte without its high bit, plus 0x7F, has the high bit unless it was zero; no sum carries into the next byte.
    let not_zero = (word & !HIGH_BITS) + !HIGH_BITS;
    !(not_zero | word) & HIGH_BITS
}

#[cfg(test)]
mod tests {
    use super::{PACKET_MAX, find_zero, stuff, unstuff};

    fn stuffed(packet: &[u8]) -> ([u8; 256], usize) {
        let mut out = [0; 256];
        let len = stuff(packet, &mut out).unwrap();
        (out, len)
    }

    #[test]
    fn short_packets_are_stuffed_as_known() {
        let known: [(&[u8], &[u8]); 6] = [
            (&[], &[1]),
            (&[0], &[1, 1]),
            (&[0, 0], &[1, 1, 1]),
            (&[1], &[2, 1]),
            (&[0x11, 0x22, 0, 0x33], &[3, 0x11, 0x22, 2, 0x33]),
            (&[0x11, 0, 0, 0], &[2, 0x11, 1, 1, 1]),
        ];
        for (packet, expected) in known {
            let (out, len) = stuffed(packet);
            assert_eq!(&out[..len], expected);
            let mut back = [0; 256];
            assert_eq!(unstuff(expected, &mut back), Some(packet.len()));
            assert_eq!(&back[..packet.len()], packet);
        }
    }

    #[test]
    fn the_longest_packet_goes_and_one_more_does_not() {
        let packet = [7; PACKET_MAX];
        let (out, len) = stuffed(&packet);
        let mut back = [0; 256];
        assert_eq!(unstuff(&out[..len], &mut back), Some(PACKET_MAX));
        assert_eq!(back[..PACKET_MAX], packet);
        assert_eq!(stuff(&[7; PACKET_MAX + 1], &mut back), None);
        assert_eq!(stuff(&[7; 4], &mut [0; 4]), None);
    }

    #[test]
    fn what_was_not_stuffed_is_refused() {
        let mut back = [0; 256];
        let refused: [&[u8]; 6] = [&[], &[0], &[2], &[3, 1], &[1, 0], &[5, 1, 2, 3]];
        for bytes in refused {
            assert_eq!(unstuff(bytes, &mut back), None, "{bytes:?}");
        }
        assert_eq!(unstuff(&[4, 1, 2, 3], &mut [0; 2]), None);
        assert_eq!(unstuff(&[3, 0x11, 0, 2, 0x33], &mut back), None);
    }

    #[test]
    fn zeros_are_found_wherever_they_are() {
        for len in 0..40 {
            for zero in 0..len {
                // A one behind a zero and a high bit are what a careless search takes for a zero.
                let mut packet = [1; 40];
                packet[zero] = 0;
                assert_eq!(find_zero(&packet[..len]), Some(zero));
                let (out, stuffed_len) = stuffed(&packet[..len]);
                assert_eq!((usize::from(out[0]), usize::from(out[zero + 1])), (zero + 1, len - zero));
                let mut back = [0xAA; 40];
                assert_eq!(unstuff(&out[..stuffed_len], &mut back), Some(len));
                assert_eq!(back[..len], packet[..len]);
            }
            assert_eq!(find_zero(&[0x80; 40][..len]), None);
        }
    }
}
