//! Which orders of their file are taken already.
//!
//! Parcels and flights say what is so, and may be said twice; an order says what to do, and must be obeyed once. The
//! file is appended to, and it may be taken away to begin a new one. What the journal has taken of the present file is
//! therefore the longest beginning of the file that the orders taken so far end with; what stands behind it is new.

use sortie_core::input::Input;
use sortie_core::records::Order;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// Orders of this person come from the process's signals, not from the file.
pub(super) const SIGNAL: &[u8] = b"signal";

/// The orders taken, and the beginning of the file while it is read from its start.
#[derive(Debug, Default)]
pub(super) struct OrderBook {
    taken: Vec<u64>,
    /// What was read since the file's start, until its end has been reached once.
    backlog: Option<Vec<Input>>,
    /// The file was seen to be gone or empty: what it holds then is another file's.
    begun_anew: bool,
}

/// What a reading of the file led to.
#[derive(Debug, Default)]
pub(super) struct NewOrders {
    /// Orders to feed.
    pub(super) feed: Vec<Input>,
    /// What people have to know.
    pub(super) notes: Vec<String>,
}

impl OrderBook {
    /// The journal has taken this input.
    pub(super) fn taken(&mut self, input: &Input) {
        if let Input::Order(order) = input
            && order.by != SIGNAL
        {
            self.taken.push(mark(input));
        }
    }

    /// The core starts empty: nothing is taken any more.
    pub(super) fn clear(&mut self) {
        self.taken.clear();
    }

    /// The file is about to be read from its start.
    pub(super) fn restart(&mut self) {
        self.backlog = Some(Vec::new());
    }

    /// The file is not there.
    pub(super) fn missing(&mut self) {
        self.begun_anew = true;
        self.restart();
    }

    /// Takes what was read; `more` while the file's end was not reached.
    pub(super) fn read(&mut self, inputs: Vec<Input>, more: bool) -> NewOrders {
        let Some(backlog) = &mut self.backlog else {
            self.taken.extend(inputs.iter().map(mark));
            return NewOrders { feed: inputs, notes: Vec::new() };
        };
        backlog.extend(inputs);
        if more {
            return NewOrders::default();
        }
        let orders = self.backlog.take().unwrap_or_default();
        self.begun(orders)
    }

    /// The file has been read from its start to its end.
    fn begun(&mut self, mut orders: Vec<Input>) -> NewOrders {
        if orders.is_empty() {
            self.begun_anew = true;
            return NewOrders::default();
        }
        let mut new = NewOrders::default();
        let marks: Vec<u64> = orders.iter().map(mark).collect();
        let known = overlap(&marks, &self.taken);
        orders.drain(..known);
        let anew = std::mem::take(&mut self.begun_anew);
        if known == 0 && !anew {
            self.without_repeats(&mut orders, &mut new.notes);
        }
        self.taken.extend(orders.iter().map(mark));
        let read = orders.len();
        orders.retain(lasts);
        if orders.len() < read {
            let stale = read - orders.len();
            new.notes.push(format!(
                "{stale} orders that only count at once (announce, acknowledge, clear-jam) were written while nobody \
                 read them, and are not obeyed; give them again"
            ));
        }
        new.feed = orders;
        new
    }

    /// The file does not go on from what was taken, and nobody saw it begin anew: it was edited, or changed while
    /// nobody looked. An order that was taken once is then rather not obeyed again.
    fn without_repeats(&self, orders: &mut Vec<Input>, notes: &mut Vec<String>) {
        let mut left: BTreeMap<u64, usize> = BTreeMap::new();
        self.taken.iter().for_each(|mark| *left.entry(*mark).or_default() += 1);
        let read = orders.len();
        orders.retain(|order| match left.get_mut(&mark(order)).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                false
            }
            None => true,
        });
        if orders.len() < read {
            let repeated = read - orders.len();
            notes.push(format!(
                "the orders file is another one: {repeated} of its orders were given before and are not obeyed again; \
                 only append to it, and to begin a new one take it away first"
            ));
        }
    }
}

