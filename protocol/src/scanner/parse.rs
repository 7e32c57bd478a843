//! A frame's content to its meaning.

use super::cola::ColaTelegram;
use super::message::{CODES_MAX, Code};
use super::{ScannerError, ScannerMessage, ScannerSettings};
use crate::identifier::AimId;
use heapless::Vec;

/// The meaning of what stood between start and end, terminator taken off.
#[inline]
pub(super) fn message(
    settings: &ScannerSettings,
    content: &[u8],
    terminated: bool,
) -> Result<ScannerMessage, ScannerError> {
    if content.is_empty() {
        return Err(ScannerError::Empty);
    }
    // Without a branch for each byte: almost every frame is printable through and through.
    let printable = content.iter().fold(true, |all, byte| all & (*byte >= 0x20) & (*byte != 0x7F));
    if !printable && let Some(&byte) = content.iter().find(|byte| !may_stand_in_a_field(settings, **byte)) {
        return Err(ScannerError::Character(byte));
    }
    if settings.is_heartbeat(content) {
        return Ok(ScannerMessage::Heartbeat);
    }
    if settings.cola && ColaTelegram::is_one(content) {
        return ColaTelegram::parse(content).map(ScannerMessage::Cola).ok_or(ScannerError::Cola);
    }
    let (trigger, fields) = if settings.trigger_number { split_trigger(settings, content)? } else { (None, content) };
    let mode = settings.mode;
    if settings.is_no_read(fields) {
        return Ok(ScannerMessage::NoRead { trigger, mode });
    }
    let (codes, dropped) = codes(settings, fields)?;
    if dropped == 0 && codes.iter().all(Option::is_none) {
        return Ok(ScannerMessage::NoRead { trigger, mode });
    }
    Ok(ScannerMessage::Read { trigger, codes, dropped, terminated, mode })
}

/// Printable bytes, those beyond ASCII, and the three separators of GS1 and ISO/IEC 15434 data.
fn may_stand_in_a_field(settings: &ScannerSettings, byte: u8) -> bool {
    (byte >= 0x20 && byte != 0x7F) || matches!(byte, 0x04 | 0x1D | 0x1E) || settings.separator.contains(&byte)
}

/// The trigger number and the fields behind it.
fn split_trigger<'a>(
    settings: &'a ScannerSettings,
    content: &'a [u8],
) -> Result<(Option<u32>, &'a [u8]), ScannerError> {
    let mut fields = Fields::of(settings, content);
    let number = fields.next().and_then(trigger_number).ok_or(ScannerError::NoTrigger)?;
    Ok((Some(number), fields.rest.ok_or(ScannerError::NoTrigger)?))
}

/// The fields of a frame's content; always at least one.
struct Fields<'a> {
    separator: &'a [u8],
    rest: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    fn of(settings: &'a ScannerSettings, content: &'a [u8]) -> Self {
        Self { separator: &settings.separator, rest: Some(content) }
    }

    fn place(&self, text: &[u8]) -> Option<usize> {
        match self.separator {
            [] => None,
            [one] => text.iter().position(|byte| byte == one),
            several => text.windows(several.len()).position(|window| window == several),
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest.take()?;
        let Some((field, behind)) = self.place(text).and_then(|place| text.split_at_checked(place)) else {
            return Some(text);
        };
        self.rest = behind.get(self.separator.len()..);
        Some(field)
    }
}

fn trigger_number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(u32::from(digit))
    })
}

type Codes = Vec<Option<Code>, CODES_MAX>;

#[inline]
fn codes(settings: &ScannerSettings, fields: &[u8]) -> Result<(Codes, u8), ScannerError> {
    let mut codes = Codes::new();
    let mut dropped = 0_u8;
    for field in Fields::of(settings, fields) {
        let found = slot(settings, field)?;
        let kept = match found {
            Slot::Code(code) => codes.push(Some(code)).is_ok(),
            Slot::Missing => codes.push(None).is_ok(),
            Slot::TooLong => false,
        };
        dropped = dropped.saturating_add(u8::from(!kept));
    }
    Ok((codes, dropped))
}

enum Slot {
    Code(Code),
    Missing,
    TooLong,
}

#[inline]
fn slot(settings: &ScannerSettings, field: &[u8]) -> Result<Slot, ScannerError> {
    if field.is_empty() {
        return Err(ScannerError::EmptyCode);
    }
    if settings.local_no_read.as_ref().is_some_and(|text| text == field) {
        return Ok(Slot::Missing);
    }
    if settings.is_no_read(field) {
        return Ok(Slot::Missing);
    }
    if settings.is_heartbeat(field) {
        return Err(ScannerError::Misplaced);
    }
    let (aim, data) = if settings.aim {
        let (aim, data) = AimId::split(field).map_err(|_| ScannerError::NoAim)?;
        (Some(aim), data)
    } else {
        (None, field)
    };
    if data.is_empty() {
        return Err(ScannerError::EmptyCode);
    }
    Ok(Vec::from_slice(data).map_or(Slot::TooLong, |bytes| Slot::Code(Code { bytes, aim })))
}
