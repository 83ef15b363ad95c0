//! `postproof run`.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::progress::Progress;
use super::target::{InputArgs, TargetArgs};
use super::{Exit, github, runtime, say, signals};
use crate::model::Road;
use crate::report::{Format, Json, RunReport, Table};
use crate::run::{Options, Outcome, RunError, Watch, prove};
use crate::send::quoted;

/// What runs when no scenario is named.
const FIRST_RUN: &str = include_str!("../../scenarios/first-run.toml");

/// Arguments of `run`.
#[derive(Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Who fires the postbacks: postproof itself, or the operator's own sender while players are played on its pages
    #[arg(long, value_enum, help_heading = "Target")]
    through: Option<Through>,
    /// The operator's base URL, for --through operator
    #[arg(long, value_name = "URL", env = "POSTPROOF_OPERATOR", help_heading = "Target")]
    operator: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    /// Players who click
    #[arg(long, value_name = "N", help_heading = "Inputs")]
    players: Option<u64>,
    /// Whether faults are done to deliveries
    #[arg(long, value_name = "run|none", help_heading = "Inputs")]
    faults: Option<Faults>,
    /// Folder for the run's files [default: reports/out/<run id>]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    out: Option<PathBuf>,
    /// What stdout gets
    #[arg(long, value_enum, default_value_t = Shown::Table, help_heading = "Output")]
    format: Shown,
    /// JUnit XML besides
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    junit: Option<PathBuf>,
    /// No progress, no table: only errors and the exit code (--format json still prints)
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
    /// Tell every attempt that was not accepted
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(super) enum Shown {
    Table,
    Json,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Through {
    /// postproof fires
    #[value(name = "self")]
    Own,
    /// the operator fires
    Operator,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Faults {
    Run,
    None,
}

pub(super) fn run(args: &RunArgs) -> Result<Exit, RunError> {
    let scenario = args.target.scenario(("first-run", FIRST_RUN), |raw| {
        if let Some(through) = args.through {
            let road = if through == Through::Operator { Road::Operator } else { Road::Own };
            raw.through = Some(road.name().to_owned());
        }
        raw.operator.url = args.operator.clone().or_else(|| raw.operator.url.take());
        raw.journeys.players = args.players.or(raw.journeys.players);
        raw.faults.enabled = args.faults.map(|faults| faults == Faults::Run).or(raw.faults.enabled);
    })?;
    let progress = Arc::new(Progress::new(!args.quiet, args.verbose, std::io::stderr().is_terminal()));
    let watch: Watch = {
        let progress = Arc::clone(&progress);
        Arc::new(move |event| progress.see(event))
    };
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let signals = signals::Signals::listen();
        let options = Options {
            fixed: args.inputs.fixed(&scenario),
            scenario,
            out: args.out.clone(),
            junit: args.junit.clone(),
            again: again(std::env::args_os().map(|arg| arg.to_string_lossy().into_owned())),
            stop: signals.first(),
            watch,
        };
        tokio::select! {
            ended = prove(options) => Some(ended),
            () = signals.second() => None,
        }
    });
    runtime.shutdown_background();
    progress.finish();
    match ended {
        None => Ok(Exit::Interrupted),
        Some(outcome) => show(args.format, args.quiet, &outcome?),
    }
}

/// Prints what was asked for, and says how the process ends.
pub(super) fn show(format: Shown, quiet: bool, outcome: &Outcome) -> Result<Exit, RunError> {
    let report = &outcome.report;
    github::tell(report);
    match format {
        Shown::Json => say(&written(&Json, report)?)?,
        Shown::Table if quiet => Exit::Pass,
        Shown::Table => {
            let text = written(&Table, report)?;
            say(&format!("{text}      report and logs: {}\n", outcome.folder.display()))?
        }
    };
    Ok(match (report.interrupted, outcome.gone) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Undone,
        (false, false) => Exit::of_verdict(report.verdict),
    })
}

fn written(format: &dyn Format, report: &RunReport) -> Result<String, RunError> {
    let mut text = Vec::new();
    format.write(report, &mut text).map_err(|error| {
        RunError::undone(format!("the report cannot be written: {error}"), "report this as a defect of postproof")
    })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The command line without its inputs, ready to be followed by the inputs that were drawn.
pub(super) fn again(args: impl Iterator<Item = String>) -> String {
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
