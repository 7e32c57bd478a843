//! Files that others write. Whoever opens a pipe waits for its other end, and a device has no end: neither may hold
//! up the thread that reads holds and orders.

use rustix::fs::OFlags;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Opens a file to read it, and nothing but a file.
///
/// # Errors
/// As for [`File::open`]; [`ErrorKind::IsADirectory`] for a folder, [`ErrorKind::InvalidInput`] for a pipe, a device or
/// a socket.
pub(crate) fn open(path: &Path) -> Result<File> {
    // Looked at before, since opening can already wake a device, and after, since it may have been exchanged.
    refuse_others(&std::fs::metadata(path)?)?;
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    refuse_others(&file.metadata()?)?;
    Ok(file)
}

/// All bytes of a file, up to `most` and one more, by which the caller sees that there are too many.
///
/// # Errors
/// As for [`open`], and when it cannot be read.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn refuse_others(data: &std::fs::Metadata) -> Result<()> {
    if data.is_dir() {
        Err(Error::from_raw_os_error(rustix::io::Errno::ISDIR.raw_os_error()))
    } else if data.is_file() {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::InvalidInput, "it is a pipe or a device"))
    }
}
