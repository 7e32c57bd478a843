//! What the line tells the oracle and the trace: what happened physically, and which fault struck.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Number of an item on the belt, unique in the run, from 1.
pub type ItemId = u32;

/// Number of a parcel's record: its place in the order in which records were written to the feed.
pub type ParcelNo = u32;

/// Something that truly happened to an item, a chute or the belt. Travel and lengths are µm, weights grams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Physical {
    /// An item's leading edge reached the entry PEC, or (`position` > 0) somebody put it on the belt further down.
    Entered {
        /// The item.
        item: ItemId,
        /// Its parcel, if any host knows one.
        parcel: Option<ParcelNo>,
        /// Position of the leading edge.
        position: i64,
        /// Length.
        length: i64,
        /// Free belt to the item ahead.
        gap: i64,
        /// Weight.
        weight_g: u32,
        /// True if at least one plate label can be read at all.
        readable: bool,
    },
    /// An item's leading edge reached a belt PEC.
    AtPec {
        /// The item.
        item: ItemId,
        /// The PEC's sensor number.
        sensor: u16,
        /// Encoder count.
        count: u32,
    },
    /// A scanner sent a result for a gate that this item was in.
    Scanned {
        /// The item.
        item: ItemId,
        /// The scanner, in the order of `[[scanner]]`.
        scanner: u16,
        /// True if a label that belongs to the item was read without damage.
        read: bool,
    },
    /// A divert waits with the board, new or aimed anew; at its count this item will lie before it.
    Aimed {
        /// The item.
        item: ItemId,
        /// Its parcel, if any host knows one.
        parcel: Option<ParcelNo>,
        /// The chute.
        chute: u16,
        /// Encoder count at which the stroke is to be complete.
        count: u32,
        /// So many counts were still to go then.
        ahead: i32,
    },
    /// An output was energised.
    Fired {
        /// The output.
        output: u16,
        /// Encoder count.
        count: u32,
    },
    /// A complete stroke took an item with it.
    Discharged {
        /// The item.
        item: ItemId,
        /// The chute.
        chute: u16,
        /// Encoder count at the end of the stroke.
        count: u32,
        /// Pieces in the chute afterwards.
        pieces: u32,
    },
    /// An item has come to the entry PEC again: round a ring, or by a return conveyor.
    CameRound {
        /// The item.
        item: ItemId,
    },
    /// An item rode off at the end of line.
    EndOfLine {
        /// The item.
        item: ItemId,
    },
    /// An item lies on the belt with another of its sides along it.
    Turned {
        /// The item.
        item: ItemId,
        /// Its length from now on.
        length: i64,
    },
    /// Somebody took an item off the belt.
    Removed {
        /// The item.
        item: ItemId,
    },
    /// A chute's full sensor turned.
    Full {
        /// The chute.
        chute: u16,
        /// True: full.
        full: bool,
        /// Encoder count.
        count: u32,
    },
    /// Something got stuck before a chute's confirm eye, or was taken away there.
    Stuck {
        /// The chute.
        chute: u16,
        /// True: it lies there.
        stuck: bool,
    },
    /// A container change at a chute came a step on.
    Change {
        /// The chute.
        chute: u16,
        /// The step.
        step: ChangeStep,
    },
    /// The belt began to run down (false) or up (true).
    Belt {
        /// True: up.
        up: bool,
        /// True while the emergency stop is pressed.
        estop: bool,
    },
    /// A weigher began to fail, or weighs again.
    Weigher {
        /// True: it weighs.
        sound: bool,
    },
    /// The eye of a belt PEC is stuck, or turns again.
    Eye {
        /// The PEC's sensor.
        sensor: u16,
        /// True: it turns.
        sound: bool,
    },
    /// The line board started anew; its counts before and after have nothing to do with each other.
    BoardStarted {
        /// The new boot's number.
        boot: u32,
    },
    /// The encoder's counter began anew, in the same boot.
    CountsReset {
        /// How far it leapt, as counts go over the wrap, µm.
        leap: i64,
    },
}

/// The steps of a container change, as its operator takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeStep {
    /// The operator has pressed the chute's button: he wants to change the container.
    Wanted,
    /// The lamp tells him that nothing comes any more.
    Free,
    /// Another container stands there.
    Placed,
    /// He has pressed the button again.
    Done,
}

/// One strike of a fault, told when it takes effect or when it can no longer do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    /// Number of the strike in the run, from 1.
    pub id: u32,
    /// The fault.
    pub kind: StrikeKind,
    /// Encoder count when it struck.
    pub count: u32,
    /// The items that it touched; 0 where there was none.
    pub items: [ItemId; 4],
    /// True if it changed anything physically.
    pub effective: bool,
}

macro_rules! strike_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// The faults of a scenario.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum StrikeKind { $($(#[$doc])* $kind,)* }

        impl StrikeKind {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The fault's name in a scenario and in a summary.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
        }
    };
}

