//! Looks at each port once a second: is what comes in what its device should say?
//!
//! A port that is open and brings nothing, or nothing but errors, is mostly a plug in the wrong socket. Nobody sees that
//! from counters alone.

use crate::config::LineConfig;
use crate::port::{PortCounters, PortMeter};
use sortie_core::line::WeigherKind;
use sortie_protocol::board::frame::VERSION;
use std::fmt;
use std::sync::Arc;

/// A board tells the time fifty times a second, a streaming weigher its weight ten times.
const SILENCE_S: u32 = 5;
/// Seconds with errors and without one sound message, or hardly one, before somebody is told.
const FOREIGN_S: u32 = 3;
/// So many errors to each sound message, and it is sound by chance only: few dialects have a check.
const FOREIGN_ERRORS: u64 = 9;
/// Bytes without any message that are as telling as errors: a decoder may wait long for an end that never comes.
const FOREIGN_BYTES: u64 = 200;

/// What a port's device should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duty {
    /// Speak at least so often, seconds; 0: as it likes.
    Speak { within_s: u32 },
    /// Speak like a board that has at least so many sensors and outputs.
    Board { sensors: u16, outputs: u16 },
}

/// What is wrong with a port that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing comes in.
    Silent(u32),
    /// Something comes in, but not one sound message, or hardly one.
    Foreign,
    /// The board speaks another version of the protocol.
    OtherVersion(u8),
    /// The board greets with boot number 0.
    BootZero,
    /// The board has fewer sensors or outputs than the line uses.
    OtherBoard { sensors: u16, outputs: u16 },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(seconds) => {
                write!(f, "open, but silent for {seconds} s: is the device on, and its cable in this socket?")
            }
            Self::Foreign => f.write_str(
                "what comes in is not what this device says: another device, or another dialect, baud rate or parity?",
            ),
            Self::OtherVersion(version) => {
                write!(
                    f,
                    "its board speaks protocol version {version}, and this program speaks version {VERSION}: update \
                     the older of the two"
                )
            }
            Self::BootZero => f.write_str(
                "its board greets with boot number 0, which is none: it has to count its starts from 1 on \
                 (hardware.md, section 4)",
            ),
            Self::OtherBoard { sensors, outputs } => {
                write!(
                    f,
                    "its board has {sensors} sensors and {outputs} outputs, fewer than line.toml uses: another board?"
                )
            }
        }
    }
}

/// One port and what was last seen of it.
#[derive(Debug)]
pub(super) struct PortWatch {
    pub(super) role: String,
    pub(super) meter: Arc<PortMeter>,
    pub(super) trouble: Option<Trouble>,
    duty: Duty,
    seen: PortCounters,
    opened: u64,
    silent_s: u32,
    foreign_s: u32,
    foreign_bytes: u64,
}

impl PortWatch {
    /// Watches the port of that index.
    pub(super) fn new(config: &LineConfig, port: usize, meter: Arc<PortMeter>) -> Self {
        Self {
            role: config.ports[port].role.clone(),
            meter,
            trouble: None,
            duty: duty(config, port),
            seen: PortCounters::default(),
            opened: 0,
            silent_s: 0,
            foreign_s: 0,
            foreign_bytes: 0,
        }
    }

    /// A second has passed; what people have to know of it.
    pub(super) fn look(&mut self) -> Option<String> {
        let now = self.meter.load();
        let before = self.trouble;
        self.trouble = if self.meter.present() { self.judge(&now) } else { None };
        if !self.meter.present() {
            (self.silent_s, self.foreign_s, self.foreign_bytes) = (0, 0, 0);
        }
        self.seen = now;
        let role = &self.role;
        match (before, self.trouble) {
            (None, Some(trouble)) => Some(format!("ALARM port {role}: {trouble}")),
            (Some(_), None) if self.meter.present() => Some(format!("alarm over: port {role} brings what it should")),
            _ => None,
        }
    }

    /// Whether sound messages came in the last second.
    pub(super) fn speaks(&self) -> bool {
        self.meter.present() && self.silent_s == 0 && self.foreign_s == 0
    }

