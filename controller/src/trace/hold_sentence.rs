//! Holds, the pull list and manual coding in sentences.

use super::place_sentence::container;
use super::sentence::text;
use sortie_core::output::{HoldVerdict, PullEnd, Record};
use sortie_core::records::{Order, OrderRecord};
use std::collections::BTreeMap;

pub(super) fn of_record(record: &Record, labels: &BTreeMap<u32, String>) -> Option<String> {
    if let Record::HoldAnswered { key, verdict } = record {
        Some(answer(&text(key), *verdict, labels))
    } else if let Record::PullOpened { pull, key, chute, container: number, .. } = record {
        let container = container(*number, labels);
        Some(format!("pull list, entry {pull}: find parcel {} in chute {chute}, {container}", text(key)))
    } else if let Record::PullClosed { pull, how, by } = record {
        Some(match how {
            PullEnd::Found => format!("pull list, entry {pull}: {} found the parcel", text(by)),
            PullEnd::Withdrawn => format!("pull list, entry {pull}: the parcel may go after all"),
            PullEnd::Revoked => format!("pull list, entry {pull}: the parcel never left the belt there"),
        })
    } else if let Record::Relabelled { key, plate } = record {
        Some(format!("parcel {} has the label {} as well", text(key), text(plate)))
    } else if let Record::Keyed { item } = record {
        Some(format!("item {item} was given the plate that manual coding announced"))
    } else {
        None
    }
}

/// What a person ordered of a parcel.
pub(super) fn of_order(order: &OrderRecord) -> Option<String> {
    let by = text(&order.by);
    match &order.what {
        Order::Return { parcel } => Some(format!("{by} took parcel {} back by hand", text(parcel))),
        Order::Relabel { parcel, plate } => {
            Some(format!("{by} gave parcel {} the label {}", text(parcel), text(plate)))
        }
        Order::Announce { plate } => Some(format!("{by} keyed in plate {} for the next item", text(plate))),
        Order::Found { pull } => Some(format!("{by} said that the parcel of entry {pull} is found")),
        Order::CloseContainer { .. }
        | Order::OpenContainer { .. }
        | Order::Lock { .. }
        | Order::Unlock { .. }
        | Order::Disable { .. }
        | Order::Enable { .. }
        | Order::ClearJam { .. }
        | Order::RollbackPlan
        | Order::Drain(_)
        | Order::Acknowledge => None,
    }
}

fn answer(parcel: &str, verdict: HoldVerdict, labels: &BTreeMap<u32, String>) -> String {
    match verdict {
        HoldVerdict::Obeyed => format!("answer for parcel {parcel}: obeyed"),
        HoldVerdict::Tried => {
            format!("answer for parcel {parcel}: past its commit count; a cancel is tried, the board will tell")
        }
        HoldVerdict::TooLate { pull, chute, container: number } => {
            let container = container(number, labels);
            format!(
                "answer for parcel {parcel}: too late, it is in chute {chute}, {container}; pull list, entry {pull}"
            )
        }
        HoldVerdict::PullsFull { chute } => {
            format!("answer for parcel {parcel}: too late, it is in chute {chute}, and the pull list is full")
        }
    }
}
