//! The sentences of a story.

use crate::config::Names;
use sortie_core::input::Input;
use sortie_core::output::{Decision, DoubtCause, Outlet, Record, Refusal, Rejected, Sighting};
use sortie_core::records::{Customs, NO_PRODUCT, ParcelKey, ParcelRecord, Security};
use sortie_protocol::board::telegram::{FireOutcome, HostTelegram};
use std::collections::BTreeMap;

/// UTC to the millisecond, or the journal's own seconds while UTC was not known.
pub(super) fn time(utc_ms: Option<i64>, at: u64) -> String {
    let stamp = utc_ms.and_then(|utc_ms| jiff::Timestamp::from_millisecond(utc_ms).ok());
    match stamp {
        Some(stamp) => format!("{stamp:.3}"),
        None => format!("{:>20}.{:03} s", at / 1_000_000_000, at / 1_000_000 % 1000),
    }
}

/// A key or a code as text.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn parcel_of(refusal: &Refusal) -> Option<&ParcelKey> {
    match refusal {
        Refusal::PlateTaken { key, .. } | Refusal::ParcelsFull { key } | Refusal::UnknownParcel { key } => Some(key),
        Refusal::PlatesFull { key } | Refusal::OrderOfUnknownParcel { key } => Some(key),
        Refusal::FlightsFull { .. }
        | Refusal::UnknownChute { .. }
        | Refusal::UnknownPull { .. }
        | Refusal::NoEarlierPlan
        | Refusal::ContainerInUse { .. }
        | Refusal::ContainerOpen { .. }
        | Refusal::NoContainer { .. }
        | Refusal::HandheldUnclear { .. }
        | Refusal::NotWritten { .. } => None,
    }
}

pub(super) fn of_input(input: &Input, names: &Names) -> Option<String> {
    if let Input::Parcel(record) = input {
        Some(parcel(record))
    } else if let Input::Hold(record) = input {
        let key = text(&record.key);
        Some(match (record.customs, record.security) {
            (Some(state), None) => format!("customs set parcel {key} to {}", customs(state)),
            (None, Some(state)) => format!("security set parcel {key} to {}", security(state)),
            (state, other) => format!(
                "parcel {key} was set to {} by customs and to {} by security",
                state.map_or("what it was", customs),
                other.map_or("what it was", security)
            ),
        })
    } else if let Input::Departed(key) = input {
        Some(format!("the host said that parcel {} has departed", text(key)))
    } else if let Input::Read(read) = input {
        let trigger = read.trigger.map_or_else(String::new, |number| format!(" (trigger {number})"));
        let codes: Vec<_> = read.codes.iter().map(|code| text(&code.text)).collect();
        Some(format!("{}{trigger} sent {}", names.scanner(read.scanner), codes.join(", ")))
    } else if let Input::Order(order) = input {
        super::hold_sentence::of_order(order)
    } else {
        None
    }
}

pub(super) fn of_command(telegram: &HostTelegram) -> Option<String> {
    match telegram {
        HostTelegram::Fire(fire) => Some(format!(
            "fire ordered for item {}: output {} at count {} (board's), revision {}",
            fire.tag.item, fire.output, fire.count, fire.revision
        )),
        HostTelegram::Cancel { tag, revision } => {
            Some(format!("fire of item {} withdrawn up to revision {revision}", tag.item))
        }
        HostTelegram::Beat { .. }
        | HostTelegram::Lamp { .. }
        | HostTelegram::StopRequest { .. }
        | HostTelegram::Permit { .. }
        | HostTelegram::Load { .. }
        | HostTelegram::QueueQuery { .. } => None,
    }
}

