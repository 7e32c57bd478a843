//! What a port counts.

use serde::Serialize;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU64, Ordering};

/// Counters of one port since the start; a copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PortCounters {
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Whole and sound messages taken in.
    pub frames: u64,
    /// Messages that were refused: damaged, too long, unknown.
    pub errors: u64,
    /// Bytes that arrived with a wrong parity, and breaks.
    pub parity_errors: u64,
    /// Codes that the scanner's filter kept out; not zero means that a filter is at work (scanners only).
    pub filtered: u64,
    /// Codes in sound results that are none: a wrong check digit, GS1 data that break a rule, no known grammar, too long,
    /// or more than a result has room for. Many of them: a label is printed badly, or unlike any that are known (scanners
    /// only).
    pub refused: u64,
    /// Telegrams sent again because no acknowledgement came (board only).
    pub repeats: u64,
    /// Beats not sent because earlier ones still wait for their acknowledgement (board only).
    pub beats_skipped: u64,
    /// Commands not sent because the board had rebooted since they were given (board only).
    pub stale: u64,
    /// Sensors that the board says it has (board only).
    pub sensors: u16,
    /// Outputs that the board says it has (board only).
    pub outputs: u16,
    /// Whether the board answers, and its streams go on (board only).
    #[serde(skip)]
    pub up: bool,
    /// Sound frames of another protocol version (board only).
    #[serde(skip)]
    pub other_versions: u64,
    /// The version of the newest of them.
    #[serde(skip)]
    pub version: u8,
    /// Greetings with boot number 0 (board only).
    #[serde(skip)]
    pub boot_zero: u64,
}

/// Counters of one port that its task writes and the statistics read; no lock.
#[derive(Debug, Default)]
pub struct PortMeter {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    frames: AtomicU64,
    errors: AtomicU64,
    parity_errors: AtomicU64,
    filtered: AtomicU64,
    refused: AtomicU64,
    repeats: AtomicU64,
    beats_skipped: AtomicU64,
    stale: AtomicU64,
    sensors: AtomicU16,
    outputs: AtomicU16,
    up: AtomicBool,
    other_versions: AtomicU64,
    version: AtomicU8,
    boot_zero: AtomicU64,
    opened: AtomicU64,
    ring_waits: AtomicU64,
    present: AtomicBool,
}

impl PortMeter {
    /// Takes over a copy of the counters.
    pub fn store(&self, counters: &PortCounters) {
        self.bytes_in.store(counters.bytes_in, Ordering::Relaxed);
        self.bytes_out.store(counters.bytes_out, Ordering::Relaxed);
        self.frames.store(counters.frames, Ordering::Relaxed);
        self.errors.store(counters.errors, Ordering::Relaxed);
        self.parity_errors.store(counters.parity_errors, Ordering::Relaxed);
        self.filtered.store(counters.filtered, Ordering::Relaxed);
        self.refused.store(counters.refused, Ordering::Relaxed);
        self.repeats.store(counters.repeats, Ordering::Relaxed);
        self.beats_skipped.store(counters.beats_skipped, Ordering::Relaxed);
        self.stale.store(counters.stale, Ordering::Relaxed);
        self.sensors.store(counters.sensors, Ordering::Relaxed);
        self.outputs.store(counters.outputs, Ordering::Relaxed);
        self.up.store(counters.up, Ordering::Relaxed);
        self.other_versions.store(counters.other_versions, Ordering::Relaxed);
        self.version.store(counters.version, Ordering::Relaxed);
        self.boot_zero.store(counters.boot_zero, Ordering::Relaxed);
    }

    /// A copy of the counters, as last stored.
    #[must_use]
    pub fn load(&self) -> PortCounters {
        PortCounters {
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out: self.bytes_out.load(Ordering::Relaxed),
            frames: self.frames.load(Ordering::Relaxed),
            errors: self.errors.load(Ordering::Relaxed),
            parity_errors: self.parity_errors.load(Ordering::Relaxed),
            filtered: self.filtered.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            repeats: self.repeats.load(Ordering::Relaxed),
            beats_skipped: self.beats_skipped.load(Ordering::Relaxed),
            stale: self.stale.load(Ordering::Relaxed),
            sensors: self.sensors.load(Ordering::Relaxed),
            outputs: self.outputs.load(Ordering::Relaxed),
            up: self.up.load(Ordering::Relaxed),
            other_versions: self.other_versions.load(Ordering::Relaxed),
            version: self.version.load(Ordering::Relaxed),
            boot_zero: self.boot_zero.load(Ordering::Relaxed),
        }
    }

    /// The port was opened, or is gone.
    pub fn set_present(&self, present: bool) {
        if present {
            self.opened.fetch_add(1, Ordering::Relaxed);
        }
        self.present.store(present, Ordering::Relaxed);
    }

    /// Whether the port is open now.
    #[must_use]
    pub fn present(&self) -> bool {
        self.present.load(Ordering::Relaxed)
    }

    /// How often the port was opened.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// The port's ring was full, and its task waited; gives how often so far.
    pub fn ring_waited(&self) -> u64 {
        self.ring_waits.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How often the port's task waited for room in its ring.
    #[must_use]
    pub fn ring_waits(&self) -> u64 {
        self.ring_waits.load(Ordering::Relaxed)
    }
}
