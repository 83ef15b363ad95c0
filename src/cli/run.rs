//! `postproof run`.

use clap::{Args, ValueEnum};

use super::Exit;
use super::output::{OutputArgs, Surroundings};
use super::target::{InputArgs, TargetArgs};
use crate::model::Road;
use crate::run::{Options, RunError, prove};

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
    #[command(flatten)]
    output: OutputArgs,
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
    let fixed = args.inputs.fixed(&scenario);
    let (out, junit) = (args.output.out.clone(), args.output.junit.clone());
    args.output.watched(|Surroundings { stop, watch, again }| {
        prove(Options { scenario, fixed, out, junit, again, stop, watch })
    })
}
