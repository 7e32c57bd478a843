//! The telegrams of the board link, as meaning. Layouts stand in `hardware.md`, section "Telegrams".

/// Names one queued divert: the item and the pass on which it is to be diverted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Tag {
    /// Item number, unique for the life of the journal (low 32 bits).
    pub item: u32,
    /// Pass of that item, from 1.
    pub pass: u8,
}

/// What the board tells the host, in its numbered stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum BoardTelegram {
    /// Encoder count, belt speed and board time; at least 50 a second.
    Clock {
        /// Encoder count; wraps at 2^32.
        count: u32,
        /// Milliseconds since the board started; wraps at 2^32.
        time_ms: u32,
        /// Measured belt speed in counts per second.
        speed_cps: u16,
    },
    /// A belt photo-electric cell changed, after debounce.
    Edge {
        /// Encoder count at the edge.
        count: u32,
        /// Sensor number.
        sensor: u16,
        /// True: beam blocked (leading edge); false: clear (trailing edge).
        blocked: bool,
    },
    /// A sensor at a chute changed.
    Chute {
        /// Encoder count at the change.
        count: u32,
        /// Chute number.
        chute: u16,
        /// Which of the chute's sensors.
        sensor: ChuteSensor,
        /// True: active (blocked, full, pressed).
        active: bool,
    },
    /// A push-button changed.
    Button {
        /// Encoder count at the change.
        count: u32,
        /// Button number.
        button: u16,
        /// True: pressed.
        pressed: bool,
    },
    /// State of the belt drive and of the safety circuit, sent on each change and after each hello.
    Belt {
        /// Encoder count at the change.
        count: u32,
        /// Belt drive state.
        motion: BeltMotion,
        /// True while the emergency stop is pressed.
        estop: bool,
        /// True while a guard is open.
        guard_open: bool,
    },
    /// How a fire ended; exactly one for each accepted tag and revision that was not replaced.
    Outcome {
        /// Encoder count at which it ended.
        count: u32,
        /// The divert's tag.
        tag: Tag,
        /// Revision that ended.
        revision: u16,
        /// How it ended.
        outcome: FireOutcome,
    },
    /// Answer to a queue query: one telegram per queued or remembered tag, then `QueueEnd`.
    QueueEntry {
        /// Number of the query that is answered.
        query: u16,
        /// The divert's tag.
        tag: Tag,
        /// Latest revision known.
        revision: u16,
        /// `None` while still queued, else how it ended.
        outcome: Option<FireOutcome>,
    },
    /// End of the answer to a queue query.
    QueueEnd {
        /// Number of the query that is answered.
        query: u16,
        /// How many `QueueEntry` telegrams went before.
        entries: u16,
    },
}

/// A chute's sensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum ChuteSensor {
    /// Discharge confirm: something left the belt into this chute.
    Confirm,
    /// Half-full photo-eye.
    HalfFull,
    /// Full photo-eye.
    Full,
}

/// Belt drive state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum BeltMotion {
    /// At rest.
    Stopped,
    /// Running up or down.
    Ramping,
    /// At speed.
    Running,
}

/// How a fire ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum FireOutcome {
    /// The output was energised for this target.
    Fired,
    /// Refused: arrived after its actuation count had passed.
    Late,
    /// Refused: belt speed outside the fire's band when it was due.
    Speed,
    /// Refused: no such output.
    UnknownOutput,
    /// Refused: the board's queue is full.
    QueueFull,
    /// Cancelled by the host before it fired.
    Cancelled,
    /// Not fired: the lease had run out when it was due.
    Lease,
}

/// What the host tells the board, in its numbered stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum HostTelegram {
    /// Queue a divert, or replace a queued one of the same tag and a lower revision.
    Fire(Fire),
    /// Withdraw a queued divert, whatever its revision up to `revision`.
    Cancel {
        /// The divert's tag.
        tag: Tag,
        /// Highest revision that is withdrawn.
        revision: u16,
    },
    /// Renew the lease: it is good until `echo_ms` + `lease_ms` of board time.
    Beat {
        /// Board time of the newest clock telegram that the host has taken in.
        echo_ms: u32,
    },
    /// Switch a lamp.
    Lamp {
        /// Lamp number.
        lamp: u16,
        /// What it shows.
        state: LampState,
    },
    /// Ask the safety PLC for a controlled stop of the belt.
    StopRequest {
        /// Why.
        reason: StopReason,
    },
    /// Allow or hold an induction.
    Permit {
        /// Induction number.
        induction: u16,
        /// True: may release items onto the belt.
        allowed: bool,
    },
    /// Ask for the state of every queued and remembered tag.
    QueueQuery {
        /// Number that the answer repeats.
        query: u16,
    },
    /// Allow one item onto one carrier of a ring.
    Load {
        /// Induction number.
        induction: u16,
        /// Encoder count at which the front of the carrier is at the entry PEC.
        count: u32,
    },
}

/// A divert, to be made at a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fire {
    /// The divert's tag.
    pub tag: Tag,
    /// Revision, from 1; a higher one replaces a lower one that is still queued.
    pub revision: u16,
    /// Output number.
    pub output: u16,
    /// Encoder count at which the stroke is to be complete.
    pub count: u32,
    /// Time from energising the output until the stroke is complete, in milliseconds.
    pub stroke_ms: u16,
    /// Lowest belt speed at which it may fire, counts per second.
    pub speed_min_cps: u16,
    /// Highest belt speed at which it may fire, counts per second.
    pub speed_max_cps: u16,
}

/// What a lamp shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum LampState {
    /// Dark.
    Off,
    /// Lit.
    On,
    /// Blinking, about 1 Hz.
    Blink,
}

/// Why a controlled stop is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum StopReason {
    /// A belt photo-electric cell is blocked longer than the longest legal item.
    Jam,
    /// The end of the line is full.
    EndOfLineFull,
    /// An operator asked for it.
    Operator,
}
