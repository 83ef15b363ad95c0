//! What `run` and `check` have in common towards the user: the flags of their output, the progress line and the signals
//! while they work, and how what came of it is printed.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use tokio::sync::watch;

use super::progress::Progress;
use super::{Exit, github, runtime, say, signals};
use crate::report::{Format, Json, RunReport, Table};
use crate::run::{Outcome, RunError, Watch};
use crate::send::quoted;

/// Where the output goes.
#[derive(Args)]
pub(super) struct OutputArgs {
    /// Folder for the run's files [default: reports/out/<run id>]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// What stdout gets
    #[arg(long, value_enum, default_value_t = Shown::Table, help_heading = "Output")]
    format: Shown,
    /// JUnit XML besides
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) junit: Option<PathBuf>,
    /// No progress, no table: only errors and the exit code (--format json still prints)
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
    /// Tell every attempt that was not accepted
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,
}

/// What stdout gets.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(super) enum Shown {
    Table,
    Json,
}

/// What a command at work is told of the outside, and tells to it.
pub(super) struct Surroundings {
    /// Turns true with the first signal.
    pub(super) stop: watch::Receiver<bool>,
    /// The progress line.
    pub(super) watch: Watch,
    /// The command line that repeats it, but for its inputs.
    pub(super) again: String,
}

impl OutputArgs {
    /// Does the work under a progress line and with signals listened to, and prints what came of it. A second signal
    /// leaves the work where it stands.
    ///
    /// # Errors
    /// When the work did not come to a report, or the report cannot be printed.
    pub(super) fn watched<W>(&self, work: impl FnOnce(Surroundings) -> W) -> Result<Exit, RunError>
    where
        W: Future<Output = Result<Outcome, RunError>>,
    {
        let progress = Arc::new(Progress::new(!self.quiet, self.verbose, std::io::stderr().is_terminal()));
        let watch: Watch = {
            let progress = Arc::clone(&progress);
            Arc::new(move |event| progress.see(event))
        };
        let runtime = runtime()?;
        let ended = runtime.block_on(async {
            let signals = signals::Signals::listen();
            let again = again(std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()));
            tokio::select! {
                ended = work(Surroundings { stop: signals.first(), watch, again }) => Some(ended),
                () = signals.second() => None,
            }
        });
        runtime.shutdown_background();
        progress.finish();
        match ended {
            None => Ok(Exit::Interrupted),
            Some(outcome) => self.show(&outcome?),
        }
    }

    /// Prints what was asked for, and says how the process ends.
    pub(super) fn show(&self, outcome: &Outcome) -> Result<Exit, RunError> {
        if self.quiet && self.format == Shown::Table {
            github::tell(&outcome.report);
            return Ok(ended(outcome));
        }
        show_outcome(outcome, self.format)
    }
}

/// Prints the report in that form, and says how the process ends.
///
/// # Errors
/// When it cannot be printed.
pub(super) fn show_outcome(outcome: &Outcome, format: Shown) -> Result<Exit, RunError> {
    let report = &outcome.report;
    github::tell(report);
    match format {
        Shown::Json => say(&written(&Json, report)?)?,
        Shown::Table => {
            let text = written(&Table, report)?;
            say(&format!("{text}      report and logs: {}\n", outcome.folder.display()))?
        }
    };
    Ok(ended(outcome))
}

fn ended(outcome: &Outcome) -> Exit {
    match (outcome.report.interrupted, outcome.gone) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Undone,
        (false, false) => Exit::of_verdict(outcome.report.verdict),
    }
}

fn written(format: &dyn Format, report: &RunReport) -> Result<String, RunError> {
    let mut text = Vec::new();
    format.write(report, &mut text).map_err(|error| {
        RunError::undone(format!("the report cannot be written: {error}"), "report this as a defect of postproof")
    })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The command line without its inputs, ready to be followed by the inputs that were drawn.
fn again(args: impl Iterator<Item = String>) -> String {
    let mut words = vec!["postproof".to_owned()];
    let mut args = args.skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            // The tag is left to be drawn: a durable target knows the old ids.
            "--seed" | "--tag" | "--start" | "--out" => drop(args.next()),
            arg if ["--seed=", "--tag=", "--start=", "--out="].iter().any(|flag| arg.starts_with(flag)) => {}
            arg => words.push(quoted(arg)),
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_repeated_without_its_inputs() {
        let args = [
            "/usr/bin/postproof",
            "run",
            "my file.toml",
            "--seed",
            "7",
            "--tag=abc",
            "--target",
            "http://[::1]/p?a=1&b",
        ];
        let again = again(args.into_iter().map(str::to_owned));
        assert_eq!(again, "postproof run 'my file.toml' --target 'http://[::1]/p?a=1&b'");
    }
}
