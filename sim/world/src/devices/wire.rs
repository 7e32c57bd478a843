//! One direction of a serial line: bytes take their time, and keep their order.

/// A serial line with an adapter behind it.
#[derive(Clone, Copy, Debug)]
pub struct Wire {
    byte_ns: u64,
    latency_ns: u64,
    free_at: u64,
    /// Bytes that were sent.
    pub bytes: u64,
}

impl Wire {
    /// A line of `baud` bit/s with `bits` bits a byte (start, parity and stop included).
    pub fn new(baud: u32, bits: u32, latency_ms: u32) -> Self {
        let byte_ns = u64::from(bits) * 1_000_000_000 / u64::from(baud.max(1));
        Self { byte_ns, latency_ns: u64::from(latency_ms) * 1_000_000, free_at: 0, bytes: 0 }
    }

    /// Sends `length` bytes at `at` or as soon as the line is free; returns when the last is at the other end.
    #[inline]
    pub fn send(&mut self, at: u64, length: usize) -> u64 {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.bytes += length;
        self.free_at = self.free_at.max(at) + length * self.byte_ns;
        self.free_at + self.latency_ns
    }

    /// The line was cut: nothing is on its way any more.
    pub fn cut(&mut self) {
        self.free_at = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_six_bytes_take_three_milliseconds_at_115200() {
        let mut wire = Wire::new(115_200, 10, 1);
        let arrival = wire.send(0, 36);
        assert!((4_124_000..4_126_000).contains(&arrival), "{arrival}");
        assert!(wire.send(0, 1) > arrival);
    }
}
