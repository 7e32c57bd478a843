//! The tables of a plan that name no flight: limits, products, boarding, permits, times.

use crate::config::devices::narrow;
use crate::config::section::{Field, Section};
use crate::config::source::Source;
use crate::config::unique::Unique;
use crate::feed::product;
use crate::local_time;
use crate::words::Words;
use sortie_core::plan::{Boarding, ContainerKind, Limits, PRODUCTS_MAX, Permits, ProductRule};
use sortie_core::records::{Customs, Security, Traffic};

/// Heaviest parcel that a limit can allow, in grams.
const GRAMS_MAX: i64 = 10_000_000;
/// Longest side that a limit can allow, in millimetres.
const SIDE_MM_MAX: i64 = 20_000;
/// Furthest that a product's cut-off may lie from the flight's, in seconds.
const EARLIER_S_MAX: i64 = 86_400;

pub(super) fn limits(source: &mut Source<'_>, root: &mut Section<'_>) -> Limits {
    let mut limits = Limits::default();
    let Some(mut section) = root.optional_table(source, "limits", "a table [limits] with weight_max_g = 31500") else {
        return limits;
    };
    let default = i64::from(limits.weight_max_g);
    limits.weight_max_g = narrow(section.integer(source, "weight_max_g", 1..=GRAMS_MAX, Some(default)).value);
    let sides = section.integers(source, "size_max_mm", &(1..=SIDE_MM_MAX));
    if sides.sound && !sides.value.is_empty() {
        if let [a, b, c] = sides.value[..] {
            let mut sides = [a, b, c].map(|side| narrow::<u16>(side.value));
            sides.sort_unstable_by(|a, b| b.cmp(a));
            limits.size_max_mm = sides;
        } else {
            let message = format!("[limits]: size_max_mm lists {} sides", sides.value.len());
            source.problem(sides.at, message, "write the three sides, like [1200, 800, 800]");
        }
    }
    tolerance(source, &mut section, &mut limits);
    section.finish(source);
    limits
}

/// The larger of both tolerances counts; where only one is written, the other must not outweigh it.
fn tolerance(source: &mut Source<'_>, section: &mut Section<'_>, limits: &mut Limits) {
    let grams = section.optional_integer(source, "weight_tolerance_g", 0..=GRAMS_MAX);
    let permille = section.optional_integer(source, "weight_tolerance_permille", 0..=1000);
    if grams.is_some() || permille.is_some() {
        limits.weight_tolerance_g = grams.map_or(0, |grams| narrow(grams.value));
        limits.weight_tolerance_permille = permille.map_or(0, |permille| narrow(permille.value));
    }
}

pub(super) fn products(source: &mut Source<'_>, root: &mut Section<'_>) -> Vec<ProductRule> {
    let mut names = Unique::new("product", "write one [[product]] for each product");
    let mut list = Vec::new();
    for mut section in root.tables(source, "product") {
        let name = section.text(source, "product", None);
        if name.sound {
            section.name = format!("product {}", name.value);
        }
        names.take(source, &name);
        let code = product(&name.value);
        if name.sound && code.is_none() {
            let message = format!("\"{}\" is no product", name.value);
            source.problem(name.at, message, "write one to four upper-case letters or digits, like ECOM");
        }
        if list.len() == PRODUCTS_MAX {
            let message = format!("{}: too many products", section.name);
            source.problem(section.at(), message, format!("a plan has rules for at most {PRODUCTS_MAX}"));
        }
        let earlier = section.integer(source, "cutoff_earlier_s", -EARLIER_S_MAX..=EARLIER_S_MAX, Some(0));
        let weight_required = section.flag(source, "weight_required", false);
        let cutoff_earlier_s = narrow(earlier.value);
        list.extend(code.map(|product| ProductRule { product, cutoff_earlier_s, weight_required }));
        section.finish(source);
    }
    list
}

pub(super) fn boarding(source: &mut Source<'_>, root: &mut Section<'_>) -> [Boarding; Traffic::ALL.len()] {
    let example = "a table [boarding.export] with customs = [\"released\"] and security = [\"screened\"]";
    let mut rules = [Boarding::default(); Traffic::ALL.len()];
    let Some(mut section) = root.optional_table(source, "boarding", example) else { return rules };
    for (rule, (word, _)) in rules.iter_mut().zip(Traffic::WORDS) {
        let Some(mut table) = section.optional_table(source, word, example) else { continue };
        let customs = states(source, &mut table, "customs", &[Customs::NotLodged, Customs::DoNotLoad]);
        let security = states(source, &mut table, "security", &[Security::Alarm]);
        *rule = Boarding::new(
            &customs.unwrap_or_else(|| vec![Customs::Released]),
            &security.unwrap_or_else(|| vec![Security::Screened]),
        );
        table.finish(source);
    }
    section.finish(source);
    rules
}

/// The states of a list; some can never board, whatever a plan says.
fn states<W: Words + PartialEq>(
    source: &mut Source<'_>,
    section: &mut Section<'_>,
    key: &'static str,
    never: &[W],
) -> Option<Vec<W>> {
    let list = section.words::<W>(source, key)?;
    for state in list.iter().filter(|state| never.contains(&state.value)) {
        let word = W::WORDS.iter().find(|(_, value)| *value == state.value).map_or("", |(word, _)| word);
        let message = format!("{}: {key}: {word} can never board", section.name);
        source.problem(state.at, message, "no plan can let it fly: take it out, and give its code an outlet");
    }
    Some(list.into_iter().map(|state| state.value).collect())
}

pub(super) fn permits(source: &mut Source<'_>, root: &mut Section<'_>) -> Permits {
    let mut permits = Permits::default();
    let Some(mut section) = root.optional_table(source, "permits", "a table [permits] with riding_max = 400") else {
        return permits;
    };
    let riding = section.integer(source, "riding_max", 1..=65_535, Some(i64::from(permits.riding_max)));
    let blocked =
        section.integer(source, "blocked_max_permille", 0..=1000, Some(i64::from(permits.blocked_max_permille)));
    permits.riding_max = narrow(riding.value);
    permits.blocked_max_permille = narrow(blocked.value);
    section.finish(source);
    permits
}

/// From when the plan is in use.
pub(super) fn active_from(source: &mut Source<'_>, root: &mut Section<'_>) -> Option<i64> {
    let named = root.optional_text(source, "zone").filter(|name| name.sound);
    let time = root.optional_time(source, "active_from");
    let zone = match named.as_ref().map(|name| local_time::zone(&name.value)).transpose() {
        Ok(zone) => zone,
        Err(why) => {
            let Field { value: name, at, .. } = named?;
            source.problem(at, format!("zone: \"{name}\" {why}"), why.remedy());
            return None;
        }
    };
    let Field { value: text, at, sound: true } = time? else { return None };
    match local_time::utc_ms(&text, zone.as_ref()) {
        Ok(utc_ms) => Some(utc_ms),
        Err(why) => {
            source.problem(at, format!("active_from: \"{text}\" {why}"), why.remedy());
            None
        }
    }
}

/// The kind of container that a chute demands.
pub(super) fn container(source: &mut Source<'_>, section: &mut Section<'_>) -> Option<ContainerKind> {
    section.optional_word(source, "container")
}
