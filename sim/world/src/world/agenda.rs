//! What is to happen: at a time, or at a travel of the belt. Equal times keep the order in which they were noted.
//!
//! Events are kept to eight bytes: the agendas are the busiest tables of a run, and their entries are moved a lot.

use crate::events::StrikeKind;

/// A number of a device, a port or a buffer, as an event carries it.
pub(crate) fn short(number: usize) -> u16 {
    debug_assert!(number <= usize::from(u16::MAX), "no line has so many of anything");
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// What happens at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timed {
    /// The belt's next segment of constant speed.
    Turn,
    /// The board tells count, speed and time.
    Clock,
    /// A streaming weigher speaks.
    Weigh(u16),
    /// A scanner shows that it lives.
    Heartbeat(u16),
    /// A chunk is at the host's end of a wire.
    ToHost { port: u16, chunk: u16, plug: u16 },
    /// A chunk is at the device's end of a wire.
    ToLine { port: u16, chunk: u16, plug: u16 },
    /// A stroke of a chute's divert is complete.
    Stroke(u16),
    /// A stroke that came late, or that nobody had asked for, is complete.
    Stray { chute: u16, kind: StrikeKind },
    /// A weigher that failed weighs again.
    Weighs(u16),
    /// An eye that was stuck sees again.
    Unstick(u16),
    /// Something breaks or leaves the beam of a chute's confirm eye.
    Confirm { chute: u16, breaks: bool },
    /// An operator empties a chute, or wants to change its container.
    Empty(u16),
    /// Whoever changes a chute's container does the next thing.
    Change(u16),
    /// Something lies before a chute's confirm eye.
    Stuck(u16),
    /// Somebody takes it away.
    Clear(u16),
    /// Somebody presses the button that acknowledges alarms.
    Acknowledge,
    /// A button is let go.
    Release(u16),
    /// People go to the belt that the emergency stop has stopped.
    People,
    /// Whoever stopped the belt lets it go on.
    GoOn,
    /// Somebody takes away what has piled up at the end of line.
    EndCleared,
    /// A port is plugged in again.
    PlugIn(u16),
    /// The board has started anew.
    BoardUp,
    /// A fault strikes that is bound to no item.
    Strike(StrikeKind),
}

/// What happens at a travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Travelled {
    /// The next parcel comes: on a ring to one of its induction zones, by number; 0 on a belt.
    Feed(u16),
    /// An induction of a ring's zone puts an item onto its carrier.
    Load(u16),
    /// Carrier 1 comes to the index sensor.
    Index,
    /// The index sensor turns although carrier 1 is not there.
    IndexAgain,
    /// An eye's change may have lasted long enough.
    Settle(u16),
    /// A scanner's gate may close.
    Close(u16),
    /// A hole in an item comes to an eye or has passed it.
    Hole { eye: u16, opens: bool },
    /// An eye is dazzled or sees again.
    Dazzle { eye: u16, on: bool },
    /// A fault strikes an item.
    Strike { kind: StrikeKind, item: u32 },
    /// The encoder's pulses come again.
    Pulses,
}

#[derive(Clone, Copy, Debug)]
struct Entry<K, E> {
    key: K,
    event: E,
}

const _: () = assert!(size_of::<Timed>() <= 8 && size_of::<Travelled>() <= 8, "entries are moved a lot");

/// A list of what is to happen.
///
/// It is kept in order, the earliest last. There are a few dozen entries at most, and almost everything that is noted is
/// due before almost everything that stands here, so that finding its place takes a step or two: less than a heap needs
/// for giving an entry out.
#[derive(Debug)]
pub(crate) struct Agenda<K, E> {
    entries: Vec<Entry<K, E>>,
}

impl<K: Ord + Copy, E: Copy> Agenda<K, E> {
    pub(crate) fn new() -> Self {
        Self { entries: Vec::with_capacity(64) }
    }

    pub(crate) fn note(&mut self, key: K, event: E) {
        let sooner = self.entries.iter().rev().take_while(|entry| entry.key <= key).count();
        self.entries.insert(self.entries.len() - sooner, Entry { key, event });
    }

    #[inline]
    pub(crate) fn next(&self) -> Option<K> {
        self.entries.last().map(|entry| entry.key)
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Option<E> {
        self.entries.pop().map(|entry| entry.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_keep_their_order() {
        let mut agenda = Agenda::new();
        for (at, event) in [(5_u64, 'b'), (1, 'a'), (5, 'c'), (5, 'd')] {
            agenda.note(at, event);
        }
        let mut order = String::new();
        while let Some(event) = agenda.take() {
            order.push(event);
        }
        assert_eq!(order, "abcd");
    }
}
