//! `postproof check`.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::progress::Progress;
use super::run::{Shown, again, show};
use super::target::{InputArgs, TargetArgs};
use super::{Exit, runtime, signals};
use crate::contract::Selection;
use crate::contract::probe::MOST_PROBES;
use crate::run::{CheckOptions, Fixed, RunError, Watch, check as check_target};
use crate::scenario::Scenario;
use crate::scenario::raw::RawWaiver;

/// Arguments of `check`.
#[derive(Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    inputs: InputArgs,
    /// Cases to perform, such as signature.missing or 'signature.*'; can be given several times [default: all]
    #[arg(long = "case", value_name = "PATTERN", help_heading = "Cases")]
    cases: Vec<String>,
    /// Mutated postbacks to send besides, drawn by the seed: each is judged by its final bytes, and failures are shrunk
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=MOST_PROBES), help_heading = "Cases")]
    probe: u64,
    /// Warnings are failures
    #[arg(long, help_heading = "Cases")]
    strict: bool,
    /// A case that is known to fail, and does not fail the run; each needs its --reason
    #[arg(long, value_name = "CASE", help_heading = "Cases", requires = "reason")]
    waive: Vec<String>,
    /// Why the case before it is waived
    #[arg(long, value_name = "TEXT", help_heading = "Cases", requires = "waive")]
    reason: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// A suite that is to be performed.
pub(super) struct Performance {
    pub(super) scenario: Scenario,
    pub(super) fixed: Fixed,
    /// Patterns of cases.
    pub(super) cases: Vec<String>,
    /// How many probes besides.
    pub(super) probes: u64,
    /// The flags that name the target.
    pub(super) flags: String,
}

/// Where the output of a suite goes.
#[derive(Args)]
pub(super) struct OutputArgs {
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

pub(super) fn check(args: &CheckArgs) -> Result<Exit, RunError> {
    let waivers = waivers(args)?;
    let scenario = args.target.scenario(("contract", ""), |raw| {
        // The suite fires by itself, whoever does in the scenario's runs.
        raw.through = None;
        raw.contract.strict |= args.strict;
        raw.contract.waive.extend(waivers);
    })?;
    let performance = Performance {
        fixed: args.inputs.fixed(&scenario),
        scenario,
        cases: args.cases.clone(),
        probes: args.probe,
        flags: args.target.flags(),
    };
    perform(performance, &args.output)
}

/// Performs a suite, shows how it goes, and prints what came of it.
pub(super) fn perform(performance: Performance, output: &OutputArgs) -> Result<Exit, RunError> {
    let progress = Arc::new(Progress::new(!output.quiet, output.verbose, std::io::stderr().is_terminal()));
    let watch: Watch = {
        let progress = Arc::clone(&progress);
        Arc::new(move |event| progress.see(event))
    };
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let signals = signals::Signals::listen();
        let options = CheckOptions {
            scenario: performance.scenario,
            fixed: performance.fixed,
            selection: Selection { only: performance.cases },
            probes: performance.probes,
            out: output.out.clone(),
            junit: output.junit.clone(),
            again: again(std::env::args_os().map(|arg| arg.to_string_lossy().into_owned())),
            flags: performance.flags,
            stop: signals.first(),
            watch,
        };
        tokio::select! {
            ended = check_target(options) => Some(ended),
            () = signals.second() => None,
        }
    });
    runtime.shutdown_background();
    progress.finish();
    match ended {
        None => Ok(Exit::Interrupted),
        Some(outcome) => show(output.format, output.quiet, &outcome?),
    }
}

/// The waivers of the command line; each `--waive` has its `--reason`.
fn waivers(args: &CheckArgs) -> Result<Vec<RawWaiver>, RunError> {
    if args.waive.len() != args.reason.len() {
        return Err(RunError::usage(
            format!("{} --waive and {} --reason do not go together", args.waive.len(), args.reason.len()),
            "give each --waive CASE its --reason TEXT",
        ));
    }
    let both = args.waive.iter().zip(&args.reason);
    Ok(both.map(|(case, reason)| RawWaiver { case: case.clone(), reason: reason.clone(), until: None }).collect())
}
