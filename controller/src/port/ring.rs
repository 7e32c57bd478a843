//! The way from a port to the core thread: a wait-free ring for each port, and the bell that wakes the core thread.

use rtrb::{Consumer, Producer, PushError, RingBuffer};
use sortie_core::input::Input;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::thread::Thread;

/// Inputs that one port's ring holds: at 250 a second from a board that is sixteen seconds; the board itself keeps
/// only 4,096 events.
pub const RING_INPUTS: usize = 4096;

/// An input with the time at which its bytes were read, in nanoseconds of the controller's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// When.
    pub at: u64,
    /// What.
    pub input: Input,
}

/// The port's end of its ring.
#[derive(Debug)]
pub struct InputSender {
    ring: Producer<Stamped>,
    bell: Bell,
}

/// The core thread's end of a port's ring.
pub type InputReceiver = Consumer<Stamped>;

/// A ring of `capacity` inputs.
#[must_use]
pub fn ring(capacity: usize, bell: Bell) -> (InputSender, InputReceiver) {
    let (ring, receiver) = RingBuffer::new(capacity);
    (InputSender { ring, bell }, receiver)
}

impl InputSender {
    /// Puts an input into the ring.
    ///
    /// # Errors
    /// Gives it back when the ring is full; nothing is ever dropped, the sender has to wait.
    #[expect(clippy::result_large_err, reason = "the input itself is given back, on the stack")]
    pub fn push(&mut self, stamped: Stamped) -> Result<(), Stamped> {
        match self.ring.push(stamped) {
            Ok(()) => {
                self.bell.ring();
                Ok(())
            }
            Err(PushError::Full(stamped)) => {
                self.bell.ring();
                Err(stamped)
            }
        }
    }
}

/// Wakes the core thread if it sleeps. It costs one load while the core thread is busy.
#[derive(Clone, Debug)]
pub struct Bell(Arc<Sleeper>);

#[derive(Debug)]
struct Sleeper {
    thread: Thread,
    asleep: AtomicBool,
}

impl Bell {
    /// A bell for a thread.
    #[must_use]
    pub fn of(thread: Thread) -> Self {
        Self(Arc::new(Sleeper { thread, asleep: AtomicBool::new(false) }))
    }

    /// Wakes the thread.
    pub fn ring(&self) {
        // The fences pair up: either this sees that the thread sleeps, or the thread's last look sees the input.
        fence(Ordering::SeqCst);
        if self.0.asleep.load(Ordering::Relaxed) && self.0.asleep.swap(false, Ordering::Relaxed) {
            self.0.thread.unpark();
        }
    }

    /// Says that the thread is about to sleep; it has to look once more at all it waits for before it does.
    pub fn going_to_sleep(&self) {
        self.0.asleep.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    /// Says that the thread is awake.
    pub fn awake(&self) {
        self.0.asleep.store(false, Ordering::Relaxed);
    }
}
