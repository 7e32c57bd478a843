//! Opens a serial port: by its stable path, for this process alone, with bad parity marked.

use crate::config::{Parity, PortConfig};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{InputModes, OptionalActions, tcgetattr, tcsetattr};
use tokio_serial::{DataBits, FlowControl, SerialPortBuilderExt, SerialStream, StopBits};

/// Why a port could not be opened, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(pub String);

/// Opens the port that `config` describes. Must be called on a runtime with I/O.
///
/// # Errors
/// When it is missing, in use, not a serial port, or refuses its settings.
pub fn open(config: &PortConfig) -> Result<SerialStream, OpenError> {
    // The second descriptor only serves to set what tokio-serial has no words for; it is opened first, because the
    // port is exclusive afterwards.
    let path = config.path.display();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let settings = rustix::fs::open(&config.path, flags, Mode::empty())
        .map_err(|errno| OpenError(format!("cannot open {path}: {}", std::io::Error::from(errno))))?;
    let stream = tokio_serial::new(config.path.to_string_lossy(), config.baud)
        .data_bits(if config.data_bits == 7 { DataBits::Seven } else { DataBits::Eight })
        .stop_bits(if config.stop_bits == 2 { StopBits::Two } else { StopBits::One })
        .parity(parity(config.parity))
        .flow_control(FlowControl::None)
        .exclusive(true)
        .open_native_async()
        .map_err(|error| OpenError(format!("cannot open {path}: {error}")))?;
    if config.parity != Parity::None {
        mark_parity(&settings).map_err(|errno| {
            OpenError(format!("cannot mark parity errors of {path}: {}", std::io::Error::from(errno)))
        })?;
    }
    Ok(stream)
}

fn parity(parity: Parity) -> tokio_serial::Parity {
    match parity {
        Parity::None => tokio_serial::Parity::None,
        Parity::Even => tokio_serial::Parity::Even,
        Parity::Odd => tokio_serial::Parity::Odd,
    }
}

/// Without marks a byte with wrong parity arrives as a NUL that looks like data.
fn mark_parity(port: &rustix::fd::OwnedFd) -> rustix::io::Result<()> {
    let mut modes = tcgetattr(port)?;
    modes.input_modes.insert(InputModes::INPCK | InputModes::PARMRK);
    modes.input_modes.remove(InputModes::IGNPAR | InputModes::IGNBRK | InputModes::BRKINT | InputModes::ISTRIP);
    tcsetattr(port, OptionalActions::Now, &modes)
}
