//! What of a journal belongs to a plate's story.

use super::sentence;
use crate::journal::Entry;
use sortie_core::input::Input;
use sortie_core::output::{Output, Record};
use sortie_core::records::{FlightKey, Order, ParcelKey};
use sortie_protocol::board::telegram::HostTelegram;
use std::collections::{BTreeMap, BTreeSet};

/// The plate, and everything that has to do with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Interest {
    plate: Vec<u8>,
    /// Parcels that have had the plate, by key.
    pub(super) parcels: BTreeSet<ParcelKey>,
    /// Items that were read with it.
    pub(super) items: BTreeSet<u32>,
    /// Entries of the pull list for the parcels.
    pulls: BTreeSet<u32>,
    /// Containers in which the items lie, or lay.
    containers: BTreeSet<u32>,
    /// What stands on the containers of the journal.
    pub(super) labels: BTreeMap<u32, String>,
    /// Flights on which the parcels were booked, or which they were given.
    flights: BTreeSet<FlightKey>,
}

impl Interest {
    pub(super) fn new(plate: &[u8]) -> Self {
        Self { plate: plate.to_vec(), ..Self::default() }
    }

    /// First reading: what it is about.
    pub(super) fn find(&mut self, entry: &Entry) {
        match entry {
            Entry::Input(Input::Parcel(record)) => {
                let has_plate = record.plates.iter().any(|text| text[..] == self.plate[..]);
                if has_plate || record.key[..] == self.plate[..] || self.parcels.contains(&record.key) {
                    self.parcels.insert(record.key.clone());
                    self.flights.extend(record.flight);
                }
            }
            Entry::Output(Output::Record(record)) => self.find_in(record),
            Entry::Input(_) | Entry::Output(_) | Entry::Gap { .. } => {}
        }
    }

    fn find_in(&mut self, record: &Record) {
        if let Record::Decided(decision) = record {
            let read = decision.codes.iter().any(|text| text[..] == self.plate[..]);
            if read || decision.parcel.as_ref().is_some_and(|key| self.parcels.contains(key)) {
                self.items.insert(decision.item);
                self.parcels.extend(decision.parcel.clone());
                self.flights.extend(decision.flight);
                self.flights.extend(decision.moved_from.map(|(flight, _)| flight));
            }
        } else if let Record::Relabelled { key, plate } = record {
            if plate[..] == self.plate[..] {
                self.parcels.insert(key.clone());
            }
        } else if let Record::PullOpened { pull, key, .. } = record {
            if self.parcels.contains(key) {
                self.pulls.insert(*pull);
            }
        } else if let Record::Confirmed { item, container, .. } | Record::Unconfirmed { item, container, .. } = record {
            if self.items.contains(item) && *container > 0 {
                self.containers.insert(*container);
            }
        } else if let Record::ContainerOpened { container, id, .. } = record {
            self.labels.insert(*container, sentence::text(id));
        }
    }

    /// Second reading: whether an input belongs to the story.
    pub(super) fn has_input(&self, input: &Input) -> bool {
        if let Input::Read(read) = input {
            return read.codes.iter().any(|code| code.text[..] == self.plate[..]);
        }
        if let Input::Order(order) = input {
            return self.has_order(&order.what);
        }
        let key = if let Input::Parcel(record) = input {
            &record.key
        } else if let Input::Hold(record) = input {
            &record.key
        } else if let Input::Departed(key) = input {
            key
        } else {
            return false;
        };
        self.parcels.contains(key)
    }

    fn has_order(&self, order: &Order) -> bool {
        match order {
            Order::Return { parcel } | Order::Relabel { parcel, .. } => self.parcels.contains(parcel),
            Order::Announce { plate } => plate[..] == self.plate[..],
            Order::Found { pull } => self.pulls.contains(pull),
            Order::CloseContainer { .. }
            | Order::OpenContainer { .. }
            | Order::Lock { .. }
            | Order::Unlock { .. }
            | Order::Disable { .. }
            | Order::Enable { .. }
            | Order::ClearJam { .. }
            | Order::RollbackPlan
            | Order::Drain(_)
            | Order::Acknowledge => false,
        }
    }

    /// Whether a record belongs to the story.
    pub(super) fn has_record(&self, record: &Record) -> bool {
        match record {
            Record::Born { item, .. }
            | Record::Sighted { item, .. }
            | Record::Doubt { item, .. }
            | Record::Scanned { item, .. }
            | Record::FireEnded { item, .. }
            | Record::Confirmed { item, .. }
            | Record::Unconfirmed { item, .. }
            | Record::Revoked { item, .. }
            | Record::EndOfLine { item, .. }
            | Record::Keyed { item }
            | Record::PassBegun { item, .. }
            | Record::Weighed { item, .. }
            | Record::Gone { item } => self.items.contains(item),
            Record::Decided(decision) => self.items.contains(&decision.item),
            Record::Refused(refusal) => sentence::parcel_of(refusal).is_some_and(|key| self.parcels.contains(key)),
            Record::HoldAnswered { key, .. } | Record::PullOpened { key, .. } | Record::Relabelled { key, .. } => {
                self.parcels.contains(key)
            }
            Record::PullClosed { pull, .. } => self.pulls.contains(pull),
            Record::Announced { plate } => plate[..] == self.plate[..],
            Record::ContainerClosing { container, .. } | Record::ContainerClosed { container, .. } => {
                self.containers.contains(container)
            }
            Record::FlightChanged { flight, .. } | Record::FlightClosed { flight } => self.flights.contains(flight),
            Record::ReadIgnored { .. }
            | Record::Flushed { .. }
            | Record::Alarm { .. }
            | Record::PlanInUse { .. }
            | Record::PlanPending { .. }
            | Record::ChuteChanged { .. }
            | Record::ContainerOpened { .. }
            | Record::LineChanged { .. } => false,
        }
    }

    /// Whether a command belongs to the story.
    pub(super) fn has_command(&self, telegram: &HostTelegram) -> bool {
        match telegram {
            HostTelegram::Fire(fire) => self.items.contains(&fire.tag.item),
            HostTelegram::Cancel { tag, .. } => self.items.contains(&tag.item),
            HostTelegram::Beat { .. }
            | HostTelegram::Lamp { .. }
            | HostTelegram::StopRequest { .. }
            | HostTelegram::Permit { .. }
            | HostTelegram::Load { .. }
            | HostTelegram::QueueQuery { .. } => false,
        }
    }
}
