//! Chutes, containers and flights in sentences.

use super::sentence::text;
use sortie_core::output::{ContainerCause, Record};
use sortie_core::records::FlightState;
use std::collections::BTreeMap;

/// A container by its number and what stands on it.
pub(super) fn container(number: u32, labels: &BTreeMap<u32, String>) -> String {
    match labels.get(&number).filter(|label| !label.is_empty()) {
        _ if number == 0 => "no container".to_owned(),
        Some(label) => format!("container {number} ({label})"),
        None => format!("container {number}"),
    }
}

pub(super) fn of_record(record: &Record, labels: &BTreeMap<u32, String>) -> Option<String> {
    if let Record::Confirmed { item, chute, container: number } = record {
        let container = container(*number, labels);
        Some(format!("chute {chute} confirmed that item {item} left the belt; it lies in {container}"))
    } else if let Record::Unconfirmed { item, chute, container: number } = record {
        let container = container(*number, labels);
        Some(format!("chute {chute} did not confirm item {item}: that it lies in {container} is not proven"))
    } else if let Record::Revoked { item, chute, container: number } = record {
        let container = container(*number, labels);
        Some(format!(
            "item {item} was seen further down: its discharge at chute {chute} is taken back, and it comes off the \
             manifest of {container}"
        ))
    } else if let Record::ContainerClosing { container: number, chute, why } = record {
        let why = match why {
            ContainerCause::Button => "its button was pressed",
            ContainerCause::Handheld => "its sign was scanned",
            ContainerCause::Order => "it was ordered",
            ContainerCause::FlightClosed => "its flight has closed",
            ContainerCause::PlanChanged => "a plan gave the chute to another flight",
        };
        Some(format!("the change of {} at chute {chute} began: {why}", container(*number, labels)))
    } else if let Record::ContainerClosed { container: number, chute, pieces, unconfirmed, weight_g } = record {
        let container = container(*number, labels);
        Some(format!(
            "{container} of chute {chute} was closed with {pieces} pieces, {unconfirmed} more not confirmed, {weight_g} g"
        ))
    } else if let Record::FlightChanged { flight, state } = record {
        let state = match state {
            FlightState::Scheduled => "is scheduled",
            FlightState::Open => "is open",
            FlightState::LastCall => "is at last call",
            FlightState::Closed => "is closed",
            FlightState::Departed => "has departed",
            FlightState::Cancelled => "is cancelled",
        };
        Some(format!("flight {flight} {state}"))
    } else if let Record::FlightClosed { flight } = record {
        Some(format!("all that was under way to flight {flight} has come"))
    } else if let Record::Announced { plate } = record {
        Some(format!("plate {} was announced for the next item", text(plate)))
    } else {
        None
    }
}
