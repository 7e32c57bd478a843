//! What stood on containers that are closed by now: a parcel has to be found in one by its label.

use crate::limits::LABELS;
use crate::records::ContainerId;
use crate::room::QueueRoom;
use crate::state::Core;

/// The labels of the newest containers, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Labels(QueueRoom<(u32, ContainerId)>);

impl Labels {
    pub(crate) fn new() -> Self {
        Self(QueueRoom::new(LABELS))
    }

    pub(super) fn add(&mut self, container: u32, id: &ContainerId) {
        if id.is_empty() {
            return;
        }
        if self.0.len() == LABELS {
            self.0.pop_front();
        }
        self.0.push_back((container, id.clone()));
    }
}

impl Core {
    /// What stands on a container; empty if nobody said, or too long ago.
    pub(crate) fn container_label(&self, container: u32) -> ContainerId {
        let place = self.labels.0.binary_search_by_key(&container, |(number, _)| *number).ok();
        place.and_then(|place| self.labels.0.get(place)).map(|(_, id)| id.clone()).unwrap_or_default()
    }
}
