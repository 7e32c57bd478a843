//! Messages back to bytes, as a device with the same settings would write them.

use super::settings::FRAME_MAX;
use super::{ScannerMessage, ScannerSettings, ScannerText};
use heapless::Vec;

type Frame = Vec<u8, FRAME_MAX>;

impl ScannerMessage {
    /// The frame of this message; `None` if it has no text in these settings (no no-read text, a trigger number that
    /// is missing, a code without AIM identifier) or goes beyond the cap.
    #[must_use]
    pub fn encode(&self, settings: &ScannerSettings) -> Option<Frame> {
        let mut frame: Frame = settings.start.into_iter().collect();
        let covered = frame.len();
        self.content(settings, &mut frame)?;
        frame.extend_from_slice(&settings.terminator).ok()?;
        if let Some(stop) = settings.stop {
            frame.push(stop).ok()?;
        }
        if settings.lrc {
            let sum = frame.get(covered..)?.iter().fold(0, |sum, byte| sum ^ byte);
            frame.push(sum).ok()?;
        }
        (frame.len() <= settings.cap).then_some(frame)
    }

    fn content(&self, settings: &ScannerSettings, frame: &mut Frame) -> Option<()> {
        match self {
            Self::Heartbeat => frame.extend_from_slice(settings.heartbeat.first()?).ok(),
            Self::Cola(telegram) => {
                frame.extend_from_slice(telegram.kind.letters().as_bytes()).ok()?;
                for part in [telegram.name.as_slice(), telegram.arguments.as_slice()] {
                    if !part.is_empty() {
                        frame.push(b' ').ok()?;
                        frame.extend_from_slice(part).ok()?;
                    }
                }
                Some(())
            }
            Self::NoRead { trigger, .. } => {
                number(settings, *trigger, frame)?;
                frame.extend_from_slice(settings.no_read.first()?).ok()
            }
            Self::Read { trigger, codes, .. } => {
                number(settings, *trigger, frame)?;
                for (index, code) in codes.iter().enumerate() {
                    if index > 0 {
                        separate(settings, frame)?;
                    }
                    let Some(code) = code else {
                        frame.extend_from_slice(missing(settings)?).ok()?;
                        continue;
                    };
                    if settings.aim {
                        frame.extend_from_slice(&code.aim?.bytes()).ok()?;
                    }
                    frame.extend_from_slice(&code.bytes).ok()?;
                }
                Some(())
            }
        }
    }
}

fn missing(settings: &ScannerSettings) -> Option<&ScannerText> {
    settings.local_no_read.as_ref().or(settings.no_read.first())
}

fn number(settings: &ScannerSettings, trigger: Option<u32>, frame: &mut Frame) -> Option<()> {
    if !settings.trigger_number {
        return Some(());
    }
    let mut rest = trigger?;
    let mut digits = [b'0'; 10];
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).ok()?;
        rest /= 10;
        used += 1;
        if rest == 0 && used >= 6 {
            break;
        }
    }
    frame.extend_from_slice(digits.get(10 - used..)?).ok()?;
    separate(settings, frame)
}

fn separate(settings: &ScannerSettings, frame: &mut Frame) -> Option<()> {
    if settings.separator.is_empty() {
        return None;
    }
    frame.extend_from_slice(&settings.separator).ok()
}
