//! The flight recorder: the last frames of each port and the last records of the core, kept in memory and written to
//! a file when something goes wrong.
//!
//! Ports hand their frames over through a lossy wait-free ring: the recorder may miss frames, a port never waits for
//! it.

use rtrb::{Consumer, Producer, RingBuffer};
use serde_json::json;
use sortie_core::output::Record;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Frames remembered for each port: about two seconds of a busy board.
const FRAMES: usize = 512;
/// Records remembered: about a minute of a full line.
const RECORDS: usize = 4096;
/// Bytes of a frame that are remembered.
const FRAME_BYTES: usize = 64;

/// Bytes that went over a port at one time.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    at: u64,
    incoming: bool,
    length: usize,
    bytes: [u8; FRAME_BYTES],
}

/// The port's side: takes what was read and written.
#[derive(Debug)]
pub struct FrameSender(Producer<Frame>);

/// The recorder's side of one port.
pub type FrameReceiver = Consumer<Frame>;

/// A way for the frames of one port.
#[must_use]
pub fn frames() -> (FrameSender, FrameReceiver) {
    let (sender, receiver) = RingBuffer::new(FRAMES);
    (FrameSender(sender), receiver)
}

impl FrameSender {
    /// Remembers bytes read (`incoming`) or written at `at` nanoseconds. Left out if the recorder is behind.
    pub fn record(&mut self, at: u64, incoming: bool, bytes: &[u8]) {
        let mut frame = Frame { at, incoming, length: bytes.len(), bytes: [0; FRAME_BYTES] };
        let kept = bytes.len().min(FRAME_BYTES);
        frame.bytes[..kept].copy_from_slice(&bytes[..kept]);
        let _ = self.0.push(frame);
    }
}

/// Remembers, and writes it down when asked.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    ports: Vec<PortMemory>,
    records: VecDeque<(u64, Record)>,
}

#[derive(Debug)]
struct PortMemory {
    role: String,
    receiver: FrameReceiver,
    frames: VecDeque<Frame>,
}

impl Recorder {
    /// A recorder that writes into `folder`.
    #[must_use]
    pub fn new(folder: &Path, ports: Vec<(String, FrameReceiver)>) -> Self {
        let ports = ports
            .into_iter()
            .map(|(role, receiver)| PortMemory { role, receiver, frames: VecDeque::with_capacity(FRAMES) })
            .collect();
        Self { folder: folder.to_owned(), ports, records: VecDeque::with_capacity(RECORDS) }
    }

    /// Takes in the frames that have come since the last call.
    pub fn collect(&mut self) {
        for port in &mut self.ports {
            while let Ok(frame) = port.receiver.pop() {
                if port.frames.len() == FRAMES {
                    port.frames.pop_front();
                }
                port.frames.push_back(frame);
            }
        }
    }

    /// Remembers a record of the core.
    pub fn record(&mut self, at: u64, record: &Record) {
        if self.records.len() == RECORDS {
            self.records.pop_front();
        }
        self.records.push_back((at, record.clone()));
    }

    /// Writes all that is remembered into a new file, one JSON object a line, and says where.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn dump(&mut self, why: &str, utc_ms: i64) -> io::Result<PathBuf> {
        self.collect();
        let path = self.folder.join(format!("recorder-{utc_ms}.ndjson"));
        let mut file = BufWriter::new(File::create(&path)?);
        writeln!(file, "{}", json!({ "why": why, "utc_ms": utc_ms }))?;
        for port in &self.ports {
            for frame in &port.frames {
                writeln!(file, "{}", frame.json(&port.role))?;
            }
        }
        for (at, record) in &self.records {
            writeln!(file, "{}", json!({ "at_ns": at, "record": record }))?;
        }
        file.flush()?;
        Ok(path)
    }
}

impl Frame {
    fn json(&self, role: &str) -> serde_json::Value {
        let shown = &self.bytes[..self.length.min(FRAME_BYTES)];
        let hex: String = shown.iter().map(|byte| format!("{byte:02x}")).collect();
        let way = if self.incoming { "in" } else { "out" };
        json!({ "at_ns": self.at, "port": role, "way": way, "length": self.length, "hex": hex })
    }
}
