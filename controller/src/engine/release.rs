//! What an engine says to the world.

use crate::journal::JournalError;
use crate::port::Order;
use sortie_core::input::Input;
use sortie_core::output::Output;

/// Takes what an engine releases and publishes.
pub trait Release {
    /// Something for the board's port: at once, in this order. `cause` is the number of the input that led to it.
    fn order(&mut self, at: u64, cause: u64, order: Order);

    /// An input was taken under `number`. `encoded` is its journaled form, if the journal keeps that at hand.
    fn taken(&mut self, at: u64, number: u64, input: &Input, encoded: &[u8]) {
        let _ = (at, number, input, encoded);
    }

    /// The core is about to step on `input`. Whoever watches a step from outside begins here.
    fn stepping(&mut self, at: u64, input: &Input) {
        let _ = (at, input);
    }

    /// The core has stepped on `input`.
    fn stepped(&mut self, at: u64, input: &Input) {
        let _ = (at, input);
    }

    /// The core said this about input `cause`.
    fn said(&mut self, at: u64, cause: u64, output: &Output, encoded: &[u8]) {
        let _ = (at, cause, output, encoded);
    }

    /// Every entry up to and including `number` is durable.
    fn durable(&mut self, at: u64, number: u64) {
        let _ = (at, number);
    }

    /// The journal could not be written; it is tried again by and by.
    fn journal_failed(&mut self, at: u64, error: &JournalError) {
        let _ = (at, error);
    }

    /// The journal has a gap and the core starts empty: parcels, flights and the plan have to be fed again.
    fn emptied(&mut self, at: u64) {
        let _ = at;
    }
}
