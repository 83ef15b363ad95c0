//! `postproof parallel`: cookie and S2S tracking side by side.

mod compare;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Exit;
use super::output::{OutputArgs, Surroundings};
use super::target::{InputArgs, TargetArgs};
use crate::model::Road;
use crate::run::{LiveOptions, MOST_SIMULATED, RunError, SimulateOptions, live, simulate, stored_scenario};
use crate::scenario::raw::RawScenario;

/// What is done when no scenario is named.
const FIRST_PARALLEL: (&str, &str) = ("parallel", include_str!("../../scenarios/parallel.toml"));

/// Arguments of `parallel`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct ParallelArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    surroundings: TrackerArgs,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    plan: PlanArgs,
    #[command(flatten)]
    simulation: SimulationArgs,
    /// Go on with a run that was cut short: the folder in which it was kept
    #[arg(long, value_name = "DIR", conflicts_with_all = ["simulate", "seed", "tag", "start", "out"])]
    resume: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Subcommand)]
enum What {
    /// Two exported logs: who saw which first deposits, and whether the gap is an error
    Compare(Box<compare::CompareArgs>),
}

/// What of the target is looked at besides.
#[derive(Args)]
struct TrackerArgs {
    /// The operator's base URL, on whose pages players are played
    #[arg(long, value_name = "URL", env = "POSTPROOF_OPERATOR", help_heading = "Target")]
    operator: Option<String>,
    /// The pixel's address, for a target without operator pages; `{click_id}` and others stand in its query
    #[arg(long, value_name = "URL", help_heading = "Target")]
    pixel: Option<String>,
    /// Where the tracker shows first deposits as each method saw them
    #[arg(long, value_name = "URL", help_heading = "Target")]
    conversions: Option<String>,
    /// Where the target tells its own time: the /clock of a reference stack whose clock is squeezed as the run's is
    #[arg(long, value_name = "URL", help_heading = "Target")]
    clock: Option<String>,
}

/// What lies over `[parallel]`.
#[derive(Args)]
struct PlanArgs {
    /// How long both methods run, in hours of the players' time
    #[arg(long, value_name = "N", help_heading = "Inputs")]
    hours: Option<u64>,
    /// How many times faster than real time it is played; 2880 makes a minute of 48 hours
    #[arg(long, value_name = "N", help_heading = "Inputs")]
    speed: Option<f64>,
    /// Players who click
    #[arg(long, value_name = "N", help_heading = "Inputs")]
    players: Option<u64>,
    /// How the cookie side tracks: first-party, third-party or cname
    #[arg(long, value_name = "NAME", help_heading = "Inputs")]
    setup: Option<String>,
    /// What the gap is held against: modelled (what browsers lose anyway) or none (the fixed rule decides)
    #[arg(long, value_name = "NAME", help_heading = "Verdict")]
    baseline: Option<String>,
    /// How long an S2S message may take, such as 1h
    #[arg(long, value_name = "TIME", help_heading = "Verdict")]
    grace: Option<String>,
}

/// Players without a target.
#[derive(Args)]
struct SimulationArgs {
    /// Simulate so many players and send nothing: what gap is to be expected of the audience
    #[arg(long, value_name = "PLAYERS", value_parser = clap::value_parser!(u64).range(1..=MOST_SIMULATED))]
    simulate: Option<u64>,
    /// Threads that simulate
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=256))]
    threads: u64,
}

pub(super) fn parallel(args: &ParallelArgs) -> Result<Exit, RunError> {
    if let Some(What::Compare(compare)) = &args.what {
        return compare::compare(compare);
    }
    let stored = args.resume.as_deref().map(stored_scenario).transpose()?;
    let first = stored.as_ref().map_or(FIRST_PARALLEL, |(name, text)| (name.as_str(), text.as_str()));
    let scenario = args.target.scenario(first, |raw| {
        args.plan.lay_over(raw);
        args.surroundings.lay_over(raw);
        // Players are played on the operator's pages; only where there are none postproof fires both sides itself.
        let pages = raw.target.url.is_none() || raw.operator.url.is_some() || raw.parallel.pixel.is_none();
        raw.through = Some(if pages { Road::Operator } else { Road::Own }.name().to_owned());
    })?;
    let fixed = args.inputs.fixed(&scenario);
    let (out, junit, resume) = (args.output.out.clone(), args.output.junit.clone(), args.resume.clone());
    let SimulationArgs { simulate: simulated, threads } = args.simulation;
    match simulated {
        Some(players) => args.output.watched(|Surroundings { stop, watch, again }| {
            simulate(SimulateOptions { scenario, players, threads, fixed, out, junit, again, stop, watch })
        }),
        None => args.output.watched(|Surroundings { stop, watch, again }| {
            live(LiveOptions { scenario, fixed, out, junit, resume, again, stop, watch })
        }),
    }
}

impl PlanArgs {
    fn lay_over(&self, raw: &mut RawScenario) {
        let plan = &mut raw.parallel;
        plan.hours = self.hours.or(plan.hours);
        plan.speed = self.speed.or(plan.speed);
        plan.players = self.players.or(plan.players);
        for (given, key) in
            [(&self.setup, &mut plan.setup), (&self.baseline, &mut plan.baseline), (&self.grace, &mut plan.grace)]
        {
            if given.is_some() {
                key.clone_from(given);
            }
        }
    }
}

impl TrackerArgs {
    fn lay_over(&self, raw: &mut RawScenario) {
        raw.operator.url = self.operator.clone().or_else(|| raw.operator.url.take());
        raw.parallel.clock = self.clock.clone().or_else(|| raw.parallel.clock.take());
        raw.parallel.pixel = self.pixel.clone().or_else(|| raw.parallel.pixel.take());
        raw.parallel.conversions = self.conversions.clone().or_else(|| raw.parallel.conversions.take());
    }
}
