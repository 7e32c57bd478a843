//! One simulated serial port: a pseudo-terminal whose far end any process can open by a stable name.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Bytes that wait for a slow reader. A real adapter has less; what does not fit is dropped and counted.
const BACKLOG: usize = 64 * 1024;

/// A port that can be plugged and unplugged.
pub struct PtyPort {
    link: PathBuf,
    plugged: Option<OwnedFd>,
    backlog: VecDeque<u8>,
    counts: PortCounts,
}

/// What went through a port, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PortCounts {
    /// Taken by the tty on their way to the host.
    pub to_host: u64,
    /// Read from the host.
    pub from_host: u64,
    /// Sent while nobody had the port open, or lost in an overrun.
    pub dropped: u64,
}

impl PtyPort {
    /// A port that will be reachable at `link`; it is plugged in at once.
    ///
    /// # Errors
    /// If the system has no pseudo-terminal left, or the link cannot be made.
    pub fn new(link: PathBuf) -> io::Result<Self> {
        let mut port = Self { link, plugged: None, backlog: VecDeque::new(), counts: PortCounts::default() };
        port.plug()?;
        Ok(port)
    }

    /// Plugs the adapter in: a new terminal under the old name.
    ///
    /// # Errors
    /// As for [`PtyPort::new`].
    pub fn plug(&mut self) -> io::Result<()> {
        if self.plugged.is_none() {
            let (master, name) = open_raw()?;
            link_to(&self.link, &name)?;
            self.plugged = Some(master);
        }
        Ok(())
    }

    /// Pulls the adapter out: the name is gone, and whoever has the terminal open reads its end.
    pub fn unplug(&mut self) {
        self.counts.dropped += self.backlog.len() as u64;
        self.backlog.clear();
        if self.plugged.take().is_some() {
            // Nothing is left to be done if the name has gone already.
            let _ = fs::remove_file(&self.link);
        }
    }

    /// The name under which the host opens it.
    #[must_use]
    pub fn link(&self) -> &Path {
        &self.link
    }

    /// What went through so far.
    #[must_use]
    pub fn counts(&self) -> PortCounts {
        self.counts
    }

    /// The descriptor to wait on, while plugged.
    #[must_use]
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.plugged.as_ref().map(AsFd::as_fd)
    }

    /// True while bytes wait for the reader.
    #[must_use]
    pub fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// True if some process has the port open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let Some(fd) = self.fd() else { return false };
        let mut wait = [PollFd::new(&fd, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut wait, Some(&now)).is_ok() && !wait[0].revents().contains(PollFlags::HUP)
    }

    /// Sends bytes to the host; they are lost if nobody has the port open.
    pub fn send(&mut self, bytes: &[u8]) {
        if !self.is_open() {
            self.counts.dropped += (bytes.len() + self.backlog.len()) as u64;
            self.backlog.clear();
            return;
        }
        let room = BACKLOG - self.backlog.len();
        let taken = bytes.len().min(room);
        self.counts.dropped += (bytes.len() - taken) as u64;
        self.backlog.extend(&bytes[..taken]);
        self.flush();
    }

    /// Goes on with the backlog.
    pub fn flush(&mut self) {
        let Some(master) = &self.plugged else { return };
        while !self.backlog.is_empty() {
            let (head, _) = self.backlog.as_slices();
            match rustix::io::write(master, head) {
                Ok(0) | Err(_) => return,
                Ok(written) => {
                    self.counts.to_host += written as u64;
                    self.backlog.drain(..written);
                }
            }
        }
    }

    /// Reads what the host wrote into `buffer`; 0 if there is nothing, or nobody.
    pub fn read(&mut self, buffer: &mut [u8]) -> usize {
        let Some(master) = &self.plugged else { return 0 };
        // An error here means that the host closed its end: it may open it again.
        let read = rustix::io::read(master, buffer).unwrap_or(0);
        self.counts.from_host += read as u64;
        read
    }
}

impl Drop for PtyPort {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// Opens a terminal in raw mode; gives its near end and the name of the far end.
///
/// The near end also sets the modes of the far one. The far end is opened and closed once, because only then does the
/// system report it as closed until the host comes.
fn open_raw() -> io::Result<(OwnedFd, PathBuf)> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let mut modes = tcgetattr(&master)?;
    modes.make_raw();
    tcsetattr(&master, OptionalActions::Now, &modes)?;
    rustix::io::ioctl_fionbio(&master, true)?;
    let name = ptsname(&master, Vec::new())?;
    let far = rustix::fs::open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
    drop(far);
    let name = name.into_string().map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok((master, PathBuf::from(name)))
}

/// Makes `link` point at `target` in one step, so that nobody ever finds a half-made name.
fn link_to(link: &Path, target: &Path) -> io::Result<()> {
    if let Some(folder) = link.parent() {
        fs::create_dir_all(folder)?;
    }
    if link.symlink_metadata().is_ok_and(|found| !found.file_type().is_symlink()) {
        let what = format!("{} exists and is no link of a simulated port; it is left alone", link.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, what));
    }
    let mut fresh = link.as_os_str().to_owned();
    fresh.push(".new");
    let _ = fs::remove_file(&fresh);
    std::os::unix::fs::symlink(target, &fresh)?;
    fs::rename(&fresh, link)
}