    fn judge(&mut self, now: &PortCounters) -> Option<Trouble> {
        if self.meter.opened() != self.opened {
            (self.silent_s, self.foreign_s, self.foreign_bytes) = (0, 0, 0);
            self.opened = self.meter.opened();
        }
        let (frames, errors) = (now.frames - self.seen.frames, now.errors - self.seen.errors);
        let bytes = now.bytes_in - self.seen.bytes_in;
        self.silent_s = if bytes == 0 { self.silent_s + 1 } else { 0 };
        let sound = frames * FOREIGN_ERRORS >= errors;
        if frames > 0 && sound {
            (self.foreign_s, self.foreign_bytes) = (0, 0);
        } else if !sound || bytes > 0 {
            self.foreign_s += 1;
            self.foreign_bytes += bytes + errors * FOREIGN_BYTES;
        }
        if self.foreign_s >= FOREIGN_S && self.foreign_bytes >= FOREIGN_BYTES {
            return Some(self.foreign(now));
        }
        let within_s = match self.duty {
            Duty::Speak { within_s } => within_s,
            Duty::Board { .. } => SILENCE_S,
        };
        if within_s > 0 && self.silent_s >= within_s {
            return Some(Trouble::Silent(self.silent_s));
        }
        self.other_board(now)
    }

    /// What does not say what it should may at least say what it is.
    fn foreign(&self, now: &PortCounters) -> Trouble {
        if now.other_versions > self.seen.other_versions {
            Trouble::OtherVersion(now.version)
        } else if now.boot_zero > self.seen.boot_zero {
            Trouble::BootZero
        } else {
            Trouble::Foreign
        }
    }

    fn other_board(&self, now: &PortCounters) -> Option<Trouble> {
        let Duty::Board { sensors, outputs } = self.duty else { return None };
        let known = now.sensors > 0 || now.outputs > 0;
        (known && (now.sensors < sensors || now.outputs < outputs))
            .then_some(Trouble::OtherBoard { sensors: now.sensors, outputs: now.outputs })
    }
}

fn duty(config: &LineConfig, port: usize) -> Duty {
    if config.board.port == port {
        let sensors = config.pecs.iter().map(|pec| pec.sensor + 1).max().unwrap_or(0);
        let outputs = config.chutes.iter().map(|chute| chute.output + 1).max().unwrap_or(0);
        return Duty::Board { sensors, outputs };
    }
    let streams = |weigher: &crate::config::WeigherConfig| weigher.port == port && weigher.kind == WeigherKind::Stream;
    if config.weighers.iter().any(streams) {
        return Duty::Speak { within_s: SILENCE_S };
    }
    let scanner = config.scanners.iter().find(|scanner| scanner.port == port);
    Duty::Speak { within_s: scanner.map_or(0, |scanner| scanner.silence_max_s) }
}

#[cfg(test)]
mod tests {
    use super::{PortWatch, Trouble};
    use crate::config::line_from_str;
    use crate::port::{PortCounters, PortMeter};
    use std::sync::Arc;

    const LINE: &str = include_str!("../../tests/cases/check-good-line/line.toml");

    /// A watch on an open port, and its meter.
    fn watch(role: &str) -> (PortWatch, Arc<PortMeter>) {
        let text = LINE.replace("heartbeat = \"HB\"", "heartbeat = \"HB\"\nsilence_max_s = 30");
        let config = line_from_str("line.toml", &text).unwrap();
        let port = config.ports.iter().position(|port| port.role == role).unwrap();
        let meter = Arc::new(PortMeter::default());
        meter.set_present(true);
        (PortWatch::new(&config, port, Arc::clone(&meter)), meter)
    }

    /// What is told in each of these seconds, in which so much was counted.
    fn told(watch: &mut PortWatch, meter: &PortMeter, seconds: u32, each: PortCounters) -> Vec<(u32, String)> {
        let mut told = Vec::new();
        for second in 1..=seconds {
            let sum = meter.load();
            meter.store(&PortCounters {
                bytes_in: sum.bytes_in + each.bytes_in,
                frames: sum.frames + each.frames,
                errors: sum.errors + each.errors,
                ..each
            });
            told.extend(watch.look().map(|text| (second, text)));
        }
        told
    }

