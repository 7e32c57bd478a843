//! The task of one port.

use super::link::{Link, OrderReceiver};
use super::open::open;
use super::parity::ParityFilter;
use crate::clock::Clock;
use crate::config::PortConfig;
use crate::port::doorbell::Door;
use crate::port::ring::{InputSender, Stamped};
use crate::port::{Driver, PortCounters, PortMeter};
use crate::recorder::FrameSender;
use sortie_core::input::Input;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_serial::SerialStream;

/// First and longest wait before a port is tried again.
const REOPEN: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));
/// Bytes waiting for the wire; above this the driver is not asked for more.
const OUT_BYTES: usize = 16 << 10;
/// Wait between two looks at a full ring.
const RING_WAIT: Duration = Duration::from_millis(1);

/// All that the task of one port owns.
#[derive(Debug)]
pub struct PortTask {
    /// How to open it.
    pub config: PortConfig,
    /// What speaks on it.
    pub driver: Driver,
    /// Where its inputs go.
    pub inputs: InputSender,
    /// Where its orders come from, if it is the board's.
    pub link: Option<Link>,
    /// The orders themselves, once the task runs.
    pub orders: Option<OrderReceiver>,
    /// Its counters.
    pub meter: Arc<PortMeter>,
    /// Its last frames, for the flight recorder.
    pub frames: FrameSender,
    /// The controller's clock.
    pub clock: Clock,
    /// Where messages for people go.
    pub log: Sender<String>,
}

/// Opens the port, serves it until it vanishes, and does so again for ever.
pub async fn serve(mut task: PortTask) {
    let (mut door, mut orders) = (None, None);
    if let Some(link) = task.link.take() {
        orders = Some(link.orders);
        door = link.doorway.door().ok();
    }
    task.orders = orders;
    let mut parity = ParityFilter::new(task.config.parity);
    let mut wait = REOPEN.0;
    let mut said = String::new();
    loop {
        match open(&task.config) {
            Ok(stream) => {
                (wait, said) = (REOPEN.0, String::new());
                task.meter.set_present(true);
                task.say("open");
                let why = Session::new(&mut task, stream, door.as_ref(), &mut parity).run().await;
                task.meter.set_present(false);
                task.say(&format!("gone ({why}); opening it again by its name"));
                task.closed().await;
            }
            Err(error) if error.0 == said => {}
            Err(error) => {
                task.say(&format!("{error}; trying again for ever, at least every 5 s"));
                said = error.0;
            }
        }
        task.idle(wait).await;
        wait = (wait * 2).min(REOPEN.1);
    }
}

impl PortTask {
    fn say(&self, text: &str) {
        // Nobody listens any more only while the process ends.
        let _ = self.log.send(format!("port {}: {text}", self.config.role));
    }

    async fn closed(&mut self) {
        let mut inputs = Vec::new();
        self.driver.closed(|input| inputs.push(input));
        self.hand_over(self.clock.now(), &mut inputs).await;
    }

    /// Waits while the port is gone; orders go on into the driver, so that their ring stays short.
    async fn idle(&mut self, wait: Duration) {
        tokio::time::sleep(wait).await;
        self.take_orders();
    }

    fn take_orders(&mut self) {
        let Some(orders) = &mut self.orders else { return };
        while let Ok(order) = orders.peek() {
            if self.driver.order(order).is_err() {
                return;
            }
            let _ = orders.pop();
        }
    }

    async fn hand_over(&mut self, at: u64, inputs: &mut Vec<Input>) {
        for input in inputs.drain(..) {
            let mut stamped = Stamped { at, input };
            while let Err(back) = self.inputs.push(stamped) {
                // Told ever more rarely, or a core thread that is behind would drown in messages.
                if self.meter.ring_waited().is_power_of_two() {
                    self.say("ALARM its ring is full: the core thread is behind; the port waits, nothing is lost");
                }
                stamped = back;
                tokio::time::sleep(RING_WAIT).await;
            }
        }
    }
}

/// One opening of the port.
struct Session<'t> {
    task: &'t mut PortTask,
    stream: SerialStream,
    door: Option<&'t Door>,
    out: Vec<u8>,
    written: usize,
    inputs: Vec<Input>,
    buffer: Box<[u8; 4096]>,
    parity: &'t mut ParityFilter,
}

