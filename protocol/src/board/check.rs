//! CRC-32C, the check of a frame. Frames are short, so it takes eight bytes, then four, then single ones, each by
//! tables of what a byte does so many bytes before the end.
#![expect(clippy::indexing_slicing, reason = "a byte always finds its place in a table of 256")]

/// The Castagnoli polynomial, reflected.
const POLYNOMIAL: u32 = 0x82F6_3B78;

static TABLES: [[u32; 256]; 8] = tables();

/// CRC-32C of the bytes: start and final exclusive-or with all ones, reflected.
#[must_use]
pub fn crc32c(bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let (fours, ones) = rest.as_chunks::<4>();
    let mut crc = u32::MAX;
    for &[a, b, c, d, e, f, g, h] in eights {
        let [a, b, c, d] = (crc ^ u32::from_le_bytes([a, b, c, d])).to_le_bytes();
        crc = look(7, a) ^ look(6, b) ^ look(5, c) ^ look(4, d) ^ look(3, e) ^ look(2, f) ^ look(1, g) ^ look(0, h);
    }
    for four in fours {
        let [a, b, c, d] = (crc ^ u32::from_le_bytes(*four)).to_le_bytes();
        crc = look(3, a) ^ look(2, b) ^ look(1, c) ^ look(0, d);
    }
    for &one in ones {
        let [low, ..] = crc.to_le_bytes();
        crc = (crc >> 8) ^ look(0, low ^ one);
    }
    !crc
}

/// What `byte` does to the check when `behind` more bytes follow it in its group.
#[inline]
fn look(behind: usize, byte: u8) -> u32 {
    TABLES[behind][usize::from(byte)]
}

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut behind = 1;
    while behind < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[behind - 1][byte];
            tables[behind][byte] = (before >> 8) ^ tables[0][(before & 0xFF) as usize];
            byte += 1;
        }
        behind += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    #[test]
    fn known_answers() {
        assert_eq!(crc32c(b""), 0);
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8A91_36AA);
        assert_eq!(crc32c(&[0xFF; 32]), 0x62A8_AB43);
    }

    #[test]
    fn every_length_agrees_with_another_implementation() {
        let other = crc::Crc::<u32, crc::NoTable>::new(&crc::CRC_32_ISCSI);
        let bytes: [u8; 64] = core::array::from_fn(|at| (at * 37 + 11) as u8);
        for start in 0..8 {
            for end in start..=64 {
                assert_eq!(crc32c(&bytes[start..end]), other.checksum(&bytes[start..end]));
            }
        }
    }
}
