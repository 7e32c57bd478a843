//! A value with the one before it.

/// Two changes within one commit interval do not happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dated<T> {
    pub(super) value: T,
    pub(super) since: u64,
    before: Option<T>,
}

impl<T: Copy> Dated<T> {
    pub(super) fn new(at: u64, value: T) -> Self {
        Self { value, since: at, before: None }
    }

    pub(super) fn set(&mut self, at: u64, value: T) {
        // Several changes at once are one.
        let before = if at > self.since { Some(self.value) } else { self.before };
        *self = Self { value, since: at, before };
    }

    /// True if `test` held at any time from `from` to `to`.
    pub(super) fn any(&self, from: u64, to: u64, test: impl Fn(&T) -> bool) -> bool {
        (self.since <= to && test(&self.value)) || (self.since >= from && self.before.as_ref().is_some_and(&test))
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
