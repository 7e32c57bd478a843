//! `sortie-sim`: the simulated line, in virtual time or on ttys.

use std::process::ExitCode;

fn main() -> ExitCode {
    sortie_sim::cli::main()
}