strike_kinds! {
    /// No scanner reads any label of an item.
    NoRead = "no_read",
    /// Scanners read a label of a neighbour within view, instead or too.
    CrossRead = "cross_read",
    /// A scanner misses a trigger, or counts it twice.
    SkippedTrigger = "skipped_trigger",
    /// A damaged digit breaks a label's check digit.
    WrongCheckDigit = "wrong_check_digit",
    /// A damaged digit makes a label another valid plate.
    WrongButValid = "wrong_but_valid",
    /// An item is taken off the belt.
    ItemRemoved = "item_removed",
    /// An unknown item is put on the belt.
    ItemAdded = "item_added",
    /// Two items change places.
    ItemExchanged = "item_exchanged",
    /// An item is pushed against its neighbour.
    Touching = "touching",
    /// An item slips against the belt.
    Slip = "slip",
    /// The belt stops and starts again.
    BeltStop = "belt_stop",
    /// The emergency stop is pressed; people may handle items meanwhile.
    Estop = "estop",
    /// A hole in an item, or a flap, lets a beam through.
    Flap = "flap",
    /// A strap comes loose at the rear of an item on its way: behind a hole a sliver is left.
    StrapLoose = "strap_loose",
    /// A PEC turns for a moment without any item.
    PecChatter = "pec_chatter",
    /// A divert is made, but the item stays on the belt.
    MissedDivert = "missed_divert",
    /// A chute fills up at once, and nobody empties it for a while.
    ChuteFull = "chute_full",
    /// A hand breaks the beam of a confirm eye.
    HandInConfirm = "hand_in_confirm",
    /// A bit is turned over on a wire.
    BitFlip = "bit_flip",
    /// Bytes are lost on a wire.
    LostBytes = "lost_bytes",
    /// The line board starts anew.
    BoardReboot = "board_reboot",
    /// A port is unplugged and plugged in again.
    PortUnplugged = "port_unplugged",
    /// The controller's process is killed.
    ControllerKilled = "controller_killed",
    /// The controller's process is killed while it writes: its journal's last group is there in part, or damaged.
    JournalTorn = "journal_torn",
    /// The journal's disk takes nothing for a while.
    DiskFull = "disk_full",
    /// A sync of the journal takes long.
    DiskStalled = "disk_stalled",
    /// The computer's wall clock is set forward or back.
    ClockStep = "clock_step",
    /// The clocks of the hub are moved an hour for summer or winter, in the middle of the run.
    DaylightSaving = "daylight_saving",
    /// The host systems write nothing for a while, and then all of it at once.
    HostSilent = "host_silent",
    /// What the host systems write comes late and in bulk for a while.
    HostSlow = "host_slow",
    /// A riding parcel is put on hold.
    LateHold = "late_hold",
    /// A new plan takes a chute from one flight and gives it to another.
    PlanChanged = "plan_changed",
    /// A flight is cancelled while its parcels ride, and reinstated later.
    FlightCancelled = "flight_cancelled",
    /// Two parcels are inducted one upon the other.
    DoubleFed = "double_fed",
    /// An item turns on its way, and has another length.
    Turned = "turned",
    /// A PEC says for a time that its beam is broken.
    PecStuckOn = "pec_stuck_on",
    /// A PEC says for a time that its beam is free.
    PecStuckOff = "pec_stuck_off",
    /// A divert's stroke comes late.
    SlowDivert = "slow_divert",
    /// A divert strikes although nobody asked for it.
    UnaskedDivert = "unasked_divert",
    /// The encoder's counter begins anew, and the board does not notice.
    EncoderReset = "encoder_reset",
    /// The encoder's pulses fail for a moment, and the counts stay behind the belt.
    MissedPulses = "missed_pulses",
    /// The encoder's counter comes to its end and goes on from nought, with the belt loaded.
    CountWrap = "count_wrap",
    /// Bytes come in between on a wire.
    InsertedBytes = "inserted_bytes",
    /// The same bytes come in other pieces.
    SplitFrames = "split_frames",
    /// What is sent comes twice.
    DuplicateFrame = "duplicate_frame",
    /// What is sent comes late, and all behind it.
    LateFrame = "late_frame",
    /// A scanner reads a label twice in one gate, or one more code that does not belong to the item.
    MultiRead = "multi_read",
    /// A scanner's result comes long after its gate, and those behind it wait for it.
    LateResult = "late_result",
    /// The index sensor of a ring does not see carrier 1.
    IndexMissed = "index_missed",
    /// The index sensor of a ring tells of carrier 1 once more, elsewhere.
    IndexDoubled = "index_doubled",
    /// A piece gets stuck in a chute, in the beam of its confirm eye.
    ChuteJammed = "chute_jammed",
    /// Nobody empties a chute for long.
    NeverEmptied = "never_emptied",
    /// A weigher says ever more, or ever less, than there is.
    WeigherDrifts = "weigher_drifts",
    /// A weigher does not come to rest.
    WeigherUnstable = "weigher_unstable",
    /// A weigher says nothing.
    WeigherSilent = "weigher_silent",
}

