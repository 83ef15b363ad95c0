//! `postproof load`.

use std::net::SocketAddr;

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
    /// Serve Prometheus metrics there while the load goes on, at /metrics; port 0 takes a free one, told on stderr
    #[arg(long, value_name = "ADDR", help_heading = "Output")]
    metrics_listen: Option<SocketAddr>,
}

pub(super) fn load(args: &LoadArgs) -> Result<Exit, RunError> {
    let scenario = args.target.scenario(FIRST_LOAD, |_| {})?;
    let fixed = args.inputs.fixed(&scenario);
    let (out, junit) = (args.output.out.clone(), args.output.junit.clone());
    let (shard, begins, metrics) = (args.shards.shard()?, args.shards.begins(), args.metrics_listen);
    args.output.watched(|Surroundings { stop, watch, again }| {
        fire(LoadOptions { scenario, fixed, shard, begins, metrics, out, junit, again, stop, watch })
    })
}
