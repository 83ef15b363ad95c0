//! The three inputs that reproduce a run: seed, tag and start instant. What is not given is drawn afresh.

use jiff::{SignedDuration, Timestamp};

use super::RunError;
use crate::model::RunTag;
use crate::scenario::{JourneyPlan, Speed};

/// What was given on the command line.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--tag`.
    pub tag: Option<RunTag>,
    /// `--start`.
    pub start: Option<Timestamp>,
}

/// What a run is made from.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Seed of all that is drawn.
    pub seed: u64,
    /// The tag in every id.
    pub tag: RunTag,
    /// Where journey time starts; whole seconds.
    pub start: Timestamp,
}

impl Inputs {
    /// Completes what was given for journeys. `now` is where real time starts.
    ///
    /// # Errors
    /// When the given start would let events happen in the target's future.
    pub fn complete(fixed: &Fixed, plan: &JourneyPlan, now: Timestamp) -> Result<Self, RunError> {
        Self::starting_by(fixed, latest_start(plan, now))
    }

    /// Completes what was given for events that start at that instant at the latest.
    ///
    /// # Errors
    /// When the given start is later.
    pub fn starting_by(fixed: &Fixed, latest: Timestamp) -> Result<Self, RunError> {
        // Seeds of 32 bits are short enough to be typed again.
        let seed = fixed.seed.map_or_else(|| fresh().map(|bits| bits >> 32), Ok)?;
        let tag = fixed.tag.clone().map_or_else(|| fresh().map(RunTag::from_bits), Ok)?;
        let start = match fixed.start {
            None => latest,
            Some(start) if start <= latest => start,
            Some(start) => {
                return Err(RunError::usage(
                    format!("with --start {start} the last events would lie in the target's future"),
                    format!("give an instant up to {latest}, or leave it out"),
                ));
            }
        };
        Ok(Self { seed, tag, start })
    }

    /// The name of the run that begins now with these inputs.
    pub(super) fn run_id(&self, now: Timestamp) -> String {
        format!("{}-{}", now.strftime("%Y%m%dT%H%M%SZ"), self.tag)
    }
}

/// 64 random bits of the operating system.
pub(super) fn fresh() -> Result<u64, RunError> {
    getrandom::u64().map_err(|error| {
        RunError::undone(format!("the system gives no random numbers: {error}"), "give --seed and --tag")
    })
}

/// Now, less the part of the journeys' span that is played faster than real time.
fn latest_start(plan: &JourneyPlan, now: Timestamp) -> Timestamp {
    let span = plan.span();
    let ahead = match plan.speed {
        Speed::Max => span,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a span is below 2^50 seconds"
        )]
        Speed::Times(times) => span - (span as f64 / times) as i64,
    };
    let start = now.saturating_sub(SignedDuration::from_secs(ahead)).unwrap_or(Timestamp::MIN);
    Timestamp::from_second(start.as_second()).unwrap_or(start)
}
