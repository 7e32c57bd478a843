//! The board's port: the host's end of the link, inputs out of it, orders into it.

use super::{Busy, Order, OrderKind, PortCounters};
use sortie_core::input::Input;
use sortie_protocol::board::telegram::HostTelegram;
use sortie_protocol::board::{HostEnd, HostEvent, LinkSettings, Resume};

/// Telegrams without acknowledgement above which a beat is left out: a board that does not answer for so long has no
/// use for a pile of old beats in front of the next cancel.
const BEATS_BEHIND: usize = 48;

/// The board's port.
#[derive(Debug)]
pub struct BoardPort {
    end: Box<HostEnd>,
    /// Counts the times the link came up otherwise than resumed, as the engine does.
    epoch: u32,
    counters: PortCounters,
}

impl BoardPort {
    /// A port that has to reach its board first. `session` is another number for each start of the controller;
    /// `resume` is the boot number and the telegram that the journal needs next.
    #[must_use]
    pub fn new(session: u32, resume: Option<(u32, u32)>, settings: LinkSettings) -> Self {
        let resume = resume.map(|(boot, next)| Resume { boot, next });
        let end = Box::new(HostEnd::new(session, resume, settings));
        Self { end, epoch: 0, counters: PortCounters::default() }
    }

    /// The port was opened: the board is greeted at once.
    pub fn opened(&mut self) {
        self.end.reopened();
    }

    /// Takes bytes that were read at `now`, nanoseconds.
    pub fn receive(&mut self, now: u64, bytes: &[u8], mut sink: impl FnMut(Input)) {
        self.counters.bytes_in += bytes.len() as u64;
        let Self { epoch, counters, .. } = self;
        self.end.receive(now, bytes, &mut |event| {
            if let HostEvent::Up { sensors, outputs, .. } = event {
                (counters.sensors, counters.outputs) = (sensors, outputs);
            }
            sink(input(event, epoch));
        });
    }

    /// Takes an order of the engine.
    ///
    /// # Errors
    /// When too many telegrams wait for their acknowledgement; the order is to be given again later.
    #[inline]
    pub fn order(&mut self, order: &Order) -> Result<(), Busy> {
        if order.epoch != self.epoch || self.epoch == 0 {
            self.counters.stale += 1;
            return Ok(());
        }
        match order.what {
            OrderKind::Acknowledge(seq) => self.end.acknowledge(seq),
            OrderKind::Command(HostTelegram::Beat { .. }) if self.end.unacknowledged() > BEATS_BEHIND => {
                self.counters.beats_skipped += 1;
            }
            OrderKind::Command(telegram) => self.end.send(telegram).map_err(|_| Busy)?,
        }
        Ok(())
    }

    /// Gives everything to `sink` that is due on the wire at `now`, nanoseconds.
    pub fn transmit(&mut self, now: u64, mut sink: impl FnMut(&[u8])) {
        let written = &mut self.counters.bytes_out;
        self.end.transmit(now, &mut |bytes| {
            *written += bytes.len() as u64;
            sink(bytes);
        });
    }

    /// When [`BoardPort::transmit`] has something to do next.
    #[must_use]
    #[inline]
    pub fn next_timeout(&self) -> Option<u64> {
        self.end.next_timeout()
    }

    /// Telegrams that the board has not acknowledged.
    #[must_use]
    #[inline]
    pub fn unacknowledged(&self) -> usize {
        self.end.unacknowledged()
    }

    /// Whether the board answers.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.end.is_up()
    }

    /// What the port has counted.
    #[must_use]
    pub fn counters(&self) -> PortCounters {
        let link = self.end.counters();
        PortCounters {
            frames: link.frames,
            errors: link.errors(),
            repeats: link.repeats,
            up: self.end.is_up(),
            other_versions: link.version,
            version: link.other_version.unwrap_or_default(),
            boot_zero: link.boot_zero,
            ..self.counters
        }
    }
}

fn input(event: HostEvent, epoch: &mut u32) -> Input {
    match event {
        HostEvent::Up { boot, resumed, time_ms, .. } => {
            // The first answer in the life of this process starts a session; so does another boot.
            let new_session = *epoch == 0 || !resumed;
            *epoch += u32::from(new_session);
            Input::LinkUp { boot, resumed, new_session, time_ms: Some(time_ms) }
        }
        HostEvent::Telegram { seq, telegram } => Input::Board { seq, telegram },
        HostEvent::Lost { .. } => Input::EventsLost,
    }
}
