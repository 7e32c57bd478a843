//! One table of a TOML file, read key by key; every problem goes to the source and reading goes on.

use super::nearest::nearest;
use super::source::{Key, Source};
use crate::terminal::steers;
use crate::words::Words;
use std::mem::discriminant;
use std::ops::RangeInclusive;
use toml::de::{DeInteger, DeTable, DeValue};

/// A value that was read, with the offset of its place; `sound` is false when it stands in for one with a problem.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<T> {
    pub(super) value: T,
    pub(super) at: usize,
    pub(super) sound: bool,
}

/// A table being read.
pub(super) struct Section<'a> {
    table: &'a DeTable<'a>,
    at: usize,
    /// What the table is called in messages.
    pub(super) name: String,
    /// What it is called in lists of keys.
    path: String,
    known: Vec<&'static str>,
    /// Keys that have to be there and are not, with what to write.
    missing: Vec<(&'static str, String)>,
}

impl<'a> Section<'a> {
    /// The whole of a file.
    pub(super) fn root(table: &'a DeTable<'a>) -> Self {
        Self::new(table, 0, String::new(), String::new())
    }

    fn new(table: &'a DeTable<'a>, at: usize, name: String, path: String) -> Self {
        Self { table, at, name, path, known: Vec::new(), missing: Vec::new() }
    }

    /// Lists a key with what may be written, and what is taken if it is left out.
    pub(super) fn asks(&self, source: &mut Source<'_>, key: &'static str, allowed: &str, default: &str) {
        source.asked(|| Key {
            table: self.path.clone(),
            key,
            allowed: allowed.to_owned(),
            default: default.to_owned(),
        });
    }

    /// Offset of the table's place.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The value under a key, and its place; the key is known from now on.
    pub(super) fn look(&mut self, key: &'static str) -> Option<(&'a DeValue<'a>, usize)> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        // A value that could not be read stands nowhere in the text.
        let value = self.table.get(key).filter(|value| !value.span().is_empty())?;
        Some((value.get_ref(), value.span().start))
    }

    /// A whole number in a range with its unit; without a default the key must be there.
    pub(super) fn integer(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        range: RangeInclusive<i64>,
        default: Option<i64>,
    ) -> Field<i64> {
        let allowed = || format!("write a whole number from {} to {}{}", range.start(), range.end(), unit(key));
        let stand_in = default.unwrap_or(*range.start());
        let range_text = format!("{} to {}{}", range.start(), range.end(), unit(key));
        self.asks(source, key, &range_text, &default.map_or(REQUIRED.to_owned(), |number| number.to_string()));
        let Some((value, at)) = self.look(key) else {
            if default.is_none() {
                self.missing_key(key, &allowed());
            }
            return Field { value: stand_in, at: self.at, sound: default.is_some() };
        };
        let problem = match value.as_integer().map(number) {
            Some(Some(value)) if range.contains(&value) => return Field { value, at, sound: true },
            Some(Some(value)) => format!("{}{key} = {value} is out of range", self.prefix()),
            Some(None) => format!("{}{key} has more digits than any number that is read", self.prefix()),
            None => self.wrong_type(key, value, "a whole number"),
        };
        source.problem(at, problem, allowed());
        Field { value: stand_in, at, sound: false }
    }

