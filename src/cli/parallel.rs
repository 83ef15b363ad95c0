//! `postproof parallel`: cookie and S2S tracking side by side.

mod simulate;

use clap::Args;

use super::Exit;
use crate::run::RunError;

/// Arguments of `parallel`.
#[derive(Args)]
pub(super) struct ParallelArgs {
    #[command(flatten)]
    simulation: simulate::SimulateArgs,
}

pub(super) fn parallel(args: &ParallelArgs) -> Result<Exit, RunError> {
    simulate::simulate(&args.simulation)
}
