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
    /// An item rode off at the end of line.
    EndOfLine {
        /// The item.
        item: ItemId,
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
    /// The belt began to run down (false) or up (true).
    Belt {
        /// True: up.
        up: bool,
        /// True while the emergency stop is pressed.
        estop: bool,
    },
    /// The line board started anew; its counts before and after have nothing to do with each other.
    BoardStarted {
        /// The new boot's number.
        boot: u32,
    },
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
}

impl fmt::Display for Physical {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Entered { item, parcel, position, length, gap, weight_g, readable } => {
                let parcel = parcel.map_or(-1, i64::from);
                write!(to, "entered {item} {parcel} {position} {length} {gap} {weight_g} {}", u8::from(readable))
            }
            Self::AtPec { item, sensor, count } => write!(to, "pec {item} {sensor} {count}"),
            Self::Scanned { item, scanner, read } => write!(to, "scanned {item} {scanner} {}", u8::from(read)),
            Self::Fired { output, count } => write!(to, "fired {output} {count}"),
            Self::Discharged { item, chute, count, pieces } => {
                write!(to, "discharged {item} {chute} {count} {pieces}")
            }
            Self::EndOfLine { item } => write!(to, "end {item}"),
            Self::Removed { item } => write!(to, "removed {item}"),
            Self::Full { chute, full, count } => write!(to, "full {chute} {} {count}", u8::from(full)),
            Self::Belt { up, estop } => write!(to, "belt {} {}", u8::from(up), u8::from(estop)),
            Self::BoardStarted { boot } => write!(to, "board {boot}"),
        }
    }
}

impl fmt::Display for Strike {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "strike {} {} {} {}", self.id, self.kind.name(), self.count, u8::from(self.effective))?;
        self.items.iter().filter(|item| **item != 0).try_for_each(|item| write!(to, " {item}"))
    }
}
