//! Chutes: what their sensors and people say of them, what is due there, and whether one can take an item.
//!
//! Whether a chute is full, jammed, locked or without its container is never stored: it follows from the facts kept
//! here, from the plan and from the time, in one place each.

mod confirms;
mod jam;
mod load;
mod orders;
mod outlet;
mod rate;
mod room;
mod sensors;
mod status;

pub(crate) use confirms::Confirms;
pub(crate) use jam::Jam;
pub(crate) use load::Load;
pub(crate) use rate::Recent;
pub(crate) use sensors::Sensors;

use crate::containers::Place;
use crate::output::ChuteStatus;
use sortie_protocol::board::telegram::LampState;

/// What is known of one chute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChuteState {
    pub(crate) sensors: Sensors,
    pub(crate) confirms: Confirms,
    pub(crate) jam: Jam,
    pub(crate) load: Load,
    pub(crate) recent: Recent,
    pub(crate) place: Place,
    /// Locked by an order.
    pub(crate) locked: bool,
    /// Out of service by an order.
    pub(crate) disabled: bool,
    /// Its state as last told.
    pub(crate) told: ChuteStatus,
    /// What its lamp shows; `None`: the board may have forgotten it.
    pub(crate) lamp: Option<LampState>,
}

impl ChuteState {
    pub(crate) fn new() -> Self {
        Self {
            sensors: Sensors::default(),
            confirms: Confirms::default(),
            jam: Jam::default(),
            load: Load::default(),
            recent: Recent::default(),
            place: Place::Empty,
            locked: false,
            disabled: false,
            told: ChuteStatus::Open,
            lamp: None,
        }
    }

    /// True while it is told to be in a state in which nothing is sent to it.
    pub(crate) fn takes_nothing(&self) -> bool {
        !matches!(self.told, ChuteStatus::Open | ChuteStatus::HalfFull)
    }
}
