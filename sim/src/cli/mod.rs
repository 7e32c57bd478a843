//! The command line of `sortie-sim`.

pub mod args;
mod bulk;
pub mod campaign;
mod demo;
mod devices;
mod files;
pub mod out;
mod run;
mod signals;
mod soak;
mod swarm;
mod teeth;

use args::{Cli, Command, TraceArgs};
use clap::Parser;
use out::{Failure, GOOD};
use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::process::ExitCode;

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    out::exit(obey(Cli::parse().command))
}

fn obey(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Trace(args) => print_trace(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Soak(args) => soak::run(&args),
        Command::BulkRelease(args) => bulk::run(&args),
        Command::Files(args) => files::run(&args),
        Command::Devices(args) => devices::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Swarm(args) => swarm::run(&args),
        Command::Teeth(args) => teeth::run(&args),
    }
}

fn print_trace(args: &TraceArgs) -> Result<u8, Failure> {
    let file = File::open(&args.file).map_err(|error| Failure::File(format!("{}: {error}", args.file.display())))?;
    crate::drive::trace::print(BufReader::new(file), BufWriter::new(io::stdout().lock()))?;
    Ok(GOOD)
}
