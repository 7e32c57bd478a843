//! The engine: from an input to a command on its way, in six numbered steps.
//!
//! 1. **take** an input, with its time, in the one order that counts
//! 2. **append** it to the journal
//! 3. **step** the core, append its outputs, let cancels, queries and stop requests leave at once
//! 4. **sync** the group of entries
//! 5. **release** the fires and lamps whose causes are durable now, acknowledge the board, renew its lease
//! 6. **publish** what happened to screens and counters
//!
//! The engine opens nothing, reads no clock and starts no thread: `sortie run` and the simulator drive this very code.
//! It is used in turns: [`Engine::take`] for each input of a turn, then [`Engine::finish`] once.

mod release;
mod replayer;
mod turn;

pub use release::Release;
pub use replayer::{Replayer, Restored};
pub use turn::{Engine, EngineSettings};