impl StrikeKind {
    /// True for a fault of the controller's disk, clock or hosts, which only whoever plays that side can make happen.
    #[must_use]
    pub fn is_beyond_the_line(self) -> bool {
        matches!(
            self,
            Self::JournalTorn
                | Self::DiskFull
                | Self::DiskStalled
                | Self::ClockStep
                | Self::DaylightSaving
                | Self::HostSilent
                | Self::HostSlow
                | Self::LateHold
                | Self::PlanChanged
                | Self::FlightCancelled
        )
    }
}

impl Physical {
    /// Appends the event as words, for the trace. A busy run says millions of them, so it is done by hand.
    pub fn say(&self, to: &mut Vec<u8>) {
        let item = |item: ItemId| i64::from(item);
        match *self {
            Self::Entered { item: number, parcel, position, length, gap, weight_g, readable } => {
                let parcel = parcel.map_or(-1, i64::from);
                let (weight_g, readable) = (i64::from(weight_g), i64::from(readable));
                words(to, "entered", &[item(number), parcel, position, length, gap, weight_g, readable]);
            }
            Self::AtPec { item: number, sensor, count } => {
                words(to, "pec", &[item(number), sensor.into(), count.into()]);
            }
            Self::Scanned { item: number, scanner, read } => {
                words(to, "scanned", &[item(number), scanner.into(), read.into()]);
            }
            Self::Aimed { item: number, parcel: _, chute, count, ahead: _ } => {
                words(to, "aimed", &[item(number), chute.into(), count.into()]);
            }
            Self::Fired { output, count } => words(to, "fired", &[output.into(), count.into()]),
            Self::Discharged { item: number, chute, count, pieces } => {
                words(to, "discharged", &[item(number), chute.into(), count.into(), pieces.into()]);
            }
            Self::CameRound { item: number } => words(to, "round", &[item(number)]),
            Self::EndOfLine { item: number } => words(to, "end", &[item(number)]),
            Self::Turned { item: number, length } => words(to, "turned", &[item(number), length]),
            Self::Removed { item: number } => words(to, "removed", &[item(number)]),
            Self::Full { chute, full, count } => words(to, "full", &[chute.into(), full.into(), count.into()]),
            Self::Stuck { chute, stuck } => words(to, "stuck", &[chute.into(), stuck.into()]),
            Self::Change { chute, step } => words(to, "change", &[chute.into(), step as i64]),
            Self::Belt { up, estop } => words(to, "belt", &[up.into(), estop.into()]),
            Self::Weigher { sound } => words(to, "weigher", &[sound.into()]),
            Self::Eye { sensor, sound } => words(to, "eye", &[sensor.into(), sound.into()]),
            Self::BoardStarted { boot } => words(to, "board", &[boot.into()]),
            Self::CountsReset { leap } => words(to, "counts", &[leap]),
        }
    }
}

impl fmt::Display for Physical {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(64);
        self.say(&mut text);
        to.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Room for the longest event: a name and seven numbers of up to 20 characters.
const WORDS_MAX: usize = 192;

/// Appends a name and numbers, with blanks between them. It is written from its end, as the digits come.
fn words(to: &mut Vec<u8>, name: &str, numbers: &[i64]) {
    let mut text = [0; WORDS_MAX];
    let mut first = text.len();
    let mut put = |byte| {
        first -= 1;
        text[first] = byte;
    };
    for number in numbers.iter().rev() {
        let mut rest = number.unsigned_abs();
        loop {
            put(b'0' + (rest % 10) as u8);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if *number < 0 {
            put(b'-');
        }
        put(b' ');
    }
    to.extend_from_slice(name.as_bytes());
    to.extend_from_slice(&text[first..]);
}

impl fmt::Display for Strike {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "strike {} {} {} {}", self.id, self.kind.name(), self.count, u8::from(self.effective))?;
        self.items.iter().filter(|item| **item != 0).try_for_each(|item| write!(to, " {item}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_its_numbers() {
        let mut text = Vec::new();
        Physical::AtPec { item: 10, sensor: 0, count: u32::MAX }.say(&mut text);
        assert_eq!(text, b"pec 10 0 4294967295");
        text.clear();
        let (position, gap) = (-1_000, i64::MIN);
        Physical::Entered { item: 1, parcel: None, position, length: 7, gap, weight_g: 0, readable: true }
            .say(&mut text);
        assert_eq!(text, format!("entered 1 -1 -1000 7 {} 0 1", i64::MIN).as_bytes());
    }
}
