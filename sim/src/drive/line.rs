//! What a drive asks of the simulated line, with the oracle that judges it.

use super::controller::{Booked, Decided, FeedLine, Told};
use super::trace::Kind;
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_world::oracle::{Queue, Restart};
use sortie_world::upset::Upset;

/// The simulated line: physics, devices, faults and oracle, and the host systems that feed records.
///
/// Ports are numbered in the order of `[[port]]` in `line.toml`. Time never goes back.
pub trait Line {
    /// When something happens next, in nanoseconds; `None` if nothing ever will.
    fn next_event_at(&self) -> Option<u64>;

    /// Lets everything happen that is due at or before `to`, in order. Says how far it came: to `to`, unless the sink
    /// paused or the line came to its end.
    fn advance(&mut self, to: u64, sink: &mut impl LineSink) -> u64;

    /// The host wrote bytes.
    fn host_wrote(&mut self, at: u64, port: usize, bytes: &[u8]);

    /// The host opened a port or closed it; what is sent to a closed port is lost.
    fn host_has(&mut self, at: u64, port: usize, open: bool);

    /// How many ports there are.
    fn ports(&self) -> usize;

    /// UTC of virtual time `at`, milliseconds since 1970.
    fn utc_ms(&self, at: u64) -> i64;

    /// When the host systems write their next line; `None` when they have nothing more to say.
    fn next_feed_at(&self) -> Option<u64>;

    /// Lets the host systems write the lines that are due at `at`; the oracle takes them as delivered now.
    fn feed(&mut self, at: u64, to: &mut dyn FnMut(FeedLine<'_>));

    /// Switches every fault off from now on.
    fn stop_faults(&mut self, at: u64);

    /// No further parcel is put on the belt.
    fn stop_parcels(&mut self, at: u64);

    /// True once every parcel was fed and lies somewhere, or will not move any more.
    fn finished(&self) -> bool;

    /// The oracle hears what the controller said.
    fn heard(&mut self, at: u64, heard: Heard<'_>);
}

/// What the controller did, as far as the oracle may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// Every input up to this number is durable.
    Durable(u64),
    /// A fire caused by this input went to the wire.
    Released(u64),
    /// An item was decided on.
    Decided(Decided<'a>),
    /// The fate of an item in the controller's books.
    Booked(Booked),
    /// Something was told to people or hosts.
    Told(Told<'a>),
    /// After a restart: is the state equal to the replay of the journal?
    Restarted(Restart),
    /// A telegram of the board was taken: number of the input, and of the telegram.
    Telegram(u64, u32, BoardTelegram),
    /// A session with the board began, or it said that telegrams are gone: its stream goes on somewhere else.
    StreamBegins,
    /// A telegram was given to the link, for the board.
    Commanded(HostTelegram),
    /// A queue held so many.
    Queue(Queue, usize),
}

/// Where the line says what happens.
pub trait LineSink {
    /// Bytes reach the host.
    fn to_host(&mut self, at: u64, port: usize, bytes: &[u8]);

    /// A port appears or vanishes.
    fn port(&mut self, at: u64, port: usize, present: bool);

    /// The controller's process is killed, and comes back after `down_ns`.
    fn kill(&mut self, at: u64, down_ns: u64);

    /// Something happens to the controller's disk. Says whether there was anything that it could happen to; another process
    /// is nothing that a line could reach.
    fn upset(&mut self, _at: u64, _upset: &Upset) -> bool {
        false
    }

    /// A strike or something physical, for the trace.
    fn happened(&mut self, at: u64, kind: Kind, number: u64, content: &[u8]);

    /// True if time must not go on before the controller has had its say. Wall time never waits.
    fn pauses(&self) -> bool {
        false
    }
}
