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

/// The ring whose next input was read first; `None` if all are empty. Rings fill while the core thread waits for its disk;
/// taken one after the other, what one of them holds would look as young as the newest of the one before.
#[must_use]
pub fn oldest(rings: &[InputReceiver]) -> Option<usize> {
    let heads = rings.iter().enumerate().filter_map(|(place, ring)| Some((ring.peek().ok()?.at, place)));
    heads.min().map(|(_, place)| place)
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

#[cfg(test)]
mod tests {
    use super::{Bell, Stamped, oldest, ring};
    use sortie_core::input::Input;
    use std::thread;

    #[test]
    fn after_a_wait_the_ports_are_taken_in_the_order_in_which_they_were_read() {
        let bell = Bell::of(thread::current());
        let (mut senders, mut rings): (Vec<_>, Vec<_>) = (0..3).map(|_| ring(8, bell.clone())).unzip();
        for (port, at) in [(0, 10), (2, 20), (1, 20), (0, 30), (2, 40)] {
            senders[port].push(Stamped { at, input: Input::Started }).unwrap();
        }
        let mut order = Vec::new();
        while let Some(place) = oldest(&rings) {
            order.push((place, rings[place].pop().unwrap().at));
        }
        assert_eq!(order, [(0, 10), (1, 20), (2, 20), (0, 30), (2, 40)]);
    }
}
