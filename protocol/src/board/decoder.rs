//! Frames out of a stream of bytes that comes in any pieces.

use super::cobs;
use super::frame::{FRAME_MAX, Frame, FrameError};

const STUFFED_MAX: usize = FRAME_MAX + 1;

/// Collects bytes up to the delimiter and reads the frame. It holds at most one frame; a damaged one is reported and
/// dropped, and the next delimiter starts afresh. However the stream is split, frames and errors are the same.
#[derive(Clone, Debug)]
pub struct Decoder {
    held: [u8; STUFFED_MAX],
    len: usize,
    overrun: bool,
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder::new()
    }
}

impl Decoder {
    /// A decoder that holds nothing.
    #[must_use]
    pub const fn new() -> Decoder {
        Decoder { held: [0; STUFFED_MAX], len: 0, overrun: false }
    }

    /// Takes bytes and gives each frame or error to `sink`, in order. Nothing between two delimiters is no frame.
    pub fn push(&mut self, mut bytes: &[u8], mut sink: impl FnMut(Result<Frame, FrameError>)) {
        while let Some(end) = cobs::find_zero(bytes) {
            let (piece, rest) = bytes.split_at(end);
            bytes = rest.get(1..).unwrap_or_default();
            if self.len == 0 && !self.overrun {
                // Whole frames are read where they lie.
                if !piece.is_empty() {
                    sink(Frame::decode_piece(piece));
                }
            } else {
                self.hold(piece);
                sink(self.finish());
            }
        }
        if !bytes.is_empty() {
            self.hold(bytes);
        }
    }

    /// Forgets the bytes of a frame that has begun, as when the port was reopened.
    pub fn reset(&mut self) {
        self.len = 0;
        self.overrun = false;
    }

    /// How many bytes of a frame that has begun are held.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.len
    }

    fn hold(&mut self, piece: &[u8]) {
        let free = self.held.get_mut(self.len..).unwrap_or_default();
        let taken = piece.len().min(free.len());
        let (to, from) = (free.get_mut(..taken), piece.get(..taken));
        if let (Some(to), Some(from)) = (to, from) {
            to.copy_from_slice(from);
        }
        self.len += taken;
        self.overrun |= taken < piece.len();
    }

    fn finish(&mut self) -> Result<Frame, FrameError> {
        let read = match (self.overrun, self.held.get(..self.len)) {
            (false, Some(held)) => Frame::decode_piece(held),
            (true, _) | (_, None) => Err(FrameError::TooLong),
        };
        self.reset();
        read
    }
}
