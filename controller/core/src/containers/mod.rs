//! Containers: one at a chute at a time, what fell into it, and its change in two ends.

mod change;
mod handheld;
mod labels;
mod piece;

pub(crate) use handheld::Handhelds;
pub(crate) use labels::Labels;
pub(crate) use piece::{Content, Piece};

use crate::records::{ContainerId, FlightKey};

/// A container that is being filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Container {
    /// Unique for the life of the journal.
    pub(crate) number: u32,
    /// What stands on it; empty if nobody said.
    pub(crate) id: ContainerId,
    /// The flight of the newest piece that was sorted into it.
    pub(crate) flight: Option<FlightKey>,
    /// What was fired into it and not revoked.
    pub(crate) content: Content,
    /// Of its pieces, those confirmed ...
    pub(crate) confirmed: u32,
    /// ... and those whose confirm stayed away.
    pub(crate) unconfirmed: u32,
    /// It had no room for an item.
    turned_away: bool,
}

impl Container {
    fn new(number: u32, id: ContainerId) -> Self {
        Self { number, id, flight: None, content: Content::default(), confirmed: 0, unconfirmed: 0, turned_away: false }
    }
}

/// Where the containers of a chute stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing, and nobody is expected to change that.
    Empty,
    /// A container is being filled.
    Open(Container),
    /// Its change has begun; what is under way still falls into it.
    Closing {
        container: Container,
        /// The next container has been named already.
        next: Option<ContainerId>,
        /// A flight or a plan began the change: where no container is demanded, it ends by itself.
        by_itself: bool,
    },
    /// The old container is closed, and another has to be put here.
    Closed {
        /// When the lamp was told to ask for that; without a lamp, when it was closed.
        asked: Option<u64>,
    },
}

impl Place {
    /// The container that a piece falls into now.
    pub(crate) fn container(&self) -> Option<&Container> {
        match self {
            Self::Open(container) | Self::Closing { container, .. } => Some(container),
            Self::Empty | Self::Closed { .. } => None,
        }
    }

    fn container_mut(&mut self, number: u32) -> Option<&mut Container> {
        match self {
            Self::Open(container) | Self::Closing { container, .. } if container.number == number => Some(container),
            Self::Open(_) | Self::Closing { .. } | Self::Empty | Self::Closed { .. } => None,
        }
    }

    /// True from the first end of a change to the second.
    pub(crate) fn is_changing(&self) -> bool {
        matches!(self, Self::Closing { .. } | Self::Closed { .. })
    }

    /// What lies in the container.
    pub(crate) fn content(&self) -> Content {
        self.container().map_or_else(Content::default, |container| container.content)
    }

    /// True once an item did not fit.
    pub(crate) fn turned_away(&self) -> bool {
        self.container().is_some_and(|container| container.turned_away)
    }

    /// An item did not fit. True if that is new.
    pub(crate) fn turn_away(&mut self) -> bool {
        match self {
            Self::Open(container) => !core::mem::replace(&mut container.turned_away, true),
            Self::Closing { .. } | Self::Empty | Self::Closed { .. } => false,
        }
    }

    /// A piece was confirmed, or its confirm stayed away.
    pub(crate) fn confirm(&mut self, container: u32, confirmed: bool) {
        if let Some(container) = self.container_mut(container) {
            container.confirmed += u32::from(confirmed);
            container.unconfirmed += u32::from(!confirmed);
        }
    }

    /// A piece proved not to be in the container. `settled` says how its confirm had ended.
    pub(crate) fn take_off(&mut self, piece: &Piece, settled: Option<bool>) {
        if let Some(container) = self.container_mut(piece.container) {
            container.content = container.content.without(piece);
            container.turned_away = false;
            let counter = match settled {
                Some(true) => &mut container.confirmed,
                Some(false) => &mut container.unconfirmed,
                None => return,
            };
            *counter = counter.saturating_sub(1);
        }
    }
}
