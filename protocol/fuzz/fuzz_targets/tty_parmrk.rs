//! Fuzzes one decoder; the body also runs on stable, in `tests/fuzz_bodies.rs`.
#![no_main]

#[path = "../bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::tty_parmrk(data));
