//! The command line: arguments to functions, results to exit codes. 0 is good, 1 found something wrong, 2 is wrong
//! usage.

use crate::{check, ports_list};
use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::process::ExitCode;

/// Sorts parcels to their flights, and proves afterwards why each went where it went.
#[derive(Debug, Parser)]
#[command(name = "sortie", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a line's configuration and files, and prove its geometry
    Check(check::CheckArgs),
    /// List serial ports by their stable names
    Ports(ports_list::PortsArgs),
}

/// Does what the process's arguments say.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = dispatch(cli.command, &mut out).and_then(|code| out.flush().map(|()| code));
    match done {
        Ok(code) => code,
        // Whoever read us has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "sortie: cannot write the result: {error}");
            ExitCode::from(1)
        }
    }
}

fn dispatch(command: Command, out: &mut dyn Write) -> io::Result<ExitCode> {
    match command {
        Command::Check(args) => check::run(&args, out),
        Command::Ports(args) => ports_list::run(&args, out),
    }
}
