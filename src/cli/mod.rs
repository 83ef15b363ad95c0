//! The command line: arguments into checked configuration, events into a progress line, outcomes into exit codes.

mod check;
mod exit;
mod fire;
mod github;
mod init;
mod list;
mod load;
mod output;
mod parallel;
mod progress;
mod replay;
mod report;
mod run;
mod schema;
mod serve;
mod shard;
mod shot;
mod sign;
mod signals;
mod target;

pub use exit::Exit;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use miette::{GraphicalReportHandler, GraphicalTheme};

use crate::run::RunError;

/// Proves that server-to-server postbacks are credited exactly once, before money depends on them.
#[derive(Parser)]
#[command(
    name = "postproof",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 pass, 1 fail (the target broke a rule), 2 usage or scenario error,\n3 the run could not be done, 4 inconclusive, 130 interrupted."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Journeys end to end, exactly-once verdict; without a scenario or --target against the reference stack in this process
    Run(Box<run::RunArgs>),
    /// The contract suite against a target: case by case, each with its rule and how to see a failure again
    Check(Box<check::CheckArgs>),
    /// A target under load, and whether it keeps its SLA: every event is accounted for, and the verdict has its confidence
    Load(Box<load::LoadArgs>),
    /// Cookie and S2S tracking side by side for 48 hours: who saw which first deposits, whether the gap is an error, and what explains it
    Parallel(Box<parallel::ParallelArgs>),
    /// The reference stack, with or without defects, until it is stopped
    Serve(serve::ServeArgs),
    /// One postback by hand; any member can be given another value
    Fire(Box<fire::FireArgs>),
    /// Sign a body, or check a signature; shows the bytes that are hashed
    Sign(sign::SignArgs),
    /// A recorded postback again: as a new event, as the same one signed afresh, or byte for byte
    Replay(Box<replay::ReplayArgs>),
    /// What loads left: merge shards and judge them once, or compare two runs
    Report(report::ReportArgs),
    /// Write a scenario file with every key, commented
    Init(init::InitArgs),
    /// Print the JSON Schema of scenario files, of the report, or of an event's payload
    Schema(schema::SchemaArgs),
    /// List what there is by name: cases, currencies, defects, events, faults, profiles, schemes
    List(list::ListArgs),
}

/// Runs the program with the process's own arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too; clap knows which stream they go to. A closed stream is nobody's error.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Pass }.into();
        }
    };
    let done = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::check(&args),
        Command::Load(args) => load::load(&args),
        Command::Parallel(args) => parallel::parallel(&args),
        Command::Serve(args) => serve::serve(args),
        Command::Fire(args) => fire::fire(&args),
        Command::Sign(args) => sign::sign(&args),
        Command::Replay(args) => replay::replay(&args),
        Command::Report(args) => report::report(args),
        Command::Init(args) => init::init(&args),
        Command::Schema(args) => schema::schema(&args),
        Command::List(args) => list::list(&args),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            complain(&error);
            Exit::of_error(&error).into()
        }
    }
}

/// Prints an error with its place and what to do.
fn complain(error: &RunError) {
    let colour = std::io::IsTerminal::is_terminal(&std::io::stderr()) && std::env::var_os("NO_COLOR").is_none();
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut text = String::new();
    if GraphicalReportHandler::new_themed(theme).with_width(100).render_report(&mut text, error).is_err() {
        text = error.to_string();
    }
    let _ = writeln!(std::io::stderr(), "{}", text.trim_end());
}

/// Prints to stdout; a reader that has gone away is not an error of ours.
fn say(text: &str) -> Result<Exit, RunError> {
    say_bytes(text.as_bytes())
}

/// Prints bytes as they are.
fn say_bytes(bytes: &[u8]) -> Result<Exit, RunError> {
    match std::io::stdout().write_all(bytes).and_then(|()| std::io::stdout().flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(RunError::undone(format!("stdout cannot be written: {error}"), "make room for the output"))
        }
        _ => Ok(Exit::Pass),
    }
}

/// A runtime for commands that talk over the network.
fn runtime() -> Result<tokio::runtime::Runtime, RunError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        RunError::undone(format!("threads cannot be started: {error}"), "raise the limit on threads (ulimit -u)")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_fit_together() {
        Cli::command().debug_assert();
    }
}
