//! Names and numbers that may stand only once.

use super::section::Field;
use super::source::Source;
use std::collections::BTreeMap;
use std::fmt::Display;

/// What has been seen of one kind of name, with the offset of its first place.
pub(super) struct Unique<T> {
    what: &'static str,
    remedy: &'static str,
    seen: BTreeMap<T, usize>,
}

impl<T: Ord + Clone + Display> Unique<T> {
    pub(super) fn new(what: &'static str, remedy: &'static str) -> Self {
        Self { what, remedy, seen: BTreeMap::new() }
    }

    /// Takes a value; a second one is reported with the line of the first.
    pub(super) fn take(&mut self, source: &mut Source<'_>, field: &Field<T>) {
        if !field.sound {
            return;
        }
        match self.seen.get(&field.value) {
            Some(first) => {
                let (line, _) = source.place(*first);
                let message = format!("{} {} is used already in line {line}", self.what, field.value);
                source.problem(field.at, message, self.remedy);
            }
            None => {
                self.seen.insert(field.value.clone(), field.at);
            }
        }
    }
}