/// What woke a session.
enum Woken {
    Read(usize),
    Wrote(usize),
    Order,
    Timer,
}

impl<'t> Session<'t> {
    fn new(task: &'t mut PortTask, stream: SerialStream, door: Option<&'t Door>, parity: &'t mut ParityFilter) -> Self {
        parity.opened();
        let (out, buffer) = (Vec::with_capacity(OUT_BYTES), Box::new([0; 4096]));
        Self { task, stream, door, out, written: 0, inputs: Vec::new(), buffer, parity }
    }

    async fn run(&mut self) -> io::Error {
        let at = self.task.clock.now();
        self.task.driver.opened(|input| self.inputs.push(input));
        self.task.hand_over(at, &mut self.inputs).await;
        loop {
            self.transmit();
            match self.woken().await {
                Ok(Woken::Read(length)) => self.received(length).await,
                Ok(Woken::Wrote(length)) => self.wrote(length),
                Ok(Woken::Order | Woken::Timer) => {}
                Err(error) => return error,
            }
            let parity_errors = self.parity.errors();
            self.task.meter.store(&PortCounters { parity_errors, ..self.task.driver.counters() });
        }
    }

    fn transmit(&mut self) {
        self.task.take_orders();
        if self.out.len() >= OUT_BYTES {
            return;
        }
        let now = self.task.clock.now();
        let (out, frames) = (&mut self.out, &mut self.task.frames);
        self.task.driver.transmit(now, |bytes| {
            frames.record(now, false, bytes);
            out.extend_from_slice(bytes);
        });
    }

    async fn woken(&mut self) -> io::Result<Woken> {
        let timeout = self.task.driver.next_timeout().map(|at| self.task.clock.until(at));
        let (stream, buffer, rest) = (&mut self.stream, &mut self.buffer[..], &self.out[self.written..]);
        // A full outgoing buffer waits for the wire alone; a timer that cannot do anything would only spin.
        let stuck = self.out.len() >= OUT_BYTES;
        tokio::select! {
            biased;
            woken = poll_fn(|context| poll_stream(stream, context, buffer, rest)) => woken,
            () = rung(self.door), if !stuck => Ok(Woken::Order),
            () = sleep(timeout), if !stuck && timeout.is_some() => Ok(Woken::Timer),
        }
    }

    async fn received(&mut self, length: usize) {
        let at = self.task.clock.now();
        let bytes = &self.buffer[..length];
        self.task.frames.record(at, true, bytes);
        let inputs = &mut self.inputs;
        self.task.driver.receive(at, self.parity.data(bytes), |input| inputs.push(input));
        self.task.hand_over(at, &mut self.inputs).await;
    }

    fn wrote(&mut self, length: usize) {
        self.written += length;
        if self.written == self.out.len() {
            self.out.clear();
            self.written = 0;
        }
    }
}

/// Reads first, for an edge must never wait behind a command; writes only if there is something to write.
fn poll_stream(
    stream: &mut SerialStream,
    context: &mut Context<'_>,
    buffer: &mut [u8],
    rest: &[u8],
) -> Poll<io::Result<Woken>> {
    let mut read = ReadBuf::new(buffer);
    if let Poll::Ready(result) = Pin::new(&mut *stream).poll_read(context, &mut read) {
        return Poll::Ready(match (result, read.filled().len()) {
            (Err(error), _) => Err(error),
            // A serial port has no end: nothing read means that it is gone.
            (Ok(()), 0) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the device was removed")),
            (Ok(()), length) => Ok(Woken::Read(length)),
        });
    }
    if rest.is_empty() {
        return Poll::Pending;
    }
    match Pin::new(stream).poll_write(context, rest) {
        Poll::Ready(result) => Poll::Ready(result.map(Woken::Wrote)),
        Poll::Pending => Poll::Pending,
    }
}

async fn rung(door: Option<&Door>) {
    match door {
        Some(door) => door.rung().await,
        None => std::future::pending().await,
    }
}

async fn sleep(timeout: Option<Duration>) {
    match timeout {
        Some(timeout) => tokio::time::sleep(timeout).await,
        None => std::future::pending().await,
    }
}
