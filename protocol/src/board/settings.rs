//! Timers and bounds of the link, the same value for both ends.

/// Telegrams that the host keeps until the board has acknowledged them.
pub const HOST_WINDOW: usize = 256;
/// Telegrams that the board keeps until the host has acknowledged them.
pub const BOARD_WINDOW: usize = 4_096;

/// Timers and bounds of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// How long the host waits for an acknowledgement before it repeats, in nanoseconds. Each further repeat without
    /// any progress waits twice as long, up to eight times.
    pub host_retry_ns: u64,
    /// The same for the board.
    pub board_retry_ns: u64,
    /// How long an acknowledgement waits for a telegram that takes it along, in nanoseconds. Shorter than the other
    /// end's retry timer, with what the way there and back takes.
    pub ack_delay_ns: u64,
    /// Time between greetings that are not answered, in nanoseconds.
    pub hello_ns: u64,
    /// How long the host bears that nothing is acknowledged, or that nothing of what comes in is the next telegram,
    /// before it greets the board again, in nanoseconds. Longer than the longest repeat of either end.
    pub stuck_ns: u64,
    /// How long a beat lets the board fire, in milliseconds of board time.
    pub lease_ms: u16,
    /// How many telegrams may be under way at once; 1 or more.
    pub in_flight: u16,
    /// Number of the host's first telegram in a session; 1 outside of tests. Not 0.
    pub first_host_seq: u32,
    /// Number of the board's first telegram after its start; 1 outside of tests. Not 0.
    pub first_board_seq: u32,
}

impl Default for LinkSettings {
    fn default() -> LinkSettings {
        LinkSettings {
            host_retry_ns: 20_000_000,
            board_retry_ns: 50_000_000,
            ack_delay_ns: 5_000_000,
            hello_ns: 200_000_000,
            stuck_ns: 2_000_000_000,
            lease_ms: 100,
            in_flight: 16,
            first_host_seq: 1,
            first_board_seq: 1,
        }
    }
}
