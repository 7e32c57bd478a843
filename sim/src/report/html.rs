//! Text and numbers in a page. Names of lines, scenarios and files come from anywhere and are never taken for markup.

use std::fmt;

/// A text that is shown as it is: nothing in it ends an attribute or begins an element, and nothing in it turns the
/// text around it about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0.chars().try_for_each(|one| match one {
            '&' => to.write_str("&amp;"),
            '<' => to.write_str("&lt;"),
            '>' => to.write_str("&gt;"),
            '"' => to.write_str("&quot;"),
            '\'' => to.write_str("&#39;"),
            '\n' | '\t' => to.write_char(one),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => to.write_char('\u{fffd}'),
            _ if one.is_control() => to.write_char('\u{fffd}'),
            _ => to.write_char(one),
        })
    }
}

/// A number with a mark at each thousand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number(pub(super) u64);

impl fmt::Display for Number {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                to.write_str(",")?;
            }
            write!(to, "{digit}")?;
        }
        Ok(())
    }
}

/// A total that stands in the summary too, with the pointer at which it stands there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Total<'a>(pub(super) &'a str, pub(super) u64);

impl fmt::Display for Total<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "<data value=\"{}\" data-json=\"{}\">{}</data>", self.1, Text(self.0), Number(self.1))
    }
}

/// A time of the run, from nanoseconds: minutes and seconds, hours where there are any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(pub(super) u64);

impl fmt::Display for Clock {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1_000_000_000;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 { write!(to, "{hours}:{minutes:02}:{seconds:02}") } else { write!(to, "{minutes}:{seconds:02}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let hostile = "</title><script>alert('1')</script>\" onload=\"x\u{202e}\u{0}&amp;";
        let shown = Text(hostile).to_string();
        assert_eq!(
            shown,
            "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x\u{fffd}\u{fffd}&amp;amp;"
        );
    }

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(|number| Number(number).to_string()),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!([0, 61, 3_661].map(|s| Clock(s * 1_000_000_000).to_string()), ["0:00", "1:01", "1:01:01"]);
    }
}
