//! Consistent overhead byte stuffing, for packets shorter than 254 bytes: no zero byte is left in them, so that a zero
//! can end a frame. A code byte says how many bytes on the next zero stood; the first one is put in front.
//!
//! No link frame comes near 254 bytes, so the code 0xFF, which stands for a longer run, cannot occur and is an error.

/// Longest packet that can be stuffed, in bytes.
pub const PACKET_MAX: usize = 253;

/// Stuffs `packet` into the front of `out` and gives the number of bytes, always one more than the packet's.
/// `None` when the packet is longer than [`PACKET_MAX`] or `out` is too short.
#[must_use]
pub fn stuff(packet: &[u8], out: &mut [u8]) -> Option<usize> {
    if packet.len() > PACKET_MAX {
        return None;
    }
    let (first, rest) = out.get_mut(..=packet.len())?.split_first_mut()?;
    // From the back, so that the distance to the next zero is known at each zero; without branches on the data.
    let mut distance = 1_u8;
    for (to, &from) in rest.iter_mut().zip(packet).rev() {
        *to = if from == 0 { distance } else { from };
        distance = if from == 0 { 1 } else { distance + 1 };
    }
    *first = distance;
    Some(packet.len() + 1)
}

/// Undoes [`stuff`] into the front of `out` and gives the packet's length. `None` when the bytes were not stuffed by
/// these rules: a zero among them, or a code byte that does not lead to the end. Empty input is an error too.
#[must_use]
pub fn unstuff(stuffed: &[u8], out: &mut [u8]) -> Option<usize> {
    let (&first, rest) = stuffed.split_first()?;
    let out = out.get_mut(..rest.len())?;
    if rest.len() > PACKET_MAX || first == 0 {
        return None;
    }
    let mut distance = first;
    let mut zeros = false;
    for (to, &from) in out.iter_mut().zip(rest) {
        // It cannot reach zero before this: a code is never zero, and at one the next code is taken.
        distance -= 1;
        zeros |= from == 0;
        *to = if distance == 0 { 0 } else { from };
        distance = if distance == 0 { from.max(1) } else { distance };
    }
    (distance == 1 && !zeros).then_some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::{PACKET_MAX, stuff, unstuff};

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
}
