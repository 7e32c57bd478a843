//! What changes from one plan to another, in sentences.

use super::time;
use crate::words::Words;
use serde::Serialize;
use sortie_core::plan::{Boarding, ChuteRule, ContainerKind, Plan, ProductRule};
use sortie_core::records::{Customs, Security, Traffic};
use std::collections::BTreeMap;

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `flight`, `code`, `chute`, `product`, `boarding` or `plan`.
    pub kind: &'static str,
    /// Which one: a flight's key, a code, a chute's number, a product, a traffic, a figure's name.
    pub name: String,
    /// As it is; `None` if it is not there.
    pub before: Option<String>,
    /// As it would be; `None` if it would not be there.
    pub after: Option<String>,
    /// The same for people.
    pub text: String,
}

/// What a plan says, by kind and name.
type Said = BTreeMap<(usize, String), String>;

/// The kinds in the order in which they are told, and what is said of one that is not there.
const KINDS: [(&str, &str); 6] = [
    ("flight", "no chute"),
    ("code", "the end of line"),
    ("chute", "no rules"),
    ("product", "no rules"),
    ("boarding", "nothing"),
    ("plan", "nothing"),
];

/// Everything that changes, but for the version.
#[must_use]
pub fn differences(before: &Plan, after: &Plan) -> Vec<Change> {
    let (before, after) = (said(before), said(after));
    let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for key in names {
        let (old, new) = (before.get(key), after.get(key));
        if old != new {
            let (kind, nothing) = KINDS[key.0];
            let word = |value: Option<&String>| value.map_or(nothing.to_owned(), Clone::clone);
            let text = format!("{kind} {}: {} -> {}", key.1, word(old), word(new));
            changes.push(Change { kind, name: key.1.clone(), before: old.cloned(), after: new.cloned(), text });
        }
    }
    changes
}

fn said(plan: &Plan) -> Said {
    let mut said = Said::new();
    let mut say = |kind: usize, name: String, what: String| said.insert((kind, name), what);
    for flight in &plan.flights {
        let mut what = format!("chutes {}", list(&flight.chutes));
        if !flight.overflow.is_empty() {
            what += &format!(", overflow {}", list(&flight.overflow));
        }
        say(0, flight.flight.to_string(), what);
    }
    for exception in plan.exceptions.iter().filter(|exception| !exception.outlets.is_empty()) {
        let passes = exception.passes();
        let again = if passes > 0 { format!("{passes} more passes, ") } else { String::new() };
        let chutes = list(&exception.outlets[usize::from(passes)..]);
        say(1, exception.code.code().to_owned(), format!("{again}chutes {chutes}"));
    }
    let mut chutes: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    plan.chutes.iter().for_each(|rule| chutes.entry(rule.chute).or_default().extend(rules(rule)));
    plan.disabled.iter().for_each(|chute| chutes.entry(*chute).or_default().push("out of service".to_owned()));
    for (chute, what) in chutes.into_iter().filter(|(_, what)| !what.is_empty()) {
        // Numbers are told in their order, not in that of their letters.
        say(2, format!("{chute:>4}"), what.join(", "));
    }
    for product in &plan.products {
        say(3, String::from_utf8_lossy(&product.product).trim().to_owned(), product_rule(product));
    }
    for (rule, (word, _)) in plan.boarding.iter().zip(Traffic::WORDS) {
        say(4, (*word).to_owned(), boarding(*rule));
    }
    for (name, value) in figures(plan) {
        say(5, name.to_owned(), value);
    }
    said.into_iter().map(|((kind, name), what)| ((kind, name.trim_start().to_owned()), what)).collect()
}

fn list(numbers: &[u16]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn rules(rule: &ChuteRule) -> Vec<String> {
    let container = rule.container.map(|kind| match kind {
        ContainerKind::Uld => "needs a ULD",
        ContainerKind::Bag => "needs a bag",
        ContainerKind::Cage => "needs a cage",
    });
    let limit = |value: u32, unit: &str| (value > 0).then(|| format!("at most {value} {unit}"));
    let mut list: Vec<String> = container.map(ToOwned::to_owned).into_iter().collect();
    list.extend(limit(rule.pieces_max, "pieces"));
    list.extend(limit(rule.weight_max_g, "g"));
    list.extend(limit(rule.length_max_mm, "mm"));
    list.extend(limit(u32::from(rule.rate_per_min), "pieces a minute"));
    list
}

fn product_rule(rule: &ProductRule) -> String {
    let cutoff = match rule.cutoff_earlier_s {
        0 => "the flight's cut-off".to_owned(),
        earlier if earlier > 0 => format!("cut-off {earlier} s earlier"),
        later => format!("cut-off {} s later", -later),
    };
    if rule.weight_required { cutoff + ", needs a weight" } else { cutoff }
}

fn boarding(rule: Boarding) -> String {
    let customs = Customs::WORDS.iter().filter(|(_, state)| rule.lets_customs(*state)).map(|(word, _)| *word);
    let security = Security::WORDS.iter().filter(|(_, state)| rule.lets_security(*state)).map(|(word, _)| *word);
    let words = |words: Vec<&str>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    format!("customs {}; security {}", words(customs.collect()), words(security.collect()))
}

fn figures(plan: &Plan) -> [(&'static str, String); 14] {
    let [long, middle, short] = plan.limits.size_max_mm;
    [
        ("active_from", plan.active_from_utc_ms.map_or("at once".to_owned(), time)),
        ("full_delay_ms", plan.full_delay_ms.to_string()),
        ("after_full_pieces", plan.after_full_pieces.to_string()),
        ("reserve_ahead_mm", plan.reserve_ahead_mm.to_string()),
        ("jam_blocked_ms", plan.jam_blocked_ms.to_string()),
        ("jam_unconfirmed", plan.jam_unconfirmed.to_string()),
        ("last_call_s", plan.last_call_s.to_string()),
        ("plate_life_days", plan.plate_life_days.to_string()),
        ("weight_max_g", plan.limits.weight_max_g.to_string()),
        ("size_max_mm", format!("{long} x {middle} x {short}")),
        ("weight_tolerance_g", plan.limits.weight_tolerance_g.to_string()),
        ("weight_tolerance_permille", plan.limits.weight_tolerance_permille.to_string()),
        ("riding_max", plan.permits.riding_max.to_string()),
        ("blocked_max_permille", plan.permits.blocked_max_permille.to_string()),
    ]
}
