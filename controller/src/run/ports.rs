//! The ports thread: one runtime, one task for each port.

use super::port_watch::PortWatch;
use crate::clock::Clock;
use crate::config::LineConfig;
use crate::port::ring::{Bell, InputReceiver, RING_INPUTS, ring};
use crate::port::tty::{Link, PortTask, serve};
use crate::port::{Driver, PortMeter};
use crate::recorder::{FrameReceiver, frames};
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::Builder;

/// The ports of a line, ready to start, and what the other threads hold of them.
pub(super) struct PortSet {
    pub(super) tasks: Vec<PortTask>,
    /// The board's first: its edges come before everything.
    pub(super) rings: Vec<InputReceiver>,
    pub(super) watches: Vec<PortWatch>,
    pub(super) frames: Vec<(String, FrameReceiver)>,
}

impl PortSet {
    /// A task for each port that a device uses. `resume` is the board's boot number and the telegram needed next.
    pub(super) fn new(
        config: &LineConfig,
        bell: &Bell,
        clock: Clock,
        link: Link,
        resume: Option<(u32, u32)>,
        log: &Sender<String>,
    ) -> Self {
        let mut set = Self { tasks: Vec::new(), rings: Vec::new(), watches: Vec::new(), frames: Vec::new() };
        let mut link = Some(link);
        for (driver, port) in Driver::all(config, session(), resume) {
            let (inputs, receiver) = ring(RING_INPUTS, bell.clone());
            let (frame_sender, frame_receiver) = frames();
            let meter = Arc::new(PortMeter::default());
            set.watches.push(PortWatch::new(config, port, Arc::clone(&meter)));
            let port = config.ports[port].clone();
            set.rings.push(receiver);
            set.frames.push((port.role.clone(), frame_receiver));
            let link = if driver.is_board() { link.take() } else { None };
            let (frames, log) = (frame_sender, log.clone());
            set.tasks.push(PortTask { config: port, driver, inputs, link, orders: None, meter, frames, clock, log });
        }
        set
    }
}

/// Starts the runtime thread with a task for each port. It ends with the process: a port has nothing to save.
pub(super) fn spawn(tasks: Vec<PortTask>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let serving = async move {
        let handles: Vec<_> = tasks.into_iter().map(|task| tokio::spawn(serve(task))).collect();
        for handle in handles {
            // A task serves for ever; it can only end by a panic, and that says itself what happened.
            let _ = handle.await;
        }
    };
    Builder::new().name("ports".to_owned()).spawn(move || runtime.block_on(serving))?;
    Ok(())
}

/// A number that no earlier process of this line had: it only has to differ from theirs. A board that met the same one
/// again would take a new process's first orders for repeats. A PC without a battery starts at the same time each day, so
/// time alone will not do.
fn session() -> u32 {
    let mut random = [0; 4];
    let drawn = File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut random));
    let time = Clock::utc_ms().cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let mixed = if drawn.is_ok() { u32::from_ne_bytes(random) } else { time as u32 ^ std::process::id() };
    mixed.max(1)
}
