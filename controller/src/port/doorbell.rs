//! Wakes a port's task from the core thread with one write to a socket pair: no lock, and nothing that can block.

use std::io::{self, Write};
use std::os::unix::net::UnixStream as StdStream;
use std::sync::Arc;
use tokio::net::UnixStream;

/// The core thread's side.
#[derive(Clone, Debug)]
pub struct Doorbell(Arc<StdStream>);

/// The port task's side, before its runtime runs.
#[derive(Debug)]
pub struct Doorway(StdStream);

/// The port task's side.
#[derive(Debug)]
pub struct Door(UnixStream);

/// A new bell, and the door that it rings at.
///
/// # Errors
/// When the system has no file descriptor left.
pub fn doorbell() -> io::Result<(Doorbell, Doorway)> {
    let (bell, way) = StdStream::pair()?;
    bell.set_nonblocking(true)?;
    way.set_nonblocking(true)?;
    Ok((Doorbell(Arc::new(bell)), Doorway(way)))
}

impl Doorbell {
    /// Wakes the task, now or when it next waits.
    pub fn ring(&self) {
        // A full pair has rung already; a closed one has nobody behind it.
        let _ = (&*self.0).write(&[1]);
    }
}

impl Doorway {
    /// The side that waits; must be called on the runtime that waits.
    ///
    /// # Errors
    /// When the runtime cannot watch the socket.
    pub fn door(self) -> io::Result<Door> {
        UnixStream::from_std(self.0).map(Door)
    }
}

impl Door {
    /// Waits until the bell was rung since the last call.
    pub async fn rung(&self) {
        let mut rings = [0; 64];
        loop {
            if self.0.readable().await.is_err() {
                return std::future::pending().await;
            }
            match self.0.try_read(&mut rings) {
                // The core thread is gone; the process ends.
                Ok(0) => return std::future::pending().await,
                Ok(_) => return,
                Err(_would_block) => {}
            }
        }
    }
}
