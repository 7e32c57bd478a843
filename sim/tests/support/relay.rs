//! A relay between two sets of ttys that counts every byte it moves.

use rustix::fs::{Mode, OFlags};
use sortie_sim::devices::pty::PtyPort;
use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// One relayed port: the devices' tty on one side, a tty of our own for the controller on the other.
pub(crate) struct Relay {
    device_path: PathBuf,
    device: Option<OwnedFd>,
    host: PtyPort,
    to_device: VecDeque<u8>,
    /// Bytes read from the devices.
    pub(crate) from_device: u64,
    /// Bytes written to the devices.
    pub(crate) sent_to_device: u64,
    /// False: what the devices say is kept waiting.
    pub(crate) towards_host: bool,
}

impl Relay {
    /// Relays between `device` and `host`, two names of one port.
    pub(crate) fn new(device: &Path, host: &Path) -> Self {
        Self {
            device_path: device.to_owned(),
            device: None,
            host: PtyPort::new(host.to_owned()).expect("a tty for the controller"),
            to_device: VecDeque::new(),
            from_device: 0,
            sent_to_device: 0,
            towards_host: true,
        }
    }

    /// Bytes that the controller was given.
    pub(crate) fn to_host(&self) -> u64 {
        self.host.counts().to_host
    }

    /// Bytes that the controller wrote.
    pub(crate) fn read_from_host(&self) -> u64 {
        self.host.counts().from_host
    }

    /// True once nothing waits in the relay.
    pub(crate) fn is_empty(&self) -> bool {
        self.to_device.is_empty() && !self.host.has_backlog()
    }

    /// Moves what there is; true if anything moved.
    pub(crate) fn turn(&mut self) -> bool {
        self.open();
        let moved = self.towards_host && self.device_to_host();
        self.host.flush();
        self.host_to_device() || moved
    }

    fn open(&mut self) {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        if self.device.is_none() {
            self.device = rustix::fs::open(&self.device_path, flags, Mode::empty()).ok();
        }
    }

    fn device_to_host(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let Some(device) = &self.device else { return false };
        let Ok(length @ 1..) = rustix::io::read(device, &mut buffer) else { return false };
        self.from_device += length as u64;
        self.host.send(&buffer[..length]);
        true
    }

    fn host_to_device(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let length = self.host.read(&mut buffer);
        self.to_device.extend(&buffer[..length]);
        let Some(device) = &self.device else { return length > 0 };
        let (head, _) = self.to_device.as_slices();
        let Ok(written @ 1..) = rustix::io::write(device, head) else { return length > 0 };
        self.sent_to_device += written as u64;
        self.to_device.drain(..written);
        true
    }
}
