//! Which codes of a scanner count.

use crate::config::CodeFilter;
use sortie_protocol::scanner::Code;

impl CodeFilter {
    /// Whether a code passes.
    #[must_use]
    pub fn passes(&self, code: &Code) -> bool {
        let length = u32::try_from(code.bytes.len()).unwrap_or(u32::MAX);
        let symbology = self.symbologies.is_empty()
            || code.aim.is_some_and(|aim| {
                let wanted = |modifier: Option<u8>| modifier.is_none_or(|modifier| modifier == aim.modifier);
                self.symbologies.iter().any(|symbology| symbology.letter == aim.letter && wanted(symbology.modifier))
            });
        let mask = self.masks.is_empty() || self.masks.iter().any(|mask| fits(mask.as_bytes(), &code.bytes));
        symbology && mask && (self.length.0..=self.length.1).contains(&length)
    }
}

/// Whether a mask fits a whole code; `?` is any character, `*` any number of them.
fn fits(mask: &[u8], code: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where the last `*` stands, and where the code went on behind what it has taken.
    let mut star: Option<(usize, usize)> = None;
    while place < code.len() {
        match mask.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || *wanted == code[place] => (at, place) = (at + 1, place + 1),
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                (at, place) = (star_at + 1, taken + 1);
            }
        }
    }
    mask[at..].iter().all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn masks_fit_whole_codes() {
        for (mask, code, fit) in [
            ("LP*", "LP123", true),
            ("LP*", "XLP123", false),
            ("*GB", "RB123456785GB", true),
            ("*GB", "RB123456785GBX", false),
            ("??", "AB", true),
            ("??", "ABC", false),
            ("A*B*C", "AxxBxxBC", true),
            ("A*B*C", "AxxBxx", false),
            ("*", "", true),
            ("", "", true),
            ("", "A", false),
            ("A**", "A", true),
        ] {
            assert_eq!(fits(mask.as_bytes(), code.as_bytes()), fit, "{mask} {code}");
        }
    }
}
