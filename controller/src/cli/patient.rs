//! An output that goes on when its reader has gone: `sortie check | head -1` says good or bad all the same.

use std::io::{self, ErrorKind, Write};

/// Takes everything, and writes it as long as somebody reads.
pub(super) struct Patient<W> {
    out: W,
    gone: bool,
}

impl<W: Write> Patient<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, gone: false }
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }

    fn or_gone<T>(&mut self, done: io::Result<T>, whole: T) -> io::Result<T> {
        match done {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(whole)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let done = self.out.write(bytes);
        self.or_gone(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let done = self.out.flush();
        self.or_gone(done, ())
    }
}