    #[test]
    fn a_silent_board_is_told_once_and_when_it_speaks() {
        let (mut watch, meter) = watch("board");
        let silent = told(&mut watch, &meter, 60, PortCounters::default());
        assert_eq!(silent.len(), 1);
        assert!(silent[0].0 == 5 && silent[0].1.contains("ALARM port board: open, but silent for 5 s"), "{silent:?}");
        assert!(!watch.speaks());
        let clocks = PortCounters { bytes_in: 1_300, frames: 50, ..PortCounters::default() };
        assert_eq!(told(&mut watch, &meter, 9, clocks).len(), 1);
        assert!(watch.speaks() && watch.trouble.is_none());
    }

    #[test]
    fn another_device_is_told_after_a_few_seconds_of_errors() {
        let foreign = PortCounters { bytes_in: 400, errors: 3, ..PortCounters::default() };
        let unended = PortCounters { bytes_in: 80, ..PortCounters::default() };
        let by_chance = PortCounters { bytes_in: 50_000, frames: 20, errors: 900, ..PortCounters::default() };
        let cases = [("board", foreign), ("scanner-top", foreign), ("scanner-top", by_chance), ("scale", unended)];
        for (role, each) in cases {
            let (mut watch, meter) = watch(role);
            let told = told(&mut watch, &meter, 9, each);
            assert!(matches!(&told[..], [(3, text)] if text.contains("is not what this device says")), "{told:?}");
            assert_eq!(watch.trouble, Some(Trouble::Foreign));
        }
    }

    #[test]
    fn some_damage_among_good_messages_is_no_alarm() {
        let (mut watch, meter) = watch("scanner-top");
        let noisy = PortCounters { bytes_in: 90, frames: 3, errors: 2, ..PortCounters::default() };
        assert_eq!(told(&mut watch, &meter, 60, noisy), []);
        let one = PortCounters { bytes_in: 9, errors: 1, ..PortCounters::default() };
        assert_eq!(told(&mut watch, &meter, 1, one), []);
        assert_eq!(
            told(&mut watch, &meter, 20, PortCounters::default()),
            [],
            "a scanner is silent while nothing passes"
        );
        assert_eq!(told(&mut watch, &meter, 20, PortCounters::default()).len(), 1, "but not beyond silence_max_s");
    }

    #[test]
    fn a_board_that_is_too_small_is_another_one() {
        let clocks = PortCounters { bytes_in: 1_300, frames: 50, sensors: 3, outputs: 3, ..PortCounters::default() };
        let (mut watch, meter) = watch("board");
        assert_eq!(told(&mut watch, &meter, 9, clocks), []);
        let told = told(&mut watch, &meter, 9, PortCounters { outputs: 2, ..clocks });
        assert!(matches!(&told[..], [(1, text)] if text.contains("3 sensors and 2 outputs")), "{told:?}");
    }

    #[test]
    fn a_board_that_says_what_is_wrong_with_it_is_told_by_that() {
        let bad = PortCounters { bytes_in: 400, errors: 9, ..PortCounters::default() };
        let cases = [
            (1, 0, "speaks protocol version 2, and this program speaks version 1"),
            (0, 1, "greets with boot number 0"),
        ];
        for (versions, zeros, text) in cases {
            let (mut watch, meter) = watch("board");
            let mut said = Vec::new();
            for second in 1..=9 {
                let sum = PortCounters { bytes_in: bad.bytes_in * second, errors: bad.errors * second, ..bad };
                let (other_versions, boot_zero) = (versions * second, zeros * second);
                meter.store(&PortCounters { other_versions, version: 2, boot_zero, ..sum });
                said.extend(watch.look());
            }
            assert!(matches!(&said[..], [only] if only.contains(text)), "{said:?}");
        }
    }

    #[test]
    fn a_port_that_is_gone_is_told_by_its_task() {
        let (mut watch, meter) = watch("board");
        told(&mut watch, &meter, 9, PortCounters::default());
        meter.set_present(false);
        assert_eq!(told(&mut watch, &meter, 9, PortCounters::default()), []);
        meter.set_present(true);
        assert_eq!(told(&mut watch, &meter, 4, PortCounters::default()), []);
        assert_eq!(told(&mut watch, &meter, 1, PortCounters::default()).len(), 1);
    }
}
