//! `postproof check`.

use clap::Args;

use super::Exit;
use super::output::{OutputArgs, Surroundings};
use super::target::{InputArgs, TargetArgs};
use crate::contract::Selection;
use crate::contract::probe::MOST_PROBES;
use crate::run::{CheckOptions, Fixed, RunError, check as check_target};
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
    let Performance { scenario, fixed, cases, probes, flags } = performance;
    let selection = Selection { only: cases };
    let (out, junit) = (output.out.clone(), output.junit.clone());
    output.watched(|Surroundings { stop, watch, again }| {
        check_target(CheckOptions { scenario, fixed, selection, probes, out, junit, again, flags, stop, watch })
    })
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
