//! A last line without its end waits to be finished. One that waits long was mostly meant to be whole.

use crate::config::Problem;
use crate::feed::{FeedKind, FileFollower};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// A host writes a line at once; one that is still half at so many looks in a row is told.
const LOOKS: u32 = 3;

/// Half lines, and how long they have been seen.
#[derive(Debug)]
pub(super) struct HalfLines {
    due: Instant,
    seen: BTreeMap<FeedKind, (u32, u32)>,
}

impl HalfLines {
    pub(super) fn new() -> Self {
        Self { due: Instant::now(), seen: BTreeMap::new() }
    }

    /// Looks at the files, but not too often; gives what is to be told.
    pub(super) fn look<'f>(&mut self, followers: impl IntoIterator<Item = &'f FileFollower>) -> Vec<Problem> {
        if Instant::now() < self.due {
            return Vec::new();
        }
        self.due = Instant::now() + LOOK;
        followers.into_iter().filter_map(|follower| self.seen(follower.kind(), follower.unfinished())).collect()
    }

    /// The file was looked at: the half line in it, if it is to be told now.
    fn seen(&mut self, kind: FeedKind, half: Option<Problem>) -> Option<Problem> {
        let Some(half) = half else {
            self.seen.remove(&kind);
            return None;
        };
        let (line, looks) = self.seen.entry(kind).or_insert((half.line, 0));
        if *line != half.line {
            (*line, *looks) = (half.line, 0);
        }
        *looks = looks.saturating_add(1);
        (*looks == LOOKS).then_some(half)
    }
}

#[cfg(test)]
mod tests {
    use super::{HalfLines, LOOKS};
    use crate::config::Problem;
    use crate::feed::FeedKind;

    fn half(line: u32) -> Option<Problem> {
        Some(Problem { file: "f".into(), line, column: 1, message: String::new(), remedy: String::new() })
    }

    #[test]
    fn a_half_line_is_told_once_and_only_if_it_stays() {
        let mut lines = HalfLines::new();
        let mut told = |line: u32| lines.seen(FeedKind::Parcels, half(line)).is_some();
        let every: Vec<bool> = (0..2 * LOOKS).map(|_| told(7)).collect();
        assert_eq!(every.iter().filter(|told| **told).count(), 1);
        assert!(!(8..40).any(&mut told), "the file grows");
        lines.seen(FeedKind::Parcels, None);
        assert!(lines.seen.is_empty());
    }
}
