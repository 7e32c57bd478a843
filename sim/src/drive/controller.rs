//! What a drive asks of a controller, real or naive, and what it hears back.
//!
//! A controller here is sans-IO: bytes come in per port with a virtual time, bytes go out through [`Hooks`]. The drive
//! calls [`Controller::poll`] after every delivery and at every [`Controller::next_timeout`]; nothing else makes a
//! controller act. Ports are numbered in the order of `[[port]]` in `line.toml`.

use sortie_controller::ledger::{Manifest, Reconciliation};
use sortie_core::output::{Alarm, HoldVerdict};
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_world::oracle::{Queue, Restart};
use sortie_world::upset::Upset;

/// A controller that a drive can run against the simulated line.
pub trait Controller {
    /// The process comes up at `at` with whatever its storage kept; all ports are absent until [`Controller::port`].
    fn start(&mut self, at: u64, hooks: &mut impl Hooks);

    /// Bytes arrived on a port that is present.
    fn bytes(&mut self, at: u64, port: usize, bytes: &[u8]);

    /// A port appeared, or vanished.
    fn port(&mut self, at: u64, port: usize, present: bool);

    /// A line was appended to one of the files that operators and hosts write (for the plan: the whole file).
    fn feed(&mut self, at: u64, line: FeedLine<'_>);

    /// UTC in milliseconds since 1970; the drive tells it once a second, as the real process reads its clock.
    fn utc(&mut self, at: u64, utc_ms: i64);

    /// Does everything that is due at `at` and says it through `hooks`.
    fn poll(&mut self, at: u64, hooks: &mut impl Hooks);

    /// When [`Controller::poll`] has to be called again at the latest, if nothing else happens; nanoseconds.
    fn next_timeout(&self) -> Option<u64>;

    /// `kill -9`: everything that was not durable is gone. [`Controller::start`] follows later.
    fn kill(&mut self, at: u64);

    /// Something happens to its disk; [`Upset::Torn`] is a kill too. Says whether there was anything that it could happen
    /// to: a controller without a journal has no disk.
    fn upset(&mut self, _at: u64, _upset: &Upset) -> bool {
        false
    }

    /// Messages that the port took in whole, and those that it refused, for the drive's report.
    fn wire(&self, port: usize) -> WireCount;
}

/// Frames of one port, as the controller counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WireCount {
    /// Whole messages.
    pub frames: u64,
    /// Messages or bytes that were refused.
    pub errors: u64,
}

/// One line of a file that operators or hosts write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedLine<'a> {
    /// The file.
    pub file: FeedFile,
    /// One line without its end; for [`FeedFile::Plan`] the whole file.
    pub text: &'a str,
}

/// The files that operators and hosts write while the line runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedFile {
    /// `plan.toml`.
    Plan,
    /// `flights.ndjson`.
    Flights,
    /// `parcels.ndjson`.
    Parcels,
    /// `holds.ndjson`.
    Holds,
    /// `orders.ndjson`.
    Orders,
}

/// What a controller says; the drive passes it to the line, the oracle and the trace.
pub trait Hooks {
    /// Bytes for the wire.
    fn to_line(&mut self, at: u64, port: usize, bytes: &[u8]);

    /// An input was taken: its number and its journaled form.
    fn input(&mut self, at: u64, number: u64, encoded: &[u8]);

    /// Something was said about input `cause`: the output's journaled form.
    fn output(&mut self, at: u64, cause: u64, encoded: &[u8]);

    /// Every input up to and including `number` is durable from now on.
    fn durable(&mut self, at: u64, number: u64);

    /// A fire caused by input `cause` was handed to the wire.
    fn released(&mut self, at: u64, cause: u64);

    /// An item was decided on, first or again.
    fn decided(&mut self, at: u64, decided: &Decided<'_>);

    /// The fate of an item in the controller's own books.
    fn booked(&mut self, at: u64, booked: Booked);

    /// Something was told to people or hosts: an answer, the pull list, containers, flights.
    fn told(&mut self, at: u64, told: Told<'_>);

    /// After a restart: is what came back the replay of the journal?
    fn restarted(&mut self, at: u64, restart: Restart);

    /// A telegram of the board was taken as input `input`.
    fn telegram(&mut self, at: u64, input: u64, number: u32, telegram: &BoardTelegram);

    /// The board's stream goes on somewhere else: a session began, or it said that telegrams are gone.
    fn stream_begins(&mut self, at: u64);

    /// A telegram was given to the link, for the board.
    fn commanded(&mut self, at: u64, telegram: &HostTelegram);

    /// A queue held so many.
    fn queue(&mut self, at: u64, queue: Queue, depth: usize);

    /// A message for people: a bad line in a file, a port that vanished.
    fn note(&mut self, at: u64, text: &str);
}

/// One decision, as far as the drive needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided<'a> {
    /// The controller's item number.
    pub item: u32,
    /// The host's key of the linked parcel; empty if none.
    pub parcel: &'a [u8],
    /// Chute, or `None` for the end of line.
    pub chute: Option<u16>,
    /// Three-letter code in capitals; `OK` for a flight chute.
    pub code: &'static str,
}

/// What the controller tells people and hosts. Containers have the controller's own numbers; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// An alarm was raised or cleared.
    Alarm {
        /// Which.
        alarm: Alarm,
        /// True: raised.
        raised: bool,
    },
    /// The answer to a hold.
    Answered {
        /// The host's key of the parcel.
        parcel: &'a [u8],
        /// The answer.
        verdict: HoldVerdict,
    },
    /// An entry of the pull list.
    PullOpened {
        /// Its number.
        pull: u32,
        /// The host's key of the parcel.
        parcel: &'a [u8],
        /// The chute in which it lies.
        chute: u16,
        /// The container.
        container: u32,
    },
    /// An entry of the pull list is done with.
    PullClosed {
        /// Its number.
        pull: u32,
    },
    /// A container stands at a chute.
    ContainerOpened {
        /// The container.
        container: u32,
        /// The chute.
        chute: u16,
    },
    /// A container is closed, and its manifest frozen.
    ContainerClosed {
        /// The manifest.
        manifest: &'a Manifest,
    },
    /// All that was under way to a closed flight has come.
    FlightClosed {
        /// What became of its parcels.
        sheet: &'a Reconciliation,
    },
}

/// What the controller holds to have become of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// Discharge confirmed at a chute.
    Confirmed {
        /// The controller's item number.
        item: u32,
        /// The chute.
        chute: u16,
    },
    /// Fired, but the confirm stayed away.
    Unconfirmed {
        /// The controller's item number.
        item: u32,
        /// The chute.
        chute: u16,
    },
    /// A confirm or unconfirmed discharge was taken back.
    Revoked {
        /// The controller's item number.
        item: u32,
        /// The chute.
        chute: u16,
    },
    /// Rode off at the end of line, with the code of the last decision.
    EndOfLine {
        /// The controller's item number.
        item: u32,
        /// Three-letter code.
        code: &'static str,
    },
    /// Not on the belt any more, and nobody knows since when.
    Gone {
        /// The controller's item number.
        item: u32,
    },
    /// All that rode became unknown.
    Flushed,
}
