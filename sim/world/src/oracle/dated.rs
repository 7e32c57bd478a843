//! A value with those before it.

/// So many changes within one commit interval do not happen.
const BEFORE: usize = 3;

#[derive(Clone, Copy, Debug)]
pub(super) struct Dated<T> {
    pub(super) value: T,
    pub(super) since: u64,
    /// What it was before, the newest first, each with the time since when.
    before: [Option<(u64, T)>; BEFORE],
}

impl<T: Copy> Dated<T> {
    pub(super) fn new(at: u64, value: T) -> Self {
        Self { value, since: at, before: [None; BEFORE] }
    }

    pub(super) fn set(&mut self, at: u64, value: T) {
        // Several changes at once are one.
        if at > self.since {
            self.before.rotate_right(1);
            self.before[0] = Some((self.since, self.value));
        }
        (self.value, self.since) = (value, at);
    }

    /// True if `test` held at any time from `from` to `to`.
    pub(super) fn any(&self, from: u64, to: u64, test: impl Fn(&T) -> bool) -> bool {
        let mut until = u64::MAX;
        [Some((self.since, self.value))].iter().chain(&self.before).flatten().any(|(since, value)| {
            let there = *since <= to && until >= from;
            until = *since;
            there && test(value)
        })
    }
}

/// Sets a value in a table that grows as needed.
pub(super) fn put<T: Copy>(table: &mut Vec<Option<Dated<T>>>, number: usize, at: u64, value: T) {
    if table.len() <= number {
        table.resize(number + 1, None);
    }
    match &mut table[number] {
        Some(dated) => dated.set(at, value),
        empty => *empty = Some(Dated::new(at, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::Dated;

    #[test]
    fn what_held_at_some_time_is_found_however_often_it_changed_since() {
        let mut dated = Dated::new(0, 'a');
        for (at, value) in [(100, 'b'), (140, 'c'), (140, 'd'), (150, 'e')] {
            dated.set(at, value);
        }
        let seen = |from, to| -> String { ('a'..='f').filter(|value| dated.any(from, to, |is| is == value)).collect() };
        assert_eq!((seen(90, 99), seen(90, 145), seen(150, 900)), ("a".into(), "abd".into(), "de".into()));
        assert_eq!(seen(101, 120), "b");
    }
}
