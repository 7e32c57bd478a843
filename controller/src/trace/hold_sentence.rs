//! Holds, the pull list and manual coding in sentences.

use super::sentence::text;
use sortie_core::output::{HoldVerdict, PullEnd, Record};

pub(super) fn of_record(record: &Record) -> Option<String> {
    if let Record::HoldAnswered { key, verdict } = record {
        Some(answer(&text(key), *verdict))
    } else if let Record::PullOpened { pull, key, chute, container, id } = record {
        let container = if *container == 0 { "no container".to_owned() } else { format!("container {container}") };
        Some(format!("pull list, entry {pull}: find parcel {} in chute {chute}, {container} {}", text(key), text(id)))
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

fn answer(parcel: &str, verdict: HoldVerdict) -> String {
    match verdict {
        HoldVerdict::Obeyed => format!("answer for parcel {parcel}: obeyed"),
        HoldVerdict::Tried => {
            format!("answer for parcel {parcel}: past its commit count; a cancel is tried, the board will tell")
        }
        HoldVerdict::TooLate { pull, chute, container } => {
            format!("answer for parcel {parcel}: too late, it is in chute {chute}, container {container}; pull {pull}")
        }
        HoldVerdict::PullsFull { chute } => {
            format!("answer for parcel {parcel}: too late, it is in chute {chute}, and the pull list is full")
        }
    }
}
