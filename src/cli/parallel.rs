//! `postproof parallel`.

use clap::Args;

use super::Exit;
use super::output::{OutputArgs, Surroundings};
use super::target::{InputArgs, TargetArgs};
use crate::run::{MOST_SIMULATED, RunError, SimulateOptions, simulate};
use crate::scenario::raw::RawScenario;

/// What is done when no scenario is named.
const FIRST_PARALLEL: (&str, &str) = ("first-parallel", "name = \"first-parallel\"\n");

/// Arguments of `parallel`.
#[derive(Args)]
pub(super) struct ParallelArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    plan: PlanArgs,
    #[command(flatten)]
    simulation: SimulationArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What lies over `[parallel]`.
#[derive(Args)]
struct PlanArgs {
    /// How long both methods run, in hours of the players' time
    #[arg(long, value_name = "N", help_heading = "Inputs")]
    hours: Option<u64>,
    /// How the cookie side tracks: first-party, third-party or cname
    #[arg(long, value_name = "NAME", help_heading = "Inputs")]
    setup: Option<String>,
}

/// Players without a target.
#[derive(Args)]
struct SimulationArgs {
    /// Simulate so many players and send nothing: what gap is to be expected of the audience
    #[arg(long, value_name = "PLAYERS", value_parser = clap::value_parser!(u64).range(1..=MOST_SIMULATED))]
    simulate: u64,
    /// Threads that simulate
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=256))]
    threads: u64,
}

pub(super) fn parallel(args: &ParallelArgs) -> Result<Exit, RunError> {
    let scenario = args.target.scenario(FIRST_PARALLEL, |raw| args.plan.lay_over(raw))?;
    let fixed = args.inputs.fixed(&scenario);
    let (out, junit) = (args.output.out.clone(), args.output.junit.clone());
    let SimulationArgs { simulate: players, threads } = args.simulation;
    args.output.watched(|Surroundings { stop, watch, again }| {
        simulate(SimulateOptions { scenario, players, threads, fixed, out, junit, again, stop, watch })
    })
}

impl PlanArgs {
    fn lay_over(&self, raw: &mut RawScenario) {
        raw.parallel.hours = self.hours.or(raw.parallel.hours);
        if self.setup.is_some() {
            raw.parallel.setup.clone_from(&self.setup);
        }
    }
}
