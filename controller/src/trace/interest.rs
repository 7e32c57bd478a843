//! What of a journal belongs to a plate's story.

use super::sentence;
use crate::journal::Entry;
use sortie_core::input::Input;
use sortie_core::output::{Output, Record};
use sortie_core::records::{CodeText, FlightKey, Order, ParcelKey};
use sortie_protocol::board::telegram::HostTelegram;
use std::collections::{BTreeMap, BTreeSet};

/// The plate, and everything that has to do with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Interest {
    /// What was asked for, a plate or a parcel's key.
    asked: Vec<u8>,
    /// Plates that the parcels have had.
    plates: BTreeSet<CodeText>,
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
        Self { asked: plate.to_vec(), ..Self::default() }
    }

    /// Whether a parcel has had other plates than the one asked for: what was read with them before the host said so is
    /// found by another first reading.
    pub(super) fn has_other_plates(&self) -> bool {
        self.plates.iter().any(|plate| plate[..] != self.asked[..])
    }

    fn has_plate(&self, plate: &CodeText) -> bool {
        plate[..] == self.asked[..] || self.plates.contains(plate)
    }

    /// First reading: what it is about.
    pub(super) fn find(&mut self, entry: &Entry) {
        match entry {
            Entry::Input(Input::Parcel(record)) => {
                let has_plate = record.plates.iter().any(|text| text[..] == self.asked[..]);
                if has_plate || record.key[..] == self.asked[..] || self.parcels.contains(&record.key) {
                    self.parcels.insert(record.key.clone());
                    self.plates.extend(record.plates.iter().cloned());
                    self.flights.extend(record.flight);
                }
            }
            Entry::Output(Output::Record(record)) => self.find_in(record),
            Entry::Input(_) | Entry::Output(_) | Entry::Gap { .. } => {}
        }
    }

    fn find_in(&mut self, record: &Record) {
        if let Record::Decided(decision) = record {
            let asked = decision.codes.iter().any(|text| text[..] == self.asked[..]);
            // An item with several parcels' plates is nobody's parcel, and belongs to the story of each of them.
            let mine = match &decision.parcel {
                Some(key) => self.parcels.contains(key),
                None => decision.codes.iter().any(|code| self.plates.contains(code)),
            };
            if asked || mine {
                self.items.insert(decision.item);
                self.parcels.extend(decision.parcel.clone());
                self.flights.extend(decision.flight);
                self.flights.extend(decision.moved_from.map(|(flight, _)| flight));
            }
        } else if let Record::Relabelled { key, plate } = record {
            if plate[..] == self.asked[..] {
                self.parcels.insert(key.clone());
            }
            if self.parcels.contains(key) {
                self.plates.insert(plate.clone());
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
            return read.codes.iter().any(|code| self.has_plate(&code.text));
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
            Order::Announce { plate } => self.has_plate(plate),
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
            Record::Announced { plate } => self.has_plate(plate),
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
