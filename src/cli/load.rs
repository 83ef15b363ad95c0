//! `postproof load`.

use clap::Args;

use super::Exit;
use super::output::{OutputArgs, Surroundings};
use super::shard::ShardArgs;
use super::target::{InputArgs, TargetArgs};
use crate::run::{LoadOptions, RunError, load as fire};

/// What is done when no scenario is named.
pub(super) const FIRST_LOAD: (&str, &str) = ("first-load", "name = \"first-load\"\n");

/// Arguments of `load`.
#[derive(Args)]
pub(super) struct LoadArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    shards: ShardArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn load(args: &LoadArgs) -> Result<Exit, RunError> {
    let scenario = args.target.scenario(FIRST_LOAD, |_| {})?;
    let fixed = args.inputs.fixed(&scenario);
    let (out, junit) = (args.output.out.clone(), args.output.junit.clone());
    let (shard, begins) = (args.shards.shard()?, args.shards.begins());
    args.output.watched(|Surroundings { stop, watch, again }| {
        fire(LoadOptions { scenario, fixed, shard, begins, out, junit, again, stop, watch })
    })
}
