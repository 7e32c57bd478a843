//! The `sortie` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    sortie_controller::cli::main()
}
