//! What the line says in one advance of the world, kept in order until the controller gets it.

/// One thing that reaches the controller's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Bytes on a port.
    Bytes {
        /// When.
        at: u64,
        /// The port.
        port: usize,
        /// Where its bytes begin in the inbox.
        from: usize,
        /// Where they end.
        to: usize,
    },
    /// A port appeared or vanished.
    Port {
        /// When.
        at: u64,
        /// The port.
        port: usize,
        /// True: it is there.
        present: bool,
    },
    /// The controller's process is killed.
    Kill {
        /// When.
        at: u64,
        /// For how long it is down, in nanoseconds.
        down_ns: u64,
    },
}

/// Arrivals in order; it keeps its storage, so that a run does not allocate for each of them.
#[derive(Debug, Default)]
pub struct Inbox {
    arrivals: Vec<Arrival>,
    bytes: Vec<u8>,
}

impl Inbox {
    /// Bytes arrived.
    pub fn push_bytes(&mut self, at: u64, port: usize, bytes: &[u8]) {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.arrivals.push(Arrival::Bytes { at, port, from, to: self.bytes.len() });
    }

    /// Something else arrived.
    pub fn push(&mut self, arrival: Arrival) {
        self.arrivals.push(arrival);
    }

    /// How many arrivals there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.arrivals.len()
    }

    /// True if nothing arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// The arrival at `index` of [`Inbox::len`], with its bytes.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(Arrival, &[u8])> {
        let arrival = *self.arrivals.get(index)?;
        let bytes = match arrival {
            Arrival::Bytes { from, to, .. } => self.bytes.get(from..to).unwrap_or_default(),
            Arrival::Port { .. } | Arrival::Kill { .. } => &[],
        };
        Some((arrival, bytes))
    }

    /// Empties it; the storage stays.
    pub fn clear(&mut self) {
        self.arrivals.clear();
        self.bytes.clear();
    }
}