    /// A whole number in a range that may be left out.
    pub(super) fn optional_integer(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<Field<i64>> {
        self.asks(source, key, &format!("{} to {}{}", range.start(), range.end(), unit(key)), OPTIONAL);
        self.look(key)?;
        Some(self.integer(source, key, range, None))
    }

    /// A text of 1 to 4096 characters; without a default the key must be there.
    pub(super) fn text(&mut self, source: &mut Source<'_>, key: &'static str, default: Option<&str>) -> Field<String> {
        let remedy = "write a text in double quotes";
        let stand_in = default.unwrap_or_default().to_owned();
        self.asks(source, key, "text", &default.map_or(REQUIRED.to_owned(), |text| format!("\"{text}\"")));
        let Some((value, at)) = self.look(key) else {
            if default.is_none() {
                self.missing_key(key, remedy);
            }
            return Field { value: stand_in, at: self.at, sound: default.is_some() };
        };
        match value.as_str() {
            Some("") => source.problem(at, format!("{}{key} is empty", self.prefix()), remedy),
            Some(text) if text.len() > 4096 => {
                source.problem(at, format!("{}{key} is too long", self.prefix()), remedy)
            }
            Some(text) if text.chars().any(steers) => {
                let message = format!("{}{key} holds a control character, or one that is not seen", self.prefix());
                source.problem(at, message, "write a text of plain characters in double quotes");
            }
            Some(text) => return Field { value: text.to_owned(), at, sound: true },
            None => source.problem(at, self.wrong_type(key, value, "a text"), remedy),
        }
        Field { value: stand_in, at, sound: false }
    }

    /// Place of a key's value, if the key is there.
    pub(super) fn place_of(&self, key: &str) -> Option<usize> {
        self.table.get(key).map(|value| value.span().start)
    }

    /// One word of a set that may be left out.
    pub(super) fn optional_word<W: Words>(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<W> {
        self.asks(source, key, &names::<W>().join(", "), OPTIONAL);
        self.look(key)?;
        let word = self.word(source, key, None);
        word.sound.then_some(word.value)
    }

    /// A text that may be left out.
    pub(super) fn optional_text(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Field<String>> {
        self.asks(source, key, "text", OPTIONAL);
        self.look(key)?;
        Some(self.text(source, key, None))
    }

    /// A time, as a text or as a date of TOML's own, that may be left out.
    pub(super) fn optional_time(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Field<String>> {
        self.asks(source, key, "time", OPTIONAL);
        let (value, at) = self.look(key)?;
        let written = if let DeValue::Datetime(time) = value { Some(time.to_string()) } else { None };
        Some(match written {
            Some(value) => Field { value, at, sound: true },
            None => self.text(source, key, None),
        })
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, source: &mut Source<'_>, key: &'static str, default: bool) -> bool {
        self.asks(source, key, "true, false", if default { "true" } else { "false" });
        let Some((value, at)) = self.look(key) else { return default };
        value.as_bool().unwrap_or_else(|| {
            source.problem(at, self.wrong_type(key, value, "true or false"), "write true or false, without quotes");
            default
        })
    }

    /// One word of a set.
    pub(super) fn word<W: Words>(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        default: Option<W>,
    ) -> Field<W> {
        let names = names::<W>();
        let allowed = format!("write one of: {}", names.join(", "));
        let stand_in = default.unwrap_or(W::WORDS[0].1);
        self.asks(source, key, &names.join(", "), default.map_or(REQUIRED, word_for));
        let Some((value, at)) = self.look(key) else {
            if default.is_none() {
                self.missing_key(key, &allowed);
            }
            return Field { value: stand_in, at: self.at, sound: default.is_some() };
        };
        let Some(text) = value.as_str() else {
            source.problem(at, self.wrong_type(key, value, "a text"), allowed);
            return Field { value: stand_in, at, sound: false };
        };
        if let Some((_, word)) = W::WORDS.iter().find(|(name, _)| *name == text) {
            return Field { value: *word, at, sound: true };
        }
        source.problem(at, format!("{}{key} = \"{text}\" is unknown", self.prefix()), meant(text, &names, &allowed));
        Field { value: stand_in, at, sound: false }
    }

    /// A list of words of a set; `None` if it is left out.
    pub(super) fn words<W: Words>(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Vec<Field<W>>> {
        let names = names::<W>();
        let allowed = format!("write a list of: {}", names.join(", "));
        self.asks(source, key, &format!("list of {}", names.join(", ")), OPTIONAL);
        let (value, at) = self.look(key)?;
        let Some(array) = value.as_array() else {
            source.problem(at, self.wrong_type(key, value, "a list"), allowed);
            return None;
        };
        let mut list = Vec::new();
        for entry in array.iter() {
            let at = entry.span().start;
            let text = entry.get_ref().as_str().unwrap_or_default();
            match W::WORDS.iter().find(|(name, _)| *name == text) {
                Some((_, word)) => list.push(Field { value: *word, at, sound: true }),
                None => {
                    let message = format!("{}: {key} holds \"{text}\", which is unknown", self.name);
                    source.problem(at, message, meant(text, &names, &allowed));
                }
            }
        }
        Some(list)
    }

    /// A list of whole numbers, each in the range; the list may be empty or left out.
    pub(super) fn integers(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        range: &RangeInclusive<i64>,
    ) -> Field<Vec<Field<i64>>> {
        let remedy = format!("write a list of whole numbers from {} to {}, like [1, 2]", range.start(), range.end());
        self.asks(source, key, &format!("list of {} to {}", range.start(), range.end()), "[]");
        let Some((value, at)) = self.look(key) else { return Field { value: Vec::new(), at: self.at, sound: true } };
        let Some(array) = value.as_array() else {
            source.problem(at, self.wrong_type(key, value, "a list"), remedy);
            return Field { value: Vec::new(), at, sound: false };
        };
        let mut list = Vec::new();
        let mut sound = true;
        for entry in array.iter() {
            let at = entry.span().start;
            match entry.get_ref().as_integer().and_then(number) {
                Some(value) if range.contains(&value) => list.push(Field { value, at, sound: true }),
                _ => {
                    sound = false;
                    source.problem(at, format!("{}{key} holds what is no such number", self.prefix()), remedy.as_str());
                }
            }
        }
        Field { value: list, at, sound }
    }

    /// A table inside this one; when it is missing or no table, that is reported and `None` comes back.
    pub(super) fn table(&mut self, source: &mut Source<'_>, key: &'static str, example: &str) -> Option<Section<'a>> {
        let Some((value, at)) = self.look(key) else {
            self.missing_key(key, &format!("write {example}"));
            return None;
        };
        let name = if self.name.is_empty() { format!("[{key}]") } else { format!("{}{key}", self.prefix()) };
        match value.as_table() {
            Some(table) => Some(Section::new(table, at, name, self.path_of(key))),
            None => {
                source.problem(at, self.wrong_type(key, value, "a table"), format!("write {example}"));
                None
            }
        }
    }

    /// A table inside this one that may be left out.
    pub(super) fn optional_table(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        example: &str,
    ) -> Option<Section<'a>> {
        self.look(key)?;
        self.table(source, key, example)
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { format!("[{key}]") } else { format!("{} {key}", self.path) }
    }

    /// The tables `[[key]]`, in the order of the file.
    pub(super) fn tables(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<Section<'a>> {
        let Some((value, at)) = self.look(key) else { return Vec::new() };
        let remedy = format!("write each as a table of its own, headed [[{key}]]");
        let Some(array) = value.as_array() else {
            source.problem(at, self.wrong_type(key, value, "a list of tables"), remedy);
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (index, entry) in array.iter().enumerate() {
            let at = entry.span().start;
            let name = format!("[[{key}]] no. {}", index + 1);
            match entry.get_ref().as_table() {
                Some(table) => sections.push(Section::new(table, at, name, format!("[[{key}]]"))),
                None => source.problem(at, format!("{name} is no table"), remedy.as_str()),
            }
        }
        sections
    }

    /// True if the table has a key that nobody has asked for so far.
    pub(super) fn has_unknown(&self) -> bool {
        self.unknown().next().is_some()
    }

    /// Reports every key that nobody asked for, with the one that was probably meant, and every key that is missing. One
    /// that is only misspelt is not missing, too.
    pub(super) fn finish(mut self, source: &mut Source<'_>) {
        let mut allowed = self.known.clone();
        allowed.sort_unstable();
        let allowed = format!("known here: {}", allowed.join(", "));
        let place = self.prefix();
        let mut misspelt = Vec::new();
        for (name, at) in self.unknown() {
            misspelt.extend(nearest(name, &self.known));
            source.problem(at, format!("{place}unknown key {name}"), meant(name, &self.known, &allowed));
        }
        self.missing.retain(|(key, _)| !misspelt.contains(key));
        for (key, remedy) in self.missing {
            source.missing(self.at, format!("{place}{key} is missing"), remedy);
        }
    }

    /// What messages about the table begin with.
    pub(super) fn prefix(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("{}: ", self.name) }
    }

    /// Keys that nobody has asked for, and where they stand.
    fn unknown(&self) -> impl Iterator<Item = (&'a str, usize)> {
        let keys = self.table.keys().map(|key| (key.get_ref().as_ref(), key.span().start));
        keys.filter(|(name, _)| !self.known.contains(name))
    }

    fn missing_key(&mut self, key: &'static str, remedy: &str) {
        self.missing.push((key, remedy.to_owned()));
    }

    pub(super) fn wrong_type(&self, key: &str, value: &DeValue<'_>, wanted: &str) -> String {
        let place = self.prefix();
        format!("{place}{key} must be {wanted}, but is {}", described(value))
    }
}

/// Stands for the default of a key that has to be there.
const REQUIRED: &str = "must be there";
/// Stands for the default of a key that may be left out.
const OPTIONAL: &str = "none";

fn names<W: Words>() -> Vec<&'static str> {
    W::WORDS.iter().map(|(name, _)| *name).collect()
}

/// The word for a value of a set; words stand for enums without data.
fn word_for<W: Words>(value: W) -> &'static str {
    let same = |word: &&(&'static str, W)| discriminant(&word.1) == discriminant(&value);
    W::WORDS.iter().find(same).map_or(OPTIONAL, |(name, _)| name)
}

fn meant(name: &str, candidates: &[&str], allowed: &str) -> String {
    match nearest(name, candidates) {
        Some(candidate) => format!("did you mean {candidate}? {allowed}"),
        None => allowed.to_owned(),
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a decimal point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn number(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// The unit that a key's name bears, in words for a message.
fn unit(key: &str) -> &'static str {
    let unit = [
        ("_mm_s", " (mm/s)"),
        ("_per_min", " (pieces a minute)"),
        ("um_per_count", " (µm per count)"),
        ("_mm", " (mm)"),
        ("_ms", " (ms)"),
        ("_permille", " (‰)"),
        ("_min", " (min)"),
        ("_g", " (g)"),
        ("_s", " (s)"),
    ];
    unit.iter().find(|(ending, _)| key.ends_with(ending)).map_or("", |(_, words)| words)
}
