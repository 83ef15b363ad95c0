//! The flags of a load that several processes make together, and what Kubernetes says in their place.

use clap::Args;

use crate::load::{Shard, StartAt};
use crate::run::RunError;

/// Which part of a load, and when.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ShardArgs {
    /// Make part I of N of the load; all parts need the same scenario, --seed, --tag and --start-at [default: 1/1]
    #[arg(long, value_name = "I/N", env = "POSTPROOF_SHARD", help_heading = "Shards")]
    shard: Option<Shard>,
    /// Of how many parts this is one, where `JOB_COMPLETION_INDEX` says which (a Kubernetes Indexed Job's completions)
    #[arg(long, value_name = "N", env = "POSTPROOF_SHARDS", help_heading = "Shards")]
    shards: Option<u32>,
    /// What Kubernetes sets in an Indexed Job, from 0
    #[arg(long, hide = true, env = "JOB_COMPLETION_INDEX")]
    completion_index: Option<u32>,
    /// Wait until then before the first postback leaves: 2026-11-20T09:30:00Z, or 09:30:00 in UTC
    #[arg(long, value_name = "TIME", env = "POSTPROOF_START_AT", help_heading = "Shards")]
    start_at: Option<StartAt>,
}

impl ShardArgs {
    /// The shard that is named, or the whole load.
    ///
    /// # Errors
    /// When only half of it is named, or it does not fit.
    pub(super) fn shard(&self) -> Result<Shard, RunError> {
        Shard::chosen(self.shard, self.completion_index, self.shards)
            .map_err(|error| RunError::usage(error.to_string(), "name the part with --shard, such as --shard 1/3"))
    }

    /// When the first postback leaves, where it is named.
    pub(super) fn begins(&self) -> Option<StartAt> {
        self.start_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        shards: ShardArgs,
    }

    fn line(flags: &str) -> Result<ShardArgs, String> {
        let words = std::iter::once("load").chain(flags.split_whitespace());
        Line::try_parse_from(words).map(|line| line.shards).map_err(|error| error.to_string())
    }

    #[test]
    fn flags_name_the_shard() {
        let shard = |flags: &str| line(flags).unwrap().shard().map(|shard| shard.to_string());
        assert_eq!(shard("").unwrap(), "1/1");
        assert_eq!(shard("--shard 2/3").unwrap(), "2/3");
        assert_eq!(shard("--completion-index 2 --shards 3").unwrap(), "3/3");
        assert!(shard("--completion-index 2").unwrap_err().to_string().contains("POSTPROOF_SHARDS"));
        assert!(shard("--shards 3").unwrap_err().to_string().contains("--shard i/3"));
        for (wrong, told) in [("0/3", "no shard 0 of 3"), ("4/3", "no shard 4 of 3"), ("x", "such as 1/3")] {
            assert!(line(&format!("--shard {wrong}")).unwrap_err().contains(told), "{wrong}");
        }
    }

    #[test]
    fn flags_name_the_start() {
        assert_eq!(line("").unwrap().begins(), None);
        assert_eq!(line("--start-at 09:30:00").unwrap().begins(), Some("09:30:00".parse().unwrap()));
        assert!(line("--start-at noon").unwrap_err().contains("is no time"));
    }
}