pub(super) fn of_record(record: &Record, labels: &BTreeMap<u32, String>, names: &Names) -> Option<String> {
    Some(match record {
        Record::Born { item, count } => format!("item {item} came onto the belt at count {count}"),
        Record::Sighted { item, sensor, count, how, error } => {
            let how = match how {
                Sighting::Seen => "where it was expected",
                Sighting::Early => "early",
                Sighting::Late => "late",
            };
            format!("{} saw item {item} at count {count}, {how} ({error:+} counts)", names.pec(*sensor))
        }
        Record::Doubt { item, count, why } => doubted(*item, *count, *why),
        Record::Scanned { item, scanner, codes: 0 } => {
            format!("{} read nothing on item {item}", names.scanner(*scanner))
        }
        Record::Scanned { item, scanner, codes } => {
            format!("{} gave item {item} {codes} code(s)", names.scanner(*scanner))
        }
        Record::Weighed { item, weigher, grams } => {
            format!("{} weighed item {item}: {grams} g", names.weigher(*weigher))
        }
        Record::Decided(decision) => decided(decision),
        Record::FireEnded { item, chute, outcome, count, .. } => {
            format!("the board's answer for item {item} at chute {chute}, count {count}: {}", ended(*outcome))
        }
        Record::EndOfLine { item, code } => {
            format!("item {item} rode off at the end of the line with {}: {}", code.code(), code.sentence())
        }
        Record::PassBegun { item, pass, count } => format!("item {item} began its pass {pass} at count {count}"),
        Record::Gone { item } => format!("item {item} did not reach the last sensor: it is not on the belt any more"),
        Record::Refused(refusal) => refusal_text(refusal, names),
        Record::HoldAnswered { .. }
        | Record::PullOpened { .. }
        | Record::PullClosed { .. }
        | Record::Relabelled { .. }
        | Record::Keyed { .. } => return super::hold_sentence::of_record(record, labels),
        Record::Confirmed { .. }
        | Record::Unconfirmed { .. }
        | Record::Revoked { .. }
        | Record::ContainerClosing { .. }
        | Record::ContainerClosed { .. }
        | Record::FlightChanged { .. }
        | Record::FlightClosed { .. }
        | Record::Announced { .. } => return super::place_sentence::of_record(record, labels),
        Record::ReadIgnored { .. }
        | Record::Flushed { .. }
        | Record::Alarm { .. }
        | Record::PlanInUse { .. }
        | Record::PlanPending { .. }
        | Record::ChuteChanged { .. }
        | Record::ContainerOpened { .. }
        | Record::LineChanged { .. } => return None,
    })
}

fn doubted(item: u32, count: u64, why: DoubtCause) -> String {
    if why == DoubtCause::Flushed {
        return format!(
            "item {item} is followed no longer from count {count} on: {}; what still rides leaves as a stranger, and \
             has to be inducted again",
            doubt(why)
        );
    }
    format!("item {item} came into doubt at count {count}: {}", doubt(why))
}

fn parcel(record: &ParcelRecord) -> String {
    let plates: Vec<_> = record.plates.iter().map(|plate| text(plate)).collect();
    let flight = record.flight.map_or_else(|| "the next open flight".to_owned(), |flight| flight.to_string());
    let mut sentence = format!(
        "the host sent parcel {}: plate(s) {}, to {} on {flight}, customs {}, security {}",
        text(&record.key),
        plates.join(", "),
        text(&record.destination),
        customs(record.customs),
        security(record.security)
    );
    if record.may_move {
        sentence += ", may take another flight";
    }
    if record.product != NO_PRODUCT {
        sentence += &format!(", product {}", text(&record.product).trim_end());
    }
    if !record.handling.is_empty() {
        let codes: Vec<_> = record.handling.iter().map(|code| text(code)).collect();
        sentence += &format!(", handling {}", codes.join(" "));
    }
    if record.declared_g > 0 {
        sentence += &format!(", declared {} g", record.declared_g);
    }
    sentence
}

fn decided(decision: &Decision) -> String {
    let (code, outlet) = (decision.code, outlet(decision.outlet));
    let mut sentence = format!("at count {} item {} was given {outlet}", decision.count, decision.item);
    sentence += &format!(" by rule {}, {}: {}", code.rule(), code.code(), code.sentence());
    match &decision.parcel {
        Some(key) => sentence += &format!("; parcel {}", text(key)),
        None => sentence += "; no parcel",
    }
    if let Some(flight) = decision.flight {
        sentence += &format!(", flight {flight}");
    }
    if let Some((from, why)) = decision.moved_from {
        sentence += &format!(", moved from {from} ({}: {})", why.code(), why.sentence());
    }
    if let Some(weight) = decision.weight_g {
        sentence += &format!(", {weight} g");
    }
    if decision.returned {
        sentence += ", inducted before (RTN)";
    }
    sentence += &format!(", plan {}", decision.plan_version);
    if !decision.rejected.is_empty() {
        let others: Vec<_> = decision.rejected.iter().map(rejected).collect();
        sentence += &format!("; not taken: {}", others.join(", "));
    }
    sentence
}

