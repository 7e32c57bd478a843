//! Sections 5 and 7 of hardware.md: frames, and the fields of the telegrams.

/// What a host says to a board.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FromHost {
    Hello {
        session: u32,
        resume_boot: u32,
        next: u32,
        lease_ms: u16,
    },
    Fire(Fire),
    Cancel {
        item: u32,
        pass: u8,
        revision: u16,
    },
    Beat {
        echo_ms: u32,
    },
    Query {
        query: u16,
    },
    /// Lamp, stop request, permit: nothing that this board has.
    Other,
    Ack,
}

/// A divert that was ordered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fire {
    pub(crate) item: u32,
    pub(crate) pass: u8,
    pub(crate) revision: u16,
    pub(crate) output: u16,
    pub(crate) count: u32,
    pub(crate) stroke_ms: u16,
    pub(crate) speed: (u16, u16),
}

/// CRC-32C as the page's Structured Text has it.
fn check(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82F6_3B78 } else { crc >> 1 };
        }
    }
    !crc
}

/// A telegram as it goes over the wire.
pub(crate) fn wire(kind: u8, seq: u32, ack: u32, payload: &[u8]) -> Vec<u8> {
    let mut raw = vec![1, kind];
    raw.extend(seq.to_le_bytes());
    raw.extend(ack.to_le_bytes());
    raw.extend(payload);
    raw.extend(check(&raw).to_le_bytes());
    let mut stuffed = vec![0; raw.len() + 2];
    let mut distance = 1;
    for (index, byte) in raw.iter().enumerate().rev() {
        stuffed[index + 1] = if *byte == 0 { std::mem::replace(&mut distance, 0) } else { *byte };
        distance += 1;
    }
    stuffed[0] = distance;
    stuffed
}

/// Bytes between two delimiters as header and telegram: number, acknowledgement, meaning.
pub(crate) fn read(stuffed: &[u8]) -> Option<(u32, u32, FromHost)> {
    let mut raw = stuffed.to_vec();
    let mut code = 0;
    while code < raw.len() {
        let distance = usize::from(std::mem::replace(&mut raw[code], 0));
        code += distance;
    }
    if code != raw.len() || raw.len() < 15 {
        return None;
    }
    let (body, sum) = raw[1..].split_at(raw.len() - 5);
    if sum != check(body).to_le_bytes() || body[0] != 1 {
        return None;
    }
    let u16_at = |at: usize| u16::from_le_bytes([body[at], body[at + 1]]);
    let u32_at = |at: usize| u32::from(u16_at(at)) | u32::from(u16_at(at + 2)) << 16;
    let said = match (body[1], body.len()) {
        (0x81, 24) => {
            FromHost::Hello { session: u32_at(10), resume_boot: u32_at(14), next: u32_at(18), lease_ms: u16_at(22) }
        }
        (0x82, 29) => FromHost::Fire(Fire {
            item: u32_at(10),
            pass: body[14],
            revision: u16_at(15),
            output: u16_at(17),
            count: u32_at(19),
            stroke_ms: u16_at(23),
            speed: (u16_at(25), u16_at(27)),
        }),
        (0x83, 17) => FromHost::Cancel { item: u32_at(10), pass: body[14], revision: u16_at(15) },
        (0x84, 14) => FromHost::Beat { echo_ms: u32_at(10) },
        (0x88, 12) => FromHost::Query { query: u16_at(10) },
        (0x85 | 0x87, 13) | (0x86, 11) => FromHost::Other,
        (0x8F, 10) => FromHost::Ack,
        _ => return None,
    };
    Some((u32_at(2), u32_at(6), said))
}
