//! A line of the orders file.

use super::field::{choice, needed, parcel_key, plate};
use super::{LineFault, fault, shortened};
use serde::Deserialize;
use sortie_core::input::Input;
use sortie_core::records::{ContainerId, Order, OrderRecord, Person};
use sortie_protocol::identifier::Grammars;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderLine {
    by: String,
    order: String,
    chute: Option<i64>,
    container: Option<String>,
    parcel: Option<String>,
    plate: Option<String>,
    pull: Option<i64>,
}

/// The orders, and the keys that each of them may have beside `by` and `order`.
const ORDERS: [(&str, &[&str]); 15] = [
    ("close-container", &["chute"]),
    ("open-container", &["chute", "container"]),
    ("lock", &["chute"]),
    ("unlock", &["chute"]),
    ("disable", &["chute"]),
    ("enable", &["chute"]),
    ("clear-jam", &["chute"]),
    ("return", &["parcel"]),
    ("relabel", &["parcel", "plate"]),
    ("announce", &["plate"]),
    ("found", &["pull"]),
    ("rollback-plan", &[]),
    ("drain", &[]),
    ("go-on", &[]),
    ("acknowledge", &[]),
];

pub(super) fn order(text: &str, line: &OrderLine, grammars: &Grammars) -> Result<Input, LineFault> {
    let Some((name, keys)) = ORDERS.iter().find(|(name, _)| *name == line.order) else {
        let names: Vec<&str> = ORDERS.iter().map(|(name, _)| *name).collect();
        let message = format!("order = \"{}\" is unknown", shortened(&line.order));
        return Err(fault(text, "order", message, choice(&line.order, &names)));
    };
    if let Some(key) = line.keys().find(|key| !keys.contains(key)) {
        let takes = if keys.is_empty() { "nothing beside by".to_owned() } else { keys.join(" and ") };
        let message = format!("{name} takes no {key}");
        return Err(fault(text, key, message, format!("take {key} out: {name} takes {takes}")));
    }
    let by = person(text, &line.by)?;
    Ok(Input::Order(OrderRecord { by, what: line.what(text, name, grammars)? }))
}

impl OrderLine {
    /// The keys that the line has.
    fn keys(&self) -> impl Iterator<Item = &'static str> {
        [
            ("chute", self.chute.is_some()),
            ("container", self.container.is_some()),
            ("parcel", self.parcel.is_some()),
            ("plate", self.plate.is_some()),
            ("pull", self.pull.is_some()),
        ]
        .into_iter()
        .filter_map(|(key, there)| there.then_some(key))
    }

    fn what(&self, text: &str, name: &str, grammars: &Grammars) -> Result<Order, LineFault> {
        let plate = || self.plate(text, name, grammars);
        Ok(match name {
            "close-container" => Order::CloseContainer { chute: self.chute(text, name)? },
            "open-container" => Order::OpenContainer { chute: self.chute(text, name)?, id: self.container(text)? },
            "lock" => Order::Lock { chute: self.chute(text, name)? },
            "unlock" => Order::Unlock { chute: self.chute(text, name)? },
            "disable" => Order::Disable { chute: self.chute(text, name)? },
            "enable" => Order::Enable { chute: self.chute(text, name)? },
            "clear-jam" => Order::ClearJam { chute: self.chute(text, name)? },
            "return" => Order::Return { parcel: self.parcel(text, name)? },
            "relabel" => Order::Relabel { parcel: self.parcel(text, name)?, plate: plate()? },
            "announce" => Order::Announce { plate: plate()? },
            "found" => Order::Found { pull: number(text, "pull", self.pull, name, u32::MAX)? },
            "rollback-plan" => Order::RollbackPlan,
            "drain" => Order::Drain(true),
            "go-on" => Order::Drain(false),
            _ => Order::Acknowledge,
        })
    }

    fn chute(&self, text: &str, name: &str) -> Result<u16, LineFault> {
        number(text, "chute", self.chute, name, 9999)
    }

    fn parcel(&self, text: &str, name: &str) -> Result<sortie_core::records::ParcelKey, LineFault> {
        parcel_key(text, needed(text, "parcel", self.parcel.as_ref(), &example(name))?)
    }

    fn plate(&self, text: &str, name: &str, grammars: &Grammars) -> Result<sortie_core::records::CodeText, LineFault> {
        plate(text, "plate", needed(text, "plate", self.plate.as_ref(), &example(name))?, grammars)
    }

    fn container(&self, text: &str) -> Result<Option<ContainerId>, LineFault> {
        let Some(id) = &self.container else { return Ok(None) };
        let legal = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic());
        let packed = if legal { ContainerId::from_slice(id.as_bytes()).ok() } else { None };
        packed.map(Some).ok_or_else(|| {
            let message = format!("container \"{}\" cannot stand on a container", shortened(id));
            fault(text, "container", message, "write 1 to 16 printable ASCII characters without blanks")
        })
    }
}

fn number<T: TryFrom<i64>>(
    text: &str,
    key: &str,
    value: Option<i64>,
    name: &str,
    max: impl Into<i64>,
) -> Result<T, LineFault> {
    let (value, max) = (*needed(text, key, value.as_ref(), &example(name))?, max.into());
    let fits = (1..=max).contains(&value);
    fits.then(|| T::try_from(value).ok()).flatten().ok_or_else(|| {
        let message = format!("{key} = {value} is out of range");
        fault(text, key, message, format!("write a whole number from 1 to {max}"))
    })
}

fn person(text: &str, by: &str) -> Result<Person, LineFault> {
    let legal = by.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && by.trim() == by && !by.is_empty();
    let packed = if legal { Person::from_slice(by.as_bytes()).ok() } else { None };
    packed.ok_or_else(|| {
        let message = format!("by = \"{}\" names nobody", shortened(by));
        fault(text, "by", message, "write who gives the order, 1 to 24 printable ASCII characters")
    })
}

/// A whole order of that name.
fn example(name: &str) -> String {
    let value = |key: &str| match key {
        "chute" => "12",
        "container" => "\"AKE12345LG\"",
        "parcel" => "\"P1\"",
        "plate" => "\"LP000123456789012\"",
        _ => "3",
    };
    let keys = ORDERS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, keys)| keys);
    let rest: String = keys.iter().map(|key| format!(",\"{key}\":{}", value(key))).collect();
    format!(r#"{{"by":"A. Name","order":"{name}"{rest}}}"#)
}

#[cfg(test)]
mod tests {
    use super::{ORDERS, example};
    use crate::feed::{FeedKind, parse_line};
    use sortie_core::input::Input;

    #[test]
    fn the_example_of_every_order_is_one() {
        for (name, _) in ORDERS {
            let line = example(name);
            let read = parse_line(FeedKind::Orders, line.as_bytes(), &sortie_protocol::identifier::Grammars::default());
            assert!(matches!(read, Ok(Input::Order(_))), "{line}: {read:?}");
        }
    }
}
