//! Text of others on a terminal: whoever writes a label or a file must not steer the screen of whoever reads it.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with everything escaped that a terminal would obey or hide: control characters, and the marks that
/// reverse or hide what stands around them.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if steers(c) {
            // A String takes everything.
            let _ = write!(safe, "{}", c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Bytes of a label or a key as text, escaped like [`plain`]; bytes that are no UTF-8 show as `\x..`.
#[must_use]
pub fn bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&plain(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// True for a character that a terminal obeys, or that hides or turns what stands around it.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{bytes, plain};

    #[test]
    fn what_steers_a_terminal_is_shown_and_not_obeyed() {
        assert_eq!(plain("AKE12345LG ünd"), "AKE12345LG ünd");
        assert_eq!(plain("a\x1b[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(plain("\u{9b}31m\u{202e}x\n"), "\\u{9b}31m\\u{202e}x\\u{a}");
        assert_eq!(bytes(b"LP\x07\xff1"), "LP\\u{7}\\xff1");
    }
}
