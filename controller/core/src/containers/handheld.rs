//! Handheld scanners at the chutes: the sign of a chute, then the label of its next container.

use crate::limits::HANDHELDS;
use crate::output::{ContainerCause, Record, Refusal};
use crate::outputs::Outputs;
use crate::records::{CodeText, ContainerId};
use crate::state::Core;

/// What a sign starts with; the number of its chute follows.
const SIGN: &[u8] = b"CHUTE-";
/// How long a scanned sign holds, in nanoseconds of host time.
const HOLDS_NS: u64 = 60_000_000_000;

/// The chute whose sign was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Selection {
    chute: usize,
    at: u64,
}

/// What was scanned last with each handheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handhelds([Option<Selection>; HANDHELDS]);

impl Handhelds {
    pub(crate) fn new() -> Self {
        Self([None; HANDHELDS])
    }
}

impl Core {
    /// A handheld scanned something.
    #[inline(never)]
    pub(crate) fn take_handheld(&mut self, station: u8, text: &CodeText, out: &mut Outputs) {
        let known = usize::from(station) < HANDHELDS;
        let taken = known
            && match text.strip_prefix(SIGN) {
                Some(number) => self.take_sign(station, number, out),
                None => self.take_label(station, text, out),
            };
        if !taken {
            out.record(Record::Refused(Refusal::HandheldUnclear { station }));
        }
    }

    /// The sign of a chute: its change begins if a container is open there. `false` if it is no sign.
    fn take_sign(&mut self, station: u8, digits: &[u8], out: &mut Outputs) -> bool {
        let Some(number) = number(digits) else { return false };
        let chute = self.geometry.chute_of_number(number);
        let at = self.now;
        self.handhelds.0[usize::from(station)] = chute.map(|chute| Selection { chute, at });
        match chute {
            None => out.record(Record::Refused(Refusal::UnknownChute { chute: number })),
            Some(chute) => {
                if !self.cannot_be_written(chute, out) && self.begin_change(chute, ContainerCause::Handheld, out) {
                    self.decide_all(out);
                }
            }
        }
        true
    }

    /// The label of the next container at the chute whose sign was scanned. `false` if it is none, or follows none.
    fn take_label(&mut self, station: u8, text: &CodeText, out: &mut Outputs) -> bool {
        let now = self.now;
        let selection = &mut self.handhelds.0[usize::from(station)];
        *selection = selection.filter(|selection| now - selection.at < HOLDS_NS);
        let (Some(Selection { chute, .. }), Some(id)) = (*selection, label(text)) else { return false };
        if self.open_container(chute, id, out) {
            self.handhelds.0[usize::from(station)] = None;
        }
        true
    }
}

fn number(digits: &[u8]) -> Option<u16> {
    core::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

fn label(text: &[u8]) -> Option<ContainerId> {
    let printable = !text.is_empty() && text.iter().all(|byte| (b' '..=b'~').contains(byte));
    ContainerId::from_slice(text).ok().filter(|_| printable)
}
