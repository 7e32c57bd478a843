//! The command line: arguments to functions, results to exit codes. 0 is good, 1 found something wrong, 2 is wrong
//! usage.

mod patient;

use crate::{check, decode, explain, plans, ports_list, refusal, replay, run, sheets, trace};
use clap::{Parser, Subcommand};
use patient::Patient;
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
    /// Run a line until it is told to stop
    Run(run::RunArgs),
    /// Check a line's configuration and files, and prove its geometry
    Check(check::CheckArgs),
    /// List serial ports by their stable names
    Ports(ports_list::PortsArgs),
    /// Decode a capture on standard input, one JSON line for each message or error
    Decode(decode::DecodeArgs),
    /// Say what a code of a decision means, and what to do about it
    Explain(explain::ExplainArgs),
    /// Tell why a parcel went where it went, from the journal
    Trace(trace::TraceArgs),
    /// Check, compare, try, activate and roll back sort plans
    Plan(plans::PlanArgs),
    /// Tell what became of each parcel of a flight, from the journal
    Reconcile(sheets::ReconcileArgs),
    /// Tell what lies in a container, from the journal
    Manifest(sheets::ManifestArgs),
    /// List the parcels that somebody has to find, from the journal
    Pulls(sheets::PullsArgs),
    /// Run a journal again and compare every output with the one written down
    Replay(replay::ReplayArgs),
}

/// Does what the process's arguments say.
#[must_use]
pub fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(code) => code,
        // Whoever read us has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => refusal::tell(error, std::env::args_os().any(|argument| argument == "--json")),
    }
}

/// What has a verdict comes to it, whether anybody still reads or not; what only tells ends with its last reader.
fn dispatch(command: Command) -> io::Result<ExitCode> {
    let out = Patient::new(io::stdout().lock());
    match command {
        Command::Run(args) => {
            drop(out);
            run::run(&args)
        }
        Command::Check(args) => buffered(out, |out| check::run(&args, out)),
        Command::Ports(args) => buffered(out, |out| ports_list::run(&args, out)),
        Command::Decode(args) => buffered(out.into_inner(), |out| decode::run(&args, &mut io::stdin().lock(), out)),
        Command::Explain(args) => buffered(out, |out| explain::run(&args, out)),
        Command::Trace(args) => buffered(out.into_inner(), |out| trace::run(&args, out)),
        Command::Plan(args) => buffered(out, |out| plans::run(&args, out)),
        Command::Reconcile(args) => buffered(out, |out| sheets::reconcile(&args, out)),
        Command::Manifest(args) => buffered(out, |out| sheets::manifest(&args, out)),
        Command::Pulls(args) => buffered(out, |out| sheets::pulls(&args, out)),
        Command::Replay(args) => buffered(out, |out| replay::run(&args, out)),
    }
}

fn buffered(out: impl Write, work: impl FnOnce(&mut dyn Write) -> io::Result<ExitCode>) -> io::Result<ExitCode> {
    let mut out = io::BufWriter::new(out);
    let code = work(&mut out)?;
    out.flush()?;
    Ok(code)
}