fn rejected(rejected: &Rejected) -> String {
    format!("{} ({}: {})", outlet(rejected.outlet), rejected.why.code(), rejected.why.sentence())
}

fn outlet(outlet: Outlet) -> String {
    match outlet {
        Outlet::Chute(number) => format!("chute {number}"),
        Outlet::EndOfLine => "the end of the line".to_owned(),
        Outlet::AnotherPass => "another pass".to_owned(),
    }
}

fn doubt(why: DoubtCause) -> &'static str {
    match why {
        DoubtCause::Ambiguous => "an edge fits several items",
        DoubtCause::Missing => "it was not seen where it should have been",
        DoubtCause::Stranger => "it came from nowhere",
        DoubtCause::Overlapped => "a stranger lies in its body",
        DoubtCause::Length => "its length changed",
        DoubtCause::Malformed => "its body could not be measured",
        DoubtCause::Flushed => "the belt became unknown",
        DoubtCause::EmergencyStop => "people may have stepped in since it was last seen",
        DoubtCause::CommandLost => "the board does not know its fire any more",
        DoubtCause::Missed => "it was not diverted",
        DoubtCause::OtherPlate => "another plate was read on it than on an earlier pass",
        DoubtCause::KeyedForAnother => "a plate was keyed in for it, and may be that of one who came unseen before it",
        DoubtCause::LateClock => "the board was so late with its word that its codes may be another one's",
    }
}

fn ended(outcome: FireOutcome) -> &'static str {
    match outcome {
        FireOutcome::Fired => "fired",
        FireOutcome::Late => "refused, the order came too late",
        FireOutcome::Speed => "refused, the belt's speed was out of its band",
        FireOutcome::UnknownOutput => "refused, there is no such output",
        FireOutcome::QueueFull => "refused, the board's queue was full",
        FireOutcome::Cancelled => "cancelled",
        FireOutcome::Lease => "not fired, the lease had run out",
    }
}

/// What a refusal says to people.
#[must_use]
pub fn refusal_text(refusal: &Refusal, names: &Names) -> String {
    match refusal {
        Refusal::PlateTaken { key, plate } => {
            format!("parcel {} was refused: another parcel has plate {}", text(key), text(plate))
        }
        Refusal::ParcelsFull { key } => format!("parcel {} was refused: the parcel table is full", text(key)),
        Refusal::UnknownParcel { key } => {
            format!("a hold for parcel {} came before its record; it counts when that comes", text(key))
        }
        Refusal::OrderOfUnknownParcel { key } => {
            format!("an order for parcel {} was refused: no such parcel", text(key))
        }
        Refusal::FlightsFull { key } => format!("flight {key} was refused: too many flights"),
        Refusal::PlatesFull { key } => format!("another label for parcel {} was refused: it has too many", text(key)),
        Refusal::UnknownChute { chute } => format!("an order was refused: the line has no chute {chute}"),
        Refusal::UnknownPull { pull } => format!("an order was refused: no open entry {pull} on the pull list"),
        Refusal::NoEarlierPlan => "the roll-back was refused: there is no earlier plan".to_owned(),
        Refusal::ContainerInUse { id, chute } => {
            format!("container {} was refused: it is open at chute {chute}", text(id))
        }
        Refusal::ContainerOpen { chute } => {
            format!("a container for chute {chute} was refused: one stands there still")
        }
        Refusal::NoContainer { chute } => format!("nothing to close at chute {chute}: no container is open"),
        Refusal::HandheldUnclear { station } => {
            format!("a scan of {} was refused: scan the chute's sign first", names.handheld(*station))
        }
        Refusal::NotWritten { chute } => {
            format!("a change of the container at chute {chute} was refused: the journal cannot be written")
        }
    }
}

fn customs(state: Customs) -> &'static str {
    match state {
        Customs::NotLodged => "not lodged",
        Customs::Assessing => "assessing",
        Customs::Released => "released",
        Customs::Hold => "hold",
        Customs::ScreeningWanted => "screening wanted",
        Customs::Inspection => "inspection",
        Customs::DoNotLoad => "do not load",
    }
}

fn security(state: Security) -> &'static str {
    match state {
        Security::NotScreened => "not screened",
        Security::Screened => "screened",
        Security::Alarm => "alarm",
    }
}
