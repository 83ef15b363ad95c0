//! `postproof replay`.

use std::path::PathBuf;

use clap::Args;

use super::check::{Performance, perform};
use super::output::OutputArgs;
use super::target::{ByHandArgs, PlaceArgs, TargetArgs};
use super::{Exit, runtime, say, shot};
use crate::contract;
use crate::model::Outcome;
use crate::run::{End, Fixed, Kept, Leaving, ReplayOptions, RunError, Shot, replay as replay_recorded};

/// Arguments of `replay`.
#[derive(Args)]
#[command(after_help = "Exit codes: those of `fire`; of several postbacks the worst counts.")]
pub(super) struct ReplayArgs {
    /// A file with a JSON body, a dlq.ndjson or lines of one, an `event_id` that stands in a run's dlq.ndjson, or a case of
    /// the contract suite such as signature.missing
    #[arg(value_name = "FILE|ID|CASE")]
    what: String,
    #[command(flatten)]
    target: ByHandArgs,
    /// Folder of the run whose dlq.ndjson has the id [default: the newest in reports/out that has it]
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// Keep the `event_id`, and sign afresh [default: a fresh one, signed afresh]
    #[arg(long, conflicts_with = "verbatim")]
    same_id: bool,
    /// Send the recorded bytes and signature unchanged; only the token is made anew
    #[arg(long)]
    verbatim: bool,
    #[command(flatten)]
    places: PlaceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn replay(args: &ReplayArgs) -> Result<Exit, RunError> {
    let cases = contract::Selection { only: vec![args.what.clone()] };
    if cases.cases().is_ok() {
        return again(args);
    }
    let kept = match (args.verbatim, args.same_id) {
        (true, _) => Kept::Bytes,
        (false, true) => Kept::Content,
        (false, false) => Kept::AllButTheId,
    };
    let options = ReplayOptions {
        scenario: args.target.scenario(None)?,
        what: args.what.clone(),
        run: args.run.clone(),
        kept,
        leaving: args.target.leaving(),
    };
    let mut ended = Ok(Exit::Pass);
    let mut tally = Tally::default();
    let each = |shot: Shot| {
        tally.count(&shot);
        let shown = shot::show(&shot);
        if let (Ok(before), Ok(now)) = (&ended, &shown) {
            ended = Ok(shot::worse(*before, *now));
        } else if ended.is_ok() {
            ended = shown;
        }
    };
    runtime()?.block_on(replay_recorded(options, each))?;
    if let Some(total) = tally.total() {
        say(&total)?;
    }
    ended
}

/// A case of the contract suite once more, with fresh ids.
fn again(args: &ReplayArgs) -> Result<Exit, RunError> {
    if args.target.leaving() == Leaving::DryRun || args.verbatim || args.same_id || args.run.is_some() {
        return Err(RunError::usage(
            format!("{} is a case: it is made afresh and sent, and its answers are judged", args.what),
            "leave --dry-run, --verbatim, --same-id and --run out; the case's openssl and curl line in repro.sh can be looked at",
        ));
    }
    let target = TargetArgs {
        scenario: args.target.scenario.clone(),
        flags: args.target.flags.clone(),
        places: args.places.clone(),
    };
    let scenario = target.scenario(("contract", ""), |raw| raw.through = None)?;
    let performance = Performance {
        scenario,
        fixed: Fixed::default(),
        cases: vec![args.what.clone()],
        probes: 0,
        flags: target.flags(),
    };
    perform(performance, &args.output)
}

/// How many of several postbacks came to what.
#[derive(Default)]
struct Tally {
    accepted: u64,
    refused: u64,
    unknown: u64,
}

impl Tally {
    fn count(&mut self, shot: &Shot) {
        match shot.end {
            End::Answered { outcome: Outcome::Ok { .. }, .. } => self.accepted += 1,
            End::Answered { outcome: Outcome::Fail(_), .. } => self.refused += 1,
            End::Answered { outcome: Outcome::Info(_), .. } => self.unknown += 1,
            End::Command(_) => {}
        }
    }

    /// A line for a whole queue; one postback speaks for itself.
    fn total(&self) -> Option<String> {
        let Self { accepted, refused, unknown } = self;
        (accepted + refused + unknown > 1)
            .then(|| format!("\n{accepted} accepted, {refused} refused, {unknown} nobody knows\n"))
    }
}
