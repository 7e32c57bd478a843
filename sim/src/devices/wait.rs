//! Waiting for whichever comes first: bytes from the host, or the next thing that the world does.

use super::pty::PtyPort;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::time::Duration;

/// A closed port is looked at this often: the system reports its opening only to those who ask.
const LOOK: Duration = Duration::from_millis(5);

/// Waits until a port has something to read, a backlog can go on, or `longest` is over.
pub fn wait(ports: &[PtyPort], longest: Duration) {
    let closed = ports.iter().any(|port| !port.is_open());
    let longest = if closed { longest.min(LOOK) } else { longest };
    let fds: Vec<_> =
        ports.iter().filter(|port| port.is_open()).filter_map(|port| Some((port.fd()?, interest(port)))).collect();
    let mut polled: Vec<PollFd<'_>> = fds.iter().map(|(fd, flags)| PollFd::new(fd, *flags)).collect();
    let timeout =
        Timespec { tv_sec: longest.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: longest.subsec_nanos().into() };
    // A signal ends the wait early, which is what it should do.
    let _ = poll(&mut polled, Some(&timeout));
}

fn interest(port: &PtyPort) -> PollFlags {
    if port.has_backlog() { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN }
}