/// Whether an order still means the same when it is read late.
fn lasts(input: &Input) -> bool {
    let Input::Order(order) = input else { return true };
    !matches!(order.what, Order::Announce { .. } | Order::Acknowledge | Order::ClearJam { .. })
}

/// What an order is recognised by.
fn mark(input: &Input) -> u64 {
    let mut buffer = Vec::with_capacity(64);
    crate::journal::encode(&mut buffer, input);
    xxh3_64(&buffer)
}

/// Length of the longest beginning of `file` that `taken` ends with.
fn overlap(file: &[u64], taken: &[u64]) -> usize {
    let longest = file.len().min(taken.len());
    (1..=longest).rev().find(|length| taken.ends_with(&file[..*length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::OrderBook;
    use sortie_core::input::Input;
    use sortie_core::records::{Order, OrderRecord, Person};

    fn order(what: Order) -> Input {
        Input::Order(OrderRecord { by: Person::from_slice(b"A. Name").unwrap(), what })
    }

    fn lock(chute: u16) -> Input {
        order(Order::Lock { chute })
    }

    /// A book that has taken these orders from the journal, and a process that starts.
    fn book(taken: &[Input]) -> OrderBook {
        let mut book = OrderBook::default();
        taken.iter().for_each(|order| book.taken(order));
        book.restart();
        book
    }

    #[test]
    fn a_restart_feeds_only_what_was_written_meanwhile() {
        let mut book = book(&[lock(1), lock(2)]);
        assert!(book.read(vec![lock(1)], true).feed.is_empty());
        let new = book.read(vec![lock(2), lock(1), lock(3)], false);
        assert_eq!(new.feed, [lock(1), lock(3)]);
        assert!(new.notes.is_empty());
    }

    #[test]
    fn an_order_given_again_counts_again() {
        let mut book = book(&[]);
        assert_eq!(book.read(vec![lock(1)], false).feed, [lock(1)]);
        assert_eq!(book.read(vec![lock(1)], false).feed, [lock(1)]);
        book.restart();
        assert!(book.read(vec![lock(1), lock(1)], false).feed.is_empty(), "the file was only read again");
    }

    #[test]
    fn a_new_file_counts_from_its_first_line() {
        let mut book = book(&[lock(7), lock(1), lock(2)]);
        book.missing();
        assert_eq!(book.read(vec![lock(1), lock(7)], false).feed, [lock(1), lock(7)], "yesterday's are another file's");
        book.restart();
        assert!(book.read(Vec::new(), false).feed.is_empty(), "emptied");
        book.restart();
        assert_eq!(book.read(vec![lock(1)], false).feed, [lock(1)]);
    }

    #[test]
    fn a_file_that_was_edited_repeats_no_order() {
        let mut book = book(&[lock(1), lock(2), lock(3)]);
        let new = book.read(vec![lock(2), lock(1), lock(9)], false);
        assert_eq!(new.feed, [lock(9)]);
        assert!(new.notes[0].contains("2 of its orders"), "{:?}", new.notes);
    }

    #[test]
    fn what_counts_only_at_once_is_not_obeyed_late() {
        let plate = sortie_core::records::CodeText::from_slice(b"LP000123456789012").unwrap();
        let announce = order(Order::Announce { plate });
        let mut book = book(&[]);
        let new = book.read(vec![announce.clone(), lock(1)], false);
        assert_eq!(new.feed, [lock(1)]);
        assert_eq!(new.notes.len(), 1);
        assert_eq!(book.read(vec![announce.clone()], false).feed, [announce]);
    }

    #[test]
    fn an_empty_core_hears_all_orders_again() {
        let mut book = book(&[lock(1)]);
        book.clear();
        book.restart();
        assert_eq!(book.read(vec![lock(1)], false).feed, [lock(1)]);
    }
}
