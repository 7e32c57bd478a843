//! The name that somebody probably meant.

/// The candidate nearest to `name`, if one is near enough to be worth naming: one begins with the other (a unit was
/// left off), or at most a third of the letters differ.
#[must_use]
pub fn nearest<'c>(name: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let stem = |candidate: &&&'c str| {
        name.len() >= 3 && (candidate.starts_with(name) || (candidate.len() >= 3 && name.starts_with(**candidate)))
    };
    if let Some(candidate) = candidates.iter().find(stem) {
        return Some(candidate);
    }
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .iter()
        .map(|candidate| (distance(name, candidate), *candidate))
        .filter(|(far, _)| *far <= limit)
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// Edit distance: letters inserted, left out or changed; neighbours exchanged count as one.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut last_left = None;
    for (i, l) in left.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, r) in right.iter().enumerate() {
            let mut best = (row[j] + usize::from(l != *r)).min(row[j + 1] + 1).min(next[j] + 1);
            if j > 0 && last_left == Some(*r) && right[j - 1] == l {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
        last_left = Some(l);
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances() {
        for (left, right, far) in [("", "", 0), ("", "ab", 2), ("speed", "sped", 1), ("role", "rloe", 1), ("a", "b", 1)]
        {
            assert_eq!(distance(left, right), far, "{left} {right}");
            assert_eq!(distance(right, left), far, "{right} {left}");
        }
    }

    #[test]
    fn suggests_what_was_meant_and_nothing_far_fetched() {
        let keys = ["position_mm", "stroke_ms", "output", "side"];
        assert_eq!(nearest("position", &keys), Some("position_mm"));
        assert_eq!(nearest("stoke_ms", &keys), Some("stroke_ms"));
        assert_eq!(nearest("colour", &keys), None);
    }
}
