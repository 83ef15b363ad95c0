//! `postproof parallel --simulate`: what gap an audience makes without any mistake in the set-up.

use clap::Args;

use crate::cli::Exit;
use crate::cli::output::{OutputArgs, Surroundings};
use crate::cli::target::{InputArgs, TargetArgs};
use crate::run::{MOST_SIMULATED, RunError, SimulateOptions, simulate as count};
use crate::scenario::raw::RawScenario;

/// What is done when no scenario is named.
const FIRST_PARALLEL: (&str, &str) = ("first-parallel", "name = \"first-parallel\"\n");

/// Arguments of a simulation.
#[derive(Args)]
pub(super) struct SimulateArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    inputs: InputArgs,
    /// How long both methods run, in hours of the players' time
    #[arg(long, value_name = "N", help_heading = "Inputs")]
    hours: Option<u64>,
    /// How the cookie side tracks: first-party, third-party or cname
    #[arg(long, value_name = "NAME", help_heading = "Inputs")]
    setup: Option<String>,
    /// Simulate so many players and send nothing: what gap is to be expected of the audience
    #[arg(long, value_name = "PLAYERS", required = true, value_parser = clap::value_parser!(u64).range(1..=MOST_SIMULATED))]
    simulate: Option<u64>,
    /// Threads that simulate
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=256))]
    threads: u64,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn simulate(args: &SimulateArgs) -> Result<Exit, RunError> {
    let players = args.simulate.ok_or_else(|| {
        RunError::usage("nothing says what to do", "give --simulate PLAYERS; `postproof parallel --help` tells more")
    })?;
    let scenario = args.target.scenario(FIRST_PARALLEL, |raw| args.lay_over(raw))?;
    let fixed = args.inputs.fixed(&scenario);
    let (threads, out, junit) = (args.threads, args.output.out.clone(), args.output.junit.clone());
    args.output.watched(|Surroundings { stop, watch, again }| {
        count(SimulateOptions { scenario, players, threads, fixed, out, junit, again, stop, watch })
    })
}

impl SimulateArgs {
    fn lay_over(&self, raw: &mut RawScenario) {
        raw.parallel.hours = self.hours.or(raw.parallel.hours);
        if self.setup.is_some() {
            raw.parallel.setup.clone_from(&self.setup);
        }
    }
}
