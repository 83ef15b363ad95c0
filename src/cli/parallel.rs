//! `postproof parallel`: cookie and S2S tracking side by side.

mod compare;

use clap::{Args, Subcommand};

use super::Exit;
use crate::run::RunError;

/// Arguments of `parallel`.
#[derive(Args)]
pub(super) struct ParallelArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Two exported logs: who saw which first deposits, and whether the gap is an error
    Compare(Box<compare::CompareArgs>),
}

pub(super) fn parallel(args: &ParallelArgs) -> Result<Exit, RunError> {
    match &args.what {
        What::Compare(args) => compare::compare(args),
    }
}
