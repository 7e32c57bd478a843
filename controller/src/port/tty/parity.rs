//! Takes the tty's marks out of what was read: a byte with wrong parity becomes a zero, which no dialect takes for data,
//! so that the frame around it is dropped.

use crate::config::Parity;
use sortie_protocol::tty::{TtyEvent, TtyMarks, TtyUnmark};

/// What stands between a port and its driver.
#[derive(Debug)]
pub(super) struct ParityFilter {
    marks: Option<TtyUnmark>,
    clean: Vec<u8>,
    errors: u64,
}

impl ParityFilter {
    /// A filter for a port with this parity; without parity nothing is marked.
    pub(super) fn new(parity: Parity) -> Self {
        let marks = (parity != Parity::None).then(|| TtyUnmark::new(TtyMarks::Parmrk));
        Self { marks, clean: Vec::new(), errors: 0 }
    }

    /// The port was opened: a mark that had begun is forgotten.
    pub(super) fn opened(&mut self) {
        if let Some(marks) = &mut self.marks {
            *marks = TtyUnmark::new(TtyMarks::Parmrk);
        }
    }

    /// The data in `bytes`.
    pub(super) fn data<'b>(&'b mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Some(marks) = &mut self.marks else { return bytes };
        self.clean.clear();
        let (clean, errors) = (&mut self.clean, &mut self.errors);
        marks.push(bytes, &mut |event| {
            *errors += u64::from(!matches!(event, TtyEvent::Byte(_)));
            clean.push(event.data());
        });
        clean
    }

    /// Bytes with wrong parity, and breaks.
    pub(super) fn errors(&self) -> u64 {
        self.errors
    }
}

#[cfg(test)]
mod tests {
    use super::ParityFilter;
    use crate::config::Parity;

    #[test]
    fn a_byte_with_wrong_parity_becomes_a_zero_and_is_counted() {
        let mut filter = ParityFilter::new(Parity::Even);
        assert_eq!(filter.data(b"A\xFF"), b"A");
        assert_eq!(filter.data(b"\x00BC\xFF\xFF"), b"\x00C\xFF");
        assert_eq!(filter.errors(), 1);
    }

    #[test]
    fn without_parity_every_byte_is_data() {
        let mut filter = ParityFilter::new(Parity::None);
        assert_eq!(filter.data(b"\xFF\x00B"), b"\xFF\x00B");
    }

    #[test]
    fn a_mark_that_had_begun_does_not_outlive_the_port() {
        let mut filter = ParityFilter::new(Parity::Odd);
        assert_eq!(filter.data(b"\xFF\x00"), b"");
        filter.opened();
        assert_eq!(filter.data(b"B"), b"B");
    }
}
