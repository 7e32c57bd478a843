//! Texts that a device sends or waits for: characters rather than words.

use super::section::{Field, Section};
use super::source::Source;

impl Section<'_> {
    /// At most `max` ASCII characters, control characters among them; an empty text means none.
    pub(super) fn characters(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        max: usize,
        default: &[u8],
    ) -> Field<Vec<u8>> {
        let remedy = format!(
            r#"write at most {max} ASCII characters in double quotes, control characters as "\u0002" or "\r\n", or """#
        );
        let stand_in = default.to_vec();
        let shown = format!("\"{}\"", default.escape_ascii());
        self.asks(source, key, &format!("up to {max} characters"), &shown);
        let Some((value, at)) = self.look(key) else { return Field { value: stand_in, at: self.at(), sound: true } };
        match value.as_str() {
            Some(text) if text.is_ascii() && text.len() <= max => {
                return Field { value: text.as_bytes().to_vec(), at, sound: true };
            }
            Some(_) => source.problem(at, format!("{}: {key} is too long, or not ASCII", self.name), remedy),
            None => source.problem(at, self.wrong_type(key, value, "a text"), remedy),
        }
        Field { value: stand_in, at, sound: false }
    }

    /// One character, or none.
    pub(super) fn character(
        &mut self,
        source: &mut Source<'_>,
        key: &'static str,
        default: Option<u8>,
    ) -> Field<Option<u8>> {
        let Field { value, at, sound } = self.characters(source, key, 1, default.as_slice());
        Field { value: value.first().copied(), at, sound }
    }

    /// A list of texts; it may be left out.
    pub(super) fn texts(&mut self, source: &mut Source<'_>, key: &'static str, max: usize) -> Vec<Field<String>> {
        let remedy = format!("write a list of at most {max} texts in double quotes, like [\"A\", \"B\"]");
        self.asks(source, key, &format!("list of up to {max} texts"), "[]");
        let Some((value, at)) = self.look(key) else { return Vec::new() };
        let Some(array) = value.as_array().filter(|array| array.len() <= max) else {
            source.problem(at, self.wrong_type(key, value, &format!("a list of at most {max} texts")), remedy);
            return Vec::new();
        };
        let mut list = Vec::new();
        for entry in array.iter() {
            let at = entry.span().start;
            match entry.get_ref().as_str().filter(|text| !text.is_empty()) {
                Some(text) => list.push(Field { value: text.to_owned(), at, sound: true }),
                None => source.problem(at, format!("{}: {key} holds what is no text", self.name), remedy.as_str()),
            }
        }
        list
    }
}
